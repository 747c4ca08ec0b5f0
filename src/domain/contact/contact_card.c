/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_card.c - the card, for the seat and for whoever looks a contact up. */
#include "domain/contact/contact.h"
#include "domain/sending/sending.h"

struct card {
	struct db *db;
	struct arena *a;
	int64_t id;
	const struct who *who;
	struct json_out *w;
	struct fault *f;
};

static void open_field(struct json_out *w, const char *key, char bracket)
{
	json_key(w, key);
	json_open(w, bracket);
}

static int put_rows(const struct card *c, const char *key, const struct entity *e, const char *order)
{
	struct query *q = query_new(c->a);
	void *row = arena_alloc(c->a, e->shape.size);
	struct rows r;
	int err;

	query_add(q, "SELECT ");
	entity_columns(e, q);
	query_add(q, " FROM ");
	query_name(q, e->table);
	query_add(q, " WHERE contact_id = ");
	query_val(q, V(c->id));
	query_add(q, " ORDER BY ");
	query_piece(q, order);
	open_field(c->w, key, '[');
	err = db_ask(c->db, c->a, QUERY(q), &r, c->f);
	while (!err && !(err = rows_next(&r, c->f))) {
		err = entity_from_row(e, &r, 0, row, c->f);
		if (!err)
			shape_to_json(&e->shape, row, c->who, false, c->w);
	}
	rows_done(&r);
	json_close(c->w, ']');
	return err == ENOENT ? 0 : err;
}

static void put_val(struct json_out *w, const char *key, struct val v)
{
	json_key(w, key);
	if (v.type == VAL_INT)
		json_add_int(w, v.u.i);
	else if (v.type == VAL_REAL)
		json_add_real(w, v.u.r);
	else
		json_add_text(w, val_str(v));
}

/* Rows of a query as objects: keys name the columns. */
static int put_asked(const struct card *c, const char *key, const char *sql, const char *const *keys)
{
	struct rows r;
	int err = db_ask(c->db, c->a, sql, VALS(V(c->id)), &r, c->f);

	open_field(c->w, key, '[');
	while (!err && !(err = rows_next(&r, c->f))) {
		json_open(c->w, '{');
		for (int i = 0; keys[i]; i++)
			put_val(c->w, keys[i], rows_get(&r, i));
		json_close(c->w, '}');
	}
	rows_done(&r);
	json_close(c->w, ']');
	return err == ENOENT ? 0 : err;
}

static int put_answers(const struct card *c)
{
	struct rows r;
	int err = db_ask(c->db, c->a,
	        "SELECT f.key, a.value FROM answer a JOIN form_field f ON f.id = a.field_id WHERE a.contact_id = ?1 ORDER "
	        "BY "
	        "f.position, f.id",
	        VALS(V(c->id)), &r, c->f);

	open_field(c->w, "answers", '{');
	while (!err && !(err = rows_next(&r, c->f))) {
		json_key_str(c->w, rows_str(&r, 0));
		json_add_text(c->w, rows_str(&r, 1));
	}
	rows_done(&r);
	json_close(c->w, '}');
	return err == ENOENT ? 0 : err;
}

static int put_marks(const struct card *c)
{
	struct rows r;
	int err = db_ask(c->db, c->a,
	        "SELECT m.column_id, m.value, m.version, u.name, m.changed_at FROM mark m LEFT JOIN \"user\" u ON u.id = "
	        "m.author_id WHERE m.contact_id = ?1 ORDER BY m.column_id",
	        VALS(V(c->id)), &r, c->f);

	open_field(c->w, "marks", '{');
	while (!err && !(err = rows_next(&r, c->f))) {
		json_key_str(c->w, str_printf(c->a, "%lld", (long long)rows_int(&r, 0)));
		json_open(c->w, '{');
		put_val(c->w, "value", rows_get(&r, 1));
		put_val(c->w, "version", rows_get(&r, 2));
		put_val(c->w, "author", rows_get(&r, 3));
		put_val(c->w, "changed_at", rows_get(&r, 4));
		json_close(c->w, '}');
	}
	rows_done(&r);
	json_close(c->w, '}');
	return err == ENOENT ? 0 : err;
}

/* When its personal data were erased the last time, or null. */
static int put_erased(const struct card *c)
{
	struct val at;
	int err =
	        db_one(c->db, c->a, "SELECT MAX(at) FROM audit WHERE entity = 'contact' AND row_id = ?1 AND verb = 'erased'",
	                VALS(V(c->id)), &at, 1, c->f);

	if (!err)
		put_val(c->w, "erased_at", at);
	return err;
}

int contact_card(struct db *db, struct arena *a, const struct contact *row, const struct who *who, struct json_out *w,
        struct fault *f)
{
	static const char *const history[] = {"id", "asked_at", "direction", "number", "operator_id", "operator",
	        "result_id", "result", "reason", "comment", "talk_ms", "recording_id", "cause", NULL};
	static const char *const survey[] = {"call_id", "question", "key", "value", "asked_at", "answered_at", NULL};
	static const char *const callbacks[] = {
	        "id", "version", "phone_id", "operator_id", "due_at", "note", "state", "created_at", NULL};
	struct card c = {db, a, row->id, who, w, f};
	int err;

	json_open(w, '{');
	shape_members_to_json(&contact_entity.shape, row, who, false, w);
	err = put_rows(&c, "persons", &person_entity, "decides DESC, id");
	if (!err)
		err = put_rows(&c, "phones", &phone_entity, "position, id");
	if (!err)
		err = put_rows(&c, "sendings", &sending_entity, "id DESC");
	if (!err)
		err = put_answers(&c);
	if (!err)
		err = put_marks(&c);
	if (!err)
		err = put_asked(&c, "history",
		        "SELECT c.id, c.asked_at, c.direction, c.number, c.operator_id, u.name, c.result_id, r.name, "
		        "c.reason, "
		        "c.comment, c.talk_ms, g.id, c.cause FROM call c LEFT JOIN \"user\" u ON u.id = c.operator_id LEFT "
		        "JOIN "
		        "result r ON r.id = c.result_id LEFT JOIN recording g ON g.call_id = c.id AND g.state IN ('raw', "
		        "'kept') "
		        "WHERE c.contact_id = ?1 AND c.dialled_at IS NOT NULL ORDER BY c.id DESC LIMIT 100",
		        history);
	if (!err)
		err = put_asked(&c, "survey",
		        "SELECT a.call_id, q.title, a.key, a.value, a.asked_at, a.answered_at FROM survey_answer a JOIN survey_question q ON "
		        "q.id = a.question_id WHERE a.who = ?1 ORDER BY a.id DESC LIMIT 200",
		        survey);
	if (!err)
		err = put_asked(&c, "callbacks",
		        "SELECT id, version, phone_id, operator_id, due_at, note, state, created_at FROM callback WHERE "
		        "contact_id "
		        "= ?1 AND state = 'open' ORDER BY due_at, id",
		        callbacks);
	if (!err)
		err = put_erased(&c);
	json_close(w, '}');
	return err;
}
