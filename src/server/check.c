/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c - questions whose answer should be nothing. */
#include "server/check.h"

#include "domain/call/call.h"
#include "domain/ledger/ledger.h"
#include "domain/shift/work.h"
#include "engine/db/migrate.h"
#include "kit/file/file.h"
#include "kit/query/query.h"

#include <sys/stat.h>

/* References the schema leaves unchecked, for the speed of loading; 0 refers to nothing. */
#define LOOSE(table, column, to) \
	{ \
		"reference " table "." column, \
		        "SELECT count(*) FROM \"" table "\" x WHERE x." column " <> 0 AND NOT EXISTS " \
		        "(SELECT 1 FROM \"" to "\" y WHERE y.id = x." column ")" \
	}
static const struct {
	const char *what, *sql;
} loose[] = {
        LOOSE("contact", "project_id", "project"),
        LOOSE("contact", "base_id", "base"),
        LOOSE("contact", "last_result_id", "result"),
        LOOSE("contact", "last_call_id", "call"),
        LOOSE("contact", "reserved_call", "call"),
        LOOSE("person", "contact_id", "contact"),
        LOOSE("phone", "contact_id", "contact"),
        LOOSE("answer", "contact_id", "contact"),
        LOOSE("mark", "contact_id", "contact"),
        LOOSE("call", "project_id", "project"),
        LOOSE("call", "base_id", "base"),
        LOOSE("call", "contact_id", "contact"),
        LOOSE("call", "operator_id", "user"),
        LOOSE("call", "script_version_id", "script_version"),
        LOOSE("call", "change_id", "change"),
        LOOSE("recording", "project_id", "project"),
        LOOSE("callback", "contact_id", "contact"),
        LOOSE("survey_answer", "contact_id", "contact"),
        LOOSE("queue_place", "call_id", "call"),
        LOOSE("ledger_leaf", "call_id", "call"),
};

static void find(struct check *c, const char *what, str detail, int64_t rows)
{
	if (c->n < CHECK_FINDINGS)
		c->finding[c->n++] = (struct finding){what, detail, rows};
}

static int check_loose(struct db *db, struct arena *a, struct check *ret, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(loose); i++) {
		struct val n;
		err = db_one(db, a, loose[i].sql, NO_VALS, &n, 1, f);
		if (!err && val_int(n))
			find(ret, loose[i].what, STR("refers to a row that is not there"), val_int(n));
	}
	return err;
}

/* SQLite reads and checks every page; its own foreign keys hold only what was written with them on. */
static int check_lite(struct db *db, struct arena *a, struct check *ret, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, "PRAGMA integrity_check(20)", NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		if (!str_eq(rows_str(&r, 0), STR("ok")))
			find(ret, "integrity", rows_str(&r, 0), 1);
	rows_done(&r);
	if (err != ENOENT)
		return err;
	err = db_ask(
	        db, a, "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2", NO_VALS, &r, f);
	while (!err && !(err = rows_next(&r, f)))
		find(ret, "reference", str_printf(a, "%.*s to %.*s", STR_ARG(rows_str(&r, 0)), STR_ARG(rows_str(&r, 1))),
		        rows_int(&r, 2));
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* PostgreSQL keeps its foreign keys itself; reading every row finds pages whose checksum is wrong. */
static int check_pg(struct db *db, struct arena *a, struct check *ret, struct fault *f)
{
	const char *const *tables;
	int err = db_tables(db, a, &tables, f);

	for (; !err && *tables; tables++) {
		struct val n;
		struct fault why = {0};
		struct query *q = query_new(a);
		query_add(q, "SELECT count(*), max(length(x::text)) FROM \"");
		query_name(q, *tables);
		query_add(q, "\" x");
		err = db_one(db, a, QUERY(q), &n, 1, &why);
		if (err == EIO)
			find(ret, "integrity", str_printf(a, "the table %s cannot be read", *tables), 1);
		if (err && f)
			*f = why;
	}
	return err;
}

static int check_files(struct db *db, struct arena *a, const char *dir, struct check *ret, struct fault *f)
{
	struct arena row = {0};
	int64_t missing = 0, wrong = 0;
	struct rows r;
	struct stat st;
	int err = file_root_set(dir, f);

	if (!err)
		err = db_ask(db, &row, "SELECT key, bytes FROM file ORDER BY id", NO_VALS, &r, f);
	else
		return err;
	while (!err && !(err = rows_next(&r, f))) {
		struct file file = {.key = rows_str(&r, 0)};
		if (stat(file_path(&row, &file), &st))
			missing++;
		else if (st.st_size != rows_int(&r, 1))
			wrong++;
		arena_reset(&row);
	}
	rows_done(&r);
	arena_free(&row);
	(void)a;
	if (missing)
		find(ret, "file", STR("its bytes are not there"), missing);
	if (wrong)
		find(ret, "file", STR("it has another length on the disk"), wrong);
	return err == ENOENT ? 0 : err;
}

static void find_in_ledger(void *arg, str what, int64_t rows)
{
	find(arg, "ledger", what, rows);
}

static int check_parts(struct db *db, struct arena *a, const char *files_dir, struct check *ret, struct fault *f)
{
	int64_t wrong = 0;
	int err = db_engine(db) == DB_SQLITE ? check_lite(db, a, ret, f) : check_pg(db, a, ret, f);

	if (!err)
		err = check_loose(db, a, ret, f);
	if (!err && files_dir)
		err = check_files(db, a, files_dir, ret, f);
	if (!err)
		err = call_rollups_check(db, a, &wrong, f);
	if (!err)
		err = work_sums_check(db, a, &wrong, f);
	if (!err && wrong)
		find(ret, "roll-ups", STR("differ from a recount"), wrong);
	return err ? err : ledger_check(db, a, find_in_ledger, ret, f);
}

int check_all(struct db *db, struct arena *a, const char *files_dir, struct check *ret, struct fault *f)
{
	int err = db_begin(db, f);

	if (err)
		return err;
	err = check_parts(db, a, files_dir, ret, f);
	db_rollback(db);
	return err;
}

int check_repair(struct db *db, struct fault *f)
{
	int err = db_begin(db, f);

	if (err)
		return err;
	if (db_engine(db) == DB_POSTGRES)
		err = db_script(db,
		        "LOCK TABLE call, contact, call_hour, call_day, project_hour, contact_state, caller_hour, queue_place, queue_hour, split_contact, split_side, state_span, work_hour, work_day, work_project IN SHARE ROW EXCLUSIVE MODE",
		        f);
	if (!err)
		err = call_rollups_recount(db, f);
	if (!err)
		err = work_sums_recount(db, f);
	if (err)
		db_rollback(db);
	else
		err = db_commit(db, f);
	return err;
}
