/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shares.h - two shares beside each other: how far apart they plausibly are, and whether that is decided. Pure; any thread. */
#ifndef ENGINE_STATS_SHARES_H
#define ENGINE_STATS_SHARES_H

#include <stdbool.h>
#include <stdint.h>

/* hits of n, before and after; both n > 0.
 * low, high: 95 % interval of the difference after − before: the hybrid score interval (Newcombe, Statistics in Medicine 17, 1998, method 10).
 * decided: by the mixture sequential test with a prior spread of a fifth of the share (Johari and others, "Always valid inference", 2015), at
 * a likelihood ratio of 20: it may be looked at every day and still errs once in twenty.
 * needed: observations on either side to see a difference as large as this one (5 %, power 80 %); 0: no difference, or beyond reckoning. */
struct shares_difference {
	double low, high;
	bool decided;
	int64_t needed;
};
struct shares_difference shares_compare(int64_t hits_before, int64_t n_before, int64_t hits_after, int64_t n_after);

#endif
