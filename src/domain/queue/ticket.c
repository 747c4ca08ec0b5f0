/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ticket.c - fields and moves of tickets. Each has a place of its own kind, so that it is counted apart from those who wait on the line. */
#include "domain/queue/ticket.h"

#include "domain/queue/place.h"
#include "domain/role/role.h"

static const char *const states[] = {"open", "done", "failed", "dropped", NULL};
enum { IN_CALL_MS = 4 * CLOCK_HOUR }; /* longer than any call */

#define ENTITY struct queue_ticket
#define G GIVEN
#define GN (GIVEN | NULLABLE)
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = G),
        F_REF(queue_id, "queue", "The queue he waited in", .flags = G),
        F_INT(place_id, 0, 0, "Its place there", .flags = G),
        F_REF(call_id, "journal", "The call in which he asked", .flags = G),
        F_REF(contact_id, "contact", "Who he is", .flags = GN),
        F_STR(number, 1, 40, "The number to call", .flags = G | SEARCHED),
        F_TIME(since, "Since when he waits: his place", .flags = G),
        F_WORD(state, states, "Open, done (spoken with), failed (not reached, or not to be called), or dropped by a person"),
        F_INT(attempts, 0, 0, "How often he was called", .flags = G),
        F_TIME(next_at, "Not called before", .flags = G),
        F_REF(last_call_id, "journal", "The last of those calls", .flags = GN),
        F_REF(user_id, "user", "Who spoke with him, or dropped it", .flags = GN),
        F_TIME(created_at, "When he asked", .flags = G),
        F_TIME(done_at, "When it was settled", .flags = GN),
};
#undef ENTITY
static const struct entity queue_ticket_entity =
        ENTITY_OF(queue_ticket, fields, "queue_ticket", "A callback that keeps the caller's place in a queue");

static int check(struct request *q, const void *old, void *new)
{
	struct queue_ticket *t = new;
	const struct queue_ticket *was = old;

	if (was->state == t->state)
		return 0;
	if (was->state != QUEUE_TICKET_OPEN || t->state != QUEUE_TICKET_DROPPED)
		return fail(&q->fault, EINVAL, "state", "closed", "an open one can be dropped, and nothing else");
	t->done_at = q->now;
	t->user_id = q->who->user_id;
	return 0;
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct queue_ticket *was = old, *t = new;

	return was && t && was->state != t->state ? place_close(db, q->a, t->place_id, PLACE_FAILED, q->now, f) : 0;
}

const struct resource queue_ticket_resource = {
        .entity = &queue_ticket_entity,
        .path = "/queue_tickets",
        .read = MAY_OPEN_CARD,
        .write = MAY_OPEN_CARD,
        .not_made = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
        .check = check,
        .changed = changed,
};

static int told(struct db *db, struct arena *a, int64_t id, int64_t project_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "queue_ticket",
	                .verb = "changed",
	                .row_id = id,
	                .project_id = project_id,
	                .right = MAY_OPEN_CARD,
	                .staff_only = true},
	        f);
}

int queue_ticket_add(struct db *db, struct arena *a, const struct queue_ticket *t, struct fault *f)
{
	int64_t since, place_id;
	struct val id;
	int err = place_leave(db, a, t->call_id, PLACE_CALLBACK, t->created_at, &since, f);

	if (err || !str_starts(t->number, STR("+")) || queue_ticket_waits(db, a, t->project_id, t->number))
		return err;
	err = place_enter(db, a, t->call_id, t->project_id, t->queue_id, PLACE_TICKET, t->created_at, &place_id, f);
	if (!err)
		err = db_one(db, a,
		        "INSERT INTO queue_ticket (project_id, queue_id, place_id, call_id, contact_id, number, since, next_at, created_at) "
		        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) RETURNING id",
		        VALS(V(t->project_id), V(t->queue_id), V(place_id), V(t->call_id), val_ref(t->contact_id),
		                V(t->number), V(t->since), V(t->created_at)),
		        &id, 1, f);
	return err ? err : told(db, a, val_int(id), t->project_id, f);
}

int queue_ticket_find(struct db *db, struct arena *a, int64_t id, struct queue_ticket *ret, struct fault *f)
{
	return entity_get(&queue_ticket_entity, db, a, id, ret, f);
}

bool queue_ticket_waits(struct db *db, struct arena *a, int64_t project_id, str number)
{
	struct val v;

	return number.n &&
	       !db_one(db, a, "SELECT id FROM queue_ticket WHERE project_id = ?1 AND number = ?2 AND state = 'open'",
	               VALS(V(project_id), V(number)), &v, 1, NULL);
}

