/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entity.c - the rows of an entity in the database, and what changed between two of them. Field 0 is always the id. */
#include "kit/entity/entity_priv.h"

enum { FIELDS_MAX = 64 };

static int64_t *id_of(const struct entity *e, void *row)
{
	return (int64_t *)((char *)row + e->shape.fields[0].at);
}

static const struct field *version_of(const struct entity *e)
{
	return shape_field(&e->shape, STR("version"));
}

int entity_check(const struct entity *e, struct fault *fault)
{
	const struct shape *s = &e->shape;

	if (!s->n || s->n > FIELDS_MAX || strcmp(s->fields[0].name, "id"))
		return fail(fault, EINVAL, s->name, "entity", "%s must have id first and at most %d fields", s->name,
		        FIELDS_MAX);
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (f->type == FIELD_WORD && (!f->words || (bool)(f->flags & NULLABLE) != !f->words[0][0]))
			return fail(fault, EINVAL, f->name, "entity",
			        "%s.%s: a nullable word has \"\" as its first word, others have not", s->name, f->name);
		if (!f->doc || !*f->doc)
			return fail(fault, EINVAL, f->name, "entity", "%s.%s has no sentence", s->name, f->name);
	}
	return 0;
}

void entity_columns(const struct entity *e, struct query *q)
{
	for (size_t i = 0; i < e->shape.n; i++) {
		if (i)
			query_add(q, ", ");
		query_name(q, e->shape.fields[i].name);
	}
}

static struct query *select_from(const struct entity *e, struct arena *a)
{
	struct query *q = query_new(a);

	query_add(q, "SELECT ");
	entity_columns(e, q);
	query_add(q, " FROM ");
	query_name(q, e->table);
	return q;
}

int entity_insert(const struct entity *e, struct db *db, struct arena *a, void *row, struct fault *fault)
{
	const struct shape *s = &e->shape;
	const struct field *version = version_of(e);
	struct query *q = query_new(a);
	struct val id;
	int err;

	if (version)
		*(int64_t *)((char *)row + version->at) = 1;
	query_add(q, "INSERT INTO ");
	query_name(q, e->table);
	for (size_t i = 1; i < s->n; i++) {
		query_piece(q, i == 1 ? " (" : ", ");
		query_name(q, s->fields[i].name);
	}
	for (size_t i = 1; i < s->n; i++) {
		query_piece(q, i == 1 ? ") VALUES (" : ", ");
		query_val(q, field_load(&s->fields[i], row));
	}
	query_add(q, ") RETURNING id");
	err = db_one(db, a, QUERY(q), &id, 1, fault);
	if (!err)
		*id_of(e, row) = val_int(id);
	return err;
}

/* UPDATE … SET the columns that differ from old (NULL: all) WHERE it is still that version. */
static struct query *update(const struct entity *e, struct arena *a, const void *old, const void *row, bool *ret_any)
{
	const struct field *version = version_of(e);
	struct query *q = query_new(a);

	*ret_any = false;
	query_add(q, "UPDATE ");
	query_name(q, e->table);
	query_add(q, " SET ");
	for (const struct field *f = e->shape.fields + 1; f < e->shape.fields + e->shape.n; f++) {
		struct val v = field_load(f, row);
		if (f == version || (old && val_same(v, field_load(f, old))))
			continue;
		if (*ret_any)
			query_add(q, ", ");
		query_name(q, f->name);
		query_add(q, " = ");
		query_val(q, v);
		*ret_any = true;
	}
	if (version)
		query_add(q, ", version = version + 1");
	query_add(q, " WHERE id = ");
	query_val(q, field_load(&e->shape.fields[0], row));
	if (version) {
		query_add(q, " AND version = ");
		query_val(q, field_load(version, row));
	}
	return q;
}

