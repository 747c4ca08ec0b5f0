/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db.c - what both engines share: opening by url, checks on the way in, transactions, one-row questions. */
#include "engine/db/db_priv.h"

#include "base/log.h"
#include "base/utf8.h"

#include <assert.h>

static const struct db_driver *const drivers[] = {&db_sqlite, &db_postgres};

static const struct db_driver *driver_of(const char *url)
{
	for (size_t i = 0; i < COUNT(drivers); i++)
		if (str_starts(str_of(url), str_of(drivers[i]->scheme)) ||
		        (drivers[i]->scheme_too && str_starts(str_of(url), str_of(drivers[i]->scheme_too))))
			return drivers[i];
	return NULL;
}

struct db *db_new(const char *url, bool readonly)
{
	const struct db_driver *driver = driver_of(url);
	struct db *db;

	if (!driver)
		return NULL;
	db = calloc(1, driver->size);
	if (!db)
		abort();
	db->driver = driver;
	db->readonly = readonly;
	db->url = strdup(url);
	if (!db->url)
		abort();
	return db;
}

int db_open(const char *url, bool readonly, struct db **ret, struct fault *f)
{
	struct db *db = db_new(url, readonly);
	int err;

	if (!db)
		return fail(f, EINVAL, "db", "url", "a database url begins with sqlite: or postgresql://");
	err = db->driver->connect(db, f);
	if (err)
		db_close(db);
	else
		*ret = db;
	return err;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	stmt_forget_all(db);
	db->driver->disconnect(db);
	arena_free(&db->last_arena);
	free(db->url);
	free(db);
}

enum db_engine db_engine(const struct db *db)
{
	return db->driver->engine;
}

const char *db_word(const struct db *db, enum db_words word)
{
	return db->driver->words[word];
}

int db_fault(struct fault *f, int err, const char *says)
{
	static const struct {
		int err;
		enum log_level level;
		const char *code, *what;
	} kinds[] = {
	        {EEXIST, LOG_DEBUG, "exists", "there is one like it already"},
	        {EINVAL, LOG_WARN, "rule", "a rule of the database refuses it"},
	        {EBUSY, LOG_INFO, "busy", "others are writing the same: try again"},
	        {ENOSPC, LOG_ERROR, "disk_full", "the disk of the database is full"},
	        {EIO, LOG_ERROR, "database", "the database failed; the log says how"},
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].err == err) {
			log_say(kinds[i].level, "db", "%s: %s", kinds[i].code, says);
			return fail(f, err, NULL, kinds[i].code, "%s", kinds[i].what);
		}
	return fail(f, EIO, NULL, "database", "the database failed");
}

/* Is the connection there, and may it run another statement? */
static int ready(struct db *db, struct fault *f)
{
	if (db->in_tx && db->spoilt)
		return fail_logged(f, EIO, "db", "spoilt", "a statement after a failed one in the same transaction");
	if (db->driver->connected(db) && !db->lost)
		return 0;
	if (db->in_tx)
		return fail(f, EIO, NULL, "lost", "the connection to the database broke");
	stmt_forget_all(db);
	db->driver->disconnect(db);
	db->lost = false;
	return db->driver->connect(db, f);
}

static int spoil(struct db *db, int err)
{
	if (err && err != ENOENT && db->in_tx)
		db->spoilt = true;
	return err;
}

static int check_text(struct db *db, const struct val *v, size_t n, struct fault *f)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].type == VAL_TEXT && !utf8_valid(v[i].u.s))
			return spoil(db, fail(f, EINVAL, NULL, "utf8", "a text is not well-formed UTF-8 or holds a NUL"));
	return 0;
}

int db_ask(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n, struct rows *r, struct fault *f)
{
	int err;

	*r = (struct rows){.db = db, .row = -1, .a = a};
	err = ready(db, f);
	if (!err)
		err = check_text(db, v, n, f);
	if (!err)
		err = spoil(db, db->driver->ask(db, sql, v, n, r, f));
	return err;
}

