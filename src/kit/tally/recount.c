/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recount.c - the SQL of a roll-up's recount, put together from its columns. */
#include "kit/tally/recount.h"

static void add_names(struct query *q, const struct tally_column *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		query_piece(q, i ? ", " : "");
		query_piece(q, c[i].name);
	}
}

/* Their values for a counted row, each between before and after. */
static void add_values(struct query *q, const struct tally_column *c, size_t n, const char *before, const char *after)
{
	for (size_t i = 0; i < n; i++) {
		query_piece(q, i ? ", " : "");
		query_piece(q, before);
		query_piece(q, c[i].of);
		query_piece(q, after);
	}
}

static void add_columns(struct query *q, const struct tally_table *t)
{
	add_names(q, t->key, t->n_key);
	query_piece(q, ", ");
	add_names(q, t->sums, t->n_sums);
}

int tally_count_row(struct db *db, struct arena *a, const struct tally_table *t, const char *from, int64_t id, int64_t sign,
        struct fault *f)
{
	struct query *q = query_new(a);
	struct val v[TALLY_KEY + TALLY_SUMS];
	int64_t sums[TALLY_SUMS];
	int err;

	query_add(q, "SELECT ");
	add_values(q, t->key, t->n_key, "", "");
	query_add(q, ", ");
	add_values(q, t->sums, t->n_sums, "", "");
	query_piece(q, from);
	query_add(q, " AND c.id = ");
	query_val(q, V(id));
	err = db_one(db, a, QUERY(q), v, t->n_key + t->n_sums, f);
	for (size_t i = 0; !err && i < t->n_sums; i++)
		sums[i] = sign * val_int(v[t->n_key + i]);
	if (!err)
		err = tally_add(db, t, v, sums, f);
	return err == ENOENT ? 0 : err;
}

/* The roll-up as it must be. */
static void add_recount(struct query *q, const struct tally_table *t, const char *from)
{
	query_add(q, "SELECT ");
	add_values(q, t->key, t->n_key, "", "");
	query_add(q, ", ");
	add_values(q, t->sums, t->n_sums, "SUM(", ")");
	query_piece(q, from);
	query_add(q, " GROUP BY ");
	add_values(q, t->key, t->n_key, "", "");
}

static void add_kept(struct query *q, const struct tally_table *t)
{
	query_add(q, "SELECT ");
	add_columns(q, t);
	query_add(q, " FROM ");
	query_piece(q, t->name);
	query_add(q, " WHERE ");
	query_piece(q, t->sums[0].name);
	query_add(q, " <> 0");
}

int tally_check(
        struct db *db, struct arena *a, const struct tally_table *t, const char *from, int64_t *wrong, struct fault *f)
{
	int err = 0;

	for (int side = 0; !err && side < 2; side++) {
		struct query *q = query_new(a);
		struct val n;
		query_add(q, "SELECT count(*) FROM (SELECT * FROM (");
		side ? add_kept(q, t) : add_recount(q, t, from);
		query_add(q, ") y EXCEPT SELECT * FROM (");
		side ? add_recount(q, t, from) : add_kept(q, t);
		query_add(q, ") z) x");
		err = db_one(db, a, QUERY(q), &n, 1, f);
		if (!err)
			*wrong += val_int(n);
	}
	return err;
}

int tally_recount(struct db *db, struct arena *a, const struct tally_table *t, const char *from, struct fault *f)
{
	struct query *empty = query_new(a), *q = query_new(a);
	int err;

	query_add(empty, "DELETE FROM ");
	query_piece(empty, t->name);
	query_add(q, "INSERT INTO ");
	query_piece(q, t->name);
	query_add(q, " (");
	add_columns(q, t);
	query_add(q, ") ");
	add_recount(q, t, from);
	err = db_run(db, QUERY(empty), NULL, f);
	return err ? err : db_run(db, QUERY(q), NULL, f);
}
