/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli_user.c - `zvonar user add`: a person who may log in, also beside a running server. With a password from a file or stdin it is
 * set; without one a link is printed by which the person chooses it. */
#include "base/clock.h"
#include "base/rand.h"
#include "domain/role/role.h"
#include "domain/user/user.h"
#include "engine/crypto/crypto.h"
#include "engine/db/migrate.h"
#include "server/app.h"
#include "server/cli.h"
#include "server/config.h"
#include "server/migrations.h"

#include <unistd.h>

struct adding {
	struct user u;
	str hash; /* absent: an invitation instead */
	char token[44];
	str url; /* of the house, as its settings say; absent: not said */
};

static int role_index(const char *name, int *ret, struct fault *f)
{
	for (int i = 0; role_names[i]; i++)
		if (name && !strcmp(role_names[i], name) && !roles[i].outside) {
			*ret = i;
			return 0;
		}
	return fail(f, EINVAL, "--role", "usage", "--role takes a role of the house: operator, project_manager, admin …");
}

static int person(const struct config *c, struct arena *a, struct user *ret, struct fault *f)
{
	struct user u = {.name = str_of(c->name ? c->name : c->login), .email = str_of(c->email), .created_at = clock_ms()};
	int err = 0;

	if (!c->login)
		return fail(f, EINVAL, "--login", "usage", "--login is needed");
	err = role_index(c->role, &u.role, f);
	if (!err)
		err = user_login_form(a, str_of(c->login), &u.login, f);
	if (!err && c->email && !mail_address_valid(u.email))
		err = fail(f, EINVAL, "--email", "usage", "--email takes an address");
	if (!err)
		*ret = u;
	return err;
}

/* The first line of the file, "-" for stdin; absent when none was named. */
static int password_of(const struct config *c, struct arena *a, str login, str *ret, struct fault *f)
{
	char line[PASSWORD_BYTES_MAX + 2];
	FILE *in = NULL;
	int err = 0;

	*ret = (str){0};
	if (!c->password_file)
		return 0;
	in = strcmp(c->password_file, "-") ? fopen(c->password_file, "re") : stdin;
	if (!in || !fgets(line, sizeof line, in))
		err = fail(f, EINVAL, "--password-file", "usage", "no password can be read from %s", c->password_file);
	if (in && in != stdin)
		fclose(in);
	if (err)
		return err;
	line[strcspn(line, "\r\n")] = 0;
	*ret = str_copy(a, str_of(line));
	forget(line, sizeof line);
	return user_password_allowed(*ret, login, "--password-file", f);
}

static int write_user(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct adding *add = arg;
	struct settings s;
	struct audit e = {.entity = "user", .verb = "created"};
	int err = entity_insert(&user_entity, db, a, &add->u, f);

	if (err == EEXIST)
		return fail(f, EEXIST, "login", "exists", "there is a user with this login already");
	if (!err && add->hash.n)
		err = user_password_set(db, add->u.id, add->hash, 0, f);
	else if (!err)
		err = ticket_add(db, add->u.id, TICKET_INVITATION, str_of(add->token), add->u.created_at, f);
	e.row_id = add->u.id;
	if (!err)
		err = audit_add(db, a, &e, add->u.created_at, f);
	if (!err)
		err = settings_load(db, a, &s, f);
	if (!err)
		add->url = s.public_url;
	return err;
}

static int migrated(const char *url, struct fault *f)
{
	struct db *db;
	int err = db_open(url, false, &db, f);

	if (err)
		return err;
	err = db_migrate(db, migrations, migrations_count, NULL, f);
	db_close(db);
	return err;
}

static int add_user(const struct config *c, struct arena *a, struct adding *add, struct fault *f)
{
	struct store *store = NULL;
	uint8_t pepper[32];
	str password;
	int err = person(c, a, &add->u, f);

	if (!err)
		err = password_of(c, a, add->u.login, &password, f);
	if (!err)
		err = app_folders(c, f);
	if (!err)
		err = key_load(config_path(c, a, "keys/pepper"), pepper, f);
	if (!err && password.n)
		err = password_hash(pepper, password, a, &add->hash, f);
	if (!err)
		err = migrated(config_db_url(c, a), f);
	if (!err)
		err = store_open(config_db_url(c, a), 1, &store, f);
	rand_token(add->token);
	if (!err)
		err = store_write(store, NULL, a, write_user, add, f);
	/* The URL lives in the arena, not in the store. */
	if (store)
		store_close(store);
	return err;
}

int cli_user_add(int argc, char **argv)
{
	struct config c;
	struct arena a = {0};
	struct adding add = {0};
	struct fault f = {0};
	int err = config_read("user add", argc, argv, &c, &f);

	access_rules_set(&role_rules);
	if (!err)
		err = add_user(&c, &a, &add, &f);
	if (!err)
		printf("user %lld: %.*s\n", (long long)add.u.id, STR_ARG(add.u.login));
	if (!err && !add.hash.n)
		printf("choose a password here, within 7 days:\n%.*s\n",
		        STR_ARG(ticket_url(&a, add.url, str_of(add.token))));
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}
