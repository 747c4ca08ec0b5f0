/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seat_http.c - what an operator does at his seat. Most of it is a command to the telephone process, whose events bring the new
 * state; every answer is the snapshot as it is now. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/dialer/seat_schema.h"
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"
#include "domain/user/sip_phone.h"
#include "kit/phone/phone.h"

enum { SDP_MS = 3000, TEST_MS = 30000 };

struct seat_body {
	int64_t project_id, reason_id, contact_id, phone_id, call_id, result_id, due_at;
	str sdp, number, reason, digits, comment, answers, path;
	bool on, mine;
};
#define ENTITY struct seat_body
static const struct field start_fields[] = {F_REF(project_id, "project", "Where to sit", .flags = REQUIRED)};
static const struct field sdp_fields[] = {F_STR(sdp, 10, MESSAGE_SDP_MAX, "The browser's offer", .flags = REQUIRED)};
static const struct field pause_fields[] = {F_REF(reason_id, "pause_reason", "Why", .flags = NULLABLE)};
static const struct field dial_fields[] = {
        F_REF(contact_id, "contact", "Whom; null in preview: the card shown", .flags = NULLABLE),
        F_REF(phone_id, "phone", "On which of his numbers; null: the next good one", .flags = NULLABLE),
        F_STR(number, 0, 60, "Or a number typed by hand, in any form", .flags = NULLABLE)};
static const struct field reason_fields[] = {F_STR(reason, 0, 300, "Why", .flags = NULLABLE)};
static const struct field digits_fields[] = {F_STR(digits, 1, 32, "Keys 0-9, *, #, A-D", .flags = REQUIRED)};
static const struct field on_fields[] = {F_BOOL(on, "On or off", .flags = REQUIRED)};
static const struct field leaving_fields[] = {F_BOOL(on, "A pause, or none after all", .flags = REQUIRED),
        F_REF(reason_id, "pause_reason", "Why", .flags = NULLABLE)};
static const struct field draft_fields[] = {F_REF(call_id, "journal", "Which call", .flags = REQUIRED),
        F_REF(result_id, "result", "The result chosen so far", .flags = NULLABLE),
        F_STR(comment, 0, 4000, "What is typed so far", .flags = NULLABLE),
        F_JSON(answers, "{\"type\":\"object\"}", "Answers so far, by key", .flags = NULLABLE),
        F_JSON(path, "{\"type\":\"array\"}", "Steps of the script walked so far", .flags = NULLABLE),
        F_TIME(due_at, "When to call again", .flags = NULLABLE), F_BOOL(mine, "He calls himself, in place of anybody")};
#undef ENTITY
#define SHAPE(name, tab, d) static const struct shape name = {#name, d, tab, COUNT(tab), sizeof(struct seat_body)}
SHAPE(seat_start_body, start_fields, "Taking the seat");
SHAPE(sdp_body, sdp_fields, "An offer of the browser");
SHAPE(seat_pause_body, pause_fields, "A pause");
SHAPE(seat_dial_body, dial_fields, "Whom to dial");
SHAPE(seat_skip_body, reason_fields, "Why the card is skipped");
SHAPE(seat_dtmf_body, digits_fields, "Keys to send");
SHAPE(seat_switch_body, on_fields, "A switch");
SHAPE(seat_leaving_body, leaving_fields, "A pause after the call");
SHAPE(seat_draft_body, draft_fields, "What is typed so far");

static int give(struct request *q)
{
	return seat_print(q->db, q->a, q->who->user_id, NULL, SEAT_EVENT, q->now, &q->out, &q->fault);
}

static int my_shift(struct request *q, struct shift *ret)
{
	int err = shift_of(q->db, q->a, q->who->user_id, ret, &q->fault);

	return err == ENOENT ? fail(&q->fault, EINVAL, NULL, "no_shift", "take the seat first") : err;
}

