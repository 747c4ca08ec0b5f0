/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.c - saving what a talk ended with: the result, the answers, the promise, the next life of the contact, the lists and the
 * roll-ups in one transaction, once for each Idempotency-Key. */
#include "base/utf8.h"
#include "domain/callback/callback.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/disposition/disposition.h"
#include "domain/role/role.h"

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

enum { ANSWERS_MAX = 200, LAST_COMMENT = 4000 };

struct answer {
	int64_t field_id;
	str value;
};
/* What was read and checked on the worker; the closure reads again what may have moved. */
struct saving {
	const struct seat_result_body *body;
	int64_t user_id, now;
	str key; /* absent: none */
	struct result result;
	struct answer answers[ANSWERS_MAX];
	size_t n_answers;
	bool promised, mine;
	int64_t due_at, phone_id;
	str note;
	/* out */
	bool at_hand; /* it was the call before him, and his wrap-up had run out */
	bool again;   /* this key was saved before: nothing is done */
	struct call_row call;
};

static int saved_word(struct json v, struct arena *a, str *ret)
{
	struct text t = {.a = a};
	bool b;

	switch (json_kind(v)) {
	case JSON_TEXT: return json_text(v, ret) ? 0 : EINVAL;
	case JSON_INT:
	case JSON_REAL:
		json_put(&t, v);
		*ret = text_str(&t);
		return 0;
	case JSON_BOOL: *ret = json_bool(v, &b) && b ? STR("yes") : STR("no"); return 0;
	case JSON_ABSENT:
	case JSON_NULL: *ret = (str){0}; return 0;
	case JSON_ARRAY:
	case JSON_OBJECT: return EINVAL;
	}
	return EINVAL;
}

static bool is_required(struct arena *a, const struct form_field *field, int64_t result_id)
{
	struct json list;
	int64_t id;

	if (!field->required_by.n || json_parse(a, field->required_by, &list, NULL))
		return false;
	for (size_t i = 0; i < json_count(list); i++)
		if (json_int(json_at(list, i), &id) && id == result_id)
			return true;
	return false;
}

/* One question of the form: its value is taken from the answers, or was given in an earlier call. */
static int check_answer(struct request *q, struct saving *s, const struct form_field *field, struct json answers)
{
	struct json v = json_get(answers, str_z(q->a, field->key));
	struct val had;
	str value = {0};
	int err = saved_word(v, q->a, &value)
	                  ? fail(&q->fault, EINVAL, str_z(q->a, field->key), "answer", "an answer is one value")
	                  : 0;

	if (!err)
		err = form_value_check(field, value, q->a, &q->fault);
	if (err)
		return err;
	if (value.n && s->n_answers < ANSWERS_MAX)
		s->answers[s->n_answers++] = (struct answer){field->id, value};
	if (value.n || !is_required(q->a, field, s->body->result_id))
		return 0;
	err = db_one(q->db, q->a, "SELECT value FROM answer WHERE contact_id = ?1 AND field_id = ?2",
	        VALS(V(s->call.contact_id), V(field->id)), &had, 1, &q->fault);
	if (err == ENOENT)
		return fail(&q->fault, EINVAL, str_z(q->a, field->key), "required", "this result needs an answer to «%.*s»",
		        (int)utf8_cut(field->label, 80).n, field->label.p);
	return err;
}

