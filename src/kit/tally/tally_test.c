/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally_test.c - sums are written with the commit, once and merged, lock nothing before, and go with a rollback. */
#include "engine/db/db_test.h"
#include "kit/tally/tally.h"

static const struct tally_column columns[] = {{"place", NULL}, {"word", NULL}, {"things", NULL}, {"weight", NULL}};
static const struct tally_table table = {
        .name = "heap", .key = columns, .n_key = 2, .sums = columns + 2, .n_sums = 2, .drops = true};

static struct db *heap(void)
{
	struct db *db = test_db();

	ok(db_script(db,
	        "CREATE TABLE heap (place BIGINT NOT NULL, word TEXT NOT NULL, things BIGINT NOT NULL, weight BIGINT NOT NULL, "
	        "PRIMARY KEY (place, word))",
	        NULL));
	return db;
}

static int add(struct db *db, int64_t place, int64_t things, int64_t weight)
{
	return tally_add(
	        db, &table, (const struct val[]){V(place), V(STR("слово"))}, (const int64_t[]){things, weight}, NULL);
}

/* What stands in the table: rows, and the sums of all. */
static void expect(struct db *db, int64_t rows, int64_t things, int64_t weight)
{
	struct val v[3];

	ok(db_one(db, NULL,
	        "SELECT count(*), CAST(coalesce(sum(things), 0) AS BIGINT), CAST(coalesce(sum(weight), 0) AS BIGINT) FROM heap",
	        NO_VALS, v, 3, NULL));
	assert_int_equal(val_int(v[0]), rows);
	assert_int_equal(val_int(v[1]), things);
	assert_int_equal(val_int(v[2]), weight);
}

static void written_with_the_commit(void **state)
{
	struct db *db = heap();
	const struct tally_row *r;

	(void)state;
	ok(db_begin(db, NULL));
	assert_null(tally_gathered(db));
	ok(add(db, 1, 2, 10));
	ok(add(db, 1, 3, 1));
	expect(db, 0, 0, 0);
	r = tally_gathered(db);
	assert_int_equal(r->sums[0], 5);
	assert_null(r->next);
	ok(db_commit(db, NULL));
	expect(db, 1, 5, 11);
	ok(add(db, 2, 1, 1)); /* without a transaction: at once */
	expect(db, 2, 6, 12);
	db_close(db);
}

static void forgotten_with_a_rollback(void **state)
{
	struct db *db = heap();

	(void)state;
	ok(db_begin(db, NULL));
	ok(add(db, 1, 2, 10));
	db_rollback(db);
	ok(db_begin(db, NULL));
	ok(add(db, 2, 1, 1));
	ok(db_commit(db, NULL));
	expect(db, 1, 1, 1);
	db_close(db);
}

static void emptied_rows_go(void **state)
{
	struct db *db = heap();

	(void)state;
	ok(add(db, 1, 2, 10));
	ok(db_begin(db, NULL));
	ok(add(db, 1, -2, -10));
	ok(add(db, 2, 2, 10));
	ok(add(db, 3, 1, 1)); /* nothing in the end: no row */
	ok(add(db, 3, -1, -1));
	ok(db_commit(db, NULL));
	expect(db, 1, 2, 10);
	db_close(db);
}

/* Two who add to the same rows in opposite orders: the second passes while the first is still open. */
static void nothing_is_locked_before_the_end(void **state)
{
	struct db *a = heap(), *b;

	(void)state;
	if (db_engine(a) == DB_SQLITE) { /* one writer at a time anyway */
		db_close(a);
		return;
	}
	b = test_db();
	ok(db_script(b, "SET lock_timeout = 2000", NULL));
	ok(db_begin(a, NULL));
	ok(add(a, 1, 1, 1));
	ok(add(a, 2, 1, 1));
	ok(db_begin(b, NULL));
	ok(add(b, 2, 1, 1));
	ok(add(b, 1, 1, 1));
	ok(db_commit(b, NULL));
	ok(db_commit(a, NULL));
	expect(a, 2, 4, 4);
	db_close(b);
	db_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_BOTH(written_with_the_commit), ON_BOTH(forgotten_with_a_rollback),
	        ON_BOTH(emptied_rows_go), ON_BOTH(nothing_is_locked_before_the_end)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
