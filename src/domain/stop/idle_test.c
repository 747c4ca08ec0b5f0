/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/stop/stop.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Nine to nine on weekdays, Moscow: UTC+3. */
static const struct hours office = {{540, 540, 540, 540, 540, 0, 0}, {1260, 1260, 1260, 1260, 1260, 0, 0}};

static const struct calendar none;
/* Thursday 12th and Monday 16th of March are off; Saturday is worked, though not here. */
static struct calendar_day named[] = {{20524, true}, {20526, false}, {20528, true}};
static const struct calendar holidays = {named, COUNT(named)};

static int64_t idle_in(const struct calendar *off, const char *from, const char *until)
{
	int64_t a, b, min;
	struct fault f;

	assert_true(clock_parse(str_of(from), &a) && clock_parse(str_of(until), &b));
	assert_int_equal(stop_idle(&office, off, STR("Europe/Moscow"), a, b, &min, &f), 0);
	return min;
}

static int64_t idle(const char *from, const char *until)
{
	return idle_in(&none, from, until);
}

static void hours_of_work(void **state)
{
	static const struct hours all = {{0}, {1440, 1440, 1440, 1440, 1440, 1440, 1440}};
	int64_t min;
	struct fault f;

	(void)state;
	/* Thursday 2026-03-12 */
	assert_int_equal(idle("2026-03-12T09:00:00Z", "2026-03-12T10:30:00Z"), 90);
	assert_int_equal(idle("2026-03-12T17:00:00Z", "2026-03-13T07:00:00Z"), 60 + 60);
	assert_int_equal(idle("2026-03-13T18:00:00Z", "2026-03-16T06:00:00Z"), 0); /* over the weekend */
	assert_int_equal(idle("2026-03-13T17:00:00Z", "2026-03-16T07:00:00Z"), 120);
	assert_int_equal(stop_idle(&all, &none, STR("UTC"), 0, 3 * (int64_t)CLOCK_DAY, &min, &f), 0);
	assert_int_equal(min, 3 * 1440);
}

static void days_off(void **state)
{
	(void)state;
	assert_int_equal(idle_in(&holidays, "2026-03-12T09:00:00Z", "2026-03-12T10:30:00Z"), 0);
	assert_int_equal(idle_in(&holidays, "2026-03-11T17:00:00Z", "2026-03-17T07:00:00Z"), 60 + 720 + 60);
}

static const char *shifted_in(struct arena *a, const struct calendar *off, const char *ends_on, int64_t min)
{
	str s = stop_shifted(a, &office, off, str_of(ends_on), min);

	return s.n ? str_z(a, s) : "";
}

static const char *shifted(struct arena *a, const char *ends_on, int64_t min)
{
	return shifted_in(a, &none, ends_on, min);
}

static void the_end_moves(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(shifted(&a, "2026-03-12", 359), "");
	assert_string_equal(shifted(&a, "2026-03-12", 360), "2026-03-13"); /* half of twelve hours */
	assert_string_equal(shifted(&a, "2026-03-13", 720), "2026-03-16"); /* Friday: Monday */
	assert_string_equal(shifted(&a, "2026-03-12", 1800), "2026-03-17");
	assert_string_equal(shifted(&a, "", 1800), "");
	assert_string_equal(shifted_in(&a, &holidays, "2026-03-11", 720), "2026-03-13"); /* never onto a day off */
	assert_string_equal(shifted_in(&a, &holidays, "2026-03-13", 720), "2026-03-17");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(hours_of_work), cmocka_unit_test(days_off), cmocka_unit_test(the_end_moves)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
