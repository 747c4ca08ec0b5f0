/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resource.c - make, read, list, change and remove the rows of an entity. Whatever a resource is, it is done here and in one way:
 * find within reach, lay the body over, check, write with audit and event in one transaction, answer. */
#include "kit/route/route_priv.h"

#include "base/parse.h"

static void select_rows(const struct request *q, const struct entity *e, const struct resource *r, struct query *sql)
{
	query_add(sql, "SELECT ");
	entity_columns(e, sql);
	query_add(sql, " FROM ");
	query_name(sql, e->table);
	query_add(sql, " WHERE 1 = 1");
	if (q->resource == r)
		parents_where(q, sql);
	access_scope(sql, q->who, r->scope, r->scope_column);
	if (r->reach)
		r->reach(q, sql);
}

int resource_find(const struct resource *r, struct request *q, int64_t id, void *row)
{
	struct query *sql = query_new(q->a);

	select_rows(q, r->entity, r, sql);
	query_add(sql, " AND id = ");
	query_val(sql, val_i(id));
	return entity_ask(r->entity, q->db, q->a, sql, row, &q->fault);
}

int router_row(const struct router *router, const char *entity, struct db *db, struct arena *a, const struct who *w,
        int64_t id, int64_t now, struct json_out *out, struct fault *f)
{
	const struct resource *r = router_resource(router, entity);
	struct request q = {.a = a, .db = db, .who = w, .now = now};
	void *row;
	int err;

	if (!r || !may(w, r->read))
		return ENOENT;
	row = arena_alloc(a, r->entity->shape.size);
	err = resource_find(r, &q, id, row);
	if (!err)
		shape_to_json(&r->entity->shape, row, w, false, out);
	else if (err != ENOENT)
		*f = q.fault;
	return err;
}

bool router_knows(const struct router *r, const char *entity)
{
	return router_resource(r, entity) != NULL;
}

/* The last number of the path is the row's own. */
static int find_own(struct request *q, void *row)
{
	const struct mount *m = mount_of(q);
	size_t numbers = 0;

	for (size_t i = 0; i < m->n; i++)
		numbers += m->seg[i].kind == SEGMENT_NUMBER;
	return resource_find(q->resource, q, q->id[numbers - 1], row);
}

static int64_t whole(const struct entity *e, const char *name, const void *row)
{
	const struct field *f = shape_field(&e->shape, str_of(name));

	return f ? val_int(field_load(f, row)) : 0;
}

/* Events */

static struct event event_of(const struct resource *r, const char *verb, const void *row)
{
	struct event e = {
	        .entity = r->entity->shape.name, .verb = verb, .row_id = whole(r->entity, "id", row), .right = r->read};

	switch (r->scope) {
	case SCOPE_PROJECT: e.project_id = whole(r->entity, r->scope_column, row); break;
	case SCOPE_CUSTOMER: e.customer_id = whole(r->entity, r->scope_column, row); break;
	case SCOPE_OWN: e.user_id = whole(r->entity, r->scope_column, row); break;
	case SCOPE_SELF: /* told to colleagues, who may be looking at the list */
	case SCOPE_OPEN:
	case SCOPES: break;
	}
	return e;
}

struct by request_by(const struct request *q)
{
	return (struct by){q->who, q->http->peer, q->now};
}

int resource_changed(const struct resource *r, const struct by *by, struct db *db, struct arena *a, const char *verb,
        const void *old, const void *new, struct fault *f)
{
	struct event e = event_of(r, verb, new ? new : old);
	struct audit row = {.who = by->who,
	        .entity = e.entity,
	        .verb = verb,
	        .row_id = e.row_id,
	        .project_id = e.project_id,
	        .diff = entity_diff(r->entity, old, new, a),
	        .peer = by->peer};
	int err = audit_add(db, a, &row, by->now, f);

	if (!err && !r->silent)
		err = event_add(db, a, &e, f);
	return err;
}

int request_changed(struct request *q, struct db *db, const struct resource *r, const char *verb, const void *old,
        const void *new, struct fault *f)
{
	struct by by = request_by(q);

	return resource_changed(r, &by, db, q->a, verb, old, new, f);
}

/* Writing */

struct change {
	struct request *q;
	const char *verb;
	const void *old, *new; /* old NULL: made; new NULL: removed */
	void *done;            /* what was written: new with its id and version */
};

static int write_row(const struct change *c, struct db *db, struct arena *a, struct fault *f)
{
	const struct resource *r = c->q->resource;
	const struct entity *e = r->entity;

	if (!c->new)
		return entity_delete(e, db, whole(e, "id", c->old), f);
	memcpy(c->done, c->new, e->shape.size);
	if (c->old && r->update)
		return r->update(c->q, db, a, c->old, c->done, f);
	return c->old ? entity_change(e, db, a, c->old, c->done, f) : entity_insert(e, db, a, c->done, f);
}

