/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey_http.c - the totals of a project's questions. */
#include "base/parse.h"
#include "domain/survey/survey_priv.h"

enum { COUNTS_MAX = 5000 };

/* How many pressed a key of a question; key absent: were asked and pressed none. */
struct count {
	int64_t question_id, n;
	str key;
};
struct counts {
	struct count rows[COUNTS_MAX];
	size_t n;
};

static int counts_load(struct request *q, struct counts *c)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT question_id, key, COUNT(*) FROM survey_answer WHERE project_id = ?1 AND counts = 1 GROUP BY question_id, key ORDER "
	        "BY question_id, key LIMIT 5000",
	        VALS(V(q->id[0])), &r, &q->fault);

	while (!err && c->n < COUNTS_MAX && !(err = rows_next(&r, &q->fault)))
		c->rows[c->n++] =
		        (struct count){.question_id = rows_int(&r, 0), .key = rows_str(&r, 1), .n = rows_int(&r, 2)};
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static void put_choice(struct json_out *w, str key, str value, int64_t n)
{
	json_open(w, '{');
	json_member_text(w, "key", key);
	json_member_text(w, "value", value.n ? value : key);
	json_key(w, "count");
	json_add_int(w, n);
	json_close(w, '}');
}

static int64_t pressed(const struct counts *c, int64_t question_id, str key)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->rows[i].question_id == question_id && c->rows[i].key.n && str_eq(c->rows[i].key, key))
			return c->rows[i].n;
	return 0;
}

static bool offers(struct json choices, str key)
{
	for (size_t i = 0; i < json_count(choices); i++)
		if (str_eq(json_get_text(json_at(choices, i), "key"), key))
			return true;
	return false;
}

/* The choices it has now in their order, then keys that only older answers have. */
static void put_choices(struct request *q, const struct counts *c, const struct survey_question *s)
{
	struct json choices = {0}, one;

	json_key(&q->out, "choices");
	json_open(&q->out, '[');
	if (json_parse(q->a, s->choices, &choices, NULL))
		choices = (struct json){0};
	for (size_t i = 0; i < json_count(choices); i++) {
		one = json_at(choices, i);
		put_choice(&q->out, json_get_text(one, "key"), json_get_text(one, "value"),
		        pressed(c, s->id, json_get_text(one, "key")));
	}
	for (size_t i = 0; i < c->n; i++)
		if (c->rows[i].question_id == s->id && c->rows[i].key.n && !offers(choices, c->rows[i].key))
			put_choice(&q->out, c->rows[i].key, (str){0}, c->rows[i].n);
	json_close(&q->out, ']');
}

static void put_question(struct request *q, const struct counts *c, const struct survey_question *s)
{
	int64_t asked = 0, answered = 0, sum = 0, key;

	for (size_t i = 0; i < c->n; i++) {
		if (c->rows[i].question_id != s->id)
			continue;
		asked += c->rows[i].n;
		answered += c->rows[i].key.n ? c->rows[i].n : 0;
		sum += parse_int(c->rows[i].key, 0, 9, &key) ? key * c->rows[i].n : 0;
	}
	json_open(&q->out, '{');
	json_member_int(&q->out, "id", s->id);
	json_member_text(&q->out, "title", s->title);
	json_member_text(&q->out, "words", s->words);
	json_key(&q->out, "rates");
	json_add_bool(&q->out, s->rates);
	json_key(&q->out, "archived");
	json_add_bool(&q->out, s->archived);
	json_key(&q->out, "asked");
	json_add_int(&q->out, asked);
	json_key(&q->out, "answered");
	json_add_int(&q->out, answered);
	json_key(&q->out, "average");
	if (s->rates && answered)
		json_add_real(&q->out, (double)sum / (double)answered);
	else
		json_add_null(&q->out);
	put_choices(q, c, s);
	json_close(&q->out, '}');
}

/* An archived question without answers is nobody's business any more. */
static bool is_shown(const struct counts *c, const struct survey_question *s)
{
	for (size_t i = 0; i < c->n && s->archived; i++)
		if (c->rows[i].question_id == s->id)
			return true;
	return !s->archived;
}

static int put_questions(struct request *q, const struct counts *c)
{
	struct query *sql = query_new(q->a);
	struct rows r;
	int err;

	query_add(sql, "SELECT ");
	entity_columns(&survey_question_entity, sql);
	query_add(sql, " FROM survey_question WHERE project_id = ");
	query_val(sql, V(q->id[0]));
	query_add(sql, " ORDER BY archived, flow_id, position, id LIMIT 1000");
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		struct survey_question s = {0};
		err = entity_from_row(&survey_question_entity, &r, 0, &s, &q->fault);
		if (!err && is_shown(c, &s))
			put_question(q, c, &s);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int survey_totals(struct request *q)
{
	struct counts *c = NEW(q->a, struct counts);
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = counts_load(q, c);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = put_questions(q, c);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err;
}
