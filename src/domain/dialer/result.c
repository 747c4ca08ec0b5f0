/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.c - saving what a talk ended with: the result, the answers, the promise, the next life of the contact, the lists and the
 * roll-ups in one transaction, once for each Idempotency-Key. */
#include "base/utf8.h"
#include "domain/call/given.h"
#include "domain/call/outcome.h"
#include "domain/callback/callback.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/ledger/ledger.h"
#include "domain/role/role.h"
#include "domain/script/script.h"

struct seat_result_body {
	int64_t call_id, result_id, pause_reason_id;
	str reason, comment, answers, callback, path;
	int then;
};
#define ENTITY struct seat_result_body
static const struct field fields[] = {
        F_REF(call_id, "journal", "Which call", .flags = REQUIRED),
        F_REF(result_id, "result", "What it ended with", .flags = REQUIRED),
        F_STR(reason, 0, 300, "Its reason", .flags = NULLABLE),
        F_STR(comment, 0, 4000, "What was said", .flags = NULLABLE),
        F_JSON(answers, "{\"type\":\"object\"}", "Values of the project's form, by key", .flags = NULLABLE),
        F_JSON(callback,
                "{\"type\":[\"object\",\"null\"],\"properties\":{\"due_at\":{\"type\":\"integer\"},\"mine\":{\"type\":\"boolean\"},"
                "\"phone_id\":{\"type\":[\"integer\",\"null\"]},\"note\":{\"type\":[\"string\",\"null\"]}}}",
                "When to call again, for the effect callback", .flags = NULLABLE),
        F_JSON(path, "{\"type\":\"array\"}", "Steps of the script walked: [[node, answer, ms], …]", .flags = NULLABLE),
        F_WORD(then, operator_then_names, "What comes after: ready, pause, stop"),
        F_REF(pause_reason_id, "pause_reason", "Why, for then pause", .flags = NULLABLE),
};
#undef ENTITY
const struct shape result_shape = SHAPE_OF(seat_result_body, fields, "The result of a call");

/* What was read and checked on the worker; the closure reads again what may have moved. */
struct saving {
	const struct seat_result_body *body;
	int64_t user_id, now;
	str key; /* absent: none */
	struct given given;
	bool promised, mine;
	int64_t due_at, phone_id;
	str note;
	struct walk walk;
	/* out */
	bool at_hand; /* it was the call before him, and his wrap-up had run out */
	bool again;   /* this key was saved before: nothing is done */
	struct call_row call;
};

static int check_promise(struct request *q, struct saving *s)
{
	struct json c = {0};
	int64_t no_phone = 0;
	int err = s->body->callback.n ? json_parse(q->a, s->body->callback, &c, &q->fault) : 0;

	if (err)
		return err;
	s->promised = json_kind(c) == JSON_OBJECT;
	if (s->given.result.effect == LIFE_EFFECT_CALLBACK && !s->promised)
		return fail(&q->fault, EINVAL, "callback", "missing", "say when to call again");
	if (!s->promised)
		return 0;
	if (!s->call.contact_id)
		return fail(&q->fault, EINVAL, "callback", "no_contact",
		        "a number typed by hand has no card to keep a promise on");
	if (s->given.result.effect != LIFE_EFFECT_CALLBACK)
		return fail(&q->fault, EINVAL, "callback", "effect", "this result promises no call");
	s->due_at = json_get_int(c, "due_at", 0);
	s->mine = json_get_bool(c, "mine", false);
	s->note = json_get_text(c, "note");
	s->phone_id = json_get_int(c, "phone_id", no_phone);
	if (s->due_at < q->now - CLOCK_MINUTE || s->due_at > q->now + CALLBACK_FAR_MS)
		return fail(&q->fault, EINVAL, "callback.due_at", "range", "a moment within the next year");
	if (utf8_count(s->note.p ? s->note : STR("")) > 1000)
		return fail(&q->fault, EINVAL, "callback.note", "length", "at most 1000 characters");
	return 0;
}

