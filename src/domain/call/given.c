/* SPDX-License-Identifier: GPL-3.0-or-later */
/* given.c - a result and its answers, checked and kept. */
#include "domain/call/given.h"

#include "base/utf8.h"

int given_result(struct request *q, int64_t project_id, int64_t result_id, str comment, struct given *ret)
{
	struct result *result = &ret->result;
	struct val below;
	int err = entity_get(&result_entity, q->db, q->a, result_id, result, &q->fault);

	if (err == ENOENT || (!err && (result->project_id != project_id || result->archived)))
		return fail(&q->fault, EINVAL, "result_id", "reference", "no such result in this project");
	if (!err)
		err = db_one(q->db, q->a, "SELECT COUNT(*) FROM result WHERE parent_id = ?1 AND archived = 0",
		        VALS(V(result->id)), &below, 1, &q->fault);
	if (err)
		return err;
	if (val_int(below))
		return fail(&q->fault, EINVAL, "result_id", "heading", "choose one of the reasons below it");
	if (result->asks_comment && !str_trim(comment).n)
		return fail(&q->fault, EINVAL, "comment", "missing", "this result needs a comment");
	return 0;
}

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

/* By the result itself, or by the heading it stands under. */
static bool is_required(struct arena *a, const struct form_field *field, const struct result *result)
{
	struct json list;
	int64_t id;

	if (!field->required_by.n || json_parse(a, field->required_by, &list, NULL))
		return false;
	for (size_t i = 0; i < json_count(list); i++)
		if (json_int(json_at(list, i), &id) && (id == result->id || id == result->parent_id))
			return true;
	return false;
}

struct answering {
	struct request *q;
	int64_t contact_id;
	struct json answers;
	bool takes_back;
	struct given *given;
};

/* One question of the form: its value is taken from the answers, or was given in an earlier call. */
static int take_answer(struct answering *s, const struct form_field *field)
{
	struct request *q = s->q;
	struct given *g = s->given;
	struct json v = json_get(s->answers, str_z(q->a, field->key));
	bool back = s->takes_back && json_kind(v) != JSON_ABSENT;
	struct val had;
	str value = {0};
	int err = saved_word(v, q->a, &value)
	                  ? fail(&q->fault, EINVAL, str_z(q->a, field->key), "answer", "an answer is one value")
	                  : 0;

	if (!err)
		err = form_value_check(field, value, q->a, &q->fault);
	if (err)
		return err;
	if ((value.n || back) && g->n_answers < ANSWERS_MAX)
		g->answers[g->n_answers++] = (struct given_answer){field->id, field->key, value};
	if (value.n || !is_required(q->a, field, &g->result))
		return 0;
	err = back ? ENOENT
	           : db_one(q->db, q->a, "SELECT value FROM answer WHERE contact_id = ?1 AND field_id = ?2",
	                     VALS(V(s->contact_id), V(field->id)), &had, 1, &q->fault);
	if (err == ENOENT)
		return fail(&q->fault, EINVAL, str_z(q->a, field->key), "required", "this result needs an answer to «%.*s»",
		        (int)utf8_cut(field->label, 80).n, field->label.p);
	return err;
}

int given_answers(struct request *q, int64_t project_id, int64_t contact_id, str text, bool takes_back, struct given *ret)
{
	struct answering s = {.q = q, .contact_id = contact_id, .takes_back = takes_back, .given = ret};
	struct query *sql = query_new(q->a);
	struct form_field field;
	struct rows r;
	int err = text.n ? json_parse(q->a, text, &s.answers, &q->fault) : 0;

	ret->n_answers = 0;
	if (!err && !contact_id)
		return 0;
	if (!err && s.answers.node && json_kind(s.answers) != JSON_OBJECT)
		err = fail(&q->fault, EINVAL, "answers", "type", "an object of answers by key");
	if (err)
		return err;
	query_add(sql, "SELECT ");
	entity_columns(&form_field_entity, sql);
	query_add(sql, " FROM form_field WHERE archived = 0 AND project_id = ");
	query_val(sql, V(project_id));
	query_add(sql, " ORDER BY position LIMIT 200");
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		field = (struct form_field){0};
		err = entity_from_row(&form_field_entity, &r, 0, &field, &q->fault);
		if (!err)
			err = take_answer(&s, &field);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int given_answers_keep(struct db *db, const struct given *g, int64_t contact_id, int64_t call_id, int64_t now,
        bool may_overtake, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < g->n_answers && !err && contact_id; i++) {
		const struct given_answer *one = &g->answers[i];
		if (one->value.n)
			err = db_run(db,
			        "INSERT INTO answer (contact_id, field_id, value, call_id, answered_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT "
			        "(contact_id, field_id) DO UPDATE SET value = excluded.value, call_id = excluded.call_id, answered_at = "
			        "excluded.answered_at WHERE ?6 = 1 OR answer.call_id = excluded.call_id",
			        VALS(V(contact_id), V(one->field_id), V(one->value), V(call_id), V(now),
			                V((int64_t)may_overtake)),
			        NULL, f);
		else
			err = db_run(db, "DELETE FROM answer WHERE contact_id = ?1 AND field_id = ?2 AND call_id = ?3",
			        VALS(V(contact_id), V(one->field_id), V(call_id)), NULL, f);
	}
	return err;
}
