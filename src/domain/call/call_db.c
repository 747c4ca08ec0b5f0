/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_db.c - the rows of calls: made, followed by tel's events, ended; and the contact in their hands. */
#include "base/clock.h"
#include "callflow/attempts.h"
#include "domain/call/call.h"
#include "domain/call/outcome.h"
#include "domain/ledger/ledger.h"
#include "domain/missed/missed.h"
#include "domain/queue/place.h"
#include "domain/queue/ticket.h"
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"

int call_find(struct db *db, struct arena *a, int64_t id, str uuid, struct call_row *ret, struct fault *f)
{
	struct val v[38];
	int err = db_one(db, a,
	        "SELECT id, project_id, base_id, contact_id, phone_id, person_id, operator_id, trunk_id, script_version_id, "
	        "uuid, number, "
	        "dialog, tel_boot, state, cause, mode, asked_at, dialled_at, ringing_at, answered_at, connected_at, "
	        "ended_at, talk_ms, "
	        "result_id, result_at, is_dialogue, comment, draft, idempotency_key, caller, direction, number_id, queue_id, queued_at, "
	        "flow_result_id, talk_ended_at, ticket_id, queued_by "
	        "FROM call WHERE id = ?1 OR uuid = ?2",
	        VALS(V(id), V(uuid)), v, COUNT(v), f);

	if (err)
		return err;
	*ret = (struct call_row){.id = val_int(v[0]),
	        .project_id = val_int(v[1]),
	        .base_id = val_int(v[2]),
	        .contact_id = val_int(v[3]),
	        .phone_id = val_int(v[4]),
	        .person_id = val_int(v[5]),
	        .operator_id = val_int(v[6]),
	        .trunk_id = val_int(v[7]),
	        .script_version_id = val_int(v[8]),
	        .uuid = val_str(v[9]),
	        .number = val_str(v[10]),
	        .dialog = val_str(v[11]),
	        .tel_boot = val_str(v[12]),
	        .state = (enum call_state)call_word(call_state_names, val_str(v[13])),
	        .cause = v[14].type == VAL_TEXT ? (enum call_cause)call_word(call_cause_names, val_str(v[14])) : CAUSE_NONE,
	        .mode = call_word(project_modes, val_str(v[15])),
	        .asked_at = val_int(v[16]),
	        .dialled_at = val_int(v[17]),
	        .ringing_at = val_int(v[18]),
	        .answered_at = val_int(v[19]),
	        .connected_at = val_int(v[20]),
	        .ended_at = val_int(v[21]),
	        .talk_ms = val_int(v[22]),
	        .result_id = val_int(v[23]),
	        .result_at = val_int(v[24]),
	        .is_dialogue = val_int(v[25]) != 0,
	        .comment = val_str(v[26]),
	        .draft = val_str(v[27]),
	        .idempotency_key = val_str(v[28]),
	        .caller = val_str(v[29]),
	        .incoming = str_eq(val_str(v[30]), STR("in")),
	        .number_id = val_int(v[31]),
	        .queue_id = val_int(v[32]),
	        .queued_at = val_int(v[33]),
	        .flow_result_id = val_int(v[34]),
	        .talk_ended_at = val_int(v[35]),
	        .ticket_id = val_int(v[36]),
	        .queued_by = val_int(v[37])};
	return 0;
}

static int hold(struct db *db, struct arena *a, const char *table, int64_t id, str uuid, struct fault *f)
{
	struct query *q;
	struct val v;
	int err;

	if (db_engine(db) == DB_SQLITE)
		return 0;
	q = query_new(a);
	query_add(q, "SELECT id FROM ");
	query_name(q, table);
	if (uuid.n) {
		query_add(q, " WHERE uuid = ");
		query_val(q, V(uuid));
	} else {
		query_add(q, " WHERE id = ");
		query_val(q, V(id));
	}
	query_add(q, " ");
	query_word(q, db, DB_FOR_UPDATE);
	err = db_one(db, a, QUERY(q), &v, 1, f);
	return err == ENOENT ? 0 : err;
}

int call_told(struct db *db, const struct message *m, struct fault *f)
{
	return db_run(
	        db, "UPDATE call SET told_at = ?2 WHERE uuid = ?1 AND told_at IS NULL", VALS(V(m->call), V(m->at)), NULL, f);
}

