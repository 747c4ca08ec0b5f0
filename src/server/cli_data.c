/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli_data.c - the commands about the data as a whole: migrate, backup, restore, copy, check. */
#include "engine/db/migrate.h"
#include "engine/json/json.h"
#include "server/app.h"
#include "server/backup.h"
#include "server/check.h"
#include "server/cli.h"
#include "server/migrations.h"

#include <unistd.h>

static int migrate_to(const char *url, size_t *done, struct fault *f)
{
	struct db *db;
	int err = db_open(url, false, &db, f);

	if (err)
		return err;
	err = db_migrate(db, migrations, migrations_count, done, f);
	db_close(db);
	return err;
}

int cli_migrate(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	size_t done = 0;
	int err = config_read("migrate", argc, argv, &c, &f), lock = -1;

	if (!err)
		err = app_folders(&c, &f);
	if (!err)
		err = data_lock(c.data, 0, &lock, &f);
	if (!err)
		err = migrate_to(config_db_url(&c, &a), &done, &f);
	if (!err)
		printf("%s: %zu migrations ran\n", migrations[migrations_count - 1].name, done);
	if (lock >= 0)
		close(lock);
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}

static int one_file(const struct config *c, struct fault *f)
{
	return c->n_args == 1 ? 0 : fail(f, EINVAL, NULL, "usage", "say one FILE");
}

int cli_backup(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	int err = config_read("backup", argc, argv, &c, &f);

	if (!err)
		err = one_file(&c, &f);
	if (!err)
		err = backup_make(c.data, config_db_url(&c, &a), c.args[0], &f);
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}

int cli_restore(int argc, char **argv)
{
	struct fault f = {0};
	struct config c;
	int err = config_read("restore", argc, argv, &c, &f);

	if (!err)
		err = one_file(&c, &f);
	if (!err && c.db)
		err = fail(&f, EINVAL, "--db", "usage", "a backup becomes a data folder; then: zvonar copy --to URL");
	if (!err)
		err = backup_restore(c.args[0], c.data, &f);
	return err ? config_sorry(&f) : 0;
}

static int copy(const char *from_url, const char *to_url, struct fault *f)
{
	struct db *from, *to;
	int err = migrate_to(to_url, NULL, f);

	if (!err)
		err = db_open(from_url, true, &from, f);
	if (err)
		return err;
	err = db_open(to_url, false, &to, f);
	if (!err) {
		err = db_copy(from, to, migrations, migrations_count, f);
		db_close(to);
	}
	db_close(from);
	return err;
}

int cli_copy(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0}, ignored;
	struct config c;
	int err = config_read("copy", argc, argv, &c, &f), lock = -1;

	if (!err && !c.to)
		err = fail(&f, EINVAL, "--to", "usage", "say where: --to URL");
	if (!err && data_lock(c.data, 0, &lock, &ignored))
		fprintf(stderr, "zvonar: a server works on %s: what it writes from now on is not in the copy\n", c.data);
	if (!err)
		err = copy(config_db_url(&c, &a), c.to, &f);
	if (lock >= 0)
		close(lock);
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}

static void print_json(const struct check *found, bool repaired)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	json_key(&w, "findings");
	json_open(&w, '[');
	for (size_t i = 0; i < found->n; i++) {
		json_open(&w, '{');
		json_key(&w, "what");
		json_add_text(&w, str_of(found->finding[i].what));
		json_key(&w, "detail");
		json_add_text(&w, found->finding[i].detail);
		json_key(&w, "rows");
		json_add_int(&w, found->finding[i].rows);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_key(&w, "repaired");
	json_add_bool(&w, repaired);
	json_close(&w, '}');
	puts(text_z(&t));
	arena_free(&a);
}

static void print_lines(const struct check *found, bool repaired)
{
	for (size_t i = 0; i < found->n; i++)
		printf("%s: %.*s (%lld)\n", found->finding[i].what, STR_ARG(found->finding[i].detail),
		        (long long)found->finding[i].rows);
	if (repaired)
		puts("the roll-ups were counted anew");
	puts(found->n ? "not in order" : "all in order");
}

/* A recount of SQLite would hold the writer of a running server for too long; PostgreSQL waits by its own locks. */
static int repair(const struct config *c, const char *url, struct fault *f)
{
	struct db *db;
	int lock = -1, err = db_open(url, false, &db, f);

	if (err)
		return err;
	if (db_engine(db) == DB_SQLITE)
		err = data_lock(c->data, 0, &lock, f);
	if (!err)
		err = check_repair(db, f);
	if (lock >= 0)
		close(lock);
	db_close(db);
	return err;
}

static int look(const struct config *c, struct arena *a, struct check *found, struct fault *f)
{
	struct db *db;
	int err = db_open(config_db_url(c, a), true, &db, f);

	if (err)
		return err;
	err = check_all(db, a, config_path(c, a, "files"), found, f);
	db_close(db);
	return err;
}

/* 0 in order, 1 not. With --repair the recount comes first, so what is printed is what remains. */
int cli_check(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct check found = {0};
	struct config c;
	int err = config_read("check", argc, argv, &c, &f);

	if (!err && c.repair)
		err = repair(&c, config_db_url(&c, &a), &f);
	if (!err)
		err = look(&c, &a, &found, &f);
	if (!err && c.json)
		print_json(&found, c.repair);
	else if (!err)
		print_lines(&found, c.repair);
	arena_free(&a);
	return err ? config_sorry(&f) : found.n ? 1 : 0;
}
