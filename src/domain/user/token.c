/* SPDX-License-Identifier: GPL-3.0-or-later */
/* token.c - tokens for programs: act in their maker's name, perhaps for one project only; kept as hashes, shown once. */
#include "base/rand.h"
#include "domain/user/user_priv.h"
#include "engine/crypto/crypto.h"
#include "engine/net/net.h"

struct token {
	int64_t id, version, user_id, project_id, created_at, used_at, expires_at;
	str name, prefix, addresses;
};
#define ENTITY struct token
static const struct field token_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(user_id, "user", "In whose name it acts", .flags = GIVEN),
        F_STR(name, 1, 200, "What it is for", .flags = REQUIRED | SEARCHED),
        F_STR(prefix, 1, 20, "Its first characters, to know it by", .flags = GIVEN),
        F_REF(project_id, "project", "The one project it serves; empty: all its maker reaches", .flags = NULLABLE | FIXED),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
        F_TIME(used_at, "When it was last used, within a minute", .flags = GIVEN | NULLABLE),
        F_TIME(expires_at, "Until when it serves; empty: until it is removed", .flags = NULLABLE),
        F_STR(addresses, 0, 500, "From where alone it serves: addresses and networks by commas; empty: from anywhere",
                .flags = NULLABLE | UNSORTED),
};
#undef ENTITY
static const struct entity token_entity = ENTITY_OF(token, token_fields, "api_token", "A token for a program");

static int addresses_check(str addresses, struct fault *f)
{
	return !addresses.n || net_list_good(addresses)
	               ? 0
	               : fail(f, EINVAL, "addresses", "addresses",
	                         "addresses and networks by commas are needed: 203.0.113.7, 10.0.0.0/8");
}

static int check(struct request *q, const void *old, void *new)
{
	const struct token *t = new;

	(void)old;
	return t ? addresses_check(t->addresses, &q->fault) : 0;
}

const struct resource token_resource = {
        .entity = &token_entity,
        .path = "/tokens",
        .read = MAY_USE_API,
        .write = MAY_USE_API,
        .remove = MAY_USE_API,
        .not_made = true,
        .scope = SCOPE_OWN,
        .scope_column = "user_id",
        .sort = "-created_at",
        .check = check,
};

struct token_new {
	str name, addresses;
	int64_t project_id, expires_at;
};
#define ENTITY struct token_new
static const struct field new_fields[] = {
        F_STR(name, 1, 200, "What it is for", .flags = REQUIRED),
        F_REF(project_id, "project", "The one project it serves", .flags = NULLABLE),
        F_TIME(expires_at, "Until when it serves", .flags = NULLABLE),
        F_STR(addresses, 0, 500, "From where alone it serves: addresses and networks by commas", .flags = NULLABLE),
};
#undef ENTITY
const struct shape token_new_shape = SHAPE_OF(token_new, new_fields, "A token to be made");

struct token_made {
	int64_t id;
	str name, prefix, secret;
};
#define ENTITY struct token_made
static const struct field made_fields[] = {
        F_ID(),
        F_STR(name, 1, 200, "What it is for"),
        F_STR(prefix, 1, 20, "Its first characters"),
        F_STR(secret, 1, 60, "The token itself, for \"Authorization: Bearer …\"; never shown again"),
};
#undef ENTITY
const struct shape token_made_shape = SHAPE_OF(token_made, made_fields, "A token just made");

enum { TOKENS_MAX = 50, PREFIX = 9 };

struct making {
	struct request *q;
	str secret, prefix;
	int64_t id;
};

static int make_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct making *m = arg;
	struct request *q = m->q;
	const struct token_new *in = q->body;
	struct audit e = {.who = q->who, .entity = "token", .verb = "created", .peer = q->http->peer};
	char hash[SHA256_HEX];
	struct val v;
	int err = db_one(db, a, "SELECT COUNT(*) FROM api_token WHERE user_id = ?1", VALS(V(q->who->user_id)), &v, 1, f);

	if (!err && val_int(v) >= TOKENS_MAX)
		err = fail(f, EINVAL, NULL, "too_many", "a person has at most %d tokens: remove one first", TOKENS_MAX);
	sha256_hex(m->secret, hash);
	if (!err)
		err = db_one(db, a,
		        "INSERT INTO api_token (user_id, name, prefix, token_hash, project_id, created_at, expires_at, addresses) "
		        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
		        VALS(V(q->who->user_id), V(in->name), V(m->prefix), V(str_of(hash)), val_ref(in->project_id),
		                V(q->now), val_ref(in->expires_at), V(in->addresses.n ? in->addresses : (str){0})),
		        &v, 1, f);
	if (err)
		return err;
	e.row_id = m->id = val_int(v);
	return audit_add(db, a, &e, q->now, f);
}

int token_make(struct request *q)
{
	const struct token_new *in = q->body;
	struct making m = {.q = q};
	struct token_made out;
	char random[44];
	int err = in_person(q);

	if (!err)
		err = addresses_check(in->addresses, &q->fault);
	if (!err && in->project_id)
		err = access_project(q->db, q->a, q->who, in->project_id, &q->fault);
	if (!err && in->expires_at && in->expires_at <= q->now)
		err = fail(&q->fault, EINVAL, "expires_at", "past", "this moment has passed already");
	if (err)
		return err;
	rand_token(random);
	/* The beginning lets scanners of leaked secrets know it as ours. */
	m.secret = str_printf(q->a, "zvo_%s", random);
	m.prefix = str_sub(m.secret, 0, PREFIX);
	err = request_write(q, make_write, &m);
	if (err)
		return err;
	out = (struct token_made){m.id, in->name, m.prefix, m.secret};
	request_give(q, &token_made_shape, &out);
	return 0;
}
