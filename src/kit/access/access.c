/* SPDX-License-Identifier: GPL-3.0-or-later */
/* access.c - the rules of the roles, put into queries. Who asks is found in session.c. */
#include "kit/access/access.h"

#include <assert.h>

static const struct access_rules *rules;

void access_rules_set(const struct access_rules *r)
{
	rules = r;
}

const struct access_rules *access_rules(void)
{
	assert(rules);
	return rules;
}

const struct role *access_role_at(size_t i)
{
	return i < access_rules()->n ? &rules->roles[i] : NULL;
}

const struct role *access_role(const char *name)
{
	for (const struct role *r = access_rules()->roles; r < rules->roles + rules->n; r++)
		if (!strcmp(r->name, name))
			return r;
	return NULL;
}

/* The part of a narrowed who: rows of his one project only. */
static void narrow(struct query *q, const struct who *w, enum scope scope, const char *column)
{
	query_add(q, " AND ");
	switch (scope) {
	case SCOPE_PROJECT:
		query_name(q, column);
		query_add(q, " = ");
		query_val(q, val_i(w->project_id));
		return;
	case SCOPE_CUSTOMER:
		query_name(q, column);
		query_add(q, " = (SELECT customer_id FROM project WHERE id = ");
		query_val(q, val_i(w->project_id));
		query_add(q, ")");
		return;
	case SCOPE_SELF:
	case SCOPE_OWN:
		query_name(q, column);
		query_add(q, " = ");
		query_val(q, val_i(w->user_id));
		return;
	case SCOPE_OPEN:
	case SCOPES: query_add(q, "1 = 0"); return;
	}
}

void access_scope(struct query *q, const struct who *w, enum scope scope, const char *column)
{
	const char *rule = w && w->role ? w->role->reach[scope] : "1 = 0";

	if (scope == SCOPE_OWN)
		rule = w && w->user_id ? "@ = :user" : "1 = 0";
	if (rule) {
		query_add(q, " AND (");
		query_rule(q, rule, column, w && w->wall_id ? w->wall_id : w ? w->user_id : 0, w ? w->customer_id : 0);
		query_add(q, ")");
	}
	if (w && w->project_id)
		narrow(q, w, scope, column);
}

int access_project(struct db *db, struct arena *a, const struct who *w, int64_t project_id, struct fault *f)
{
	struct query *q = query_new(a);
	struct val id;

	query_add(q, "SELECT id FROM project WHERE id = ");
	query_val(q, val_i(project_id));
	access_scope(q, w, SCOPE_PROJECT, "id");
	return db_one(db, a, QUERY(q), &id, 1, f);
}

/* All ids the query gives, which it gives in order. */
static int read_ids(struct db *db, struct arena *a, struct query *q, struct reach *ret, struct fault *f)
{
	size_t n = 0, cap = 16;
	int64_t *ids = NEW_N(a, int64_t, cap);
	struct rows rows;
	int err = db_ask(db, a, QUERY(q), &rows, f);

	while (!err && !(err = rows_next(&rows, f))) {
		if (n == cap) {
			int64_t *more = NEW_N(a, int64_t, cap * 2);
			memcpy(more, ids, cap * sizeof(*ids));
			ids = more;
			cap *= 2;
		}
		ids[n++] = rows_int(&rows, 0);
	}
	rows_done(&rows);
	if (err != ENOENT)
		return err;
	*ret = (struct reach){.ids = ids, .n = n};
	return 0;
}

int access_reach(struct db *db, struct arena *a, const struct who *w, enum scope scope, struct reach *ret, struct fault *f)
{
	struct query *q;

	assert(scope == SCOPE_PROJECT || scope == SCOPE_CUSTOMER);
	if (w && w->role && !w->role->reach[scope] && !w->project_id) {
		*ret = (struct reach){.all = true};
		return 0;
	}
	q = query_new(a);
	query_add(q, "SELECT id FROM ");
	query_name(q, scope == SCOPE_PROJECT ? "project" : "customer");
	query_add(q, " WHERE 1 = 1");
	access_scope(q, w, scope, "id");
	query_add(q, " ORDER BY id");
	return read_ids(db, a, q, ret, f);
}

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

bool reach_has(const struct reach *r, int64_t id)
{
	return r->all || (r->n && bsearch(&id, r->ids, r->n, sizeof(id), by_id));
}
