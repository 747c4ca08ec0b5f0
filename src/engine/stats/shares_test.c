/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stats/shares.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void near(double got, double wanted)
{
	assert_true(fabs(got - wanted) < 5e-5);
}

/* Newcombe 1998, table II, method 10: (56/70) − (48/80), (9/10) − (3/10), (0/10) − (0/20). */
static void published(void **state)
{
	struct shares_difference d = shares_compare(48, 80, 56, 70);

	(void)state;
	near(d.low, 0.0524);
	near(d.high, 0.3339);
	d = shares_compare(3, 10, 9, 10);
	near(d.low, 0.1705);
	near(d.high, 0.8090);
	d = shares_compare(0, 20, 0, 10);
	near(d.low, -0.1611);
	near(d.high, 0.2775);
}

/* Twenty looks at two equal scripts decide for one of them in at most a twentieth of the runs; a script twice as good is found. */
static int decided_runs(double before, double after, int runs, uint64_t seed)
{
	int decided = 0;

	for (int run = 0; run < runs; run++) {
		int64_t hits[2] = {0}, n = 0;
		bool said = false;
		while (n < 4000 && !said) {
			for (int i = 0; i < 200; i++, n++)
				for (int side = 0; side < 2; side++) {
					seed = seed * 6364136223846793005u + 1442695040888963407u;
					hits[side] += (double)(seed >> 11) / 9007199254740992.0 < (side ? after : before);
				}
			said = shares_compare(hits[0], n, hits[1], n).decided;
		}
		decided += said;
	}
	return decided;
}

static void looked_at_daily(void **state)
{
	(void)state;
	assert_in_range(decided_runs(0.05, 0.05, 400, 1), 0, 20);
	assert_in_range(decided_runs(0.05, 0.10, 50, 2), 48, 50);
}

static void example(void **state)
{
	struct shares_difference d = shares_compare(104, 2080, 122, 2100);

	(void)state;
	assert_false(d.decided);
	assert_true(d.low < 0 && d.high > 0);
	assert_in_range(d.needed, 11000, 14000);
	assert_int_equal(shares_compare(5, 100, 5, 100).needed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(published), cmocka_unit_test(looked_at_daily), cmocka_unit_test(example)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
