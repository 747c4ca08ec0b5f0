/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone_test.c - local times on ordinary days and on the two odd days of the year. */
#include "engine/zone/zone.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void names(void **state)
{
	(void)state;
	assert_true(zone_valid(STR("Europe/Moscow")));
	assert_true(zone_valid(STR("Asia/Kamchatka")));
	assert_true(zone_valid(STR("America/Argentina/Buenos_Aires")));
	assert_true(zone_valid(STR("UTC")));
	assert_false(zone_valid(STR("")));
	assert_false(zone_valid((str){0}));
	assert_false(zone_valid(STR("Europe/Nowhere")));
	assert_false(zone_valid(STR("../../etc/passwd")));
	assert_false(zone_valid(STR("Europe/../Europe/Moscow")));
	assert_false(zone_valid(STR("/etc/localtime")));
	assert_false(zone_valid(STR("Europe/")));
	assert_false(zone_valid(STR("+03:00")));
	assert_false(zone_valid(STR("MSK-3")));
}

static void check(const char *zone, const char *utc, const char *date, int minute, int offset, int weekday)
{
	struct zone_time t;
	struct fault f = {0};
	struct date d;
	int64_t ms, back;

	assert_true(clock_parse(str_of(utc), &ms));
	assert_int_equal(zone_local(str_of(zone), ms, &t, &f), 0);
	assert_true(date_parse(str_of(date), &d));
	assert_memory_equal(&t.date, &d, sizeof(d));
	assert_int_equal(t.minute_of_day, minute);
	assert_int_equal(t.offset_min, offset);
	assert_int_equal(t.weekday, weekday);
	assert_int_equal(zone_instant(str_of(zone), t.date, t.minute_of_day, &back, &f), 0);
	assert_int_equal(back, ms);
}

static void ordinary(void **state)
{
	(void)state;
	check("Europe/Moscow", "2026-03-12T09:41:00Z", "2026-03-12", 12 * 60 + 41, 180, 3);
	check("Asia/Kamchatka", "2026-03-12T12:30:00Z", "2026-03-13", 30, 720, 4);
	check("Europe/Kaliningrad", "2025-12-31T22:00:00Z", "2026-01-01", 0, 120, 3);
	check("Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01", 330, 330, 3);
	check("America/New_York", "1970-01-01T02:00:00Z", "1969-12-31", 21 * 60, -300, 2);
}

static int64_t instant(const char *zone, const char *date, int minute)
{
	struct date d;
	int64_t ms;

	assert_true(date_parse(str_of(date), &d));
	assert_int_equal(zone_instant(str_of(zone), d, minute, &ms, NULL), 0);
	return ms;
}

static int64_t at(const char *utc)
{
	int64_t ms;

	assert_true(clock_parse(str_of(utc), &ms));
	return ms;
}

static void odd_days(void **state)
{
	(void)state;
	/* Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00. */
	assert_int_equal(instant("Europe/Berlin", "2026-03-29", 119), at("2026-03-29T00:59:00Z"));
	assert_int_equal(instant("Europe/Berlin", "2026-03-29", 150), at("2026-03-29T01:00:00Z"));
	assert_int_equal(instant("Europe/Berlin", "2026-03-29", 180), at("2026-03-29T01:00:00Z"));
	assert_int_equal(instant("Europe/Berlin", "2026-10-25", 150), at("2026-10-25T00:30:00Z"));
	assert_int_equal(instant("Europe/Berlin", "2026-10-25", 180), at("2026-10-25T02:00:00Z"));
	assert_int_equal(instant("Europe/Moscow", "2026-03-12", 1440), at("2026-03-12T21:00:00Z"));
	/* Samoa left out 2011-12-30. */
	assert_int_equal(instant("Pacific/Apia", "2011-12-30", 600), at("2011-12-30T10:00:00Z"));
}

static void unknown_zone(void **state)
{
	struct fault f = {0};
	struct zone_time t;
	int64_t ms;

	(void)state;
	assert_int_equal(zone_local(STR("Mars/Base"), 0, &t, &f), EINVAL);
	assert_string_equal(f.code, "zone");
	assert_int_equal(zone_instant(STR("Mars/Base"), (struct date){2026, 1, 1}, 0, &ms, &f), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(names),
	        cmocka_unit_test(ordinary),
	        cmocka_unit_test(odd_days),
	        cmocka_unit_test(unknown_zone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
