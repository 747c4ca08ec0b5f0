/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts fall to either side by halves, the same for ever, and otherwise in another test. */
#include "domain/script/split.h"

#include "engine/stats/sequential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void halves(void **state)
{
	(void)state;
	for (int64_t test = 1; test <= 20; test++) {
		int64_t b = 0, same = 0, turns = 0, n = 10000;
		for (int64_t c = 1; c <= n; c++) {
			int side = split_side(test, c);
			assert_int_equal(side, split_side(test, c));
			b += side;
			same += side == split_side(test + 1, c);
			turns += side != split_side(test, c + 1);
		}
		assert_true(coin_fair(b, n - b) > 0.0001);
		assert_true(coin_fair(same, n - same) > 0.0001);
		assert_true(coin_fair(turns, n - turns) > 0.0001);
	}
	/* Never to change: who heard one version would hear the other. */
	assert_int_equal(split_side(1, 1) | split_side(1, 2) << 1 | split_side(1, 3) << 2 | split_side(7, 1000000) << 3, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(halves)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
