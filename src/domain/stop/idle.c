/* SPDX-License-Identifier: GPL-3.0-or-later */
/* idle.c - the time a project stood, in its calling hours, and the end of its term moved by it. */
#include "domain/stop/stop.h"
#include "engine/zone/zone.h"

enum { DAYS_MAX = 3660 };

static int64_t overlap(int64_t a, int64_t b, int64_t from, int64_t until)
{
	int64_t low = a > from ? a : from, high = b < until ? b : until;

	return high > low ? high - low : 0;
}

/* The project is called on this day. */
static bool works(const struct hours *h, const struct calendar *off, int64_t day)
{
	int w = date_weekday(day);

	return h->from[w] < h->to[w] && !calendar_off(off, day);
}

int stop_idle(const struct hours *h, const struct calendar *off, str zone, int64_t from, int64_t until, int64_t *ret_min,
        struct fault *f)
{
	struct zone_time first;
	int64_t ms = 0, day;
	int err = zone_local(zone, from, &first, f);

	if (err)
		return err;
	day = date_days(first.date);
	for (int64_t d = day; d < day + DAYS_MAX && !err; d++) {
		int w = date_weekday(d);
		int64_t opens, closes;
		err = zone_instant(zone, date_of_days(d), h->from[w], &opens, f);
		if (!err)
			err = h->to[w] == 1440 ? zone_instant(zone, date_of_days(d + 1), 0, &closes, f)
			                       : zone_instant(zone, date_of_days(d), h->to[w], &closes, f);
		if (err || opens >= until)
			break;
		if (works(h, off, d))
			ms += overlap(opens, closes, from, until);
	}
	if (!err)
		*ret_min = ms / CLOCK_MINUTE;
	return err;
}

str stop_shifted(struct arena *a, const struct hours *h, const struct calendar *off, str ends_on, int64_t idle_min)
{
	int64_t minutes = 0, working = 0, days, at;
	struct date d;

	for (int w = 0; w < 7; w++) {
		working += h->from[w] < h->to[w];
		minutes += h->to[w] - h->from[w];
	}
	if (!working || !minutes || !date_parse(ends_on, &d))
		return (str){0};
	/* In whole working days of the average length, half of one counts as one. */
	days = (2 * idle_min * working + minutes) / (2 * minutes);
	if (!days)
		return (str){0};
	for (at = date_days(d); days; at++)
		days -= works(h, off, at + 1);
	d = date_of_days(at);
	return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}
