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

	/* One that was open when its project ended otherwise is over. */
	if (!err)
		err = db_run(db,
		        "UPDATE stop SET ended_at = ?2, version = version + 1 WHERE project_id = ?1 AND ended_at IS NULL",
		        VALS(V(s->project_id), V(by->now)), NULL, f);
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

static int open_stop(struct db *db, struct arena *a, int64_t project_id, struct stop *ret, struct fault *f)
{
	struct query *q = query_new(a);

	query_add(q, "SELECT ");
	entity_columns(&stop_entity, q);
	query_add(q, " FROM stop WHERE ended_at IS NULL AND project_id = ");
	query_val(q, V(project_id));
	return entity_ask(&stop_entity, db, a, q, ret, f);
}

int stop_end(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t project_id,
        struct project *ret, struct fault *f)
{
	struct stop was, s;
	struct hours h;
	int err = project_run_write(by, db, a, project_id, ret, f);

	if (!err)
		err = open_stop(db, a, project_id, &was, f);
	if (err)
		return err == ENOENT ? 0 : err; /* it starts for the first time, or was stopped before there were stops */
	s = was;
	s.ended_at = by->now;
	err = hours_parse(a, ret->hours, &h, f);
	if (!err)
		err = stop_idle(&h, ret->timezone, s.started_at, s.ended_at, &s.idle_min, f);
	if (err)
		return err;
	s.ends_on_new = stop_shifted(a, &h, ret->ends_on, s.idle_min);
	if (s.ends_on_new.n) {
		s.ends_on_was = ret->ends_on;
		s.shift = SHIFT_PROPOSED;
	}
	err = entity_change(&stop_entity, db, a, &was, &s, f);
	if (!err)
		err = resource_changed(&stop_resource, by, db, a, "ended", &was, &s, f);
	/* Who was not told that it stood is not told that it goes on, but for a question. */
	return err || (!s.letters && s.shift != SHIFT_PROPOSED) ? err : stop_tell_resumed(app, db, a, &s, by->now, f);
}

static int stop_hold(struct db *db, struct arena *a, int64_t id, struct stop *ret, struct fault *f)
{
	struct query *q = query_new(a);

	query_add(q, "SELECT ");
	entity_columns(&stop_entity, q);
	query_add(q, " FROM stop WHERE id = ");
	query_val(q, V(id));
	query_add(q, " ");
	query_word(q, db, DB_FOR_UPDATE);
	return entity_ask(&stop_entity, db, a, q, ret, f);
}

static int move_term(const struct by *by, struct db *db, struct arena *a, const struct stop *s, struct fault *f)
{
	struct project was, p;
	int err = entity_get(&project_entity, db, a, s->project_id, &was, f);

	p = was;
	p.ends_on = s->ends_on_new;
	if (!err)
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
