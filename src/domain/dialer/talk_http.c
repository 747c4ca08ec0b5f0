/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk_http.c - what an operator does with a third one, the pause of the recording, and what a supervisor does in another's talk: each of
 * his steps is in the audit trail before it is done. */
#include "domain/dialer/dialer_priv.h"
#include "domain/dialer/seat_schema.h"
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"
#include "kit/phone/phone.h"

enum { SDP_MS = 3000 };

struct talk_body {
	int how, turn, mode;
	int64_t operator_id, queue_id;
	str number, sdp;
	bool on;
};
#define ENTITY struct talk_body
static const struct field transfer_fields[] = {
        F_WORD(how, talk_how_names, "At once, or with a word first", .flags = REQUIRED),
        F_REF(operator_id, "user", "To another operator of the project who is ready", .flags = NULLABLE),
        F_STR(number, 0, 60, "Or to a number outside, in any form", .flags = NULLABLE),
        F_REF(queue_id, "queue", "Or to a queue of the project, at once", .flags = NULLABLE)};
static const struct field turn_fields[] = {F_WORD(turn, talk_turn_names,
        "Leave the call to the guest, bring all three together, or go back to the contact", .flags = REQUIRED)};
static const struct field record_fields[] = {F_BOOL(on, "Off: pause it for card data; on: go on", .flags = REQUIRED)};
static const struct field monitor_fields[] = {F_WORD(mode, monitor_mode_names, "What to do there", .flags = REQUIRED),
        F_STR(sdp, 10, MESSAGE_SDP_MAX, "The browser's offer", .flags = REQUIRED)};
static const struct field mode_fields[] = {
        F_WORD(mode, monitor_mode_names, "What to do now; none: leave", .flags = REQUIRED)};
#undef ENTITY
#define SHAPE(name, tab, d) static const struct shape name = {#name, d, tab, COUNT(tab), sizeof(struct talk_body)}
SHAPE(seat_transfer_body, transfer_fields, "To whom the call goes");
SHAPE(seat_turn_body, turn_fields, "What comes of a guest");
SHAPE(seat_record_body, record_fields, "The recording, on or paused");
SHAPE(monitor_body, monitor_fields, "A supervisor's leg");
SHAPE(monitor_mode_body, mode_fields, "What a supervisor does");

/* To the node where he sits. */
static int tell(struct request *q, const struct shift *s, const struct message *m)
{
	int err = wire_tell(s->node_id, m, &q->fault);

	return err ? err : seat_print(q->db, q->a, q->who->user_id, NULL, SEAT_EVENT, q->now, &q->out, &q->fault);
}

/* My call, in one of these states. */
static int my_talk(struct request *q, unsigned states, struct shift *s, struct call_row *c)
{
	int err = shift_of(q->db, q->a, q->who->user_id, s, &q->fault);

	if (!err)
		err = s->call_id ? call_find(q->db, q->a, s->call_id, (str){0}, c, &q->fault) : ENOENT;
	if (err == ENOENT)
		return fail(&q->fault, EALREADY, NULL, "no_call", "there is no call");
	if (!err && !(states & 1u << c->state))
		return fail(&q->fault, EALREADY, NULL, "call_state", "this is not possible in this state of the call");
	return err;
}

#define PLAIN (1u << CALL_CONNECTED | 1u << CALL_HELD)
#define WITH_GUEST (1u << CALL_TRANSFERRING | 1u << CALL_CONSULTING | 1u << CALL_CONFERENCE)

static int to_operator(struct request *q, const struct shift *mine, int64_t operator_id)
{
	struct shift s;
	int err = shift_of(q->db, q->a, operator_id, &s, &q->fault);

	if (err == ENOENT || (!err && (s.project_id != mine->project_id || s.user_id == mine->user_id)))
		return fail(&q->fault, EINVAL, "operator_id", "reference", "nobody of this project sits there");
	if (!err && (s.state != OPERATOR_READY || !s.leg_up))
		return fail(&q->fault, EALREADY, "operator_id", "not_free", "this operator is not free now");
	return err;
}

/* A number outside passes a gate of its own. */
static int to_number(struct request *q, const struct call_row *c, str typed, struct message *m)
{
	struct gate_project p;
	struct gate_answer answer;
	struct message_rows ways = {0};
	int err = phone_parse(typed, "RU", q->a, &m->number, NULL, &q->fault);

	if (err) {
		snprintf(q->fault.field, sizeof(q->fault.field), "number");
		return err;
	}
	err = gate_project(q->db, q->a, c->project_id, &p, &q->fault);
	if (!err)
		err = gate_guest(q->db, q->a, &p, m->number, q->now, &answer, &q->fault);
	if (err)
		return err;
	if (!answer.allowed)
		return fail(&q->fault, EALREADY, "number", gate_rule_names[answer.rule], "%s", gate_rule_what(answer.rule));
	m->trunk = p.trunk_id;
	m->from = p.caller_number;
	err = trunk_ways(q->db, q->a, p.id, p.trunk_id, p.caller_number, m->number, q->now, &ways, &q->fault);
	if (!err && ways.n) {
		m->trunk = ways.rows[0].trunk;
		m->from = ways.rows[0].from;
	}
	return err;
}

