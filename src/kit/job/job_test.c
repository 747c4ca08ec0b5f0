/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs on both engines: each run once, retried, given up, round again; what a dead process held is taken back. */
#include "kit/job/job_priv.h"

#include "engine/db/db_test.h"
#include "engine/db/migrate.h"

#include <pthread.h>
#include <stdatomic.h>

static const struct migration table = {"0001_job",
        "CREATE TABLE job (id @ID@, kind TEXT NOT NULL, ref_id @INT@ NOT NULL DEFAULT 0, payload TEXT, "
        "state TEXT NOT NULL DEFAULT 'waiting', once_key TEXT UNIQUE, tries @INT@ NOT NULL DEFAULT 0, run_at @INT@ NOT "
        "NULL, "
        "lease_until @INT@, error TEXT, created_at @INT@ NOT NULL, done_at @INT@);"};

static struct arena a;
static struct fault f;
static atomic_int done, failing, rounds, inside, most_inside;

static int run_done(struct app *app, struct db *db, struct arena *arena, const struct job *job, struct fault *fault)
{
	int now = atomic_fetch_add(&inside, 1) + 1;

	(void)app, (void)db, (void)arena, (void)fault;
	if (now > atomic_load(&most_inside))
		atomic_store(&most_inside, now);
	usleep(2000);
	atomic_fetch_sub(&inside, 1);
	atomic_fetch_add(&done, (int)job->ref_id);
	return 0;
}

static int run_failing(struct app *app, struct db *db, struct arena *arena, const struct job *job, struct fault *fault)
{
	(void)app, (void)db, (void)arena, (void)job;
	atomic_fetch_add(&failing, 1);
	return (fail)(fault, EIO, NULL, "down", "the other side is down");
}

static int run_hopeless(struct app *app, struct db *db, struct arena *arena, const struct job *job, struct fault *fault)
{
	(void)app, (void)db, (void)arena, (void)job;
	return (fail)(fault, EINVAL, NULL, "none", "there is nothing to do it with");
}

static int run_round(struct app *app, struct db *db, struct arena *arena, const struct job *job, struct fault *fault)
{
	(void)app, (void)db, (void)arena, (void)job, (void)fault;
	atomic_fetch_add(&rounds, 1);
	return 0;
}

static const struct job_kind works = {.name = "works", .run = run_done, .tries_max = 3};
static const struct job_kind fails = {.name = "fails", .run = run_failing, .base_ms = 5, .tries_max = 3};
static const struct job_kind hopeless = {.name = "hopeless", .run = run_hopeless, .nice = true};
static const struct job_kind rounded = {.name = "rounded", .run = run_round, .every_ms = 30};
static const struct job_kind *const kinds[] = {&works, &fails, &hopeless, &rounded};

static struct store *open_store(void)
{
	struct db *db = test_db();
	struct store *s;

	ok(db_migrate(db, &table, 1, NULL, &f));
	db_close(db);
	ok(store_open(test_url, 8, &s, &f));
	atomic_store(&done, 0);
	atomic_store(&failing, 0);
	atomic_store(&rounds, 0);
	atomic_store(&most_inside, 0);
	return s;
}

struct wish {
	const char *kind, *key;
	int64_t ref, run_at;
};

static int wish_write(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	const struct wish *w = arg;

	return job_add(db, arena, w->kind, w->ref, (str){0}, w->run_at, w->key, fault);
}

static void wish(struct store *s, const char *kind, int64_t ref, const char *key, int64_t run_at)
{
	struct wish w = {kind, key, ref, run_at};

	ok(store_write(s, NULL, &a, wish_write, &w, &f));
}

static int script_write(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	(void)arena;
	return db_run(db, arg, NO_VALS, NULL, fault);
}

static int64_t number(struct store *s, const char *sql)
{
	struct db *db = store_take(s);
	struct val v = {0};

	ok(db_one(db, &a, sql, NO_VALS, &v, 1, &f));
	store_give(s, db);
	return val_int(v);
}

/* Wait until sql gives want, two seconds at most. */
static void becomes(struct store *s, const char *sql, int64_t want)
{
	for (int i = 0; i < 200 && number(s, sql) != want; i++)
		usleep(10000);
	assert_int_equal(number(s, sql), want);
}

static struct job_runner *start(struct store *s)
{
	struct job_runner *r;

	ok(job_start(NULL, s, kinds, COUNT(kinds), 2, &r, &f));
	return r;
}

static void a_key_holds_while_its_job_is_not_done(void **state)
{
	struct store *s = open_store();
	struct job_runner *r;

	(void)state;
	wish(s, "works", 1, "letter:1", 0);
	wish(s, "works", 1, "letter:1", 0);
	wish(s, "works", 1, NULL, 0);
	assert_int_equal(number(s, "SELECT count(*) FROM job"), 2);
	r = start(s);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'done' AND once_key IS NULL", 2);
	wish(s, "works", 1, "letter:1", 0);
	job_wake(r);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'done'", 3);
	assert_int_equal(atomic_load(&done), 3);
	job_stop(r);
	store_close(s);
	arena_free(&a);
}

static void each_runs_once_with_two_runners(void **state)
{
	struct store *s = open_store();
	struct job_runner *r[2];

	(void)state;
	for (int i = 0; i < 60; i++)
		wish(s, "works", 1, NULL, 0);
	/* On SQLite a start takes back what runs: there is one process. So both start before work is due there. */
	r[0] = start(s);
	r[1] = store_engine(s) == DB_POSTGRES ? start(s) : NULL;
	becomes(s, "SELECT count(*) FROM job WHERE state = 'done'", 60);
	assert_int_equal(atomic_load(&done), 60);
	assert_true(atomic_load(&most_inside) > 1);
	job_stop(r[0]);
	job_stop(r[1]);
	store_close(s);
	arena_free(&a);
}

