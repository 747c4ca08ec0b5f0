/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift.c - shifts and their spans; reasons of pauses. */
#include "domain/shift/shift_priv.h"

#include "base/clock.h"
#include "domain/role/role.h"
#include "domain/shift/work.h"

#define ENTITY struct pause_reason
struct pause_reason {
	int64_t id, version;
	str name;
	bool paid;
	int64_t position;
	bool archived;
};
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "What it is called", .flags = REQUIRED | SEARCHED),
        F_BOOL(paid, "Counts as hours worked"),
        F_INT(position, 0, 1000, "Order in the list"),
        F_BOOL(archived, "No longer offered"),
};
#undef ENTITY
static const struct entity pause_reason_entity =
        ENTITY_OF(pause_reason, fields, "pause_reason", "Why an operator is not ready");

static const struct resource pause_reason_resource = {
        .entity = &pause_reason_entity,
        .path = "/pause_reasons",
        .read = MAY_SIT,
        .write = MAY_SET_UP,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "position",
};

#define SHIFT_COLUMNS \
	"SELECT id, user_id, project_id, started_at, state, state_at, state_until, pause_reason_id, call_id, leg_up, " \
	"muted, back, leaving, leaving_reason_id, offer_id, (SELECT node_id FROM placement WHERE placement.project_id = shift.project_id) " \
	"FROM shift WHERE ended_at IS NULL "

static struct shift shift_from(const struct val *v)
{
	return (struct shift){.id = val_int(v[0]),
	        .user_id = val_int(v[1]),
	        .project_id = val_int(v[2]),
	        .started_at = val_int(v[3]),
	        .state = (enum operator_state)call_word(operator_state_names, val_str(v[4])),
	        .state_at = val_int(v[5]),
	        .state_until = val_int(v[6]),
	        .pause_reason_id = val_int(v[7]),
	        .call_id = val_int(v[8]),
	        .leg_up = val_int(v[9]) != 0,
	        .muted = val_int(v[10]) != 0,
	        .back_ready = v[11].type == VAL_TEXT,
	        .leaving = val_int(v[12]) != 0,
	        .leaving_reason_id = val_int(v[13]),
	        .offer_id = val_int(v[14]),
	        .node_id = val_int(v[15])};
}

bool shift_works(const struct shift *s)
{
	return s->state == OPERATOR_PREVIEW || s->state == OPERATOR_RESERVED || s->state == OPERATOR_TALKING ||
	       s->state == OPERATOR_WRAP_UP;
}

int shift_of(struct db *db, struct arena *a, int64_t user_id, struct shift *ret, struct fault *f)
{
	struct val v[16];
	int err = db_one(db, a, SHIFT_COLUMNS "AND user_id = ?1", VALS(V(user_id)), v, COUNT(v), f);

	if (!err)
		*ret = shift_from(v);
	return err;
}

int shift_hold(struct db *db, struct arena *a, int64_t user_id, struct shift *ret, struct fault *f)
{
	struct query *q;
	struct val v;
	int err = 0;

	if (db_engine(db) != DB_SQLITE) {
		q = query_new(a);
		query_add(q, "SELECT id FROM shift WHERE ended_at IS NULL AND user_id = ");
		query_val(q, V(user_id));
		query_add(q, " ");
		query_word(q, db, DB_FOR_UPDATE);
		err = db_one(db, a, QUERY(q), &v, 1, f);
	}
	return err ? err : shift_of(db, a, user_id, ret, f);
}

enum { SHIFTS_MAX = 5000 };

static int shifts(struct db *db, struct arena *a, const char *sql, struct shift **ret, size_t *ret_n, struct fault *f)
{
	struct shift *all = NEW_N(a, struct shift, SHIFTS_MAX);
	struct val v[16];
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a, sql, NO_VALS, &r, f);

	while (!err && n < SHIFTS_MAX && !(err = rows_next(&r, f))) {
		for (int i = 0; i < (int)COUNT(v); i++)
			v[i] = rows_get(&r, i);
		all[n++] = shift_from(v);
	}
	rows_done(&r);
	if (err && err != ENOENT)
		return err;
	*ret = all;
	*ret_n = n;
	return 0;
}

int shift_all(struct db *db, struct arena *a, struct shift **ret, size_t *ret_n, struct fault *f)
{
	return shifts(db, a, SHIFT_COLUMNS "ORDER BY state_at LIMIT 5000", ret, ret_n, f);
}

