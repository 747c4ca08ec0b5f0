/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link.c - links of letters: each opens one project's report until its term, and can be closed before. */
#include "base/parse.h"
#include "base/utf8.h"
#include "domain/letter/letter_priv.h"
#include "domain/role/role.h"
#include "engine/crypto/crypto.h"

struct link_row {
	int64_t id, project_id, created_at, expires_at, opened_at, opens;
	str kind, sent_to;
	bool revoked;
};

#define ENTITY struct link_row
static const struct field link_fields[] = {
        F_ID(),
        F_STR(kind, 1, 40, "What it is for: report opens one, decision decides once", .flags = GIVEN),
        F_REF(project_id, "project", "Whose report", .flags = GIVEN | NULLABLE),
        F_STR(sent_to, 0, 254, "To whom it was sent", .flags = GIVEN | NULLABLE | SEARCHED),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
        F_TIME(expires_at, "Until when it opens", .flags = GIVEN),
        F_TIME(opened_at, "When it was opened last", .flags = GIVEN | NULLABLE),
        F_INT(opens, 0, INT64_MAX, "How often it was opened", .flags = GIVEN),
        F_BOOL(revoked, "It was closed before its term", .flags = GIVEN),
};
#undef ENTITY
static const struct entity link_entity = {.shape = {.name = "link",
                                                  .doc = "A link of a letter",
                                                  .fields = link_fields,
                                                  .n = COUNT(link_fields),
                                                  .size = sizeof(struct link_row)},
        .table = "link"};

const struct resource link_resource = {
        .entity = &link_entity,
        .path = "/links",
        .read = MAY_SEND_LETTERS,
        .write = MAY_SEND_LETTERS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
};

int link_add(struct db *db, const struct app *app, const struct link_new *l, int64_t now, struct fault *f)
{
	char token[44], hash[SHA256_HEX];

	letter_token(app, l->message_id, token);
	sha256_hex(str_of(token), hash);
	return db_run(db,
	        "INSERT INTO link (token_hash, kind, project_id, sent_to, created_at, expires_at, change_id, stop_id) VALUES (?1, ?2, "
	        "?3, ?4, ?5, ?6, ?7, ?8)",
	        VALS(V(str_of(hash)), V(str_of(l->kind)), V(l->project_id), V(l->to), V(now), V(now + l->days * CLOCK_DAY),
	                val_ref(l->change_id), val_ref(l->stop_id)),
	        NULL, f);
}

static int spent(struct fault *f)
{
	return fail(f, ENOENT, NULL, "link_spent", "the link is unknown or past its term");
}

#define OPENS \
	" AND kind IN ('report', 'public') AND revoked = 0 AND expires_at > ?2 AND (opens_max = 0 OR opens < opens_max)"

int link_find(struct db *db, struct arena *a, str token, int64_t now, struct link *ret, struct fault *f)
{
	char hash[SHA256_HEX];
	struct val v[4];
	int err;

	sha256_hex(token, hash);
	err = db_one(db, a, "SELECT id, project_id, expires_at, password_hash FROM link WHERE token_hash = ?1" OPENS,
	        VALS(V(str_of(hash)), V(now)), v, COUNT(v), f);
	if (err == ENOENT)
		return spent(f);
	if (!err)
		*ret = (struct link){val_int(v[0]), val_int(v[1]), val_int(v[2]), val_str(v[3])};
	return err;
}

int link_opened(struct db *db, const struct link *l, const char *peer, str agent, int64_t now, struct fault *f)
{
	int64_t opened = 0;
	int err = db_run(db, "UPDATE link SET opens = opens + 1, opened_at = ?2 WHERE id = ?1" OPENS, VALS(V(l->id), V(now)),
	        &opened, f);

	if (!err && !opened)
		return spent(f);
	return err ? err
	           : db_run(db,
	                     "INSERT INTO link_opening (link_id, project_id, at, peer, agent) VALUES (?1, ?2, ?3, ?4, ?5)",
	                     VALS(V(l->id), V(l->project_id), V(now), V(str_of(peer)), V(utf8_cut(agent, 300))), NULL, f);
}

int decision_link_find(struct db *db, struct arena *a, str token, struct decision_link *ret, struct fault *f)
{
	char hash[SHA256_HEX];
	struct val v[8];
	int err;

	sha256_hex(token, hash);
	err = db_one(db, a,
	        "SELECT id, project_id, change_id, stop_id, expires_at, used_at, sent_to, revoked FROM link WHERE token_hash = ?1 AND "
	        "kind = 'decision'",
	        VALS(V(str_of(hash))), v, COUNT(v), f);
	if (err == ENOENT)
		return fail(f, ENOENT, NULL, "link_spent", "the link is unknown or past its term");
	if (!err)
		*ret = (struct decision_link){val_int(v[0]), val_int(v[1]), val_int(v[2]), val_int(v[3]), val_int(v[4]),
		        val_int(v[5]), val_str(v[6]), val_int(v[7]) != 0};
	return err;
}

int decision_link_use(struct db *db, const struct decision_link *l, int64_t now, struct fault *f)
{
	int64_t used = 0;
	int err = l->revoked || l->expires_at <= now
	                  ? fail(f, EALREADY, NULL, "link_expired", "the link is past its term: ask for a new letter")
	                  : db_run(db, "UPDATE link SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL",
	                            VALS(V(l->id), V(now)), &used, f);

	if (!err && !used)
		err = fail(f, EALREADY, NULL, "link_used", "the link was used already");
	return err;
}

static int revoke_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "link", .verb = "revoked", .row_id = q->id[0], .peer = q->http->peer};
	int err = db_run(db, "UPDATE link SET revoked = 1 WHERE id = ?1", VALS(V(q->id[0])), NULL, f);

	if (!err)
		err = db_run(db, "DELETE FROM session WHERE link_id = ?1", VALS(V(q->id[0])), NULL, f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

int link_revoke(struct request *q)
{
	struct link_row l;
	int err = resource_find(&link_resource, q, q->id[0], &l);

	return err ? err : request_write(q, revoke_write, q);
}
