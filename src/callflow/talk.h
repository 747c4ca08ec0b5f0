/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.h - a talk of more than two: who hears whom, what is recorded, and the pause of the recording. Pure, like call.h. */
#ifndef CALLFLOW_TALK_H
#define CALLFLOW_TALK_H

#include "callflow/call.h"

/* Who may have a leg in a call. The last four are supervisors, by what they do there. */
enum talk_role { TALK_FAR, TALK_OPERATOR, TALK_GUEST, TALK_LISTENS, TALK_WHISPERS, TALK_JOINS, TALK_LEADS, TALK_ROLES };
/* What a supervisor does; none: he has left. */
enum monitor_mode { MONITOR_NONE, MONITOR_LISTEN, MONITOR_WHISPER, MONITOR_JOIN, MONITOR_TAKE_OVER, MONITOR_MODES };
extern const char *const monitor_mode_names[MONITOR_MODES + 1];
enum talk_role talk_role_of(enum monitor_mode mode); /* not of none */

/* Does the voice of whom reach who? Mute is not its business. A supervisor who listens is heard by nobody, one who whispers by the operator. */
bool talk_hears(const struct call *c, enum talk_role who, enum talk_role whom);
/* The far side waits and hears music. */
bool talk_music(const struct call *c);
/* The operator hears the guest being called. */
bool talk_rings(const struct call *c);
/* The far side, and whatever it hears: nothing said behind its back is in the recording. */
bool talk_recorded(const struct call *c, enum talk_role who);
/* Is it a talk: may a supervisor come in? */
bool talk_is(const struct call *c);

/* The operator pauses the recording while card data are said, or ends the pause. False: nothing changed. It ends by itself after
 * TALK_UNRECORDED_MS (talk_unrecorded_over), and with the talk. */
enum { TALK_UNRECORDED_MS = 300000 };
bool talk_unrecord(struct call *c, bool on, int64_t now);
bool talk_unrecorded_over(const struct call *c, int64_t now);

#endif
