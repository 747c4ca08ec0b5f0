/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.c - guests, supervisors and hand-overs, as the telephone process tells of them, into the database; and as the seat shows them. */
#include "domain/dialer/dialer_priv.h"
#include "domain/trunk/trunk.h"

static const char *const guest_states[] = {"asked", "in", "out"};

/* Seats of the operators who are, or were until now, in this call as guests. */
static int guest_seat(struct db *db, struct arena *a, int64_t call_id, int64_t but, int64_t at, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT operator_id FROM guest WHERE call_id = ?1", VALS(V(call_id)), &v, 1, f);

	if (err == ENOENT || (!err && (!val_int(v) || val_int(v) == but)))
		return 0;
	if (!err)
		seat_event(db, val_int(v), false, at);
	return err;
}

/* Out: whoever it was stays in the row, with the reason. */
static int guest_gone(struct db *db, int64_t call_id, enum call_cause cause, int64_t at, struct fault *f)
{
	return db_run(db,
	        "UPDATE guest SET state = 'out', cause = ?2, changed_at = ?3 WHERE call_id = ?1 AND state <> 'out'",
	        VALS(V(call_id), val_s(cause ? str_of(call_cause_names[cause]) : (str){0}), V(at)), NULL, f);
}

static int guest_put(struct db *db, const struct message *m, int64_t call_id, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO guest (call_id, operator_id, number, state, trunk_id, dialog, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
	        "?7) ON CONFLICT (call_id) DO UPDATE SET operator_id = excluded.operator_id, number = excluded.number, state = "
	        "excluded.state, cause = NULL, trunk_id = excluded.trunk_id, dialog = excluded.dialog, changed_at = excluded.changed_at",
	        VALS(V(call_id), val_ref(m->operator_id), val_s(m->number), V(str_of(guest_states[m->up])),
	                val_ref(m->trunk), val_s(m->dialog), V(m->at)),
	        NULL, f);
}

int talk_guest(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	struct call_row c;
	int err = call_hold(db, a, 0, m->call, f);

	if (!err)
		err = call_find(db, a, 0, m->call, &c, f);
	if (err || c.state == CALL_ENDED)
		return err == ENOENT ? 0 : err;
	err = m->guest ? guest_put(db, m, c.id, f) : guest_gone(db, c.id, m->cause, m->at, f);
	if (!err && m->guest && m->trunk && !m->up) /* a number outside is being called */
		err = toll_count(db, m->trunk, m->at, f);
	if (!err && c.operator_id)
		seat_event(db, c.operator_id, false, m->at);
	return err ? err : guest_seat(db, a, c.id, c.operator_id, m->at, f);
}

int talk_ended(struct db *db, struct arena *a, const struct call_row *c, int64_t at, struct fault *f)
{
	int err = guest_gone(db, c->id, CAUSE_NONE, at, f);

	return err ? err : guest_seat(db, a, c->id, c->operator_id, at, f);
}

/* The seat of its operator lets it go. */
static int seat_loses(struct db *db, struct arena *a, const struct call_row *c, struct fault *f)
{
	struct shift s;
	int err = shift_hold(db, a, c->operator_id, &s, f);

	if (err || s.call_id != c->id)
		return err == ENOENT ? 0 : err;
	s.call_id = 0;
	s.muted = false;
	return shift_put(db, a, &s, f);
}

int talk_queued(struct db *db, struct arena *a, struct call_row *c, int64_t at, struct fault *f)
{
	bool talked = c->connected_at && c->talk_ended_at == at; /* he did, until this moment */
	int err = seat_loses(db, a, c, f);

	if (!err)
		err = db_run(db, "UPDATE call SET operator_id = NULL, queued_by = ?2, version = version + 1 WHERE id = ?1",
		        VALS(V(c->id), val_ref(talked ? c->operator_id : c->queued_by)), NULL, f);
	if (!err)
		seat_event(db, c->operator_id, false, at);
	c->operator_id = 0;
	return err;
}

int talk_handed(struct db *db, struct arena *a, struct call_row *c, int64_t operator_id, int64_t at, struct fault *f)
{
	struct shift now;
	int err = seat_loses(db, a, c, f);

	if (!err)
		err = db_run(db, "UPDATE call SET operator_id = ?2, version = version + 1 WHERE id = ?1",
		        VALS(V(c->id), V(operator_id)), NULL, f);
	if (!err)
		seat_event(db, c->operator_id, false, at);
	c->operator_id = operator_id;
	if (!err)
		err = shift_hold(db, a, operator_id, &now, f);
	if (err)
		return err == ENOENT ? 0 : err;
	now.call_id = c->id;
	now.muted = false;
	err = shift_put(db, a, &now, f);
	if (!err)
		seat_event(db, operator_id, true, at);
	return err;
}

