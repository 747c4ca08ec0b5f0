/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rejoin.c - after a break both sides compare: calls the telephone process does not know have ended, seats it does not know are taken
 * again, dialogs of a dead one get their BYE. Runs when every event it kept for us is stored. */
#include "domain/dialer/dialer_priv.h"
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

static int lost_call(struct db *db, struct arena *a, struct call_row *c, const struct message *hello, int64_t now,
        struct after *after, struct fault *f)
{
	if (!c->dialled_at)
		return previewed(hello, c) ? 0 : call_take_back(db, a, c, BY_SYSTEM, 0, now, f);
	if (row_of_call(hello, c->uuid))
		return 0;
	if (!str_eq(c->tel_boot, hello->boot) && c->dialog.n)
		after_tell(after, (struct message){.kind = CMD_BYE, .trunk = c->trunk_id, .dialog = c->dialog});
	if (!str_eq(c->tel_boot, hello->boot) && talk_lost(db, a, c->id, after, f))
		return f->err;
	return call_finish(db, a, c, &(struct call_end){CAUSE_TEL_LOST, BY_SYSTEM, 0, now}, f);
}

enum { OPEN_MAX = 5000 };

static int compare_calls(
        struct db *db, struct arena *a, const struct message *hello, int64_t now, struct after *after, struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, OPEN_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a, "SELECT id FROM call WHERE ended_at IS NULL ORDER BY id LIMIT 5000", NO_VALS, &r, f);

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
			err = lost_call(db, a, &c, hello, now, after, f);
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

/* A new telephone process knows nobody: the shift goes on in pause until the browser's leg is up again, and then as it was. After a
 * talk that was cut the result comes first. */
static int seat_again(struct db *db, struct arena *a, struct shift *s, int64_t now, struct after *after, struct fault *f)
{
	struct call_row c = {0};
	int err = s->call_id ? call_find(db, a, s->call_id, (str){0}, &c, f) : 0;

	if (!err || err == ENOENT)
		err = tell_start(db, a, s, after, f);
	if (err)
		return err;
	s->back_ready = s->state != OPERATOR_PAUSE && !(c.connected_at && !c.result_at);
	if (!c.connected_at || c.result_at)
		s->call_id = 0;
	if (s->state != OPERATOR_PAUSE)
		s->state_at = now;
	s->state = OPERATOR_PAUSE;
	s->state_until = 0;
	s->leg_up = false;
	err = shift_put(db, a, s, f);
	return err ? err : seat_event(db, a, s->user_id, false, now, f);
}

/* Of a process that lived on: as it says, should an event have been lost with the database's last second. */
static int seat_as_told(
        struct db *db, struct arena *a, struct shift *s, const struct message *o, int64_t now, struct fault *f)
{
	int err;

	if (s->state == o->operator_state && s->leg_up == o->up)
		return 0;
	if (s->state != o->operator_state)
		s->state_at = o->since ? o->since : now;
	s->state = o->operator_state;
	s->state_until = o->until;
	s->leg_up = o->up;
	err = shift_put(db, a, s, f);
	return err ? err : seat_event(db, a, s->user_id, false, now, f);
}

static int compare_seats(
        struct db *db, struct arena *a, const struct message *hello, int64_t now, struct after *after, struct fault *f)
{
	struct shift *all;
	size_t n = 0;
	int err = shift_all(db, a, &all, &n, f);

	for (size_t i = 0; i < n && !err; i++) {
		const struct message *o = row_of_operator(hello, all[i].user_id);
		if (o && o->operator_state != OPERATOR_OFFLINE)
			err = seat_as_told(db, a, all + i, o, now, f);
		else
			err = seat_again(db, a, all + i, now, after, f);
		after->someone_ready |= all[i].state == OPERATOR_READY;
	}
	for (size_t k = 0; k < hello->operators.n && !err; k++) {
		bool known = hello->operators.rows[k].operator_state == OPERATOR_OFFLINE;
		for (size_t i = 0; i < n && !known; i++)
			known = all[i].user_id == hello->operators.rows[k].operator_id;
		if (!known)
			after_tell(after, (struct message){.kind = CMD_OPERATOR_STOP,
			                          .operator_id = hello->operators.rows[k].operator_id});
	}
	return err;
}

int rejoin(struct db *db, struct arena *a, const struct message *hello, int64_t now, struct after *after, struct fault *f)
{
	int err = compare_calls(db, a, hello, now, after, f);

	if (!err)
		err = compare_seats(db, a, hello, now, after, f);
	if (!err)
		err = talk_rejoin(db, hello->boot, now, f);
	if (!err)
		err = sip_phone_forget(db, f); /* it is told anew who is registered, in answer to the list */
	if (!err)
		err = recording_orphans(db, a, hello->boot, now, &after->jobs, f);
	return err;
}
