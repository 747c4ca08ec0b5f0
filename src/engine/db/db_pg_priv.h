/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_pg_priv.h - what the files of the PostgreSQL driver share. */
#ifndef ENGINE_DB_DB_PG_PRIV_H
#define ENGINE_DB_DB_PG_PRIV_H

#include "engine/db/db_priv.h"

#include <libpq-fe.h>

PGconn *pg_conn(const struct db *db);
/* The errno value of a failed result (NULL: of the connection), its words in the log, the fault filled. */
int pg_fault(struct db *db, const PGresult *res, struct fault *f);

#endif
