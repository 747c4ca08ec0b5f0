/* SPDX-License-Identifier: GPL-3.0-or-later */
/* board.c - what a board shows now: one answer, small enough to be asked for every few seconds for months. */
#include "base/clock.h"
#include "domain/queue/place.h"
#include "domain/wall/first_name.h"
#include "domain/wall/wall_priv.h"
#include "engine/zone/zone.h"

const char board_schema[] =
        "{\"type\":\"object\",\"required\":[\"name\",\"language\",\"at\",\"started_at\",\"queues\",\"operators\",\"projects\"],"
        "\"properties\":{\"name\":{\"type\":\"string\"},\"language\":{\"type\":\"string\"},\"at\":{\"type\":\"integer\"},"
        "\"started_at\":{\"type\":\"integer\"},\"queues\":{\"type\":\"array\",\"items\":" QUEUE_FIGURES_SCHEMA "},"
        "\"operators\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"state\",\"since\"],"
        "\"properties\":{\"name\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"},\"since\":{\"type\":\"integer\"}}}},"
        "\"projects\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"project_id\",\"project\",\"calls\","
        "\"dialogues\",\"leads\",\"plan\",\"answered\",\"abandoned\",\"abandon_max\"],\"properties\":{"
        "\"project_id\":{\"type\":\"integer\"},\"project\":{\"type\":\"string\"},\"calls\":{\"type\":\"integer\"},"
        "\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"},\"plan\":{\"type\":\"integer\"},"
        "\"answered\":{\"type\":\"integer\"},\"abandoned\":{\"type\":\"integer\"},"
        "\"abandon_max\":{\"type\":[\"number\",\"null\"]}}}}}}";

static void put_int(struct json_out *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_int(w, value);
}

static void put_text(struct json_out *w, const char *key, str value)
{
	json_key(w, key);
	json_add_text(w, value);
}

static int put_queues(struct request *q, const int64_t *only, size_t n_only)
{
	struct queue_figures *all = NULL;
	size_t n = 0;
	int err = queue_figures(q->db, q->a, q->who, q->now, &all, &n, &q->fault);

	json_key(&q->out, "queues");
	json_open(&q->out, '[');
	for (size_t i = 0; i < n; i++) {
		bool shown = !n_only;
		for (size_t k = 0; k < n_only; k++)
			shown |= only[k] == all[i].queue_id;
		if (shown)
			queue_figures_put(&q->out, all + i);
	}
	json_close(&q->out, ']');
	return err;
}

static int put_operators(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct rows r;
	int err;

	query_add(sql,
	        "SELECT u.name, s.state, s.state_at FROM shift s JOIN \"user\" u ON u.id = s.user_id WHERE s.ended_at IS NULL");
	access_scope(sql, q->who, SCOPE_PROJECT, "s.project_id");
	query_add(sql, " ORDER BY s.state_at, s.user_id LIMIT 300");
	json_key(&q->out, "operators");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(&q->out, '{');
		put_text(&q->out, "name", first_name(rows_str(&r, 0)));
		put_text(&q->out, "state", rows_str(&r, 1));
		put_int(&q->out, "since", rows_int(&r, 2));
		json_close(&q->out, '}');
	}
	rows_done(&r);
	json_close(&q->out, ']');
	return err == ENOENT ? 0 : err;
}

struct project_row {
	int64_t id, plan;
	str name, zone;
	bool ahead;
	double abandon_max;
};

/* Today in its zone, and of what is dialled ahead how many found nobody, as the pacer counts them. */
static int put_project(struct request *q, const struct project_row *p)
{
	int64_t midnight = q->now - CLOCK_DAY;
	struct val v[3] = {{0}}, lost[2] = {{0}};
	struct zone_time t;
	int err;

	if (zone_local(p->zone, q->now, &t, NULL) || zone_instant(p->zone, t.date, 0, &midnight, NULL))
		midnight = q->now - CLOCK_DAY;
	err = db_one(q->db, q->a,
	        "SELECT SUM(calls), SUM(dialogues), SUM(leads) FROM project_hour WHERE project_id = ?1 AND hour >= ?2",
	        VALS(V(p->id), V(midnight)), v, COUNT(v), &q->fault);
	if (!err && p->ahead)
		err = db_one(q->db, q->a,
		        "SELECT answered, abandoned FROM pacing_log WHERE project_id = ?1 AND at >= ?2 ORDER BY at DESC LIMIT 1",
		        VALS(V(p->id), V(q->now - CLOCK_DAY)), lost, COUNT(lost), &q->fault);
	if (err && err != ENOENT)
		return err;
	json_open(&q->out, '{');
	put_int(&q->out, "project_id", p->id);
	put_text(&q->out, "project", p->name);
	put_int(&q->out, "calls", val_int(v[0]));
	put_int(&q->out, "dialogues", val_int(v[1]));
	put_int(&q->out, "leads", val_int(v[2]));
	put_int(&q->out, "plan", p->plan);
	put_int(&q->out, "answered", err ? 0 : val_int(lost[0]));
	put_int(&q->out, "abandoned", err ? 0 : val_int(lost[1]));
	json_key(&q->out, "abandon_max");
	p->ahead ? json_add_real(&q->out, p->abandon_max) : json_add_null(&q->out);
	json_close(&q->out, '}');
	return 0;
}

static int put_projects(struct request *q)
{
	struct project_row all[WALL_PROJECTS_MAX];
	struct query *sql = query_new(q->a);
	struct rows r;
	size_t n = 0;
	int err;

	query_add(sql, "SELECT p.id, p.plan_per_day, p.name, p.timezone, p.mode, p.abandon_max FROM project p WHERE 1 = 1");
	access_scope(sql, q->who, SCOPE_PROJECT, "p.id");
	query_add(sql, " ORDER BY p.name, p.id LIMIT 50");
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && n < COUNT(all) && !(err = rows_next(&r, &q->fault))) {
		struct val max = rows_get(&r, 5);
		all[n++] = (struct project_row){rows_int(&r, 0), rows_int(&r, 1), str_copy(q->a, rows_str(&r, 2)),
		        str_copy(q->a, rows_str(&r, 3)), str_eq(rows_str(&r, 4), STR("predictive")),
		        max.type == VAL_REAL ? max.u.r : (double)val_int(max)};
	}
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	json_key(&q->out, "projects");
	json_open(&q->out, '[');
	for (size_t i = 0; i < n && !err; i++)
		err = put_project(q, all + i);
	json_close(&q->out, ']');
	return err;
}

/* When this process began: a board that sees another moment loads its page anew, which may be a newer one. */
static int64_t started_at;

int board_start(struct app *app, struct fault *f)
{
	(void)app;
	(void)f;
	started_at = clock_ms();
	return 0;
}

int wall_board(struct request *q)
{
	int64_t only[WALL_QUEUES_MAX];
	struct val v[3];
	size_t n_only = 0;
	int err = !q->who->wall_id ? ENOENT
	                           : db_one(q->db, q->a, "SELECT name, queues, language FROM wall WHERE id = ?1",
	                                     VALS(V(q->who->wall_id)), v, COUNT(v), &q->fault);

	if (err)
		return err;
	err = wall_ids(q->a, val_str(v[1]), "queues", COUNT(only), only, &n_only, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	put_text(&q->out, "name", val_str(v[0]));
	put_text(&q->out, "language", val_str(v[2]));
	put_int(&q->out, "at", q->now);
	put_int(&q->out, "started_at", started_at);
	err = put_queues(q, only, n_only);
	if (!err)
		err = put_operators(q);
	if (!err)
		err = put_projects(q);
	json_close(&q->out, '}');
	return err;
}