int call_hold(struct db *db, struct arena *a, int64_t id, str uuid, struct fault *f)
{
	return hold(db, a, "call", id, uuid, f);
}

int contact_hold(struct db *db, struct arena *a, int64_t contact_id, struct fault *f)
{
	return hold(db, a, "contact", contact_id, (str){0}, f);
}

int call_make(struct db *db, struct arena *a, struct call_row *c, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO call (uuid, project_id, base_id, contact_id, phone_id, person_id, operator_id, mode, number, "
	        "trunk_id, "
	        "script_version_id, state, asked_at, direction, number_id, queue_id, ticket_id, change_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
	        "?10, ?11, 'asked', ?12, ?13, ?14, ?15, ?16, ?17) RETURNING id",
	        VALS(V(c->uuid), V(c->project_id), V(c->base_id), V(c->contact_id), val_ref(c->phone_id),
	                val_ref(c->person_id), val_ref(c->operator_id), V(str_of(project_modes[c->mode])), V(c->number),
	                val_ref(c->trunk_id), val_ref(c->script_version_id), V(c->asked_at),
	                V(c->incoming ? STR("in") : STR("out")), val_ref(c->number_id), val_ref(c->queue_id),
	                val_ref(c->ticket_id), val_ref(c->change_id)),
	        &id, 1, f);

	if (!err)
		c->id = val_int(id);
	return err;
}

int contact_put(
        struct db *db, const struct gate_contact *was, const struct life *l, int64_t holder, int64_t until, struct fault *f)
{
	int err = db_run(db,
	        "UPDATE contact SET state = ?2, closed_reason = ?3, due_at = ?4, attempts = ?5, attempts_day = ?6, "
	        "attempt_day = ?7, "
	        "reserved_call = ?8, reserved_until = ?9 WHERE id = ?1",
	        VALS(V(was->id), V(str_of(life_state_names[l->state])),
	                val_s(l->closed ? str_of(life_closed_names[l->closed]) : (str){0}), V(l->due_at), V(l->attempts),
	                V(l->attempts_day), val_s(l->day[0] ? str_of(l->day) : (str){0}), val_ref(holder), val_ref(until)),
	        NULL, f);

	if (!err && l->state != was->life.state)
		err = contact_state_add(db, was->project_id, was->base_id, was->life.state, was->last_result_id, -1, f);
	if (!err && l->state != was->life.state)
		err = contact_state_add(db, was->project_id, was->base_id, l->state, was->last_result_id, 1, f);
	return err;
}

int contact_reserve(struct db *db, const struct gate_contact *c, int64_t call_id, int64_t until, struct fault *f)
{
	struct life l = c->life;
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE contact SET state = 'reserved', reserved_call = ?2, why_not = NULL, why_not_at = NULL WHERE id = ?1 AND state IN ('fresh', 'due')",
	        VALS(V(c->id), V(call_id)), &changed, f);

	if (!err && !changed)
		return fail(f, EALREADY, "contact_id", "reserved", "another call has this contact now");
	l.state = LIFE_RESERVED;
	return err ? err : contact_put(db, c, &l, call_id, until, f);
}

int contact_moment(struct db *db, struct arena *a, const struct gate_project *p, const struct gate_contact *c, int64_t now,
        struct attempt_now *ret, struct fault *f)
{
	struct attempt_now n = {.now = now, .callback_at = c->callback_at};
	struct gate_phone phone;
	int64_t left;
	char day[11];
	int err = gate_phone(db, a, c->id, 0, &phone, &left, f);

	if (!err)
		err = gate_day(p, gate_zone(p, c->timezone, phone.e164), now, day, &n.next_day_at, f);
	if (err)
		return err;
	n.other_number = left > 0;
	*ret = n;
	return 0;
}

int call_dialled(
        struct db *db, struct arena *a, struct call_row *c, const char day[11], str tel_boot, int64_t now, struct fault *f)
{
	struct gate_contact contact;
	int err = db_run(db,
	        "UPDATE call SET dialled_at = ?2, tel_boot = ?3, trunk_id = ?4, caller = ?5, version = version + 1 WHERE id = ?1",
	        VALS(V(c->id), V(now), V(tel_boot), val_ref(c->trunk_id), val_s(c->caller.n ? c->caller : (str){0})), NULL,
	        f);

