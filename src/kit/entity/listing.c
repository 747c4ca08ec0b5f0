/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listing.c - filters, sorting and pages by key. Names come from the entity's table, values are bound; nothing of the
 * request becomes SQL. */
#include "kit/entity/entity_priv.h"

#include "base/parse.h"
#include "engine/crypto/crypto.h"

enum { LIMIT = 50, LIMIT_MAX = 500, VALUES_MAX = 50 };

/* What shapes a list for one reader. */
struct reading {
	const struct entity *e;
	const struct who *who;
	struct arena *a;
	struct query *where;
	struct fault *f;
};

static const struct field *field_to_filter(const struct entity *e, const struct who *who, str name)
{
	const struct field *f = shape_field(&e->shape, name);

	return f && !(f->flags & (SECRET | UNSORTED)) && field_visible(f, who) ? f : NULL;
}

/* A name of the request, to be shown back in a fault. */
static const char *shown(struct arena *a, str s)
{
	return str_z(a, str_sub(s, 0, 40));
}

static int filter_null(const struct reading *r, const struct field *f, bool is)
{
	query_add(r->where, " AND ");
	query_name(r->where, f->name);
	query_piece(r->where, is ? " IS NULL" : " IS NOT NULL");
	return 0;
}

/* The value a filter means: a word must be one, a number one; text is any. */
static int filter_value(const struct reading *r, const struct field *f, str text, struct val *ret)
{
	int err = field_cell(f, text, r->a, ret, r->f);

	if (!err && f->type == FIELD_WORD)
		err = field_check(f, *ret, r->f);
	return err;
}

static int filter_equal(const struct reading *r, const struct field *f, str values)
{
	size_t n = 0;
	struct val v;
	str part;
	int err = 0;

	if (f->flags & NULLABLE && (str_eq(values, STR("null")) || str_eq(values, STR("!null"))))
		return filter_null(r, f, values.n == 4);
	query_add(r->where, " AND ");
	query_name(r->where, f->name);
	query_add(r->where, " IN (");
	while (!err && str_cut(&values, ',', &part)) {
		if (n == VALUES_MAX || query_full(r->where))
			return fail(r->f, EINVAL, f->name, "too_many", "too many values");
		err = filter_value(r, f, part, &v);
		if (n++)
			query_add(r->where, ", ");
		query_val(r->where, v);
	}
	query_add(r->where, ")");
	return err;
}

static int filter_range(const struct reading *r, const struct field *f, const char *op, str text)
{
	struct val v;
	int err = filter_value(r, f, text, &v);

	if (err)
		return err;
	query_add(r->where, " AND ");
	query_name(r->where, f->name);
	query_piece(r->where, op);
	query_val(r->where, v);
	return 0;
}

static int filter_contains(const struct reading *r, const struct field *f, str text)
{
	if (!field_is_text(f))
		return fail(r->f, EINVAL, f->name, "operator", "%s is no text", f->name);
	query_add(r->where, " AND ");
	query_contains(r->where, f->name, text);
	return 0;
}

/* ?created_at>=5 arrives as name "created_at>" with value "5"; ?created_at>5 as name "created_at>5" without one. */
static int filter(const struct reading *r, struct http_param p)
{
	size_t cut = 0;
	str op, name;
	const struct field *f;

	while (cut < p.name.n && !strchr("~<>", p.name.p[cut]))
		cut++;
	name = str_sub(p.name, 0, cut);
	op = str_sub(p.name, cut, p.name.n);
	f = field_to_filter(r->e, r->who, name);
	if (!f)
		return fail(r->f, EINVAL, shown(r->a, name), "unknown", "there is nothing of this name to filter by");
	if (!op.n)
		return filter_equal(r, f, p.value);
	if (str_eq(op, STR("~")))
		return filter_contains(r, f, p.value);
	if (op.n == 1)
		return filter_range(r, f, op.p[0] == '<' ? " <= " : " >= ", p.value);
	if (op.p[0] != '~' && !p.value.n)
		return filter_range(r, f, op.p[0] == '<' ? " < " : " > ", str_sub(op, 1, op.n));
	return fail(r->f, EINVAL, f->name, "operator", "this operator is not known");
}

