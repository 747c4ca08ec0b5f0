/* SPDX-License-Identifier: GPL-3.0-or-later */
/* apply.c - one event of the telephone process into the database: noted once, with everything it changes. */
#include "base/log.h"
#include "domain/call/outcome.h"
#include "domain/call/sound.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/fax/fax.h"
#include "domain/recording/recording.h"
#include "domain/trunk/trunk.h"
#include "domain/user/sip_phone.h"

void after_tell(struct after *after, struct message m)
{
	struct fault f = {0};

	m.epoch = after->epoch;
	if (message_frame(&m, &after->frames, &f))
		log_error("dialer", "command %s is lost: %s", message_kind_name(m.kind), f.what);
}

int call_take_back(struct db *db, struct arena *a, struct call_row *c, enum call_party by, int64_t pause_ms, int64_t now,
        struct fault *f)
{
	struct gate_contact contact;
	struct life l;
	int err = db_run(db,
	        "UPDATE call SET state = 'ended', cause = 'cancelled', ended_by = ?2, ended_at = ?3, version = version + 1 "
	        "WHERE id = ?1 AND ended_at IS NULL",
	        VALS(V(c->id), V(str_of(call_party_names[by])), V(now)), NULL, f);

	c->state = CALL_ENDED;
	if (err || !c->contact_id)
		return err;
	err = contact_hold(db, a, c->contact_id, f);
	if (!err)
		err = gate_contact(db, a, c->contact_id, &contact, f);
	if (err)
		return err;
	l = contact.life;
	l.state = LIFE_DUE;
	l.due_at = now + pause_ms;
	return contact_put(db, &contact, &l, 0, 0, f);
}

/* The card he was shown and neither dialled nor skipped. */
enum { UNTOUCHED_PAUSE_MS = 10 * CLOCK_MINUTE };

static int card_back(struct db *db, struct arena *a, const struct shift *s, int64_t now, struct fault *f)
{
	struct call_row c;
	int err = call_hold(db, a, s->call_id, (str){0}, f);

	if (!err)
		err = call_find(db, a, s->call_id, (str){0}, &c, f);
	if (err == ENOENT)
		return 0;
	if (err || c.dialled_at || c.state == CALL_ENDED)
		return err;
	return call_take_back(db, a, &c, BY_SYSTEM, UNTOUCHED_PAUSE_MS, now, f);
}

static bool is_free(const struct shift *s)
{
	return s->state == OPERATOR_READY || s->state == OPERATOR_PAUSE || s->state == OPERATOR_OFFLINE;
}

/* What stays with the seat when he is free again: a talk without a result waits there to be saved. The end of a call is told after its
 * operator is free, so one nobody answered stays until then. */
static int call_kept(struct db *db, struct arena *a, struct shift *s, bool *ret_owes, struct fault *f)
{
	struct call_row c;
	int err = s->call_id ? call_find(db, a, s->call_id, (str){0}, &c, f) : ENOENT;

	*ret_owes = !err && c.connected_at && !c.result_at;
	if (err == ENOENT ||
	        (!err && (c.state == CALL_ENDED || c.state == CALL_PASSED || c.state == CALL_RATING) && !*ret_owes)) {
		s->call_id = 0;
		return 0;
	}
	return err;
}

/* A call nobody answered is over: nothing of it waits at the seat. */
static int call_left(struct db *db, struct arena *a, const struct call_row *c, struct after *after, struct fault *f)
{
	struct shift s;
	int err = c->operator_id && !(c->connected_at && !c->result_at) ? shift_hold(db, a, c->operator_id, &s, f) : ENOENT;

	if (err || s.call_id != c->id || !is_free(&s))
		return err == ENOENT ? 0 : err;
	s.call_id = 0;
	after->someone_ready |= s.state == OPERATOR_READY;
	return shift_put(db, a, &s, f);
}

/* A call that belonged to nobody reached an operator: it is his now, and its card is before him. */
static int call_taken(struct db *db, struct arena *a, struct call_row *c, struct shift *s, int64_t at, struct fault *f)
{
	int err = db_run(db, "UPDATE call SET operator_id = ?2 WHERE id = ?1", VALS(V(c->id), V(s->user_id)), NULL, f);

	c->operator_id = s->user_id;
	s->call_id = c->id;
	s->muted = false;
	if (!err)
		err = shift_put(db, a, s, f);
	if (!err)
		seat_event(db, s->user_id, true, at);
	return err;
}

