/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey_db.c - questions as a drawing has them, and answers as they come. */
#include "base/parse.h"
#include "domain/role/role.h"
#include "domain/survey/survey_priv.h"

str survey_meaning(struct arena *a, str choices, str key)
{
	struct json doc;

	if (json_parse(a, choices, &doc, NULL))
		return key;
	for (size_t i = 0; i < json_count(doc); i++) {
		struct json one = json_at(doc, i);
		if (str_eq(json_get_text(one, "key"), key) && json_get_text(one, "value").n)
			return json_get_text(one, "value");
	}
	return key;
}

/* Does a key it had mean something else now? */
static bool other_meaning(struct arena *a, str was, str is)
{
	struct json old;
	bool other = false;

	if (json_parse(a, was, &old, NULL))
		return true;
	for (size_t i = 0; i < json_count(old); i++) {
		str key = json_get_text(json_at(old, i), "key");
		other |= !str_eq(survey_meaning(a, was, key), survey_meaning(a, is, key));
	}
	return other;
}

/* Who is asked by the old drawing answers by the old keys: then it is another question from now on. */
static int part_ways(struct db *db, struct arena *a, const struct survey_question *q, struct fault *f)
{
	struct val was[2];
	int err = db_one(db, a, "SELECT id, choices FROM survey_question WHERE flow_id = ?1 AND step = ?2 AND archived = 0",
	        VALS(V(q->flow_id), V(q->step)), was, 2, f);

	if (err || !other_meaning(a, val_str(was[1]), q->choices))
		return err == ENOENT ? 0 : err;
	return db_run(db, "UPDATE survey_question SET archived = 1 WHERE id = ?1", VALS(was[0]), NULL, f);
}

static int put_one(struct db *db, struct arena *a, struct survey_question *q, int64_t now, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO survey_question (project_id, flow_id, step, position, title, words, choices, rates, archived, created_at) VALUES "
	        "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9) ON CONFLICT (flow_id, step) WHERE archived = 0 DO UPDATE SET position = "
	        "excluded.position, title = excluded.title, words = excluded.words, choices = excluded.choices, rates = excluded.rates "
	        "RETURNING id",
	        VALS(V(q->project_id), V(q->flow_id), V(q->step), V(q->position), V(q->title), V(q->words), V(q->choices),
	                V((int64_t)q->rates), V(now)),
	        &id, 1, f);

	if (!err)
		q->id = val_int(id);
	return err;
}

int survey_questions_put(struct db *db, struct arena *a, int64_t project_id, int64_t flow_id, struct survey_question *all,
        size_t n, int64_t now, struct fault *f)
{
	struct query *q = query_new(a);
	int err = 0;

	query_add(q, "UPDATE survey_question SET archived = 1 WHERE archived = 0 AND flow_id = ");
	query_val(q, V(flow_id));
	for (size_t i = 0; i < n; i++) {
		query_piece(q, i ? ", " : " AND step NOT IN (");
		query_val(q, V(all[i].step));
	}
	query_piece(q, n ? ")" : "");
	err = db_run(db, QUERY(q), NULL, f);
	for (size_t i = 0; i < n && !err; i++) {
		all[i].project_id = project_id;
		all[i].flow_id = flow_id;
		all[i].position = (int64_t)i;
		err = part_ways(db, a, all + i, f);
		if (!err)
			err = put_one(db, a, all + i, now, f);
	}
	return err;
}

/* A row of what is answered, or so far only asked. */
static int note(struct db *db, const struct message *m, int64_t project_id, int64_t call_id, int64_t contact_id, str value,
        struct fault *f)
{
	int64_t who = contact_id ? contact_id : -call_id;
	bool answered = m->digits.n > 0;

	if (!answered)
		return db_run(db,
		        "INSERT INTO survey_answer (project_id, question_id, call_id, contact_id, who, asked_at, counts) SELECT ?1, ?2, ?3, ?4, ?5, "
		        "?6, CASE WHEN EXISTS (SELECT 1 FROM survey_answer WHERE who = ?5 AND question_id = ?2 AND counts = 1) THEN 0 ELSE 1 END "
		        "WHERE 1 = 1 ON CONFLICT (call_id, question_id) DO NOTHING",
		        VALS(V(project_id), V(m->question), V(call_id), V(contact_id), V(who), V(m->at)), NULL, f);
	return db_run(db,
	        "INSERT INTO survey_answer (project_id, question_id, call_id, contact_id, who, key, value, asked_at, answered_at, counts) VALUES "
	        "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 1) ON CONFLICT (call_id, question_id) DO UPDATE SET key = excluded.key, value = "
	        "excluded.value, answered_at = excluded.answered_at, counts = 1",
	        VALS(V(project_id), V(m->question), V(call_id), V(contact_id), V(who), V(m->digits), V(value), V(m->at)),
	        NULL, f);
}

static int tell(struct db *db, struct arena *a, int64_t project_id, int64_t question_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "survey_reply",
	                .verb = "changed",
	                .row_id = question_id,
	                .project_id = project_id,
	                .right = MAY_SEE_REPORT},
	        f);
}

int survey_take(struct db *db, struct arena *a, const struct message *m, int64_t project_id, int64_t call_id,
        int64_t contact_id, int64_t *ret_rating, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, "SELECT choices, rates FROM survey_question WHERE id = ?1 AND project_id = ?2",
	        VALS(V(m->question), V(project_id)), v, 2, f);

	*ret_rating = 0;
	if (err)
		return err == ENOENT ? 0 : err;
	err = note(db, m, project_id, call_id, contact_id, survey_meaning(a, val_str(v[0]), m->digits), f);
	if (!err && m->digits.n)
		err = db_run(db,
		        "UPDATE survey_answer SET counts = 0 WHERE who = ?1 AND question_id = ?2 AND call_id <> ?3 AND counts = 1",
		        VALS(V(contact_id ? contact_id : -call_id), V(m->question), V(call_id)), NULL, f);
	if (!err && val_int(v[1]) && !parse_int(m->digits, 1, 9, ret_rating))
		*ret_rating = 0;
	return err ? err : tell(db, a, project_id, m->question, f);
}