/* Without a word: nobody knows yet who will take it. */
static int to_queue(struct request *q, const struct shift *mine, const struct talk_body *body, struct message *m)
{
	struct val project = {0};
	int err = db_one(
	        q->db, q->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(body->queue_id)), &project, 1, &q->fault);

	if (err == ENOENT || (!err && val_int(project) != mine->project_id))
		return fail(&q->fault, EINVAL, "queue_id", "reference", "no such queue in this project");
	if (!err && body->how != TALK_BLIND)
		return fail(&q->fault, EINVAL, "how", "queue",
		        "a queue takes the call at once: there is nobody to speak with first");
	m->queue = body->queue_id;
	return err;
}

static int seat_transfer(struct request *q)
{
	const struct talk_body *body = q->body;
	struct message m = {.kind = CMD_TRANSFER, .how = body->how, .operator_id = body->operator_id};
	struct shift s;
	struct call_row c;
	int err = my_talk(q, PLAIN, &s, &c);

	if (err)
		return err;
	if (!!body->operator_id + !!body->number.n + !!body->queue_id != 1)
		return fail(&q->fault, EINVAL, "number", "both", "an operator, a queue or a number: one of the three");
	m.call = c.uuid;
	err = body->operator_id ? to_operator(q, &s, body->operator_id)
	      : body->queue_id  ? to_queue(q, &s, body, &m)
	                        : to_number(q, &c, body->number, &m);
	return err ? err : tell(q, &s, &m);
}

static int seat_turn(struct request *q)
{
	const struct talk_body *body = q->body;
	struct shift s;
	struct call_row c;
	int err = my_talk(q, WITH_GUEST, &s, &c);

	return err ? err : tell(q, &s, &(struct message){.kind = CMD_TALK, .call = c.uuid, .turn = body->turn});
}

static int seat_leave(struct request *q)
{
	struct shift s;
	int err = shift_of(q->db, q->a, q->who->user_id, &s, &q->fault);

	if (err == ENOENT)
		return fail(&q->fault, EALREADY, NULL, "no_shift", "take the seat first");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_GUEST_LEAVE, .operator_id = s.user_id});
}

static int seat_record(struct request *q)
{
	const struct talk_body *body = q->body;
	struct shift s;
	struct call_row c;
	int err = my_talk(q, PLAIN | WITH_GUEST, &s, &c);

	return err ? err : tell(q, &s, &(struct message){.kind = CMD_RECORD, .call = c.uuid, .on = body->on});
}

