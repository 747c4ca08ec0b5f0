/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/db/store.h"

#include "engine/db/db_test.h"

#include "base/clock.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct arena a;
static struct fault f;

static struct store *open_store(void)
{
	struct db *db = test_db();
	struct store *s;

	ok(db_script(db, "CREATE TABLE IF NOT EXISTS thing (n BIGINT PRIMARY KEY, text TEXT)", &f));
	db_close(db);
	ok(store_open(test_url, 4, &s, &f));
	return s;
}

static int add(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	(void)arena;
	return db_run(db, "INSERT INTO thing (n) VALUES (?1)", VALS(V(*(int64_t *)arg)), NULL, fault);
}

static int write_n(struct store *s, int64_t n)
{
	struct arena own = {0};
	int err = store_write(s, NULL, &own, add, &n, NULL);

	arena_free(&own);
	return err;
}

static int64_t count(struct store *s)
{
	struct db *db = store_take(s);
	struct val v;

	ok(db_one(db, &a, "SELECT count(*) FROM thing", NO_VALS, &v, 1, &f));
	store_give(s, db);
	return val_int(v);
}

/* Whoever takes the connection next would read the world as it was at the forgotten question: on SQLite. */
static void rows_that_were_not_ended_are_ended_by_giving_back(void **state)
{
	struct store *s = open_store();
	struct rows rows;
	struct db *db;
	int64_t before = count(s);

	(void)state;
	ok(write_n(s, 901));
	ok(write_n(s, 902));
	db = store_take(s);
	ok(db_ask(db, &a, "SELECT n FROM thing", NO_VALS, &rows, &f));
	ok(rows_next(&rows, &f));
	if (store_engine(s) == DB_POSTGRES)
		rows_done(&rows); /* all of them are in memory, which would be lost */
	store_give(s, db);
	ok(write_n(s, 903));
	assert_int_equal(count(s), before + 3);
	store_close(s);
}

static void a_write_is_there_when_it_returns(void **state)
{
	struct store *s = open_store();

	(void)state;
	ok(write_n(s, 1));
	assert_int_equal(count(s), 1);
	assert_int_equal(write_n(s, 1), EEXIST);
	ok(write_n(s, 2));
	assert_int_equal(count(s), 2);
	store_close(s);
}

/* 64 threads; every fifth write of each is refused by the rule of the key and must not touch its neighbours. */
enum { THREADS = 64, EACH = 25 };
struct worker {
	struct store *s;
	int64_t first;
	int refused, failed;
	pthread_t thread;
};

static void *work(void *arg)
{
	struct worker *w = arg;

	for (int64_t i = 0; i < EACH; i++) {
		int err = write_n(w->s, i % 5 == 4 ? w->first : w->first + i);

		w->refused += err == EEXIST;
		w->failed += err && err != EEXIST;
	}
	return NULL;
}

static void one_refused_write_does_not_undo_its_neighbours(void **state)
{
	struct store *s = open_store();
	struct worker w[THREADS];
	struct store_figures figures;

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.s = s, .first = 1000 * i};
		assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(w[i].refused, EACH / 5);
		assert_int_equal(w[i].failed, 0);
	}
	assert_int_equal(count(s), THREADS * EACH * 4 / 5);
	store_figures(s, &figures);
	assert_int_equal(figures.writes, THREADS * EACH * 4 / 5);
	assert_int_equal(figures.failed, THREADS * EACH / 5);
	if (store_engine(s) == DB_SQLITE)
		assert_true(figures.groups < figures.writes); /* they did go together */
	store_close(s);
}

/* Adds one and reads what it got: a lost update shows as a number given twice. */
static int add_one(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	struct val v;
	int err = db_one(db, arena,
	        "UPDATE thing SET text = CAST(CAST(text AS BIGINT) + 1 AS TEXT) WHERE n = 0 RETURNING text", NO_VALS, &v, 1,
	        fault);

	*(str *)arg = err ? (str){0} : val_str(v);
	return err;
}

static void *count_up(void *arg)
{
	struct worker *w = arg;
	struct arena own = {0};
	str got;

	for (int i = 0; i < EACH; i++)
		w->failed += store_write(w->s, NULL, &own, add_one, &got, NULL) != 0 || !got.p;
	arena_free(&own);
	return NULL;
}

static int zero(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	(void)arena, (void)arg;
	return db_run(db, "INSERT INTO thing (n, text) VALUES (0, '0')", NO_VALS, NULL, fault);
}