/* My call as it is now: EALREADY when there is none, or it has ended. */
static int my_call(struct request *q, struct shift *s, struct call_row *c)
{
	int err = my_shift(q, s);

	if (!err)
		err = s->call_id ? call_find(q->db, q->a, s->call_id, (str){0}, c, &q->fault) : ENOENT;
	if (err == ENOENT || (!err && c->state == CALL_ENDED))
		return fail(&q->fault, EALREADY, NULL, "no_call", "there is no call");
	return err;
}

static int seat_get(struct request *q)
{
	return seat_print(q->db, q->a, q->who->user_id, q->who, SEAT_FULL, q->now, &q->out, &q->fault);
}

/* The shift, new or moved to another project. */
struct starting {
	struct shift s;
	int64_t now, left; /* left: the node of the project before, if he had one */
};
static int start_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct starting *st = arg;
	struct shift s;
	int64_t project_id = st->s.project_id;
	int err = shift_hold(db, a, st->s.user_id, &s, f);

	if (err == ENOENT) {
		st->s = (struct shift){.user_id = st->s.user_id, .project_id = project_id};
		err = shift_start(db, a, &st->s, st->now, f);
	} else if (!err && s.project_id != project_id) {
		if (s.state != OPERATOR_READY && s.state != OPERATOR_PAUSE)
			return fail(f, EALREADY, NULL, "state", "the project can be changed when you are free");
		st->left = s.node_id;
		s.project_id = project_id;
		s.state_at = st->now;
		s.call_id = 0;
		err = shift_put(db, a, &s, f);
	}
	if (!err)
		seat_event(db, st->s.user_id, false, st->now);
	return err;
}

struct placing {
	int64_t project_id, node_id;
};
static int place_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct placing *p = arg;

	return placement_make(db, a, p->project_id, &p->node_id, f);
}

/* The node of a project, which must be there. */
static int place_of(struct request *q, int64_t project_id, int64_t *ret)
{
	struct placing p = {.project_id = project_id};
	int err = placement_of(q->db, q->a, project_id, &p.node_id, &q->fault);

	if (!err && !p.node_id)
		err = request_write(q, place_write, &p);
	if (err == ENOENT || (!err && !wire_up(p.node_id)))
		return fail(
		        &q->fault, EAGAIN, NULL, "tel_down", "the telephone process is not there; it comes back by itself");
	*ret = p.node_id;
	return err;
}

static int seat_start(struct request *q)
{
	const struct seat_body *body = q->body;
	struct starting st = {.s = {.user_id = q->who->user_id, .project_id = body->project_id}, .now = q->now};
	struct gate_project p;
	bool by_phone = false;
	int64_t node_id = 0;
	int err = access_project(q->db, q->a, q->who, body->project_id, &q->fault);

	if (!err)
		err = gate_project(q->db, q->a, body->project_id, &p, &q->fault);
	if (!err && !p.running)
		err = fail(&q->fault, EINVAL, "project_id", "project_not_running", "the project does not run");
	if (!err)
		err = place_of(q, body->project_id, &node_id);
	if (!err)
		err = request_write(q, start_write, &st);
	if (!err)
		err = sip_phone_in_use(q->db, q->a, q->who->user_id, &by_phone, &q->fault);
	if (!err)
		err = wire_tell(node_id,
		        &(struct message){.kind = CMD_OPERATOR_START,
		                .operator_id = q->who->user_id,
		                .project = p.id,
		                .phone = by_phone,
		                .wrap_up_ms = p.wrap_up_ms,
		                .preview_ms = p.preview_ms},
		        &q->fault);
	if (!err && st.left && st.left != node_id &&
	        wire_tell(st.left, &(struct message){.kind = CMD_OPERATOR_STOP, .operator_id = st.s.user_id}, &q->fault))
		q->fault = (struct fault){0}; /* it is away, and will be told when both are compared */
	return err ? err : give(q);
}

/* An offer goes to the telephone process and its answer back, within three seconds. */
static int exchange_sdp(struct request *q, int64_t node_id, struct message *m)
{
	struct message answer;
	int err = wire_ask(node_id, m, SDP_MS, q->a, &answer, &q->fault);

	if (!err && answer.error.n)
		err = fail(&q->fault, EINVAL, "sdp", "sdp", "%.*s", STR_ARG(answer.error));
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "sdp");
	json_add_text(&q->out, answer.sdp);
	json_close(&q->out, '}');
	return 0;
}

