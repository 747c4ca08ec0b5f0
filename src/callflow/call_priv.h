/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_priv.h - the moves of a call: call.c has those of every call, talk.c those of guests and supervisors. */
#ifndef CALLFLOW_CALL_PRIV_H
#define CALLFLOW_CALL_PRIV_H

#include "callflow/talk.h"

enum {
	TELLS = CALL_DO_TELL_OPERATOR | CALL_DO_TELL,
	ENDS = CALL_DO_RELEASE | CALL_DO_RECORD_STOP | TELLS | CALL_DO_DISMISS,
};
#define STATE(s) (1u << (s))
#define EARLY (STATE(CALL_CREATED) | STATE(CALL_DIALLING) | STATE(CALL_RINGING))
#define WAITS (STATE(CALL_ANSWERED) | STATE(CALL_IVR) | STATE(CALL_QUEUED))
#define INVITES (STATE(CALL_TRANSFERRING) | STATE(CALL_CONSULTING))
#define WITH_GUEST (INVITES | STATE(CALL_CONFERENCE))
#define TALKS (STATE(CALL_CONNECTED) | STATE(CALL_HELD) | WITH_GUEST | STATE(CALL_PASSED) | STATE(CALL_TAKEN_OVER))
#define LIVES (EARLY | WAITS | TALKS | STATE(CALL_RATING))

enum call_need {
	ANY,
	OWNED,
	UNOWNED,
	JUDGES,  /* unowned, and asks first who answered */
	JUDGING, /* and does not know yet */
	SPEAKS,
	LEAVING,
	HEARD,    /* the far side called us, or an operator spoke with it: never an abandoned call */
	FLOWS,    /* it walks through a flow, now or when it is answered */
	NOBODYS,  /* and has no operator */
	MACHINES, /* judging, and there is a message for machines */
	MACHINE,  /* it plays */
	ASKS_AFTER,
	AWAY, /* his leg is */
	HERE, /* so is his operator's leg */
	HIS,  /* it has an operator */
	GUEST_IS_OURS,
	GUEST_IS_THERE,
	GUEST_THERE_OURS,
	GUEST_THERE_OUTSIDE
};
/* The first row that has the state and the event counts. CAUSE_NONE at an end: the cause that came with the event. */
struct move {
	unsigned from;
	enum call_event on;
	enum call_state to;
	enum call_cause cause;
	enum call_party by; /* BY_NONE: who the event names */
	unsigned act;
	enum call_need need;
};
extern const struct move talk_moves[];
extern const size_t talk_moves_n;
/* Who the guest is after this move; before the state changes. */
void talk_note(struct call *c, const struct move *m, const struct call_input *in);

#endif
