/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shares.c - Newcombe's interval and the mixture sequential test. */
#include "engine/stats/shares.h"

#include <math.h>

static const double z95 = 1.959963984540054, ratio = 20, spread = 0.2, detect = 7.848879734349086; /* (z .975 + z .8)² */
enum { NEEDED_MAX = 10000000 };

/* Wilson's score interval of one share. */
static void wilson(double p, double n, double *low, double *high)
{
	double zz = z95 * z95, middle = p + zz / (2 * n), half = z95 * sqrt(p * (1 - p) / n + zz / (4 * n * n));

	*low = (middle - half) / (1 + zz / n);
	*high = (middle + half) / (1 + zz / n);
}

static bool sequential(double d, double p, double n_before, double n_after)
{
	double v = p * (1 - p) * (1 / n_before + 1 / n_after), tt = spread * p * spread * p;

	return v > 0 && 0.5 * log(v / (v + tt)) + d * d * tt / (2 * v * (v + tt)) >= log(ratio);
}

struct shares_difference shares_compare(int64_t hits_before, int64_t n_before, int64_t hits_after, int64_t n_after)
{
	double n1 = (double)n_before, n2 = (double)n_after, p1 = (double)hits_before / n1, p2 = (double)hits_after / n2,
	       d = p2 - p1, l1, u1, l2, u2, needed;
	struct shares_difference r = {0};

	wilson(p1, n1, &l1, &u1);
	wilson(p2, n2, &l2, &u2);
	r.low = d - hypot(p2 - l2, u1 - p1);
	r.high = d + hypot(u2 - p2, p1 - l1);
	r.decided = sequential(d, (double)(hits_before + hits_after) / (n1 + n2), n1, n2);
	needed = d != 0 ? ceil(detect * (p1 * (1 - p1) + p2 * (1 - p2)) / (d * d)) : 0;
	r.needed = needed <= NEEDED_MAX ? (int64_t)needed : 0;
	return r;
}
