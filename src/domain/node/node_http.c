/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_http.c - the machines of the house as an administrator sees them: who is there, who leads whom, what lives where. */
#include "base/clock.h"
#include "domain/node/node.h"
#include "domain/role/role.h"
#include "kit/query/query.h"

#define ID_OR_NULL "{\"type\":[\"integer\",\"null\"]}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define NODES_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"rows\",\"places\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"required\":[\"id\",\"role\",\"name\",\"address\",\"state\",\"started_at\",\"seen_at\",\"leader\",\"epoch\",\"calls\",\"legs\"," \
	"\"lag_ms\"],\"properties\":{\"id\":{\"type\":\"integer\"},\"role\":{\"type\":\"string\",\"enum\":[\"app\",\"tel\"]},\"name\":" \
	"{\"type\":\"string\"},\"address\":" TEXT_OR_NULL \
	",\"state\":{\"type\":\"string\",\"enum\":[\"here\",\"lost\",\"left\"]}," \
	"\"started_at\":{\"type\":\"integer\"},\"seen_at\":{\"type\":\"integer\"},\"leader\":" TEXT_OR_NULL \
	",\"epoch\":" ID_OR_NULL \
	",\"calls\":{\"type\":\"integer\"},\"legs\":{\"type\":\"integer\"},\"lag_ms\":{\"type\":\"integer\"}}}},\"places\":{\"type\":" \
	"\"array\",\"items\":{\"type\":\"object\",\"required\":[\"node_id\",\"project_id\",\"project\",\"operators\",\"state\"],\"properties\":{\"state\":{\"type\":\"string\"}," \
	"\"node_id\":{\"type\":\"integer\"},\"project_id\":{\"type\":\"integer\"},\"project\":{\"type\":\"string\"},\"operators\":{" \
	"\"type\":\"integer\"}}}}}}"

/* Rows of a query as a list of objects, each column under its name. */
static int put_rows(struct request *q, const char *key, struct query *sql, const char *const *names)
{
	struct json_out *w = &q->out;
	struct rows r;
	int err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);

	json_key(w, key);
	json_open(w, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(w, '{');
		for (int i = 0; names[i]; i++) {
			struct val v = rows_get(&r, i);
			json_key(w, names[i]);
			if (v.type == VAL_TEXT)
				json_add_text(w, v.u.s);
			else if (v.type == VAL_INT)
				json_add_int(w, v.u.i);
			else
				json_add_null(w);
		}
		json_close(w, '}');
	}
	rows_done(&r);
	json_close(w, ']');
	return err == ENOENT ? 0 : err;
}

/* A node that has not been noted for this long is silent: with one server it is noted each minute only. */
enum { SILENT_MS = 3 * CLOCK_MINUTE };

static int list(struct request *q)
{
	static const char *const names[] = {"id", "role", "name", "address", "state", "started_at", "seen_at", "leader",
	        "epoch", "calls", "legs", "lag_ms", NULL};
	static const char *const places[] = {"node_id", "project_id", "project", "operators", "state", NULL};
	struct query *sql = query_new(q->a), *held = query_new(q->a);
	int err;

	query_add(sql,
	        "SELECT n.id, n.role, n.name, n.address, CASE WHEN n.left_at IS NOT NULL THEN 'left' WHEN n.lost_at IS NOT NULL OR "
	        "n.seen_at + ");
	query_val(sql, V((int64_t)SILENT_MS));
	query_add(sql, " < ");
	query_word(sql, q->db, DB_NOW_MS);
	query_add(sql,
	        " THEN 'lost' ELSE 'here' END, n.started_at, n.seen_at, p.name, l.epoch, n.calls, n.legs, n.lag_ms FROM node n LEFT "
	        "JOIN lease l ON l.node_id = n.id LEFT JOIN node p ON p.id = l.app_id ORDER BY n.role, n.name, n.id LIMIT 500");
	query_add(held,
	        "SELECT l.node_id, p.id, p.name, (SELECT COUNT(*) FROM shift s WHERE s.project_id = p.id AND s.ended_at IS NULL), "
	        "p.state FROM placement l JOIN project p ON p.id = l.project_id WHERE p.state IN ('running', 'stopped') ORDER BY p.name, p.id LIMIT 2000");
	json_open(&q->out, '{');
	err = put_rows(q, "rows", sql, names);
	if (!err)
		err = put_rows(q, "places", held, places);
	json_close(&q->out, '}');
	return err;
}

static int forget_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	return node_forget(db, a, *(const int64_t *)arg, f);
}

/* It will not come back. */
static int forget_node(struct request *q)
{
	return request_write(q, forget_write, &q->id[0]);
}

struct move_body {
	int64_t project_id;
};
#define ENTITY struct move_body
static const struct field move_fields[] = {F_REF(project_id, "project", "The project that moves", .flags = REQUIRED)};
#undef ENTITY
static const struct shape move_shape = SHAPE_OF(move_body, move_fields, "A project to another node");

struct move {
	const struct request *q;
	int64_t project_id;
};

static int move_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct move *m = arg;
	int err = placement_move(db, a, m->project_id, m->q->id[0], f);

	if (err)
		return err;
	return audit_add(db, a,
	        &(struct audit){.who = m->q->who,
	                .entity = "project",
	                .verb = "moved",
	                .row_id = m->project_id,
	                .project_id = m->project_id,
	                .peer = m->q->http->peer},
	        m->q->now, f);
}

static int move_here(struct request *q)
{
	const struct move_body *body = q->body;

	return request_write(q, move_write, &(struct move){q, body->project_id});
}

static const struct route routes[] = {
        {HTTP_GET, "/nodes", MAY_SET_UP, list, "The machines of the house: who is there, who leads whom, what lives where",
                .gives_raw = "application/json", .schema = NODES_SCHEMA},
        {HTTP_POST, "/nodes/{id}/projects", MAY_SET_UP, move_here,
                "A project that is stopped lives on this telephone node from now on, with its operators", &move_shape},
        {HTTP_DELETE, "/nodes/{id}", MAY_SET_UP, forget_node, "Forget a node that is lost or was stopped and holds nothing"},
        {0}};
const struct module node_module = {.name = "node", .routes = routes};