static int put_colleagues(struct request *q, const struct shift *s)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT s.user_id, u.name, s.state, s.leg_up FROM shift s JOIN \"user\" u ON u.id = s.user_id "
	        "WHERE s.ended_at IS NULL AND s.project_id = ?1 AND s.user_id <> ?2 ORDER BY u.name, s.user_id LIMIT 500",
	        VALS(V(s->project_id), V(s->user_id)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(&q->out, '{');
		json_key(&q->out, "user_id");
		json_add_int(&q->out, rows_int(&r, 0));
		json_key(&q->out, "name");
		json_add_text(&q->out, rows_str(&r, 1));
		json_key(&q->out, "state");
		json_add_text(&q->out, rows_str(&r, 2));
		json_key(&q->out, "free");
		json_add_bool(&q->out, str_eq(rows_str(&r, 2), STR("ready")) && rows_int(&r, 3));
		json_close(&q->out, '}');
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* Who is free for a queue, I myself left out: its members, or all of the project when it names none. */
static int put_queues(struct request *q, const struct shift *s)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT q.id, q.name, (SELECT COUNT(*) FROM queue_place p WHERE p.queue_id = q.id AND p.left_at IS NULL AND p.kind <> "
	        "'ticket'), (SELECT COUNT(*) FROM shift s WHERE s.project_id = q.project_id AND s.ended_at IS NULL AND s.state = 'ready' "
	        "AND s.leg_up = 1 AND s.user_id <> ?2 AND (NOT EXISTS (SELECT 1 FROM queue_member m WHERE m.queue_id = q.id) OR EXISTS "
	        "(SELECT 1 FROM queue_member m WHERE m.queue_id = q.id AND m.user_id = s.user_id))) FROM queue q WHERE q.project_id = ?1 "
	        "ORDER BY q.name, q.id LIMIT 200",
	        VALS(V(s->project_id), V(s->user_id)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(&q->out, '{');
		json_member_int(&q->out, "queue_id", rows_int(&r, 0));
		json_member_text(&q->out, "name", rows_str(&r, 1));
		json_member_int(&q->out, "waiting", rows_int(&r, 2));
		json_member_int(&q->out, "ready", rows_int(&r, 3));
		json_close(&q->out, '}');
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* Who else sits in my project, and its queues: to choose from. Nobody, to who has no shift. */
static int seat_colleagues(struct request *q)
{
	struct shift s;
	int err = shift_of(q->db, q->a, q->who->user_id, &s, &q->fault);
	bool none = err == ENOENT;

	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = none ? 0 : err ? err : put_colleagues(q, &s);
	json_close(&q->out, ']');
	json_key(&q->out, "queues");
	json_open(&q->out, '[');
	err = none || err ? err : put_queues(q, &s);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err;
}

/* Supervisors ---------------------------------------------------------------------------------------------------------- */

struct watching {
	const struct request *q;
	struct call_row c;
	enum monitor_mode mode;
};

static int watch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct watching *w = arg;

	return audit_add(db, a,
	        &(struct audit){.who = w->q->who,
	                .entity = "call",
	                .verb = monitor_mode_names[w->mode],
	                .row_id = w->c.id,
	                .project_id = w->c.project_id,
	                .peer = w->q->http->peer},
	        w->q->now, f);
}

/* A call in reach; ENOENT beyond it. */
static int reached(struct request *q, struct watching *w)
{
	int err = call_find(q->db, q->a, q->id[0], (str){0}, &w->c, &q->fault);

	return err ? err : access_project(q->db, q->a, q->who, w->c.project_id, &q->fault);
}

/* The talk of somebody else. */
static int watched(struct request *q, struct watching *w)
{
	int err = reached(q, w);

	if (err)
		return err;
	if (!talk_is(&(struct call){.state = w->c.state}))
		return fail(&q->fault, EALREADY, NULL, "no_talk", "there is no talk in this call now");
	if (w->c.operator_id == q->who->user_id)
		return fail(&q->fault, EINVAL, NULL, "own_call", "this is your own call");
	return 0;
}

static int monitor_start(struct request *q)
{
	const struct talk_body *body = q->body;
	struct watching w = {.q = q, .mode = (enum monitor_mode)body->mode};
	struct message answer, m = {.kind = CMD_MONITOR, .operator_id = q->who->user_id, .mode = w.mode, .sdp = body->sdp};
	int64_t node_id = 0;
	int err = watched(q, &w);

	if (!err && !w.mode)
		err = fail(&q->fault, EINVAL, "mode", "word", "what to do there: listen, whisper, join or take_over");
	m.call = w.c.uuid;
	if (!err)
		err = request_write(q, watch_write, &w);
	if (!err)
		err = placement_of(q->db, q->a, w.c.project_id, &node_id, &q->fault);
	if (!err)
		err = wire_ask(node_id, &m, SDP_MS, q->a, &answer, &q->fault);
	if (!err && answer.error.n)
		err = fail(&q->fault, EALREADY, NULL, "monitor", "this talk takes no more supervisors, or it is over");
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "sdp");
	json_add_text(&q->out, answer.sdp);
	json_close(&q->out, '}');
	return 0;
}

static int monitor_mode(struct request *q)
{
	const struct talk_body *body = q->body;
	struct watching w = {.q = q, .mode = (enum monitor_mode)body->mode};
	int64_t node_id = 0;
	int err = w.mode ? watched(q, &w) : reached(q, &w);

	if (!err && w.mode == MONITOR_TAKE_OVER && w.c.state != CALL_CONNECTED && w.c.state != CALL_HELD)
		err = fail(&q->fault, EALREADY, "mode", "call_state", "this is not possible in this state of the call");
	if (!err && w.mode)
		err = request_write(q, watch_write, &w);
	if (!err)
		err = placement_of(q->db, q->a, w.c.project_id, &node_id, &q->fault);
	return err ? err
	           : wire_tell(node_id,
	                     &(struct message){.kind = CMD_MONITOR_MODE, .operator_id = q->who->user_id, .mode = w.mode},
	                     &q->fault);
}

#define GIVES(form) .gives_raw = "application/json", .schema = form##_SCHEMA
static const struct route routes[] = {
        {HTTP_GET, "/seat/colleagues", MAY_SIT, seat_colleagues,
                "Who else sits in the project, and its queues: to transfer to", GIVES(COLLEAGUES)},
        {HTTP_POST, "/seat/transfer", MAY_SIT, seat_transfer,
                "Call a third one into the talk, at once or with a word first; or give the talk to a queue",
                &seat_transfer_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/turn", MAY_SIT, seat_turn, "What comes of the third one: the call is his, all speak, or he goes",
                &seat_turn_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/leave", MAY_SIT, seat_leave, "Leave the talk one was called into", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/record", MAY_SIT, seat_record, "Pause the recording while card data are said, or go on",
                &seat_record_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/calls/{id}/monitor", MAY_SUPERVISE, monitor_start,
                "Come into a talk by a leg of one's own: listen, whisper, join, take over; in the audit trail",
                &monitor_body, GIVES(SDP)},
        {HTTP_POST, "/calls/{id}/monitor/mode", MAY_SUPERVISE, monitor_mode,
                "Do something else in the talk, or leave it; in the audit trail", &monitor_mode_body},
        {0},
};
const struct module talk_module = {.name = "talk", .routes = routes};
