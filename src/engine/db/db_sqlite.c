/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_sqlite.c - the driver for SQLite: WAL, synchronous=FULL, foreign keys, LIKE that minds case, lower() that knows Russian.
 * A failed fsync stops the process: after it the kernel may have dropped the pages, and a repeated fsync lies. */
#include "engine/db/db_priv.h"

#include "base/log.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <unistd.h>

struct lite {
	struct db db;
	sqlite3 *h;
};
struct lite_stmt {
	struct stmt s;
	sqlite3_stmt *h;
};

static const char *const words[DB_WORDS] = {
        [DB_EVENT_BASE] = "(SELECT coalesce(max(id), 0) FROM event)",
        [DB_EVENT_VISIBLE] = "1 = 1",
        [DB_EVENT_POSITION] = "(SELECT coalesce(max(id), 0) FROM event)",
        [DB_SKIP_LOCKED] = "",
        [DB_FOR_UPDATE] = "",
        [DB_HOLD_TEXT] = "SELECT ?1", /* there is one writer */
        [DB_NOW_MS] = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
};

static sqlite3 *handle(const struct db *db)
{
	return ((const struct lite *)db)->h;
}

void db_sqlite_check_fsync(sqlite3 *h)
{
	int kind = sqlite3_extended_errcode(h);

	if (kind != SQLITE_IOERR_FSYNC && kind != SQLITE_IOERR_DIR_FSYNC)
		return;
	log_error("db", "fsync failed, errno %d: what was written may be lost, stopping", sqlite3_system_errno(h));
	abort();
}

static int err_of(sqlite3 *h)
{
	int kind = sqlite3_extended_errcode(h), os = sqlite3_system_errno(h);

	if (kind == SQLITE_CONSTRAINT_UNIQUE || kind == SQLITE_CONSTRAINT_PRIMARYKEY || kind == SQLITE_CONSTRAINT_ROWID)
		return EEXIST;
	switch (kind & 0xff) {
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_RANGE: return EINVAL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return EBUSY;
	case SQLITE_FULL: return ENOSPC;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN: return os == ENOSPC || os == EDQUOT ? ENOSPC : EIO;
	}
	return EIO;
}

static int fault_of(struct db *db, struct fault *f)
{
	sqlite3 *h = handle(db);
	int err;

	if (!h)
		return db_fault(f, EIO, "out of memory");
	db_sqlite_check_fsync(h);
	err = err_of(h);
	db->again = err == EBUSY;
	return db_fault(f, err, sqlite3_errmsg(h));
}

static void lower(sqlite3_context *c, int n, sqlite3_value **v)
{
	struct arena a = {0};
	str s = {(const char *)sqlite3_value_text(v[0]), 0}, low;

	(void)n;
	if (!s.p)
		return;
	s.n = (size_t)sqlite3_value_bytes(v[0]);
	low = utf8_lower(&a, s);
	sqlite3_result_text64(c, low.p, low.n, SQLITE_TRANSIENT, SQLITE_UTF8);
	arena_free(&a);
}

static void set_up_once(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* its counter is one lock for all threads */
}

static const char *path_of(const struct db *db)
{
	return db->url + strlen(db_sqlite.scheme);
}

/* The file holds people's data: made for its owner alone, and its -wal and -shm take their mode from it. Never opened when it is
 * there: closing any descriptor of it drops the POSIX locks of all connections of this process, and another process would
 * then take the -wal away under them. */