static int search(const struct reading *r, str text)
{
	const struct shape *s = &r->e->shape;
	size_t n = 0;

	if (text.n > 200)
		return fail(r->f, EINVAL, "q", "length", "q must have at most 200 bytes");
	query_add(r->where, " AND (");
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (!(f->flags & SEARCHED) || !field_visible(f, r->who) || n == 8)
			continue;
		if (n++)
			query_add(r->where, " OR ");
		query_contains(r->where, f->name, text);
	}
	if (!n)
		query_add(r->where, "1 = 0");
	query_add(r->where, ")");
	return 0;
}

static int read_sort(const struct reading *r, str sort, struct listing *l)
{
	str part;

	l->n_sort = 0;
	while (str_cut(&sort, ',', &part)) {
		bool down = str_starts(part, STR("-"));
		const struct field *f = field_to_filter(r->e, r->who, str_sub(part, down, part.n));
		if (!f || l->n_sort == COUNT(l->sort))
			return fail(r->f, EINVAL, "sort", "unknown", "one cannot sort by %s", shown(r->a, part));
		l->down[l->n_sort] = down;
		l->sort[l->n_sort++] = f;
	}
	return 0;
}

static int read_param(const struct reading *r, struct http_param p, struct listing *l)
{
	if (query_full(r->where))
		return fail(r->f, EINVAL, shown(r->a, p.name), "too_many", "too many filters");
	if (str_eq(p.name, STR("sort")))
		return read_sort(r, p.value, l);
	if (str_eq(p.name, STR("q")))
		return search(r, p.value);
	if (str_eq(p.name, STR("limit"))) {
		if (!parse_int(p.value, 1, LIMIT_MAX, &l->limit))
			return fail(r->f, EINVAL, "limit", "range", "limit must be from 1 to %d", LIMIT_MAX);
		return 0;
	}
	if (str_eq(p.name, STR("after"))) {
		l->after = p.value;
		return 0;
	}
	if (str_eq(p.name, STR("total")) || str_eq(p.name, STR("format")))
		return 0;
	return filter(r, p);
}

int listing_from_params(const struct entity *e, const struct http_param *params, size_t n_params, const char *sort,
        const struct who *who, struct arena *a, struct query *where, struct listing *ret, struct fault *f)
{
	const struct reading r = {e, who, a, where, f};
	struct listing l = {.limit = LIMIT};
	int err = read_sort(&r, str_of(sort), &l);

	for (size_t i = 0; !err && i < n_params; i++)
		err = read_param(&r, params[i], &l);
	if (!err)
		*ret = l;
	return err;
}

/* Pages by key. */

static const struct field *id_field(const struct entity *e)
{
	return &e->shape.fields[0];
}

str listing_cursor(const struct entity *e, const struct listing *l, const void *row, struct arena *a)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '[');
	for (size_t i = 0; i < l->n_sort; i++)
		field_put_json(l->sort[i], field_load(l->sort[i], row), &w);
	field_put_json(id_field(e), field_load(id_field(e), row), &w);
	json_close(&w, ']');
	return base64url(a, t.p, t.n);
}

static bool cursor_value(const struct field *f, struct json j, struct val *ret)
{
	struct val v = {0};
	bool flag;

	if (json_bool(j, &flag))
		v = val_i(flag);
	else if (json_kind(j) == JSON_INT && json_int(j, &v.u.i))
		v.type = VAL_INT;
	else if (json_kind(j) == JSON_REAL && json_real(j, &v.u.r))
		v.type = VAL_REAL;
	else if (json_text(j, &v.u.s))
		v.type = VAL_TEXT;
	*ret = v;
	if (v.type == VAL_NULL)
		return json_kind(j) == JSON_NULL && f->flags & NULLABLE;
	return (v.type == VAL_TEXT) == (f->type == FIELD_WORD || field_is_text(f));
}