static void failures_are_retried_then_kept(void **state)
{
	struct store *s = open_store();
	struct job_runner *r;

	(void)state;
	wish(s, "fails", 1, "f", 0);
	wish(s, "hopeless", 1, NULL, 0);
	wish(s, "unknown here", 1, NULL, 0);
	r = start(s);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'dead' AND error IS NOT NULL", 2);
	assert_int_equal(atomic_load(&failing), 3);
	assert_int_equal(number(s, "SELECT tries FROM job WHERE kind = 'hopeless'"), 1);
	assert_int_equal(number(s, "SELECT count(*) FROM job WHERE kind = 'unknown here' AND state = 'waiting'"), 1);
	job_stop(r);
	store_close(s);
	arena_free(&a);
}

static int retry_write(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	(void)arena;
	return job_retry(db, *(int64_t *)arg, 0, fault);
}

static void a_dead_one_runs_again_when_told(void **state)
{
	struct store *s = open_store();
	struct job_runner *r;
	int64_t id;

	(void)state;
	wish(s, "works", 5, NULL, 0);
	ok(store_write(s, NULL, &a, script_write, "UPDATE job SET state = 'dead', tries = 3", &f));
	id = number(s, "SELECT id FROM job");
	r = start(s);
	ok(store_write(s, NULL, &a, retry_write, &id, &f));
	job_wake(r);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'done'", 1);
	assert_int_equal(store_write(s, NULL, &a, retry_write, &id, &f), ENOENT);
	job_stop(r);
	store_close(s);
	arena_free(&a);
}

static int now_write(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	(void)arena;
	return job_add_now(db, "works", 1, "letter:1", *(int64_t *)arg, fault);
}

static void one_that_runs_is_not_asked_for_again(void **state)
{
	struct store *s = open_store();
	int64_t later = 5000, now = 7;

	(void)state;
	ok(store_write(s, NULL, &a, now_write, &later, &f));
	ok(store_write(s, NULL, &a, now_write, &now, &f));
	assert_int_equal(number(s, "SELECT run_at FROM job"), 7);
	ok(store_write(s, NULL, &a, script_write, "UPDATE job SET state = 'running', tries = 1", &f));
	assert_int_equal(store_write(s, NULL, &a, now_write, &now, &f), EALREADY);
	store_close(s);
	arena_free(&a);
}

static void what_a_dead_process_held_is_taken_back(void **state)
{
	struct store *s = open_store();
	struct job_runner *r;

	(void)state;
	wish(s, "works", 1, NULL, 0);
	wish(s, "works", 100, NULL, 0);
	ok(store_write(s, NULL, &a, script_write, "UPDATE job SET state = 'running', tries = 1, lease_until = 1", &f));
	/* This one killed its process each time: it is not tried for ever. */
	ok(store_write(s, NULL, &a, script_write, "UPDATE job SET tries = 3 WHERE ref_id = 100", &f));
	r = start(s);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'done' AND tries = 2", 1);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'dead'", 1);
	assert_int_equal(atomic_load(&done), 1);
	job_stop(r);
	store_close(s);
	arena_free(&a);
}

static void a_lease_in_time_is_left_alone(void **state)
{
	struct store *s = open_store();
	struct job_runner *r;

	(void)state;
	if (store_engine(s) == DB_POSTGRES) { /* SQLite has one process, whose start takes everything back */
		wish(s, "works", 1, NULL, 0);
		ok(store_write(s, NULL, &a, script_write,
		        "UPDATE job SET state = 'running', tries = 1, lease_until = 9000000000000", &f));
		r = start(s);
		usleep(100000);
		assert_int_equal(number(s, "SELECT count(*) FROM job WHERE kind = 'works' AND state = 'running'"), 1);
		assert_int_equal(atomic_load(&done), 0);
		job_stop(r);
	}
	store_close(s);
	arena_free(&a);
}

static void what_runs_by_itself_comes_round(void **state)
{
	struct store *s = open_store();
	struct job_runner *r = start(s);

	(void)state;
	for (int i = 0; i < 200 && atomic_load(&rounds) < 3; i++)
		usleep(10000);
	assert_true(atomic_load(&rounds) >= 3);
	assert_int_equal(number(s, "SELECT count(*) FROM job WHERE kind = 'rounded'"), 1);
	job_stop(r);
	store_close(s);
	arena_free(&a);
}

static void later_is_later(void **state)
{
	struct store *s = open_store();
	struct job_runner *r;

	(void)state;
	wish(s, "works", 1, NULL, clock_ms() + 250);
	r = start(s);
	usleep(100000);
	assert_int_equal(atomic_load(&done), 0);
	becomes(s, "SELECT count(*) FROM job WHERE state = 'done'", 1);
	job_stop(r);
	store_close(s);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ON_BOTH(a_key_holds_while_its_job_is_not_done),
	        ON_BOTH(each_runs_once_with_two_runners),
	        ON_BOTH(failures_are_retried_then_kept),
	        ON_BOTH(a_dead_one_runs_again_when_told),
	        ON_BOTH(one_that_runs_is_not_asked_for_again),
	        ON_BOTH(what_a_dead_process_held_is_taken_back),
	        ON_BOTH(a_lease_in_time_is_left_alone),
	        ON_BOTH(what_runs_by_itself_comes_round),
	        ON_BOTH(later_is_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