static int check_answers(struct request *q, struct saving *s)
{
	struct query *sql = query_new(q->a);
	struct form_field field;
	struct json answers = {0};
	struct rows r;
	int err = s->body->answers.n ? json_parse(q->a, s->body->answers, &answers, &q->fault) : 0;

	if (!err && answers.node && json_kind(answers) != JSON_OBJECT)
		err = fail(&q->fault, EINVAL, "answers", "type", "an object of answers by key");
	if (err)
		return err;
	query_add(sql, "SELECT ");
	entity_columns(&form_field_entity, sql);
	query_add(sql, " FROM form_field WHERE archived = 0 AND project_id = ");
	query_val(sql, V(s->call.project_id));
	query_add(sql, " ORDER BY position LIMIT 200");
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		field = (struct form_field){0};
		err = entity_from_row(&form_field_entity, &r, 0, &field, &q->fault);
		if (!err)
			err = check_answer(q, s, &field, answers);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int check_promise(struct request *q, struct saving *s)
{
	struct json c = {0};
	int64_t no_phone = 0;
	int err = s->body->callback.n ? json_parse(q->a, s->body->callback, &c, &q->fault) : 0;

	if (err)
		return err;
	s->promised = json_kind(c) == JSON_OBJECT;
	if (s->result.effect == LIFE_EFFECT_CALLBACK && !s->promised)
		return fail(&q->fault, EINVAL, "callback", "missing", "say when to call again");
	if (!s->promised)
		return 0;
	if (!s->call.contact_id)
		return fail(&q->fault, EINVAL, "callback", "no_contact",
		        "a number typed by hand has no card to keep a promise on");
	if (s->result.effect != LIFE_EFFECT_CALLBACK)
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

static int check_result(struct request *q, struct saving *s)
{
	struct val below;
	int err = entity_get(&result_entity, q->db, q->a, s->body->result_id, &s->result, &q->fault);

	if (err == ENOENT || (!err && (s->result.project_id != s->call.project_id || s->result.archived)))
		return fail(&q->fault, EINVAL, "result_id", "reference", "no such result in this project");
	if (!err)
		err = db_one(q->db, q->a, "SELECT COUNT(*) FROM result WHERE parent_id = ?1 AND archived = 0",
		        VALS(V(s->result.id)), &below, 1, &q->fault);
	if (err)
		return err;
	if (val_int(below))
		return fail(&q->fault, EINVAL, "result_id", "heading", "choose one of the reasons below it");
	if (s->result.asks_comment && !str_trim(s->body->comment).n)
		return fail(&q->fault, EINVAL, "comment", "missing", "this result needs a comment");
	return 0;
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
	if (s->call.state != CALL_ENDED && s->call.state != CALL_PASSED)
		return fail(f, EALREADY, "call_id", "talking", "the result is saved when the call is over");
	return s->call.dialled_at ? 0 : fail(f, EALREADY, "call_id", "not_dialled", "this card was not dialled");
}

/* A lead counts once per contact and project. */
static int counts_as(struct db *db, struct arena *a, const struct saving *s, str *ret, struct fault *f)
{
	struct val n;
	int err = 0;

	*ret = str_of(counts_as_words[s->result.counts_as]);
	if (s->result.counts_as != COUNTS_LEAD || !s->call.contact_id)
		return 0;
	err = db_one(db, a, "SELECT COUNT(*) FROM call WHERE contact_id = ?1 AND counts_as = 'lead'",
	        VALS(V(s->call.contact_id)), &n, 1, f);
	if (!err && val_int(n))
		*ret = STR("nothing");
	return err;
}

static int save_call(struct db *db, struct arena *a, const struct saving *s, struct fault *f)
{
	bool over = s->call.state == CALL_ENDED; /* one passed outside is counted at its end, with this result */
	str counts;
	int err = over ? call_hour_add(db, s->call.id, true, f) : 0;

	if (!err)
		err = counts_as(db, a, s, &counts, f);
	if (!err)
		err = db_run(db,
		        "UPDATE call SET result_id = ?2, result_at = ?3, reason = ?4, comment = ?5, path = ?6, counts_as = ?7, "
		        "idempotency_key = ?8, wrap_ms = ?9, draft = NULL, version = version + 1 WHERE id = ?1",
		        VALS(V(s->call.id), V(s->result.id), V(s->now), V(s->body->reason), V(s->body->comment),
		                V(s->body->path), V(counts), V(s->key),
		                V(over && s->now > s->call.ended_at ? s->now - s->call.ended_at : (int64_t)0)),
		        NULL, f);
	return err || !over ? err : call_hour_add(db, s->call.id, false, f);
}

static int save_answers(struct db *db, const struct saving *s, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < s->n_answers && !err && s->call.contact_id; i++)
		err = db_run(db,
		        "INSERT INTO answer (contact_id, field_id, value, call_id, answered_at) VALUES (?1, ?2, ?3, ?4, ?5) "
		        "ON CONFLICT (contact_id, field_id) DO UPDATE SET value = excluded.value, call_id = excluded.call_id, "
		        "answered_at = excluded.answered_at",
		        VALS(V(s->call.contact_id), V(s->answers[i].field_id), V(s->answers[i].value), V(s->call.id),
		                V(s->now)),
		        NULL, f);
	return err;
}

int number_refused(struct db *db, struct arena *a, const struct call_row *c, str reason, int64_t author_id, int64_t now,
        struct fault *f)
{
	struct val customer;
	int err = db_one(db, a, "SELECT customer_id FROM project WHERE id = ?1", VALS(V(c->project_id)), &customer, 1, f);

	if (!err)
		err = db_run(db,
		        "INSERT INTO do_not_call (e164, level, customer_id, owner_id, reason, call_id, author_id, created_at) "
		        "VALUES (?1, 'customer', ?2, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (e164, level, owner_id) DO NOTHING",
		        VALS(V(c->number), customer, V(utf8_cut(reason, 300)), V(c->id), val_ref(author_id), V(now)), NULL,
		        f);
	if (!err && c->phone_id)
		err = db_run(db, "UPDATE phone SET state = 'refused', version = version + 1 WHERE id = ?1",
		        VALS(V(c->phone_id)), NULL, f);
	return err;
}

static int save_number(struct db *db, struct arena *a, const struct saving *s, struct fault *f)
{
	if (s->result.effect == LIFE_EFFECT_DO_NOT_CALL)
		return number_refused(
		        db, a, &s->call, s->body->comment.n ? s->body->comment : s->result.name, s->user_id, s->now, f);
	if (s->result.effect == LIFE_EFFECT_WRONG_NUMBER && s->call.phone_id)
		return db_run(db, "UPDATE phone SET state = 'wrong', version = version + 1 WHERE id = ?1",
		        VALS(V(s->call.phone_id)), NULL, f);
	return 0;
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

/* This result, with those of its calls before, as often as it closes the contact. */
static int had_enough(struct db *db, struct arena *a, const struct saving *s, bool *ret, struct fault *f)
{
	struct val had;
	int err = db_one(db, a, "SELECT COUNT(*) FROM call WHERE contact_id = ?1 AND result_id = ?2",
	        VALS(V(s->call.contact_id), V(s->result.id)), &had, 1, f);

	if (!err)
		*ret = s->result.retry_most && val_int(had) >= s->result.retry_most;
	return err;
}

static int save_contact(struct db *db, struct arena *a, const struct saving *s, struct fault *f)
{
	struct gate_contact c;
	struct gate_project p;
	struct attempt_now n;
	struct life l;
	struct val held;
	int err = contact_hold(db, a, s->call.contact_id, f);

	if (!err)
		err = save_promise(db, a, s, f);
	if (!err)
		err = gate_project(db, a, s->call.project_id, &p, f);
	if (!err)
		err = gate_contact(db, a, s->call.contact_id, &c, f);
	if (!err)
		err = contact_moment(db, a, &p, &c, s->now, &n, f);
	if (!err)
		err = had_enough(db, a, s, &n.spent, f);
	if (!err)
		err = db_one(
		        db, a, "SELECT COALESCE(reserved_call, 0) FROM contact WHERE id = ?1", VALS(V(c.id)), &held, 1, f);
	if (err)
		return err;
	l = c.life;
	if (!val_int(held) ||
	        val_int(held) == s->call.id) { /* a late result of a contact that is in another call leaves it there */
		life_result(&l, &p.rules, (enum life_effect)s->result.effect, s->result.retry_min * CLOCK_MINUTE, &n);
		err = contact_put(db, &c, &l, 0, 0, f);
	}
	if (!err && c.last_result_id != s->result.id) {
		enum life_state state = val_int(held) && val_int(held) != s->call.id ? c.life.state : l.state;
		err = contact_state_add(db, c.project_id, c.base_id, state, c.last_result_id, -1, f);
		if (!err)
			err = contact_state_add(db, c.project_id, c.base_id, state, s->result.id, 1, f);
	}
	return err ? err
	           : db_run(db,
	                     "UPDATE contact SET last_result_id = ?2, last_call_id = ?3, last_at = ?4, last_operator_id = ?5, last_comment = "
	                     "?6, operator_id = ?7 WHERE id = ?1",
	                     VALS(V(c.id), V(s->result.id), V(s->call.id), V(s->now), V(s->user_id),
	                             V(utf8_cut(s->body->comment, LAST_COMMENT)),
	                             val_ref(s->promised && s->mine ? s->user_id : 0)),
	                     NULL, f);
}

static int save_events(struct db *db, struct arena *a, struct saving *s, struct fault *f)
{
	struct shift shift;
	int err = event_add(db, a,
	        &(struct event){.entity = "call",
	                .verb = "result",
	                .row_id = s->call.id,
	                .project_id = s->call.project_id,
	                .right = MAY_SEE_CALLS,
	                .staff_only = true},
	        f);

	if (!err && s->call.contact_id)
		err = event_add(db, a,
		        &(struct event){.entity = "contact",
		                .verb = "changed",
		                .row_id = s->call.contact_id,
		                .project_id = s->call.project_id},
		        f);
	if (!err)
		err = shift_hold(db, a, s->user_id, &shift, f);
	if (!err && shift.call_id == s->call.id && shift.state != OPERATOR_WRAP_UP) {
		s->at_hand = true;
		shift.call_id = 0;
		err = shift_put(db, a, &shift, f);
	}
	if (err == ENOENT)
		return 0;
	return err ? err : seat_event(db, a, s->user_id, false, s->now, f);
}

static int result_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct saving *s = arg;
	int err = call_hold(db, a, s->body->call_id, (str){0}, f);

	if (!err)
		err = check_call(db, a, s, f);
	if (err || s->again)
		return err;
	err = save_call(db, a, s, f);
	if (!err)
		err = save_answers(db, s, f);
	if (!err)
		err = save_number(db, a, s, f);
	if (!err && s->call.contact_id)
		err = save_contact(db, a, s, f);
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
		err = check_result(q, s);
	if (!err && !s->again)
		err = check_promise(q, s);
	if (!err && !s->again)
		err = check_answers(q, s);
	if (!err && !s->again)
		err = request_write(q, result_write, s);
	if (err)
		return err == EEXIST ? fail(&q->fault, EALREADY, "Idempotency-Key", "key_used",
		                               "this key belongs to another result")
		                     : err;
	return then_what(q, s);
}
