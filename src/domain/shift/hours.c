/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hours.c - time at seats between any two moments: whole days and hours from the sums (work.h); what is left at the two ends, and what still
 * runs, from the spans. ADR 59. */
#include "base/clock.h"
#include "base/parse.h"
#include "domain/shift/shift_priv.h"
#include "kit/tally/pieces.h"

struct hours {
	int64_t from, to, now;
	int64_t project_id;    /* 0: of any */
	const struct who *who; /* NULL: of everybody */
};

/* Ends the conditions of a piece about u. */
static void whose(struct query *q, const struct hours *h, const char *project)
{
	if (h->project_id) {
		query_add(q, " AND ");
		query_piece(q, project);
		query_add(q, " = ");
		query_val(q, V(h->project_id));
	}
	if (h->who)
		access_scope(q, h->who, SCOPE_SELF, "u.id");
}

static void add_sums(struct query *q, const struct hours *h, const struct tally_piece *p)
{
	bool days = p->of == TALLY_DAYS;

	query_add(q, "SELECT w.user_id, w.state, w.pause, w.ms FROM \"user\" u CROSS JOIN ");
	query_piece(q, days ? "work_day w WHERE w.user_id = u.id AND w.day >= "
	                    : "work_hour w WHERE w.user_id = u.id AND w.hour >= ");
	query_val(q, V(p->from));
	query_piece(q, days ? " AND w.day < " : " AND w.hour < ");
	query_val(q, V(p->to));
	whose(q, h, "w.project_id");
	query_add(q, " UNION ALL ");
}

/* What of a span lies between two moments. */
static void add_cut(struct query *q, const struct hours *h, int64_t from, int64_t to)
{
	query_add(q,
	        "SELECT s.user_id, s.state, CASE WHEN s.state = 'pause' THEN coalesce(s.pause_reason_id, -1) ELSE 0 END AS pause, CASE WHEN "
	        "coalesce(s.to_at, ");
	query_val(q, V(h->now));
	query_add(q, ") > ");
	query_val(q, V(to));
	query_add(q, " THEN ");
	query_val(q, V(to));
	query_add(q, " ELSE coalesce(s.to_at, ");
	query_val(q, V(h->now));
	query_add(q, ") END - CASE WHEN s.from_at < ");
	query_val(q, V(from));
	query_add(q, " THEN ");
	query_val(q, V(from));
	query_add(q, " ELSE s.from_at END AS ms FROM \"user\" u");
}

/* Spans that have ended, in a part of an hour. A person's spans follow one another: only the last that began before it can reach into it.
 * CROSS JOIN keeps SQLite to that order: people, then their spans. */
static void add_ended(struct query *q, const struct hours *h, const struct tally_piece *p)
{
	add_cut(q, h, p->from, p->to);
	query_add(q, " CROSS JOIN state_span s WHERE s.user_id = u.id AND s.from_at < ");
	query_val(q, V(p->to));
	query_add(q,
	        " AND s.from_at >= coalesce((SELECT max(b.from_at) FROM state_span b WHERE b.user_id = u.id AND b.from_at <= ");
	query_val(q, V(p->from));
	query_add(q, "), 0) AND s.to_at > ");
	query_val(q, V(p->from));
	whose(q, h, "s.project_id");
	query_add(q, " UNION ALL ");
}

static void add_running(struct query *q, const struct hours *h)
{
	add_cut(q, h, h->from, h->to);
	query_add(q, " JOIN state_span s ON s.user_id = u.id AND s.to_at IS NULL AND s.from_at < ");
	query_val(q, V(h->to));
	query_add(q, " AND ");
	query_val(q, V(h->now));
	query_add(q, " > ");
	query_val(q, V(h->from));
	whose(q, h, "s.project_id");
}

/* Rows x of person, state, pause and time; r the reason of the pause. */
static void add_pieces(struct query *q, const struct hours *h)
{
	struct tally_piece all[TALLY_PIECES];
	size_t n = tally_pieces(h->from, h->to, all);

	query_add(q, "(");
	for (const struct tally_piece *p = all; p < all + n; p++) {
		if (p->of == TALLY_ROWS)
			add_ended(q, h, p);
		else
			add_sums(q, h, p);
	}
	add_running(q, h);
	query_add(q, ") x LEFT JOIN pause_reason r ON r.id = x.pause");
}

int shift_worked(struct db *db, struct arena *a, int64_t project_id, int64_t from, int64_t to, int64_t now, int64_t *ret_ms,
        struct fault *f)
{
	struct query *q = query_new(a);
	struct val ms;
	int err;

	query_add(q, "SELECT CAST(coalesce(SUM(x.ms), 0) AS BIGINT) FROM ");
	add_pieces(q, &(struct hours){.from = from, .to = to, .now = now, .project_id = project_id});
	query_add(q, " WHERE NOT (x.state = 'pause' AND coalesce(r.paid, 0) = 0)");
	err = db_one(db, a, QUERY(q), &ms, 1, f);
	if (!err)
		*ret_ms = val_int(ms);
	return err;
}

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

int shift_hours(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct hours_sum s = {0};
	struct rows r;
	int64_t from, to;
	int err = hours_span(q, &from, &to);

	if (err)
		return err;
	query_add(sql, "SELECT x.user_id, u.name, x.state, COALESCE(r.paid, 0), CAST(SUM(x.ms) AS BIGINT) FROM ");
	add_pieces(sql, &(struct hours){.from = from, .to = to, .now = q->now, .who = q->who});
	query_add(sql,
	        " JOIN \"user\" u ON u.id = x.user_id GROUP BY x.user_id, u.name, x.state, COALESCE(r.paid, 0) ORDER BY u.name, "
	        "x.user_id LIMIT 50000");
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
