/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop_db.c - a stop begins, ends, and its later end is decided; always with the project and the letters in one transaction. */
#include "domain/stop/stop_priv.h"

static str with_reason(struct arena *a, str text, str reason)
{
	struct text t = {.a = a};
	size_t at, from = 0;

	while ((at = str_find_str(text, STR("{reason}"), from)) < text.n) {
		text_add(&t, str_sub(text, from, at));
		text_add(&t, reason);
		from = at + 8;
	}
	text_add(&t, str_sub(text, from, text.n));
	return text_str(&t);
}

static int tell(const struct app *app, struct db *db, struct arena *a, const struct stopping *s, int64_t now,
        int64_t *ret_letters, struct fault *f)
{
	struct notice n = {.kind = "stop", .project_id = s->project_id, .to = NOTICE_CUSTOMER};
	struct notice_words w;
	int64_t ours;
	int err = notice_words(db, a, s->project_id, &w, f);

	*ret_letters = 0;
	if (err)
		return err;
	n.subject = stop_subject(a, &w);
	n.text = with_reason(a, s->text.n ? s->text : stop_text(a, &w, now), s->reason);
	if (!s->silent)
		err = notice_send(app, db, a, &n, now, ret_letters, f);
	n.to = NOTICE_MANAGER;
	if (!err && s->cause != STOP_PERSON)
		err = notice_send(app, db, a, &n, now, &ours, f);
	return err;
}

int stop_begin(const struct by *by, const struct app *app, struct db *db, struct arena *a, const struct stopping *s,
        struct project *ret, struct fault *f)
{
	struct stop row = {.project_id = s->project_id,
	        .cause = s->cause,
	        .reason = s->reason,
	        .user_id = by->who ? by->who->user_id : 0,
	        .started_at = by->now};
	int err = project_stop_write(by, db, a, s->project_id, s->reason, ret, f);

	if (!err)
		err = tell(app, db, a, s, by->now, &row.letters, f);
	if (!err)
		err = notify(db, a,
		        &(struct notice_of){.kind = NOTIFY_STOP,
		                .project_id = s->project_id,
		                .by_user_id = row.user_id,
		                .what = s->cause == STOP_PERSON ? s->reason : str_of(stop_causes[s->cause])},
		        by->now, f);
	if (!err)
		err = entity_insert(&stop_entity, db, a, &row, f);
	return err ? err : resource_changed(&stop_resource, by, db, a, "created", NULL, &row, f);
}

/* A question for a stop, which ends in a condition on the id that stop_first adds. */
static struct query *stop_query(struct arena *a)
{
	struct query *q = query_new(a);

	query_add(q, "SELECT ");
	entity_columns(&stop_entity, q);
	query_add(q, " FROM stop WHERE ");
	return q;
}

/* The first one, held until the closure ends. */
static int stop_first(struct db *db, struct arena *a, struct query *q, int64_t id, struct stop *ret, struct fault *f)
{
	query_val(q, V(id));
	query_add(q, " ORDER BY id LIMIT 1 ");
	query_word(q, db, DB_FOR_UPDATE);
	return entity_ask(&stop_entity, db, a, q, ret, f);
}

static int stop_hold(struct db *db, struct arena *a, int64_t id, struct stop *ret, struct fault *f)
{
	struct query *q = stop_query(a);

	query_add(q, "id = ");
	return stop_first(db, a, q, id, ret, f);
}

static int open_stop(struct db *db, struct arena *a, int64_t project_id, struct stop *ret, struct fault *f)
{
	struct query *q = stop_query(a);

	query_add(q, "ended_at IS NULL AND project_id = ");
	return stop_first(db, a, q, project_id, ret, f);
}

static int unanswered(struct db *db, struct arena *a, int64_t project_id, struct stop *ret, struct fault *f)
{
	struct query *q = stop_query(a);

	query_add(q, "shift = 'proposed' AND project_id = ");
	return stop_first(db, a, q, project_id, ret, f);
}

/* When a project is called. */
struct times {
	struct hours hours;
	struct calendar off;
};

enum { AHEAD_DAYS = 3660 };

static int times_of(
        struct db *db, struct arena *a, const struct project *p, int64_t since, struct times *ret, struct fault *f)
{
	struct date end;
	int64_t first = since / CLOCK_DAY - 1;
	int err = hours_parse(a, p->hours, &ret->hours, f);

	ret->off = (struct calendar){0};
	if (err || p->calls_days_off)
		return err;
	if (date_parse(p->ends_on, &end) && date_days(end) < first)
		first = date_days(end);
	return calendar_load(db, a, p->jurisdiction, first, since / CLOCK_DAY + AHEAD_DAYS, &ret->off, f);
}

/* The open stop of the project ends now. ENOENT: it has none. */
static int end_open(const struct by *by, struct db *db, struct arena *a, const struct project *p, struct stop *ret_was,
        struct stop *ret, struct times *ret_times, struct fault *f)
{
	int err = open_stop(db, a, p->id, ret_was, f);

