/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixer.h - a talk of more than two legs: each hears the sum of those it may hear, never itself. Frames go through here 20 ms at a time; two
 * legs that only hear each other are a bridge's (bridge.h), whose packets pass at once. A mixer is a libre object and keeps references to
 * its legs and none to the recorder. Loop thread. */
#ifndef ENGINE_TEL_MIXER_H
#define ENGINE_TEL_MIXER_H

#include "engine/tel/leg.h"
#include "engine/tel/recorder.h"

enum { TEL_MIX_MAX = 8 };
enum tel_side { TEL_SIDE_NONE, TEL_SIDE_OURS, TEL_SIDE_THEIRS };

struct tel_mixer;
/* One leg in the talk. */
struct tel_voice {
	struct tel_leg *leg;
	unsigned hears;         /* bits of the others' places in the list */
	enum tel_source source; /* what it hears when it hears nobody */
	struct tel_leg *early;  /* or a leg that is not in the talk yet (a guest's ringing); NULL: none */
	enum tel_side side;     /* on which side of the recording it speaks */
};

int tel_mixer_new(struct tel_mixer **ret) MUST_USE;
/* Who is in the talk from the next tick on: all of them, at most TEL_MIX_MAX; the rest is left out. */
void tel_mixer_set(struct tel_mixer *m, const struct tel_voice *voices, size_t n);
/* Record both sides apart, each the sum of its voices; NULL ends that. As tel_bridge_record. */
void tel_mixer_record(struct tel_mixer *m, struct tel_recorder *r);

/* All mixers, between tel_leg_tick_in and tel_leg_tick_out. */
void tel_mixer_tick(void);

#endif
