/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/db/migrate.h"

#include "engine/db/db_test.h"

#include <sys/wait.h>

static struct arena a;
static struct fault f;

static const struct migration files[] = {
        {"0001_first", "-- an address@example, @ID@ in a comment\n"
                       "CREATE TABLE owner (id @ID@, name TEXT NOT NULL);\n"
                       "CREATE TABLE animal (id @ID@, owner_id @INT@ NOT NULL REFERENCES owner(id), parent_id @INT@ "
                       "REFERENCES animal(id),\n"
                       "  weight @REAL@, name TEXT);\n"
                       "CREATE TABLE event (id @INT@ PRIMARY KEY, note TEXT);\n"},
        {"0002_second", "--sqlite:CREATE TABLE only_sqlite (x @INT@);\n--postgres:CREATE TABLE only_postgres (x @INT@);\n"},
        {"0003_third", "ALTER TABLE animal ADD COLUMN note TEXT;\n"
                       "CREATE TABLE kind (id @ID@, name TEXT);\nINSERT INTO kind (name) VALUES ('dog'), ('cat');\n"},
};

static struct db *migrated(void)
{
	struct db *db = test_db();

	ok(db_migrate(db, files, COUNT(files), NULL, &f));
	return db;
}

static void each_file_runs_once(void **state)
{
	struct db *db = test_db();
	size_t done = 99;

	(void)state;
	ok(db_migrate(db, files, 1, &done, &f));
	assert_int_equal(done, 1);
	ok(db_migrate(db, files, COUNT(files), &done, &f));
	assert_int_equal(done, 2);
	ok(db_migrate(db, files, COUNT(files), &done, &f));
	assert_int_equal(done, 0);
	ok(db_script(db, db_engine(db) == DB_SQLITE ? "SELECT x FROM only_sqlite" : "SELECT x FROM only_postgres", &f));
	db_close(db);
}

static void a_newer_database_is_refused(void **state)
{
	struct db *db = migrated();

	(void)state;
	assert_int_equal(db_migrate(db, files, 2, NULL, &f), EINVAL);
	assert_string_equal(f.code, "newer");
	db_close(db);
}

static void a_failing_file_leaves_nothing(void **state)
{
	const struct migration bad[] = {
	        files[0], {"0002_bad", "CREATE TABLE half (x @INT@); CREATE TABLE owner (x @INT@);"}};
	struct db *db = test_db();
	size_t done;

	(void)state;
	assert_int_not_equal(db_migrate(db, bad, 2, NULL, &f), 0);
	assert_int_not_equal(db_script(db, "SELECT x FROM half", &f), 0);
	ok(db_migrate(db, files, COUNT(files), &done, &f));
	assert_int_equal(done, 2);
	db_close(db);
}

static void a_migration_may_not_leave_dangling_references(void **state)
{
	const struct migration bad[] = {files[0], {"0002_bad", "INSERT INTO animal (owner_id) VALUES (77);"}};
	struct db *db = test_db();
	struct val v;

	(void)state;
	assert_int_equal(db_migrate(db, bad, 2, NULL, &f), EINVAL);
	ok(db_one(db, &a, "SELECT count(*) FROM animal", NO_VALS, &v, 1, &f));
	assert_int_equal(val_int(v), 0);
	assert_int_equal(db_run(db, "INSERT INTO animal (owner_id) VALUES (77)", NO_VALS, NULL, &f), EINVAL);
	db_close(db);
	arena_free(&a);
}

static int migrate_in_child(void)
{
	struct db *db;
	int err = db_open(test_url, false, &db, &f);

	return err ? err : db_migrate(db, files, COUNT(files), NULL, &f);
}