static int seat_leg(struct request *q)
{
	const struct seat_body *body = q->body;
	struct shift s;
	int err = my_shift(q, &s);

	return err ? err
	           : exchange_sdp(q, s.node_id,
	                     &(struct message){.kind = CMD_OPERATOR_LEG, .operator_id = s.user_id, .sdp = body->sdp});
}

/* To the node where he sits. */
static int tell(struct request *q, const struct shift *s, const struct message *m)
{
	int err = wire_tell(s->node_id, m, &q->fault);

	return err ? err : give(q);
}

/* When it did not come by itself: hung up in a pause, or picked up too late. */
static int seat_phone(struct request *q)
{
	struct val v;
	struct shift s;
	int err = my_shift(q, &s);

	if (!err)
		err = db_one(q->db, q->a, "SELECT registered FROM sip_phone WHERE user_id = ?1", VALS(V(q->who->user_id)),
		        &v, 1, &q->fault);
	if (err == ENOENT || (!err && !val_int(v)))
		return fail(&q->fault, EINVAL, NULL, "no_phone", "the phone is not registered");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_OPERATOR_PHONE, .operator_id = s.user_id});
}

static int echo(struct request *q)
{
	const struct seat_body *body = q->body;

	return exchange_sdp(q, 0, &(struct message){.kind = CMD_ECHO, .sdp = body->sdp});
}

static int seat_ready(struct request *q)
{
	struct shift s;
	int err = my_shift(q, &s);

	if (!err && !s.leg_up)
		err = fail(&q->fault, EINVAL, NULL, "no_leg", "the headset is not connected");
	if (!err && s.state == OPERATOR_WRAP_UP)
		err = fail(&q->fault, EALREADY, NULL, "no_result", "save the result first");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_OPERATOR_READY, .operator_id = s.user_id});
}

static int seat_accept(struct request *q)
{
	struct shift s;
	int err = my_shift(q, &s);

	if (!err && s.state != OPERATOR_OFFERED)
		err = fail(&q->fault, EALREADY, NULL, "no_offer", "nothing rings here any more");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_ACCEPT, .operator_id = s.user_id});
}

/* He stays in his call and will not be free after it: who paces the dialling must know (callflow/pacer.h). */
struct leaving {
	int64_t user_id, reason_id;
	bool on;
};
static int leaving_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct leaving *l = arg;
	struct shift s;
	int err = shift_hold(db, a, l->user_id, &s, f);

	s.leaving = !err && l->on && shift_works(&s);
	s.leaving_reason_id = l->reason_id;
	if (!err)
		err = shift_put(db, a, &s, f);
	if (!err)
		seat_event(db, l->user_id, false, clock_ms());
	return err;
}

/* My shift, when the reason said is one of ours. */
static int my_leaving(struct request *q, struct shift *s)
{
	const struct seat_body *body = q->body;
	struct val v;
	int err = my_shift(q, s);

	if (err || !body->reason_id)
		return err;
	err = db_one(q->db, q->a, "SELECT id FROM pause_reason WHERE id = ?1 AND archived = 0", VALS(V(body->reason_id)), &v,
	        1, &q->fault);
	return err == ENOENT ? fail(&q->fault, EINVAL, "reason_id", "reference", "no such reason") : err;
}

static int seat_pause(struct request *q)
{
	const struct seat_body *body = q->body;
	struct shift s;
	int err = my_leaving(q, &s);

	if (!err)
		err = request_write(q, leaving_write, &(struct leaving){s.user_id, body->reason_id, true});
	return err ? err
	           : tell(q, &s,
	                     &(struct message){
	                             .kind = CMD_OPERATOR_PAUSE, .operator_id = s.user_id, .reason = body->reason_id});
}

static int seat_leaving(struct request *q)
{
	const struct seat_body *body = q->body;
	struct shift s;
	int err = my_leaving(q, &s);

	if (!err)
		err = request_write(q, leaving_write, &(struct leaving){s.user_id, body->reason_id, body->on});
	return err ? err : give(q);
}

