/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copy.c - all rows from one database to another, whatever their engines: tables in the order of their references, one
 * snapshot of the source, one transaction of the target, counters of ids set after.
 * The table event stays behind: its ids are positions of one engine's own clock of commits, and it is kept for a day only. */
#include "engine/db/db_priv.h"
#include "engine/db/migrate.h"

#include "base/log.h"
#include "base/text.h"

enum { FETCH = 2000 };

struct reference {
	str from, to;
};

static int list(struct db *db, struct arena *a, const char *sql, str *ret, size_t *n, size_t max, int cols, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, sql, NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		for (int i = 0; i < cols; i++)
			if (*n < max)
				ret[(*n)++] = rows_str(&r, i);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static const char tables_lite[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "AND name <> 'migration' ORDER BY name";
static const char tables_pg[] = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() "
                                "AND tablename <> 'migration' ORDER BY tablename";
static const char references_lite[] = "SELECT t.name, r.\"table\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) r "
                                      "WHERE t.type = 'table' AND t.name <> r.\"table\"";
static const char references_pg[] =
        "SELECT c.relname::text, p.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "JOIN pg_class p ON p.oid = k.confrelid WHERE k.contype = 'f' AND k.conrelid <> k.confrelid "
        "AND k.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

enum { TABLES_MAX = 400, REFERENCES_MAX = 2000 };

/* Does table still wait for one it refers to? */
static bool waits(str table, const struct reference *refs, size_t n_refs, const bool *placed, const str *tables, size_t n)
{
	for (size_t i = 0; i < n_refs; i++)
		if (str_eq(refs[i].from, table))
			for (size_t j = 0; j < n; j++)
				if (!placed[j] && str_eq(tables[j], refs[i].to))
					return true;
	return false;
}

int db_tables(struct db *db, struct arena *a, const char *const **ret, struct fault *f)
{
	bool lite = db_engine(db) == DB_SQLITE, *placed = NEW_N(a, bool, TABLES_MAX);
	str *tables = NEW_N(a, str, TABLES_MAX), *pairs = NEW_N(a, str, 2 * REFERENCES_MAX);
	size_t n = 0, n_pairs = 0, done = 0, before = 1;
	const char **out;
	int err = list(db, a, lite ? tables_lite : tables_pg, tables, &n, TABLES_MAX, 1, f);

	if (!err)
		err = list(db, a, lite ? references_lite : references_pg, pairs, &n_pairs, 2 * REFERENCES_MAX, 2, f);
	if (err)
		return err;
	out = NEW_N(a, const char *, n + 1);
	while (done < n && before != done) {
		before = done;
		for (size_t i = 0; i < n; i++)
			if (!placed[i] &&
			        !waits(tables[i], (const struct reference *)pairs, n_pairs / 2, placed, tables, n)) {
				placed[i] = true;
				out[done++] = tables[i].p; /* str_copy ends it with a NUL */
			}
	}
	if (done < n)
		return fail(f, EINVAL, "db", "circle", "tables refer to each other in a circle");
	*ret = out;
	return 0;
}

/* Columns of a table in their order; the same question works on the names both engines give. */
static int columns(struct db *db, struct arena *a, const char *table, str *ret, size_t *n, struct fault *f)
{
	const char *sql =
	        db_engine(db) == DB_SQLITE
	                ? "SELECT name FROM pragma_table_info(?1) ORDER BY cid"
	                : "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() "
	                  "AND table_name = ?1 ORDER BY ordinal_position";
	struct rows r;
	int err = db_ask(db, a, sql, VALS(V(str_of(table))), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		if (*n < 200)
			ret[(*n)++] = rows_str(&r, 0);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* One table on its way. */
struct passage {
	struct db *from, *to;
	struct arena *a;
	const char *table;
	const struct migration *all;
	size_t n_all;
	str column[200];
	size_t n;
	int64_t rows;
};

static const char *names_of(const struct passage *p, struct text *t)
{
	for (size_t i = 0; i < p->n; i++)
		text_addf(t, "%s\"%.*s\"", i ? ", " : "", STR_ARG(p->column[i]));
	return text_z(t);
}

static const char *insert_of(const struct passage *p)
{
	struct text t = {.a = p->a};

	text_addf(&t, "INSERT INTO \"%s\" (", p->table);
	names_of(p, &t);
	text_lit(&t, ") VALUES (");
	for (size_t i = 0; i < p->n; i++)
		text_addf(&t, "%s?%zu", i ? ", " : "", i + 1);
	text_lit(&t, ")");
	return text_z(&t);
}

static int give_row(struct passage *p, const struct rows *r, const char *insert, struct fault *f)
{
	struct val v[200];

	for (size_t i = 0; i < p->n; i++)
		v[i] = rows_get(r, (int)i);
	p->rows++;
	if (db_engine(p->to) == DB_POSTGRES)
		return db_pg_copy_row(p->to, v, p->n, f);
	return db_run(p->to, insert, v, p->n, NULL, f);
}

/* All rows of one answer; the arena of its texts is emptied after each. ENOENT when it had none. */
static int give_rows(struct passage *p, const char *sql, const char *insert, struct fault *f)
{
	struct arena row = {0};
	struct rows r;
	int64_t before = p->rows;
	int err = db_ask(p->from, &row, sql, NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		err = give_row(p, &r, insert, f);
		arena_reset(&row);
	}
	rows_done(&r);
	arena_free(&row);
	return err != ENOENT ? err : p->rows == before ? ENOENT : 0;
}

/* SQLite hands out rows as it reads them; PostgreSQL by a cursor, else the whole table would come into memory. */
static int stream(struct passage *p, const char *select, const char *insert, struct fault *f)
{
	const char *fetch = str_printf(p->a, "FETCH %d FROM passage", FETCH).p;
	int err;

	if (db_engine(p->from) == DB_SQLITE) {
		err = give_rows(p, select, insert, f);
		return err == ENOENT ? 0 : err;
	}
	err = db_script(p->from, str_printf(p->a, "DECLARE passage NO SCROLL CURSOR FOR %s", select).p, f);
	while (!err)
		err = give_rows(p, fetch, insert, f);
	if (err == ENOENT)
		err = db_script(p->from, "CLOSE passage", f);
	return err;
}

static bool seeded(const struct passage *p)
{
	const char *insert = str_printf(p->a, "INSERT INTO %s (", p->table).p;

	for (size_t i = 0; i < p->n_all; i++)
		if (strstr(p->all[i].sql, insert))
			return true;
	return false;
}

static int refuse_full(struct passage *p, struct fault *f)
{
	struct val v;
	int err = db_one(p->to, p->a, str_printf(p->a, "SELECT 1 FROM \"%s\" LIMIT 1", p->table).p, NO_VALS, &v, 1, f);

	if (!err)
		err = fail(f, EEXIST, "db", "not_empty", "the table %s of the target has rows already", p->table);
	return err == ENOENT ? 0 : err;
}

static bool has_id(const struct passage *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->column[i], STR("id")))
			return true;
	return false;
}

/* The last id the source gave out, so that an id of a deleted row is not given again; 0 when it does not count. */
static int counter(struct passage *p, int64_t *ret, struct fault *f)
{
	const char *sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
	struct val v = {0};
	int err;

	if (db_engine(p->from) == DB_POSTGRES)
		sql = "SELECT pg_sequence_last_value(pg_get_serial_sequence(quote_ident(?1), 'id')::regclass)";
	err = db_one(p->from, p->a, sql, VALS(V(str_of(p->table))), &v, 1, f);
	*ret = err ? 0 : val_int(v);
	return err == ENOENT ? 0 : err;
}

static int set_counter(struct passage *p, struct fault *f)
{
	int64_t last, changed = 0;
	int err = counter(p, &last, f);

	if (err || !last)
		return err;
	if (db_engine(p->to) == DB_POSTGRES)
		return db_run(p->to, "SELECT setval(pg_get_serial_sequence(quote_ident(?1), 'id')::regclass, ?2)",
		        VALS(V(str_of(p->table)), V(last)), NULL, f);
	err = db_run(p->to, "UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1", VALS(V(str_of(p->table)), V(last)),
	        &changed, f);
	if (!err && !changed)
		err = db_run(p->to, "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
		        VALS(V(str_of(p->table)), V(last)), NULL, f);
	return err;
}

static int pass_table(struct passage *p, struct fault *f)
{
	struct text select = {.a = p->a}, names = {.a = p->a};
	int err = columns(p->from, p->a, p->table, p->column, &p->n, f);

	if (!err)
		err = seeded(p) ? db_script(p->to, str_printf(p->a, "DELETE FROM \"%s\"", p->table).p, f)
		                : refuse_full(p, f);
	if (err)
		return err;
	text_lit(&select, "SELECT ");
	names_of(p, &select);
	text_addf(&select, " FROM \"%s\"%s", p->table, has_id(p) ? " ORDER BY id" : "");
	if (db_engine(p->to) == DB_POSTGRES)
		err = db_pg_copy_begin(
		        p->to, str_printf(p->a, "COPY \"%s\" (%s) FROM STDIN", p->table, names_of(p, &names)).p, f);
	if (!err)
		err = stream(p, text_z(&select), insert_of(p), f);
	if (db_engine(p->to) == DB_POSTGRES)
		err = db_pg_copy_end(p->to, err, f);
	if (!err && has_id(p))
		err = set_counter(p, f);
	if (!err && p->rows)
		log_info("db", "copied %s: %lld rows", p->table, (long long)p->rows);
	return err;
}

/* Both must have run the same migrations. */
static int same_schema(struct db *from, struct db *to, struct arena *a, struct fault *f)
{
	static const char sql[] = "SELECT count(*), max(name) FROM migration";
	struct val one[2], two[2];
	int err = db_one(from, a, sql, NO_VALS, one, 2, f);

	if (!err)
		err = db_one(to, a, sql, NO_VALS, two, 2, f);
	if (!err && (val_int(one[0]) != val_int(two[0]) || !str_eq(val_str(one[1]), val_str(two[1]))))
		err = fail(f, EINVAL, "db", "schema", "the two databases have different migrations: migrate both first");
	return err;
}

static int pass_all(struct db *from, struct db *to, const struct migration *all, size_t n, struct arena *a, struct fault *f)
{
	const char *const *tables;
	int err = same_schema(from, to, a, f);

	if (!err)
		err = db_tables(to, a, &tables, f);
	if (!err && db_engine(to) == DB_SQLITE) /* a row may refer to a later one of its own table */
		err = db_script(to, "PRAGMA defer_foreign_keys=ON", f);
	for (; !err && *tables; tables++)
		if (strcmp(*tables, "event") != 0)
			err = pass_table(
			        &(struct passage){.from = from, .to = to, .a = a, .table = *tables, .all = all, .n_all = n},
			        f);
	return err;
}

/* A snapshot of the source: of a writing connection too, as its owner may have no other. */
static int begin_reading(struct db *db, struct fault *f)
{
	int err = db_begin(db, f);

	if (!err && db_engine(db) == DB_POSTGRES && !db->readonly)
		err = db_script(db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", f);
	return err;
}

int db_copy(struct db *from, struct db *to, const struct migration *all, size_t n, struct fault *f)
{
	struct arena a = {0};
	int err = begin_reading(from, f);

	if (!err) {
		err = db_begin(to, f);
		if (!err)
			err = pass_all(from, to, all, n, &a, f);
		if (err)
			db_rollback(to);
		else
			err = db_commit(to, f);
	}
	db_rollback(from);
	arena_free(&a);
	return err;
}
