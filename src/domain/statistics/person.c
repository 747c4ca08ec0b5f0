/* SPDX-License-Identifier: GPL-3.0-or-later */
/* person.c - one person over HTTP: the card with his figures beside his team's, and his day by the clock. */
#include "domain/calendar/calendar.h"
#include "domain/role/role.h"
#include "domain/statistics/statistics_priv.h"
#include "engine/zone/zone.h"
#include "kit/app/app.h"

#include <stdlib.h>

enum { WEEKS = 8, TEAM_LEAST = 3 }; /* of fewer colleagues a median would tell one's figures */

/* What a card says beside the figures: counted of rows c of the person of period p, in the projects the asker reaches. */
static const struct {
	const char *key, *sql;
} extras[] = {
        {"not_taken",
                "COUNT(*) FROM p JOIN state_span c ON c.user_id = p.person AND c.state = 'offered' AND c.from_at >= p.since AND c.from_at < "
                "p.until JOIN state_span n ON n.shift_id = c.shift_id AND n.from_at = c.to_at AND n.id > c.id AND n.state NOT IN "
                "('talking', 'offered')"},
        {"missed_answered",
                "COUNT(*) FROM p JOIN missed_call c ON c.user_id = p.person AND c.done_at >= p.since AND c.done_at < p.until"},
        {"callbacks_kept",
                "COUNT(*) FROM p JOIN callback c ON c.operator_id = p.person AND c.done_at >= p.since AND c.done_at < p.until"},
        {"callbacks_open", "COUNT(*) FROM p JOIN callback c ON c.operator_id = p.person AND c.state = 'open'"},
        {"callbacks_late",
                "COUNT(*) FROM p JOIN callback c ON c.operator_id = p.person AND c.state = 'open' AND c.due_at < p.now"},
        {"rated",
                "COUNT(c.rating) FROM p JOIN call c ON c.operator_id = p.person AND c.asked_at >= p.since AND c.asked_at < p.until"},
        {"rating",
                "CAST(AVG(c.rating) AS REAL) FROM p JOIN call c ON c.operator_id = p.person AND c.asked_at >= p.since AND c.asked_at < "
                "p.until"},
        {"tasks", NULL},
        {"scores", NULL},
};

static int extra(struct request *q, const struct statistics *s, const char *sql, struct val *ret)
{
	struct query *x = query_new(q->a);
	const int64_t p[] = {s->ask.operator_id, s->from_at, s->until_at, q->now};

	query_add(x, "WITH p(person, since, until, now) AS (SELECT ");
	for (size_t i = 0; i < COUNT(p); i++) {
		if (i)
			query_add(x, ", ");
		query_val(x, V(p[i]));
	}
	query_add(x, ") SELECT ");
	query_piece(x, sql);
	query_add(x, " WHERE coalesce(c.project_id, 0)");
	stat_projects(x, s, s->own || !s->ask.who->role->reach[SCOPE_PROJECT]);
	return db_one(q->db, q->a, QUERY(x), ret, 1, &q->fault);
}

static int put_extras(struct request *q, const struct statistics *s)
{
	struct json_out *w = &q->out;
	int err = 0;

	json_key(w, "extras");
	json_open(w, '[');
	for (size_t i = 0; !err && i < COUNT(extras); i++) {
		struct val v = V((int64_t)0);
		if (extras[i].sql)
			err = extra(q, s, extras[i].sql, &v);
		json_open(w, '{');
		json_member_text(w, "key", str_of(extras[i].key));
		json_key(w, "value");
		if (v.type == VAL_NULL)
			json_add_null(w);
		else
			json_add_real(
			        w, v.type == VAL_REAL ? (double)(int64_t)(v.u.r * 100 + 0.5) / 100 : (double)val_int(v));
		json_key(w, "counted");
		json_add_bool(w, extras[i].sql);
		json_close(w, '}');
	}
	json_close(w, ']');
	return err;
}

static int by_value(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* The middle value of each figure over those who had calls; of an even number the lower of the two in the middle. */
static void put_median(struct json_out *w, const struct statistics *team, size_t n_team)
{
	const struct figure *g[FIGURES_MAX];
	size_t n = figures_of(&team->ask, g);
	int64_t *values = NEW_N(w->t->a, int64_t, team->n + 1);

	json_key(w, "median");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		size_t told = 0;
		for (size_t k = 0; k < team->n; k++) {
			int64_t v = figure_value(g[i], team, &team->rows[k], false);
			if (team->rows[k].key && team->rows[k].sums[STAT_CALLS] && v != FIGURE_NONE)
				values[told++] = v;
		}
		qsort(values, told, sizeof(*values), by_value);
		if (told && n_team >= TEAM_LEAST)
			json_add_real(w, (double)values[(told - 1) / 2] / (double)figure_scale(g[i]));
		else
			json_add_null(w);
	}
	json_close(w, ']');
}

static int put_team(struct request *q, const struct stat_ask *ask, bool english)
{
	struct stat_ask all = *ask;
	struct statistics team;
	size_t n = 0;
	int err;

	all.team_of = ask->operator_id;
	all.operator_id = 0;
	all.by = STAT_BY_OPERATOR;
	err = statistics_load(q->db, q->a, &all, english, &team, &q->fault);
	if (err)
		return err;
	for (size_t i = 0; i < team.n; i++)
		n += team.rows[i].key && team.rows[i].sums[STAT_CALLS];
	json_member_int(&q->out, "team", (int64_t)n);
	put_median(&q->out, &team, n);
	return 0;
}

