/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rejoin.c - after a break both sides compare: calls the telephone process does not know have ended, seats it does not know are taken
 * again, dialogs of a dead one get their BYE. Runs when every event it kept for us is stored. */
#include "domain/dialer/dialer_priv.h"
#include "domain/fax/fax.h"
#include "domain/recording/recording.h"
#include "domain/user/sip_phone.h"

static const struct message *row_of_call(const struct message *hello, str uuid)
{
	for (size_t i = 0; i < hello->calls.n; i++)
		if (str_eq(hello->calls.rows[i].call, uuid))
			return hello->calls.rows + i;
	return NULL;
}

static const struct message *row_of_operator(const struct message *hello, int64_t id)
{
	for (size_t i = 0; i < hello->operators.n; i++)
		if (hello->operators.rows[i].operator_id == id)
			return hello->operators.rows + i;
	return NULL;
}

/* Is this card still before its operator's eyes? */
static bool previewed(const struct message *hello, const struct call_row *c)
{
	const struct message *o = row_of_operator(hello, c->operator_id);

	return o && o->operator_state == OPERATOR_PREVIEW && (!o->call.n || str_eq(o->call, c->uuid));
}

/* What the other side is known to hold, and why what it does not hold is over. */
struct comparison {
	int64_t node_id, now;
	const struct message *hello;
	enum call_cause cause;
};

static int lost_call(
        struct db *db, struct arena *a, struct call_row *c, const struct comparison *k, struct after *after, struct fault *f)
{
	const struct message *hello = k->hello;

	if (!c->dialled_at)
		return previewed(hello, c) ? 0 : call_take_back(db, a, c, BY_SYSTEM, 0, k->now, f);
	if (row_of_call(hello, c->uuid))
		return 0;
	if (!str_eq(c->tel_boot, hello->boot) && c->dialog.n)
		after_tell(after, (struct message){.kind = CMD_BYE, .trunk = c->trunk_id, .dialog = c->dialog});
	if (!str_eq(c->tel_boot, hello->boot) && talk_lost(db, a, c->id, after, f))
		return f->err;
	return call_finish(db, a, c, &(struct call_end){k->cause, BY_SYSTEM, 0, k->now}, f);
}

enum { OPEN_MAX = 5000 };

static int compare_calls(struct db *db, struct arena *a, const struct comparison *k, struct after *after, struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, OPEN_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT id FROM call WHERE ended_at IS NULL AND ((tel_boot IS NULL AND " PROJECT_IS_HERE(
	                "call.project_id") ") OR " BOOT_IS_HERE("tel_boot") ") ORDER BY id LIMIT 5000",
	        VALS(V(k->node_id)), &r, f);

	while (!err && n < OPEN_MAX && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		struct call_row c;
		err = call_hold(db, a, ids[i], (str){0}, f);
		if (!err)
			err = call_find(db, a, ids[i], (str){0}, &c, f);
		if (!err)
			err = lost_call(db, a, &c, k, after, f);
	}
	return err;
}

int tell_start(struct db *db, struct arena *a, const struct shift *s, struct after *after, struct fault *f)
{
	struct gate_project p;
	bool by_phone = false;
	int err = gate_project(db, a, s->project_id, &p, f);

	if (!err)
		err = sip_phone_in_use(db, a, s->user_id, &by_phone, f);
	if (!err)
		after_tell(after, (struct message){.kind = CMD_OPERATOR_START,
		                          .operator_id = s->user_id,
		                          .project = s->project_id,
		                          .phone = by_phone,
		                          .wrap_up_ms = p.wrap_up_ms,
		                          .preview_ms = p.preview_ms});
	return err;
}

/* His leg is gone: the shift goes on in pause until there is one again, and then as it was. After a talk that was cut the result comes first. */
static int seat_rest(struct db *db, struct arena *a, struct shift *s, int64_t now, struct fault *f)
{
	struct call_row c = {0};
	int err = s->call_id ? call_find(db, a, s->call_id, (str){0}, &c, f) : 0;

	if (err && err != ENOENT)
		return err;
	s->back_ready = (s->back_ready || s->state != OPERATOR_PAUSE) && !(c.connected_at && !c.result_at);
	if (!c.connected_at || c.result_at)
		s->call_id = 0;
	if (s->state != OPERATOR_PAUSE)
		s->state_at = now;
	s->state = OPERATOR_PAUSE;
	s->state_until = s->offer_id = 0;
	s->leg_up = false;
	err = shift_put(db, a, s, f);
	if (!err)
		seat_event(db, s->user_id, false, now);
	return err;
}

/* A new telephone process knows nobody. */
static int seat_again(struct db *db, struct arena *a, struct shift *s, int64_t now, struct after *after, struct fault *f)
{
	int err = tell_start(db, a, s, after, f);

	return err ? err : seat_rest(db, a, s, now, f);
}

