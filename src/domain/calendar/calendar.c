/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar.c - the named days of a country. */
#include "domain/calendar/calendar.h"

enum { NAMED_MAX = 2000 };

str calendar_iso(struct arena *a, int64_t day)
{
	struct date d = date_of_days(day);

	return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

int calendar_load(
        struct db *db, struct arena *a, str jurisdiction, int64_t from, int64_t to, struct calendar *ret, struct fault *f)
{
	struct calendar c = {.days = NEW_N(a, struct calendar_day, NAMED_MAX)};
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT day, kind FROM day_off WHERE jurisdiction = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day LIMIT 2000",
	        VALS(V(jurisdiction), V(calendar_iso(a, from)), V(calendar_iso(a, to))), &r, f);

	while (!err && c.n < NAMED_MAX && !(err = rows_next(&r, f))) {
		struct date d;
		if (date_parse(rows_str(&r, 0), &d))
			c.days[c.n++] = (struct calendar_day){date_days(d), str_eq(rows_str(&r, 1), STR("off"))};
	}
	rows_done(&r);
	if (err && err != ENOENT)
		return err;
	*ret = c;
	return 0;
}

static const struct calendar_day *named(const struct calendar *c, int64_t day)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->days[i].day == day)
			return &c->days[i];
	return NULL;
}

bool calendar_off(const struct calendar *c, int64_t day)
{
	const struct calendar_day *known = named(c, day);

	return known && known->off;
}

bool calendar_works(const struct calendar *c, int64_t day)
{
	const struct calendar_day *known = named(c, day);

	return known ? !known->off : date_weekday(day) < 5;
}