	c->dialled_at = now;
	if (!err && c->trunk_id)
		err = toll_count(db, c->trunk_id, now, f);
	if (err || !c->contact_id)
		return err;
	err = contact_hold(db, a, c->contact_id, f);
	if (!err)
		err = gate_contact(db, a, c->contact_id, &contact, f);
	if (!err) {
		struct life l = contact.life;
		life_dialled(&l, day);
		err = contact_put(db, &contact, &l, c->id, now + 4 * CLOCK_HOUR, f);
	}
	return err;
}

int call_event_note(struct db *db, struct arena *a, const struct message *m, bool *ret_new, struct fault *f)
{
	struct text body = {.a = a};
	int64_t changed = 0;
	int err = message_encode(m, &body, f);

	if (!err)
		err = db_run(db,
		        "INSERT INTO call_event (tel_boot, seq, call_uuid, at, kind, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
		        "ON CONFLICT (tel_boot, seq) DO NOTHING",
		        VALS(V(m->boot), V(m->seq), V(m->call), V(m->at), V(str_of(message_kind_name(m->kind))),
		                V(text_str(&body))),
		        &changed, f);
	if (!err)
		*ret_new = changed > 0;
	return err;
}

/* What the project wants after this end, when it says so. */
static int retry_rule(struct db *db, struct arena *a, const struct call_row *c, struct attempt_now *n, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT pause_min, most, (SELECT COUNT(*) FROM call WHERE contact_id = ?2 AND cause = ?3) FROM retry "
	        "WHERE project_id = ?1 AND cause = ?3",
	        VALS(V(c->project_id), V(c->contact_id), V(str_of(call_cause_names[c->cause]))), v, COUNT(v), f);

	if (err)
		return err == ENOENT ? 0 : err;
	n->retry_ms = val_int(v[0]) * CLOCK_MINUTE;
	n->spent = val_int(v[1]) && val_int(v[2]) >= val_int(v[1]);
	return 0;
}

/* Give the contact back as its cause says, or leave it as the result already left it. */
static int give_back(
        struct db *db, struct arena *a, const struct call_row *c, const struct gate_project *p, int64_t now, struct fault *f)
{
	struct gate_contact contact;
	struct attempt_now n;
	struct life l;
	struct val holder;
	int err = contact_hold(db, a, c->contact_id, f);

	if (!err)
		err = db_one(
		        db, a, "SELECT reserved_call FROM contact WHERE id = ?1", VALS(V(c->contact_id)), &holder, 1, f);

	if (err == ENOENT || (!err && val_int(holder) != c->id))
		return 0;
	if (!err)
		err = gate_contact(db, a, c->contact_id, &contact, f);
	if (!err)
		err = contact_moment(db, a, p, &contact, now, &n, f);
	if (!err)
		err = retry_rule(db, a, c, &n, f);
	if (err)
		return err;
	l = contact.life;
	if (c->incoming) /* that he called and was not heard changes nothing of when we call him */
		l.state = l.attempts || l.due_at ? LIFE_DUE : LIFE_FRESH;
	else
		life_ended(&l, &p->rules, c->cause, &n);
	return contact_put(db, &contact, &l, 0, 0, f);
}

int call_release(struct db *db, struct arena *a, const struct call_row *c, int64_t now, struct fault *f)
{
	struct gate_project p;
	int err;

	if (!c->contact_id)
		return 0;
	err = gate_project(db, a, c->project_id, &p, f);
	return err ? err : give_back(db, a, c, &p, now, f);
}

static int missed(struct db *db, struct arena *a, const struct call_row *c, int64_t at, struct fault *f)
{
	int64_t since = c->talk_ended_at ? c->talk_ended_at : c->queued_at;

	return missed_add(db, a,
	        &(struct missed_call){.project_id = c->project_id,
	                .call_id = c->id,
	                .contact_id = c->contact_id,
	                .number_id = c->number_id,
	                .queue_id = c->queue_id,
	                .caller = c->number.n ? c->number : (str){0},
	                .waited_ms = since ? c->ended_at - since : 0,
	                .last_at = at},
	        f);
}

/* A call for a ticket found nobody: again, or after the last time he is missed like anybody. */
static int ticket_again(struct db *db, struct arena *a, const struct call_row *c, struct fault *f)
{
	struct queue_ticket t;
	struct call_row first;
	bool failed;
	int err = queue_ticket_missed(db, a, c->ticket_id, attempt_causes[c->cause].not_his, c->ended_at, &failed, f);

	if (err || !failed)
		return err;
	err = queue_ticket_find(db, a, c->ticket_id, &t, f);
	if (!err)
		err = call_find(db, a, t.call_id, (str){0}, &first, f);
	return err ? err : missed(db, a, &first, c->ended_at, f);
}

