/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interval.c - distributions and exact intervals. */
#include "engine/stats/interval.h"

#include <math.h>

double normal_cdf(double z)
{
	return 0.5 * erfc(-z * M_SQRT1_2);
}

static double away_from_zero(double v)
{
	return fabs(v) < 1e-300 ? 1e-300 : v;
}

/* The fraction of DLMF 8.17.22 by the modified Lentz method; converges in about sqrt(max(a, b)) steps left of the mean. */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;

	for (int i = 1; i < 2000; i++) {
		double even = i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i)),
		       odd = -(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1)), step;
		d = 1 / away_from_zero(1 + even * d);
		c = away_from_zero(1 + even / c);
		h *= d * c;
		d = 1 / away_from_zero(1 + odd * d);
		c = away_from_zero(1 + odd / c);
		step = d * c;
		h *= step;
		if (fabs(step - 1) < 1e-14)
			break;
	}
	return h;
}

double beta_cdf(double a, double b, double x)
{
	double front;
	int sign; /* lgamma_r: the plain one writes a global */

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	front = exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double beta_quantile(double a, double b, double probability)
{
	double low = 0, high = 1;

	for (int i = 0; i < 60 && high - low > 1e-12; i++) {
		double middle = (low + high) / 2;
		if (beta_cdf(a, b, middle) < probability)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

double share_upper(int64_t hits, int64_t n, double level)
{
	return hits >= n ? 1 : beta_quantile((double)hits + 1, (double)(n - hits), level);
}

double share_lower(int64_t hits, int64_t n, double level)
{
	return hits <= 0 || n <= 0 ? 0 : beta_quantile((double)hits, (double)(n - hits) + 1, 1 - level);
}
