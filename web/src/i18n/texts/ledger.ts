// SPDX-License-Identifier: GPL-3.0-or-later
// The verifiable log: what the customer holds in his hands.
export const ledger = {
	"log.what": [
		"Каждый звонок и его результат записаны в журнал, в котором ничего нельзя незаметно изменить, удалить или добавить задним числом. Проверить это можно без нас.",
		"Each call and its result go into a log in which nothing can be changed, removed or added later unnoticed. You can check that without us.",
	],
	"log.records": ["Записей", "Records"],
	"log.signed": ["Подписано", "Signed"],
	"log.signed.at": ["{{count}}, {{when}}", "{{count}}, {{when}}"],
	"log.unsigned": [
		"Первая подпись появится в течение пяти минут после первого звонка.",
		"The first signature appears within five minutes of the first call.",
	],
	"log.head": ["Отметка", "Digest"],
	"log.head.what": [
		"Её же присылает вечернее письмо. Сохраните письмо: с ним видно, что старые записи не переписали.",
		"The evening letter has the same one. Keep the letter: it shows that old records were not rewritten.",
	],
	"log.key": ["Отпечаток ключа", "Key fingerprint"],
	"log.key.what": ["Сверьте с тем, что указан в договоре.", "Compare it with the one in your contract."],
	"log.download": ["Скачать журнал", "Download the log"],
	"log.page": ["Скачать страницу проверки", "Download the check page"],
	"log.how": [
		"Откройте скачанную страницу двойным щелчком и выберите в ней журнал: она работает без интернета. Есть и команда: zvonar verify ФАЙЛ.",
		"Double-click the downloaded page and choose the log in it: it works without internet. There is a command too: zvonar verify FILE.",
	],
	"log.secret": [
		"В журнале есть телефоны и комментарии: храните его как отчёт.",
		"The log has numbers and comments in it: keep it as safe as the report.",
	],
	"log.trouble": [
		"Журнал не подписывается: {{why}}. Выполните на сервере zvonar check.",
		"The log is not being signed: {{why}}. Run zvonar check on the server.",
	],
} as const;
