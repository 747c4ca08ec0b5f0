/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli_demo.c - `zvonar demo`: opens the database, fills it once, prints the logins each time. The password is drawn when the
 * demonstration is made and kept in DATA/demo.txt, which only its owner reads. */
#include "base/clock.h"
#include "domain/call/call.h"
#include "domain/shift/work.h"
#include "engine/crypto/crypto.h"
#include "engine/db/migrate.h"
#include "server/cli.h"
#include "server/config.h"
#include "server/demo.h"
#include "server/demo_priv.h"
#include "server/migrations.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PASSWORD_CHARACTERS = 12 };

/* Migrated and without anybody: the only database a demonstration is put into. */
static int is_empty(struct demo *d, bool *ret, struct fault *f)
{
	struct val users;
	int err = db_one(d->db, d->a, "SELECT count(*) FROM \"user\"", NO_VALS, &users, 1, f);

	if (!err)
		*ret = val_int(users) == 0;
	return err;
}

static int fill(struct demo *d, struct fault *f)
{
	int err = db_begin(d->db, f);

	if (err)
		return err;
	err = demo_fill(d, f);
	if (!err)
		err = call_rollups_recount(d->db, f);
	if (!err)
		err = work_sums_recount(d->db, f);
	if (!err)
		return db_commit(d->db, f);
	db_rollback(d->db);
	return err;
}

static int keep_password(const char *path, str password, struct fault *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, password.p, password.n) == (ssize_t)password.n && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good ? 0 : fail(f, EIO, NULL, "disk", "%s cannot be written", path);
}

static void print_logins(const char *path)
{
	char password[PASSWORD_CHARACTERS + 1] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, password, PASSWORD_CHARACTERS) : 0;

	if (fd >= 0)
		close(fd);
	password[n > 0 ? n : 0] = 0;
	printf("\n  %-12s %-18s %s\n", "login", "role", "name");
	for (size_t i = 0; i < demo_people_count; i++)
		printf("  %-12s %-18s %s\n", demo_people[i].login, demo_people[i].role, demo_people[i].name);
	printf("\n  password of all: %s\n\n",
	        *password ? password : "(not kept: this database was not made by the demonstration)");
}

static int demo(const struct config *c, struct arena *a, struct fault *f)
{
	struct demo d = {.a = a, .now = clock_ms()};
	const char *path = config_path(c, a, "demo.txt");
	uint8_t pepper[32];
	char token[44];
	bool empty = false;
	int err;

	if (mkdir(c->data, 0700) && errno != EEXIST)
		return fail(f, errno, "data", "folder", "the folder %s cannot be made", c->data);
	if (mkdir(config_path(c, a, "keys"), 0700) && errno != EEXIST)
		return fail(f, errno, "data", "folder", "the folder %s cannot be made", config_path(c, a, "keys"));
	err = key_load(config_path(c, a, "keys/pepper"), pepper, f);
	if (!err)
		err = db_open(config_db_url(c, a), false, &d.db, f);
	if (err)
		return err;
	rand_token(token);
	d.pepper = pepper;
	d.password = (str){token, PASSWORD_CHARACTERS};
	err = db_migrate(d.db, migrations, migrations_count, NULL, f);
	if (!err)
		err = is_empty(&d, &empty, f);
	if (!err && empty)
		err = fill(&d, f);
	if (!err && empty)
		err = keep_password(path, d.password, f);
	db_close(d.db);
	if (!err)
		print_logins(path);
	return err;
}

int cli_demo(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	int err = config_read("demo", argc, argv, &c, &f);

	if (err)
		return config_sorry(&f), 2;
	if (!c.data)
		c.data = "data";
	err = demo(&c, &a, &f);
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}
