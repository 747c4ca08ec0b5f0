// SPDX-License-Identifier: GPL-3.0-or-later
// The customer's own corner: letters to him, the people of his company.
export const portal = {
	"portal.no_letters": [
		"Здесь будут наши письма вам: вечерние отчёты, изменения на согласование, остановки.",
		"Our letters to you will be here: evening reports, changes to approve, stops.",
	],
	"portal.more": ["Показать ещё", "Show more"],
	"portal.open_report": ["Открыть живой отчёт", "Open the live report"],
	"portal.links": [
		"Так письмо ушло вам. Ссылки из него отсюда не работают: вы уже вошли, всё есть в меню.",
		"This is the letter as it was sent. Its links do not work here: you are logged in, everything is in the menu.",
	],
	"letter.kind:change": ["Изменение", "Change"],
	"letter.kind:resumed": ["Звоним снова", "Calls resumed"],
	"letter.kind:news": ["Хорошие новости", "Good news"],
	"letter.kind:decision": ["Решение заказчика", "Customer's decision"],
	"colleagues.what": [
		"Кто из вашей компании видит проекты. Новый человек получит письмо и придумает пароль сам.",
		"The people of your company who see the projects. A new person gets a letter and chooses a password.",
	],
	"colleagues.what.others": ["Кто из вашей компании видит проекты.", "The people of your company who see the projects."],
	"colleagues.new": ["Пригласить", "Invite"],
	"colleagues.change": ["Изменить", "Change"],
	"colleagues.invited": ["Приглашение отправлено", "The invitation is on its way"],
	"colleagues.you": ["это вы", "you"],
	"colleagues.manages": ["приглашает людей", "invites people"],
	"colleagues.disabled": ["отключён", "disabled"],
	"colleagues.seen": ["был(а) {{when}}", "last seen {{when}}"],
	"colleagues.never_seen": ["ещё не входил(а)", "has never logged in"],
	"colleagues.email.what": [
		"Сюда уйдёт приглашение; этот же адрес — логин",
		"The invitation is sent here; it is the login too",
	],
	"colleagues.manages.what": [
		"Сможет приглашать и отключать людей вашей компании",
		"May invite and disable people of your company",
	],
} as const;
