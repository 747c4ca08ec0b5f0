/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.h - what a recorded day would have been under other settings: the same operators at the same hours, the same kind of people
 * at the other end, another pacer. Pure; any thread; working memory (some MB) is the arena's.
 *
 * What it assumes, and a screen should say:
 *  - an operator is there when he was there; a pause that fell into a talk then begins after the talk he has now;
 *  - a dial at a moment ends like one drawn from the 200 recorded dials nearest to it in time, a talk lasts like one of the 200 nearest
 *    talks: who was reached when is kept by the hour, not by the person, and calling more does not change how willing people are;
 *  - dials that ended by our own side (trunk, gate, cancelled) are left out; contacts do not run out, so mind the number of dials;
 *  - a cold start, unless tables are given. */
#ifndef CALLFLOW_REPLAY_H
#define CALLFLOW_REPLAY_H

#include "callflow/pacer_floor.h"

enum { REPLAY_HOURS = 24, REPLAY_DIALS_LEAST = 30, REPLAY_TALKS_LEAST = 10 };

struct replay_settings {
	struct pacer_rules rules;
	int lines;                   /* channels; 0: no limit */
	uint64_t seed;               /* the same seed gives the same day */
	int64_t answered, abandoned; /* of the legal window before this day */
	const uint8_t *saved;        /* of pacer_save, NULL: cold start; refused bytes are a cold start too */
	size_t n_saved;
};
struct replay_side {
	struct floor_day all, hours[REPLAY_HOURS]; /* hours count from began_at; what is later stands in the last */
};
struct replay {
	int64_t began_at, ended_at; /* the first and the last event */
	int operators;
	size_t dials_known, talks_known;
	struct replay_side recorded, simulated;
};

/* events: by time, as pacer_step got them. EINVAL: not in order, over a day and a half, too few dials or talks to draw from, more
 * than PACER_OPERATORS operators. */
int replay_day(const struct pacer_event *events, size_t n, const struct replay_settings *s, struct arena *a,
        struct replay *ret, struct fault *f) MUST_USE;

#endif
