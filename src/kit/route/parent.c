/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parent.c - ids that point elsewhere: parents named by the path, references inside a row. Each must exist within the reach of
 * who asks, and one that does not looks the same as one that is another's. */
#include "kit/route/route_priv.h"

/* The k-th number of the path when it names a column; {id} is the row itself. */
struct parent {
	const struct field *field;
	int64_t id;
};

static size_t parents_of(const struct request *q, struct parent ret[PARAMS_MAX])
{
	const struct mount *m = mount_of(q);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct field *f;
		if (m->seg[i].kind != SEGMENT_NUMBER)
			continue;
		f = str_eq(m->seg[i].text, STR("id")) ? NULL : shape_field(&q->resource->entity->shape, m->seg[i].text);
		if (f)
			ret[n++] = (struct parent){f, q->id[k]};
		k++;
	}
	return n;
}

void parents_where(const struct request *q, struct query *sql)
{
	struct parent p[PARAMS_MAX];
	size_t n = parents_of(q, p);

	for (size_t i = 0; i < n; i++) {
		query_add(sql, " AND ");
		query_name(sql, p[i].field->name);
		query_add(sql, " = ");
		query_val(sql, val_i(p[i].id));
	}
}

void parents_set(const struct request *q, void *row)
{
	struct parent p[PARAMS_MAX];
	size_t n = parents_of(q, p);

	for (size_t i = 0; i < n; i++)
		*(int64_t *)((char *)row + p[i].field->at) = p[i].id;
}

/* 0 when the row of that entity is in reach. */
static int reachable(struct request *q, const struct resource *r, int64_t id)
{
	struct query *sql = query_new(q->a);
	struct val found;

	query_add(sql, "SELECT id FROM ");
	query_name(sql, r->entity->table);
	query_add(sql, " WHERE id = ");
	query_val(sql, val_i(id));
	access_scope(sql, q->who, r->scope, r->scope_column);
	if (r->reach)
		r->reach(q, sql);
	return db_one(q->db, q->a, QUERY(sql), &found, 1, &q->fault);
}

int parents_check(struct request *q)
{
	struct parent p[PARAMS_MAX];
	size_t n = parents_of(q, p);
	int err = 0;

	for (size_t i = 0; !err && i < n; i++) {
		const struct resource *r = router_resource(mount_of(q)->router, p[i].field->refers);
		if (r)
			err = reachable(q, r, p[i].id);
		else if (q->resource->scope == SCOPE_PROJECT && !strcmp(q->resource->scope_column, p[i].field->name))
			err = access_project(q->db, q->a, q->who, p[i].id, &q->fault);
	}
	return err;
}

int refs_check(struct request *q, const void *old, const void *new)
{
	const struct shape *s = &q->resource->entity->shape;

	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		const struct resource *r;
		int64_t id;
		int err;
		if (f->type != FIELD_REF || f->flags & GIVEN)
			continue;
		id = val_int(field_load(f, new));
		if (!id || (old && id == val_int(field_load(f, old))))
			continue;
		r = router_resource(mount_of(q)->router, f->refers);
		err = r && may(q->who, r->read) ? reachable(q, r, id) : ENOENT;
		if (err == ENOENT)
			return fail(&q->fault, EINVAL, f->name, "ref", "there is no such %s", f->refers);
		if (err)
			return err;
	}
	return 0;
}
