/* SPDX-License-Identifier: GPL-3.0-or-later */
/* correction.c - corrections as people read them, and the two routes: what may be corrected of a call, and doing it. */
#include "domain/correction/correction_priv.h"

#include "domain/act/act.h"
#include "domain/callback/callback.h"
#include "domain/gate/gate.h"
#include "domain/project/project.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"

#define ENTITY struct correction
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "Its project", .flags = GIVEN),
        F_REF(call_id, "journal", "The call whose result was corrected", .flags = GIVEN),
        F_INT(contact_id, 0, 0, "The row of the report; null: a number typed by hand", .flags = GIVEN | NULLABLE),
        F_REF(author_id, "user", "Who corrected", .flags = GIVEN | STAFF_ONLY),
        F_TIME(corrected_at, "When", .flags = GIVEN),
        F_STR(why, 0, 500, "Why", .flags = GIVEN | UNSORTED),
        F_REF(was_result_id, "result", "What stood there", .flags = GIVEN),
        F_REF(result_id, "result", "What stands there since", .flags = GIVEN),
        F_STR(was_result, 0, 100, "The name of the one", .flags = GIVEN),
        F_STR(result, 0, 100, "The name of the other", .flags = GIVEN),
        F_WORD(was_counts_as, counts_as_words, "What the call counted as", .flags = GIVEN),
        F_WORD(counts_as, counts_as_words, "What it counts as since", .flags = GIVEN),
        F_JSON(changed, "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
                "What was corrected: result, reason, comment, answers; do_not_call: the number went off the list",
                .flags = GIVEN | UNSORTED),
        F_JSON(diff, "{\"type\":[\"object\",\"null\"]}", "Old and new words: {\"comment\": [old, new]}; null: erased",
                .flags = GIVEN | NULLABLE | STAFF_ONLY | UNSORTED),
};
#undef ENTITY
const struct entity correction_entity = ENTITY_OF(correction, fields, "correction", "A corrected result");

/* A bare link sees neither names nor free texts, and why is one. */
static const struct resource correction_resource = {
        .entity = &correction_entity,
        .path = "/corrections",
        .read = MAY_SEE_REPORT | MAY_SEE_PERSONAL,
        .write = MAY_CORRECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
};

