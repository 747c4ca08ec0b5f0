/* SPDX-License-Identifier: GPL-3.0-or-later */
/* news.c - the customer is told when his conversion rose, once it is sure: after a change, and from one calendar month to the next without any. */
#include "base/clock.h"
#include "domain/change/change_priv.h"
#include "domain/letter/letter.h"
#include "engine/zone/zone.h"

enum { LOOK_AT = 500 };

struct news {
	const struct app *app;
	int64_t change_id, project_id, now; /* change_id 0: last month is before, this one after */
	int64_t month;                      /* when this one began */
	str timezone;
	struct change_effect e;
};

static double percent(const struct change_side *s)
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

static void say_change(struct arena *a, const struct news *x, const struct notice_words *w, struct notice *n)
{
	n->subject = str_printf(a,
	        w->english ? "%.*s: conversion is up after change %lld" : "«%.*s»: конверсия выросла после изменения %lld",
	        STR_ARG(w->project), (long long)x->e.number);
	n->text = str_printf(a,
	        w->english
	                ? "Good day,\n\nchange %lld (%.*s) paid off: %.*s %% of dialogues became leads, against %.*s %% before.\n\nCounted "
	                  "are %lld dialogues after it and %lld before. The difference is beyond chance: plausibly between %.*s and %.*s "
	                  "percentage points."
	                : "Добрый день.\n\nИзменение %lld (%.*s) себя оправдало: из диалогов в лиды переходит %.*s %% против %.*s %% до "
	                  "него.\n\nПосчитаны %lld диалогов после и %lld до. Случайностью разницу не объяснить: вероятнее всего она от "
	                  "%.*s до %.*s процентного пункта.",
	        (long long)x->e.number, STR_ARG(x->e.title), STR_ARG(decimal(a, percent(&x->e.after), w->english)),
	        STR_ARG(decimal(a, percent(&x->e.before), w->english)), (long long)x->e.after.dialogues,
	        (long long)x->e.before.dialogues, STR_ARG(decimal(a, 100 * x->e.d.low, w->english)),
	        STR_ARG(decimal(a, 100 * x->e.d.high, w->english)));
}

static void say_month(struct arena *a, const struct news *x, const struct notice_words *w, struct notice *n)
{
	n->subject =
	        str_printf(a, w->english ? "%.*s: conversion is up this month" : "«%.*s»: конверсия в этом месяце выросла",
	                STR_ARG(w->project));
	n->text = str_printf(a,
	        w->english
	                ? "Good day,\n\nthe conversion of the project rose: this month %.*s %% of dialogues became leads, against %.*s %% last "
	                  "month. There were no changes in that time.\n\nCounted are %lld dialogues of this month and %lld of the last. The "
	                  "difference is beyond chance: plausibly between %.*s and %.*s percentage points."
	                : "Добрый день.\n\nКонверсия проекта выросла: в этом месяце из диалогов в лиды переходит %.*s %% против %.*s %% в "
	                  "прошлом. Изменений за это время не было.\n\nПосчитаны %lld диалогов этого месяца и %lld прошлого. Случайностью разницу "
	                  "не объяснить: вероятнее всего она от %.*s до %.*s процентного пункта.",
	        STR_ARG(decimal(a, percent(&x->e.after), w->english)),
	        STR_ARG(decimal(a, percent(&x->e.before), w->english)), (long long)x->e.after.dialogues,
	        (long long)x->e.before.dialogues, STR_ARG(decimal(a, 100 * x->e.d.low, w->english)),
	        STR_ARG(decimal(a, 100 * x->e.d.high, w->english)));
}

/* EEXIST: somebody told it meanwhile. */
static int take_news(struct db *db, struct arena *a, const struct news *x, struct fault *f)
{
	int64_t told = 0;
	struct val v;
	int err;

	if (x->change_id) {
		err = db_run(db, "UPDATE change SET told_at = ?2 WHERE id = ?1 AND told_at IS NULL",
		        VALS(V(x->change_id), V(x->now)), &told, f);
		return err || told ? err : EEXIST;
	}
	err = db_one(db, a, "SELECT 1 FROM letter WHERE project_id = ?1 AND kind = 'news' AND created_at >= ?2 LIMIT 1",
	        VALS(V(x->project_id), V(x->month)), &v, 1, f);
	return err == ENOENT ? 0 : err ? err : EEXIST;
}

