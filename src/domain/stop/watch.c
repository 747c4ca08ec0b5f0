/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watch.c - what stops a project by itself: seen for some minutes without a break, once until it is over. Somebody who runs it again while it
 * lasts is not stopped a second time. */
#include "base/clock.h"
#include "base/log.h"
#include "domain/setting/setting.h"
#include "domain/stop/stop_priv.h"
#include "domain/trunk/trunk.h"

/* A watch that was not seen for so long begins anew: we were away. Calls of so long count, when there are so many. */
enum { GAP_MS = 3 * CLOCK_MINUTE, SPAN_MS = 15 * CLOCK_MINUTE, CALLS_LEAST = 30, PROJECTS = 2000 };

/* Running projects for which it is so now. Of calls: ?1 since when, ?2 the share that fails, %, ?3 how many there must be. */
#define RUNNING "SELECT p.id, p.language FROM project p WHERE p.state = 'running' "
#define FAILED "('trunk_down', 'trunk_silent', 'failed', 'tel_lost', 'node_lost')"
static const char *const questions[STOP_CAUSES] = {
        [STOP_TRUNK_DOWN] = RUNNING "AND p.trunk_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM trunk t "
                                    "WHERE " TRUNK_OF_PROJECT ")",
        [STOP_BASE_EMPTY] = RUNNING
        "AND p.type <> 'inbound_line' AND EXISTS (SELECT 1 FROM contact_state s WHERE "
        "s.project_id = p.id AND s.state = 'closed' AND s.contacts > 0) AND NOT EXISTS (SELECT 1 FROM contact_state s "
        "JOIN base b ON b.id = s.base_id WHERE s.project_id = p.id AND b.state = 'active' AND s.state IN ('fresh', "
        "'due', 'reserved') AND s.contacts > 0) AND NOT EXISTS (SELECT 1 FROM callback k WHERE k.project_id = p.id AND "
        "k.state = 'open')",
        [STOP_ERROR_RATE] = RUNNING
        "AND (SELECT COUNT(*) FROM call c WHERE c.project_id = p.id AND c.asked_at > ?1 AND c.direction = 'out' AND "
        "c.ended_at IS NOT NULL) >= ?3 AND (SELECT 100 * COUNT(CASE WHEN c.cause IN " FAILED
        " THEN 1 END) - ?2 * COUNT(*) FROM call c WHERE c.project_id = p.id AND c.asked_at > ?1 AND c.direction "
        "= 'out' AND c.ended_at IS NOT NULL) > 0",
};

struct seen {
	int64_t project_id;
	bool english;
};
struct watching {
	const struct app *app;
	enum stop_cause cause;
	int64_t now, wait_ms;
	const struct seen *seen;
	size_t n, stopped;
};

/* What is over is forgotten, so that it may stop the project another time. */
static int forget_others(struct db *db, const struct watching *w, struct fault *f)
{
	return db_run(db,
	        "DELETE FROM stop_watch WHERE cause = ?1 AND seen_at < ?2 AND project_id IN (SELECT id FROM project WHERE state = 'running')",
	        VALS(V(str_of(stop_causes[w->cause])), V(w->now)), NULL, f);
}

static int note(
        struct db *db, struct arena *a, const struct watching *w, int64_t project_id, bool *ret_ripe, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "INSERT INTO stop_watch (project_id, cause, since_at, seen_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT (project_id, cause) DO "
	        "UPDATE SET since_at = CASE WHEN stop_watch.seen_at < ?4 THEN ?3 ELSE stop_watch.since_at END, seen_at = ?3 RETURNING "
	        "since_at, stopped_at",
	        VALS(V(project_id), V(str_of(stop_causes[w->cause])), V(w->now), V(w->now - GAP_MS)), v, 2, f);

	*ret_ripe = !err && v[1].type == VAL_NULL && w->now - val_int(v[0]) >= w->wait_ms;
	return err;
}

static int stop_one(struct db *db, struct arena *a, const struct watching *w, const struct seen *s, struct fault *f)
{
	const struct stopping stop = {
	        .project_id = s->project_id, .cause = w->cause, .reason = stop_reason(w->cause, s->english)};
	const struct by by = {.now = w->now};
	struct project p;
	int err = db_run(db, "UPDATE stop_watch SET stopped_at = ?3 WHERE project_id = ?1 AND cause = ?2",
	        VALS(V(s->project_id), V(str_of(stop_causes[w->cause])), V(w->now)), NULL, f);

	return err ? err : stop_begin(&by, w->app, db, a, &stop, &p, f);
}

/* One project a closure: what was stopped by a person meanwhile is left. */
static int watch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct watching *w = arg;
	const struct seen *s = &w->seen[w->n];
	struct val state;
	bool ripe = false;
	int err = note(db, a, w, s->project_id, &ripe, f);

	w->stopped = 0;
	if (!err && ripe)
		err = db_one(db, a, "SELECT state FROM project WHERE id = ?1", VALS(V(s->project_id)), &state, 1, f);
	if (err || !ripe || !str_eq(val_str(state), STR("running")))
		return err;
	err = stop_one(db, a, w, s, f);
	w->stopped = !err;
	return err;
}

static int forget_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)a;
	return forget_others(db, arg, f);
}

static int ask(struct db *db, struct arena *a, const struct watching *w, int64_t percent, struct seen *ret, size_t *ret_n,
        struct fault *f)
{
	struct rows r;
	size_t n = 0;
	const struct val of_calls[] = {V(w->now - SPAN_MS), V(percent), V((int64_t)CALLS_LEAST)};
	int err = db_ask(db, a, questions[w->cause], of_calls, w->cause == STOP_ERROR_RATE ? COUNT(of_calls) : 0, &r, f);

	while (!err && n < PROJECTS && !(err = rows_next(&r, f)))
		ret[n++] = (struct seen){rows_int(&r, 0), str_eq(rows_str(&r, 1), STR("en"))};
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

static int watch_cause(struct app *app, struct db *db, struct arena *a, struct watching *w, int64_t percent, struct fault *f)
{
	struct seen *seen = NEW_N(a, struct seen, PROJECTS);
	size_t n;
	int err = ask(db, a, w, percent, seen, &n, f);

	w->seen = seen;
	for (w->n = 0; w->n < n && !err; w->n++) {
		err = store_write(app->store, db, a, watch_write, w, f);
		if (!err && w->stopped) {
			log_warn("stop", "project %lld is stopped: %s", (long long)seen[w->n].project_id,
			        stop_causes[w->cause]);
			job_wake(app->jobs);
		}
	}
	return err ? err : store_write(app->store, db, a, forget_write, w, f);
}

int stop_watch(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct watching w = {.app = app, .now = clock_ms()};
	struct settings s;
	int err = settings_load(db, a, &s, f);

	(void)job;
	for (w.cause = STOP_TRUNK_DOWN; w.cause < STOP_CAUSES && !err; w.cause++) {
		int64_t minutes = w.cause == STOP_BASE_EMPTY ? s.stop_base_min : s.stop_fault_min;

		w.wait_ms = minutes * CLOCK_MINUTE;
		if (minutes && (w.cause != STOP_ERROR_RATE || s.stop_error_percent))
			err = watch_cause(app, db, a, &w, s.stop_error_percent, f);
	}
	return err == EINVAL ? EIO : err;
}