/* Does the seat hold a call that is over and needs no result? A card that was taken back, or a call the comparison ended. */
static bool holds_nothing(struct db *db, struct arena *a, const struct shift *s, struct fault *f)
{
	struct call_row c;

	return s->call_id && !call_find(db, a, s->call_id, (str){0}, &c, f) && c.state == CALL_ENDED &&
	       (!c.connected_at || c.result_at);
}

/* Of a process that lived on: as it says, should an event have been lost with the database's last second. */
static int seat_as_told(
        struct db *db, struct arena *a, struct shift *s, const struct message *o, int64_t now, struct fault *f)
{
	bool let_go = holds_nothing(db, a, s, f);
	int err;

	if (!let_go && s->state == o->operator_state && s->leg_up == o->up)
		return 0;
	if (let_go)
		s->call_id = 0;
	if (s->state != o->operator_state)
		s->state_at = o->since ? o->since : now;
	s->state = o->operator_state;
	s->state_until = o->until;
	if (s->state != OPERATOR_OFFERED)
		s->offer_id = 0;
	s->leg_up = o->up;
	err = shift_put(db, a, s, f);
	if (!err)
		seat_event(db, s->user_id, false, now);
	return err;
}

/* Those who sit here. Who sits there alone was given up, or his project moved. */
static int compare_seats(struct db *db, struct arena *a, const struct comparison *k, struct after *after, struct fault *f)
{
	const struct message_rows *told = &k->hello->operators;
	struct shift *all;
	size_t n = 0;
	int err = shift_all(db, a, &all, &n, f);

	for (size_t i = 0; i < n && !err; i++) {
		const struct message *o = row_of_operator(k->hello, all[i].user_id);
		if (all[i].node_id != k->node_id)
			continue;
		if (o && o->operator_state != OPERATOR_OFFLINE)
			err = seat_as_told(db, a, all + i, o, k->now, f);
		else
			err = seat_again(db, a, all + i, k->now, after, f);
		after->someone_ready |= all[i].state == OPERATOR_READY;
	}
	for (size_t o = 0; o < told->n && !err; o++) {
		bool known = told->rows[o].operator_state == OPERATOR_OFFLINE;
		for (size_t i = 0; i < n && !known; i++)
			known = all[i].node_id == k->node_id && all[i].user_id == told->rows[o].operator_id;
		if (!known)
			after_tell(after,
			        (struct message){.kind = CMD_OPERATOR_STOP, .operator_id = told->rows[o].operator_id});
	}
	return err;
}

/* Calls that go on there though they are over here: the node had been given up while it lived. */
static int end_the_dead(struct db *db, struct arena *a, const struct message *hello, struct after *after, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < hello->calls.n && !err; i++) {
		struct call_row c;
		err = call_find(db, a, 0, hello->calls.rows[i].call, &c, f);
		if (!err && c.state == CALL_ENDED)
			after_tell(after, (struct message){.kind = CMD_HANGUP, .call = c.uuid, .by = BY_SYSTEM});
		err = err == ENOENT ? 0 : err;
	}
	return err;
}

int rejoin(struct db *db, struct arena *a, const struct message *hello, int64_t now, struct after *after, struct fault *f)
{
	const struct comparison k = {after->node_id, now, hello, CAUSE_TEL_LOST};
	int err = placements_make(db, a, f);

	if (!err)
		err = compare_calls(db, a, &k, after, f);
	if (!err)
		err = end_the_dead(db, a, hello, after, f);
	if (!err)
		err = compare_seats(db, a, &k, after, f);
	if (!err)
		err = talk_rejoin(db, k.node_id, hello->boot, now, f);
	if (!err)
		err = fax_rejoin(db, a, hello, k.node_id, false, now, f);
	if (!err)
		err = sip_phone_forget(db, f); /* it is told anew who is registered, in answer to the list */
	if (!err)
		err = recording_orphans(db, a, k.node_id, hello->boot, now, &after->jobs, f);
	return err;
}

int rejoin_lost(struct db *db, struct arena *a, int64_t node_id, int64_t now, struct after *after, struct fault *f)
{
	static const struct message nothing = {.kind = EV_HELLO};
	const struct comparison k = {node_id, now, &nothing, CAUSE_NODE_LOST};
	struct shift *all;
	size_t n = 0;
	int err = compare_calls(db, a, &k, after, f);

	if (!err)
		err = talk_rejoin(db, node_id, STR(""), now, f);
	if (!err)
		err = fax_rejoin(db, a, &nothing, node_id, true, now, f);
	if (!err)
		err = shift_all(db, a, &all, &n, f);
	for (size_t i = 0; i < n && !err; i++) /* nowhere to go: the others are taken up by who leads their new node */
		if (all[i].node_id == node_id)
			err = seat_rest(db, a, all + i, now, f);
	return err;
}
