/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule_test.c - a year of a job that looks every quarter of an hour: each day has one letter, whatever the clock does. */
#include "domain/schedule/schedule.h"

#include "engine/zone/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t start = 1767225600000; /* 2026-01-01, UTC */

/* How many letters a year brings; the job is not there in the hours [down_from, down_until) of each day in UTC. */
static int year(str zone, int64_t minute, enum schedule_days days, int down_from, int down_until)
{
	struct calendar_day named[] = {{20454, true}, {20455, true}, {20636, true}}; /* 1 and 2 January, 2 July */
	struct calendar c = {named, COUNT(named)};
	struct schedule_when w = {zone, minute, days, &c, start, INT64_MIN};
	int n = 0;

	for (int64_t now = start; now < start + 365 * (int64_t)CLOCK_DAY; now += 15 * CLOCK_MINUTE) {
		int64_t hour = now / CLOCK_HOUR % 24, day, due;
		if (hour >= down_from && hour < down_until)
			continue;
		if (schedule_due(&w, now, &day, NULL))
			continue;
		assert_true(day > w.last_day);
		assert_int_equal(zone_instant(zone, date_of_days(day), (int)minute, &due, NULL), 0);
		assert_true(due <= now);
		if (!down_until)
			assert_true(now - due < 15 * CLOCK_MINUTE);
		w.last_day = day;
		n++;
	}
	return n;
}

static void one_a_day(void **state)
{
	const str zones[] = {STR("America/New_York"), STR("Europe/Berlin"), STR("Europe/Moscow"), STR("Australia/Lord_Howe"),
	        STR("America/Santiago")};

	(void)state;
	for (size_t i = 0; i < COUNT(zones); i++)
		for (int64_t minute = 0; minute < 1440;
		        minute += 90) { /* 01:30 comes twice, 02:30 and 00:00 never in some of them */
			int n = year(zones[i], minute, DAYS_EVERY, 0, 0);
			assert_in_range(n, 364, 366); /* the ends of the year lie elsewhere there */
		}
	assert_int_equal(year(STR("UTC"), 540, DAYS_EVERY, 0, 0), 365);
	assert_int_equal(year(STR("UTC"), 540, DAYS_MONDAY, 0, 0), 52);
	assert_int_equal(year(STR("UTC"), 540, DAYS_FIRST, 0, 0), 12);
	assert_int_equal(year(STR("UTC"), 540, DAYS_WORKING, 0, 0), 261 - 3);
}

static void late_but_once(void **state)
{
	(void)state;
	assert_int_equal(year(STR("UTC"), 540, DAYS_EVERY, 8, 20), 365); /* down at the hour, back in the evening */
	assert_int_equal(year(STR("America/New_York"), 150, DAYS_EVERY, 5, 12), 365);
}

static void newest_only(void **state)
{
	struct schedule_when w = {STR("UTC"), 540, DAYS_EVERY, NULL, start, INT64_MIN};
	int64_t day;

	(void)state;
	assert_int_equal(schedule_due(&w, start + 3 * (int64_t)CLOCK_DAY + 10 * CLOCK_HOUR, &day, NULL), 0);
	assert_int_equal(day, 20454 + 3);
	w.last_day = day;
	assert_int_equal(schedule_due(&w, start + 3 * (int64_t)CLOCK_DAY + 11 * CLOCK_HOUR, &day, NULL), ENOENT);
	w.last_day = INT64_MIN;
	w.since_at = start + 10 * CLOCK_HOUR; /* made after the hour: not today */
	assert_int_equal(schedule_due(&w, start + 11 * CLOCK_HOUR, &day, NULL), ENOENT);
	w.zone = STR("Nowhere/None");
	assert_int_equal(schedule_due(&w, start, &day, NULL), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(one_a_day), cmocka_unit_test(late_but_once), cmocka_unit_test(newest_only)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
