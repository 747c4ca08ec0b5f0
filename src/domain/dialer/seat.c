/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seat.c - the snapshot of an operator's seat: what the page shows, whole or only what moves (contract: docs of GET /seat). */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/disposition/disposition.h"
#include "domain/recording/recording.h"

/* One snapshot in the making. */
struct seat_view {
	struct db *db;
	struct arena *a;
	struct json_out *w;
	struct fault *f;
	int64_t user_id, now;
	bool on_shift;
	struct shift shift;
	struct call_row call; /* id 0: none */
};

static void put_int(struct seat_view *v, const char *key, int64_t n)
{
	json_member_int(v->w, key, n);
}

static void put_ref(struct seat_view *v, const char *key, int64_t n)
{
	json_key(v->w, key);
	if (n)
		json_add_int(v->w, n);
	else
		json_add_null(v->w);
}

static void put_text(struct seat_view *v, const char *key, str s)
{
	json_member_text(v->w, key, s);
}

static void put_bool(struct seat_view *v, const char *key, bool b)
{
	json_key(v->w, key);
	json_add_bool(v->w, b);
}

/* Rows of a query as objects whose members are its columns. */
static int put_rows(
        struct seat_view *v, const char *key, const char *const *names, const char *sql, const struct val *vals, size_t n)
{
	struct rows r;
	int err = db_ask(v->db, v->a, sql, vals, n, &r, v->f);

	json_key(v->w, key);
	json_open(v->w, '[');
	while (!err && !(err = rows_next(&r, v->f))) {
		json_open(v->w, '{');
		for (int i = 0; names[i]; i++) {
			struct val x = rows_get(&r, i);
			json_key(v->w, names[i]);
			if (x.type == VAL_TEXT)
				json_add_text(v->w, x.u.s);
			else if (x.type == VAL_INT)
				json_add_int(v->w, x.u.i);
			else
				json_add_null(v->w);
		}
		json_close(v->w, '}');
	}
	rows_done(&r);
	json_close(v->w, ']');
	return err == ENOENT ? 0 : err;
}

static int put_entities(struct seat_view *v, const char *key, const struct entity *e)
{
	struct query *q = query_new(v->a);
	void *row = arena_alloc(v->a, e->shape.size);
	struct rows r;
	int err;

	query_add(q, "SELECT ");
	entity_columns(e, q);
	query_add(q, " FROM ");
	query_name(q, e->table);
	query_add(q, " WHERE archived = 0 AND project_id = ");
	query_val(q, V(v->shift.project_id));
	query_add(q, " ORDER BY position, id LIMIT 500");
	json_key(v->w, key);
	json_open(v->w, '[');
	err = db_ask(v->db, v->a, QUERY(q), &r, v->f);
	while (!err && !(err = rows_next(&r, v->f))) {
		err = entity_from_row(e, &r, 0, row, v->f);
		if (!err)
			shape_to_json(&e->shape, row, NULL, false, v->w);
	}
	rows_done(&r);
	json_close(v->w, ']');
	return err == ENOENT ? 0 : err;
}

static int put_call(struct seat_view *v)
{
	const struct call_row *c = &v->call;
	struct val recording[3] = {{0}}, called[3] = {{0}}; /* number, source and queue of a call to us */
	int err;

	json_key(v->w, "call");
	if (!c->id) {
		json_add_null(v->w);
		return 0;
	}
	err = db_one(v->db, v->a, "SELECT state, error, gaps FROM recording WHERE call_id = ?1", VALS(V(c->id)), recording,
	        3, v->f);
	if (!err || err == ENOENT)
		err = c->incoming
		              ? db_one(v->db, v->a,
		                        "SELECT n.e164, n.source, q.name FROM call c LEFT JOIN number n ON n.id = c.number_id LEFT JOIN "
		                        "queue q ON q.id = c.queue_id WHERE c.id = ?1",
		                        VALS(V(c->id)), called, 3, v->f)
		              : 0;
	if (err)
		return err;
	json_open(v->w, '{');
	put_int(v, "id", c->id);
	put_text(v, "uuid", c->uuid);
	put_text(v, "state", str_of(call_state_names[c->state]));
	put_text(v, "mode", str_of(project_modes[c->mode]));
	put_text(v, "direction", c->incoming ? STR("in") : STR("out"));
	put_text(v, "number", c->number);
	put_text(v, "called", val_str(called[0]));
	put_text(v, "source", val_str(called[1]));
	put_text(v, "queue", val_str(called[2]));
	put_ref(v, "queued_at", c->queued_at);
	put_ref(v, "contact_id", c->contact_id);
	put_ref(v, "phone_id", c->phone_id);
	put_ref(v, "script_version_id", c->script_version_id);
	put_ref(v, "asked_at", c->asked_at);
	put_ref(v, "dialled_at", c->dialled_at);
	put_ref(v, "ringing_at", c->ringing_at);
	put_ref(v, "answered_at", c->answered_at);
	put_ref(v, "connected_at", c->connected_at);
	put_ref(v, "talk_ended_at", c->talk_ended_at);
	put_ref(v, "ended_at", c->ended_at);
	put_text(v, "cause", c->cause ? str_of(call_cause_names[c->cause]) : (str){0});
	put_ref(v, "result_id", c->result_id);
	put_ref(v, "result_at", c->result_at);
	put_bool(v, "muted", v->shift.muted);
	put_bool(v, "held", c->state == CALL_HELD);
	put_bool(v, "records", str_eq(val_str(recording[0]), STR("open")) && !val_str(recording[1]).n); /* while it does */
	put_text(v, "record_error", val_str(recording[1]));
	put_bool(v, "unrecorded", recording_pauses(val_str(recording[2])));
	err = talk_put_call(v->db, v->a, c->id, v->w, v->f);
	json_key(v->w, "draft");
	if (c->draft.n)
		json_add_raw(v->w, c->draft);
	else
		json_add_null(v->w);
	json_close(v->w, '}');
	return err;
}