/* Its way through the script, once it was a talk. */
static int check_path(struct request *q, struct saving *s)
{
	bool won = s->given.result.counts_as != COUNTS_NOTHING && s->given.result.counts_as != COUNTS_REFUSAL;

	s->walk = (struct walk){.script_version_id = s->call.script_version_id, .operator_id = s->user_id};
	return s->call.connected_at ? walk_read(q->db, q->a, s->body->path, s->call.talk_ms, won, &s->walk, &q->fault) : 0;
}

/* ENOENT for another's call, the same as for one that is not there. */
static int check_call(struct db *db, struct arena *a, struct saving *s, struct fault *f)
{
	int err = call_find(db, a, s->body->call_id, (str){0}, &s->call, f);

	s->again = s->at_hand = false;
	if (err == ENOENT || (!err && s->call.operator_id != s->user_id))
		return fail(f, ENOENT, "call_id", "reference", "no such call of yours");
	if (err)
		return err;
	if (s->call.result_at) {
		s->again = s->key.n && str_eq(s->call.idempotency_key, s->key);
		return s->again ? 0 : fail(f, EALREADY, "call_id", "saved", "the result of this call is saved");
	}
	if (s->call.state != CALL_ENDED && s->call.state != CALL_PASSED && s->call.state != CALL_RATING)
		return fail(f, EALREADY, "call_id", "talking", "the result is saved when the call is over");
	return s->call.dialled_at ? 0 : fail(f, EALREADY, "call_id", "not_dialled", "this card was not dialled");
}

static struct outcome outcome_of(const struct saving *s)
{
	return (struct outcome){.call = &s->call,
	        .result = s->given.result,
	        .at = s->now,
	        .operator_id = s->user_id,
	        .keeper_id = s->promised && s->mine ? s->user_id : 0,
	        .comment = s->body->comment};
}

static int save_call(struct db *db, struct arena *a, const struct saving *s, struct fault *f)
{
	bool over = s->call.state ==
	            CALL_ENDED; /* one passed outside, or still asked, is counted at its end, with this result */
	int64_t since = s->call.talk_ended_at ? s->call.talk_ended_at : over ? s->call.ended_at : s->now;
	struct outcome o = outcome_of(s);
	str counts;
	int err = over ? call_hour_add(db, s->call.id, true, f) : 0;

	if (!err)
		err = outcome_counts(db, a, &o, &counts, f);
	if (!err)
		err = db_run(db,
		        "UPDATE call SET result_id = ?2, result_at = ?3, reason = ?4, comment = ?5, path = ?6, counts_as = ?7, "
		        "idempotency_key = ?8, wrap_ms = ?9, draft = NULL, version = version + 1 WHERE id = ?1",
		        VALS(V(s->call.id), V(s->given.result.id), V(s->now), V(s->body->reason), V(s->body->comment),
		                V(s->body->path), V(counts), V(s->key), V(s->now > since ? s->now - since : (int64_t)0)),
		        NULL, f);
	return err || !over ? err : call_hour_add(db, s->call.id, false, f);
}

/* The old promises are settled; a new one is made for the effect callback. */
static int save_promise(struct db *db, struct arena *a, const struct saving *s, struct fault *f)
{
	struct callback c = {.project_id = s->call.project_id,
	        .contact_id = s->call.contact_id,
	        .phone_id = s->phone_id,
	        .operator_id = s->mine ? s->user_id : 0,
	        .due_at = s->due_at,
	        .note = s->note,
	        .state = CALLBACK_OPEN,
	        .author_id = s->user_id,
	        .created_at = s->now};
	int err = callback_settle(db, s->call.contact_id, CALLBACK_DONE, s->call.id, s->now, f);

	return err || !s->promised ? err : callback_add(db, a, &c, f);
}