int rows_next(struct rows *r, struct fault *f)
{
	return r->cursor ? spoil(r->db, r->db->driver->next(r, f)) : ENOENT;
}

struct val rows_get(const struct rows *r, int col)
{
	return r->db->driver->get(r, col);
}

void rows_done(struct rows *r)
{
	if (r->cursor)
		r->db->driver->done(r);
	r->cursor = NULL;
}

int db_run(struct db *db, const char *sql, const struct val *v, size_t n, int64_t *ret_changed, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, NULL, sql, v, n, &r, f);

	while (!err)
		err = rows_next(&r, f);
	if (err == ENOENT) {
		err = 0;
		if (ret_changed)
			*ret_changed = db->driver->changed(&r);
	}
	rows_done(&r);
	return err;
}

int db_script(struct db *db, const char *sql, struct fault *f)
{
	int err = ready(db, f);

	return err ? err : spoil(db, db->driver->script(db, sql, f));
}

int db_one(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n, struct val *ret, size_t n_ret,
        struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, sql, v, n, &r, f), rest;

	if (!err)
		err = rows_next(&r, f);
	for (size_t i = 0; !err && i < n_ret; i++)
		ret[i] = rows_get(&r, (int)i);
	if (!err) { /* an INSERT … RETURNING ends with the step after its last row */
		rest = rows_next(&r, f);
		if (rest && rest != ENOENT)
			err = rest;
	}
	rows_done(&r);
	return err;
}

void *db_last(struct db *db, enum db_last place, db_last_fn *fn, size_t size)
{
	if (!db->in_tx)
		return NULL;
	if (!db->last[place].fn)
		db->last[place].data = arena_alloc(&db->last_arena, size);
	assert(!db->last[place].fn || db->last[place].fn == fn);
	db->last[place].fn = fn;
	return db->last[place].data;
}

void *db_last_data(const struct db *db, enum db_last place)
{
	return db->last[place].fn ? db->last[place].data : NULL;
}

struct arena *db_last_arena(struct db *db)
{
	return &db->last_arena;
}

static void last_forget(struct db *db)
{
	memset(db->last, 0, sizeof(db->last));
	arena_reset(&db->last_arena);
}

static int last_run(struct db *db, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < DB_LASTS && !err; i++)
		if (db->last[i].fn)
			err = db->last[i].fn(db, db->last[i].data, f);
	last_forget(db);
	return err;
}

int db_begin(struct db *db, struct fault *f)
{
	int err;

	db->spoilt = db->again = false;
	db->events = 0;
	err = ready(db, f);
	if (!err)
		err = db->driver->begin(db, f);
	db->in_tx = !err;
	return err;
}

int db_commit(struct db *db, struct fault *f)
{
	int err = ready(db, f);

	if (!err)
		err = last_run(db, f);
	if (!err)
		err = db->driver->commit(db, f);
	if (err)
		db_rollback(db);
	db->in_tx = false;
	return err;
}

void db_rollback(struct db *db)
{
	struct fault f;

	last_forget(db);
	db->spoilt = db->in_tx = false;
	if (db->driver->connected(db) && db->driver->in_transaction(db) && db->driver->script(db, "ROLLBACK", &f))
		db->lost = true; /* a fresh connection has no transaction */
}

int64_t db_event_ordinal(struct db *db)
{
	return db_engine(db) == DB_POSTGRES && db->in_tx ? ++db->events : 1;
}

int db_savepoint(struct db *db, struct fault *f)
{
	return db_run(db, "SAVEPOINT one", NO_VALS, NULL, f);
}

int db_savepoint_end(struct db *db, struct fault *f)
{
	int err = last_run(db, f);

	return err ? err : db_run(db, "RELEASE one", NO_VALS, NULL, f);
}

void db_savepoint_undo(struct db *db)
{
	struct fault f;

	last_forget(db);
	if (!db->driver->in_transaction(db))
		return;
	db->spoilt = false;
	if (db_run(db, "ROLLBACK TO one", NO_VALS, NULL, &f) || db_run(db, "RELEASE one", NO_VALS, NULL, &f))
		db->spoilt = true;
}