static int put_today(struct seat_view *v)
{
	struct call_day day = {0};
	struct val p[2] = {{0}};
	struct zone_time t;
	int64_t midnight = v->now - CLOCK_DAY;
	int err = 0;

	if (v->shift.project_id)
		err = db_one(v->db, v->a, "SELECT timezone, plan_per_day FROM project WHERE id = ?1",
		        VALS(V(v->shift.project_id)), p, 2, v->f);
	if (!err && p[0].type == VAL_TEXT && !zone_local(val_str(p[0]), v->now, &t, NULL) &&
	        zone_instant(val_str(p[0]), t.date, 0, &midnight, NULL))
		midnight = v->now - CLOCK_DAY;
	if (!err)
		err = call_day_of(v->db, v->a, v->user_id, midnight, &day, v->f);
	json_key(v->w, "today");
	json_open(v->w, '{');
	put_int(v, "calls", day.calls);
	put_int(v, "dialogues", day.dialogues);
	put_int(v, "leads", day.leads);
	put_int(v, "plan", val_int(p[1]));
	json_close(v->w, '}');
	return err;
}

static int put_moving(struct seat_view *v)
{
	struct val n = {0}, script = {0};
	int err;

	json_key(v->w, "shift");
	if (v->on_shift) {
		json_open(v->w, '{');
		put_int(v, "id", v->shift.id);
		put_int(v, "started_at", v->shift.started_at);
		json_close(v->w, '}');
	} else {
		json_add_null(v->w);
	}
	put_text(v, "state", str_of(operator_state_names[v->on_shift ? v->shift.state : OPERATOR_OFFLINE]));
	put_ref(v, "state_since", v->shift.state_at);
	put_ref(v, "state_until", v->shift.state_until);
	put_text(v, "leg", v->shift.leg_up ? STR("up") : STR("down"));
	put_ref(v, "pause_reason_id", v->shift.pause_reason_id);
	put_bool(v, "leaving", v->shift.leaving);
	put_ref(v, "leaving_reason_id", v->shift.leaving_reason_id);
	put_ref(v, "project_id", v->shift.project_id);
	err = put_today(v);
	if (!err)
		err = db_one(v->db, v->a,
		        "SELECT COUNT(*) FROM callback WHERE project_id = ?1 AND state = 'open' AND due_at <= ?2 AND (operator_id IS NULL OR "
		        "operator_id = ?3)",
		        VALS(V(v->shift.project_id), V(v->now), V(v->user_id)), &n, 1, v->f);
	put_int(v, "queue", val_int(n));
	if (!err)
		err = talk_put_offer(v->db, v->a, v->shift.offer_id, v->w, v->f);
	if (!err)
		err = talk_put_guest_of(v->db, v->a, v->user_id, v->w, v->f);
	if (!err && !v->call.id)
		err = db_one(v->db, v->a, "SELECT MAX(id) FROM script_version WHERE project_id = ?1 AND state = 'active'",
		        VALS(V(v->shift.project_id)), &script, 1, v->f);
	put_ref(v, "script_version_id", v->call.id ? v->call.script_version_id : val_int(script));
	return err ? err : put_call(v);
}

static int put_card(struct seat_view *v)
{
	struct contact c;
	int err;

	json_key(v->w, "card");
	if (!v->call.contact_id) {
		json_add_null(v->w);
		return 0;
	}
	err = entity_get(&contact_entity, v->db, v->a, v->call.contact_id, &c, v->f);
	return err ? err : contact_card(v->db, v->a, &c, NULL, v->w, v->f);
}

static int put_script(struct seat_view *v)
{
	struct val x[4];
	int err =
	        v->call.script_version_id
	                ? db_one(v->db, v->a, "SELECT id, number, approved_at, graph FROM script_version WHERE id = ?1",
	                          VALS(V(v->call.script_version_id)), x, 4, v->f)
	                : db_one(v->db, v->a,
	                          "SELECT id, number, approved_at, graph FROM script_version WHERE project_id = ?1 AND state = 'active' "
	                          "ORDER BY id DESC LIMIT 1",
	                          VALS(V(v->shift.project_id)), x, 4, v->f);

	json_key(v->w, "script");
	if (err) {
		json_add_null(v->w);
		return err == ENOENT ? 0 : err;
	}
	json_open(v->w, '{');
	put_int(v, "id", val_int(x[0]));
	put_int(v, "number", val_int(x[1]));
	put_ref(v, "approved_at", val_int(x[2]));
	json_key(v->w, "graph");
	json_add_raw(v->w, val_str(x[3]));
	json_close(v->w, '}');
	return 0;
}