static int write_change(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct change *c = arg;
	const struct resource *r = c->q->resource;
	const void *new = c->new ? c->done : NULL;
	int err = 0;

	if (!new && r->changed) /* what hangs on it goes first */
		err = r->changed(c->q, db, c->old, NULL, f);
	if (!err)
		err = write_row(c, db, a, f);
	if (!err)
		err = request_changed(c->q, db, r, c->verb, c->old, new, f);
	if (!err && new && r->changed)
		err = r->changed(c->q, db, c->old, new, f);
	return err;
}

static int change(struct request *q, const char *verb, const void *old, const void *new, void **ret)
{
	struct change c = {q, verb, old, new, arena_alloc(q->a, q->resource->entity->shape.size)};
	int err = request_write(q, write_change, &c);

	if (!err)
		*ret = c.done;
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	return q->resource->check ? q->resource->check(q, old, new) : 0;
}

static int resource_make(struct request *q)
{
	const struct shape *s = &q->resource->entity->shape;
	void *row = arena_alloc(q->a, s->size), *done;
	int err = parents_check(q);

	if (!err && q->resource->fill)
		q->resource->fill(q, row);
	parents_set(q, row);
	if (!err)
		err = shape_from_json(s, q->in, q->a, q->who, true, row, &q->seen, &q->fault);
	parents_set(q, row);
	if (!err)
		err = refs_check(q, NULL, row);
	if (!err)
		err = check(q, NULL, row);
	if (!err)
		err = change(q, "created", NULL, row, &done);
	if (err)
		return err;
	request_give(q, s, done);
	return 0;
}

static int resource_read(struct request *q)
{
	const struct entity *e = q->resource->entity;
	void *row = arena_alloc(q->a, e->shape.size);
	int err = find_own(q, row);

	if (err)
		return err;
	if (shape_field(&e->shape, STR("version")))
		http_answer_header(q->http, "ETag", str_printf(q->a, "\"%lld\"", (long long)whole(e, "version", row)));
	request_give(q, &e->shape, row);
	return 0;
}

/* If-Match: "7" must be the version of row; a row without versions needs none. */
static int check_version(struct request *q, const void *row, bool needed)
{
	const struct entity *e = q->resource->entity;
	str given = http_header(q->http, "If-Match");
	int64_t version;

	if (!shape_field(&e->shape, STR("version")) || (!given.p && !needed))
		return 0;
	if (given.n > 2 && given.p[0] == '"' && given.p[given.n - 1] == '"')
		given = str_sub(given, 1, given.n - 1);
	if (!parse_int(given, 1, INT64_MAX, &version))
		return fail(&q->fault, EINVAL, "If-Match", "if_match",
		        "the header If-Match must hold the version the change began from");
	return version == whole(e, "version", row) ? 0 : request_stale(q, &e->shape, row);
}

/* Somebody was faster between our look and our write: answer with what he left. */
static int stale_now(struct request *q)
{
	void *now = arena_alloc(q->a, q->resource->entity->shape.size);
	int err = find_own(q, now);

	return err ? err : request_stale(q, &q->resource->entity->shape, now);
}

static int resource_change(struct request *q)
{
	const struct entity *e = q->resource->entity;
	void *old = arena_alloc(q->a, e->shape.size), *new = arena_alloc(q->a, e->shape.size), *done = old;
	int err = find_own(q, old);

	if (!err)
		err = check_version(q, old, true);
	if (!err) {
		memcpy(new, old, e->shape.size);
		err = shape_from_json(&e->shape, q->in, q->a, q->who, false, new, &q->seen, &q->fault);
	}
	if (!err)
		err = refs_check(q, old, new);
	if (!err)
		err = check(q, old, new);
	if (!err && entity_diff(e, old, new, q->a).p)
		err = change(q, "changed", old, new, &done);
	if (err == ESTALE && !q->current.p)
		err = stale_now(q);
	if (!err)
		request_give(q, &e->shape, done);
	return err;
}

static int resource_remove(struct request *q)
{
	const struct entity *e = q->resource->entity;
	void *old = arena_alloc(q->a, e->shape.size), *done;
	int err = find_own(q, old);

	if (!err)
		err = check_version(q, old, false);
	if (!err)
		err = check(q, old, NULL);
	if (err)
		return err;
	err = change(q, "removed", old, NULL, &done);
	if (err == EINVAL && !q->fault.field[0]) /* the schema: something points to it */
		err = fail(&q->fault, EEXIST, NULL, "in_use", "something else needs it, so it cannot be removed");
	return err;
}

/* Lists */

/* Nobody reads how many millions there are, and to count them takes longer than the page: beyond this it is «more than». */
enum { TOTAL_MAX = 10000 };

static struct query *count_of(struct request *q, const struct query *where)
{
	struct query *sql = query_new(q->a);

