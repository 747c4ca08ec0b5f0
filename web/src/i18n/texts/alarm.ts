// SPDX-License-Identifier: GPL-3.0-or-later
// The line under the head of every screen: alarms, and callbacks that are due.
export const alarm = {
	"alarm.look": ["Посмотреть", "Open"],
	"alarm.telephone": ["Телефония не отвечает.", "The telephone does not answer."],
	"alarm.telephone.what": [
		"Звонить сейчас нельзя. Обычно она сама поднимается за секунды; если нет — перезапустите службу на сервере.",
		"Nobody can be called now. It usually comes back within seconds; if it does not, restart the service on the server.",
	],
	"alarm.database": ["Ничего не сохраняется.", "Nothing is saved."],
	"alarm.database.what": [
		"С {{since}} на диске базы данных нет места. Сохранённое раньше цело. Освободите место на сервере.",
		"The database's disk has been full since {{since}}. What was saved before is safe. Make room on the server.",
	],
	"alarm.recording": ["Разговоры не записываются.", "Talks are not being recorded."],
	"alarm.recording:disk_full": [
		"С {{since}} на диске нет места; потеряно или обрезано записей: {{count}}. Звонки идут. Освободите место на сервере: со следующим записанным разговором это сообщение исчезнет.",
		"The disk has been full since {{since}}; recordings lost or cut: {{count}}. Calls go on. Make room on the server: this message goes away with the next recorded talk.",
	],
	"alarm.recording:write": [
		"С {{since}} файлы записей не пишутся; потеряно или обрезано: {{count}}. Звонки идут. Проверьте диск сервера и права на папку recordings.",
		"Recordings have not been written since {{since}}; lost or cut: {{count}}. Calls go on. Check the server's disk and the permissions of its folder “recordings”.",
	],
	"alarm.disk": ["На диске сервера мало места.", "The server's disk is nearly full."],
	"alarm.disk.what": [
		"Свободно {{count}} МБ. Когда они кончатся, остановятся записи разговоров и сохранение. Уберите лишнее или увеличьте диск.",
		"{{count}} MB are free. When they are gone, recording and saving stop. Remove what is not needed or enlarge the disk.",
	],
	"alarm.trunk": ["Нет связи с оператором: {{what}}.", "A carrier cannot be reached: {{what}}."],
	"alarm.trunk.what": [
		"С {{since}} через эту линию не позвонить. Всего таких линий: {{count}}.",
		"No calls have gone through this trunk since {{since}}. Trunks like this: {{count}}.",
	],
	"alarm.toll": ["Набор остановлен: {{what}}.", "Dialling has stopped: {{what}}."],
	"alarm.toll.what": [
		"Линия исчерпала число звонков в час. Если это ваши звонки, поднимите предел в настройках линии; если нет, смените пароль у оператора связи.",
		"The trunk has used up its calls for the hour. If they are yours, raise the limit of the trunk; if not, change the password at the carrier.",
	],
	"alarm.caller": ["Номер стали реже брать: {{what}}.", "One of our numbers is answered less often: {{what}}."],
	"alarm.caller.what": [
		"За сутки отвечают заметно реже, чем две недели до того; таких номеров: {{count}}. Возможно, его метят как спам: дайте ему отдохнуть и спросите оператора связи.",
		"In the last day it was answered clearly less often than in the two weeks before; numbers like this: {{count}}. It may be marked as spam: let it rest and ask the carrier.",
	],
	"alarm.letter": ["За сутки не ушло писем: {{count}}.", "Letters that could not be sent within a day: {{count}}."],
	"alarm.letter.what": ["Последний ответ: {{what}}.", "The last answer: {{what}}."],
	"alarm.mailbox": ["Почта не приходит: {{what}}.", "Mail is not coming in: {{what}}."],
	"alarm.mailbox.what": [
		"Ящиков без связи: {{count}}. Проверьте пароль и сервер.",
		"Mailboxes that cannot be read: {{count}}. Check the password and the server.",
	],
	"alarm.base": ["База кончается: {{what}}.", "A base is running out: {{what}}."],
	"alarm.base.what": [
		"Таких проектов — {{count}}. Набирать осталось меньше дня.",
		"Such projects: {{count}}. Less than a day of dialling is left.",
	],
	"alarm.job": ["За сутки не выполнено заданий: {{count}}.", "Jobs that failed within a day: {{count}}."],
	"alarm.job.what": [
		"Что случилось и как повторить — в списке заданий.",
		"What happened, and how to try again, is in the list of jobs.",
	],
	"alarm.ledger": ["Журнал звонков не подписывается.", "The log of calls is not being signed."],
	"alarm.ledger.what": [
		"С {{since}}, проектов: {{count}}, причина: {{what}}. Записи не совпадают с тем, что уже подписано, или утрачен ключ. Выполните zvonar check на сервере.",
		"Since {{since}}, projects: {{count}}, reason: {{what}}. The records are not what was signed before, or the key is lost. Run zvonar check on the server.",
	],
	"alarm.node": ["Потерян узел: {{what}}.", "A node is lost: {{what}}."],
	"alarm.node.what": [
		"Молчит с {{since}}; таких узлов: {{count}}. Его работу взяли остальные.",
		"Silent since {{since}}; nodes like this: {{count}}. The others have taken over its work.",
	],
	"callback.due.own": ["Пора перезвонить: {{company}}", "Time to call back: {{company}}"],
	"callback.due.any": ["Наступил срок перезвона: {{company}}", "A callback is due: {{company}}"],
	"callback.due.nameless": ["контакт без названия", "a contact without a name"],
} as const;
