/* SPDX-License-Identifier: GPL-3.0-or-later */
/* communication.c - fields and rules of the log. */
#include "domain/communication/communication.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/role/role.h"

enum { KIND_CALL, KIND_MESSENGER, KIND_MEETING, KIND_LETTER };
static const char *const kinds[] = {"call", "messenger", "meeting", "letter", NULL};

struct communication {
	int64_t id, version, project_id, at, user_id, letter_id, mail_id, created_at;
	str whom, why, result, agreement;
	int kind;
};

#define ENTITY struct communication
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project", .flags = FIXED),
        F_WORD(kind, kinds, "By which way; a letter comes by itself", .flags = REQUIRED | FIXED),
        F_TIME(at, "When it was"),
        F_STR(whom, 1, 200, "With whom at the customer's", .flags = REQUIRED | SEARCHED),
        F_STR(why, 1, 1000, "Why it must be a meeting: a call or a letter takes less of everybody's day", .flags = NULLABLE),
        F_STR(result, 1, 4000, "Result or agreement; of a letter its subject, and what it came to is its agreement",
                .flags = REQUIRED | SEARCHED),
        F_STR(agreement, 1, 4000, "Of a letter: what it came to", .flags = NULLABLE | SEARCHED),
        F_REF(user_id, "user", "Who entered it; null: nobody had to", .flags = GIVEN | NULLABLE),
        F_REF(letter_id, "letter", "The letter, of one the program wrote", .flags = GIVEN | NULLABLE),
        F_REF(mail_id, "mail_letter", "The letter, of one of a mailbox", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
static const struct entity communication_entity =
        ENTITY_OF(communication, fields, "communication", "What passed between us and the customer");

/* What came by itself stays as it came; what it led to is for people to say. */
static int letter_check(struct request *q, const struct communication *was, const struct communication *c)
{
	if (!was)
		return fail(&q->fault, EINVAL, "kind", "letter", "letters come into the log by themselves");
	if (c->at != was->at || !str_eq(c->whom, was->whom) || !str_eq(c->result, was->result) || c->why.n)
		return fail(&q->fault, EINVAL, "kind", "letter",
		        "a letter stays as it was: only what it came to is written down");
	return 0;
}

static int check(struct request *q, const void *old, void *new)
{
	enum { AHEAD = 10 * CLOCK_MINUTE }; /* clocks differ */
	struct communication *c = new;

	if (c->kind == KIND_LETTER)
		return letter_check(q, old, c);
	c->agreement = (str){0};
	if (c->kind == KIND_MEETING && !c->why.n)
		return fail(&q->fault, EINVAL, "why", "missing",
		        "a meeting needs its reason: why a call or a letter does not do");
	if (c->kind != KIND_MEETING)
		c->why = (str){0};
	if (c->at > q->now + AHEAD)
		return fail(&q->fault, EINVAL, "at", "future", "the log tells what was: the moment is still to come");
	return 0;
}

static void fill(struct request *q, void *new)
{
	struct communication *c = new;

	c->at = c->created_at = q->now;
	c->user_id = q->who->user_id;
}

static const struct resource communication_resource = {
        .entity = &communication_entity,
        .path = "/projects/{project_id}/communications",
        .read = MAY_SEE_CALLS,
        .write = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-at",
        .check = check,
        .fill = fill,
};

static int told(struct db *db, struct arena *a, int64_t id, int64_t project_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "communication",
	                .verb = "created",
	                .row_id = id,
	                .project_id = project_id,
	                .right = MAY_SEE_CALLS,
	                .staff_only = true},
	        f);
}

int communication_letter(struct db *db, struct arena *a, int64_t letter_id, int64_t now, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "INSERT INTO communication (project_id, kind, at, whom, result, letter_id, created_at) "
	        "SELECT project_id, 'letter', CAST(?2 AS BIGINT), to_list, subject, id, CAST(?2 AS BIGINT) FROM letter "
	        "WHERE id = ?1 AND project_id IS NOT NULL AND (for_customer = 1 OR kind = 'card') "
	        "ON CONFLICT (letter_id) DO NOTHING RETURNING id, project_id",
	        VALS(V(letter_id), V(now)), v, 2, f);

	if (err)
		return err == ENOENT ? 0 : err;
	return told(db, a, val_int(v[0]), val_int(v[1]), f);
}

int communication_mail(struct db *db, struct arena *a, const struct communication_mail *m, int64_t now, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO communication (project_id, kind, at, whom, result, mail_id, mail_ref, created_at) "
	        "VALUES (?1, 'letter', ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (project_id, mail_ref) DO NOTHING RETURNING id",
	        VALS(V(m->project_id), V(m->at), V(utf8_cut(m->whom, 200)),
	                V(m->subject.n ? utf8_cut(m->subject, 1000) : STR("–")), V(m->mail_id), V(m->ref), V(now)),
	        &id, 1, f);

	return err ? (err == ENOENT ? 0 : err) : told(db, a, val_int(id), m->project_id, f);
}

static const struct resource *const resources[] = {&communication_resource, NULL};
const struct module communication_module = {.name = "communication", .resources = resources};
