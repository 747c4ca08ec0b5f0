/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.h - letters with statistics by schedule: which report, over which days, at what hour of which zone, on which days, to whom. Each
 * recipient is one of the house's users and is written what he himself may see, in his language. A day's letters are written once: whatever was
 * down at the hour, whatever the clock did, whoever changed the hour afterwards. ADR 0043. */
#ifndef DOMAIN_SCHEDULE_SCHEDULE_H
#define DOMAIN_SCHEDULE_SCHEDULE_H

#include "domain/calendar/calendar.h"
#include "kit/route/route.h"

enum schedule_days { DAYS_EVERY, DAYS_WORKING, DAYS_MONDAY, DAYS_FIRST };

/* When one is due. */
struct schedule_when {
	str zone;
	int64_t minute; /* of the day there */
	enum schedule_days days;
	const struct calendar *calendar; /* for DAYS_WORKING: around now */
	int64_t since_at;                /* hours before it are not made up for */
	int64_t last_day;                /* written for this day already; INT64_MIN: for none */
};
/* The day (since 1970) whose letters are to be written now: the newest whose hour has come and that is not written yet, at most
 * SCHEDULE_BACK days ago. ENOENT: none. EINVAL "zone". Pure; any thread. */
enum { SCHEDULE_BACK = 8 };
int schedule_due(const struct schedule_when *w, int64_t now, int64_t *ret_day, struct fault *f) MUST_USE;

/* Files of letters that have a row about a call of this contact: an operator's day. Each at least once, in the order of ids; key in the arena. Reads
 * only. */
typedef void schedule_file_fn(void *arg, int64_t file_id, str key);
int schedule_files_listing(
        struct db *db, struct arena *a, int64_t contact_id, schedule_file_fn *each, void *arg, struct fault *f) MUST_USE;

extern const struct module schedule_module;

#endif
