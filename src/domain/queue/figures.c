/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figures.c - what queues have today, from their roll-ups, and what they have now. */
#include "domain/queue/place.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"

enum { QUEUES_MAX = 500, ZONES_MAX = 32 };

struct reading {
	struct db *db;
	struct arena *a;
	const struct who *who;
	int64_t now;
	struct queue_figures *all;
	size_t n;
	str zones[ZONES_MAX];
	size_t n_zones;
	struct fault *f;
};

static struct queue_figures *find(struct reading *r, int64_t queue_id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->all[i].queue_id == queue_id)
			return r->all + i;
	return NULL;
}

static void note_zone(struct reading *r, str zone)
{
	for (size_t i = 0; i < r->n_zones; i++)
		if (str_eq(r->zones[i], zone))
			return;
	if (r->n_zones < ZONES_MAX)
		r->zones[r->n_zones++] = str_copy(r->a, zone);
}

static int read_queues(struct reading *r)
{
	struct query *q = query_new(r->a);
	struct rows rows;
	int err;

	query_add(q,
	        "SELECT q.id, q.project_id, q.target_s, q.name, p.name, p.timezone FROM queue q JOIN project p ON p.id = "
	        "q.project_id WHERE p.state = 'running'");
	access_scope(q, r->who, SCOPE_PROJECT, "q.project_id");
	query_add(q, " ORDER BY p.name, q.name, q.id LIMIT 500");
	err = db_ask(r->db, r->a, QUERY(q), &rows, r->f);
	while (!err && !(err = rows_next(&rows, r->f))) {
		r->all[r->n++] = (struct queue_figures){.queue_id = rows_int(&rows, 0),
		        .project_id = rows_int(&rows, 1),
		        .target_s = rows_int(&rows, 2) ? rows_int(&rows, 2) : PLACE_TARGET_S,
		        .name = str_copy(r->a, rows_str(&rows, 3)),
		        .project = str_copy(r->a, rows_str(&rows, 4))};
		note_zone(r, rows_str(&rows, 5));
	}
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

/* Now: who waits, and who holds a ticket. */
static int read_waiting(struct reading *r)
{
	struct rows rows;
	int err = db_ask(r->db, r->a,
	        "SELECT queue_id, SUM(CASE WHEN kind = 'ticket' THEN 0 ELSE 1 END), MIN(CASE WHEN kind = 'ticket' THEN NULL ELSE "
	        "entered_at END), SUM(CASE WHEN kind = 'ticket' THEN 1 ELSE 0 END) FROM queue_place WHERE left_at IS NULL GROUP BY queue_id",
	        NO_VALS, &rows, r->f);

	while (!err && !(err = rows_next(&rows, r->f))) {
		struct queue_figures *to = find(r, rows_int(&rows, 0));
		if (!to)
			continue;
		to->waiting = rows_int(&rows, 1);
		to->since = rows_int(&rows, 2);
		to->tickets_open = rows_int(&rows, 3);
	}
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

/* Who is at work for a queue: its members, or all of its project when it names none. */
static int read_operators(struct reading *r)
{
	struct rows rows;
	int err = db_ask(r->db, r->a,
	        "SELECT q.id, COUNT(*), SUM(CASE WHEN s.state = 'ready' AND s.leg_up = 1 THEN 1 ELSE 0 END) FROM queue q JOIN shift s ON "
	        "s.project_id = q.project_id AND s.ended_at IS NULL AND s.state NOT IN ('pause', 'lost') WHERE NOT EXISTS (SELECT 1 FROM "
	        "queue_member m WHERE m.queue_id = q.id) OR EXISTS (SELECT 1 FROM queue_member m WHERE m.queue_id = q.id AND m.user_id = "
	        "s.user_id) GROUP BY q.id",
	        NO_VALS, &rows, r->f);

	while (!err && !(err = rows_next(&rows, r->f))) {
		struct queue_figures *to = find(r, rows_int(&rows, 0));
		if (!to)
			continue;
		to->operators = rows_int(&rows, 1);
		to->ready = rows_int(&rows, 2);
	}
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

static void add_hours(struct queue_figures *to, const struct rows *rows)
{
	if (rows_int(rows, 1)) {
		to->tickets_reached = rows_int(rows, 3);
		to->tickets_failed = rows_int(rows, 10);
		return;
	}
	to->offered = rows_int(rows, 2);
	to->answered = rows_int(rows, 3);
	to->answered_in = rows_int(rows, 4);
	to->abandoned = rows_int(rows, 5);
	to->abandoned_in = rows_int(rows, 6);
	to->short_waits = rows_int(rows, 7);
	to->overflowed = rows_int(rows, 8);
	to->callbacks = rows_int(rows, 9);
	to->wait_ms = rows_int(rows, 11);
}

/* Today of the queues whose projects live by this zone. */
static int read_day(struct reading *r, str zone)
{
	int64_t midnight = r->now - CLOCK_DAY;
	struct zone_time t;
	struct rows rows;
	int err;

	if (zone_local(zone, r->now, &t, NULL) || zone_instant(zone, t.date, 0, &midnight, NULL))
		midnight = r->now - CLOCK_DAY;
	err = db_ask(r->db, r->a,
	        "SELECT h.queue_id, CASE WHEN h.kind = 'ticket' THEN 1 ELSE 0 END, SUM(h.offered), SUM(h.answered), SUM(h.answered_in), "
	        "SUM(h.abandoned), SUM(h.abandoned_in), SUM(h.short_waits), SUM(h.overflowed), SUM(h.callbacks), SUM(h.failed), "
	        "SUM(h.wait_ms) FROM queue_hour h JOIN project p ON p.id = h.project_id WHERE p.state = 'running' AND p.timezone = ?1 AND "
	        "h.hour >= ?2 GROUP BY 1, 2",
	        VALS(V(zone), V(midnight)), &rows, r->f);
	while (!err && !(err = rows_next(&rows, r->f))) {
		struct queue_figures *to = find(r, rows_int(&rows, 0));
		if (to)
			add_hours(to, &rows);
	}
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

static double share(int64_t part, int64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : -1;
}

int queue_figures(struct db *db, struct arena *a, const struct who *who, int64_t now, struct queue_figures **ret,
        size_t *ret_n, struct fault *f)
{
	struct reading r = {
	        .db = db, .a = a, .who = who, .now = now, .all = NEW_N(a, struct queue_figures, QUEUES_MAX), .f = f};
	int err = read_queues(&r);

	if (!err)
		err = read_waiting(&r);
	if (!err)
		err = read_operators(&r);
	for (size_t i = 0; !err && i < r.n_zones; i++)
		err = read_day(&r, r.zones[i]);
	for (size_t i = 0; i < r.n; i++) {
		struct queue_figures *q = r.all + i;
		q->s1 = share(q->answered_in, q->answered + q->abandoned);
		q->s2 = share(q->answered_in, q->answered);
		q->s3 = share(q->answered_in + q->abandoned_in, q->offered);
	}
	*ret = r.all;
	*ret_n = r.n;
	return err;
}

static void put_share(struct json_out *w, const char *key, double value)
{
	json_key(w, key);
	if (value < 0)
		json_add_null(w);
	else
		json_add_real(w, value);
}

void queue_figures_put(struct json_out *w, const struct queue_figures *q)
{
	const struct {
		const char *key;
		int64_t value;
	} numbers[] = {{"queue_id", q->queue_id}, {"project_id", q->project_id}, {"target_s", q->target_s},
	        {"waiting", q->waiting}, {"operators", q->operators}, {"ready", q->ready}, {"offered", q->offered},
	        {"answered", q->answered}, {"answered_in", q->answered_in}, {"abandoned", q->abandoned},
	        {"abandoned_in", q->abandoned_in}, {"short_waits", q->short_waits}, {"overflowed", q->overflowed},
	        {"callbacks", q->callbacks}, {"wait_ms", q->wait_ms}, {"tickets_open", q->tickets_open},
	        {"tickets_reached", q->tickets_reached}, {"tickets_failed", q->tickets_failed}};

	json_open(w, '{');
	json_key(w, "queue");
	json_add_text(w, q->name);
	json_key(w, "project");
	json_add_text(w, q->project);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		json_key(w, numbers[i].key);
		json_add_int(w, numbers[i].value);
	}
	json_key(w, "waiting_since");
	q->since ? json_add_int(w, q->since) : json_add_null(w);
	put_share(w, "s1", q->s1);
	put_share(w, "s2", q->s2);
	put_share(w, "s3", q->s3);
	json_close(w, '}');
}

static int figures_list(struct request *q)
{
	struct queue_figures *all = NULL;
	size_t n = 0;
	int err = queue_figures(q->db, q->a, q->who, q->now, &all, &n, &q->fault);

	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; i < n; i++)
		queue_figures_put(&q->out, all + i);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err;
}

#define FIGURES_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":" QUEUE_FIGURES_SCHEMA \
	"}}}"

const struct route queue_routes[] = {
        {HTTP_GET, "/queues/figures", MAY_SEE_FLOOR, figures_list,
                "Queues of running projects: who waits now, and today in the project's zone: answered, abandoned, the level of service by "
                "three formulas (s1: answered in time of answered and abandoned; s2: of answered; s3: answered or abandoned in time of all "
                "offered), callbacks that keep the place",
                .gives_raw = "application/json", .schema = FIGURES_SCHEMA},
        {0},
};
