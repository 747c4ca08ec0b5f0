/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mention.c - who may be named under a row, and where one was named oneself. */
#include "domain/project/project.h"
#include "domain/report/comment.h"
#include "domain/role/role.h"

struct mention_seen {
	int64_t id, project_id;
	str project;
	int64_t contact_id;
	str company;
	int64_t user_id;
	str author, text;
	int64_t created_at, read_at;
};
#define ENTITY struct mention_seen
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "In whose report", .flags = GIVEN),
        F_STR(project, 0, 200, "Its name", .flags = GIVEN),
        F_INT(contact_id, 0, 0, "Under which row", .flags = GIVEN),
        F_STR(company, 0, 300, "Its company", .flags = GIVEN | NULLABLE),
        F_REF(user_id, "user", "Who was named", .flags = GIVEN),
        F_STR(author, 0, 200, "Who named him", .flags = GIVEN),
        F_STR(text, 0, 4000, "What was said", .flags = GIVEN | UNSORTED),
        F_TIME(created_at, "When", .flags = GIVEN),
        F_TIME(read_at, "When it was read", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity mention_entity = ENTITY_OF(mention_seen, fields, "mention_seen", "Where one was named");

/* Of projects he still reaches. */
static void reach(const struct request *q, struct query *where)
{
	access_scope(where, q->who, SCOPE_PROJECT, "project_id");
}

const struct resource mention_resource = {
        .entity = &mention_entity,
        .path = "/mentions",
        .read = MAY_DISCUSS,
        .write = MAY_DISCUSS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OWN,
        .scope_column = "user_id",
        .reach = reach,
        .silent = true,
};

#define ENTITY struct mentions_read_body
static const struct field read_fields[] = {
        F_INT(contact_id, 0, INT64_MAX, "Those under this row; 0: all"),
};
#undef ENTITY
const struct shape mentions_read_shape = SHAPE_OF(mentions_read_body, read_fields, "Which mentions were read");

static int read_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	const struct mentions_read_body *in = q->body;
	struct val project;
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE mention SET read_at = ?3 WHERE user_id = ?1 AND read_at IS NULL AND (contact_id = ?2 OR CAST(?2 AS BIGINT) = 0)",
	        VALS(V(q->who->user_id), V(in->contact_id), V(q->now)), &changed, f);

	if (err || !changed)
		return err;
	err = event_add(db, a, &(struct event){.entity = "mention", .verb = "changed", .user_id = q->who->user_id}, f);
	if (!err && in->contact_id)
		err = db_one(db, a, "SELECT project_id FROM contact WHERE id = ?1", VALS(V(in->contact_id)), &project, 1, f);
	return err || !in->contact_id ? err : row_event(db, a, val_int(project), in->contact_id, q->who->user_id, f);
}

int mentions_read(struct request *q)
{
	return request_write(q, read_write, q);
}

/* Candidates; whether each reaches the project is asked of access itself, so that there is no second statement of the rules here. */
static void people_query(struct query *sql, const struct who *w, int64_t project_id)
{
	query_add(sql, "SELECT u.id, u.name, u.role, u.customer_id FROM \"user\" u JOIN project p ON p.id = ");
	query_val(sql, V(project_id));
	query_add(
	        sql, " WHERE u.disabled = 0 AND (u.id = p.pm_id OR (u.role = 'customer' AND u.customer_id = p.customer_id)");
	if (!w->role->outside)
		query_add(sql, " OR u.role <> 'customer'");
	query_add(sql, ")");
}

static int reaches(struct db *db, struct arena *a, const struct rows *r, int64_t project_id, bool *ret, struct fault *f)
{
	const struct role *role = access_role(str_z(a, rows_str(r, 2)));
	struct who u = {.user_id = rows_int(r, 0), .customer_id = rows_int(r, 3), .role = role};
	int err = may(&u, MAY_DISCUSS) ? access_project(db, a, &u, project_id, NULL) : ENOENT;

	(void)f;
	*ret = !err;
	return err == ENOENT ? 0 : err;
}

int report_may_name(
        struct db *db, struct arena *a, const struct who *w, int64_t project_id, int64_t user_id, bool *ret, struct fault *f)
{
	struct query *sql = query_new(a);
	struct rows r;
	int err;

	*ret = false;
	people_query(sql, w, project_id);
	query_add(sql, " AND u.id = ");
	query_val(sql, V(user_id));
	err = db_ask(db, a, QUERY(sql), &r, f);
	if (!err)
		err = rows_next(&r, f);
	if (!err)
		err = reaches(db, a, &r, project_id, ret, f);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

const char people_schema[] =
        "{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"required\":[\"id\",\"name\"],\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}}}}}}";

enum { PEOPLE_SHOWN = 10, PEOPLE_ASKED = 100 };

int report_people(struct request *q)
{
	struct query *sql = query_new(q->a);
	str words = http_param(q->http, "q");
	struct project p;
	struct rows r;
	int n = 0, err = resource_find(&project_resource, q, q->id[0], &p);

	if (err)
		return err;
	people_query(sql, q->who, p.id);
	if (words.n) {
		query_add(sql, " AND ");
		query_contains(sql, "u.name", str_sub(words, 0, 100));
	}
	query_add(sql, " ORDER BY CASE WHEN u.id = p.pm_id THEN 0 ELSE 1 END, u.name, u.id LIMIT ");
	query_val(sql, V((int64_t)PEOPLE_ASKED));
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && n < PEOPLE_SHOWN && !(err = rows_next(&r, &q->fault))) {
		bool seen = false;
		err = reaches(q->db, q->a, &r, p.id, &seen, &q->fault);
		if (err || !seen)
			continue;
		n++;
		json_open(&q->out, '{');
		json_member_int(&q->out, "id", rows_int(&r, 0));
		json_member_text(&q->out, "name", rows_str(&r, 1));
		json_close(&q->out, '}');
	}
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}