static void no_update_is_lost(void **state)
{
	struct store *s = open_store();
	struct worker w[16];
	struct db *db;
	struct val v;

	(void)state;
	ok(store_write(s, NULL, &a, zero, NULL, &f));
	for (int i = 0; i < 16; i++) {
		w[i] = (struct worker){.s = s};
		assert_int_equal(pthread_create(&w[i].thread, NULL, count_up, &w[i]), 0);
	}
	for (int i = 0; i < 16; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(w[i].failed, 0);
	}
	db = store_take(s);
	ok(db_one(db, &a, "SELECT CAST(text AS BIGINT) FROM thing WHERE n = 0", NO_VALS, &v, 1, &f));
	assert_int_equal(val_int(v), 16 * EACH);
	store_give(s, db);
	store_close(s);
	arena_free(&a);
}

/* Two rows locked in opposite orders: PostgreSQL kills one of the two, the store runs it again. */
static int lock_two(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	int64_t first = *(int64_t *)arg;
	int err = db_run(db, "UPDATE thing SET text = 'x' WHERE n = ?1", VALS(V(first)), NULL, fault);

	(void)arena;
	if (!err && db_engine(db) == DB_POSTGRES)
		err = db_script(db, "SELECT pg_sleep(0.05)", fault);
	if (!err)
		err = db_run(db, "UPDATE thing SET text = 'y' WHERE n = ?1", VALS(V(3 - first)), NULL, fault);
	return err;
}

static void *cross(void *arg)
{
	struct worker *w = arg;
	struct arena own = {0};

	w->failed = store_write(w->s, NULL, &own, lock_two, &w->first, NULL);
	arena_free(&own);
	return NULL;
}

