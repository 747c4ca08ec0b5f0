/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.h - two running legs that hear each other: ours (the operator) and theirs (the far side). Making one takes effect at the next
 * tick. A bridge is a libre object and keeps references to its legs and none to the recorder. Loop thread. */
#ifndef ENGINE_TEL_BRIDGE_H
#define ENGINE_TEL_BRIDGE_H

#include "engine/tel/leg.h"
#include "engine/tel/recorder.h"

struct tel_bridge;

/* theirs must be there; ours may be NULL: the far side hears music until tel_bridge_ours gives one. */
int tel_bridge_new(struct tel_bridge **ret, struct tel_leg *ours, struct tel_leg *theirs) MUST_USE;
void tel_bridge_ours(struct tel_bridge *b, struct tel_leg *ours);
/* Record both sides apart from the next tick on; NULL ends that. The caller opens and closes the recorder, and takes it away first. */
void tel_bridge_record(struct tel_bridge *b, struct tel_recorder *r);
void tel_bridge_mute(struct tel_bridge *b, bool on); /* the far side hears silence from ours */
void tel_bridge_hold(struct tel_bridge *b, bool on); /* the far side hears music, ours hears silence */

/* All bridges, between tel_leg_tick_in and tel_leg_tick_out. */
void tel_bridge_tick(void);
/* Put legs and bridges on the loop's tick. */
void tel_media_init(void);

#endif
