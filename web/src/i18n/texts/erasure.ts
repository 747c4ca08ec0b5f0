// SPDX-License-Identifier: GPL-3.0-or-later
// Erasing a contact's personal data: what goes, what stays and by which reason, what is not reached.
export const erasure = {
	"erasure.open": ["Стереть личные данные…", "Erase personal data…"],
	"erasure.title": ["Стирание личных данных", "Erasing personal data"],
	"erasure.about": [
		"По требованию человека (152-ФЗ, ст. 21). Стёртое не вернуть, даже из проверяемого журнала: там останется запись, что и когда стёрто.",
		"At a person's request (GDPR, art. 17). What is erased cannot be brought back, not even from the verifiable log: it only keeps that something was erased, and when.",
	],
	"erasure.list:goes": ["Сотрётся", "Will be erased"],
	"erasure.list:stays": ["Останется", "Stays"],
	"erasure.list:elsewhere": ["Не затронет", "Not reached"],
	"erasure.goes:card": ["Название, адрес, сайт, почта, факс, заметка", "Name, address, site, e-mail, fax, note"],
	"erasure.goes:persons": ["Контактные лица", "People"],
	"erasure.goes:phones": ["Телефоны", "Phone numbers"],
	"erasure.goes:calls": ["Номера и комментарии звонков", "Numbers and comments of calls"],
	"erasure.goes:recordings": ["Записи разговоров", "Recordings"],
	"erasure.goes:answers": ["Ответы", "Answers"],
	"erasure.goes:marks": ["Пометки заказчика", "The customer's marks"],
	"erasure.goes:recording_marks": ["Метки в записях", "Marks in recordings"],
	"erasure.goes:comments": ["Комментарии в отчёте и уведомления о них", "Comments in the report and notices of them"],
	"erasure.goes:sendings": ["Тексты писем, SMS и факсов контакту", "Texts of letters, messages and faxes sent to it"],
	"erasure.goes:imports": [
		"Файлы базы, из которых он загружен (целиком: строку из файла не вырезать)",
		"Files it was imported from (whole: a row cannot be cut out)",
	],
	"erasure.stays:calls": [
		"Звонки без номера и имени: когда, сколько длились, чем кончились",
		"Calls without number and name: when, how long, with which result",
	],
	"erasure.stays:place": [
		"Город, отрасль и деятельность: по ним человека не узнать",
		"City, industry and activity: they identify nobody",
	],
	"erasure.stays:log": [
		"Записи проверяемого журнала без содержания: прежние отчёты по-прежнему сходятся",
		"Records of the verifiable log without their content: earlier reports still hold",
	],
	"erasure.stays:corrections": [
		"Что результат исправляли, без причины",
		"The fact that a result was corrected, without the reason",
	],
	"erasure.stays:do_not_call": [
		"Номер в списке «Не звонить»: иначе ему снова позвонят (38-ФЗ, ст. 18)",
		"The number on the do-not-call list: otherwise it would be called again",
	],
	"erasure.stays:consents": [
		"Согласия: доказать их обязаны мы (152-ФЗ, ст. 9)",
		"Consents: we have to be able to prove them (GDPR, art. 7)",
	],
	"erasure.elsewhere:mail": [
		"Письма с этими адресами в почтовых ящиках: удалите их там",
		"Letters with these addresses in mailboxes: remove them there",
	],
	"erasure.elsewhere:sent": [
		"Письма и выгрузки, которые уже у заказчика: попросите его стереть и у себя",
		"Letters and exports the customer already has: ask for them to be erased too",
	],
	"erasure.elsewhere:backups": [
		"Резервные копии: данные уйдут из них с концом срока хранения",
		"Backups: the data disappear with them when their time is over",
	],
	"erasure.take": ["Скачать всё, что о нём есть", "Download all we keep of it"],
	"retention.title": ["Сроки хранения", "How long data are kept"],
	"retention.what": [
		"По окончании срока данные стираются насовсем, ночью и днём, понемногу. Личные данные — у контактов, с которыми ничего не открыто, считая от последнего звонка.",
		"When the term is over, data are erased for good, a few at a time. Personal data: of contacts with nothing open, counted from the last call.",
	],
	"retention.recordings_days": ["Записи разговоров, дней", "Recordings, days"],
	"retention.personal_days": ["Личные данные контактов, дней", "Personal data of contacts, days"],
	"retention.for_ever": ["без срока", "for ever"],
	"retention.as_house_one": ["как в компании: {{count}} день", "as the house: {{count}} day"],
	"retention.as_house_few": ["как в компании: {{count}} дня", "as the house: {{count}} days"],
	"retention.as_house_many": ["как в компании: {{count}} дней", "as the house: {{count}} days"],
	"retention.as_house_other": ["как в компании: {{count}} дня", "as the house: {{count}} days"],
	"retention.customary": [
		"Как принято: записи {{recordings}} дней, данные {{personal}}",
		"As is customary: recordings {{recordings}} days, data {{personal}}",
	],
	"retention.due": [
		"Срок вышел: записей — {{recordings}}, контактов — {{contacts}}.",
		"The term is over for recordings: {{recordings}}, contacts: {{contacts}}.",
	],
	"retention.month": [
		"Через 30 дней: записей — {{recordings}}, контактов — {{contacts}}.",
		"In 30 days, recordings: {{recordings}}, contacts: {{contacts}}.",
	],
	"retention.begins": ["Стирание начнётся {{when}}.", "Erasing begins {{when}}."],
	"retention.more": ["больше {{count}}", "more than {{count}}"],
	"job:retention": ["Сроки хранения данных", "Terms of keeping data"],
	"entity:retention": ["Сроки хранения", "Terms of keeping"],
	"verb:recordings_expired": ["записи стёрты по сроку", "recordings erased at their term"],
	"erasure.nothing": ["Стирать нечего", "There is nothing to erase"],
	"erasure.reason": ["Основание", "Grounds"],
	"erasure.reason.hint": [
		"Номер и дата обращения. Останется в журнале навсегда, поэтому без имён и телефонов.",
		"Number and date of the request. It stays in the log for good, so no names and numbers here.",
	],
	"erasure.run": ["Стереть безвозвратно", "Erase for good"],
	"erasure.done": ["Личные данные стёрты", "The personal data have been erased"],
	"erasure.erased": ["Личные данные стёрты {{when}}", "Personal data were erased {{when}}"],
	"erasure.blocked:in_call": [
		"С контактом сейчас разговаривают. Сотрите данные после звонка.",
		"The contact is in a call. Erase afterwards.",
	],
	"erasure.blocked:recording": [
		"Запись разговора ещё обрабатывается. Попробуйте через минуту.",
		"A recording is not finished yet. Try again in a minute.",
	],
} as const;
