/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinds.c - the kinds of notifications as a table: who, how, in which words. */
#include "domain/notification/notification_priv.h"
#include "domain/role/role.h"

const char *const notification_kind_names[] = {"alarm", "stop", "change_decided", "term_decided", "handover_waits",
        "handover_yours", "callback", "mention", "lead_rejected", "lead_answered", "mailbox", "webhook", NULL};

const struct notification_kind_row notification_kinds[NOTIFICATION_KINDS] = {
        [NOTIFY_ALARM] = {"alarm", WHOM_HOUSE, MAY_SEE_FLOOR, true, true, false, "/floor",
                {"Тревога: {what}", "Alarm: {what}"}, {"Тревоги: линии, записи, диск", "Alarms: lines, recordings, disk"}},
        [NOTIFY_STOP] = {"stop", WHOM_TEAM, MAY_SEE_FLOOR, false, false, false, "/projects/{project}/stops",
                {"Проект «{project}» остановлен: {what}", "{project} is stopped: {what}"},
                {"Остановка проекта", "A project stops"}},
        [NOTIFY_CHANGE_DECIDED] = {"change_decided", WHOM_MANAGER, MAY_RUN_PROJECT, false, false, false,
                "/projects/{project}/changes", {"«{project}»: {what}", "{project}: {what}"},
                {"Решение заказчика по изменению", "The customer decides about a change"}},
        [NOTIFY_TERM_DECIDED] = {"term_decided", WHOM_MANAGER, MAY_RUN_PROJECT, false, false, false,
                "/projects/{project}/stops", {"«{project}»: {what}", "{project}: {what}"},
                {"Решение заказчика о сроке", "The customer decides about a term"}},
        [NOTIFY_HANDOVER_WAITS] = {"handover_waits", WHOM_HOUSE, MAY_ASSIGN_PM, false, false, false, "/handovers",
                {"Передан проект «{project}», назначьте менеджера", "{project} was handed over, say who leads it"},
                {"Передан проект без менеджера", "A project without a manager is handed over"}},
        [NOTIFY_HANDOVER_YOURS] = {"handover_yours", WHOM_NAMED, MAY_RUN_PROJECT, false, false, false,
                "/projects/{project}/handover", {"Проект «{project}» теперь ваш", "{project} is yours to lead now"},
                {"Мне передан проект", "A project is given to me"}},
        [NOTIFY_CALLBACK] = {"callback", WHOM_NAMED, MAY_SIT, true, false, false, "/callbacks",
                {"Пора перезвонить: {what}", "A call is due: {what}"}, {"Пора перезвонить", "A promised call is due"}},
        [NOTIFY_MENTION] = {"mention", WHOM_NAMED, MAY_SEE_REPORT, false, true, true,
                "/projects/{project}/report?contact={row}",
                {"Вас упомянули в отчёте «{project}»: {what}", "You were mentioned in the report of {project}: {what}"},
                {"Упоминание в отчёте", "A mention in the report"}},
        [NOTIFY_LEAD_REJECTED] = {"lead_rejected", WHOM_TEAM, MAY_RUN_PROJECT, false, true, false,
                "/projects/{project}/report?contact={row}",
                {"«{project}»: заказчик не принял лид: {what}", "{project}: the customer rejected a lead: {what}"},
                {"Лид не принят", "A lead is rejected"}},
        [NOTIFY_LEAD_ANSWERED] = {"lead_answered", WHOM_NAMED, MAY_JUDGE_LEADS, false, true, true,
                "/projects/{project}/report?contact={row}",
                {"«{project}»: ответ на непринятый лид: {what}", "{project}: an answer to the lead you rejected: {what}"},
                {"Ответ на непринятый лид", "An answer to a rejected lead"}},
        [NOTIFY_MAILBOX] = {"mailbox", WHOM_HOUSE, MAY_SET_UP, true, true, false, "/mailboxes",
                {"Почтовый ящик не читается: {what}", "A mailbox cannot be read: {what}"},
                {"Почтовый ящик не читается", "A mailbox cannot be read"}},
        [NOTIFY_WEBHOOK] = {"webhook", WHOM_NAMED, MAY_SEND_EVENTS, false, true, false, "/webhooks",
                {"Вебхук «{what}» выключен: получатель не принимает события",
                        "The webhook {what} is switched off: its receiver takes no events"},
                {"Вебхук выключен: получатель не отвечает", "A webhook is switched off: its receiver fails"}},
};

