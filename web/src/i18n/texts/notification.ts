// SPDX-License-Identifier: GPL-3.0-or-later
// The list of the bell, and how a person wants to be told.
export const notification = {
	"bell.none": ["Здесь появится то, что требует внимания.", "What needs your attention will appear here."],
	"bell.read_all": ["Прочитать все", "Mark all as read"],
	"bell.choose": ["Настроить", "Set up"],
	"profile.notifications": ["Уведомления", "Notifications"],
	"notify.kind": ["О чём", "About"],
	"notify.page": ["На экране", "On screen"],
	"notify.letter": ["Письмом", "By e-mail"],
	"notify.sms": ["SMS", "SMS"],
	"notify.urgent": ["срочное", "urgent"],
	"notify.no_email": [
		"В профиле нет почты: письма не уйдут.",
		"Your profile has no e-mail address, so no letters can be sent.",
	],
	"notify.no_phone": ["В профиле нет телефона: SMS не уйдут.", "Your profile has no phone number, so no SMS can be sent."],
	"notify.quiet": ["Не беспокоить", "Do not disturb"],
	"notify.quiet.from": ["с", "from"],
	"notify.quiet.to": ["до", "until"],
	"notify.quiet.hint": [
		"В эти часы письма и SMS ждут утра. Одинаковое время: тихих часов нет.",
		"Letters and SMS wait until the end of these hours. The same time twice: no quiet hours.",
	],
	"notify.zone": ["Часовой пояс", "Time zone"],
	"notify.urgent_passes": ["Срочное присылать и в тихие часы", "Send urgent ones during quiet hours too"],
	"notify.together": [
		"Писем и SMS не больше одного в 15 минут: остальное приходит вместе.",
		"At most one letter and one SMS in 15 minutes: the rest are collected.",
	],
} as const;
