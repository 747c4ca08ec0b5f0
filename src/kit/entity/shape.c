/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c - a shape as JSON: in with all its checks, out with what the reader may see. */
#include "kit/entity/entity_priv.h"

const struct field *shape_field(const struct shape *s, str name)
{
	for (const struct field *f = s->fields; f < s->fields + s->n; f++)
		if (str_eq(name, str_of(f->name)))
			return f;
	return NULL;
}

/* The value j means for f; a value of a wrong kind becomes one that field_check refuses. */
static struct val val_of_json(const struct field *f, struct json j, struct arena *a)
{
	const struct val wrong = f->type == FIELD_REAL ? val_s(STR("")) : val_r(0);
	struct text t = {.a = a};
	bool flag;
	int64_t i;
	double r;
	str s;

	if (json_kind(j) == JSON_NULL)
		return (struct val){0};
	if (f->type == FIELD_JSON) {
		json_put(&t, j);
		return val_s(text_str(&t));
	}
	if (f->type == FIELD_BOOL)
		return json_bool(j, &flag) ? val_i(flag) : wrong;
	if (json_text(j, &s))
		return f->type == FIELD_WORD || field_is_text(f) ? val_s(s) : wrong;
	if (json_kind(j) == JSON_INT && json_int(j, &i))
		return val_i(i);
	return f->type == FIELD_REAL && json_real(j, &r) ? val_r(r) : wrong;
}

static int refuse_unknown(str key, struct fault *fault)
{
	char name[60];

	snprintf(name, sizeof(name), "%.*s", STR_ARG(key));
	return fail(fault, EINVAL, name, "unknown", "there is no field of this name");
}

static int overlay(const struct field *f, struct json v, struct arena *a, bool making, void *row, struct fault *fault)
{
	struct val before = field_load(f, row);
	int err = field_store(f, row, val_of_json(f, v, a), a, fault);

	if (!err && !making && f->flags & FIXED && !val_same(before, field_load(f, row)))
		err = fail(fault, EINVAL, f->name, "fixed", "%s cannot be changed", f->name);
	return err;
}

/* A reference that stands in the row already was named by the path. */
static bool by_path(const struct field *f, const void *row)
{
	return f->type == FIELD_REF && val_int(field_load(f, row));
}

int shape_complete(const struct shape *s, const void *row, uint64_t seen, const struct who *who, struct fault *fault)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (seen >> i & 1 || f->flags & GIVEN || !field_visible(f, who))
			continue;
		if ((f->flags & REQUIRED && !by_path(f, row)) || field_check(f, field_load(f, row), NULL))
			return fail(fault, EINVAL, f->name, "required", "%s is needed", f->name);
	}
	return 0;
}

int shape_from_json(const struct shape *s, struct json doc, struct arena *a, const struct who *who, bool making, void *row,
        uint64_t *ret_seen, struct fault *fault)
{
	uint64_t seen = 0;
	void *iter = NULL;
	struct json v;
	str key;
	int err = 0;

	if (json_kind(doc) != JSON_OBJECT)
		return fail(fault, EINVAL, NULL, "object", "the body must be a JSON object");
	while (!err && json_next(doc, &iter, &key, &v)) {
		const struct field *f = shape_field(s, key);
		if (!f || !field_visible(f, who) || (f->flags & SECRET && f->flags & GIVEN))
			return refuse_unknown(key, fault);
		if (f->flags & GIVEN)
			continue; /* it comes back as it was shown */
		seen |= (uint64_t)1 << (f - s->fields);
		err = overlay(f, v, a, making, row, fault);
	}
	if (!err && making)
		err = shape_complete(s, row, seen, who, fault);
	if (!err)
		*ret_seen = seen;
	return err;
}

void field_put_json(const struct field *f, struct val v, struct json_out *w)
{
	if (v.type == VAL_NULL)
		json_add_null(w);
	else if (f->type == FIELD_BOOL)
		json_add_bool(w, v.u.i);
	else if (v.type == VAL_INT)
		json_add_int(w, v.u.i);
	else if (v.type == VAL_REAL)
		json_add_real(w, v.u.r);
	else if (f->type == FIELD_JSON)
		json_add_raw(w, v.u.s);
	else
		json_add_text(w, v.u.s);
}

void shape_members_to_json(const struct shape *s, const void *row, const struct who *who, bool in_list, struct json_out *w)
{
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (f->flags & SECRET || (in_list && f->flags & UNLISTED) || !field_visible(f, who))
			continue;
		json_key(w, f->name);
		field_put_json(f, field_load(f, row), w);
	}
}

void shape_to_json(const struct shape *s, const void *row, const struct who *who, bool in_list, struct json_out *w)
{
	json_open(w, '{');
	shape_members_to_json(s, row, who, in_list, w);
	json_close(w, '}');
}