	query_add(sql, "SELECT count(*) FROM (");
	query_append(sql, where);
	query_add(sql, " LIMIT 10001) AS listed");
	return sql;
}

/* "total":…,"total_more":…: counted, unless the first page showed all there are; rows: of that, or -1. */
static int print_total(struct request *q, struct query *count, int64_t rows)
{
	struct val n;
	int err;

	if (rows < 0) {
		err = db_one(q->db, q->a, QUERY(count), &n, 1, &q->fault);
		if (err)
			return err;
		rows = val_int(n);
	}
	json_member_int(&q->out, "total", rows > TOTAL_MAX ? TOTAL_MAX : rows);
	json_key(&q->out, "total_more");
	json_add_bool(&q->out, rows > TOTAL_MAX);
	return 0;
}

/* "rows":[…],"next":…: one row more than asked for was read, to know whether it goes on. ret_rows: how many there are when it does not, else -1. */
static int print_page(
        struct request *q, const struct entity *e, const struct listing *l, struct query *sql, int64_t *ret_rows)
{
	void *row = arena_alloc(q->a, e->shape.size);
	str next = {0};
	struct rows rows;
	int64_t n = 0;
	int err = db_ask(q->db, q->a, QUERY(sql), &rows, &q->fault);

	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	while (!err && !(err = rows_next(&rows, &q->fault))) {
		if (n++ == l->limit) {
			next = listing_cursor(e, l, row, q->a);
			break;
		}
		err = entity_from_row(e, &rows, 0, row, &q->fault);
		if (!err)
			shape_to_json(&e->shape, row, q->who, true, &q->out);
	}
	rows_done(&rows);
	json_close(&q->out, ']');
	json_key(&q->out, "next");
	json_add_text(&q->out, next);
	*ret_rows = next.p ? -1 : n;
	return err == ENOENT ? 0 : err;
}

int request_list(struct request *q, const struct entity *e, struct query *where, const char *sort)
{
	str format = http_param(q->http, "format");
	struct query *count = NULL;
	struct listing l;
	int64_t rows;
	int err = listing_from_params(e, q->http->params, q->http->n_params, sort, q->who, q->a, where, &l, &q->fault);

	if (!err && format.p && !str_eq(format, STR("json")))
		return export_rows(q, e, where, &l, format);
	if (str_eq(http_param(q->http, "total"), STR("1")))
		count = count_of(q, where);
	if (!err)
		err = listing_finish(e, &l, q->a, where, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	err = print_page(q, e, &l, where, &rows);
	if (!err && count)
		err = print_total(q, count, http_param(q->http, "after").n ? -1 : rows);
	json_close(&q->out, '}');
	return err;
}

static int resource_list(struct request *q)
{
	const struct resource *r = q->resource;
	const struct entity *e = r->list ? r->list : r->entity;
	struct query *sql = query_new(q->a);
	int err = parents_check(q);

	if (err)
		return err;
	select_rows(q, e, r, sql);
	return request_list(q, e, sql, r->sort ? r->sort : "-id");
}

/* The routes */

static struct route *add(struct route *to, struct arena *a, enum http_method method, const struct resource *r,
        const char *tail, uint64_t right, int (*run)(struct request *q), const char *verb)
{
	const char *name = r->entity->shape.name;

	*to = (struct route){.method = method,
	        .path = str_z(a, str_printf(a, "%s%s", r->path, tail)),
	        .right = right,
	        .run = run,
	        .doc = str_z(a, str_printf(a, "%s %s", verb, name)),
	        .makes = run == resource_make,
	        .gives = &r->entity->shape};
	return to + 1;
}

const struct route *resource_routes(const struct resource *r, struct arena *a)
{
	struct route *all = NEW_N(a, struct route, 8), *to = all;

	to = add(to, a, HTTP_GET, r, "", r->read, resource_list, "List within reach:");
	all->gives = r->list ? &r->list->shape : &r->entity->shape;
	all->gives_list = true;
	if (!r->not_made)
		to = add(to, a, HTTP_POST, r, "", r->write, resource_make, "Make a");
	if (r->imports) {
		to = add(to, a, HTTP_POST, r, "/import", r->write, resource_import,
		        "Make many from a CSV or XLSX of the fields of a");
		to[-1].upload = true;
		to[-1].gives = NULL;
		to[-1].gives_raw = "application/json";
		to[-1].schema = import_schema;
	}
	to = add(to, a, HTTP_GET, r, "/{id}", r->read, resource_read, "Read one");
	if (!r->not_changed)
		to = add(to, a, HTTP_PATCH, r, "/{id}", r->write, resource_change, "Change fields of a");
	if (r->remove) {
		to = add(to, a, HTTP_DELETE, r, "/{id}", r->remove, resource_remove, "Remove a");
		to[-1].gives = NULL;
	}
	return all;
}