static int seat_stop(struct request *q)
{
	struct shift s;
	int err = my_shift(q, &s);

	if (!err && (s.state == OPERATOR_TALKING || s.state == OPERATOR_RESERVED))
		err = fail(&q->fault, EALREADY, NULL, "talking", "the seat is left when the call is over");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_OPERATOR_STOP, .operator_id = s.user_id});
}

/* 409 with the gate's rule as code, instead of a refusal by rights. */
static int by_hand(struct request *q, struct dial *d)
{
	int err;

	d->by_hand = d->asked = true;
	d->user_id = q->who->user_id;
	d->now = clock_ms();
	err = dial_now(q->store, q->db, q->a, d, &q->fault);
	if (err == EPERM || err == EALREADY)
		return q->fault.err = EALREADY;
	return err ? err : seat_print(q->db, q->a, q->who->user_id, NULL, SEAT_EVENT_CARD, q->now, &q->out, &q->fault);
}

/* The next card, in the order of the base: in manual mode by this button, in preview also when one is free. */
static int seat_next(struct request *q)
{
	struct shift s;
	int err = my_shift(q, &s);

	if (!err && s.state != OPERATOR_READY && s.state != OPERATOR_PAUSE)
		err = fail(&q->fault, EALREADY, NULL, "state", "the next card comes when you are free");
	if (!err && !s.leg_up)
		err = fail(&q->fault, EINVAL, NULL, "no_leg", "the headset is not connected");
	if (!err)
		err = choose_for(q->store, q->db, q->a, &s, true, q->now, &q->fault);
	if (err == ENOENT)
		return fail(&q->fault, EALREADY, NULL, "nobody", "there is nobody to call now");
	return err ? err : seat_print(q->db, q->a, q->who->user_id, NULL, SEAT_EVENT_CARD, q->now, &q->out, &q->fault);
}

static int seat_dial(struct request *q)
{
	const struct seat_body *body = q->body;
	struct dial d = {.contact_id = body->contact_id, .phone_id = body->phone_id};
	struct shift s;
	int err = my_shift(q, &s);

	if (err)
		return err;
	d.project_id = s.project_id;
	if (body->number.n && body->contact_id)
		return fail(&q->fault, EINVAL, "number", "both", "a contact or a number, not both");
	if (body->number.n) {
		err = phone_parse(body->number, "RU", q->a, &d.number, NULL, &q->fault);
		snprintf(q->fault.field, sizeof(q->fault.field), "number");
	} else if (s.state == OPERATOR_PREVIEW) {
		d.call_id = s.call_id;
		d.contact_id = 0;
	} else if (!body->contact_id) {
		err = fail(&q->fault, EINVAL, "contact_id", "missing", "whom to dial");
	}
	return err ? err : by_hand(q, &d);
}

struct skipping {
	struct shift s;
	str reason;
	int64_t now;
};
enum { SKIP_MS = 30 * CLOCK_MINUTE };

static int skip_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct skipping *k = arg;
	struct call_row c;
	int err = call_hold(db, a, k->s.call_id, (str){0}, f);

	if (!err)
		err = call_find(db, a, k->s.call_id, (str){0}, &c, f);
	if (!err && (c.state == CALL_ENDED || c.dialled_at))
		return fail(f, EALREADY, NULL, "state", "this card is no longer before you");
	if (!err)
		err = call_take_back(db, a, &c, BY_OPERATOR, SKIP_MS, k->now, f);
	if (!err)
		err = db_run(db, "UPDATE call SET reason = ?2 WHERE id = ?1", VALS(V(c.id), V(k->reason)), NULL, f);
	if (!err)
		seat_event(db, k->s.user_id, false, k->now);
	return err;
}

