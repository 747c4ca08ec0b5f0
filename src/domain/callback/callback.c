/* SPDX-License-Identifier: GPL-3.0-or-later */
/* callback.c - fields and rules of callbacks, and the reminder when one is due. */
#include "domain/callback/callback.h"

#include "domain/notification/notification.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

static const char *const states[] = {"open", "done", "cancelled", NULL};

#define ENTITY struct callback
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_REF(contact_id, "contact", "Whom to call", .flags = REQUIRED | FIXED),
        F_REF(phone_id, "phone", "On which number; null: the next good one", .flags = NULLABLE),
        F_REF(operator_id, "user", "Whose it is; null: anybody's", .flags = NULLABLE),
        F_TIME(due_at, "When", .flags = REQUIRED),
        F_STR(note, 0, 1000, "What was agreed", .flags = NULLABLE | SEARCHED),
        F_WORD(state, states, "Whether it was kept"),
        F_REF(call_id, "journal", "The call that kept it", .flags = GIVEN | NULLABLE),
        F_REF(author_id, "user", "Who promised", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was promised", .flags = GIVEN),
        F_TIME(done_at, "When it was kept or taken back", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity callback_entity = ENTITY_OF(callback, fields, "callback", "A promise to call again");

static int check(struct request *q, const void *old, void *new)
{
	struct callback *c = new;
	const struct callback *was = old;
	struct val v[2];
	int err;

	if (!c)
		return 0;
	err = db_one(
	        q->db, q->a, "SELECT project_id, state FROM contact WHERE id = ?1", VALS(V(c->contact_id)), v, 2, &q->fault);
	if (err == ENOENT || (!err && val_int(v[0]) != c->project_id))
		return fail(&q->fault, EINVAL, "contact_id", "reference", "a contact of this project");
	if (err)
		return err;
	if (!was && str_eq(val_str(v[1]), STR("closed")))
		return fail(&q->fault, EINVAL, "contact_id", "closed", "the contact is closed");
	if ((!was || was->due_at != c->due_at) &&
	        (c->due_at < q->now - CLOCK_MINUTE || c->due_at > q->now + CALLBACK_FAR_MS))
		return fail(&q->fault, EINVAL, "due_at", "range", "a moment within the next year");
	if (was && was->state != CALLBACK_OPEN && c->state == CALLBACK_OPEN)
		return fail(&q->fault, EINVAL, "state", "closed", "this promise is settled: make a new one");
	c->done_at = c->state == CALLBACK_OPEN ? 0 : c->done_at ? c->done_at : q->now;
	return 0;
}

/* A contact that waits is due when the promise is. */
static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct callback *c = new, *was = old;
	int err = 0;

	(void)q;
	if (!c || c->state != CALLBACK_OPEN)
		return 0;
	if (was && was->due_at != c->due_at)
		err = db_run(db, "UPDATE callback SET reminded = 0 WHERE id = ?1", VALS(V(c->id)), NULL, f);
	return err ? err
	           : db_run(db, "UPDATE contact SET due_at = ?2, operator_id = ?3 WHERE id = ?1 AND state = 'due'",
	                     VALS(V(c->contact_id), V(c->due_at), val_ref(c->operator_id)), NULL, f);
}

static void fill(struct request *q, void *new)
{
	struct callback *c = new;

	c->author_id = q->who->user_id;
	c->created_at = q->now;
}

/* An operator has a list of what he promised himself. */
static void reach(const struct request *q, struct query *where)
{
	if (may(q->who, MAY_SEE_BASE))
		return;
	query_add(where, " AND operator_id = ");
	query_val(where, V(q->who->user_id));
}

static const struct resource callback_resource = {
        .entity = &callback_entity,
        .path = "/callbacks",
        .read = MAY_OPEN_CARD,
        .write = MAY_CHANGE_BASE,
        .scope = SCOPE_PROJECT,
        .reach = reach,
        .scope_column = "project_id",
        .sort = "due_at",
        .check = check,
        .changed = changed,
        .fill = fill,
};

int callback_settle(
        struct db *db, int64_t contact_id, enum callback_state state, int64_t call_id, int64_t now, struct fault *f)
{
	return db_run(db,
	        "UPDATE callback SET state = ?2, call_id = ?3, done_at = ?4, version = version + 1 "
	        "WHERE contact_id = ?1 AND state = 'open'",
	        VALS(V(contact_id), V(str_of(states[state])), val_ref(call_id), V(now)), NULL, f);
}

int callback_add(struct db *db, struct arena *a, struct callback *c, struct fault *f)
{
	return entity_insert(&callback_entity, db, a, c, f);
}

enum { REMIND_MS = 15 * CLOCK_SECOND, REMIND_MAX = 200 };

/* What a reminder says: {"own": true, "company": "…"}. */
static str body_of(struct arena *a, bool own, str company)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	json_key(&w, "own");
	json_add_bool(&w, own);
	json_key(&w, "company");
	json_add_text(&w, company);
	json_close(&w, '}');
	return text_str(&t);
}

/* Promises that became due are told once: to their operator alone, or to the people of the project. */
static int remind_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const int64_t *now = arg;
	struct event e[REMIND_MAX];
	str company[REMIND_MAX];
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT k.id, k.project_id, k.operator_id, c.company FROM callback k LEFT JOIN contact c ON c.id = k.contact_id "
	        "WHERE k.state = 'open' AND k.reminded = 0 AND k.due_at <= ?1 ORDER BY k.due_at LIMIT 200",
	        VALS(V(*now)), &r, f);

	while (!err && n < REMIND_MAX && !(err = rows_next(&r, f))) {
		company[n] = rows_str(&r, 3);
		e[n++] = (struct event){.entity = "callback",
		        .verb = "due",
		        .row_id = rows_int(&r, 0),
		        .project_id = rows_int(&r, 1),
		        .user_id = rows_int(&r, 2),
		        .staff_only = true,
		        .body = body_of(a, rows_int(&r, 2) != 0, rows_str(&r, 3))};
	}
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		err = event_add(db, a, e + i, f);
		if (!err && e[i].user_id)
			err = notify(db, a,
			        &(struct notice_of){.kind = NOTIFY_CALLBACK,
			                .project_id = e[i].project_id,
			                .row_id = e[i].row_id,
			                .user_id = e[i].user_id,
			                .what = company[i]},
			        *now, f);
		if (!err)
			err = db_run(db, "UPDATE callback SET reminded = 1 WHERE id = ?1", VALS(V(e[i].row_id)), NULL, f);
	}
	return err;
}

static int remind(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t now = clock_ms();

	(void)job;
	return store_write(app->store, db, a, remind_write, &now, f);
}

static const struct resource *const resources[] = {&callback_resource, NULL};
static const struct job_kind jobs[] = {
        {.name = "callback_due", .run = remind, .every_ms = REMIND_MS, .doc = "Reminds of promised calls that became due"},
        {0},
};
const struct module callback_module = {.name = "callback", .resources = resources, .jobs = jobs};
