/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_test.h - the databases of the tests beside it: a file of SQLite in a temporary folder, and PostgreSQL when ZVONAR_TEST_PG
 * holds the url of a database they may empty (tools/with-postgres makes one). */
#ifndef ENGINE_DB_DB_TEST_H
#define ENGINE_DB_DB_TEST_H

#include "engine/db/db.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <unistd.h>

static char test_dir[] = "/tmp/zvonar-test-XXXXXX";
static char test_url[600];

static inline int test_on_sqlite(void **state)
{
	(void)state;
	snprintf(test_dir, sizeof(test_dir), "/tmp/zvonar-test-XXXXXX");
	if (!mkdtemp(test_dir))
		return -1;
	snprintf(test_url, sizeof(test_url), "sqlite:%s/test.db", test_dir);
	return 0;
}

static inline int test_on_postgres(void **state)
{
	const char *url = getenv("ZVONAR_TEST_PG");
	struct db *db;
	int err;

	test_on_sqlite(state);
	test_url[0] = 0;
	if (!url)
		return 0;
	snprintf(test_url, sizeof(test_url), "%s", url);
	if (db_open(url, false, &db, NULL))
		return -1;
	/* A test that failed left its connection open, and maybe a lock. */
	err = db_script(db,
	        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = "
	        "'client backend'; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
	        NULL);
	db_close(db);
	return err;
}

static inline int test_over(void **state)
{
	static const char *const names[] = {
	        "test.db", "test.db-wal", "test.db-shm", "copy.db", "copy.db-wal", "copy.db-shm", "mark"};
	char path[700];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", test_dir, names[i]);
		unlink(path);
	}
	rmdir(test_dir);
	return 0;
}

/* Leaves the test as skipped where there is no PostgreSQL. */
static inline struct db *test_db(void)
{
	struct db *db;
	struct fault f = {0};

	if (!test_url[0])
		skip();
	if (db_open(test_url, false, &db, &f))
		fail_msg("%s", f.what);
	return db;
}

#define ok(call) assert_int_equal((call), 0)
#define ON_BOTH(t) \
	{#t " sqlite", t, test_on_sqlite, test_over, NULL}, \
	{ \
#t " postgres", t, test_on_postgres, test_over, NULL \
	}
#define ON_SQLITE(t) \
	{ \
#t, t, test_on_sqlite, test_over, NULL \
	}

#endif