static int seat_skip(struct request *q)
{
	const struct seat_body *body = q->body;
	struct skipping k = {.reason = body->reason, .now = q->now};
	int err = my_shift(q, &k.s);

	if (!err && (k.s.state != OPERATOR_PREVIEW || !k.s.call_id))
		err = fail(&q->fault, EALREADY, NULL, "state", "there is no card to skip");
	if (!err)
		err = request_write(q, skip_write, &k);
	return err ? err : tell(q, &k.s, &(struct message){.kind = CMD_OPERATOR_READY, .operator_id = k.s.user_id});
}

static int seat_hangup(struct request *q)
{
	struct shift s;
	struct call_row c;
	int err = my_call(q, &s, &c);

	if (!err && c.state == CALL_TAKEN_OVER)
		err = fail(&q->fault, EALREADY, NULL, "taken_over", "a supervisor leads this talk");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_HANGUP, .call = c.uuid, .by = BY_OPERATOR});
}

static int seat_dtmf(struct request *q)
{
	const struct seat_body *body = q->body;
	struct shift s;
	struct call_row c;
	int err = my_call(q, &s, &c);

	for (size_t i = 0; i < body->digits.n && !err; i++)
		if (!memchr("0123456789*#ABCD", body->digits.p[i], 16))
			err = fail(&q->fault, EINVAL, "digits", "digits", "keys are 0-9, *, #, A-D");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_DTMF, .call = c.uuid, .digits = body->digits});
}

static int mute_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct shift *s = arg, now;
	int err = shift_hold(db, a, s->user_id, &now, f);

	now.muted = s->muted;
	if (!err)
		err = shift_put(db, a, &now, f);
	if (!err)
		seat_event(db, s->user_id, false, clock_ms());
	return err;
}

static int seat_mute(struct request *q)
{
	const struct seat_body *body = q->body;
	struct shift s;
	int err = my_shift(q, &s);

	if (!err)
		err = wire_tell(
		        s.node_id, &(struct message){.kind = CMD_MUTE, .operator_id = s.user_id, .on = body->on}, &q->fault);
	s.muted = body->on;
	if (!err)
		err = request_write(q, mute_write, &s);
	return err ? err : give(q);
}

static int seat_hold(struct request *q)
{
	const struct seat_body *body = q->body;
	struct shift s;
	struct call_row c;
	int err = my_call(q, &s, &c);

	return err ? err : tell(q, &s, &(struct message){.kind = CMD_HOLD, .call = c.uuid, .on = body->on});
}

static int seat_extend(struct request *q)
{
	struct shift s;
	int err = my_shift(q, &s);

	if (!err && s.state != OPERATOR_WRAP_UP)
		err = fail(&q->fault, EALREADY, NULL, "state", "there is no wrap-up to extend");
	return err ? err : tell(q, &s, &(struct message){.kind = CMD_WRAP_UP_EXTEND, .operator_id = s.user_id});
}

struct drafting {
	int64_t call_id, user_id;
	str draft;
};
static int draft_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct drafting *d = arg;
	int64_t changed = 0;
	int err = db_run(db, "UPDATE call SET draft = ?3 WHERE id = ?1 AND operator_id = ?2 AND result_at IS NULL",
	        VALS(V(d->call_id), V(d->user_id), V(d->draft)), &changed, f);

	(void)a;
	return err || changed ? err : fail(f, EALREADY, "call_id", "saved", "the result of this call is saved");
}

static void add_ref(struct json_out *w, const char *key, int64_t n)
{
	json_key(w, key);
	if (n)
		json_add_int(w, n);
	else
		json_add_null(w);
}

static int seat_draft(struct request *q)
{
	const struct seat_body *body = q->body;
	struct text t = {.a = q->a};
	struct json_out w = {.t = &t};
	struct drafting d = {.call_id = body->call_id, .user_id = q->who->user_id};
	int err;

	json_open(&w, '{');
	add_ref(&w, "result_id", body->result_id);
	add_ref(&w, "due_at", body->due_at);
	json_key(&w, "mine");
	json_add_bool(&w, body->mine);
	json_key(&w, "comment");
	json_add_text(&w, body->comment);
	json_key(&w, "answers");
	json_add_raw(&w, body->answers.n ? body->answers : STR("{}"));
	json_key(&w, "path");
	json_add_raw(&w, body->path.n ? body->path : STR("[]"));
	json_close(&w, '}');
	d.draft = text_str(&t);
	err = request_write(q, draft_write, &d);
	return err ? err : give(q);
}

