/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters.c - what the customer is written about a stop: by a template a person may change before it goes. */
#include "domain/stop/stop_priv.h"

str stop_subject(struct arena *a, const struct notice_words *w)
{
	return str_printf(a, w->english ? "%.*s: calling is stopped" : "«%.*s»: обзвон остановлен", STR_ARG(w->project));
}

str stop_text(struct arena *a, const struct notice_words *w, int64_t now)
{
	return str_printf(a,
	        w->english
	                ? "Good day,\n\non %.*s we stopped calling in the project «%.*s».\n\nThe reason: {reason}\n\nTalks under "
	                  "way end as usual, their results will be in the report. The time we stand is counted in the project's hours: when "
	                  "we go on, we write to you and propose a later end."
	                : "Добрый день.\n\n%.*s мы остановили обзвон по проекту «%.*s».\n\nПричина: {reason}\n\nНачатые разговоры "
	                  "доводим до конца, их результаты будут в отчёте. Простой считаем в рабочих часах проекта: когда продолжим, "
	                  "напишем и предложим сдвинуть срок.",
	        STR_ARG(letter_moment(a, w->language, w->zone, now)), STR_ARG(w->project));
}

str stop_reason(enum stop_cause cause, bool english)
{
	static const char *const reasons[STOP_CAUSES][2] = {
	        [STOP_PERSON] = {"", ""},
	        [STOP_TRUNK_DOWN] = {"нет связи с телефонной линией, дежурный занимается ею",
	                "the telephone line is down, and is being looked after"},
	        [STOP_BASE_EMPTY] = {"закончилась база: неотработанных контактов не осталось",
	                "the base is used up: no open contacts are left"},
	        [STOP_ERROR_RATE] = {"слишком много звонков не проходит из-за неполадок на линии",
	                "too many calls fail for trouble on the line"},
	};

	return str_of(reasons[cause][english]);
}

/* "2 ч 5 мин" */
static str span(struct arena *a, int64_t min, bool english)
{
	if (min < 60)
		return str_printf(a, english ? "%lld min" : "%lld мин", (long long)min);
	return str_printf(a, english ? "%lld h %lld min" : "%lld ч %lld мин", (long long)(min / 60), (long long)(min % 60));
}

/* "2026-03-12" as 12.03.2026. */
static str day_shown(struct arena *a, str iso)
{
	struct date d;

	return date_parse(iso, &d) ? str_printf(a, "%02d.%02d.%04d", d.day, d.month, d.year) : iso;
}

int stop_tell_resumed(
        const struct app *app, struct db *db, struct arena *a, const struct stop *s, str from, int64_t now, struct fault *f)
{
	bool asks = s->shift == SHIFT_PROPOSED;
	struct notice n = {.kind = "resumed",
	        .project_id = s->project_id,
	        .to = asks ? NOTICE_DECIDERS : NOTICE_CUSTOMER,
	        .stop_id = asks ? s->id : 0};
	struct notice_words w;
	int64_t letters;
	int err = notice_words(db, a, s->project_id, &w, f);

	if (err)
		return err;
	n.button = w.english ? "See it and confirm" : "Посмотреть и подтвердить";
	n.subject = str_printf(a, w.english ? "%.*s: calling goes on" : "«%.*s»: обзвон продолжен", STR_ARG(w.project));
	n.text = str_printf(a,
	        w.english
	                ? "Good day,\n\nwe call again in the project «%.*s» since %.*s. It stood for %.*s of its calling hours."
	                : "Добрый день.\n\nОбзвон по проекту «%.*s» продолжен: %.*s. Простой составил %.*s рабочего времени.",
	        STR_ARG(w.project), STR_ARG(letter_moment(a, w.language, w.zone, now)),
	        STR_ARG(span(a, s->idle_min, w.english)));
	if (asks)
		n.text = str_printf(a,
		        w.english
		                ? "%.*s\n\nWe propose to move the end of the term from %.*s to %.*s. Please confirm it by the link."
		                : "%.*s\n\nПредлагаем сдвинуть окончание срока с %.*s на %.*s. Подтвердите это по ссылке.",
		        STR_ARG(n.text), STR_ARG(day_shown(a, s->ends_on_was)), STR_ARG(day_shown(a, s->ends_on_new)));
	if (asks && !str_eq(from, s->ends_on_was))
		n.text = str_printf(a,
		        w.english
		                ? "%.*s\n\nOur earlier proposal (until %.*s) is part of this one: an answer to this letter is enough."
		                : "%.*s\n\nПрежнее предложение (до %.*s) вошло в это: достаточно ответить на это письмо.",
		        STR_ARG(n.text), STR_ARG(day_shown(a, from)));
	return notice_send(app, db, a, &n, now, &letters, f);
}

int stop_tell_decided(
        const struct app *app, struct db *db, struct arena *a, const struct stop *s, str note, int64_t now, struct fault *f)
{
	static const char *const said[][2] = {{"не согласен", "does not agree"}, {"согласен", "agrees"}};
	struct notice n = {.kind = "decision", .project_id = s->project_id, .to = NOTICE_MANAGER};
	bool agrees = s->shift == SHIFT_CONFIRMED;
	struct notice_words w;
	int64_t letters;
	int err = notice_words(db, a, s->project_id, &w, f);

	if (err)
		return err;
	n.subject = str_printf(a, w.english ? "%.*s: the customer %s to a later end" : "«%.*s»: заказчик %s на сдвиг срока",
	        STR_ARG(w.project), said[agrees][w.english]);
	n.text = str_printf(a,
	        w.english ? "%.*s %s to move the end from %.*s to %.*s.\n\n%.*s"
	                  : "%.*s %s сдвинуть срок с %.*s на %.*s.\n\n%.*s",
	        STR_ARG(s->decided_by), said[agrees][w.english], STR_ARG(day_shown(a, s->ends_on_was)),
	        STR_ARG(day_shown(a, s->ends_on_new)), STR_ARG(note));
	err = notice_send(app, db, a, &n, now, &letters, f);
	return err ? err
	           : notify(db, a,
	                     &(struct notice_of){.kind = NOTIFY_TERM_DECIDED,
	                             .project_id = s->project_id,
	                             .row_id = s->id,
	                             .what = agrees ? STR("confirmed") : STR("declined")},
	                     now, f);
}