int queue_ticket_dialled(struct db *db, struct arena *a, int64_t id, int64_t call_id, int64_t now, struct fault *f)
{
	struct val project;
	int err = db_one(db, a,
	        "UPDATE queue_ticket SET attempts = attempts + 1, last_call_id = ?2, next_at = ?3, version = version + 1 WHERE id = ?1 "
	        "AND state = 'open' RETURNING project_id",
	        VALS(V(id), V(call_id), V(now + IN_CALL_MS)), &project, 1, f);

	if (err == ENOENT)
		return fail(f, EALREADY, "ticket", "settled", "he is not waited for any more");
	return err ? err : told(db, a, id, val_int(project), f);
}

/* It is over: its place is closed the way it went. */
static int end(struct db *db, struct arena *a, const struct queue_ticket *t, enum queue_ticket_state state, int64_t user_id,
        int64_t at, struct fault *f)
{
	int err = db_run(db,
	        "UPDATE queue_ticket SET state = ?2, user_id = ?3, done_at = ?4, version = version + 1 WHERE id = ?1",
	        VALS(V(t->id), V(str_of(states[state])), val_ref(user_id), V(at)), NULL, f);

	if (!err)
		err = place_close(db, a, t->place_id, state == QUEUE_TICKET_DONE ? PLACE_ANSWERED : PLACE_FAILED, at, f);
	return err ? err : told(db, a, t->id, t->project_id, f);
}

static int again(
        struct db *db, struct arena *a, const struct queue_ticket *t, int64_t attempts, int64_t next_at, struct fault *f)
{
	int err = db_run(db, "UPDATE queue_ticket SET attempts = ?2, next_at = ?3, version = version + 1 WHERE id = ?1",
	        VALS(V(t->id), V(attempts), V(next_at)), NULL, f);

	return err ? err : told(db, a, t->id, t->project_id, f);
}

int queue_ticket_missed(
        struct db *db, struct arena *a, int64_t id, bool our_fault, int64_t at, bool *ret_failed, struct fault *f)
{
	struct queue_ticket t;
	int err = queue_ticket_find(db, a, id, &t, f);

	*ret_failed = false;
	if (err || t.state != QUEUE_TICKET_OPEN)
		return err == ENOENT ? 0 : err;
	t.attempts -= our_fault;
	if (t.attempts < QUEUE_TICKET_ATTEMPTS)
		return again(db, a, &t, t.attempts, at + QUEUE_TICKET_PAUSE_MS, f);
	*ret_failed = true;
	return end(db, a, &t, QUEUE_TICKET_FAILED, 0, at, f);
}

int queue_ticket_refused(struct db *db, struct arena *a, int64_t id, int64_t until, int64_t now, struct fault *f)
{
	struct queue_ticket t;
	int err = queue_ticket_find(db, a, id, &t, f);

	if (err || t.state != QUEUE_TICKET_OPEN)
		return err == ENOENT ? 0 : err;
	return until ? again(db, a, &t, t.attempts, until > now ? until : now + QUEUE_TICKET_PAUSE_MS, f)
	             : end(db, a, &t, QUEUE_TICKET_FAILED, 0, now, f);
}

int queue_ticket_settle(
        struct db *db, struct arena *a, int64_t project_id, str number, int64_t user_id, int64_t at, struct fault *f)
{
	struct queue_ticket t = {.project_id = project_id};
	struct val v[2];
	int err =
	        !number.n
	                ? ENOENT
	                : db_one(db, a,
	                          "SELECT id, place_id FROM queue_ticket WHERE project_id = ?1 AND number = ?2 AND state = 'open'",
	                          VALS(V(project_id), V(number)), v, 2, f);

	if (err)
		return err == ENOENT ? 0 : err;
	t.id = val_int(v[0]);
	t.place_id = val_int(v[1]);
	return end(db, a, &t, QUEUE_TICKET_DONE, user_id, at, f);
}

int queue_ticket_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, MESSAGE_ROWS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT t.id, t.queue_id, t.since, t.next_at, c.last_operator_id FROM queue_ticket t JOIN project p ON p.id = t.project_id "
	        "LEFT JOIN contact c ON c.id = t.contact_id WHERE t.state = 'open' AND p.state = 'running' ORDER BY t.since, t.id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		rows[n++] = (struct message){.kind = ROW_TICKET,
		        .ticket = rows_int(&r, 0),
		        .queue = rows_int(&r, 1),
		        .since = rows_int(&r, 2),
		        .until = rows_int(&r, 3),
		        .operator_id = rows_int(&r, 4)};
	rows_done(&r);
	*ret = (struct message_rows){rows, n};
	return err == ENOENT ? 0 : err;
}
