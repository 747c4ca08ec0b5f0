/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar.h - which days a country works: its official days off and its worked weekends (table day_off), for plans and for what goes out
 * on working days. Days are counted since 1970. */
#ifndef DOMAIN_CALENDAR_CALENDAR_H
#define DOMAIN_CALENDAR_CALENDAR_H

#include "base/clock.h"
#include "engine/db/db.h"

struct calendar_day {
	int64_t day;
	bool off;
};
struct calendar {
	struct calendar_day *days; /* those that are named, in order */
	size_t n;
};
/* Of a jurisdiction ("RU") between two days, both included; in the arena. Reads only. */
int calendar_load(struct db *db, struct arena *a, str jurisdiction, int64_t from, int64_t to, struct calendar *ret,
        struct fault *f) MUST_USE;
/* An official day off. */
bool calendar_off(const struct calendar *c, int64_t day);
/* Monday to Friday without the days off, and the worked weekends. */
bool calendar_works(const struct calendar *c, int64_t day);
/* "2026-03-12", in the arena. */
str calendar_iso(struct arena *a, int64_t day);

#endif