/* The operator is reserved for, or talks in, a call that is not yet his. */
static int takes(struct db *db, struct arena *a, const struct message *m, struct shift *s, bool *ret_taken, struct fault *f)
{
	struct call_row c;
	int err = m->call.n && !s->call_id ? call_hold(db, a, 0, m->call, f) : ENOENT;

	if (!err)
		err = call_find(db, a, 0, m->call, &c, f);
	*ret_taken = !err && !c.operator_id && c.state != CALL_ENDED;
	if (err == ENOENT || (!err && !*ret_taken))
		return 0;
	return err ? err : call_taken(db, a, &c, s, m->at, f);
}

/* Does he sit where this is told? His project may have moved while the node was cut off. */
static bool sits_here(const struct shift *s, const struct after *after)
{
	return !s->node_id || s->node_id == after->node_id;
}

/* Which call rings at his seat now. */
static int offered(struct db *db, struct arena *a, const struct message *m, struct shift *s, struct fault *f)
{
	struct call_row c = {0};
	int err = m->operator_state == OPERATOR_OFFERED ? call_find(db, a, 0, m->call, &c, f) : 0;

	s->offer_id = c.id;
	return err == ENOENT ? 0 : err;
}

static void reads_too_long(struct after *after, int64_t user_id)
{
	struct late_reader *l = NEW(after->frames.a, struct late_reader);

	*l = (struct late_reader){user_id, after->late};
	after->late = l;
}

static int on_operator(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	static const char *const why[OPERATOR_CAUSES] = {"stop", "deadline", "leg", "call"};
	enum operator_state was;
	struct shift s;
	bool taken = false, owes = false;
	int err = shift_hold(db, a, m->operator_id, &s, f);

	if (err || !sits_here(&s, after))
		return err == ENOENT ? 0 : err;
	was = s.state;
	s.state = m->operator_state;
	s.state_at = m->at;
	s.state_until = m->until;
	s.leg_up = m->up;
	s.pause_reason_id = m->operator_state == OPERATOR_PAUSE ? m->reason : 0;
	s.leaving &= shift_works(&s);
	if (s.state == OPERATOR_READY)
		s.back_ready = false;
	err = offered(db, a, m, &s, f);
	if (!err && was == OPERATOR_PREVIEW && s.state != OPERATOR_PREVIEW && s.state != OPERATOR_RESERVED && s.call_id)
		err = card_back(db, a, &s, m->at, f);
	if (!err && (s.state == OPERATOR_RESERVED || s.state == OPERATOR_TALKING))
		err = takes(db, a, m, &s, &taken, f);
	if (err || taken)
		return err ? err : session_keep(db, s.user_id, m->at, f);
	if (is_free(&s))
		err = call_kept(db, a, &s, &owes, f);
	if (!err)
		err = session_keep(db, s.user_id, m->at, f);
	if (!err)
		err = s.state == OPERATOR_OFFLINE ? shift_end(db, a, &s, m->at, why[m->why], f) : shift_put(db, a, &s, f);
	if (s.state == OPERATOR_READY && owes) /* his wrap-up ran out with nothing saved: perhaps he is not there */
		after_tell(after, (struct message){.kind = CMD_OPERATOR_PAUSE, .operator_id = s.user_id});
	after->someone_ready |= s.state == OPERATOR_READY;
	if (was == OPERATOR_PREVIEW && s.state == OPERATOR_PREVIEW && m->why == OPERATOR_CAUSE_DEADLINE)
		reads_too_long(after, s.user_id);
	if (!err)
		seat_event(db, s.user_id, false, m->at);
	return err;
}

/* His leg is up with a new telephone process: he is what he was. */
static int on_leg(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	struct shift s;
	int err = shift_hold(db, a, m->operator_id, &s, f);

	if (err || !sits_here(&s, after))
		return err == ENOENT ? 0 : err;
	s.leg_up = m->up;
	if (m->up && s.back_ready && s.state == OPERATOR_PAUSE) {
		s.back_ready = false;
		after_tell(after, (struct message){.kind = CMD_OPERATOR_READY, .operator_id = s.user_id});
	}
	err = shift_put(db, a, &s, f);
	if (!err)
		seat_event(db, s.user_id, false, m->at);
	return err;
}

/* The call's own event came before its operator's. */
static int seen_first(struct db *db, struct arena *a, const struct message *m, struct call_row *c, struct fault *f)
{
	struct shift s;
	int err = shift_hold(db, a, m->operator_id, &s, f);

	if (err)
		return err == ENOENT ? 0 : err;
	return call_taken(db, a, c, &s, m->at, f);
}