static int put_project(struct seat_view *v)
{
	struct val x[8];
	int err = db_one(v->db, v->a,
	        "SELECT p.name, p.mode, p.wrap_up_s, p.preview_s, p.language, p.state, c.name, p.preview_then FROM project p JOIN customer c ON c.id = "
	        "p.customer_id WHERE p.id = ?1",
	        VALS(V(v->shift.project_id)), x, COUNT(x), v->f);

	json_key(v->w, "project");
	if (err) {
		json_add_null(v->w);
		return err == ENOENT ? 0 : err;
	}
	json_open(v->w, '{');
	put_int(v, "id", v->shift.project_id);
	put_text(v, "name", val_str(x[0]));
	put_text(v, "mode", val_str(x[1]));
	put_int(v, "wrap_up_s", val_int(x[2]));
	put_int(v, "preview_s", val_int(x[3]));
	put_text(v, "preview_then", val_str(x[7]));
	put_text(v, "language", val_str(x[4]));
	put_text(v, "state", val_str(x[5]));
	put_text(v, "customer", val_str(x[6]));
	json_close(v->w, '}');
	return 0;
}

static const char *const project_names[] = {"id", "name", "mode", NULL}, *const reason_names[] = {
                                                                                 "id", "name", "paid", NULL};

static int put_still(struct seat_view *v, const struct who *who)
{
	struct query *q = query_new(v->a);
	int err = put_project(v);

	query_add(q, "SELECT p.id, p.name, p.mode FROM project p WHERE p.state = 'running'");
	access_scope(q, who, SCOPE_PROJECT, "p.id");
	query_add(q, " ORDER BY p.name LIMIT 200");
	if (!err)
		err = put_rows(v, "projects", project_names, QUERY(q));
	if (!err)
		err = put_rows(v, "pause_reasons", reason_names,
		        "SELECT id, name, paid FROM pause_reason WHERE archived = 0 ORDER BY position, id LIMIT 100",
		        NO_VALS);
	if (!err)
		err = put_script(v);
	if (!err)
		err = put_entities(v, "results", &result_entity);
	return err ? err : put_entities(v, "form_fields", &form_field_entity);
}

int seat_print(struct db *db, struct arena *a, int64_t user_id, const struct who *who, enum seat_detail detail, int64_t now,
        struct json_out *w, struct fault *f)
{
	struct seat_view v = {.db = db, .a = a, .w = w, .f = f, .user_id = user_id, .now = now};
	int64_t position = 0;
	int err = detail == SEAT_FULL ? event_position(db, a, &position, f) : 0;

	if (!err)
		err = shift_of(db, a, user_id, &v.shift, f);
	v.on_shift = !err;
	if (!err && v.shift.call_id)
		err = call_find(db, a, v.shift.call_id, (str){0}, &v.call, f);
	if (err && err != ENOENT)
		return err;
	json_open(w, '{');
	if (detail == SEAT_FULL)
		put_int(&v, "position", position);
	err = put_moving(&v);
	if (!err && detail != SEAT_EVENT)
		err = put_card(&v);
	if (!err && detail == SEAT_FULL)
		err = put_still(&v, who);
	json_close(w, '}');
	return err;
}

/* Whose seats this transaction changed. */
struct changed_seat {
	int64_t user_id, now;
	bool card;
	struct changed_seat *next;
};

static int tell_seat(struct db *db, struct arena *a, const struct changed_seat *s, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	int err = seat_print(db, a, s->user_id, NULL, s->card ? SEAT_EVENT_CARD : SEAT_EVENT, s->now, &w, f);

	return err ? err
	           : event_add(db, a,
	                     &(struct event){.entity = "seat",
	                             .verb = "changed",
	                             .row_id = s->user_id,
	                             .user_id = s->user_id,
	                             .body = text_str(&t)},
	                     f);
}

static int tell_seats(struct db *db, void *data, struct fault *f)
{
	int err = 0;

	for (const struct changed_seat *s = *(struct changed_seat **)data; s && !err; s = s->next)
		err = tell_seat(db, db_last_arena(db), s, f);
	return err;
}

void seat_event(struct db *db, int64_t user_id, bool card, int64_t now)
{
	struct changed_seat **at = db_last(db, DB_LAST_SEATS, tell_seats, sizeof(struct changed_seat *));

	while (*at && (*at)->user_id != user_id)
		at = &(*at)->next;
	if (!*at) {
		*at = NEW(db_last_arena(db), struct changed_seat);
		(*at)->user_id = user_id;
	}
	(*at)->now = now;
	(*at)->card |= card;
}
