// SPDX-License-Identifier: GPL-3.0-or-later
// Corrections of saved results.
export const correction = {
	"correction.open": ["Исправить результат", "Correct the result"],
	"correction.title": ["Исправление результата", "Correcting a result"],
	"correction.about": [
		"Отчёт, статистика и счета пересчитаются. Прежний результат останется в проверяемом журнале, заказчик увидит, что, когда и почему исправлено.",
		"Report, statistics and bills follow. The old result stays in the verifiable log; the customer sees what was corrected, when and why.",
	],
	"correction.act": [
		"Звонок вошёл в выставленный акт № {{act}}. Акт не изменится, учтите разницу в следующем.",
		"The call is in act no. {{act}}, which has been issued and does not change: make it even in the next one.",
	],
	"correction.not_last": [
		"После этого звонка с контактом уже говорили: исправятся цифры, на работу с контактом это не повлияет.",
		"The contact has been called since: the figures are corrected, the work with the contact goes on as it is.",
	],
	"correction.listed": [
		"Номер останется в списке «Не звонить»: он там не только из-за этого результата. Если человек этого не просил, снимите номер там отдельно.",
		"The number stays on the do-not-call list: this result is not the only reason it is there. If the person did not ask for that, take it off there.",
	],
	"correction.lifts": [
		"Номер снимется со списка «Не звонить»: его внёс туда только этот результат. Если человек просил не звонить, не исправляйте.",
		"The number comes off the do-not-call list: this result was the only reason. If the person did ask not to be called, do not correct it.",
	],
	"correction.result": ["Результат", "Result"],
	"correction.reason": ["Уточнение", "Detail"],
	"correction.comment": ["Комментарий", "Comment"],
	"correction.answers": ["Ответы", "Answers"],
	"correction.due_at": ["Когда перезвонить", "When to call again"],
	"correction.why": ["Почему исправляем", "Why it is corrected"],
	"correction.why.hint": ["Это прочитает заказчик", "The customer reads this"],
	"correction.save": ["Исправить", "Correct"],
	"correction.saved": ["Результат исправлен", "The result is corrected"],
	"corrections.title": ["Исправления", "Corrections"],
	"corrections.to": ["{{was}} → {{now}}", "{{was}} → {{now}}"],
	"corrections.erased": ["Причина стёрта вместе с данными контакта", "The reason was erased with the contact's data"],
	"changed:result": ["результат", "result"],
	"changed:reason": ["уточнение", "detail"],
	"changed:comment": ["комментарий", "comment"],
	"changed:do_not_call": ["номер снят со списка «Не звонить»", "the number is off the do-not-call list"],
	"changed:answers": ["ответы", "answers"],
	"verb:corrected": ["исправлено", "corrected"],
	"verb:erased": ["данные стёрты", "data erased"],
} as const;
