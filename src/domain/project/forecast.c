/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forecast.c - how long the base of a running project lasts: the calls its open contacts will still take, by what closed ones took, against
 * the calls of its last days. A job writes it; the overview and the alarms read one row. Costs the same on any number of contacts. */
#include "domain/project/project_priv.h"
#include "kit/app/app.h"

enum { KNOWN_LEAST = 20, DAYS = 7, PROJECTS_MAX = 1000 };

struct base_left {
	int64_t fresh, due, calls_left, calls_per_day;
};

/* Contacts by state of the project's active bases. */
static int open_contacts(struct db *db, struct arena *a, int64_t project_id, struct base_left *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT COALESCE(SUM(CASE WHEN s.state = 'fresh' THEN s.contacts ELSE 0 END), 0), COALESCE(SUM(CASE WHEN s.state IN "
	        "('due', 'reserved') THEN s.contacts ELSE 0 END), 0) FROM contact_state s JOIN base b ON b.id = s.base_id "
	        "WHERE s.project_id = ?1 AND b.state = 'active'",
	        VALS(V(project_id)), v, 2, f);

	if (!err) {
		ret->fresh = val_int(v[0]);
		ret->due = val_int(v[1]);
	}
	return err;
}

/* Attempts so far, in hundredths of a mean, of the contacts in a state that were called last. *ret_n: of how many. */
static int mean_attempts(
        struct db *db, struct arena *a, int64_t project_id, const char *state, int64_t *ret, int64_t *ret_n, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT COUNT(*), COALESCE(SUM(attempts), 0) FROM (SELECT attempts FROM contact WHERE project_id = ?1 AND last_at IS NOT "
	        "NULL AND state = ?2 ORDER BY last_at DESC NULLS LAST, id DESC LIMIT 500) x",
	        VALS(V(project_id), V(str_of(state))), v, 2, f);

	if (!err) {
		*ret_n = val_int(v[0]);
		*ret = *ret_n ? 100 * val_int(v[1]) / *ret_n : 0;
	}
	return err;
}

/* The mean of the last week's days that had calls. */
static int per_day(struct db *db, struct arena *a, int64_t project_id, int64_t now, int64_t *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT COALESCE(SUM(calls), 0), COUNT(DISTINCT hour / 86400000) FROM project_hour WHERE project_id = ?1 AND hour >= ?2 "
	        "AND calls > 0",
	        VALS(V(project_id), V(now - DAYS * (int64_t)CLOCK_DAY)), v, 2, f);

	if (!err)
		*ret = val_int(v[1]) ? val_int(v[0]) / val_int(v[1]) : 0;
	return err;
}

static int look(struct db *db, struct arena *a, int64_t project_id, int64_t now, struct base_left *ret, struct fault *f)
{
	int64_t closed = 0, waiting = 0, n_closed = 0, n_waiting = 0, more;
	int err = open_contacts(db, a, project_id, ret, f);

	if (!err)
		err = mean_attempts(db, a, project_id, "closed", &closed, &n_closed, f);
	if (!err)
		err = mean_attempts(db, a, project_id, "due", &waiting, &n_waiting, f);
	if (!err)
		err = per_day(db, a, project_id, now, &ret->calls_per_day, f);
	if (n_closed < KNOWN_LEAST || closed < 100) /* a beginner: two calls a contact */
		closed = 200;
	more = closed - waiting > 100 ? closed - waiting : 100; /* one that waits takes a call at least */
	ret->calls_left = (ret->fresh * closed + ret->due * more) / 100;
	return err;
}

struct told {
	int64_t project_id, now;
	struct base_left left;
};

static int forecast_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct told *w = arg;
	bool low = w->left.calls_left < w->left.calls_per_day;

	(void)a;
	return db_run(db,
	        "INSERT INTO forecast (project_id, at, fresh, due, calls_left, calls_per_day, low_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON "
	        "CONFLICT (project_id) DO UPDATE SET at = excluded.at, fresh = excluded.fresh, due = excluded.due, calls_left = "
	        "excluded.calls_left, calls_per_day = excluded.calls_per_day, low_at = CASE WHEN excluded.low_at IS NULL THEN NULL ELSE "
	        "COALESCE(forecast.low_at, excluded.low_at) END",
	        VALS(V(w->project_id), V(w->now), V(w->left.fresh), V(w->left.due), V(w->left.calls_left),
	                V(w->left.calls_per_day), val_ref(low ? w->now : 0)),
	        NULL, f);
}

int project_forecasts(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t ids[PROJECTS_MAX];
	size_t n = 0;
	struct rows r;
	int err = db_ask(db, a, "SELECT id FROM project WHERE state = 'running' ORDER BY id LIMIT 1000", NO_VALS, &r, f);

	(void)job;
	while (!err && n < PROJECTS_MAX && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		struct told w = {.project_id = ids[i], .now = clock_ms()};
		err = look(db, a, ids[i], w.now, &w.left, f);
		if (!err)
			err = store_write(app->store, db, a, forecast_write, &w, f);
	}
	return err;
}

int project_forecast_put(struct db *db, struct arena *a, int64_t project_id, struct json_out *w, struct fault *f)
{
	static const char *const names[] = {"at", "fresh", "due", "calls_left", "calls_per_day"};
	struct val v[COUNT(names)];
	int err = db_one(db, a, "SELECT at, fresh, due, calls_left, calls_per_day FROM forecast WHERE project_id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

	json_key(w, "forecast");
	if (err == ENOENT) {
		json_add_null(w);
		return 0;
	}
	if (err)
		return err;
	json_open(w, '{');
	for (size_t i = 0; i < COUNT(names); i++) {
		json_key(w, names[i]);
		json_add_int(w, val_int(v[i]));
	}
	json_close(w, '}');
	return 0;
}
