/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/stop/stop.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Nine to nine on weekdays, Moscow: UTC+3. */
static const struct hours office = {{540, 540, 540, 540, 540, 0, 0}, {1260, 1260, 1260, 1260, 1260, 0, 0}};

static int64_t idle(const char *from, const char *until)
{
	int64_t a, b, min;
	struct fault f;

	assert_true(clock_parse(str_of(from), &a) && clock_parse(str_of(until), &b));
	assert_int_equal(stop_idle(&office, STR("Europe/Moscow"), a, b, &min, &f), 0);
	return min;
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
	assert_int_equal(stop_idle(&all, STR("UTC"), 0, 3 * (int64_t)CLOCK_DAY, &min, &f), 0);
	assert_int_equal(min, 3 * 1440);
}

static const char *shifted(struct arena *a, const char *ends_on, int64_t min)
{
	str s = stop_shifted(a, &office, str_of(ends_on), min);

	return s.n ? str_z(a, s) : "";
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
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(hours_of_work), cmocka_unit_test(the_end_moves)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
