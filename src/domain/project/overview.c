/* SPDX-License-Identifier: GPL-3.0-or-later */
/* overview.c - plan against fact from the roll-ups: today, in all, and a row per day. Costs the same on any number of calls. */
#include "domain/project/project_priv.h"
#include "engine/zone/zone.h"

enum { OVERVIEW_DAYS = 92 };

static const char *const figure_names[] = {"calls", "answered", "dialogues", "leads", "meetings", "presentations", "sales",
        "refusals", "callbacks", "talk_ms", "wrap_ms"};

struct figures {
	int64_t v[COUNT(figure_names)];
};

static void figures_add(struct figures *sum, const struct figures *more)
{
	for (size_t i = 0; i < COUNT(sum->v); i++)
		sum->v[i] += more->v[i];
}

static void figures_put(struct json_out *w, const struct figures *f)
{
	for (size_t i = 0; i < COUNT(f->v); i++) {
		json_key(w, figure_names[i]);
		json_add_int(w, f->v[i]);
	}
}

struct overview {
	const struct project *p;
	int64_t today; /* days since 1970 of the project's calendar */
	struct figures all, now, day;
	int64_t day_of; /* day the figures in .day belong to; 0 none yet */
	struct json_out *w;
};

/* Print the day that is complete. */
static void day_done(struct overview *o)
{
	struct date d = date_of_days(o->day_of);
	char z[16];

	if (!o->day_of)
		return;
	snprintf(z, sizeof(z), "%04d-%02d-%02d", d.year, d.month, d.day);
	json_open(o->w, '{');
	json_key(o->w, "day");
	json_add_text(o->w, str_of(z));
	figures_put(o->w, &o->day);
	json_close(o->w, '}');
	o->day = (struct figures){0};
}

/* Hours come in order; each belongs to a day of the project's zone. */
static int each_hour(struct overview *o, const struct rows *r)
{
	struct zone_time t;
	struct figures f;
	int64_t day;
	int err = zone_local(o->p->timezone, rows_int(r, 0), &t, NULL);

	if (err)
		return err;
	day = date_days(t.date);
	for (size_t i = 0; i < COUNT(f.v); i++)
		f.v[i] = rows_int(r, (int)i + 1);
	if (day != o->day_of) {
		day_done(o);
		o->day_of = day;
	}
	figures_add(&o->day, &f);
	if (day == o->today)
		figures_add(&o->now, &f);
	return 0;
}

#define SUMS \
	"sum(calls), sum(answered), sum(dialogues), sum(leads), sum(meetings), sum(presentations), sum(sales), sum(refusals), " \
	"sum(callbacks), sum(talk_ms), sum(wrap_ms)"

/* From a midnight on: the first day is a whole one, too. */
static int by_day(struct request *q, struct overview *o)
{
	int64_t from;
	struct rows r;
	int err = zone_instant(o->p->timezone, date_of_days(o->today - OVERVIEW_DAYS), 0, &from, &q->fault);

	if (err)
		return err;
	err = db_ask(q->db, q->a,
	        "SELECT hour, " SUMS " FROM project_hour WHERE project_id = ?1 AND hour >= ?2 GROUP BY hour ORDER BY hour",
	        VALS(V(o->p->id), V(from)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)))
		err = each_hour(o, &r);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* In all: from the first call on, however long ago. */
static int in_all(struct request *q, struct overview *o)
{
	struct val v[COUNT(figure_names)];
	int err = db_one(q->db, q->a, "SELECT " SUMS " FROM project_hour WHERE project_id = ?1", VALS(V(o->p->id)), v,
	        COUNT(v), &q->fault);

	for (size_t i = 0; !err && i < COUNT(v); i++)
		o->all.v[i] = val_int(v[i]);
	return err;
}

int project_overview(struct request *q)
{
	struct project p;
	struct zone_time t;
	struct overview o = {.p = &p, .w = &q->out};
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = zone_local(p.timezone, q->now, &t, &q->fault);
	if (err)
		return err;
	o.today = date_days(t.date);
	json_open(&q->out, '{');
	json_key(&q->out, "days");
	json_open(&q->out, '[');
	err = in_all(q, &o);
	if (!err)
		err = by_day(q, &o);
	if (err)
		return err;
	day_done(&o);
	json_close(&q->out, ']');
	json_key(&q->out, "today");
	json_open(&q->out, '{');
	figures_put(&q->out, &o.now);
	json_key(&q->out, "plan");
	json_add_int(&q->out, p.plan_per_day);
	json_close(&q->out, '}');
	json_key(&q->out, "total");
	json_open(&q->out, '{');
	figures_put(&q->out, &o.all);
	json_key(&q->out, "plan");
	json_add_int(&q->out, p.volume_dialogues);
	json_close(&q->out, '}');
	err = project_forecast_put(q->db, q->a, p.id, &q->out, &q->fault);
	json_close(&q->out, '}');
	return err;
}
