/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sequential test against values reckoned elsewhere, against published sizes, and against chance. */
#include "engine/stats/sequential.h"

#include "base/str.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void near(double got, double wanted, double by)
{
	assert_true(fabs(got - wanted) <= by * fmax(1, fabs(wanted)));
}

/* By the formulas of the paper, reckoned with Python's math. */
static void values(void **state)
{
	static const struct {
		struct share_of a, b;
		double ratio, low, high;
		bool decided;
	} rows[] = {
	        {{2080, 104}, {2100, 122}, 0.8708049222653552, -0.014281484660441813, 0.030471960850918, false},
	        {{2000, 100}, {2000, 180}, 5066.152083654213, 0.014700780463833479, 0.0652992195361665, true},
	        {{1000, 50}, {1000, 50}, 0.6979824404521127, -0.03525813780401182, 0.03525813780401182, false},
	        {{0, 0}, {10, 5}, 0, -1, 1, false},
	        {{10, 0}, {10, 0}, 0, -1, 1, false},
	};
	struct sequential s;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		sequential_test(&rows[i].a, &rows[i].b, &s);
		near(s.ratio, rows[i].ratio, 1e-9);
		near(s.low, rows[i].low, 1e-9);
		near(s.high, rows[i].high, 1e-9);
		assert_int_equal(s.decided, rows[i].decided);
	}
}

/* The usual table of sizes at 5 % and power 80 %. */
static void sizes(void **state)
{
	static const struct {
		double p, up;
		int64_t n;
	} rows[] = {{0.02, 1.2, 21109}, {0.03, 1.2, 13914}, {0.05, 1.2, 8158}, {0.05, 1.1, 31234}, {0.1, 1.2, 3841},
	        {0.1, 1.1, 14751}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(needed_on_each(rows[i].p, rows[i].p * rows[i].up), rows[i].n);
		near(seen_with(rows[i].p, rows[i].n), rows[i].p * (rows[i].up - 1), 0.003);
	}
	assert_int_equal(needed_on_each(0.05, 0.05), 0);
	assert_int_equal(needed_on_each(0.05, 0.0500001), 0);
	near(seen_with(0.05, 0), 1, 0);
}

static void beside(void **state)
{
	double low, high;

	(void)state;
	near(coin_fair(5000, 5000), 1, 1e-12);
	near(coin_fair(5100, 4900), 0.045500263896358396, 1e-12);
	near(coin_fair(5200, 4800), 6.334248366623977e-05, 1e-12);
	near(coin_fair(0, 0), 1, 0);
	near(share_beats(&(struct share_of){2100, 122}, &(struct share_of){2080, 104}), 0.8758698963361535, 1e-9);
	near(share_beats(&(struct share_of){1, 0}, &(struct share_of){1, 1}), 1.0 / 6, 1e-12);
	near(share_beats(&(struct share_of){0, 0}, &(struct share_of){0, 0}), 0.5, 1e-12);
	share_likely(&(struct share_of){10, 0}, &low, &high); /* Beta(1, 11) has its quantiles in closed form */
	near(low, 1 - pow(0.975, 1.0 / 11), 1e-9);
	near(high, 1 - pow(0.025, 1.0 / 11), 1e-9);
}

static int falls(uint64_t *seed, double share)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0 < share;
}

struct looks {
	int decided, missed; /* runs that named a winner at some look; whose interval left the truth out at some look */
};

/* Sixty looks at a growing test, run after run. */
static struct looks run(double pa, double pb, int runs, uint64_t seed)
{
	struct looks ret = {0};

	for (int r = 0; r < runs; r++) {
		struct share_of a = {0}, b = {0};
		bool decided = false, missed = false;
		for (int look = 0; look < 60; look++) {
			struct sequential s;
			for (int i = 0; i < 100; i++) {
				a.hits += falls(&seed, pa), a.n++;
				b.hits += falls(&seed, pb), b.n++;
			}
			sequential_test(&a, &b, &s);
			decided |= s.decided;
			missed |= s.low > pb - pa || s.high < pb - pa;
		}
		ret.decided += decided;
		ret.missed += missed;
	}
	return ret;
}

/* Nominal are 5 %; with no difference it is known to be about 1.2 %, and a difference of 30 % at 5 % is found in about 79 of 100. */
static void looked_at_daily(void **state)
{
	struct looks equal = run(0.05, 0.05, 500, 3), better = run(0.05, 0.065, 200, 4);

	(void)state;
	assert_in_range(equal.decided, 0, 15);
	assert_in_range(equal.missed, 0, 25);
	assert_in_range(better.decided, 140, 180);
	assert_in_range(better.missed, 0, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(sizes), cmocka_unit_test(beside),
	        cmocka_unit_test(looked_at_daily)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
