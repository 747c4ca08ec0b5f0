/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - what was planned for a period: a project's dialogues a day, over the days it calls on, from its start until today or its end. */
#include "domain/statistics/statistics_priv.h"
#include "engine/zone/zone.h"

#include "domain/calendar/calendar.h"

struct planned {
	int64_t id, per_day, from, to;
	bool days_off; /* it calls on official days off too */
	bool weekdays[7];
};

static int64_t day_or(str iso, int64_t otherwise)
{
	struct date d;

	return date_parse(iso, &d) ? date_days(d) : otherwise;
}

static int64_t day_of(str zone, int64_t at)
{
	struct zone_time t;

	return zone_local(zone, at, &t, NULL) ? at / CLOCK_DAY : date_days(t.date);
}

/* The columns of PLAN_SQL. A finished project was planned until its last call, unless its end was said. */
#define PLAN_SQL \
	"SELECT p.id, p.plan_per_day, p.hours, p.timezone, p.starts_on, p.ends_on, p.created_at, p.calls_days_off, p.state, " \
	"(SELECT MAX(h.hour) FROM project_hour h WHERE h.project_id = p.id) AS last_hour, p.jurisdiction FROM project p WHERE " \
	"p.plan_per_day > 0 AND p.state IN ('running', 'stopped', 'finished') AND p.id"

static struct planned planned_of(const struct gathering *g, const struct rows *r)
{
	str zone = rows_str(r, 3);
	int64_t today = day_of(zone, g->s->ask.now);
	bool finished = str_eq(rows_str(r, 8), STR("finished"));
	struct planned p = {.id = rows_int(r, 0),
	        .per_day = rows_int(r, 1),
	        .from = day_or(rows_str(r, 4), day_of(zone, rows_int(r, 6))),
	        .to = day_or(rows_str(r, 5), finished ? day_of(zone, rows_int(r, 9)) : today),
	        .days_off = rows_int(r, 7) != 0};
	struct json hours;

	if (!json_parse(g->a, rows_str(r, 2), &hours, NULL))
		for (size_t i = 0; i < COUNT(p.weekdays); i++)
			p.weekdays[i] = json_kind(json_at(hours, i)) == JSON_ARRAY;
	p.from = p.from > g->s->ask.from ? p.from : g->s->ask.from;
	p.to = p.to < g->s->ask.to ? p.to : g->s->ask.to;
	p.to = p.to < today ? p.to : today;
	return p;
}

static void add_plan(struct gathering *g, const struct planned *p, const struct calendar *c)
{
	for (int64_t day = p->from; day <= p->to; day++)
		if (p->weekdays[date_weekday(day)] && (p->days_off || !calendar_off(c, day)))
			stat_add(g, g->s->ask.by == STAT_BY_DAY ? day : p->id, STAT_PLAN, p->per_day);
}

int stat_plan(struct gathering *g, struct fault *f)
{
	struct query *q = query_new(g->a);
	struct calendar c = {0};
	str jurisdiction = {0};
	struct rows r;
	int err;

	query_add(q, PLAN_SQL);
	stat_projects(q, g->s, false);
	query_add(q, " ORDER BY p.jurisdiction, p.id");
	err = db_ask(g->db, g->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f))) {
		struct planned p = planned_of(g, &r);
		if (!str_eq(rows_str(&r, 10), jurisdiction)) {
			jurisdiction = rows_str(&r, 10);
			err = calendar_load(g->db, g->a, jurisdiction, g->s->ask.from, g->s->ask.to, &c, f);
		}
		add_plan(g, &p, &c);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}
