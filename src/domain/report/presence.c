/* SPDX-License-Identifier: GPL-3.0-or-later */
/* presence.c - who has the report open and which cell he writes in: said again every 20 s by each page, forgotten after 45. From outside one sees
 * his own company and who leads the project; of the others he need not know. */
#include "domain/report/presence.h"

#include "domain/project/project.h"
#include "domain/role/role.h"

enum { PRESENT_MS = 45 * 1000, PRESENT_MAX = 50 };

#define ENTITY struct presence_body
static const struct field fields[] = {
        F_INT(contact_id, 0, INT64_MAX, "The row whose cell is being written; 0: none"),
        F_INT(column_id, 0, INT64_MAX, "The customer's column it is in; 0: none"),
        F_BOOL(leaves, "The page is being closed"),
};
#undef ENTITY
const struct shape presence_shape = SHAPE_OF(presence_body, fields, "Being here");

const char presence_schema[] =
        "{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"required\":[\"user_id\",\"name\",\"contact_id\",\"column_id\"],\"properties\":{\"user_id\":{\"type\":\"integer\"},\"name\":{"
        "\"type\":\"string\"},\"contact_id\":{\"type\":\"integer\"},\"column_id\":{\"type\":\"integer\"}}}}}}";

struct being {
	struct request *q;
	int64_t pm_id;
};

static int tell(struct being *b, struct db *db, struct arena *a, struct fault *f)
{
	const struct presence_body *in = b->q->body;
	const struct who *w = b->q->who;
	struct text body = {.a = a};
	struct json_out out = {.t = &body};

	json_open(&out, '{');
	json_member_int(&out, "user_id", w->user_id);
	json_member_text(&out, "name", w->name);
	json_member_int(&out, "at_contact_id", in->contact_id);
	json_member_int(&out, "column_id", in->column_id);
	json_key(&out, "leaves");
	json_add_bool(&out, in->leaves);
	json_close(&out, '}');
	return event_add(db, a,
	        &(struct event){.entity = "presence",
	                .verb = "changed",
	                .row_id = w->user_id,
	                .project_id = b->q->id[0],
	                .right = MAY_DISCUSS,
	                .staff_only = !w->role->outside && w->user_id != b->pm_id,
	                .body = text_str(&body)},
	        f);
}

/* Told only when something changed: who is still here says nothing new. */
static int presence_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct being *b = arg;
	const struct request *q = b->q;
	const struct presence_body *in = q->body;
	struct val was[3] = {{0}};
	int err =
	        db_one(db, a, "SELECT contact_id, column_id, at FROM report_presence WHERE project_id = ?1 AND user_id = ?2",
	                VALS(V(q->id[0]), V(q->who->user_id)), was, COUNT(was), f);
	bool news = err == ENOENT || in->leaves || val_int(was[0]) != in->contact_id || val_int(was[1]) != in->column_id ||
	            val_int(was[2]) < q->now - PRESENT_MS;

	if (err && err != ENOENT)
		return err;
	err = in->leaves
	              ? db_run(db, "DELETE FROM report_presence WHERE project_id = ?1 AND user_id = ?2",
	                        VALS(V(q->id[0]), V(q->who->user_id)), NULL, f)
	              : db_run(db,
	                        "INSERT INTO report_presence (project_id, user_id, contact_id, column_id, at) VALUES (?1, ?2, "
	                        "?3, ?4, ?5) ON CONFLICT (project_id, user_id) DO UPDATE SET contact_id = excluded.contact_id, "
	                        "column_id = excluded.column_id, at = excluded.at",
	                        VALS(V(q->id[0]), V(q->who->user_id), V(in->contact_id), V(in->column_id), V(q->now)), NULL,
	                        f);
	return err || !news ? err : tell(b, db, a, f);
}

static int put_present(struct request *q, int64_t pm_id)
{
	struct query *sql = query_new(q->a);
	struct rows r;
	int err;

	query_add(sql,
	        "SELECT s.user_id, u.name, s.contact_id, s.column_id FROM report_presence s JOIN \"user\" u ON u.id = s.user_id "
	        "WHERE u.disabled = 0 AND s.project_id = ");
	query_val(sql, V(q->id[0]));
	query_add(sql, " AND s.at > ");
	query_val(sql, V(q->now - PRESENT_MS));
	query_add(sql, " AND s.user_id <> ");
	query_val(sql, V(q->who->user_id));
	if (q->who->role->outside) {
		query_add(sql, " AND (u.customer_id = ");
		query_val(sql, V(q->who->customer_id));
		query_add(sql, " OR u.id = ");
		query_val(sql, V(pm_id));
		query_add(sql, ")");
	}
	query_add(sql, " ORDER BY u.name, u.id LIMIT ");
	query_val(sql, V((int64_t)PRESENT_MAX));
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(&q->out, '{');
		json_member_int(&q->out, "user_id", rows_int(&r, 0));
		json_member_text(&q->out, "name", rows_str(&r, 1));
		json_member_int(&q->out, "contact_id", rows_int(&r, 2));
		json_member_int(&q->out, "column_id", rows_int(&r, 3));
		json_close(&q->out, '}');
	}
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

int presence_put(struct request *q)
{
	struct being b = {.q = q};
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	b.pm_id = err ? 0 : p.pm_id;
	if (!err)
		err = request_write(q, presence_write, &b);
	return err ? err : put_present(q, p.pm_id);
}