	if (err)
		return err;
	*ret = *ret_was;
	ret->ended_at = by->now;
	err = times_of(db, a, p, ret->started_at, ret_times, f);
	return err ? err
	           : stop_idle(&ret_times->hours, &ret_times->off, p->timezone, ret->started_at, ret->ended_at,
	                     &ret->idle_min, f);
}

static int ended(const struct by *by, struct db *db, struct arena *a, struct stop *was, struct stop *s, struct fault *f)
{
	int err = entity_change(&stop_entity, db, a, was, s, f);

	return err ? err : resource_changed(&stop_resource, by, db, a, "ended", was, s, f);
}

/* What the customer was asked before and has not answered: the new proposal goes on from there and takes its place, so that
 * he decides once upon all of it. *end: the day to count from, moved on. */
static int take_place(const struct by *by, struct db *db, struct arena *a, int64_t project_id, str *end, struct fault *f)
{
	struct stop was, s;
	int err;

	while (!(err = unanswered(db, a, project_id, &was, f))) {
		s = was;
		s.shift = SHIFT_WITHDRAWN;
		if (str_cmp(*end, s.ends_on_new) < 0)
			*end = s.ends_on_new;
		err = entity_change(&stop_entity, db, a, &was, &s, f);
		if (!err)
			err = resource_changed(&stop_resource, by, db, a, "withdrawn", &was, &s, f);
		if (err)
			return err;
	}
	return err == ENOENT ? 0 : err;
}

/* The later end this stop asks for, if it stood long enough for one. *ret_from: the day it is counted from. */
static int propose(const struct by *by, struct db *db, struct arena *a, const struct project *p, const struct times *t,
        struct stop *s, str *ret_from, struct fault *f)
{
	str end = p->ends_on;
	int err;

	*ret_from = end;
	if (!stop_shifted(a, &t->hours, &t->off, end, s->idle_min).n)
		return 0;
	err = take_place(by, db, a, p->id, &end, f);
	*ret_from = end;
	s->ends_on_was = p->ends_on;
	s->ends_on_new = stop_shifted(a, &t->hours, &t->off, end, s->idle_min);
	s->shift = SHIFT_PROPOSED;
	return err;
}

int stop_end(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t project_id,
        struct project *ret, struct fault *f)
{
	struct stop was, s;
	struct times t;
	str from;
	int err = project_run_write(by, db, a, project_id, ret, f);

	if (err)
		return err;
	err = end_open(by, db, a, ret, &was, &s, &t, f);
	if (err)
		return err == ENOENT ? 0 : err; /* it starts for the first time, or was stopped before there were stops */
	err = propose(by, db, a, ret, &t, &s, &from, f);
	if (!err)
		err = ended(by, db, a, &was, &s, f);
	/* Who was not told that it stood is not told that it goes on, but for a question. */
	return err || (!s.letters && s.shift != SHIFT_PROPOSED) ? err : stop_tell_resumed(app, db, a, &s, from, by->now, f);
}

int stop_finish(
        const struct by *by, struct db *db, struct arena *a, int64_t project_id, struct project *ret, struct fault *f)
{
	struct stop was, s;
	struct times t;
	int err = project_finish_write(by, db, a, project_id, ret, f);

	if (err)
		return err;
	err = end_open(by, db, a, ret, &was, &s, &t, f);
	if (err)
		return err == ENOENT ? 0 : err;
	return ended(by, db, a, &was, &s, f);
}

/* Somebody may have moved the end by hand meanwhile: an agreement never makes the term shorter. */
static int move_term(const struct by *by, struct db *db, struct arena *a, const struct stop *s, struct fault *f)
{
	struct project was, p;
	int err = entity_get(&project_entity, db, a, s->project_id, &was, f);

	if (err || str_cmp(was.ends_on, s->ends_on_new) >= 0)
		return err;
	p = was;
	p.ends_on = s->ends_on_new;
	err = entity_change(&project_entity, db, a, &was, &p, f);
	return err ? err : resource_changed(&project_resource, by, db, a, "changed", &was, &p, f);
}

int stop_decide(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t id, bool agrees,
        str note, str said_by, struct stop *ret, struct fault *f)
{
	struct stop was;
	int err = stop_hold(db, a, id, &was, f);

	if (!err && was.shift != SHIFT_PROPOSED)
		err = fail(f, EALREADY, "shift", "decided", "it is decided already");
	if (err)
		return err;
	*ret = was;
	ret->shift = agrees ? SHIFT_CONFIRMED : SHIFT_DECLINED;
	ret->decided_by = said_by;
	ret->decided_at = by->now;
	err = entity_change(&stop_entity, db, a, &was, ret, f);
	if (!err)
		err = resource_changed(&stop_resource, by, db, a, agrees ? "confirmed" : "declined", &was, ret, f);
	if (!err && agrees)
		err = move_term(by, db, a, ret, f);
	return err ? err : stop_tell_decided(app, db, a, ret, note, by->now, f);
}
