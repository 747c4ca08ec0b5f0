/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shares.c - Newcombe's interval beside the sequential test. */
#include "engine/stats/shares.h"

#include "engine/stats/sequential.h"

#include <math.h>

static const double z95 = 1.959963984540054;

/* Wilson's score interval of one share. */
static void wilson(double p, double n, double *low, double *high)
{
	double zz = z95 * z95, middle = p + zz / (2 * n), half = z95 * sqrt(p * (1 - p) / n + zz / (4 * n * n));

	*low = (middle - half) / (1 + zz / n);
	*high = (middle + half) / (1 + zz / n);
}

struct shares_difference shares_compare(int64_t hits_before, int64_t n_before, int64_t hits_after, int64_t n_after)
{
	double n1 = (double)n_before, n2 = (double)n_after, p1 = (double)hits_before / n1, p2 = (double)hits_after / n2,
	       d = p2 - p1, l1, u1, l2, u2;
	struct share_of before = {n_before, hits_before}, after = {n_after, hits_after};
	struct shares_difference r = {0};
	struct sequential s;

	wilson(p1, n1, &l1, &u1);
	wilson(p2, n2, &l2, &u2);
	r.low = d - hypot(p2 - l2, u1 - p1);
	r.high = d + hypot(u2 - p2, p1 - l1);
	sequential_test(&before, &after, &s);
	r.decided = s.decided;
	r.needed = needed_on_each(p1, p2);
	return r;
}