/* Whoever is spoken with is missed no more; who called and was not is a task, unless his flow did what he called for or he is to be called
 * back out of the queue. So is, whoever called whom, one an operator gave to a queue where nobody took him (left). */
static int missed_or_not(struct db *db, struct arena *a, const struct call_row *c, bool served, bool left, struct fault *f)
{
	int err;

	if (c->connected_at && !left) {
		err = missed_settle(db, a, c->project_id, c->number, c->id, c->operator_id, c->ended_at, f);
		return err ? err : queue_ticket_settle(db, a, c->project_id, c->number, c->operator_id, c->ended_at, f);
	}
	if (c->ticket_id)
		return ticket_again(db, a, c, f);
	if ((!c->incoming && !left) || (served && !left) || queue_ticket_waits(db, a, c->project_id, c->number))
		return 0;
	return missed(db, a, c, c->ended_at, f);
}

/* Into every sum an ended call belongs to, and into the log of its project. */
static int counted(struct db *db, struct arena *a, const struct call_row *c, const struct call_end *e, struct fault *f)
{
	struct place_step step = {
	        .call_id = c->id, .project_id = c->project_id, .at = e->at, .state = CALL_ENDED, .by = e->by};
	int err = call_hour_add(db, c->id, false, f);

	if (!err && c->queue_id)
		err = place_follow(db, a, &step, f);
	if (!err)
		err = ledger_call(db, c->project_id, c->id, f);
	return err ? err : caller_count_add(db, c->caller, c->dialled_at, c->answered_at != 0, f);
}

enum { RESULT_GRACE_MS = 10 * CLOCK_MINUTE };

int call_finish(struct db *db, struct arena *a, struct call_row *c, const struct call_end *e, struct fault *f)
{
	struct gate_project p;
	struct outcome o;
	int64_t changed = 0, talked_until = c->talk_ended_at ? c->talk_ended_at : e->at;
	bool outside = c->state == CALL_PASSED, has = false, left = c->connected_at && !c->operator_id;
	int err = gate_project(db, a, c->project_id, &p, f);

	if (err)
		return err;
	if (left) /* the talk there was is whose it was */
		c->operator_id = c->queued_by;
	c->state = CALL_ENDED;
	c->cause = e->cause;
	c->ended_at = e->at;
	c->talk_ms = c->connected_at && talked_until > c->connected_at ? talked_until - c->connected_at : 0;
	c->is_dialogue = c->answered_at && c->talk_ms > 0 && c->talk_ms >= p.dialogue_ms;
	err = db_run(db,
	        "UPDATE call SET state = 'ended', cause = ?2, ended_by = ?3, sip_code = ?4, ended_at = ?5, talk_ms = ?6, "
	        "is_dialogue = ?7, operator_id = ?8, version = version + 1 WHERE id = ?1 AND ended_at IS NULL",
	        VALS(V(c->id), V(str_of(call_cause_names[e->cause])),
	                val_s(e->by ? str_of(call_party_names[e->by]) : (str){0}), val_ref(e->sip_code), V(c->ended_at),
	                V(c->talk_ms), V((int64_t)c->is_dialogue), val_ref(c->operator_id)),
	        &changed, f);
	if (err || !changed)
		return err;
	err = outcome_of_flow(db, a, c, &o, &has, f);
	if (!err)
		err = counted(db, a, c, e, f);
	if (!err && e->cause == CAUSE_WRONG_NUMBER && c->phone_id)
		err = db_run(db, "UPDATE phone SET state = 'wrong', version = version + 1 WHERE id = ?1 AND state = 'good'",
		        VALS(V(c->phone_id)), NULL, f);
	if (!err && c->contact_id && c->dialled_at)
		err = db_run(db, "UPDATE contact SET last_call_id = ?2, last_at = ?3, last_operator_id = ?4 WHERE id = ?1",
		        VALS(V(c->contact_id), V(c->id), V(e->at), val_ref(c->operator_id)), NULL, f);
	if (!err && c->contact_id && (e->cause == CAUSE_ABANDONED || c->connected_at))
		err = db_run(db, "UPDATE contact SET owed = ?2 WHERE id = ?1 AND owed <> ?2",
		        VALS(V(c->contact_id), V((int64_t)!c->connected_at)), NULL, f);
	if (!err && has)
		err = outcome_finish(db, a, &o, f);
	else if (!err && c->contact_id && (!c->connected_at || left))
		err = give_back(db, a, c, &p, e->at, f);
	else if (!err && c->contact_id) /* the talk waits for its result; if none comes, the contact goes back by itself */
		err = db_run(db, "UPDATE contact SET reserved_until = ?3 WHERE id = ?1 AND reserved_call = ?2",
		        VALS(V(c->contact_id), V(c->id), V(e->at + 2 * p.wrap_up_ms + RESULT_GRACE_MS)), NULL, f);
	if (!err)
		err = missed_or_not(db, a, c, has || outside, left, f);
	if (!err)
		err = event_add(db, a,
		        &(struct event){.entity = "call",
		                .verb = "ended",
		                .row_id = c->id,
		                .project_id = c->project_id,
		                .right = MAY_SEE_CALLS,
		                .staff_only = true},
		        f);
	return err;
}

