/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stats/interval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NEAR(got, want, by) assert_true(fabs((got) - (want)) < (by))

static void normal(void **state)
{
	(void)state;
	NEAR(normal_cdf(0), 0.5, 1e-15);
	NEAR(normal_cdf(1.959963984540054), 0.975, 1e-12);
	NEAR(normal_cdf(-3), 0.0013498980316300946, 1e-15);
	NEAR(normal_cdf(-40), 0, 1e-300);
}

/* Closed forms: I_x(1, b) = 1 - (1 - x)^b, I_x(a, 1) = x^a, I_x(2, 2) = 3x² - 2x³, and the mirror of 8.17.4. */
static void beta(void **state)
{
	(void)state;
	for (int i = 1; i < 20; i++) {
		double x = i / 20.0;
		NEAR(beta_cdf(1, 7, x), 1 - pow(1 - x, 7), 1e-12);
		NEAR(beta_cdf(5, 1, x), pow(x, 5), 1e-12);
		NEAR(beta_cdf(2, 2, x), x * x * (3 - 2 * x), 1e-12);
		NEAR(beta_cdf(271, 9730, x / 10) + beta_cdf(9730, 271, 1 - x / 10), 1, 1e-10);
	}
	NEAR(beta_cdf(3, 4, -1), 0, 1e-15);
	NEAR(beta_cdf(3, 4, 2), 1, 1e-15);
}

/* The rule of three in its exact form, a published two-sided 95 % interval (10 of 100: 4.90 % to 17.62 %), and the largest number
 * of abandoned calls whose upper bound is 3 %. */
static void shares(void **state)
{
	static const int64_t most[][2] = {{100, 0}, {200, 1}, {300, 3}, {500, 8}, {1000, 20}, {3000, 74}, {10000, 271}};

	(void)state;
	NEAR(share_upper(0, 100, 0.95), 1 - pow(0.05, 0.01), 1e-9);
	NEAR(share_lower(100, 100, 0.95), pow(0.05, 0.01), 1e-9);
	NEAR(share_upper(10, 100, 0.975), 0.17622, 1e-5);
	NEAR(share_lower(10, 100, 0.975), 0.04900, 1e-5);
	NEAR(share_upper(0, 0, 0.95), 1, 1e-15);
	NEAR(share_lower(0, 0, 0.95), 0, 1e-15);
	for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
		assert_true(share_upper(most[i][1], most[i][0], 0.95) <= 0.03);
		assert_true(share_upper(most[i][1] + 1, most[i][0], 0.95) > 0.03);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(normal), cmocka_unit_test(beta), cmocka_unit_test(shares)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