static void a_deadlock_is_run_again(void **state)
{
	struct store *s = open_store();
	struct worker w[2];

	(void)state;
	ok(write_n(s, 1));
	ok(write_n(s, 2));
	for (int i = 0; i < 2; i++) {
		w[i] = (struct worker){.s = s, .first = i + 1};
		assert_int_equal(pthread_create(&w[i].thread, NULL, cross, &w[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(w[i].failed, 0);
	}
	store_close(s);
}

/* A child writes 1, 2, 3 … and says each over the pipe after the store acknowledged it; it is killed in the middle. */
static void write_until_killed(int out)
{
	struct store *s;

	if (store_open(test_url, 2, &s, NULL))
		_exit(1);
	for (int64_t n = 1;; n++)
		if (write_n(s, n) || write(out, &n, sizeof(n)) != sizeof(n))
			_exit(1);
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
	int64_t n = 0, last = 0, rows;
	struct store *s;
	int pipe_fd[2];
	pid_t child;

	(void)state;
	store_close(open_store());
	ok(pipe(pipe_fd));
	child = fork();
	if (child == 0)
		write_until_killed(pipe_fd[1]);
	close(pipe_fd[1]);
	while (last < 50 && read(pipe_fd[0], &n, sizeof(n)) == sizeof(n))
		last = n;
	kill(child, SIGKILL);
	while (read(pipe_fd[0], &n, sizeof(n)) == sizeof(n))
		last = n;
	waitpid(child, NULL, 0);
	close(pipe_fd[0]);
	assert_true(last >= 50);
	s = open_store();
	rows = count(s);
	assert_true(rows == last || rows == last + 1); /* the last one may have been on its way */
	store_close(s);
}

/* A file system whose fsync of the WAL fails from some moment on. */
static bool sync_fails;
static const sqlite3_io_methods *real_methods;
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);

static int failing_sync(sqlite3_file *file, int flags)
{
	return sync_fails ? SQLITE_IOERR_FSYNC : real_methods->xSync(file, flags);
}

static int open_with_failing_sync(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
	static sqlite3_io_methods methods;
	int rc = real_open(vfs, name, file, flags, ret_flags);

	if (!rc && (flags & SQLITE_OPEN_WAL)) {
		real_methods = file->pMethods;
		methods = *file->pMethods;
		methods.xSync = failing_sync;
		file->pMethods = &methods;
	}
	return rc;
}

static void write_with_failing_fsync(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	struct store *s;

	real_open = vfs->xOpen;
	vfs->xOpen = open_with_failing_sync;
	if (store_open(test_url, 2, &s, NULL) || write_n(s, 1))
		_exit(1);
	sync_fails = true;
	(void)write_n(s, 2);
	_exit(2); /* it lived on */
}

static void a_failed_fsync_stops_the_process(void **state)
{
	pid_t child;
	int status;

	(void)state;
	store_close(open_store());
	child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL); /* cmocka's and the sanitizer's handlers are not wanted here */
		write_with_failing_fsync();
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static int add_big(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	static char big[64 * 1024];

	(void)arena;
	memset(big, 'x', sizeof(big));
	return db_run(db, "INSERT INTO thing (n, text) VALUES (?1, ?2)",
	        VALS(V(*(int64_t *)arg), V(((str){big, sizeof(big)}))), NULL, fault);
}

static int64_t full_since(struct store *s)
{
	struct store_figures figures;

	store_figures(s, &figures);
	return figures.full_at;
}

static void a_full_disk_is_said_and_overcome(void **state)
{
	struct store *s;
	char path[700];
	int64_t n = 1, kept;
	int err = 0, fd;

	(void)state;
	if (mount("tmpfs", test_dir, "tmpfs", 0, "size=4m"))
		skip(); /* only root may */
	s = open_store();
	snprintf(path, sizeof(path), "%s/mark", test_dir);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ok(posix_fallocate(fd, 0, 2 * 1024 * 1024));
	for (; n < 1000 && !err; n++)
		err = store_write(s, NULL, &a, add_big, &n, &f);
	assert_int_equal(err, ENOSPC);
	assert_string_equal(f.code, "disk_full");
	assert_int_not_equal(full_since(s), 0);
	kept = count(s);
	assert_int_equal(kept, n - 2);
	ok(ftruncate(fd, 0));
	close(fd);
	n = 5000;
	ok(store_write(s, NULL, &a, add_big, &n, &f));
	assert_int_equal(count(s), kept + 1);
	assert_int_equal(full_since(s), 0);
	store_close(s);
	ok(umount(test_dir));
	arena_free(&a);
}

static int burst(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	int64_t *n = arg;
	int err = 0;

	for (int64_t i = 0; !err && i < 20; i++) {
		int64_t key = *n * 20 + i;
		err = add_big(db, arena, &key, fault);
	}
	return err;
}

static void the_wal_stays_bounded(void **state)
{
	struct store *s = open_store();
	char path[700];
	struct stat st;

	(void)state;
	for (int64_t n = 1; n <= 150; n++) /* 190 MB through it */
		ok(store_write(s, NULL, &a, burst, &n, &f));
	snprintf(path, sizeof(path), "%s/test.db-wal", test_dir);
	ok(stat(path, &st));
	assert_true(st.st_size < 100 * 1024 * 1024);
	store_close(s);
}

static void *keep_writing(void *arg)
{
	struct worker *w = arg;

	for (int64_t i = 0; i < 300; i++)
		w->failed += write_n(w->s, w->first + i) != 0;
	return NULL;
}

static void a_backup_under_writes_is_one_moment(void **state)
{
	struct store *s = open_store();
	struct worker w = {.s = s, .first = 10};
	char path[700], url[710];
	struct db *copy;
	struct val v[2];

	(void)state;
	ok(write_n(s, 1));
	assert_int_equal(pthread_create(&w.thread, NULL, keep_writing, &w), 0);
	snprintf(path, sizeof(path), "%s/copy.db", test_dir);
	ok(store_backup(s, path, &f));
	assert_int_equal(store_backup(s, path, &f), EEXIST);
	pthread_join(w.thread, NULL);
	assert_int_equal(w.failed, 0);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	ok(db_open(url, true, &copy, &f));
	ok(db_one(copy, &a, "SELECT count(*), max(n) FROM thing", NO_VALS, v, 2, &f));
	assert_true(val_int(v[0]) == 1 || val_int(v[0]) == val_int(v[1]) - 10 + 2);
	ok(db_one(copy, &a, "PRAGMA integrity_check", NO_VALS, v, 1, &f));
	assert_true(str_eq(val_str(v[0]), STR("ok")));
	db_close(copy);
	store_close(s);
	arena_free(&a);
}

/* Events: a transaction that began first commits last, and a reader between the two must not pass it over. */
static const char *event_sql(struct db *db)
{
	return str_printf(&a, "INSERT INTO event (id, note) VALUES (%s + %lld, ?1)", db_word(db, DB_EVENT_BASE),
	        (long long)db_event_ordinal(db))
	        .p;
}

static int64_t read_events(struct db *db, int64_t after, char *ret_notes)
{
	struct rows r;
	int err = db_ask(db, &a,
	        str_printf(&a, "SELECT id, note FROM event WHERE id > ?1 AND %s ORDER BY id", db_word(db, DB_EVENT_VISIBLE))
	                .p,
	        VALS(V(after)), &r, &f);

	while (!err && !(err = rows_next(&r, &f))) {
		after = rows_int(&r, 0);
		snprintf(ret_notes + strlen(ret_notes), 20, "%.*s ", STR_ARG(rows_str(&r, 1)));
	}
	rows_done(&r);
	assert_int_equal(err, ENOENT);
	return after;
}

static int64_t position(struct db *db)
{
	struct val v;

	ok(db_one(db, &a, str_printf(&a, "SELECT %s", db_word(db, DB_EVENT_POSITION)).p, NO_VALS, &v, 1, &f));
	return val_int(v);
}

static void no_event_appears_below_one_already_read(void **state)
{
	struct db *slow = test_db(), *fast, *reader;
	char notes[100] = "";
	int64_t at;

	(void)state;
	ok(db_script(slow, "CREATE TABLE event (id BIGINT PRIMARY KEY, note TEXT)", &f));
	ok(db_open(test_url, false, &fast, &f));
	ok(db_open(test_url, true, &reader, &f));
	at = position(reader);
	if (db_engine(slow) == DB_POSTGRES) {
		ok(db_begin(slow, &f));
		ok(db_run(slow, event_sql(slow), VALS(V(STR("slow1"))), NULL, &f));
		ok(db_run(fast, event_sql(fast), VALS(V(STR("fast"))), NULL, &f));
		at = read_events(reader, at, notes);
		assert_string_equal(notes, ""); /* the fast one waits for the slow one */
		assert_true(position(reader) < 65536 * 1000000LL && read_events(reader, position(reader), notes) >= at);
		assert_string_equal(notes, "");
		ok(db_run(slow, event_sql(slow), VALS(V(STR("slow2"))), NULL, &f));
		ok(db_commit(slow, &f));
		at = read_events(reader, at, notes);
		assert_string_equal(notes, "slow1 slow2 fast ");
	} else {
		ok(db_run(slow, event_sql(slow), VALS(V(STR("one"))), NULL, &f));
		ok(db_run(fast, event_sql(fast), VALS(V(STR("two"))), NULL, &f));
		at = read_events(reader, at, notes);
		assert_string_equal(notes, "one two ");
	}
	assert_true(position(reader) >= at);
	notes[0] = 0;
	ok(db_run(fast, event_sql(fast), VALS(V(STR("later"))), NULL, &f));
	read_events(reader, at, notes);
	assert_string_equal(notes, "later ");
	db_close(reader);
	db_close(fast);
	db_close(slow);
	arena_free(&a);
}

static void cut_all_connections(void)
{
	struct db *db = test_db();

	ok(db_script(db,
	        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = "
	        "'client backend'",
	        &f));
	db_close(db);
}

/* In the middle of its transaction the connection is cut, once. */
static int add_cut(struct db *db, struct arena *arena, void *arg, struct fault *fault)
{
	static bool cut;
	int err = add(db, arena, arg, fault);

	if (!err && !cut) {
		cut = true;
		cut_all_connections();
	}
	return err ? err : db_run(db, "UPDATE thing SET text = 'both'", NO_VALS, NULL, fault);
}

static void a_lost_connection_is_made_again(void **state)
{
	struct store *s = open_store();
	struct db *db;
	int64_t n = 7;

	(void)state;
	assert_int_equal(count(s), 0);
	cut_all_connections();
	assert_int_equal(count(s), 0); /* a reading question outside a transaction never notices */
	ok(store_write(s, NULL, &a, add_cut, &n, &f));
	assert_int_equal(count(s), 1);
	db = store_take(s);
	ok(db_begin(db, &f));
	ok(db_run(db, "INSERT INTO thing (n) VALUES (8)", NO_VALS, NULL, &f));
	cut_all_connections();
	assert_int_equal(db_run(db, "INSERT INTO thing (n) VALUES (9)", NO_VALS, NULL, &f), EIO);
	assert_int_equal(db_commit(db, &f), EIO);
	store_give(s, db);
	assert_int_equal(count(s), 1);
	store_close(s);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ON_BOTH(a_write_is_there_when_it_returns),
	        ON_BOTH(rows_that_were_not_ended_are_ended_by_giving_back),
	        ON_BOTH(one_refused_write_does_not_undo_its_neighbours),
	        ON_BOTH(no_update_is_lost),
	        ON_BOTH(a_deadlock_is_run_again),
	        ON_BOTH(what_was_acknowledged_survives_a_kill),
	        ON_BOTH(no_event_appears_below_one_already_read),
	        {"a_lost_connection_is_made_again postgres", a_lost_connection_is_made_again, test_on_postgres, test_over,
	                NULL},
	        ON_SQLITE(a_failed_fsync_stops_the_process),
	        ON_SQLITE(a_full_disk_is_said_and_overcome),
	        ON_SQLITE(the_wal_stays_bounded),
	        ON_SQLITE(a_backup_under_writes_is_one_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
