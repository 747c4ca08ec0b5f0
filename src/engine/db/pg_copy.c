/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pg_copy.c - COPY FROM STDIN in its text format. */
#include "engine/db/db_pg_priv.h"

#include "base/text.h"
#include "base/utf8.h"

int db_pg_copy_begin(struct db *db, const char *sql, struct fault *f)
{
	PGresult *res = PQexec(pg_conn(db), sql);
	int err = PQresultStatus(res) == PGRES_COPY_IN ? 0 : pg_fault(db, res, f);

	PQclear(res);
	return err;
}

static void add_escaped(struct text *t, str s)
{
	static const char special[] = "\\\n\r\t", letters[] = "\\nrt";

	for (size_t i = 0; i < s.n; i++) {
		const char *at = memchr(special, s.p[i], sizeof(special) - 1);

		if (at) {
			text_add_char(t, '\\');
			text_add_char(t, letters[at - special]);
		} else {
			text_add_char(t, s.p[i]);
		}
	}
}

static void add_val(struct text *t, struct val v)
{
	switch (v.type) {
	case VAL_NULL: text_lit(t, "\\N"); break;
	case VAL_INT: text_add_int(t, v.u.i); break;
	case VAL_REAL: text_addf(t, "%.17g", v.u.r); break;
	case VAL_TEXT: add_escaped(t, v.u.s); break;
	}
}

int db_pg_copy_row(struct db *db, const struct val *v, size_t n, struct fault *f)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].type == VAL_TEXT && !utf8_valid(v[i].u.s))
			err = fail(f, EINVAL, NULL, "utf8", "a text is not well-formed UTF-8 or holds a NUL");
		if (i)
			text_add_char(&t, '\t');
		add_val(&t, v[i]);
	}
	text_add_char(&t, '\n');
	if (!err && PQputCopyData(pg_conn(db), text_str(&t).p, (int)text_str(&t).n) != 1)
		err = pg_fault(db, NULL, f);
	arena_free(&a);
	return err;
}

int db_pg_copy_end(struct db *db, int err, struct fault *f)
{
	PGresult *res;

	if (PQtransactionStatus(pg_conn(db)) != PQTRANS_ACTIVE)
		return err;
	if (PQputCopyEnd(pg_conn(db), err ? "given up" : NULL) != 1 && !err)
		err = pg_fault(db, NULL, f);
	while ((res = PQgetResult(pg_conn(db)))) {
		if (!err && PQresultStatus(res) != PGRES_COMMAND_OK)
			err = pg_fault(db, res, f);
		PQclear(res);
	}
	return err;
}