int talk_monitored(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	struct call_row c;
	int err = call_find(db, a, 0, m->call, &c, f);

	if (err)
		return err == ENOENT ? 0 : err;
	err = db_run(db, "UPDATE monitor SET to_at = ?2 WHERE user_id = ?1 AND to_at IS NULL",
	        VALS(V(m->operator_id), V(m->at)), NULL, f);
	if (!err && m->mode)
		err = db_run(db,
		        "INSERT INTO monitor (call_id, user_id, mode, tel_boot, from_at) VALUES (?1, ?2, ?3, ?4, ?5)",
		        VALS(V(c.id), V(m->operator_id), V(str_of(monitor_mode_names[m->mode])), V(m->boot), V(m->at)), NULL,
		        f);
	if (!err && c.operator_id)
		seat_event(db, c.operator_id, false, m->at);
	return err ? err : shift_moved(db, a, c.operator_id, c.project_id, f);
}

int talk_lost(struct db *db, struct arena *a, int64_t call_id, struct after *after, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT trunk_id, dialog FROM guest WHERE call_id = ?1 AND state <> 'out' AND dialog IS NOT NULL",
	        VALS(V(call_id)), v, 2, f);

	if (!err)
		after_tell(after, (struct message){.kind = CMD_BYE, .trunk = val_int(v[0]), .dialog = val_str(v[1])});
	return err == ENOENT ? 0 : err;
}

int talk_rejoin(struct db *db, int64_t node_id, str living_boot, int64_t now, struct fault *f)
{
	return db_run(db,
	        "UPDATE monitor SET to_at = ?3 WHERE to_at IS NULL AND tel_boot <> ?2 AND " BOOT_IS_HERE("tel_boot"),
	        VALS(V(node_id), V(living_boot), V(now)), NULL, f);
}

/* On the seat ---------------------------------------------------------------------------------------------------------- */

/* A row as an object, null for none. */
static int put_one(struct db *db, struct arena *a, struct json_out *w, const char *key, const char *const *names,
        const char *sql, const struct val *vals, size_t n, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, sql, vals, n, &r, f);

	json_key(w, key);
	if (!err)
		err = rows_next(&r, f);
	if (err)
		json_add_null(w);
	else
		json_open(w, '{');
	for (int i = 0; names[i] && !err; i++) {
		struct val x = rows_get(&r, i);
		json_key(w, names[i]);
		if (x.type == VAL_TEXT)
			json_add_text(w, x.u.s);
		else if (x.type == VAL_INT)
			json_add_int(w, x.u.i);
		else
			json_add_null(w);
	}
	if (!err)
		json_close(w, '}');
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int talk_put_call(struct db *db, struct arena *a, int64_t call_id, struct json_out *w, struct fault *f)
{
	static const char *const guest[] = {"operator_id", "name", "number", "state", "cause", NULL};
	static const char *const monitor[] = {"name", "mode", NULL};
	int err = put_one(db, a, w, "guest", guest,
	        "SELECT g.operator_id, u.name, g.number, g.state, g.cause FROM guest g LEFT JOIN \"user\" u ON u.id = g.operator_id "
	        "WHERE g.call_id = ?1",
	        VALS(V(call_id)), f);

	if (err)
		return err;
	/* he who listens is not shown: the operator would speak to him and not to the contact */
	return put_one(db, a, w, "monitor", monitor,
	        "SELECT u.name, m.mode FROM monitor m JOIN \"user\" u ON u.id = m.user_id WHERE m.call_id = ?1 AND m.to_at IS NULL "
	        "AND m.mode <> 'listen' ORDER BY m.mode = 'take_over' DESC, m.id LIMIT 1",
	        VALS(V(call_id)), f);
}

int talk_put_guest_of(struct db *db, struct arena *a, int64_t user_id, struct json_out *w, struct fault *f)
{
	static const char *const names[] = {"call_id", "operator", "company", "number", "state", NULL};

	return put_one(db, a, w, "guest_of", names,
	        "SELECT g.call_id, u.name, t.company, c.number, c.state FROM guest g JOIN call c ON c.id = g.call_id LEFT JOIN \"user\" u "
	        "ON u.id = c.operator_id LEFT JOIN contact t ON t.id = c.contact_id WHERE g.operator_id = ?1 AND g.state = 'in' "
	        "AND c.ended_at IS NULL ORDER BY g.changed_at DESC LIMIT 1",
	        VALS(V(user_id)), f);
}

int talk_put_offer(struct db *db, struct arena *a, int64_t call_id, struct json_out *w, struct fault *f)
{
	static const char *const names[] = {"call_id", "number", "company", "queue", "source", "since", NULL};

	return put_one(db, a, w, "offer", names,
	        "SELECT c.id, c.number, t.company, q.name, n.source, COALESCE(c.talk_ended_at, c.queued_at) FROM call c LEFT JOIN "
	        "contact t ON t.id = c.contact_id LEFT JOIN queue q ON q.id = c.queue_id LEFT JOIN number n ON n.id = c.number_id "
	        "WHERE c.id = ?1",
	        VALS(V(call_id)), f);
}
