/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interval.h - distributions and exact intervals, pure functions. Any thread, no allocation. */
#ifndef ENGINE_STATS_INTERVAL_H
#define ENGINE_STATS_INTERVAL_H

#include <stdint.h>

/* P(Z <= z) of the standard normal. */
double normal_cdf(double z);
/* The regularised incomplete beta function I_x(a, b), a and b > 0, x cut to [0, 1]: continued fraction by Lentz (DLMF 8.17.22). */
double beta_cdf(double a, double b, double x);
/* The x where the beta distribution reaches the probability, to 1e-12. */
double beta_quantile(double a, double b, double probability);
/* One-sided bounds of Clopper and Pearson (Biometrika 26, 1934) for a share of which `hits` of `n` were seen: with probability
 * `level` (0.95) the true share is not above the upper and, apart from it, not below the lower bound. n 0: 1 and 0. */
double share_upper(int64_t hits, int64_t n, double level);
double share_lower(int64_t hits, int64_t n, double level);

#endif
