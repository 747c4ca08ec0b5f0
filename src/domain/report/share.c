/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.c - public links: made, listed with who opened them, revoked at once. */
#include "domain/report/share.h"

#include "base/rand.h"
#include "domain/project/project.h"
#include "domain/role/role.h"
#include "engine/crypto/crypto.h"
#include "kit/app/app.h"

struct report_link {
	int64_t id, project_id;
	str name;
	int64_t author_id;
	bool bare, has_password;
	int64_t opens_max, created_at, expires_at, opened_at, opens;
	bool revoked;
};
#define ENTITY struct report_link
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "Whose report", .flags = GIVEN),
        F_STR(name, 0, 100, "For whom it is", .flags = GIVEN),
        F_REF(author_id, "user", "Who made it", .flags = GIVEN | NULLABLE),
        F_BOOL(bare, "Without personal data and recordings", .flags = GIVEN),
        F_BOOL(has_password, "It asks for a password", .flags = GIVEN),
        F_INT(opens_max, 0, 1000, "How often it opens; 0: as often as one likes", .flags = GIVEN),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
        F_TIME(expires_at, "Until when it opens", .flags = GIVEN),
        F_TIME(opened_at, "When it was opened last", .flags = GIVEN | NULLABLE),
        F_INT(opens, 0, INT64_MAX, "How often it was opened", .flags = GIVEN),
        F_BOOL(revoked, "It was closed before its term", .flags = GIVEN),
};
#undef ENTITY
static const struct entity report_link_entity = ENTITY_OF(report_link, fields, "report_link", "A public link to a report");

const struct resource report_link_resource = {
        .entity = &report_link_entity,
        .path = "/report_links",
        .read = MAY_SHARE_REPORT,
        .write = MAY_SHARE_REPORT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
};

struct link_opening {
	int64_t id, link_id, project_id, at;
	str peer, agent;
};
#define ENTITY struct link_opening
static const struct field opening_fields[] = {
        F_ID(),
        F_INT(link_id, 0, 0, "Which link", .flags = GIVEN),
        F_REF(project_id, "project", "Whose report", .flags = GIVEN),
        F_TIME(at, "When", .flags = GIVEN),
        F_STR(peer, 0, 60, "From which address", .flags = GIVEN | NULLABLE),
        F_STR(agent, 0, 300, "With which program, as it says", .flags = GIVEN | NULLABLE | UNSORTED),
};
#undef ENTITY
static const struct entity opening_entity = ENTITY_OF(link_opening, opening_fields, "link_opening", "A link was opened");

const struct resource link_opening_resource = {
        .entity = &opening_entity,
        .path = "/link_openings",
        .read = MAY_SHARE_REPORT,
        .write = MAY_SHARE_REPORT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
};

#define ENTITY struct share_body
static const struct field body_fields[] = {
        F_STR(name, 1, 100, "For whom it is", .flags = REQUIRED),
        F_INT(days, 1, 365, "For how many days", .flags = REQUIRED),
        F_BOOL(bare, "Without personal data and recordings"),
        F_STR(password, 0, 200, "What whoever opens it must know", .flags = NULLABLE | SECRET),
        F_INT(opens_max, 0, 1000, "How often it opens; 0: as often as one likes"),
};
#undef ENTITY
const struct shape share_body_shape = SHAPE_OF(share_body, body_fields, "Making a public link");
#define ENTITY struct shared
static const struct field shared_fields[] = {
        F_ID(),
        F_STR(secret, 1, 60, "The last part of the link: /r/…; never shown again"),
        F_TIME(expires_at, "Until when it opens"),
};
#undef ENTITY
const struct shape shared_shape = SHAPE_OF(shared, shared_fields, "A public link just made");

struct sharing {
	struct request *q;
	struct shared link;
	str password_hash;
};

static int share_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct sharing *s = arg;
	const struct request *q = s->q;
	const struct share_body *in = q->body;
	struct audit e = {
	        .who = q->who, .entity = "report_link", .verb = "created", .project_id = q->id[0], .peer = q->http->peer};
	char hash[SHA256_HEX];
	struct val id;
	int err;

	sha256_hex(s->link.secret, hash);
	err = db_one(db, a,
	        "INSERT INTO link (token_hash, kind, project_id, name, author_id, bare, password_hash, opens_max, created_at, expires_at) VALUES "
	        "(?1, 'public', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id",
	        VALS(V(str_of(hash)), V(q->id[0]), V(in->name), val_ref(q->who->user_id), V(in->bare), V(s->password_hash),
	                V(in->opens_max), V(q->now), V(s->link.expires_at)),
	        &id, 1, f);
	if (err)
		return err;
	s->link.id = e.row_id = val_int(id);
	return audit_add(db, a, &e, q->now, f);
}

int share_make(struct request *q)
{
	const struct share_body *in = q->body;
	struct sharing s = {.q = q};
	struct project p;
	char random[44];
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err && in->password.n)
		err = password_hash(q->app->pepper, in->password, q->a, &s.password_hash, &q->fault);
	if (err)
		return err;
	rand_token(random);
	s.link.secret = str_printf(q->a, "%s", random);
	s.link.expires_at = q->now + in->days * CLOCK_DAY;
	err = request_write(q, share_write, &s);
	if (!err)
		request_give(q, &shared_shape, &s.link);
	return err;
}

/* Sessions that came by it end with the next thing they ask, and their streams within seconds. */
static int revoke_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {
	        .who = q->who, .entity = "report_link", .verb = "revoked", .row_id = q->id[0], .peer = q->http->peer};
	int err = db_run(db, "UPDATE link SET revoked = 1 WHERE id = ?1", VALS(V(q->id[0])), NULL, f);

	if (!err)
		err = db_run(db, "DELETE FROM session WHERE link_id = ?1", VALS(V(q->id[0])), NULL, f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

int share_revoke(struct request *q)
{
	struct report_link l;
	int err = resource_find(&report_link_resource, q, q->id[0], &l);

	return err ? err : request_write(q, revoke_write, q);
}