/* The values of an opaque cursor, one per sort key and the id: only what fits the fields is believed. */
static bool cursor_read(const struct entity *e, const struct listing *l, struct arena *a, struct val *v)
{
	str text = base64url_decode(a, l->after);
	struct json doc;

	if (!text.p || json_parse(a, text, &doc, NULL) || json_kind(doc) != JSON_ARRAY || json_count(doc) != l->n_sort + 1)
		return false;
	for (size_t i = 0; i <= l->n_sort; i++)
		if (!cursor_value(i < l->n_sort ? l->sort[i] : id_field(e), json_at(doc, i), &v[i]))
			return false;
	return true;
}

static void compare(struct query *q, const struct field *f, const char *op, struct val v)
{
	query_name(q, f->name);
	query_piece(q, op);
	query_val(q, v);
}

/* The row comes after v by this key alone; nulls come last, so nothing comes after a null. */
static void behind(struct query *q, const struct field *f, bool down, struct val v)
{
	if (v.type == VAL_NULL) {
		query_add(q, "1 = 0");
		return;
	}
	compare(q, f, down ? " < " : " > ", v);
	if (f->flags & NULLABLE) {
		query_add(q, " OR ");
		query_name(q, f->name);
		query_add(q, " IS NULL");
	}
}

static void equal(struct query *q, const struct field *f, struct val v)
{
	if (v.type != VAL_NULL) {
		compare(q, f, " = ", v);
		return;
	}
	query_name(q, f->name);
	query_add(q, " IS NULL");
}

/* k1 behind v1 OR k1 = v1 AND (k2 behind v2 OR …), ending with the id. A plain bound on the first key lets an index start there. */
static void after(const struct entity *e, const struct listing *l, struct query *q, const struct val *v, bool down)
{
	if (l->n_sort && !(l->sort[0]->flags & NULLABLE)) {
		query_add(q, " AND ");
		compare(q, l->sort[0], l->down[0] ? " <= " : " >= ", v[0]);
	}
	query_add(q, " AND (");
	for (size_t i = 0; i < l->n_sort; i++) {
		behind(q, l->sort[i], l->down[i], v[i]);
		query_add(q, " OR (");
		equal(q, l->sort[i], v[i]);
		query_add(q, " AND (");
	}
	behind(q, id_field(e), down, v[l->n_sort]);
	for (size_t i = 0; i < l->n_sort; i++)
		query_add(q, "))");
	query_add(q, ")");
}

static bool id_down(const struct listing *l)
{
	return l->n_sort && l->down[l->n_sort - 1];
}

void listing_order(const struct entity *e, const struct listing *l, struct query *q)
{
	query_add(q, " ORDER BY ");
	for (size_t i = 0; i < l->n_sort; i++) {
		query_name(q, l->sort[i]->name);
		query_piece(q, l->down[i] ? " DESC" : " ASC");
		query_piece(q, l->sort[i]->flags & NULLABLE ? " NULLS LAST, " : ", ");
	}
	query_name(q, id_field(e)->name);
	query_piece(q, id_down(l) ? " DESC" : " ASC");
}

/* How many rows are wanted stands in the text, in a few steps, and not among the values: for a number it is not told beforehand PostgreSQL plans the
 * list anew each time, which takes ten times as long as the list (8 ms for a page of the journal). Who reads stops when he has enough. */
static const struct {
	int64_t rows;
	const char *sql;
} limits[] = {{2, " LIMIT 2"}, {11, " LIMIT 11"}, {51, " LIMIT 51"}, {101, " LIMIT 101"}, {201, " LIMIT 201"},
        {501, " LIMIT 501"}, {2001, " LIMIT 2001"}};

static void limit(struct query *q, int64_t rows)
{
	size_t i = 0;

	while (i + 1 < COUNT(limits) && limits[i].rows < rows)
		i++;
	query_piece(q, limits[i].sql);
}

int listing_finish(const struct entity *e, const struct listing *l, struct arena *a, struct query *q, struct fault *f)
{
	struct val v[COUNT(l->sort) + 1];

	if (l->after.n) {
		if (!cursor_read(e, l, a, v))
			return fail(f, EINVAL, "after", "cursor", "this page is not known: begin again");
		after(e, l, q, v, id_down(l));
	}
	listing_order(e, l, q);
	limit(q, l->limit + 1);
	return 0;
}