/* What codes of "what" say; the rest are words of people. */
static const struct {
	enum notification_kind kind;
	const char *code, *words[2];
} codes[] = {
        {NOTIFY_ALARM, "telephone", {"телефония не отвечает", "the telephone process is away"}},
        {NOTIFY_ALARM, "database", {"база данных не пишет: диск заполнен", "the database does not write: its disk is full"}},
        {NOTIFY_ALARM, "recording", {"разговоры не записываются", "talks are not recorded"}},
        {NOTIFY_ALARM, "disk", {"место на диске кончается", "the disk is nearly full"}},
        {NOTIFY_ALARM, "trunk", {"нет связи с линией", "a line is down"}},
        {NOTIFY_ALARM, "toll", {"линия исчерпала звонки за час", "a line has had all its calls of the hour"}},
        {NOTIFY_ALARM, "caller", {"на наш номер стали реже отвечать", "one of our numbers is answered less"}},
        {NOTIFY_ALARM, "letter", {"письма не уходят", "letters do not leave"}},
        {NOTIFY_ALARM, "job", {"задание не удалось", "a job was given up"}},
        {NOTIFY_ALARM, "base", {"база проекта кончается", "the base of a project runs out"}},
        {NOTIFY_ALARM, "ledger", {"проверяемый журнал не подписан", "the verifiable log gets no signature"}},
        {NOTIFY_ALARM, "node", {"узел потерян", "a node is lost"}},
        {NOTIFY_CHANGE_DECIDED, "approve", {"изменение согласовано", "the change is approved"}},
        {NOTIFY_CHANGE_DECIDED, "decline", {"изменение отклонено", "the change is declined"}},
        {NOTIFY_CHANGE_DECIDED, "ask", {"вопрос по изменению", "a question about the change"}},
        {NOTIFY_TERM_DECIDED, "confirmed", {"новый срок подтверждён", "the new term is confirmed"}},
        {NOTIFY_TERM_DECIDED, "declined", {"с новым сроком не согласны", "the new term is declined"}},
        {NOTIFY_STOP, "trunk_down", {"нет связи с линией", "the line is down"}},
        {NOTIFY_STOP, "base_empty", {"закончилась база", "the base is used up"}},
        {NOTIFY_STOP, "error_rate", {"слишком много звонков не проходит", "too many calls fail"}},
};

int notification_kind_find(str name)
{
	for (int i = 0; i < NOTIFICATION_KINDS; i++)
		if (str_eq(name, str_of(notification_kinds[i].name)))
			return i;
	return -1;
}

static str said(const struct notification *n, bool english)
{
	for (size_t i = 0; i < COUNT(codes); i++)
		if (codes[i].kind == n->kind && str_eq(n->what, str_of(codes[i].code)))
			return str_of(codes[i].words[english]);
	return n->what.n ? n->what : STR("—");
}

/* Each {name} of form by its value. */
static str filled(struct arena *a, const char *form, const struct notification *n, str what)
{
	struct text t = {.a = a};
	str rest = str_of(form), name;

	while (rest.n) {
		size_t open = str_find(rest, '{', 0), close = str_find(rest, '}', open);
		text_add(&t, str_sub(rest, 0, open));
		if (open >= rest.n)
			break;
		name = str_sub(rest, open + 1, close);
		if (str_eq(name, STR("row")))
			text_add_int(&t, n->row_id);
		else if (what.p)
			text_add(&t, str_eq(name, STR("what")) ? what : n->project);
		else
			text_add_int(&t, n->project_id);
		rest = str_sub(rest, close + 1, rest.n);
	}
	return text_str(&t);
}

str notification_words(struct arena *a, const struct notification *n, bool english)
{
	return filled(a, notification_kinds[n->kind].words[english], n, said(n, english));
}

str notification_path(struct arena *a, const struct notification *n)
{
	return filled(a, notification_kinds[n->kind].path, n, (str){0});
}
