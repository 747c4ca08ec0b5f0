/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effect.c - what a change brought: from dialogue to lead, in the calls before it and in its own; and the good news, once it is sure. */
#include "base/clock.h"
#include "domain/change/change_priv.h"
#include "domain/letter/letter.h"
#include "engine/stats/shares.h"

struct side {
	int64_t dialogues, leads;
};
struct effect {
	struct side before, after;
	struct shares_difference d; /* when there are dialogues on both sides */
	bool both;
};

static int side_of(struct db *db, struct arena *a, int64_t project_id, int64_t change_id, struct side *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        change_id
	                ? "SELECT COUNT(*), COUNT(CASE WHEN counts_as = 'lead' THEN 1 END) FROM call WHERE project_id = ?1 AND "
	                  "change_id = ?2 AND is_dialogue = 1 AND direction = 'out'"
	                : "SELECT COUNT(*), COUNT(CASE WHEN counts_as = 'lead' THEN 1 END) FROM call WHERE project_id = ?1 AND "
	                  "change_id IS NULL AND ?2 = 0 AND is_dialogue = 1 AND direction = 'out'",
	        VALS(V(project_id), V(change_id)), v, 2, f);

	if (!err)
		*ret = (struct side){val_int(v[0]), val_int(v[1])};
	return err;
}

static int effect_of(struct db *db, struct arena *a, int64_t change_id, struct effect *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, "SELECT project_id, before_id FROM change WHERE id = ?1 AND applied_at IS NOT NULL",
	        VALS(V(change_id)), v, 2, f);

	*ret = (struct effect){0};
	if (!err)
		err = side_of(db, a, val_int(v[0]), val_int(v[1]), &ret->before, f);
	if (!err)
		err = side_of(db, a, val_int(v[0]), change_id, &ret->after, f);
	ret->both = ret->before.dialogues > 0 && ret->after.dialogues > 0;
	if (!err && ret->both)
		ret->d = shares_compare(ret->before.leads, ret->before.dialogues, ret->after.leads, ret->after.dialogues);
	return err == ENOENT ? 0 : err;
}

static void put_side(struct json_out *w, const char *key, const struct side *s)
{
	json_key(w, key);
	json_open(w, '{');
	json_member_int(w, "dialogues", s->dialogues);
	json_member_int(w, "leads", s->leads);
	json_close(w, '}');
}

int change_effect(struct request *q)
{
	struct json_out *w = &q->out;
	struct effect e;
	struct change c;
	int err = resource_find(&change_resource, q, q->id[0], &c);

	if (!err)
		err = effect_of(q->db, q->a, c.id, &e, &q->fault);
	if (err)
		return err;
	json_open(w, '{');
	put_side(w, "before", &e.before);
	put_side(w, "after", &e.after);
	json_key(w, "difference");
	if (e.both) {
		json_open(w, '{');
		json_key(w, "low");
		json_add_real(w, e.d.low);
		json_key(w, "high");
		json_add_real(w, e.d.high);
		json_key(w, "decided");
		json_add_bool(w, e.d.decided);
		json_member_int(w, "needed", e.d.needed);
		json_close(w, '}');
	} else {
		json_add_null(w);
	}
	json_close(w, '}');
	return 0;
}

/* Good news --------------------------------------------------------------------------------------------------------------- */

struct news {
	const struct app *app;
	int64_t change_id, project_id, number, now;
	str title;
	struct effect e;
};

static double percent(const struct side *s)
{
	return 100.0 * (double)s->leads / (double)s->dialogues;
}

/* "5,8" */
static str decimal(struct arena *a, double v, bool english)
{
	str s = str_printf(a, "%.1f", v);
	char *dot = memchr((char *)s.p, '.', s.n);

	if (dot && !english)
		*dot = ',';
	return s;
}

static int tell_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct news *x = arg;
	struct notice n = {.kind = "news", .project_id = x->project_id, .to = NOTICE_CUSTOMER};
	struct notice_words w;
	int64_t told = 0, letters;
	int err = db_run(db, "UPDATE change SET told_at = ?2 WHERE id = ?1 AND told_at IS NULL",
	        VALS(V(x->change_id), V(x->now)), &told, f);

	if (err || !told)
		return err;
	err = notice_words(db, a, x->project_id, &w, f);
	if (err)
		return err;
	n.subject = str_printf(a,
	        w.english ? "%.*s: conversion is up after change %lld" : "«%.*s»: конверсия выросла после изменения %lld",
	        STR_ARG(w.project), (long long)x->number);
	n.text = str_printf(a,
	        w.english
	                ? "Good day,\n\nchange %lld (%.*s) paid off: %.*s %% of dialogues became leads, against %.*s %% before.\n\nCounted "
	                  "are %lld dialogues after it and %lld before. The difference is beyond chance: plausibly between %.*s and %.*s "
	                  "percentage points."
	                : "Добрый день.\n\nИзменение %lld (%.*s) себя оправдало: из диалогов в лиды переходит %.*s %% против %.*s %% до "
	                  "него.\n\nПосчитаны %lld диалогов после и %lld до. Случайностью разницу не объяснить: вероятнее всего она от "
	                  "%.*s до %.*s процентного пункта.",
	        (long long)x->number, STR_ARG(x->title), STR_ARG(decimal(a, percent(&x->e.after), w.english)),
	        STR_ARG(decimal(a, percent(&x->e.before), w.english)), (long long)x->e.after.dialogues,
	        (long long)x->e.before.dialogues, STR_ARG(decimal(a, 100 * x->e.d.low, w.english)),
	        STR_ARG(decimal(a, 100 * x->e.d.high, w.english)));
	return notice_send(x->app, db, a, &n, x->now, &letters, f);
}

static bool good(const struct effect *e)
{
	return e->both && e->d.decided && e->d.low > 0;
}

/* Of running projects the change in force, untold; tells at most one a turn, the rest in the next. */
int change_news(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	enum { LOOK_AT = 500 };
	struct news *all = NEW_N(a, struct news, LOOK_AT);
	size_t n = 0;
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT c.id, c.project_id, c.number, c.title FROM change c JOIN project p ON p.id = c.project_id WHERE p.state = 'running' "
	        "AND c.state = 'applied' AND c.told_at IS NULL AND c.applied_at = (SELECT MAX(h.applied_at) FROM change h WHERE "
	        "h.project_id = p.id) ORDER BY c.id DESC LIMIT 500",
	        NO_VALS, &r, f);

	(void)job;
	while (!err && n < LOOK_AT && !(err = rows_next(&r, f)))
		all[n++] = (struct news){.app = app,
		        .change_id = rows_int(&r, 0),
		        .project_id = rows_int(&r, 1),
		        .number = rows_int(&r, 2),
		        .title = rows_str(&r, 3)};
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		err = effect_of(db, a, all[i].change_id, &all[i].e, f);
		if (err || !good(&all[i].e))
			continue;
		all[i].now = clock_ms();
		err = store_write(app->store, NULL, a, tell_write, &all[i], f);
		job_wake(app->jobs);
	}
	return err;
}
