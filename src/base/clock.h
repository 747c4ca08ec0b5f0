/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock.h - moments as UTC milliseconds since 1970, and their text. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

enum { CLOCK_SECOND = 1000, CLOCK_MINUTE = 60 * CLOCK_SECOND, CLOCK_HOUR = 60 * CLOCK_MINUTE, CLOCK_DAY = 24 * CLOCK_HOUR };

/* The wall clock. */
int64_t clock_ms(void);
/* A clock that never jumps, for durations and deadlines. */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* "2026-03-12T09:41:07.120Z" (RFC 3339, UTC, milliseconds) and a NUL, for years 0 to 9999. */
void clock_iso(int64_t ms, char z[32]);
/* The moment of an RFC 3339 text: "T", seconds, an optional fraction, Z or an offset. False when it is none
 * or outside the years 1970 to 9999. */
bool clock_parse(str s, int64_t *ret_ms);

/* A civil (proleptic Gregorian) date. */
struct date {
	int year, month, day; /* month and day from 1 */
};
/* Days since 1970-01-01; months outside 1 to 12 carry over into the year. */
int64_t date_days(struct date d);
struct date date_of_days(int64_t days);
/* 0 Monday … 6 Sunday. */
int date_weekday(int64_t days);
/* "2026-03-12"; false when it is no date of the calendar. */
bool date_parse(str s, struct date *ret);

#endif
