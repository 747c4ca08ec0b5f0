/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule_job.c - the letters of a day, written in one transaction with the note that they were: never twice, and never half. */
#include "base/log.h"
#include "domain/letter/letter.h"
#include "domain/schedule/schedule_priv.h"
#include "engine/zone/zone.h"
#include "kit/file/file.h"

enum { SCHEDULES_MAX = 2000 };

struct batch {
	const struct schedule *s;
	int64_t day, now;
	bool by_hand;
	struct composed of[RECIPIENTS_MAX];
	struct who who[RECIPIENTS_MAX];
	str message_id[RECIPIENTS_MAX];
	size_t n, skipped;
	int64_t sent;
	bool taken; /* somebody else wrote this day's */
};

/* A day is taken once, whoever looks at the clock at the same time. */
static int take_day(struct db *db, struct arena *a, struct batch *b, struct fault *f)
{
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE schedule SET last_day = ?2, last_at = ?3, last_sent = ?4, last_skipped = ?5 WHERE id = ?1 AND (last_day IS NULL "
	        "OR last_day < ?2) AND disabled = 0",
	        VALS(V(b->s->id), V(calendar_iso(a, b->day)), V(b->now), V((int64_t)b->n), V((int64_t)b->skipped)), &changed,
	        f);

	b->taken = !changed;
	return err;
}

static str once_key(struct arena *a, const struct batch *b, size_t i)
{
	if (b->by_hand) /* a button pressed twice within a minute is one wish */
		return str_printf(a, "schedule-hand:%lld:%lld:%lld", (long long)b->s->id, (long long)(b->now / CLOCK_MINUTE),
		        (long long)b->who[i].user_id);
	return str_printf(a, "schedule:%lld:%.*s:%lld", (long long)b->s->id, STR_ARG(calendar_iso(a, b->day)),
	        (long long)b->who[i].user_id);
}

static int write_letter(struct db *db, struct arena *a, struct batch *b, size_t i, struct fault *f)
{
	const struct composed *c = &b->of[i];
	struct file file = c->file ? *c->file : (struct file){0};
	int64_t id;
	int err = c->file ? file_add(db, a, &file, b->now, f) : 0;

	if (!err)
		err = letter_add(db, a,
		        &(struct letter_new){.kind = "statistics",
		                .project_id = b->s->project_id,
		                .user_id = b->who[i].user_id,
		                .to = c->to,
		                .subject = c->subject,
		                .text = c->text,
		                .html = c->html,
		                .day = calendar_iso(a, b->day),
		                .figures = c->figures,
		                .language = b->who[i].language,
		                .for_customer = b->who[i].customer_id && b->s->project_id,
		                .message_id = b->message_id[i],
		                .files = &file.id,
		                .n_files = c->file ? 1 : 0,
		                .once_key = once_key(a, b, i)},
		        b->now, &id, f);
	if (!err && !id && c->file) /* written a moment ago: the file has no letter */
		err = file_remove(db, file.id, f);
	if (!err && id)
		b->sent++;
	return err;
}

/* Closure. */
static int batch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct batch *b = arg;
	int err = 0;

	b->sent = 0;
	b->taken = false;
	if (!b->by_hand)
		err = take_day(db, a, b, f);
	for (size_t i = 0; !err && !b->taken && i < b->n; i++)
		err = write_letter(db, a, b, i, f);
	return err;
}

/* One recipient's letter. ENOENT: there is none for him, who may not see it any more, or has no address. */
static int compose_one(struct app *app, struct db *db, struct arena *a, struct batch *b, int64_t user_id, struct fault *f)
{
	struct composed *c = &b->of[b->n];
	int err = schedule_reaches(db, a, b->s, user_id, &b->who[b->n], &c->to, f);

	if (err)
		return err == EINVAL ? ENOENT : err;
	return schedule_compose(app, db, a, b->s, b->day, &b->who[b->n], b->now, c, f);
}

static int compose_all(struct app *app, struct db *db, struct arena *a, struct batch *b, struct fault *f)
{
	int64_t ids[RECIPIENTS_MAX];
	struct settings settings;
	size_t n = 0;
	int err = settings_load(db, a, &settings, f);

	if (!err)
		err = schedule_recipients(a, b->s->recipients, ids, &n, f);
	for (size_t i = 0; !err && i < n; i++) {
		err = compose_one(app, db, a, b, ids[i], f);
		if (!err) {
			b->message_id[b->n++] = letter_message_id(a, &settings);
		} else if (err == ENOENT) {
			b->skipped++;
			err = 0;
		}
	}
	return err;
}

static void drop_files(const struct batch *b, int err)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->of[i].file)
			file_unnamed(b->of[i].file, err);
}

int schedule_write(struct app *app, struct db *db, struct arena *a, const struct schedule *s, int64_t day, bool by_hand,
        int64_t now, int64_t *ret_sent, struct fault *f)
{
	struct batch *b = NEW(a, struct batch);
	int err;

	*b = (struct batch){.s = s, .day = day, .now = now, .by_hand = by_hand};
	err = compose_all(app, db, a, b, f);
	if (!err)
		err = store_write(app->store, db, a, batch_write, b, f);
	if (err || !b->sent)
		drop_files(b, err);
	if (err)
		return err;
	*ret_sent = b->sent;
	if (b->sent)
		job_wake(app->jobs);
	return 0;
}

static int look_at(struct app *app, struct db *db, struct arena *a, const struct schedule *s, int64_t now, struct fault *f)
{
	struct calendar calendar = {0};
	struct schedule_when when = {s->timezone, s->minute, (enum schedule_days)s->days, &calendar, s->since_at, INT64_MIN};
	struct val country = V(STR("RU"));
	struct date last;
	int64_t day, sent = 0;
	int err = s->project_id ? db_one(db, a, "SELECT jurisdiction FROM project WHERE id = ?1", VALS(V(s->project_id)),
	                                  &country, 1, f)
	                        : 0;

	if (date_parse(s->last_day, &last))
		when.last_day = date_days(last);
	if (!err)
		err = calendar_load(
		        db, a, val_str(country), now / CLOCK_DAY - SCHEDULE_BACK - 1, now / CLOCK_DAY + 1, &calendar, f);
	if (!err)
		err = schedule_due(&when, now, &day, f);
	if (!err)
		err = schedule_write(app, db, a, s, day, false, now, &sent, f);
	if (!err)
		log_info("schedule", "schedule %lld: %lld letters to send", (long long)s->id, (long long)sent);
	return err == ENOENT ? 0 : err;
}

int schedule_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct schedule *all = NEW_N(a, struct schedule, SCHEDULES_MAX);
	struct query *q = query_new(a);
	struct rows r;
	size_t n = 0;
	int err, failed = 0;

	(void)job;
	query_add(q, "SELECT ");
	entity_columns(&schedule_entity, q);
	query_add(q, " FROM schedule WHERE disabled = 0 ORDER BY id LIMIT 2000");
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		err = entity_from_row(&schedule_entity, &r, 0, &all[n++], f);
	rows_done(&r);
	if (err != ENOENT)
		return err;
	/* One schedule's trouble must not keep the others' letters back. */
	for (size_t i = 0; i < n; i++) {
		struct arena own = {0};
		int one = look_at(app, db, &own, &all[i], clock_ms(), f);
		arena_free(&own);
		if (one)
			log_error("schedule", "schedule %lld: %s", (long long)all[i].id, f->what);
		failed = one ? one : failed;
	}
	return failed == EINVAL ? EIO : failed;
}
