/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift_http.c - the routes, and the floor. */
#include "domain/role/role.h"
#include "domain/shift/shift_priv.h"
#include "domain/shift/shift_schema.h"

static void floor_put(struct json_out *w, const struct rows *r)
{
	static const char *const names[] = {"user_id", "name", "shift_id", "started_at", "project_id", "project", "state",
	        "state_since", "state_until", "pause_reason_id", "leg_up", "call_id", "call_number", "call_state",
	        "contact_id", "company", "my_mode", "monitored_by", "call_mos"};

	json_open(w, '{');
	for (int i = 0; i < (int)COUNT(names); i++) {
		struct val v = rows_get(r, i);
		json_key(w, names[i]);
		if (v.type == VAL_TEXT)
			json_add_text(w, v.u.s);
		else if (v.type == VAL_INT)
			json_add_int(w, v.u.i);
		else if (v.type == VAL_REAL)
			json_add_real(w, v.u.r);
		else
			json_add_null(w);
	}
	json_close(w, '}');
}

static int floor_list(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct rows r;
	int err;

	query_add(sql,
	        "SELECT s.user_id, u.name, s.id, s.started_at, s.project_id, p.name, s.state, s.state_at, s.state_until, "
	        "s.pause_reason_id, s.leg_up, s.call_id, c.number, c.state, c.contact_id, t.company, (SELECT MAX(m.mode) FROM monitor m WHERE "
	        "m.call_id = s.call_id AND m.to_at IS NULL AND m.user_id = ");
	query_val(sql, V(q->who->user_id));
	query_add(sql,
	        "), (SELECT MAX(x.name) FROM monitor m JOIN \"user\" x ON x.id = m.user_id WHERE m.call_id = s.call_id AND m.to_at IS NULL "
	        "AND m.user_id <> ");
	query_val(sql, V(q->who->user_id));
	query_add(sql,
	        "), c.mos FROM shift s "
	        "JOIN \"user\" u ON u.id = s.user_id LEFT JOIN project p ON p.id = s.project_id "
	        "LEFT JOIN call c ON c.id = s.call_id LEFT JOIN contact t ON t.id = c.contact_id WHERE s.ended_at IS NULL");
	access_scope(sql, q->who, SCOPE_PROJECT, "s.project_id");
	query_add(sql, " ORDER BY u.name, s.user_id LIMIT 2000");
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		floor_put(&q->out, &r);
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

const struct route shift_routes[] = {
        {HTTP_GET, "/hours", ANY_PERSON, shift_hours,
                "Hours worked per operator between two moments, one's own or of all in reach",
                .gives_raw = "application/json", .schema = HOURS_SCHEMA},
        {HTTP_GET, "/floor", MAY_SEE_FLOOR, floor_list, "Who sits where now, and in which state",
                .gives_raw = "application/json", .schema = FLOOR_SCHEMA},
        {0},
};