static int save_contact(struct db *db, struct arena *a, const struct saving *s, struct fault *f)
{
	struct outcome o = outcome_of(s);
	int err = contact_hold(db, a, s->call.contact_id, f);

	if (!err)
		err = save_promise(db, a, s, f);
	return err ? err : outcome_contact(db, a, &o, f);
}

static int save_events(struct db *db, struct arena *a, struct saving *s, struct fault *f)
{
	struct outcome o = outcome_of(s);
	struct shift shift;
	int err = outcome_events(db, a, &o, f);

	if (!err)
		err = shift_hold(db, a, s->user_id, &shift, f);
	if (!err && shift.call_id == s->call.id && shift.state != OPERATOR_WRAP_UP) {
		s->at_hand = true;
		shift.call_id = 0;
		err = shift_put(db, a, &shift, f);
	}
	if (err == ENOENT)
		return 0;
	if (!err)
		seat_event(db, s->user_id, false, s->now);
	return err;
}

static int result_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct saving *s = arg;
	struct outcome o;
	int err = call_hold(db, a, s->body->call_id, (str){0}, f);

	if (!err)
		err = check_call(db, a, s, f);
	if (err || s->again)
		return err;
	o = outcome_of(s);
	err = save_call(db, a, s, f);
	if (!err)
		err = given_answers_keep(db, &s->given, s->call.contact_id, s->call.id, s->now, true, f);
	if (!err)
		err = walk_count(db, &s->walk, false, f);
	if (!err)
		err = outcome_number(db, a, &o, f);
	if (!err && s->call.contact_id)
		err = save_contact(db, a, s, f);
	if (!err)
		err = ledger_call(db, s->call.project_id, s->call.id, f);
	return err ? err : save_events(db, a, s, f);
}

/* What he chose to be afterwards. Who saves late, from the pause his wrap-up ended in, may be ready again. */
static int then_what(struct request *q, const struct saving *s)
{
	struct message done = {.kind = CMD_WRAP_UP_DONE,
	        .operator_id = s->user_id,
	        .then = (enum operator_then)s->body->then,
	        .reason = s->body->pause_reason_id};
	struct shift shift;
	int err = shift_of(q->db, q->a, s->user_id, &shift, &q->fault);

	if (!err && shift.state == OPERATOR_WRAP_UP && shift.call_id == s->call.id && wire_up(shift.node_id))
		err = wire_tell(shift.node_id, &done, &q->fault);
	else if (!err && s->at_hand && shift.state == OPERATOR_PAUSE && shift.leg_up && done.then == THEN_READY &&
	         wire_up(shift.node_id))
		err = wire_tell(
		        shift.node_id, &(struct message){.kind = CMD_OPERATOR_READY, .operator_id = s->user_id}, &q->fault);
	if (err && err != ENOENT)
		return err;
	return seat_print(q->db, q->a, s->user_id, NULL, SEAT_EVENT, q->now, &q->out, &q->fault);
}

int seat_result(struct request *q)
{
	struct saving *s = NEW(q->a, struct saving);
	int err;

	*s = (struct saving){
	        .body = q->body, .user_id = q->who->user_id, .now = q->now, .key = http_header(q->http, "Idempotency-Key")};
	if (s->key.n > 100)
		return fail(&q->fault, EINVAL, "Idempotency-Key", "length", "at most 100 characters");
	err = check_call(q->db, q->a, s, &q->fault);
	if (!err && !s->again)
		err = given_result(q, s->call.project_id, s->body->result_id, s->body->comment, &s->given);
	if (!err && !s->again)
		err = check_promise(q, s);
	if (!err && !s->again)
		err = given_answers(q, s->call.project_id, s->call.contact_id, s->body->answers, false, &s->given);
	if (!err && !s->again)
		err = check_path(q, s);
	if (!err && !s->again)
		err = request_write(q, result_write, s);
	if (err)
		return err == EEXIST ? fail(&q->fault, EALREADY, "Idempotency-Key", "key_used",
		                               "this key belongs to another result")
		                     : err;
	return then_what(q, s);
}
