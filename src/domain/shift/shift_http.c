/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift_http.c - hours worked, and the floor. */
#include "base/clock.h"
#include "base/parse.h"
#include "domain/role/role.h"
#include "domain/shift/shift_priv.h"
#include "domain/shift/shift_schema.h"

/* One operator's sums while the rows of his states pass by. */
struct hours_sum {
	int64_t user_id, logged, unpaid, by_state[OPERATOR_STATES];
	str name;
};

static void hours_put(struct json_out *w, const struct hours_sum *s)
{
	if (!s->user_id)
		return;
	json_open(w, '{');
	json_key(w, "user_id");
	json_add_int(w, s->user_id);
	json_key(w, "name");
	json_add_text(w, s->name);
	json_key(w, "logged_ms");
	json_add_int(w, s->logged);
	json_key(w, "worked_ms"); /* logged-in time less the pauses whose reason is unpaid */
	json_add_int(w, s->logged - s->unpaid);
	for (int i = OPERATOR_READY; i < OPERATOR_STATES; i++) {
		struct text key = {.a = w->t->a};
		text_addf(&key, "%s_ms", operator_state_names[i]);
		json_key(w, text_z(&key));
		json_add_int(w, s->by_state[i]);
	}
	json_close(w, '}');
}

static int hours_span(struct request *q, int64_t *ret_from, int64_t *ret_to)
{
	str from = http_param(q->http, "from"), to = http_param(q->http, "to");

	*ret_from = q->now - CLOCK_DAY;
	*ret_to = q->now;
	if (from.p && !parse_int(from, 0, INT64_MAX, ret_from))
		return fail(&q->fault, EINVAL, "from", "type", "a moment in UTC milliseconds");
	if (to.p && !parse_int(to, 0, INT64_MAX, ret_to))
		return fail(&q->fault, EINVAL, "to", "type", "a moment in UTC milliseconds");
	if (*ret_to < *ret_from || *ret_to - *ret_from > 400 * (int64_t)CLOCK_DAY)
		return fail(&q->fault, EINVAL, "to", "range", "from comes first, and at most 400 days lie between them");
	return 0;
}

/* Spans cut to [from, to], summed per user, state and whether the pause is paid. */
static void hours_query(struct query *sql, const struct request *q, int64_t from, int64_t to)
{
	query_add(sql, "SELECT s.user_id, u.name, s.state, COALESCE(r.paid, 0), CAST(SUM(CASE WHEN COALESCE(s.to_at, ");
	query_val(sql, V(q->now));
	query_add(sql, ") > ");
	query_val(sql, V(to));
	query_add(sql, " THEN ");
	query_val(sql, V(to));
	query_add(sql, " ELSE COALESCE(s.to_at, ");
	query_val(sql, V(q->now));
	query_add(sql, ") END - CASE WHEN s.from_at < ");
	query_val(sql, V(from));
	query_add(sql, " THEN ");
	query_val(sql, V(from));
	query_add(sql, " ELSE s.from_at END) AS BIGINT) FROM state_span s JOIN \"user\" u ON u.id = s.user_id "
	               "LEFT JOIN pause_reason r ON r.id = s.pause_reason_id WHERE s.from_at < ");
	query_val(sql, V(to));
	query_add(sql, " AND COALESCE(s.to_at, ");
	query_val(sql, V(q->now));
	query_add(sql, ") > ");
	query_val(sql, V(from));
	access_scope(sql, q->who, SCOPE_SELF, "s.user_id");
	query_add(sql, " GROUP BY s.user_id, u.name, s.state, COALESCE(r.paid, 0) ORDER BY u.name, s.user_id LIMIT 50000");
}

int shift_worked(struct db *db, struct arena *a, int64_t project_id, int64_t from, int64_t to, int64_t now, int64_t *ret_ms,
        struct fault *f)
{
	struct val ms;
	int err = db_one(db, a,
	        "SELECT CAST(COALESCE(SUM(CASE WHEN COALESCE(s.to_at, ?4) > ?3 THEN ?3 ELSE COALESCE(s.to_at, ?4) END - CASE WHEN "
	        "s.from_at < ?2 THEN ?2 ELSE s.from_at END), 0) AS BIGINT) FROM state_span s LEFT JOIN pause_reason r ON r.id = "
	        "s.pause_reason_id WHERE s.project_id = ?1 AND s.from_at < ?3 AND COALESCE(s.to_at, ?4) > ?2 AND NOT (s.state = "
	        "'pause' AND COALESCE(r.paid, 0) = 0)",
	        VALS(V(project_id), V(from), V(to), V(now)), &ms, 1, f);

	if (!err)
		*ret_ms = val_int(ms);
	return err;
}

static int hours_list(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct hours_sum s = {0};
	struct rows r;
	int64_t from, to;
	int err = hours_span(q, &from, &to);

	if (err)
		return err;
	hours_query(sql, q, from, to);
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		int state = call_word(operator_state_names, rows_str(&r, 2));
		int64_t ms = rows_int(&r, 4);
		if (rows_int(&r, 0) != s.user_id) {
			hours_put(&q->out, &s);
			s = (struct hours_sum){.user_id = rows_int(&r, 0), .name = rows_str(&r, 1)};
		}
		s.logged += ms;
		if (state == OPERATOR_PAUSE && !rows_int(&r, 3))
			s.unpaid += ms;
		if (state > 0)
			s.by_state[state] += ms;
	}
	rows_done(&r);
	hours_put(&q->out, &s);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

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
        {HTTP_GET, "/hours", ANY_PERSON, hours_list,
                "Hours worked per operator between two moments, one's own or of all in reach",
                .gives_raw = "application/json", .schema = HOURS_SCHEMA},
        {HTTP_GET, "/floor", MAY_SEE_FLOOR, floor_list, "Who sits where now, and in which state",
                .gives_raw = "application/json", .schema = FLOOR_SCHEMA},
        {0},
};
