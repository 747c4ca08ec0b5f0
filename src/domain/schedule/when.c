/* SPDX-License-Identifier: GPL-3.0-or-later */
/* when.c - which day's letters are due: a day of the zone's calendar has one moment for its hour, also when the clock skips or repeats it. */
#include "domain/schedule/schedule.h"
#include "engine/zone/zone.h"

static bool on(const struct schedule_when *w, int64_t day)
{
	switch (w->days) {
	case DAYS_EVERY: return true;
	case DAYS_WORKING: return calendar_works(w->calendar, day);
	case DAYS_MONDAY: return date_weekday(day) == 0;
	case DAYS_FIRST: return date_of_days(day).day == 1;
	}
	return false;
}

int schedule_due(const struct schedule_when *w, int64_t now, int64_t *ret_day, struct fault *f)
{
	struct zone_time t;
	int err = zone_local(w->zone, now, &t, f);

	for (int64_t back = 0; !err && back < SCHEDULE_BACK; back++) {
		int64_t day = date_days(t.date) - back, due;
		if (day <= w->last_day)
			return ENOENT;
		if (!on(w, day))
			continue;
		err = zone_instant(w->zone, date_of_days(day), (int)w->minute, &due, f);
		if (err || now < due)
			continue;
		if (due < w->since_at)
			return ENOENT;
		*ret_day = day;
		return 0;
	}
	return err ? err : ENOENT;
}
