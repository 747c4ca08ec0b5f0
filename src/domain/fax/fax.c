/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax.c - the outbox of faxes: its fields, and what a person may do with one. */
#include "domain/fax/fax_priv.h"

#include "base/rand.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

const char *const fax_states[] = {"waiting", "calling", "transferring", "delivered", "failed", "unknown", "withdrawn", NULL};

struct outbox_fax {
	int64_t id, project_id;
	str to_e164;
	int64_t pages, pages_done;
	int state;
	int64_t trunk_id, tries, rate;
	str far_ident, error;
	int64_t next_try_at, created_at, called_at, ended_at;
};
#define ENTITY struct outbox_fax
#define G GIVEN
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project it is about", .flags = G),
        F_STR(to_e164, 1, 20, "To which number", .flags = G | SEARCHED),
        F_INT(pages, 1, 100, "How many pages it has", .flags = G),
        F_INT(pages_done, 0, 100, "How many of them the far machine has confirmed", .flags = G),
        F_WORD(state, fax_states,
                "calling: its call is under way; transferring: the pages go; unknown: the telephone process ended while they went; "
                "withdrawn: a person took it back",
                .flags = G),
        F_REF(trunk_id, "trunk", "Over which trunk it was called last", .flags = G | NULLABLE),
        F_INT(tries, 0, INT64_MAX, "How often it was called", .flags = G),
        F_INT(rate, 0, INT64_MAX, "Bits a second the machines agreed on", .flags = G),
        F_STR(far_ident, 0, 40, "What the far fax machine calls itself", .flags = G | NULLABLE),
        F_STR(error, 0, 1000, "Why it has not arrived", .flags = G | NULLABLE | UNSORTED),
        F_TIME(next_try_at, "About when it is called again", .flags = G | NULLABLE),
        F_TIME(created_at, "When it was sent from the card, or begun anew by a person", .flags = G),
        F_TIME(called_at, "When it was called last", .flags = G | NULLABLE),
        F_TIME(ended_at, "When it was delivered, given up or taken back", .flags = G | NULLABLE),
};
#undef ENTITY
static const struct entity fax_entity = ENTITY_OF(outbox_fax, fields, "fax", "A fax we sent or shall send");
static const struct resource fax_resource = {
        .entity = &fax_entity,
        .path = "/faxes",
        .read = MAY_SEND_LETTERS,
        .write = MAY_SEND_LETTERS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
};

int fax_told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "fax",
	                .verb = verb,
	                .row_id = id,
	                .project_id = project_id,
	                .right = MAY_SEND_LETTERS,
	                .staff_only = true},
	        f);
}

int fax_add(struct db *db, struct arena *a, const struct fax_new *n, int64_t now, int64_t *ret_id, struct fault *f)
{
	char uuid[37];
	struct val id;
	int err;

	rand_uuid(uuid);
	err = db_one(db, a,
	        "INSERT INTO fax (project_id, to_e164, pages, document_id, uuid, next_try_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) "
	        "RETURNING id",
	        VALS(V(n->project_id), V(n->to), V(n->pages), V(n->document_id), V(str_of(uuid)), V(now)), &id, 1, f);
	if (err)
		return err;
	*ret_id = val_int(id);
	return fax_told(db, a, *ret_id, n->project_id, "created", f);
}

/* Closure: from its first try. An unknown one may arrive twice: that is the person's decision. */
static int again_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "fax", .verb = "retried", .row_id = q->id[0], .peer = q->http->peer};
	struct val project;
	int err = db_one(db, a,
	        "UPDATE fax SET state = 'waiting', tries = 0, tel_boot = NULL, created_at = ?2, next_try_at = ?2, ended_at = NULL WHERE id = ?1 AND "
	        "state IN ('waiting', 'failed', 'unknown', 'withdrawn') AND document_id IS NOT NULL RETURNING project_id",
	        VALS(V(q->id[0]), V(q->now)), &project, 1, f);

	if (err == ENOENT)
		return fail(f, EALREADY, NULL, "fax_sent", "the fax is on its way or was delivered");
	if (!err)
		err = sending_note(db, a, &(struct sending_news){.fax_id = q->id[0], .state = SENDING_WAITING}, q->now, f);
	if (!err)
		err = fax_told(db, a, q->id[0], val_int(project), "changed", f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

static int again(struct request *q)
{
	struct outbox_fax x;
	int err = resource_find(&fax_resource, q, q->id[0], &x);

	return err ? err : request_write(q, again_write, q);
}

static int withdraw_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "fax", .verb = "withdrawn", .row_id = q->id[0], .peer = q->http->peer};
	int err = fax_withdraw(db, a, q->id[0], q->now, &e.project_id, f);

	return err ? err : audit_add(db, a, &e, q->now, f);
}

static int withdraw(struct request *q)
{
	struct outbox_fax x;
	int err = resource_find(&fax_resource, q, q->id[0], &x);

	return err ? err : request_write(q, withdraw_write, q);
}

static const struct route routes[] = {
        {.method = HTTP_POST,
                .path = "/faxes/{id}/withdraw",
                .right = MAY_WRITE_CARD, /* as sending one */
                .run = withdraw,
                .doc = "Take back a fax that waits: it is not called. Refused once its call is under way"},
        {.method = HTTP_POST,
                .path = "/faxes/{id}/retry",
                .right = MAY_SEND_LETTERS,
                .run = again,
                .doc = "Call for a fax that waits, was given up or may have arrived, or was taken back, now"},
        {0},
};
static const struct resource *const resources[] = {&fax_resource, NULL};
const struct module fax_module = {.name = "fax", .resources = resources, .routes = routes};
