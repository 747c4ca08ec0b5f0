/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stats/trend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define NEAR(got, want, by) assert_true(fabs((got) - (want)) < (by))

/* Numerical Recipes' ranqd1: the same on every machine. */
static double chance(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed / 4294967296.0;
}

static void draw(uint32_t *seed, struct share_of *points, size_t n, double a, double b)
{
	for (size_t i = 0; i < n; i++) {
		double p = 1 / (1 + exp(-a - b * (double)i));
		points[i] = (struct share_of){.n = 200 + (int64_t)(100 * chance(seed))};
		for (int64_t k = 0; k < points[i].n; k++)
			points[i].hits += chance(seed) < p;
	}
}

/* How many of 400 draws are called a trend at 5 %. */
static int called(size_t n, double b, double *slope)
{
	struct share_of points[16];
	struct trend t;
	uint32_t seed = 7;
	int found = 0;

	*slope = 0;
	for (int i = 0; i < 400; i++) {
		draw(&seed, points, n, -2, b);
		trend_of(points, n, &t);
		assert_true(t.p >= 0 && t.p <= 1 && t.spread >= 1);
		found += t.p < 0.05;
		*slope += t.slope / 400;
	}
	return found;
}

static void a_trend_is_called_when_there_is_one(void **state)
{
	double slope;
	int none;

	(void)state;
	for (size_t n = 3; n <= 12; n += 3) {
		none = called(n, 0, &slope);
		printf("%zu points: %d of 400 called without a trend\n", n, none);
		assert_true(none <= 34); /* 5 % is 20; never more than 3 sigma above, and cautious by its spread */
		NEAR(slope, 0, 0.02);
	}
	assert_true(called(12, -0.15, &slope) > 380);
	NEAR(slope, -0.15, 0.01);
	assert_true(called(4, 0.3, &slope) > 300);
	NEAR(slope, 0.3, 0.05);
}

static void what_cannot_be_told_is_no_trend(void **state)
{
	static const struct share_of none[8], one[] = {{100, 10}}, nobody[] = {{100, 0}, {100, 0}}, all[] = {{9, 9}, {9, 9}},
	                                      apart[] = {{50, 0}, {50, 0}, {50, 0}, {50, 50}, {50, 50}, {50, 50}};
	struct trend t;

	(void)state;
	trend_of(none, 8, &t);
	assert_true(t.p == 1 && t.slope == 0);
	trend_of(one, 1, &t);
	assert_true(t.p == 1);
	trend_of(nobody, 2, &t);
	assert_true(t.p == 1);
	trend_of(all, 2, &t);
	assert_true(t.p == 1);
	trend_of(apart, 6, &t);
	assert_true(t.p >= 0 && t.p <= 1);
}

/* Points that jump about more than chance lets them call fewer trends. */
static void a_restless_share_widens(void **state)
{
	static const struct share_of calm[] = {{500, 50}, {500, 55}, {500, 60}, {500, 66}, {500, 70}, {500, 76}},
	                             restless[] = {{500, 30}, {500, 85}, {500, 40}, {500, 86}, {500, 50}, {500, 86}};
	struct trend a, b;

	(void)state;
	trend_of(calm, 6, &a);
	trend_of(restless, 6, &b);
	assert_true(a.spread == 1 && a.p < 0.05);
	assert_true(b.spread > 5 && b.p > 0.2);
}

static void what_is_still_to_come(void **state)
{
	struct share_of unknown = {0, 0}, few = {1, 1}, many = {10000, 500};
	struct expected e;

	(void)state;
	expect_hits(&unknown, 9, 0.8, &e); /* uniform over 0 … 9 */
	assert_true(e.low == 0 && e.high == 8);
	NEAR(expect_more(&unknown, 9, 6), 0.3, 1e-12);
	NEAR(expect_more(&few, 1, 0), 2.0 / 3, 1e-12); /* Laplace's rule */
	NEAR(expect_more(&few, 2, 1), 0.5, 1e-12);     /* 2·3 / (3·4) */
	expect_hits(&many, 2000, 0.8, &e);
	assert_true(e.middle >= 99 && e.middle <= 101);
	NEAR((double)(e.high - e.low), 2 * 1.2816 * sqrt(2000 * 0.05 * 0.95 * 1.2),
	        2); /* normal, with the doubt about 5 % */
	expect_hits(&many, 0, 0.8, &e);
	assert_true(e.low == 0 && e.high == 0);
	expect_hits(&many, 50000000, 0.8, &e);
	assert_true(e.low < 2500000 && e.high > 2500000);
}

/* Newcombe 1998, table II: (a) 56/70 and 48/80, (h) 0/20 and 0/10. */
static void two_shares(void **state)
{
	struct share_difference d;

	(void)state;
	share_differ(&(struct share_of){80, 48}, &(struct share_of){70, 56}, &d);
	NEAR(d.difference, 0.2, 1e-12);
	NEAR(d.low, 0.0524, 5e-5);
	NEAR(d.high, 0.3339, 5e-5);
	share_differ(&(struct share_of){10, 0}, &(struct share_of){20, 0}, &d);
	NEAR(d.low, -0.2775, 5e-5);
	NEAR(d.high, 0.1611, 5e-5);
	share_differ(&(struct share_of){0, 0}, &(struct share_of){20, 1}, &d);
	assert_true(d.low == -1 && d.high == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_trend_is_called_when_there_is_one),
	        cmocka_unit_test(what_cannot_be_told_is_no_trend),
	        cmocka_unit_test(a_restless_share_widens),
	        cmocka_unit_test(what_is_still_to_come),
	        cmocka_unit_test(two_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
