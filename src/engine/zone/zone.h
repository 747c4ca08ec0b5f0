/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone.h - local time of a place, by the tz database of the machine (GLib reads it). Zones are IANA names, "Asia/Omsk".
 * A zone is loaded once and kept: zone names are few and checked. Any thread. */
#ifndef ENGINE_ZONE_ZONE_H
#define ENGINE_ZONE_ZONE_H

#include "base/clock.h"
#include "base/fault.h"

struct zone_time {
	struct date date;
	int weekday;       /* 0 Monday … 6 Sunday */
	int minute_of_day; /* 0 … 1439, as the wall clock shows it */
	int offset_min;    /* local minus UTC at that moment */
};

/* A name of the tz database. "UTC" is one; "+03:00", a path and POSIX rules are none. */
bool zone_valid(str zone);
/* What clock and calendar show there at the moment utc_ms. EINVAL "zone" when there is no such zone. */
int zone_local(str zone, int64_t utc_ms, struct zone_time *ret, struct fault *f) MUST_USE;
/* The moment when clock and calendar show this. A time that comes twice (the clock is set back) means the first; a time that never
 * comes (set forward) means the first moment after the jump. minute_of_day may be 1440: the end of the day. */
int zone_instant(str zone, struct date date, int minute_of_day, int64_t *ret_ms, struct fault *f) MUST_USE;

#endif
