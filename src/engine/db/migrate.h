/* SPDX-License-Identifier: GPL-3.0-or-later */
/* migrate.h - brings a database to the newest schema: files migrations/NNNN_name.sql, forward only, in one dialect.
 * Type words replaced per engine: @ID@ (growing integer key), @INT@ (64 bit), @REAL@, @BYTES@, @TEXT_NOCASE@ is not one of them.
 * Lines "--sqlite:" and "--postgres:" prefix a line for one engine only. The files are compiled into the program. */
#ifndef ENGINE_DB_MIGRATE_H
#define ENGINE_DB_MIGRATE_H

#include "engine/db/db.h"

struct migration {
	const char *name; /* "0001_house" */
	const char *sql;
};
/* Each file in one transaction together with its row in the table migration. Two processes at once: one waits.
 * ret_done, unless NULL, gets how many ran. A database newer than this program is refused (EINVAL "newer"). */
int db_migrate(struct db *db, const struct migration *all, size_t n, size_t *ret_done, struct fault *f) MUST_USE;
/* All rows copied between engines, for `zvonar copy` and tests: every table of the schema but event (its ids are positions
 * of one engine), in the order of their references, counters of ids set after. One snapshot of the source, one
 * transaction of the target, which must be migrated alike (EINVAL "schema") and empty (EEXIST "not_empty") but for tables the
 * migrations all[n] write rows into themselves: these rows give way to the source's. */
int db_copy(struct db *from, struct db *to, const struct migration *all, size_t n, struct fault *f) MUST_USE;
/* Tables of the schema but migration, in the order of their references, NULL-ended, in the arena. */
int db_tables(struct db *db, struct arena *a, const char *const **ret, struct fault *f) MUST_USE;

#endif