int entity_change(const struct entity *e, struct db *db, struct arena *a, const void *old, void *row, struct fault *fault)
{
	const struct field *version = version_of(e);
	bool any;
	struct query *q = update(e, a, old, row, &any);
	int64_t changed;
	int err;

	if (!any)
		return 0;
	err = db_run(db, QUERY(q), &changed, fault);
	if (!err && !changed)
		return version ? fail(fault, ESTALE, NULL, "stale", "somebody changed it meanwhile") : ENOENT;
	if (!err && version)
		++*(int64_t *)((char *)row + version->at);
	return err;
}

int entity_update(const struct entity *e, struct db *db, struct arena *a, void *row, struct fault *fault)
{
	return entity_change(e, db, a, NULL, row, fault);
}

int entity_get(const struct entity *e, struct db *db, struct arena *a, int64_t id, void *row, struct fault *fault)
{
	struct query *q = select_from(e, a);

	query_add(q, " WHERE id = ");
	query_val(q, val_i(id));
	return entity_ask(e, db, a, q, row, fault);
}

int entity_ask(const struct entity *e, struct db *db, struct arena *a, struct query *q, void *row, struct fault *fault)
{
	struct rows rows;
	int err = db_ask(db, a, QUERY(q), &rows, fault);

	if (!err)
		err = rows_next(&rows, fault);
	if (!err)
		err = entity_from_row(e, &rows, 0, row, fault);
	rows_done(&rows);
	return err;
}

int entity_next_number(
        const struct entity *e, struct db *db, struct arena *a, const char *of, int64_t id, int64_t *ret, struct fault *f)
{
	struct query *q = query_new(a);
	struct val v;
	int err;

	query_add(q, "SELECT coalesce(max(number), 0) + 1 FROM ");
	query_name(q, e->table);
	query_add(q, " WHERE ");
	query_name(q, of);
	query_add(q, " = ");
	query_val(q, V(id));
	err = db_one(db, a, QUERY(q), &v, 1, f);
	if (!err)
		*ret = val_int(v);
	return err;
}

int entity_not_draft(struct fault *f)
{
	return fail(f, EINVAL, "state", "not_draft", "only a draft can be changed: copy this version into a new one");
}

int entity_delete(const struct entity *e, struct db *db, int64_t id, struct fault *fault)
{
	struct arena a = {0};
	struct query *q = query_new(&a);
	int64_t changed = 0;
	int err;

	query_add(q, "DELETE FROM ");
	query_name(q, e->table);
	query_add(q, " WHERE id = ");
	query_val(q, val_i(id));
	err = db_run(db, QUERY(q), &changed, fault);
	arena_free(&a);
	return err ? err : changed ? 0 : ENOENT;
}

int entity_from_row(const struct entity *e, const struct rows *r, int first, void *row, struct fault *fault)
{
	for (size_t i = 0; i < e->shape.n; i++)
		if (field_take(&e->shape.fields[i], row, rows_get(r, first + (int)i), NULL))
			return fail_logged(fault, EIO, "entity", "row", "%s.%s holds what it cannot", e->shape.name,
			        e->shape.fields[i].name);
	return 0;
}

static void put_diff(const struct field *f, const void *row, struct json_out *w)
{
	struct val v = row ? field_load(f, row) : (struct val){0};

	if (f->flags & SECRET && v.type != VAL_NULL)
		json_add_text(w, STR("•••"));
	else
		field_put_json(f, v, w);
}

str entity_diff(const struct entity *e, const void *old, const void *new, struct arena *a)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	bool any = false;

	json_open(&w, '{');
	for (const struct field *f = e->shape.fields + 1; f < e->shape.fields + e->shape.n; f++) {
		struct val x = old ? field_load(f, old) : (struct val){0}, y = new ? field_load(f, new) : (struct val){0};
		if (val_same(x, y) || !strcmp(f->name, "version"))
			continue;
		any = true;
		json_key(&w, f->name);
		json_open(&w, '[');
		put_diff(f, old, &w);
		put_diff(f, new, &w);
		json_close(&w, ']');
	}
	json_close(&w, '}');
	return any ? text_str(&t) : (str){0};
}