static void two_processes_at_once_both_end_well(void **state)
{
	int status;

	(void)state;
	db_close(test_db());
	for (int i = 0; i < 4; i++)
		if (fork() == 0)
			_exit(migrate_in_child());
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void tables_come_after_those_they_refer_to(void **state)
{
	struct db *db = migrated();
	const char *const *tables;
	int owner = -1, animal = -1;

	(void)state;
	ok(db_tables(db, &a, &tables, &f));
	for (int i = 0; tables[i]; i++) {
		if (strcmp(tables[i], "owner") == 0)
			owner = i;
		if (strcmp(tables[i], "animal") == 0)
			animal = i;
		assert_string_not_equal(tables[i], "migration");
	}
	assert_true(owner >= 0 && animal > owner);
	db_close(db);
	arena_free(&a);
}

/* Each animal but the last refers to a later one, so they go in from the end. */
static void fill(struct db *db)
{
	ok(db_run(db, "INSERT INTO owner (name) VALUES (?1)", VALS(V(STR("Ёлкин\t\\N \"a\"\r\nb"))), NULL, &f));
	for (int64_t i = 5000; i; i--)
		ok(db_run(db, "INSERT INTO animal (id, owner_id, parent_id, weight, name) VALUES (?1, 1, ?2, ?3, ?4)",
		        VALS(V(i), val_ref(i == 5000 ? 0 : i + 1), V(0.1 * (double)i), V(STR("\\."))), NULL, &f));
	ok(db_run(db, "INSERT INTO event (id, note) VALUES (5, 'x')", NO_VALS, NULL, &f));
	ok(db_run(db, "DELETE FROM kind WHERE name = 'cat'", NO_VALS, NULL, &f));
	if (db_engine(db) == DB_POSTGRES)
		ok(db_script(db, "SELECT setval(pg_get_serial_sequence('animal', 'id'), 5000)", &f));
	ok(db_run(db, "INSERT INTO animal (owner_id) VALUES (1)", NO_VALS, NULL, &f));
	ok(db_run(db, "DELETE FROM animal WHERE id = 5001", NO_VALS, NULL, &f));
}

static void check_copied(struct db *db)
{
	struct val v[3];

	ok(db_one(db, &a, "SELECT name FROM owner", NO_VALS, v, 1, &f));
	assert_true(str_eq(val_str(v[0]), STR("Ёлкин\t\\N \"a\"\r\nb")));
	ok(db_one(db, &a, "SELECT count(*), sum(parent_id), max(weight) FROM animal WHERE name = '\\.'", NO_VALS, v, 3, &f));
	assert_int_equal(val_int(v[0]), 5000);
	assert_int_equal(val_int(v[1]), 4999 * (2 + 5000) / 2);
	assert_true(v[2].u.r == 0.1 * 5000.0);
	ok(db_one(db, &a, "INSERT INTO animal (owner_id) VALUES (1) RETURNING id", NO_VALS, v, 1, &f));
	assert_int_equal(val_int(v[0]), 5002); /* the id of a deleted row is not given again */
	ok(db_one(db, &a, "SELECT count(*) FROM event", NO_VALS, v, 1, &f));
	assert_int_equal(val_int(v[0]), 0);
	ok(db_one(db, &a, "SELECT count(*) FROM kind", NO_VALS, v, 1, &f)); /* not the migration's two */
	assert_int_equal(val_int(v[0]), 1);
}

static void a_copy_is_the_same_on_either_engine(void **state)
{
	struct db *from = migrated(), *to;
	char url[700];

	(void)state;
	fill(from);
	snprintf(url, sizeof(url), "sqlite:%s/copy.db", test_dir);
	ok(db_open(url, false, &to, &f));
	assert_int_equal(db_copy(from, to, files, COUNT(files), &f), EIO); /* no schema there yet */
	ok(db_migrate(to, files, 1, NULL, &f));
	assert_int_equal(db_copy(from, to, files, COUNT(files), &f), EINVAL);
	ok(db_migrate(to, files, COUNT(files), NULL, &f));
	if (db_engine(from) == DB_SQLITE) {
		ok(db_copy(from, to, files, COUNT(files), &f));
	} else { /* there and back */
		ok(db_script(from, "DROP TABLE only_postgres; CREATE TABLE only_sqlite (x BIGINT)", &f));
		ok(db_copy(from, to, files, COUNT(files), &f));
		ok(db_script(from, "DELETE FROM animal; DELETE FROM owner; DELETE FROM event", &f));
		ok(db_script(from, "SELECT setval(pg_get_serial_sequence('animal', 'id'), 1)", &f));
		ok(db_copy(to, from, files, COUNT(files), &f));
		check_copied(from);
	}
	check_copied(to);
	assert_int_equal(db_copy(from, to, files, COUNT(files), &f), EEXIST);
	db_close(to);
	db_close(from);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ON_BOTH(each_file_runs_once),
	        ON_BOTH(a_newer_database_is_refused),
	        ON_BOTH(a_failing_file_leaves_nothing),
	        ON_SQLITE(a_migration_may_not_leave_dangling_references),
	        ON_BOTH(two_processes_at_once_both_end_well),
	        ON_BOTH(tables_come_after_those_they_refer_to),
	        ON_BOTH(a_copy_is_the_same_on_either_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
