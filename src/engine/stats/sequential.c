/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sequential.c - the mixture sequential test and what is told beside it. */
#include "engine/stats/sequential.h"

#include "engine/stats/interval.h"

#include <math.h>

static const double threshold = 20, spread = 0.2, z_error = 1.959963984540054, z_power = 0.8416212335729143;
enum { NEEDED_MAX = 10000000 };

void sequential_test(const struct share_of *a, const struct share_of *b, struct sequential *ret)
{
	double na = (double)a->n, nb = (double)b->n, p = (double)(a->hits + b->hits) / (na + nb), v, tt, d, half;

	*ret = (struct sequential){.low = -1, .high = 1};
	if (!a->n || !b->n || p <= 0 || p >= 1)
		return;
	v = p * (1 - p) * (1 / na + 1 / nb);
	tt = spread * p * spread * p;
	d = (double)b->hits / nb - (double)a->hits / na;
	ret->ratio = sqrt(v / (v + tt)) * exp(d * d * tt / (2 * v * (v + tt)));
	half = sqrt(v * (v + tt) / tt * (2 * log(threshold) + log((v + tt) / v)));
	ret->low = fmax(-1, d - half);
	ret->high = fmin(1, d + half);
	ret->decided = ret->ratio >= threshold;
}

int64_t needed_on_each(double a, double b)
{
	double middle = (a + b) / 2,
	       root = z_error * sqrt(2 * middle * (1 - middle)) + z_power * sqrt(a * (1 - a) + b * (1 - b)), n;

	if (a == b)
		return 0;
	n = ceil(root * root / ((a - b) * (a - b)));
	return n <= NEEDED_MAX ? (int64_t)n : 0;
}

double seen_with(double p, int64_t n)
{
	return n > 0 ? fmin(1, (z_error + z_power) * sqrt(2 * p * (1 - p) / (double)n)) : 1;
}

double coin_fair(int64_t a, int64_t b)
{
	double d = (double)(a - b), n = (double)(a + b);

	return n > 0 ? erfc(fabs(d) / sqrt(2 * n)) : 1;
}

static double log_beta(double a, double b)
{
	int sign; /* lgamma_r: the plain one writes a global */

	return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

/* The sum of Evan Miller, "Formulas for Bayesian A/B testing", 2014: a term for each success of b. */
double share_beats(const struct share_of *b, const struct share_of *a)
{
	double a1 = (double)a->hits + 1, b1 = (double)(a->n - a->hits) + 1, b2 = (double)(b->n - b->hits) + 1, sum = 0;

	for (int64_t i = 0; i <= b->hits; i++) {
		double k = (double)i;
		sum += exp(log_beta(a1 + k, b1 + b2) - log(b2 + k) - log_beta(1 + k, b2) - log_beta(a1, b1));
	}
	return fmin(1, sum);
}

void share_likely(const struct share_of *s, double *low, double *high)
{
	double a = (double)s->hits + 1, b = (double)(s->n - s->hits) + 1;

	*low = beta_quantile(a, b, 0.025);
	*high = beta_quantile(a, b, 0.975);
}