int shift_free(struct db *db, struct arena *a, struct shift **ret, size_t *ret_n, struct fault *f)
{
	return shifts(db, a,
	        SHIFT_COLUMNS "AND state = 'ready' AND leg_up = 1 AND call_id IS NULL ORDER BY state_at LIMIT 5000", ret,
	        ret_n, f);
}

static int span_end(struct db *db, struct arena *a, const struct shift *s, int64_t at, struct fault *f)
{
	struct val v[5];
	int err = db_one(db, a,
	        "UPDATE state_span SET to_at = ?2 WHERE shift_id = ?1 AND user_id = ?3 AND to_at IS NULL RETURNING user_id, coalesce(project_id, 0), CASE "
	        "WHEN state = 'pause' THEN coalesce(pause_reason_id, -1) ELSE 0 END, from_at, state",
	        VALS(V(s->id), V(at), V(s->user_id)), v, COUNT(v), f);
	struct work_span span = {.to_at = at};

	if (err)
		return err == ENOENT ? 0 : err;
	span.user_id = val_int(v[0]);
	span.project_id = val_int(v[1]);
	span.pause = val_int(v[2]);
	span.from_at = val_int(v[3]);
	span.state = val_str(v[4]);
	return work_add(db, &span, f);
}

static int span_begin(struct db *db, const struct shift *s, int64_t at, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO state_span (shift_id, user_id, project_id, state, pause_reason_id, from_at) VALUES (?1, ?2, "
	        "?3, ?4, ?5, ?6)",
	        VALS(V(s->id), V(s->user_id), val_ref(s->project_id), V(str_of(operator_state_names[s->state])),
	                val_ref(s->pause_reason_id), V(at)),
	        NULL, f);
}

/* The floor is told that somebody's state moved; it reads the rest. */
int shift_moved(struct db *db, struct arena *a, int64_t user_id, int64_t project_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "floor",
	                .verb = "changed",
	                .row_id = user_id,
	                .project_id = project_id,
	                .right = MAY_WATCH},
	        f);
}

int shift_start(struct db *db, struct arena *a, struct shift *s, int64_t now, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO shift (user_id, project_id, started_at, state, state_at) VALUES (?1, ?2, ?3, 'pause', ?3) "
	        "RETURNING id",
	        VALS(V(s->user_id), val_ref(s->project_id), V(now)), &id, 1, f);

	if (err)
		return err;
	s->id = val_int(id);
	s->started_at = s->state_at = now;
	s->state = OPERATOR_PAUSE;
	err = span_begin(db, s, now, f);
	return err ? err : shift_moved(db, a, s->user_id, s->project_id, f);
}

int shift_put(struct db *db, struct arena *a, const struct shift *s, struct fault *f)
{
	struct shift was;
	int err = shift_of(db, a, s->user_id, &was, f);

	if (err)
		return err;
	err = db_run(db,
	        "UPDATE shift SET project_id = ?2, state = ?3, state_at = ?4, state_until = ?5, pause_reason_id = ?6, "
	        "call_id = ?7, "
	        "leg_up = ?8, muted = ?9, back = ?10, leaving = ?11, offer_id = ?12, leaving_reason_id = ?13 WHERE id = ?1",
	        VALS(V(s->id), val_ref(s->project_id), V(str_of(operator_state_names[s->state])), V(s->state_at),
	                val_ref(s->state_until), val_ref(s->pause_reason_id), val_ref(s->call_id), V((int64_t)s->leg_up),
	                V((int64_t)s->muted), val_s(s->back_ready ? STR("ready") : (str){0}), V((int64_t)s->leaving),
	                val_ref(s->offer_id), val_ref(s->leaving ? s->leaving_reason_id : 0)),
	        NULL, f);
	if (err || (was.state == s->state && was.project_id == s->project_id && was.pause_reason_id == s->pause_reason_id))
		return err;
	err = span_end(db, a, s, s->state_at, f);
	if (!err)
		err = span_begin(db, s, s->state_at, f);
	return err ? err : shift_moved(db, a, s->user_id, s->project_id, f);
}

int shift_end(struct db *db, struct arena *a, const struct shift *s, int64_t at, const char *why, struct fault *f)
{
	int err = span_end(db, a, s, at, f);

	if (!err)
		err = db_run(db,
		        "UPDATE shift SET ended_at = ?2, ended_why = ?3, state = 'offline', leg_up = 0 WHERE id = ?1",
		        VALS(V(s->id), V(at), V(str_of(why))), NULL, f);
	return err ? err : shift_moved(db, a, s->user_id, s->project_id, f);
}

static const struct resource *const resources[] = {&pause_reason_resource, NULL};
const struct module shift_module = {.name = "shift", .resources = resources, .routes = shift_routes};
