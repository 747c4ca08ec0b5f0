/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file from its first byte to its end, and keys that are none. */
#include "kit/file/file.h"

#include "engine/db/db_test.h"
#include "engine/db/migrate.h"

static const struct migration table = {"0001_file",
        "CREATE TABLE file (id @ID@, name TEXT NOT NULL, type TEXT NOT NULL, bytes @INT@ NOT NULL, sha256 TEXT NOT NULL, "
        "key TEXT NOT NULL UNIQUE, created_at @INT@ NOT NULL);"};

static struct arena a;
static struct fault f;

static void write_to(const char *path, const char *what)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(what, out) >= 0);
	ok(fclose(out));
}

static void a_file_is_kept_found_and_removed(void **state)
{
	struct db *db = test_db();
	struct file file = {.name = STR("../../Отчёт.txt"), .type = STR("text/plain")}, back;
	char key[33];
	const char *path;

	(void)state;
	ok(db_migrate(db, &table, 1, NULL, &f));
	ok(file_root_set(str_printf(&a, "%s/files", test_dir).p, &f));
	path = file_new_path(&a, key);
	assert_null(strstr(path, ".."));
	write_to(path, "abc");
	ok(file_measure(&a, path, &file, &f));
	assert_int_equal(file.bytes, 3);
	assert_string_equal(file.key.p, key);
	assert_true(str_eq(file.sha256, STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
	ok(file_add(db, &a, &file, 7, &f));
	ok(file_get(db, &a, file.id, &back, &f));
	assert_true(str_eq(back.name, file.name) && back.bytes == 3 && back.created_at == 7);
	assert_string_equal(file_path(&a, &back), path);
	ok(file_remove(db, file.id, &f));
	assert_int_equal(file_get(db, &a, file.id, &back, &f), ENOENT);
	file_unnamed(&file, EIO); /* perhaps a row names it */
	assert_int_equal(access(path, F_OK), 0);
	file_unnamed(&file, ESTALE);
	assert_int_not_equal(access(path, F_OK), 0);
	rmdir(str_sub(str_of(path), 0, strlen(path) - 31).n ? str_z(&a, str_sub(str_of(path), 0, strlen(path) - 31)) : "");
	rmdir(str_printf(&a, "%s/files", test_dir).p);
	db_close(db);
	arena_free(&a);
}

static void keys_from_elsewhere_open_nothing(void **state)
{
	static const char *const bad[] = {"", "../../../etc/passwd", "0123456789abcdef0123456789abcdeg",
	        "0123456789abcdef0123456789abcde", "..123456789abcdef0123456789abcdef"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct file file = {.key = str_of(bad[i])};

		assert_true(str_ends(str_of(file_path(&a, &file)), STR("/none")));
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        ON_BOTH(a_file_is_kept_found_and_removed), ON_SQLITE(keys_from_elsewhere_open_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
