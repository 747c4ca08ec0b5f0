/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job.c - the table job: adding, taking, ending. The threads stand in runner.c. */
#include "base/clock.h"
#include "base/rand.h"
#include "kit/job/job_priv.h"
#include "kit/query/query.h"

#include <unistd.h>

enum { NOTE_TRIES = 10 };

int job_add(struct db *db, struct arena *a, const char *kind, int64_t ref_id, str payload, int64_t run_at,
        const char *once_key, struct fault *f)
{
	(void)a;
	return db_run(db,
	        "INSERT INTO job (kind, ref_id, payload, run_at, once_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
	        "ON CONFLICT (once_key) DO NOTHING",
	        VALS(V(str_of(kind)), V(ref_id), V(payload), V(run_at), V(str_of(once_key)), V(clock_ms())), NULL, f);
}

int job_add_now(struct db *db, const char *kind, int64_t ref_id, const char *once_key, int64_t now, struct fault *f)
{
	int64_t changed = 0;
	int err = db_run(db,
	        "INSERT INTO job (kind, ref_id, run_at, once_key, created_at) VALUES (?1, ?2, ?3, ?4, ?3) ON CONFLICT (once_key) DO UPDATE "
	        "SET run_at = excluded.run_at WHERE job.state = 'waiting'",
	        VALS(V(str_of(kind)), V(ref_id), V(now), V(str_of(once_key))), &changed, f);

	if (!err && !changed)
		err = fail(f, EALREADY, NULL, "under_way", "this is being done just now: look again in a minute");
	return err;
}

int job_retry(struct db *db, int64_t job_id, int64_t now, struct fault *f)
{
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE job SET state = 'waiting', tries = 0, run_at = ?2, lease_until = NULL, done_at = NULL "
	        "WHERE id = ?1 AND state IN ('dead', 'waiting')",
	        VALS(V(job_id), V(now)), &changed, f);

	if (!err && !changed)
		err = fail(f, ENOENT, NULL, "none", "there is no such job to run again");
	return err;
}

int job_note(struct store *s, struct db *db, struct arena *a, store_fn *fn, void *arg, struct fault *f)
{
	int err = store_write(s, db, a, fn, arg, f);

	for (int i = 0; i < NOTE_TRIES && (err == EIO || err == EBUSY || err == ENOSPC); i++) {
		usleep(CLOCK_SECOND * 1000);
		err = store_write(s, db, a, fn, arg, f);
	}
	return err;
}

/* " AND kind IN (…)": a row of a kind this program does not know waits for one that does. */
static void add_kinds(struct query *q, const struct job_set *set)
{
	query_add(q, " AND kind IN (");
	for (size_t i = 0; i < set->n; i++) {
		if (i)
			query_add(q, ", ");
		query_val(q, V(str_of(set->kind[i]->name)));
	}
	query_add(q, ")");
}

int job_next_due(struct db *db, struct arena *a, const struct job_set *set, int64_t *ret_at, struct fault *f)
{
	struct query *q = query_new(a);
	struct val at = {0};
	int err;

	query_add(q, "SELECT MIN(run_at) FROM job WHERE state = 'waiting'");
	add_kinds(q, set);
	err = db_one(db, a, QUERY(q), &at, 1, f);
	if (!err)
		*ret_at = at.type == VAL_NULL ? INT64_MAX : val_int(at);
	return err;
}

int job_take(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct job_claim *c = arg;
	struct query *q = query_new(a);
	struct val v[5];
	int err;

	c->taken = false;
	query_add(q, "SELECT id, kind, ref_id, payload, tries FROM job WHERE state = 'waiting' AND run_at <= ");
	query_val(q, V(c->now));
	add_kinds(q, c->set);
	query_add(q, " ORDER BY run_at, id LIMIT 1 ");
	query_word(q, db, DB_SKIP_LOCKED);
	err = db_one(db, a, QUERY(q), v, COUNT(v), f);
	if (err)
		return err == ENOENT ? 0 : err;
	c->job = (struct job){val_int(v[0]), val_int(v[4]) + 1, val_int(v[2]), val_str(v[1]), val_str(v[3])};
	err = db_run(db, "UPDATE job SET state = 'running', tries = ?2, lease_until = ?3 WHERE id = ?1",
	        VALS(V(c->job.id), V(c->job.tries), V(c->now + JOB_LEASE_MS)), NULL, f);
	c->taken = !err;
	return err;
}

