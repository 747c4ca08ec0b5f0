/* SPDX-License-Identifier: GPL-3.0-or-later */
/* agentless.c - projects whose calls are for recorded words: nobody is waited for, so as many are dialled as the project and its lines take. Whom,
 * the gate decides contact by contact (choose.c). The dialler's thread alone. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/trunk/trunk.h"

enum { PLANS_MAX = 200, TURN_DIALS = 25 };

struct plan {
	int64_t project_id, lines_max, calls_per_min, open, last_minute, flow_id, flow_version;
	struct line_use lines;
};
/* The telephone process was told this flow as it is: no call may come before that. */
static struct told {
	int64_t project_id, flow_id, version;
} told[PLANS_MAX];

static int plans(struct db *db, struct arena *a, struct plan ret[PLANS_MAX], size_t *ret_n, int64_t now, struct fault *f)
{
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT p.id, " LINES_OF_PROJECT
	        ", p.trunk_id, p.lines_max, p.calls_per_min, (SELECT COUNT(*) FROM call c WHERE c.ended_at IS NULL AND c.project_id = p.id "
	        "AND c.operator_id IS NULL AND c.direction = 'out'), (SELECT COUNT(*) FROM call c WHERE c.project_id = p.id AND c.asked_at > "
	        "?1 AND c.mode = 'agentless'), w.id, w.version, (SELECT node_id FROM placement WHERE project_id = p.id) FROM project p JOIN flow w ON w.id = p.flow_id WHERE p.mode = 'agentless' AND "
	        "p.state = 'running' ORDER BY p.id LIMIT 200",
	        VALS(V(now - CLOCK_MINUTE)), &r, f);

	while (!err && n < PLANS_MAX && !(err = rows_next(&r, f))) {
		if (!leads(rows_int(&r, 11)))
			continue;
		ret[n++] = (struct plan){.project_id = rows_int(&r, 0),
		        .lines = {rows_int(&r, 11), rows_int(&r, 4), rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3)},
		        .lines_max = rows_int(&r, 5),
		        .calls_per_min = rows_int(&r, 6),
		        .open = rows_int(&r, 7),
		        .last_minute = rows_int(&r, 8),
		        .flow_id = rows_int(&r, 9),
		        .flow_version = rows_int(&r, 10)};
	}
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

/* The least of what the project wants, and its lines take. */
static int64_t room(const struct plan *p, int left)
{
	int64_t n = p->lines_max - p->open;

	if (p->calls_per_min && p->calls_per_min - p->last_minute < n)
		n = p->calls_per_min - p->last_minute;
	if (left < n)
		n = left;
	return n < TURN_DIALS ? n : TURN_DIALS;
}

static void tell_first(struct db *db, struct arena *a, const struct plan *p)
{
	struct told *t = told + p->project_id % PLANS_MAX, now = {p->project_id, p->flow_id, p->flow_version};

	if (t->project_id == now.project_id && t->flow_id == now.flow_id && t->version == now.version)
		return;
	tell_inbound(db, a);
	*t = now;
}

static int dial(struct store *s, struct db *db, struct arena *a, const struct plan *p, int64_t now, struct fault *f)
{
	struct bucket *bucket;
	int64_t n = room(p, line_left(&p->lines, &bucket, now));
	int err = 0;

	if (n > 0)
		tell_first(db, a, p);
	for (int64_t i = 0; i < n && !err; i++) {
		char uuid[37];
		int64_t from = clock_mono_us();
		err = choose_ahead(s, db, a, p->project_id, clock_ms(), uuid, f);
		if (err)
			break;
		dialer_count_dial(clock_mono_us() - from);
		(void)bucket_take(bucket, clock_ms());
	}
	return err == ENOENT ? 0 : err;
}

void agentless_turn(struct store *s, struct db *db, struct arena *a, int64_t now)
{
	struct plan *all = NEW_N(a, struct plan, PLANS_MAX);
	struct fault f = {0};
	size_t n = 0;
	int err = plans(db, a, all, &n, now, &f);

	for (size_t i = 0; i < n && !err; i++)
		err = dial(s, db, a, all + i, now, &f);
	if (err)
		log_error("agentless", "%s", f.what[0] ? f.what : strerror(err));
}
