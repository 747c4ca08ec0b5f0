// SPDX-License-Identifier: GPL-3.0-or-later
// Changes the customer approves, stops he is told of, and the page of the link in his letter.
export const change = {
	"change.state:proposed": ["Ждёт решения", "Awaits a decision"],
	"change.state:questioned": ["Есть вопрос", "A question is open"],
	"change.state:approved": ["Согласовано, ждёт срока", "Approved, waits for its time"],
	"change.state:applied": ["Вступило в силу", "In effect"],
	"change.state:withdrawn": ["Отозвано", "Withdrawn"],
	"change.kind:script": ["Скрипт", "Script"],
	"change.kind:base": ["База", "Base"],
	"change.kind:strategy": ["Стратегия", "Strategy"],
	"change.kind:composition": ["Состав проекта", "Composition"],
	"change.title": ["Что меняем", "What changes"],
	"change.effect": ["Ожидаемый эффект", "Expected effect"],
	"change.takes_effect_at": ["Вступает в силу", "Takes effect"],
	"project.customer_approves": ["Изменения согласует заказчик", "The customer approves changes"],
	"import.held": ["Ждёт согласования", "Awaits approval"],
} as const;
