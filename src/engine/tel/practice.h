/* SPDX-License-Identifier: GPL-3.0-or-later */
/* practice.h - a subscriber who is not there: rings, answers, speaks, refuses, is busy, is a machine, through the same handlers as a
 * call over a trunk. For learning, for demonstrations and as a load. The number and a seed decide everything he does, so a
 * call can be repeated; some endings of the number decide it openly:
 *   90 busy · 91 refuses · 92 never answers · 93 a machine · 94 no such number · 95 hangs up after three seconds
 *   96 no answer of the trunk at all · 97 answers at once with a steady 1000 Hz · 98 is talkative · other endings are drawn. */
#ifndef ENGINE_TEL_PRACTICE_H
#define ENGINE_TEL_PRACTICE_H

#include "base/str.h"
#include "engine/tel/far.h"
#include "engine/tel/leg.h"

struct tel_practice;

/* A libre object; deref it to hang up. */
int tel_practice_new(struct tel_practice **ret, str number, uint64_t seed, const struct tel_far_handlers *h) MUST_USE;
/* Before he answers: whoever would have spoken is a fax machine, which takes what is sent and forgets it. */
int tel_practice_fax(struct tel_practice *p) MUST_USE;
struct tel_leg *tel_practice_leg(struct tel_practice *p);

#endif
