/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listing_fuzz.c - whatever filters, sorting and page a list is asked for: refused, or a statement that the database runs over a row. */
#include "domain/contact/contact.h"
#include "domain/role/role.h"
#include "engine/http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct db *db;
static struct who who;

static void must(int err, const struct fault *f)
{
	if (!err)
		return;
	fprintf(stderr, "%s\n", f->what);
	abort();
}

/* A table with the columns of a contact and one row of no value but its id. */
static void open_once(struct arena *a)
{
	const struct shape *s = &contact_entity.shape;
	struct query *q = query_new(a);
	struct fault f;

	access_rules_set(&role_rules);
	who.role = access_role("admin");
	query_add(q, "CREATE TABLE contact (");
	for (size_t i = 0; i < s->n; i++) {
		query_piece(q, i ? ", " : "");
		query_name(q, s->fields[i].name);
		query_piece(q, s->fields[i].flags & NULLABLE ? "" : " DEFAULT 1");
	}
	query_add(q, ")");
	must(db_open("sqlite::memory:", false, &db, &f), &f);
	must(db_run(db, QUERY(q), NULL, &f), &f);
	must(db_run(db, "INSERT INTO contact (note) VALUES ('Ёж')", NO_VALS, NULL, &f), &f);
}

static void ask(struct arena *a, const struct target *t)
{
	const struct entity *e = &contact_entity;
	void *row = arena_alloc(a, e->shape.size);
	struct query *q = query_new(a);
	struct listing l;
	struct rows r;
	struct fault f;
	int err;

	query_add(q, "SELECT ");
	entity_columns(e, q);
	query_add(q, " FROM contact WHERE 1 = 1");
	if (listing_from_params(e, t->params, t->n_params, "-id", &who, a, q, &l, &f) || listing_finish(e, &l, a, q, &f))
		return;
	must(db_ask(db, a, QUERY(q), &r, &f), &f);
	while (!(err = rows_next(&r, &f)))
		if (!entity_from_row(e, &r, 0, row, &f))
			(void)listing_cursor(e, &l, row, a);
	must(err == ENOENT ? 0 : err, &f);
	rows_done(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct target t;

	if (!db)
		open_once(&a);
	if (!target_parse(&a, str_printf(&a, "/api/contacts?%.*s", (int)n, (const char *)data), &t, NULL))
		ask(&a, &t);
	arena_free(&a);
	return 0;
}