static int tell_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct news *x = arg;
	struct notice n = {.kind = "news", .project_id = x->project_id, .to = NOTICE_CUSTOMER};
	struct notice_words w;
	int64_t letters;
	int err = take_news(db, a, x, f);

	if (err)
		return err == EEXIST ? 0 : err;
	err = notice_words(db, a, x->project_id, &w, f);
	if (err)
		return err;
	(x->change_id ? say_change : say_month)(a, x, &w, &n);
	return notice_send(x->app, db, a, &n, x->now, &letters, f);
}

static bool good(const struct change_effect *e)
{
	return e->both && e->d.decided && e->d.low > 0;
}

static int tell(struct app *app, struct db *db, struct arena *a, struct news *x, struct fault *f)
{
	int err = store_write(app->store, db, a, tell_write, x, f);

	job_wake(app->jobs);
	return err;
}

/* Of running projects the change in force, untold. */
static int after_changes(struct app *app, struct db *db, struct arena *a, int64_t now, struct fault *f)
{
	struct news *all = NEW_N(a, struct news, LOOK_AT);
	size_t n = 0;
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT c.id, c.project_id FROM change c JOIN project p ON p.id = c.project_id WHERE p.state = 'running' "
	        "AND c.state = 'applied' AND c.told_at IS NULL AND c.applied_at = (SELECT MAX(h.applied_at) FROM change h WHERE "
	        "h.project_id = p.id) ORDER BY c.id DESC LIMIT 500",
	        NO_VALS, &r, f);

	while (!err && n < LOOK_AT && !(err = rows_next(&r, f)))
		all[n++] =
		        (struct news){.app = app, .change_id = rows_int(&r, 0), .project_id = rows_int(&r, 1), .now = now};
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		err = change_effect_of(db, a, all[i].change_id, &all[i].e, f);
		if (!err && good(&all[i].e))
			err = tell(app, db, a, &all[i], f);
	}
	return err;
}

/* Last month against this one, in dialled dialogues; nothing when a change took effect in them, or good news were told this month. */
static int month_of(struct db *db, struct arena *a, struct news *x, struct fault *f)
{
	struct zone_time t;
	struct val v[4];
	int64_t last;
	int err = zone_local(x->timezone, x->now, &t, f);

	if (!err)
		err = zone_instant(x->timezone, (struct date){t.date.year, t.date.month, 1}, 0, &x->month, f);
	if (!err)
		err = zone_local(x->timezone, x->month - CLOCK_HOUR, &t, f);
	if (!err)
		err = zone_instant(x->timezone, (struct date){t.date.year, t.date.month, 1}, 0, &last, f);
	if (!err)
		err = db_one(db, a,
		        "SELECT COALESCE(SUM(CASE WHEN h.hour < ?3 THEN h.dialogues END), 0), COALESCE(SUM(CASE WHEN h.hour < ?3 THEN h.leads END), "
		        "0), COALESCE(SUM(CASE WHEN h.hour >= ?3 THEN h.dialogues END), 0), COALESCE(SUM(CASE WHEN h.hour >= ?3 THEN h.leads END), 0) "
		        "FROM project_hour h WHERE h.project_id = ?1 AND h.direction = 'out' AND h.hour >= ?2 AND NOT EXISTS (SELECT 1 FROM change c "
		        "WHERE c.project_id = ?1 AND c.applied_at >= ?2) AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.project_id = ?1 AND l.kind = "
		        "'news' AND l.created_at >= ?3)",
		        VALS(V(x->project_id), V(last), V(x->month)), v, COUNT(v), f);
	if (err)
		return err;
	x->e.before = (struct change_side){val_int(v[0]), val_int(v[1])};
	x->e.after = (struct change_side){val_int(v[2]), val_int(v[3])};
	change_compare(&x->e);
	return 0;
}

static int without_changes(struct app *app, struct db *db, struct arena *a, int64_t now, struct fault *f)
{
	struct news *all = NEW_N(a, struct news, LOOK_AT);
	size_t n = 0;
	struct rows r;
	int err = db_ask(db, a, "SELECT id, timezone FROM project WHERE state = 'running' ORDER BY id DESC LIMIT 500",
	        NO_VALS, &r, f);

	while (!err && n < LOOK_AT && !(err = rows_next(&r, f)))
		all[n++] = (struct news){.app = app, .project_id = rows_int(&r, 0), .timezone = rows_str(&r, 1), .now = now};
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		err = month_of(db, a, &all[i], f);
		if (!err && good(&all[i].e))
			err = tell(app, db, a, &all[i], f);
	}
	return err;
}

int change_news(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t now = clock_ms();
	int err = after_changes(app, db, a, now, f);

	(void)job;
	return err ? err : without_changes(app, db, a, now, f);
}