static int trunk_test(struct request *q)
{
	struct trunk t;
	struct message answer;
	bool ok = true;
	int err = resource_find(&trunk_resource, q, q->id[0], &t);

	if (!err)
		err = wire_ask(
		        0, &(struct message){.kind = CMD_TRUNK_TEST, .trunk = t.id}, TEST_MS, q->a, &answer, &q->fault);
	if (err)
		return err;
	for (size_t i = 0; i < answer.steps.n; i++)
		ok &= answer.steps.rows[i].ok;
	json_open(&q->out, '{');
	json_key(&q->out, "ok");
	json_add_bool(&q->out, ok && answer.steps.n > 0);
	json_key(&q->out, "steps");
	json_open(&q->out, '[');
	for (size_t i = 0; i < answer.steps.n; i++) {
		json_open(&q->out, '{');
		json_key(&q->out, "what");
		json_add_text(&q->out, answer.steps.rows[i].what);
		json_key(&q->out, "ok");
		json_add_bool(&q->out, answer.steps.rows[i].ok);
		json_key(&q->out, "detail");
		json_add_text(&q->out, answer.steps.rows[i].detail);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

#define GIVES(form) .gives_raw = "application/json", .schema = form##_SCHEMA
const struct route seat_routes[] = {
        {HTTP_GET, "/seat", MAY_SIT, seat_get, "The operator's seat, whole", GIVES(SEAT)},
        {HTTP_POST, "/seat/start", MAY_SIT, seat_start, "Take the seat in a project, or move to another", &seat_start_body,
                GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/leg", MAY_SIT, seat_leg, "Connect the headset: the browser's offer, the answer comes back",
                &sdp_body, GIVES(SDP)},
        {HTTP_POST, "/seat/phone", MAY_SIT, seat_phone, "Call my SIP phone: it becomes my leg", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/ready", MAY_SIT, seat_ready, "Ready for a call", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/accept", MAY_SIT, seat_accept, "Take the call that rings here; whoever is first has it",
                GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/pause", MAY_SIT, seat_pause, "Pause now, or after the call", &seat_pause_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/leaving", MAY_SIT, seat_leaving,
                "A pause after this call: nobody is dialled for him meanwhile; or not", &seat_leaving_body,
                GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/stop", MAY_SIT, seat_stop, "Leave the seat; refused in a call", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/next", MAY_SIT, seat_next, "Show the next card of the base", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/dial", MAY_SIT, seat_dial, "Dial the card shown, a contact, or a number", &seat_dial_body,
                GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/skip", MAY_SIT, seat_skip, "Give the card back undialled", &seat_skip_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/hangup", MAY_SIT, seat_hangup, "Hang up", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/dtmf", MAY_SIT, seat_dtmf, "Send keys", &seat_dtmf_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/mute", MAY_SIT, seat_mute, "Mute the microphone", &seat_switch_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/hold", MAY_SIT, seat_hold, "Put the other side on hold", &seat_switch_body, GIVES(SEAT_MOVED)},
        {HTTP_PUT, "/seat/draft", MAY_SIT, seat_draft, "Keep what is typed so far", &seat_draft_body, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/result", MAY_SIT, seat_result, "Save the result of a call; with an Idempotency-Key, once",
                &result_shape, GIVES(SEAT_MOVED)},
        {HTTP_POST, "/seat/extend", MAY_SIT, seat_extend, "Extend the wrap-up, once", GIVES(SEAT_MOVED)},
        {HTTP_POST, "/echo", MAY_SIT, echo, "A leg that plays back what it hears, to check the headset", &sdp_body,
                GIVES(SDP)},
        {HTTP_POST, "/trunks/{id}/test", MAY_SET_UP, trunk_test, "Try the trunk step by step and say what is wrong",
                GIVES(STEPS)},
        {0},
};
