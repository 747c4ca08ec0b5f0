/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares on both engines: a grant grows before it is told and shrinks after the answer, only the leader writes it, and what a lost node holds is kept. */
#include "domain/trunk/share.h"

#include "engine/db/db_test.h"
#include "engine/db/migrate.h"
#include "kit/query/query.h"

static const struct migration tables = {"0057_shares",
        "CREATE TABLE node (id @INT@ PRIMARY KEY, role TEXT NOT NULL, lost_at @INT@); CREATE TABLE trunk (id @INT@ PRIMARY KEY, channels "
        "@INT@ NOT NULL, calls_per_s @INT@ NOT NULL); CREATE TABLE lease (node_id @INT@ PRIMARY KEY, app_id @INT@, epoch @INT@ NOT "
        "NULL); CREATE TABLE tel_boot (boot TEXT PRIMARY KEY, node_id @INT@ NOT NULL); CREATE TABLE call (trunk_id @INT@, tel_boot "
        "TEXT, dialog TEXT, ended_at @INT@); CREATE TABLE trunk_share (trunk_id @INT@ NOT NULL, node_id @INT@ NOT NULL, channels @INT@ NOT "
        "NULL DEFAULT 0, calls_per_s @INT@ NOT NULL DEFAULT 0, told_channels @INT@ NOT NULL DEFAULT 0, told_calls_per_s @INT@ NOT "
        "NULL DEFAULT 0, used @INT@ NOT NULL DEFAULT 0, waiting @INT@ NOT NULL DEFAULT 0, came @INT@ NOT NULL DEFAULT 0, farewells "
        "@INT@ NOT NULL DEFAULT 0, PRIMARY KEY (trunk_id, node_id)); INSERT INTO node VALUES (1, 'tel', NULL), (2, 'tel', 7), (9, "
        "'app', NULL); INSERT INTO trunk VALUES (5, 80, 10); INSERT INTO lease VALUES (1, 9, 3), (2, 9, 4); INSERT INTO tel_boot "
        "VALUES ('b', 2)"};
static const struct lease first = {.node_id = 1, .app_id = 9, .epoch = 3}, second = {.node_id = 2, .app_id = 9, .epoch = 4};

static struct arena a;
static struct fault f;

/* One look of a leader, with what its node said, and what that node is told then. */
static struct shares turn(struct db *db, const struct lease *l, const struct message *load, bool answered)
{
	struct shares x = {.lease = l, .loads = {load, load ? 1 : 0}, .answered = answered};

	ok(shares_put(db, &a, &x, &f));
	assert_int_equal(x.rows.n, 1);
	return x;
}

static void told(struct shares x, int64_t channels, int64_t per_s)
{
	assert_int_equal(x.rows.rows[0].channels, channels);
	assert_int_equal(x.rows.rows[0].calls_per_s, per_s);
}

static int64_t granted(struct db *db, int64_t node_id)
{
	struct val v;

	ok(db_one(db, &a, "SELECT channels FROM trunk_share WHERE node_id = ?1", VALS(V(node_id)), &v, 1, &f));
	return val_int(v);
}

static void run(struct db *db, const char *sql)
{
	ok(db_script(db, sql, &f));
}

static void a_grant_grows_before_and_shrinks_after(void **state)
{
	static const struct message busy = {.kind = ROW_LOAD, .trunk = 5, .calls_open = 60};
	struct lease old = first;
	struct shares x = {.lease = &old};
	struct db *db = test_db();

	(void)state;
	ok(db_migrate(db, &tables, 1, NULL, &f));
	told(turn(db, &first, NULL, false), 80, 10); /* alone: the other is lost and holds nothing */
	run(db, "UPDATE node SET lost_at = NULL WHERE id = 2");
	told(turn(db, &second, NULL, false), 0, 0);
	told(turn(db, &first, &busy, true), 70, 5); /* 60, and what nobody asked for is evenly divided */
	assert_int_equal(granted(db, 1), 80);       /* it did not answer yet */
	told(turn(db, &second, NULL, false), 0, 0);
	told(turn(db, &first, &busy, true), 70, 5);
	assert_int_equal(granted(db, 1), 70);
	told(turn(db, &second, NULL, false), 10, 5);
	old.epoch--;
	assert_int_equal(shares_put(db, &a, &x, &f), ENOENT); /* whose lease is over writes nothing */
	ok(shares_look(db, &a, &x, &f));
	assert_false(x.alone || x.changed);
	db_close(db);
	arena_free(&a);
}

static void what_a_lost_node_holds_is_kept(void **state)
{
	static const struct message talks = {.kind = ROW_LOAD, .trunk = 5, .calls_open = 20},
	                            wants = {.kind = ROW_LOAD, .trunk = 5, .calls_open = 50, .waiting = 90, .came = 90};
	struct db *db = test_db();

	(void)state;
	ok(db_migrate(db, &tables, 1, NULL, &f));
	run(db, "UPDATE node SET lost_at = NULL");
	told(turn(db, &second, &talks, false), 31, 5);
	ok(shares_lost(db, 2, true, &f));
	run(db, "UPDATE node SET lost_at = 1000000000000000 WHERE id = 2"); /* just now, whatever the clock */
	told(turn(db, &first, &wants, true), 49, 10);                       /* new calls it can begin none */
	run(db, "UPDATE node SET lost_at = 1 WHERE id = 2");
	turn(db, &first, &wants, true);
	assert_int_equal(granted(db, 2), 0); /* no call lasts so long */
	told(turn(db, &first, &wants, true), 80, 10);
	db_close(db);
	arena_free(&a);
}

static void two_farewells(void **state)
{
	struct db *db = test_db();
	struct query *q = query_new(&a);

	(void)state;
	ok(db_migrate(db, &tables, 1, NULL, &f));
	run(db, "INSERT INTO call VALUES (5, 'b', 'x', NULL), (5, 'b', 'x', 7), (5, 'b', NULL, NULL), (5, 'b', 'x', NULL); INSERT INTO "
	        "trunk_share (trunk_id, node_id, channels) VALUES (5, 2, 31)");
	ok(shares_lost(db, 2, true, &f));
	query_add(q, "UPDATE node SET lost_at = ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, " - 30000 WHERE id = 2");
	ok(db_run(db, QUERY(q), NULL, &f));
	turn(db, &first, NULL, false);
	assert_int_equal(granted(db, 2), 31);
	run(db, "UPDATE node SET lost_at = lost_at - 31000 WHERE id = 2");
	turn(db, &first, NULL, false);
	turn(db, &first, NULL, false);
	assert_int_equal(granted(db, 2), 29); /* two of its calls had a dialog: their carrier was told */
	db_close(db);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ON_BOTH(a_grant_grows_before_and_shrinks_after),
	        ON_BOTH(what_a_lost_node_holds_is_kept),
	        ON_BOTH(two_farewells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