/* Weeks from Monday on, the last with the last day asked for. */
static int put_weeks(struct request *q, const struct stat_ask *ask, bool english)
{
	struct stat_ask days = *ask;
	struct statistics s;
	int64_t last = ask->to - date_weekday(ask->to);
	int err;

	days.from = last - 7 * (WEEKS - 1);
	days.by = STAT_BY_DAY;
	err = statistics_load(q->db, q->a, &days, english, &s, &q->fault);
	if (err)
		return err;
	json_key(&q->out, "weeks");
	json_open(&q->out, '[');
	for (int64_t monday = days.from; monday <= last; monday += 7) {
		struct stat_row week = {0};
		for (size_t i = 0; i < s.n; i++)
			for (int k = 0; s.rows[i].key >= monday && s.rows[i].key < monday + 7 && k < STAT_SUMS; k++)
				week.sums[k] += s.rows[i].sums[k];
		json_open(&q->out, '{');
		json_member_text(&q->out, "from", calendar_iso(q->a, monday));
		stat_put_values(&q->out, "values", &s, &week);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	return 0;
}

static int asked(struct request *q, struct stat_ask *ret)
{
	int err = stat_ask_of(q, ret);

	ret->operator_id = q->id[0];
	ret->by = STAT_BY_NONE;
	return err;
}

int person_card(struct request *q)
{
	bool english = stat_english(q);
	struct statistics s;
	struct stat_ask ask;
	str name = {0};
	int err = q->who->role->outside ? ENOENT : asked(q, &ask);

	if (!err)
		err = statistics_load(q->db, q->a, &ask, english, &s, &q->fault);
	if (!err)
		err = stat_person(q->db, q->a, &s, ask.operator_id, english, &name, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_member_int(&q->out, "user_id", ask.operator_id);
	json_member_text(&q->out, "name", name);
	json_member_text(&q->out, "from", calendar_iso(q->a, ask.from));
	json_member_text(&q->out, "to", calendar_iso(q->a, ask.to));
	json_member_text(&q->out, "zone", ask.zone);
	stat_put_figures(&q->out, &s, english);
	stat_put_values(&q->out, "values", &s, &s.total);
	err = put_team(q, &ask, english);
	if (!err)
		err = put_weeks(q, &ask, english);
	if (!err)
		err = put_extras(q, &s);
	json_close(&q->out, '}');
	return err;
}

static void member_maybe(struct json_out *w, const char *key, int64_t moment)
{
	json_key(w, key);
	if (moment)
		json_add_int(w, moment);
	else
		json_add_null(w);
}

static void put_spans(struct json_out *w, const struct stat_day *d)
{
	json_key(w, "spans");
	json_open(w, '[');
	for (size_t i = 0; i < d->n_spans; i++) {
		json_open(w, '{');
		json_member_int(w, "from_at", d->spans[i].from_at);
		member_maybe(w, "to_at", d->spans[i].to_at);
		json_member_text(w, "state", d->spans[i].state);
		json_member_text(w, "reason", d->spans[i].reason);
		json_key(w, "paid");
		json_add_bool(w, d->spans[i].paid);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_calls(struct json_out *w, const struct stat_day *d)
{
	json_key(w, "calls");
	json_open(w, '[');
	for (size_t i = 0; i < d->n_calls; i++) {
		const struct day_call *c = &d->calls[i];
		json_open(w, '{');
		json_member_int(w, "id", c->id);
		json_member_int(w, "asked_at", c->asked_at);
		member_maybe(w, "answered_at", c->answered_at);
		json_member_int(w, "ended_at", c->ended_at);
		json_member_int(w, "talk_ms", c->talk_ms);
		json_member_text(w, "direction", c->direction);
		json_member_text(w, "company", c->company);
		json_member_text(w, "number", c->number);
		json_member_text(w, "project", c->project);
		json_member_text(w, "result", c->result);
		json_member_text(w, "counts_as", c->counts_as);
		json_key(w, "is_dialogue");
		json_add_bool(w, c->is_dialogue);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static int day_file(struct request *q, const struct stat_day *d, str format, bool english)
{
	struct table *t;
	str bytes;
	int err = stat_may_export(q, &d->figures);

	if (err)
		return err;
	if (str_eq(format, STR("pdf"))) {
		err = stat_day_pdf(q->a, d, english, &bytes, &q->fault);
		return err ? err : stat_send_pdf(q, bytes, "day");
	}
	err = stat_day_table(q->a, d, stat_dir(q->app, q->a), format, english, &t, &q->fault);
	return err ? err : table_send(t, q->http, &q->fault);
}

int person_day(struct request *q)
{
	str format = http_param(q->http, "format");
	bool english = stat_english(q);
	struct stat_day d;
	struct stat_ask ask;
	int err = asked(q, &ask);

	if (!err)
		err = stat_day_load(q->db, q->a, &ask, english, &d, &q->fault);
	if (err || format.n)
		return err ? err : day_file(q, &d, format, english);
	json_open(&q->out, '{');
	json_member_int(&q->out, "user_id", ask.operator_id);
	json_member_text(&q->out, "name", d.name);
	json_member_text(&q->out, "day", calendar_iso(q->a, ask.from));
	json_member_text(&q->out, "zone", ask.zone);
	json_member_int(&q->out, "from_at", d.figures.from_at);
	json_member_int(&q->out, "until_at", d.figures.until_at);
	stat_put_figures(&q->out, &d.figures, english);
	stat_put_values(&q->out, "values", &d.figures, &d.figures.total);
	put_spans(&q->out, &d);
	put_calls(&q->out, &d);
	json_close(&q->out, '}');
	return 0;
}