static void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static int set_up(struct db *db, struct fault *f)
{
	sqlite3 *h = handle(db);
	static const char all[] = "PRAGMA foreign_keys=ON; PRAGMA case_sensitive_like=ON; PRAGMA trusted_schema=OFF; "
	                          "PRAGMA temp_store=MEMORY;";
	static const char writer[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; "
	                             "PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON;";
	static const char reader[] = "PRAGMA query_only=ON; PRAGMA cache_size=-2000;";

	sqlite3_extended_result_codes(h, 1);
	sqlite3_busy_timeout(h, 10000);
	if (sqlite3_create_function(
	            h, "lower", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, lower, NULL, NULL))
		return fault_of(db, f);
	if (sqlite3_exec(h, all, NULL, NULL, NULL) || sqlite3_exec(h, db->readonly ? reader : writer, NULL, NULL, NULL))
		return fault_of(db, f);
	return 0;
}

static int lite_connect(struct db *db, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct lite *l = (struct lite *)db;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (db->readonly ? 0 : SQLITE_OPEN_CREATE), err = 0;

	pthread_once(&once, set_up_once);
	if (!db->readonly)
		make_file(path_of(db));
	if (sqlite3_open_v2(path_of(db), &l->h, flags, NULL))
		err = fault_of(db, f);
	if (!err)
		err = set_up(db, f);
	if (err) {
		sqlite3_close_v2(l->h);
		l->h = NULL;
	}
	return err;
}

static void lite_disconnect(struct db *db)
{
	sqlite3_close_v2(handle(db));
	((struct lite *)db)->h = NULL;
}

static bool lite_connected(const struct db *db)
{
	return handle(db) != NULL;
}

sqlite3 *db_sqlite_handle(struct db *db, struct fault *f)
{
	if (!handle(db) && lite_connect(db, f))
		return NULL;
	return handle(db);
}

static int lite_script(struct db *db, const char *sql, struct fault *f)
{
	return sqlite3_exec(handle(db), sql, NULL, NULL, NULL) ? fault_of(db, f) : 0;
}

static void lite_stmt_free(struct db *db, struct stmt *s)
{
	(void)db;
	sqlite3_finalize(((struct lite_stmt *)s)->h);
	free(s);
}

/* A statement of this text nobody stands on: from the cache, or a new one. A text asked again inside its own answer gets a
 * second statement, which is not kept. */
static int stmt_for(struct db *db, const char *sql, struct lite_stmt **ret, struct fault *f)
{
	str text = str_of(sql);
	struct stmt *old = stmt_find(&db->cache, text, NULL);
	struct lite_stmt *s;

	if (old && !old->busy) {
		*ret = (struct lite_stmt *)old;
		return 0;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	if (sqlite3_prepare_v3(handle(db), sql, (int)text.n + 1, SQLITE_PREPARE_PERSISTENT, &s->h, NULL)) {
		free(s);
		log_error("db", "refused statement: %s", sql);
		return fault_of(db, f);
	}
	if (!old)
		stmt_keep(db, &s->s, text);
	*ret = s;
	return 0;
}

/* whole: the statement is done before its caller goes on, so text need not be copied. */
static int bind(sqlite3_stmt *h, int i, const struct val *v, bool whole)
{
	switch (v->type) {
	case VAL_NULL: return sqlite3_bind_null(h, i);
	case VAL_INT: return sqlite3_bind_int64(h, i, v->u.i);
	case VAL_REAL: return sqlite3_bind_double(h, i, v->u.r);
	case VAL_TEXT:
		return sqlite3_bind_text64(h, i, v->u.s.p, v->u.s.n, whole ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
	}
	return SQLITE_MISUSE;
}

static int lite_ask(struct db *db, const char *sql, const struct val *v, size_t n, struct rows *r, struct fault *f)
{
	struct lite_stmt *s;
	int err = stmt_for(db, sql, &s, f);

	if (err)
		return err;
	s->s.busy = true;
	r->cursor = s;
	for (size_t i = 0; !err && i < n; i++)
		if (bind(s->h, (int)i + 1, &v[i], !r->a))
			err = fault_of(db, f);
	return err;
}

/* row: 0 before and on rows, 1 after the last one, where another step would begin again. */
static int lite_next(struct rows *r, struct fault *f)
{
	struct lite_stmt *s = r->cursor;

	if (r->row == 1)
		return ENOENT;
	r->row = 1;
	switch (sqlite3_step(s->h)) {
	case SQLITE_ROW: r->row = 0; return 0;
	case SQLITE_DONE: return ENOENT;
	}
	return fault_of(r->db, f);
}

static struct val lite_get(const struct rows *r, int col)
{
	sqlite3_stmt *h = ((struct lite_stmt *)r->cursor)->h;
	str s;

	switch (sqlite3_column_type(h, col)) {
	case SQLITE_INTEGER: return val_i(sqlite3_column_int64(h, col));
	case SQLITE_FLOAT: return val_r(sqlite3_column_double(h, col));
	case SQLITE_NULL: return (struct val){0};
	}
	s.p = (const char *)sqlite3_column_text(h, col);
	s.n = (size_t)sqlite3_column_bytes(h, col);
	return val_s(str_copy(r->a, s.p ? s : STR("")));
}

static int64_t lite_changed(const struct rows *r)
{
	return sqlite3_changes64(handle(r->db));
}

static void lite_done(struct rows *r)
{
	struct lite_stmt *s = r->cursor;

	sqlite3_reset(s->h);
	sqlite3_clear_bindings(s->h);
	s->s.busy = false;
	if (!s->s.cached)
		lite_stmt_free(r->db, &s->s);
}

/* Reading: the snapshot is taken by the first read, so do one. Writing: take the lock now, not in the middle. */
static int lite_begin(struct db *db, struct fault *f)
{
	if (!db->readonly)
		return db_run(db, "BEGIN IMMEDIATE", NO_VALS, NULL, f);
	return lite_script(db, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", f);
}

static int lite_commit(struct db *db, struct fault *f)
{
	return db_run(db, "COMMIT", NO_VALS, NULL, f);
}

static bool lite_in_transaction(const struct db *db)
{
	return !sqlite3_get_autocommit(handle(db));
}

const struct db_driver db_sqlite = {
        .engine = DB_SQLITE,
        .scheme = "sqlite:",
        .size = sizeof(struct lite),
        .words = words,
        .connect = lite_connect,
        .disconnect = lite_disconnect,
        .connected = lite_connected,
        .script = lite_script,
        .ask = lite_ask,
        .next = lite_next,
        .get = lite_get,
        .changed = lite_changed,
        .done = lite_done,
        .begin = lite_begin,
        .commit = lite_commit,
        .in_transaction = lite_in_transaction,
        .stmt_free = lite_stmt_free,
};
