/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_priv.h - what a driver provides, and what db.c keeps for it. Only for files of this folder. */
#ifndef ENGINE_DB_DB_PRIV_H
#define ENGINE_DB_DB_PRIV_H

#include "engine/db/db.h"

/* A prepared statement in the cache of its connection; drivers embed it as their first member. */
struct stmt {
	struct stmt *next; /* in its bucket */
	uint64_t hash, used;
	char *sql;
	size_t n;
	bool busy, cached; /* busy: a cursor stands on it */
};

/* Statements by their text, the least used thrown out first. */
enum { STMT_BUCKETS = 64, STMT_MAX = 160 };
struct stmt_cache {
	struct stmt *bucket[STMT_BUCKETS];
	size_t n;
	uint64_t clock;
	bool stale; /* the engine refused one: prepare all of them anew */
};

struct db_driver {
	enum db_engine engine;
	const char *scheme, *scheme_too;
	size_t size; /* of the driver's struct, which begins with struct db */
	const char *const *words;
	int (*connect)(struct db *db, struct fault *f);
	void (*disconnect)(struct db *db);
	bool (*connected)(const struct db *db);
	int (*script)(struct db *db, const char *sql, struct fault *f);
	int (*ask)(struct db *db, const char *sql, const struct val *v, size_t n, struct rows *r, struct fault *f);
	int (*next)(struct rows *r, struct fault *f);
	struct val (*get)(const struct rows *r, int col);
	int64_t (*changed)(const struct rows *r);
	void (*done)(struct rows *r);
	int (*begin)(struct db *db, struct fault *f);
	int (*commit)(struct db *db, struct fault *f);
	bool (*in_transaction)(const struct db *db); /* the engine's own view: false after it rolled back by itself */
	void (*stmt_free)(struct db *db, struct stmt *s);
};

struct db {
	const struct db_driver *driver;
	char *url;
	bool readonly;
	bool in_tx;     /* between db_begin and db_commit or db_rollback */
	bool spoilt;    /* a statement of this transaction failed */
	bool again;     /* …because of others: the same transaction may pass at a second try */
	bool lost;      /* the connection broke */
	int64_t events; /* of this transaction so far */
	struct stmt_cache cache;
	struct {
		db_last_fn *fn;
		void *data;
	} last[DB_LASTS]; /* what the transaction left for its end */
	struct arena last_arena;
};

extern const struct db_driver db_sqlite, db_postgres;

/* One table of what the engines' errors become for the caller; the engine's words go to the log. */
int db_fault(struct fault *f, int err, const char *engine_says);

/* The first statement with this text after prev (NULL: from the start), or NULL. */
struct stmt *stmt_find(struct stmt_cache *c, str sql, struct stmt *prev);
/* Keep s, made for the text sql; throws out another one when there are too many. */
void stmt_keep(struct db *db, struct stmt *s, str sql);
void stmt_forget_all(struct db *db);
/* One on which a cursor still stands, or NULL. */
const struct stmt *stmt_standing(const struct stmt_cache *c);

/* COPY … FROM STDIN on PostgreSQL: begin, a row at a time, end (err non-zero: give up and answer err). */
int db_pg_copy_begin(struct db *db, const char *sql, struct fault *f) MUST_USE;
int db_pg_copy_row(struct db *db, const struct val *v, size_t n, struct fault *f) MUST_USE;
int db_pg_copy_end(struct db *db, int err, struct fault *f) MUST_USE;

struct sqlite3;
/* The engine's handle; connects when needed. NULL when that fails. */
struct sqlite3 *db_sqlite_handle(struct db *db, struct fault *f);
/* Copies are no use after a failed fsync: the pages may be gone, and a second fsync lies. */
void db_sqlite_check_fsync(struct sqlite3 *h);

#endif