static int on_call(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	struct call_row c;
	int err = call_follow(db, a, m, &c, f);

	if (!err && !c.id && m->kind == EV_CALL && m->call_state != CALL_ENDED)
		after_tell(after,
		        (struct message){.kind = CMD_HANGUP, .call = m->call, .by = BY_SYSTEM}); /* nobody asked for it */
	if (!err && c.id && !c.operator_id && m->operator_id && m->kind == EV_CALL && m->call_state != CALL_ENDED)
		return seen_first(db, a, m, &c, f);
	if (!err && c.operator_id && !m->operator_id && m->kind == EV_CALL && m->call_state == CALL_QUEUED)
		return talk_queued(db, a, &c, m->at, f);
	if (!err && c.operator_id && m->operator_id && m->operator_id != c.operator_id && m->kind == EV_CALL &&
	        c.state != CALL_ENDED)
		return talk_handed(db, a, &c, m->operator_id, m->at, f);
	if (!err && c.id && c.state == CALL_ENDED)
		err = talk_ended(db, a, &c, m->at, f);
	if (!err && c.id && c.state == CALL_ENDED)
		err = call_left(db, a, &c, after, f);
	if (!err && c.operator_id && m->kind == EV_CALL)
		seat_event(db, c.operator_id, false, m->at);
	return err;
}

/* A dial that came too late: he had gone to a pause, or his leg had. What he is then, the answer to «take this seat» tells. */
static int on_refused(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	struct call_row c;
	struct shift s;
	int err;

	log_warn("dialer", "the telephone process refused %.*s: %.*s", STR_ARG(m->command), STR_ARG(m->text));
	if (str_eq(m->command, STR("fax")))
		return fax_refused(db, a, m, clock_ms(), f);
	if (!str_eq(m->command, STR("dial")) && !str_eq(m->command, STR("preview")))
		return 0;
	err = call_hold(db, a, 0, m->call, f);
	if (!err)
		err = call_find(db, a, 0, m->call, &c, f);
	if (err || c.state == CALL_ENDED)
		return err == ENOENT ? 0 : err;
	if (!c.dialled_at)
		err = call_take_back(db, a, &c, BY_SYSTEM, 0, clock_ms(), f);
	else
		err = call_finish(db, a, &c, &(struct call_end){CAUSE_CANCELLED, BY_SYSTEM, 0, clock_ms()}, f);
	if (!err)
		err = shift_hold(db, a, c.operator_id, &s, f);
	if (!err)
		err = tell_start(db, a, &s, after, f);
	return err == ENOENT ? 0 : err;
}

/* A person for whom there was no operator may ask, by the key the message names, not to be called again. */
static int on_dtmf(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	struct call_row c;
	int err = str_find(m->digits, '9', 0) < m->digits.n ? call_find(db, a, 0, m->call, &c, f) : ENOENT;

	if (err || c.operator_id || c.incoming || c.mode == MODE_AGENTLESS || c.state != CALL_IVR)
		return err == ENOENT ? 0 : err;
	return number_refused(db, a, &c, STR("нажали 9 в ответ на сообщение"), 0, m->at, f);
}

static int on_fax(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	bool orphan;
	int err = fax_follow(db, a, m, &orphan, f);

	if (!err && orphan)
		after_tell(after, (struct message){.kind = CMD_HANGUP, .call = m->call, .by = BY_SYSTEM});
	return err;
}

static int on_recording(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	int64_t operator_id = 0;
	int err = recording_follow(db, a, m, &after->jobs, &operator_id, f);

	if (!err && operator_id)
		seat_event(db, operator_id, false, m->at);
	return err;
}

int apply_event(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	bool is_new = true;
	int err = message_kept(m->kind) ? call_event_note(db, a, m, &is_new, f) : 0;

	if (err || !is_new)
		return err;
	switch (m->kind) {
	case EV_CALL_IN: return arrive(db, a, m, after, f);
	case EV_CALL:
	case EV_ROUTE:
	case EV_DIALOG: return on_call(db, a, m, after, f);
	case EV_GUEST: return talk_guest(db, a, m, f);
	case EV_MONITOR: return talk_monitored(db, a, m, f);
	case EV_OPERATOR: return on_operator(db, a, m, after, f);
	case EV_LEG: return on_leg(db, a, m, after, f);
	case EV_RECORDING: return on_recording(db, a, m, after, f);
	case EV_SOUND: return sound_follow(db, a, m, f);
	case EV_TRUNK: return trunk_event(db, a, m, f);
	case EV_PHONE: return sip_phone_event(db, a, m, f);
	case EV_DTMF: return on_dtmf(db, a, m, f);
	case EV_FAX: return on_fax(db, a, m, after, f);
	case EV_TOLD: return call_told(db, m, f);
	case EV_FLOW: return flow_event(db, a, m, after, f);
	case EV_TICKET: return ticket_asked(db, a, m, f);
	case EV_REFUSED: return on_refused(db, a, m, after, f);
	default: return 0; /* answered elsewhere, or only noted */
	}
}