#define ENTITY struct correction_body
static const struct field body_fields[] = {
        F_REF(result_id, "result", "What the talk ended with", .flags = REQUIRED),
        F_STR(reason, 0, 300, "Its reason", .flags = NULLABLE),
        F_STR(comment, 0, 4000, "What was said", .flags = NULLABLE),
        F_JSON(answers, "{\"type\":\"object\"}", "Values of the project's form that change, by key; \"\" takes one back",
                .flags = NULLABLE),
        F_TIME(due_at, "When to call again, for the effect callback", .flags = NULLABLE),
        F_STR(why, 3, 500, "Why it is corrected; the customer reads it", .flags = REQUIRED),
        F_INT(seen, 0, INT64_MAX, "The last correction of the call that was seen; 0: there was none", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape body_shape = SHAPE_OF(correction_body, body_fields, "Correcting a saved result");

static int call_in_reach(struct request *q, struct call_row *ret)
{
	int err = call_find(q->db, q->a, q->id[0], (str){0}, ret, &q->fault);

	if (!err)
		err = access_project(q->db, q->a, q->who, ret->project_id, &q->fault);
	if (!err && !ret->result_at)
		err = fail(&q->fault, EALREADY, NULL, "no_result", "this call has no result yet");
	if (!err && ret->state != CALL_ENDED)
		err = fail(&q->fault, EALREADY, NULL, "talking", "the result is corrected when the call is over");
	return err;
}

static int promise_check(struct request *q, const struct correcting *c)
{
	const struct correction_body *body = c->body;

	if (c->given.result.effect != LIFE_EFFECT_CALLBACK)
		return body->due_at ? fail(&q->fault, EINVAL, "due_at", "effect", "this result promises no call") : 0;
	if (!body->due_at && c->given.result.id == c->call.result_id)
		return 0; /* the promise made with it stands */
	if (!c->call.contact_id)
		return fail(&q->fault, EINVAL, "result_id", "no_contact",
		        "a number typed by hand has no card to keep a promise on");
	if (body->due_at < q->now || body->due_at > q->now + CALLBACK_FAR_MS)
		return fail(&q->fault, EINVAL, "due_at", "range", "a moment within the next year");
	return 0;
}

static int correct(struct request *q)
{
	struct correcting *c = NEW(q->a, struct correcting);
	int err;

	*c = (struct correcting){.q = q, .body = q->body};
	err = call_in_reach(q, &c->call);
	if (!err)
		err = given_result(q, c->call.project_id, c->body->result_id, c->body->comment, &c->given);
	if (!err)
		err = given_answers(q, c->call.project_id, c->call.contact_id, c->body->answers, true, &c->given);
	if (!err)
		err = promise_check(q, c);
	if (!err)
		err = request_write(q, correction_write, c);
	if (!err)
		request_give(q, &correction_entity.shape, &c->row);
	return err;
}

/* What may be corrected -------------------------------------------------------------------------------------------------- */

static int put_answers(struct request *q, const struct call_row *c)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT f.key, a.value FROM answer a JOIN form_field f ON f.id = a.field_id WHERE a.contact_id = ?1 AND a.call_id = ?2",
	        VALS(V(c->contact_id), V(c->id)), &r, &q->fault);

	json_key(&q->out, "answers");
	json_open(&q->out, '{');
	while (!err && !(err = rows_next(&r, &q->fault)))
		json_member_text(&q->out, str_z(q->a, rows_str(&r, 0)), rows_str(&r, 1));
	rows_done(&r);
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

/* The number of the issued act that has counted the call, 0: none. It stays as it is: the next one must even it out. */
static int act_of(struct request *q, const struct call_row *c, int64_t *ret)
{
	struct project p;
	struct zone_time day = {0};
	int err = entity_get(&project_entity, q->db, q->a, c->project_id, &p, &q->fault);

	if (!err)
		err = zone_local(p.timezone, c->asked_at, &day, &q->fault);
	return err ? err
	           : act_issued(q->db, q->a, c->project_id,
	                     str_printf(q->a, "%04d-%02d-%02d", day.date.year, day.date.month, day.date.day), ret,
	                     &q->fault);
}

#define CORRECTABLE_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"answers\",\"seen\",\"is_last\",\"act\",\"lifts\",\"result_id\",\"reason\",\"comment\"]," \
	"\"properties\":{\"answers\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}},\"seen\":{\"type\":\"integer\"}," \
	"\"is_last\":{\"type\":\"boolean\"},\"act\":{\"type\":\"integer\"},\"lifts\":{\"type\":\"boolean\"},\"result_id\":{\"type\":\"integer\"},\"reason\":{\"type\":[" \
	"\"string\",\"null\"]},\"comment\":{\"type\":[\"string\",\"null\"]}}}"

static int correctable(struct request *q)
{
	struct call_row c;
	struct val v[3];
	int64_t seen = 0, act = 0, listed = 0;
	int err = call_in_reach(q, &c);

	if (!err)
		err = correction_last(q->db, q->a, c.id, &seen, &q->fault);
	if (!err)
		err = act_of(q, &c, &act);
	if (!err)
		err = list_entry_of_call(q->db, q->a, c.number, c.id, &listed, &q->fault);
	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT l.reason, l.comment, CASE WHEN t.last_call_id = l.id THEN 1 ELSE 0 END FROM call l LEFT JOIN contact t ON "
		        "t.id = l.contact_id WHERE l.id = ?1",
		        VALS(V(c.id)), v, COUNT(v), &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_member_int(&q->out, "result_id", c.result_id);
	json_member_text(&q->out, "reason", val_str(v[0]));
	json_member_text(&q->out, "comment", val_str(v[1]));
	json_key(&q->out, "is_last");
	json_add_bool(&q->out, val_int(v[2]));
	json_member_int(&q->out, "seen", seen);
	json_member_int(&q->out, "act", act);
	json_key(&q->out, "lifts");
	json_add_bool(&q->out, listed != 0);
	err = put_answers(q, &c);
	json_close(&q->out, '}');
	return err;
}

static const struct route routes[] = {
        {HTTP_GET, "/calls/{id}/correctable", MAY_CORRECT, correctable,
                "What a correction of this call begins from; act: the issued act that counted it; lifts: its result alone keeps the number on the "
                "do-not-call list",
                .gives_raw = "application/json", .schema = CORRECTABLE_SCHEMA},
        {HTTP_POST, "/calls/{id}/correct", MAY_CORRECT, correct,
                "Correct a saved result: report, figures and bills follow, the verifiable log keeps both",
                .takes = &body_shape, .gives = &correction_entity.shape},
        {0},
};
static const struct resource *const resources[] = {&correction_resource, NULL};
const struct module correction_module = {.name = "correction", .resources = resources, .routes = routes};
