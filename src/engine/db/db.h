/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db.h - one connection to a database, two engines behind it. No caller knows which one runs.
 * SQL is written once, with ?1 ?2 placeholders, in the subset docs/sql.md lists. A connection is used by
 * one thread at a time. Statements are prepared once per connection and kept by their text.
 *
 * Errors, everywhere here: EEXIST a unique rule was broken, EINVAL another rule of the schema, EBUSY try again
 * (store_write does), ENOENT no row, ENOSPC the disk is full, EIO the engine failed. The engine's own words go to the
 * log only: they quote rows.
 *
 * Both engines behave alike here where they differ by nature (docs/sql.md): text that is not UTF-8 or holds a NUL is refused
 * (EINVAL "utf8"); LIKE minds case and lower() knows Russian; after a statement of a transaction failed, the transaction
 * answers EIO "spoilt" to all but its rollback, so use ON CONFLICT instead of trying; a lost connection is made
 * again at its next use outside a transaction. */
#ifndef ENGINE_DB_DB_H
#define ENGINE_DB_DB_H

#include "base/arena.h"
#include "base/fault.h"

enum val_type { VAL_NULL, VAL_INT, VAL_REAL, VAL_TEXT };

/* One value on its way in or out. Text is not owned. */
struct val {
	enum val_type type;
	union {
		int64_t i;
		double r;
		str s;
	} u;
};

static inline struct val val_i(int64_t i)
{
	return (struct val){VAL_INT, {.i = i}};
}
static inline struct val val_r(double r)
{
	return (struct val){VAL_REAL, {.r = r}};
}
/* The absent str is NULL. */
static inline struct val val_s(str s)
{
	return (struct val){s.p ? VAL_TEXT : VAL_NULL, {.s = s}};
}
/* A reference: 0 is NULL. */
static inline struct val val_ref(int64_t id)
{
	return (struct val){id ? VAL_INT : VAL_NULL, {.i = id}};
}
static inline int64_t val_int(struct val v)
{
	return v.type == VAL_INT ? v.u.i : v.type == VAL_REAL ? (int64_t)v.u.r : 0;
}
static inline str val_str(struct val v)
{
	return v.type == VAL_TEXT ? v.u.s : (str){0};
}
#define V(x) _Generic((x), str : val_s, double : val_r, bool : val_i, int : val_i, int64_t : val_i)(x)
/* The last two arguments of a call: db_run(db, "… ?1 … ?2", VALS(V(id), V(name)), &f). */
#define VALS(...) (const struct val[]){__VA_ARGS__}, COUNT(((const struct val[]){__VA_ARGS__}))
#define NO_VALS NULL, 0

struct db;
enum db_engine { DB_SQLITE, DB_POSTGRES };

/* url: "sqlite:/path/file.db" or "postgresql://…" (a libpq URI). readonly connections refuse writes. */
int db_open(const char *url, bool readonly, struct db **ret, struct fault *f) MUST_USE;
/* The same without connecting: the first use does, and fails if it cannot. NULL for an url of neither engine. */
struct db *db_new(const char *url, bool readonly);
void db_close(struct db *db);
enum db_engine db_engine(const struct db *db);

/* Run a statement that gives no rows. ret_changed, unless NULL, gets the number of rows it changed. */
int db_run(struct db *db, const char *sql, const struct val *v, size_t n, int64_t *ret_changed, struct fault *f) MUST_USE;
/* Run several statements, without values, outside the prepared ones: migrations and BEGIN/COMMIT. */
int db_script(struct db *db, const char *sql, struct fault *f) MUST_USE;

/* PostgreSQL keeps the whole answer in memory until rows_done: page long ones by key.
 * Ask; then while (!(err = rows_next(&r, f))) …; ENOENT is the end. rows_done always, even after an error. */
struct rows {
	struct db *db;
	void *cursor;
	int row;
	struct arena *a;
};
int db_ask(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n, struct rows *r,
        struct fault *f) MUST_USE;
int rows_next(struct rows *r, struct fault *f) MUST_USE;
/* Column col (from 0) of the row it stands on. Text is copied to the arena of db_ask. */
struct val rows_get(const struct rows *r, int col);
static inline int64_t rows_int(const struct rows *r, int col)
{
	return val_int(rows_get(r, col));
}
static inline str rows_str(const struct rows *r, int col)
{
	return val_str(rows_get(r, col));
}
void rows_done(struct rows *r);

/* The first row's n_ret columns; ENOENT (no fault filled) when there is none. */
int db_one(struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n, struct val *ret, size_t n_ret,
        struct fault *f) MUST_USE;

/* Transactions of a connection's own, where store_write does not fit (migrations, copying, consistent reports). */
int db_begin(struct db *db, struct fault *f) MUST_USE; /* a read snapshot on a readonly connection */
int db_commit(struct db *db, struct fault *f) MUST_USE;
void db_rollback(struct db *db);
/* A part of the open transaction that may fail by itself: undone, the rest goes on, unless the connection broke or the engine gave up the whole. */
int db_savepoint(struct db *db, struct fault *f) MUST_USE;
int db_savepoint_end(struct db *db, struct fault *f) MUST_USE;
void db_savepoint_undo(struct db *db);

/* Work left for the end of the open transaction (a savepoint of the writer's group counts as one): fn runs once, after everything else
 * and before the commit, with data of size bytes, zeroed when first asked for; forgotten with a rollback. For locks that everybody
 * wants and nobody should hold for long. One fn for each of these places, in their order, so that all transactions take such locks in one
 * order. NULL without a transaction. */
enum db_last {
	DB_LAST_SEATS,   /* what operators see: domain/dialer/seat.c */
	DB_LAST_RECORDS, /* what is written down of the transaction: domain/ledger */
	DB_LAST_SUMS,    /* kit/tally */
	DB_LASTS
};
typedef int db_last_fn(struct db *db, void *data, struct fault *f);
void *db_last(struct db *db, enum db_last place, db_last_fn *fn, size_t size);
void *db_last_data(const struct db *db, enum db_last place); /* NULL: nothing was left */
struct arena *db_last_arena(struct db *db);                  /* lives as long as data does */

/* Copy the database behind url into a new file of SQLite while others write: one moment of it, whole, and on the disk.
 * SQLite only; ENOTSUP on PostgreSQL (db_copy takes it into a file). EEXIST when the file is there. */
int db_backup(const char *url, const char *file, struct fault *f) MUST_USE;

/* SQL text of the same meaning on both engines where the subset is not enough; constants, never input. */
enum db_words {
	/* With db_event_ordinal added, the id of the next row of the table event, one row a statement, ≤ 65 000 a transaction. Ids grow in
	 * the order in which DB_EVENT_VISIBLE turns true for them; see docs/sql.md for what a reader must do. */
	DB_EVENT_BASE,
	DB_EVENT_VISIBLE,  /* a condition on event.id: no event with a smaller id can still appear */
	DB_EVENT_POSITION, /* an expression: every event up to this id is visible, and none will be added up to it */
	DB_SKIP_LOCKED,    /* "FOR UPDATE SKIP LOCKED" or "" */
	DB_FOR_UPDATE,     /* "FOR UPDATE" or "" */
	DB_NOW_MS,         /* the database's clock in UTC milliseconds */
	/* A statement: who holds the text ?1 has it alone until his transaction ends; for what is no row yet. One row. */
	DB_HOLD_TEXT,
	DB_WORDS,
};
const char *db_word(const struct db *db, enum db_words word);
int64_t db_event_ordinal(struct db *db); /* what to add to DB_EVENT_BASE for the next event of this transaction */

#endif