static int64_t backoff(const struct job_kind *k, int64_t tries)
{
	struct dice d = {(uint64_t)clock_mono_us()};
	int64_t base = k->base_ms > 0 ? k->base_ms : CLOCK_MINUTE, n = tries < 1000 ? tries : 1000;

	return (int64_t)((double)(n * n * base) * (0.8 + 0.4 * dice_real(&d)));
}

/* The lease decides who may write the end: a job that was taken over meanwhile has other tries. */
static int end_as(struct db *db, const struct job_end *e, const char *state, int64_t run_at, int64_t tries, bool frees_key,
        struct fault *f)
{
	bool over = str_eq(str_of(state), STR("done")) || str_eq(str_of(state), STR("dead"));

	return db_run(db,
	        "UPDATE job SET state = ?3, run_at = ?4, tries = ?5, error = ?6, done_at = ?7, lease_until = NULL, "
	        "once_key = CASE WHEN ?8 = 1 THEN NULL ELSE once_key END WHERE id = ?1 AND tries = ?2 AND state = 'running'",
	        VALS(V(e->job->id), V(e->job->tries), V(str_of(state)), V(run_at), V(tries), V(e->error),
	                over ? V(e->now) : val_ref(0), V((int64_t)frees_key)),
	        NULL, f);
}

int job_finish(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct job_end *e = arg;
	const struct job_kind *k = e->kind;
	int64_t most = k->tries_max > 0 ? k->tries_max : JOB_TRIES;
	bool dead = e->err == EINVAL || e->job->tries >= most;

	(void)a;
	/* A job that runs by itself keeps its one row and comes round again, whatever happened. */
	if (k->every_ms > 0 && (!e->err || dead))
		return end_as(db, e, "waiting", e->now + k->every_ms, 0, false, f);
	if (!e->err && k->fleeting)
		return db_run(db, "DELETE FROM job WHERE id = ?1 AND tries = ?2 AND state = 'running'",
		        VALS(V(e->job->id), V(e->job->tries)), NULL, f);
	if (!e->err)
		return end_as(db, e, "done", e->now, e->job->tries, true, f);
	if (dead)
		return end_as(db, e, "dead", e->now, e->job->tries, true, f);
	return end_as(db, e, "waiting", e->now + backoff(k, e->job->tries), e->job->tries, false, f);
}

int job_keep(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct job_leases *l = arg;
	int err = 0;

	(void)a;
	for (size_t i = 0; i < l->n && !err; i++)
		err = db_run(db, "UPDATE job SET lease_until = ?3 WHERE id = ?1 AND tries = ?2 AND state = 'running'",
		        VALS(V(l->of[i].id), V(l->of[i].tries), V(l->now + JOB_LEASE_MS)), NULL, f);
	if (!err)
		err = db_run(db,
		        "UPDATE job SET state = 'waiting', lease_until = NULL WHERE state = 'running' AND lease_until <= ?1",
		        VALS(V(l->now)), NULL, f);
	if (!err)
		err = db_run(db,
		        "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state = 'done' AND done_at < ?1 LIMIT 200)",
		        VALS(V(l->now - JOB_KEEP_MS)), NULL, f);
	return err;
}

int job_reclaim_all(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)a;
	(void)arg;
	return db_run(db, "UPDATE job SET state = 'waiting', lease_until = NULL WHERE state = 'running'", NO_VALS, NULL, f);
}

int job_plant(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct job_set *set = arg;
	int err = 0;

	for (size_t i = 0; i < set->n && !err; i++)
		if (set->kind[i]->every_ms > 0)
			err = job_add(db, a, set->kind[i]->name, 0, (str){0}, clock_ms(),
			        str_printf(a, "every:%s", set->kind[i]->name).p, f);
	return err;
}
