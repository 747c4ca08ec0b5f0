/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sequential.h - two shares that are looked at again and again while they grow: when may a difference be believed, and what is still missing.
 * Pure; any thread, no allocation. */
#ifndef ENGINE_STATS_SEQUENTIAL_H
#define ENGINE_STATS_SEQUENTIAL_H

#include "engine/stats/trend.h"

/* The mixture sequential test of a − b with a prior spread of a fifth of the share (Johari, Koomen, Pekelis and Walsh, "Always valid inference",
 * Operations Research 70, 2022). ratio: the likelihood ratio; at 20 it is decided, and however often one looks, that errs once in twenty. low and
 * high hold b − a at every look with 95 %. Without a success on either side, or with nothing else: ratio 0, -1 and 1. */
struct sequential {
	double ratio, low, high;
	bool decided;
};
void sequential_test(const struct share_of *a, const struct share_of *b, struct sequential *ret);

/* Observations on either side to see one share differ from the other (two-sided 5 %, power 80 %; Fleiss, Statistical Methods for Rates and
 * Proportions, 3.2); 0: they are equal, or it would take more than ten million. */
int64_t needed_on_each(double a, double b);
/* The smallest difference that n on either side show when the share is p; 1 without any. */
double seen_with(double p, int64_t n);
/* How likely counts as uneven as these are when each falls to either side by a coin (chi-square, one degree of freedom). */
double coin_fair(int64_t a, int64_t b);
/* P(b's share > a's) when all that is known are these, from uniform priors. A description, never a decision: looked at daily at 95 % it names a false
 * winner in every fourth test. */
double share_beats(const struct share_of *b, const struct share_of *a);
/* The middle 95 % of what a share may be when these are all that is known (uniform prior). */
void share_likely(const struct share_of *s, double *low, double *high);

#endif
