/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timers_test.c - many timers started, cancelled and started again come in order, also out of libre's own loop. */
#include "base/clock.h"
#include "engine/tel/re.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MANY = 20000, SPAN_MS = 40 };

static struct {
	struct tmr tmr[MANY];
	uint64_t due[MANY];
	bool runs[MANY];
	uint64_t last;
	int fired, disorder, wrong;
} all;

static void on_timer(void *arg)
{
	size_t i = (size_t)((struct tmr *)arg - all.tmr);

	all.fired++;
	all.disorder += all.due[i] < all.last;
	all.wrong += !all.runs[i] || tmr_isrunning(arg);
	all.last = all.due[i];
	all.runs[i] = false;
}

static void start(size_t i, uint64_t delay)
{
	tmr_start(&all.tmr[i], delay, on_timer, &all.tmr[i]);
	all.due[i] = all.tmr[i].jfs;
	all.runs[i] = true;
}

static void stop(void *arg)
{
	(void)arg;
	re_cancel();
}

static void many_come_in_order(void **state)
{
	struct tmr end;
	uint32_t draw = 7;
	int want = 0;

	(void)state;
	tmr_init(&end);
	for (size_t i = 0; i < 3 * MANY; i++) {
		draw = draw * 1664525u + 1013904223u;
		start(draw % MANY, draw / 1000 % SPAN_MS + 1);
		if (i % 3 == 0) {
			all.runs[(draw >> 9) % MANY] = false;
			tmr_cancel(&all.tmr[(draw >> 9) % MANY]);
		}
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(tmr_isrunning(&all.tmr[i]), all.runs[i]);
		want += all.runs[i];
	}
	tmr_start(&end, SPAN_MS + 20, stop, NULL);
	assert_int_equal(re_main(NULL), 0);
	assert_int_equal(all.fired, want);
	assert_int_equal(all.disorder, 0);
	assert_int_equal(all.wrong, 0);
	assert_int_equal(tmr_next_timeout(NULL), 0);
}

static char said[8];

static void say(void *arg)
{
	said[strlen(said)] = *(const char *)arg;
	if (strlen(said) == 3)
		re_cancel();
}

static void those_of_one_moment_come_as_they_were_started(void **state)
{
	struct tmr tmr[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		tmr_init(&tmr[i]);
		tmr_start(&tmr[i], 0, say, (void *)&"abc"[i]);
	}
	assert_int_equal(re_main(NULL), 0);
	assert_string_equal(said, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(many_come_in_order),
	        cmocka_unit_test(those_of_one_moment_come_as_they_were_started),
	};

	return libre_init() ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