/* A moment is written once; a repeat or a late event of a state already left changes nothing. */
static int follow_state(struct db *db, struct arena *a, const struct message *m, struct call_row *c, struct fault *f)
{
	int64_t *moment = m->call_state == CALL_RINGING     ? &c->ringing_at
	                  : m->call_state == CALL_ANSWERED  ? &c->answered_at
	                  : m->call_state == CALL_CONNECTED ? &c->connected_at
	                  : m->call_state == CALL_RATING    ? &c->talk_ended_at
	                                                    : NULL;
	int err = 0;

	if (m->call_state == CALL_ENDED)
		return call_finish(
		        db, a, c, &(struct call_end){m->cause ? m->cause : CAUSE_FAILED, m->by, m->sip_code, m->at}, f);
	if (m->queue || c->queue_id) {
		struct place_step step = {
		        c->id, c->project_id, m->queue, m->at, m->call_state, BY_NONE, c->connected_at != 0};
		err = place_follow(db, a, &step, f);
		c->queue_id = m->queue ? m->queue : c->queue_id;
	}
	if (err)
		return err;
	c->state = m->call_state;
	if (moment && !*moment)
		*moment = m->at;
	if (m->call_state == CALL_QUEUED && c->incoming && !c->queued_at)
		c->queued_at = m->at;
	if (m->call_state == CALL_QUEUED && c->connected_at && !c->talk_ended_at)
		c->talk_ended_at = m->at;
	if (m->call_state == CALL_CONNECTED) /* the next operator talks on */
		c->talk_ended_at = 0;
	return db_run(db,
	        "UPDATE call SET state = ?2, ringing_at = ?3, answered_at = ?4, connected_at = ?5, queue_id = ?6, queued_at = ?7, "
	        "talk_ended_at = ?8, version = version + 1 WHERE id = ?1",
	        VALS(V(c->id), V(str_of(call_state_names[m->call_state])), val_ref(c->ringing_at), val_ref(c->answered_at),
	                val_ref(c->connected_at), val_ref(c->queue_id), val_ref(c->queued_at), val_ref(c->talk_ended_at)),
	        NULL, f);
}

static int follow_route(struct db *db, const struct message *m, int64_t call_id, struct fault *f)
{
	int err = db_run(db, "UPDATE call SET trunk_id = ?2, caller = ?3 WHERE id = ?1",
	        VALS(V(call_id), V(m->trunk), V(m->from)), NULL, f);

	return err ? err : toll_count(db, m->trunk, m->at, f);
}

int call_follow(struct db *db, struct arena *a, const struct message *m, struct call_row *ret, struct fault *f)
{
	struct call_row c;
	int err = call_hold(db, a, 0, m->call, f);

	if (!err)
		err = call_find(db, a, 0, m->call, &c, f);
	*ret = (struct call_row){0};
	if (err == ENOENT)
		return 0;
	if (!err && c.state != CALL_ENDED)
		err = m->kind == EV_CALL    ? follow_state(db, a, m, &c, f)
		      : m->kind == EV_ROUTE ? follow_route(db, m, c.id, f)
		                            : db_run(db, "UPDATE call SET dialog = ?2 WHERE id = ?1",
		                                      VALS(V(c.id), V(m->dialog)), NULL, f);
	if (!err)
		*ret = c;
	return err;
}
