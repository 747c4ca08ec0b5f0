/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trend.h - does a share change over time, and what is still to be expected of what is left. Pure functions. Any thread, no allocation. */
#ifndef ENGINE_STATS_TREND_H
#define ENGINE_STATS_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct share_of {
	int64_t n, hits; /* 0 ≤ hits ≤ n */
};
struct trend {
	double slope;  /* of the logit, a step; 0 when it cannot be told */
	double p;      /* two-sided: how likely such a slope is when nothing changes */
	double spread; /* ≥ 1: how much more the points vary than chance alone lets them */
};

/* The slope of a share over points in order. From TREND_FITTED points on by logistic regression with the dispersion of the points themselves
 * (McCullagh and Nelder, Generalized Linear Models, 4.5: quasi-binomial, Student's t with n - 2 degrees), fewer by the test of Cochran and
 * Armitage (Biometrics 11, 1955). p is 1 when there are fewer than two points with something in them, or no two differ. */
enum { TREND_FITTED = 6, TREND_POINTS = 520 };
void trend_of(const struct share_of *points, size_t n, struct trend *ret);

/* What `left` more trials bring when `seen` is all that is known (uniform prior, beta-binomial): the quantiles at (1 - level) / 2, one half and
 * (1 + level) / 2. */
struct expected {
	int64_t low, middle, high;
};
void expect_hits(const struct share_of *seen, int64_t left, double level, struct expected *ret);
/* P(hits > more) of the same. */
double expect_more(const struct share_of *seen, int64_t left, int64_t more);

/* b minus a, with the interval of Newcombe (Statistics in Medicine 17, 1998, method 10) at 95 %. */
struct share_difference {
	double low, difference, high;
};
void share_differ(const struct share_of *a, const struct share_of *b, struct share_difference *ret);

#endif
