/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - the database of a running process: readers for the workers, and the one way to write.
 *
 * SQLite: one writer thread commits in groups (each job in a savepoint), synchronous=FULL; a write that returned 0 is on
 * the disk. PostgreSQL: a write runs on the caller's connection as one transaction, retried on 40001 and 40P01.
 *
 * A write is prepared by its caller (parse, check, read) and done by a short closure that reads again what it depends on
 * and may run more than once: it must not change anything but the database and its own arg, from the start each time. */
#ifndef ENGINE_DB_STORE_H
#define ENGINE_DB_STORE_H

#include "engine/db/db.h"

struct store;

/* readers: how many connections store_take may hand out. Runs no migration. */
int store_open(const char *url, size_t readers, struct store **ret, struct fault *f) MUST_USE;
/* All connections must have been given back; waits for writes under way. */
void store_close(struct store *s);
enum db_engine store_engine(const struct store *s);
const char *store_url(const struct store *s);

/* A connection for this thread; waits while all are out. On SQLite it is read-only. Any thread. */
struct db *store_take(struct store *s);
void store_give(struct store *s, struct db *db);

/* The closure: ≤ 1 ms of work. A non-zero return undoes it alone and is given to the caller of store_write. */
typedef int store_fn(struct db *db, struct arena *a, void *arg, struct fault *f);
/* Run fn in a transaction and return after it is durable. own: the caller's connection from store_take (PostgreSQL writes on
 * it; NULL takes one). a: the caller's arena, lent to the writer thread while the caller waits. Any thread but the
 * writer's own. EIO after a failed fsync is never retried: the process stops (fsync errors are not repeatable). */
int store_write(struct store *s, struct db *own, struct arena *a, store_fn *fn, void *arg, struct fault *f) MUST_USE;
/* Called after each commit that wrote, on the committing thread: must only wake somebody. One hook. */
void store_on_commit(struct store *s, void (*hook)(void *arg), void *arg);

struct store_figures {
	int64_t writes, groups, failed; /* jobs committed, commits made, jobs refused */
	int64_t queue_max;              /* longest queue seen */
	int64_t full_at;                /* since when the disk takes no write; 0: it does */
};
void store_figures(struct store *s, struct store_figures *ret);

/* After something was deleted for good: it is in no file any more. SQLite has overwritten it already (secure_delete); here a database of at most
 * 64 MB is written anew, since pages keep copies of cells that moved, and the WAL emptied; EBUSY while somebody reads in that: try again. PostgreSQL vacuums; its own WAL keeps what it keeps. db: of store_take. Not in a
 * closure; takes its time. */
int store_forget(struct store *s, struct db *db, struct fault *f) MUST_USE;

/* Copy the whole database of a running SQLite store into a file, consistently, while others write. */
int store_backup(struct store *s, const char *file, struct fault *f) MUST_USE;

#endif
