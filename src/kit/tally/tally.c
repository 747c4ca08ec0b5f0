/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.c - gathered by key, sorted, written with one upsert a row. */
#include "kit/tally/tally.h"

#include "kit/query/query.h"

struct tally {
	struct tally_row *rows;
	size_t n;
};

static int by_val(const struct val *a, const struct val *b)
{
	if (a->type == VAL_TEXT && b->type == VAL_TEXT)
		return str_cmp(a->u.s, b->u.s);
	return (val_int(*a) > val_int(*b)) - (val_int(*a) < val_int(*b));
}

static int by_key(const struct tally_table *t, const struct val *a, const struct val *b)
{
	int order = 0;

	for (size_t i = 0; !order && i < t->n_key; i++)
		order = by_val(&a[i], &b[i]);
	return order;
}

static int by_place(const void *x, const void *y)
{
	const struct tally_row *a = *(struct tally_row *const *)x, *b = *(struct tally_row *const *)y;
	int order = strcmp(a->table->name, b->table->name);

	return order ? order : by_key(a->table, a->key, b->key);
}

static void add_names(struct query *q, const struct tally_column *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		query_piece(q, i ? ", " : "");
		query_name(q, c[i].name);
	}
}

static int add_to_row(struct db *db, struct arena *a, const struct tally_row *r, struct fault *f)
{
	const struct tally_table *t = r->table;
	struct query *q = query_new(a);

	query_add(q, "INSERT INTO ");
	query_name(q, t->name);
	query_add(q, " (");
	add_names(q, t->key, t->n_key);
	query_add(q, ", ");
	add_names(q, t->sums, t->n_sums);
	for (size_t i = 0; i < t->n_key + t->n_sums; i++) {
		query_piece(q, i ? ", " : ") VALUES (");
		query_val(q, i < t->n_key ? r->key[i] : V(r->sums[i - t->n_key]));
	}
	query_add(q, ") ON CONFLICT (");
	add_names(q, t->key, t->n_key);
	query_add(q, ") DO UPDATE SET ");
	for (size_t i = 0; i < t->n_sums; i++) {
		query_piece(q, i ? ", " : "");
		query_name(q, t->sums[i].name);
		query_add(q, " = ");
		query_name(q, t->name);
		query_add(q, ".");
		query_name(q, t->sums[i].name);
		query_add(q, " + excluded.");
		query_name(q, t->sums[i].name);
	}
	return db_run(db, QUERY(q), NULL, f);
}

static int drop_empty(struct db *db, struct arena *a, const struct tally_row *r, struct fault *f)
{
	const struct tally_table *t = r->table;
	struct query *q = query_new(a);

	query_add(q, "DELETE FROM ");
	query_name(q, t->name);
	query_add(q, " WHERE ");
	query_name(q, t->sums[0].name);
	query_add(q, " = 0");
	for (size_t i = 0; i < t->n_key; i++) {
		query_add(q, " AND ");
		query_name(q, t->key[i].name);
		query_add(q, " = ");
		query_val(q, r->key[i]);
	}
	return db_run(db, QUERY(q), NULL, f);
}

static int write_row(struct db *db, struct arena *a, const struct tally_row *r, struct fault *f)
{
	bool any = false;
	int err;

	for (size_t i = 0; i < r->table->n_sums; i++)
		any |= r->sums[i] != 0;
	if (!any)
		return 0;
	err = add_to_row(db, a, r, f);
	return err || !r->table->drops || r->sums[0] >= 0 ? err : drop_empty(db, a, r, f);
}

static int write_all(struct db *db, void *data, struct fault *f)
{
	const struct tally *tally = data;
	struct arena a = {0};
	struct tally_row **all = NEW_N(&a, struct tally_row *, tally->n), **end = all;
	int err = 0;

	for (struct tally_row *r = tally->rows; r; r = r->next)
		*end++ = r;
	qsort(all, tally->n, sizeof(all[0]), by_place);
	for (size_t i = 0; !err && i < tally->n; i++)
		err = write_row(db, &a, all[i], f);
	arena_free(&a);
	return err;
}

static struct tally_row *row_of(struct db *db, struct tally *tally, const struct tally_table *t, const struct val *key)
{
	struct arena *a = db_last_arena(db);
	struct tally_row *r = tally->rows;

	while (r && !(r->table == t && by_key(t, r->key, key) == 0))
		r = r->next;
	if (r)
		return r;
	r = NEW(a, struct tally_row);
	r->table = t;
	for (size_t i = 0; i < t->n_key; i++)
		r->key[i] = key[i].type == VAL_TEXT ? V(str_copy(a, key[i].u.s)) : key[i];
	r->next = tally->rows;
	tally->rows = r;
	tally->n++;
	return r;
}

int tally_add(struct db *db, const struct tally_table *t, const struct val *key, const int64_t *sums, struct fault *f)
{
	struct tally *tally = db_last(db, DB_LAST_SUMS, write_all, sizeof(*tally));
	struct tally_row alone = {.table = t}, *r = tally ? row_of(db, tally, t, key) : &alone;
	struct arena a = {0};
	int err;

	for (size_t i = 0; i < t->n_sums; i++)
		r->sums[i] += sums[i];
	if (tally)
		return 0;
	memcpy(alone.key, key, t->n_key * sizeof(*key));
	err = write_row(db, &a, &alone, f);
	arena_free(&a);
	return err;
}

const struct tally_row *tally_gathered(struct db *db)
{
	const struct tally *tally = db_last_data(db, DB_LAST_SUMS);

	return tally ? tally->rows : NULL;
}
