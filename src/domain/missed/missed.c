/* SPDX-License-Identifier: GPL-3.0-or-later */
/* missed.c - fields and moves of missed calls. */
#include "domain/missed/missed.h"

#include "domain/role/role.h"

static const char *const states[] = {"open", "done", "dropped", NULL};

#define ENTITY struct missed_call
#define G GIVEN
#define GN (GIVEN | NULLABLE)
#define FIELDS \
	F_ID(), F_VERSION(), F_REF(project_id, "project", "Its project", .flags = G), \
	        F_REF(call_id, "journal", "His last call", .flags = G), \
	        F_REF(contact_id, "contact", "Who called", .flags = GN), \
	        F_REF(number_id, "number", "Which number he called", .flags = GN), \
	        F_REF(queue_id, "queue", "Where he waited last", .flags = GN), \
	        F_STR(caller, 0, 40, "His number; null: hidden", .flags = GN | SEARCHED), \
	        F_INT(calls, 0, 0, "How often he has called", .flags = G), \
	        F_INT(waited_ms, 0, 0, "How long he waited the last time", .flags = G), \
	        F_WORD(state, states, "Open, done (spoken with), or dropped by a person"), \
	        F_STR(note, 0, 1000, "What was done about it", .flags = NULLABLE | SEARCHED), \
	        F_REF(user_id, "user", "Who spoke with him or closed it", .flags = GN), \
	        F_REF(done_call_id, "journal", "The talk that settled it", .flags = GN), \
	        F_TIME(created_at, "When he called first", .flags = G), F_TIME(last_at, "When he called last", .flags = G), \
	        F_TIME(done_at, "When it was settled", .flags = GN), \
	        F_REF(message_call_id, "journal", "The last of his calls in which he left a message", .flags = GN)
static const struct field fields[] = {FIELDS};
static const struct field listed_fields[] = {FIELDS, F_REF(recording_id, "recording", "The message he left", .flags = GN),
        F_INT(recording_ms, 0, 0, "Its length", .flags = GN)};
#undef FIELDS
#undef ENTITY
static const struct entity missed_entity =
        ENTITY_OF(missed_call, fields, "missed_call", "Somebody called us and spoke with nobody");
static const struct entity missed_listed =
        ENTITY_OF(missed_call, listed_fields, "missed_row", "A missed call, with the message he left");

static int check(struct request *q, const void *old, void *new)
{
	struct missed_call *m = new;
	const struct missed_call *was = old;

	if (was->state != MISSED_OPEN && m->state == MISSED_OPEN)
		return fail(&q->fault, EINVAL, "state", "closed", "it is settled: if he calls again there is a new one");
	if (m->state != was->state) {
		m->done_at = q->now;
		m->user_id = q->who->user_id;
	}
	return 0;
}

static const struct resource missed_resource = {
        .entity = &missed_entity,
        .list = &missed_listed,
        .path = "/missed_calls",
        .read = MAY_OPEN_CARD,
        .write = MAY_OPEN_CARD,
        .not_made = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-last_at",
        .check = check,
};

static int told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "missed_call",
	                .verb = verb,
	                .row_id = id,
	                .project_id = project_id,
	                .right = MAY_OPEN_CARD,
	                .staff_only = true},
	        f);
}

int missed_add(struct db *db, struct arena *a, const struct missed_call *m, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO missed_call (project_id, call_id, contact_id, number_id, queue_id, caller, waited_ms, created_at, last_at, "
	        "message_call_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, (SELECT call_id FROM recording WHERE call_id = ?2)) ON CONFLICT (project_id, caller) WHERE state = 'open' DO UPDATE SET call_id "
	        "= excluded.call_id, contact_id = excluded.contact_id, number_id = excluded.number_id, queue_id = excluded.queue_id, "
	        "message_call_id = COALESCE(excluded.message_call_id, missed_call.message_call_id), waited_ms = excluded.waited_ms, last_at = excluded.last_at, calls = missed_call.calls + 1, version = "
	        "missed_call.version + 1 RETURNING id",
	        VALS(V(m->project_id), V(m->call_id), val_ref(m->contact_id), val_ref(m->number_id), val_ref(m->queue_id),
	                val_s(m->caller), V(m->waited_ms), V(m->last_at)),
	        &id, 1, f);

	return err ? err : told(db, a, val_int(id), m->project_id, "changed", f);
}

int missed_settle(struct db *db, struct arena *a, int64_t project_id, str number, int64_t call_id, int64_t user_id,
        int64_t at, struct fault *f)
{
	struct val id;
	int err =
	        !number.n
	                ? ENOENT
	                : db_one(db, a,
	                          "UPDATE missed_call SET state = 'done', done_call_id = ?3, user_id = ?4, done_at = ?5, version = "
	                          "version + 1 WHERE project_id = ?1 AND caller = ?2 AND state = 'open' RETURNING id",
	                          VALS(V(project_id), V(number), V(call_id), val_ref(user_id), V(at)), &id, 1, f);

	if (err)
		return err == ENOENT ? 0 : err;
	return told(db, a, val_int(id), project_id, "changed", f);
}

static const struct resource *const resources[] = {&missed_resource, NULL};
const struct module missed_module = {.name = "missed", .resources = resources};
