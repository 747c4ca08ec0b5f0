/* SPDX-License-Identifier: GPL-3.0-or-later */
/* operator.h - the machine of one operator's day at the seat: pure like call.h, run by tel, mirrored by app.
 * An operator has at most one call; whatever happens, he becomes free again by a deadline. */
#ifndef CALLFLOW_OPERATOR_H
#define CALLFLOW_OPERATOR_H

#include "callflow/call.h"

enum operator_state {
	OPERATOR_OFFLINE,
	OPERATOR_READY,
	OPERATOR_OFFERED,  /* a call rings at his seat, and perhaps at others': whoever takes it first has it */
	OPERATOR_RESERVED, /* a call is dialled for him */
	OPERATOR_PREVIEW,  /* reads a card, nothing is dialled yet */
	OPERATOR_TALKING,
	OPERATOR_WRAP_UP,
	OPERATOR_PAUSE, /* also at the start of a shift, before the first «ready» */
	OPERATOR_LOST,  /* his leg is down: 20 s to return */
	OPERATOR_STATES
};
extern const char *const operator_state_names[OPERATOR_STATES + 1];

enum operator_event {
	OPERATOR_EV_START,   /* the shift begins: to pause */
	OPERATOR_EV_STOP,    /* the shift ends; refused while a call is his */
	OPERATOR_EV_READY,   /* needs his leg up */
	OPERATOR_EV_PAUSE,   /* at once, or after the call when one is his */
	OPERATOR_EV_PREVIEW, /* a card to read; from ready or pause (manual) */
	OPERATOR_EV_RESERVE, /* a call is dialled for him; from ready, preview, or pause (manual) */
	OPERATOR_EV_OFFERED, /* a call rings at his seat, for ring_ms; from ready only */
	OPERATOR_EV_GIVEN, /* a call that was answered and belonged to nobody; he is ready, or took what was offered, and speaks at once */
	OPERATOR_EV_CONNECTED,
	OPERATOR_EV_CALL_ENDED,
	OPERATOR_EV_PASSED, /* he is out of a talk that is, or never was, another's: there is nothing to wrap up; or another took the offer */
	OPERATOR_EV_LEG_UP,
	OPERATOR_EV_LEG_DOWN,
	OPERATOR_EV_DONE,   /* wrap-up is over: the result is saved */
	OPERATOR_EV_EXTEND, /* once per wrap-up */
	OPERATOR_EV_DEADLINE,
	OPERATOR_EVENTS
};
enum operator_then { THEN_READY, THEN_PAUSE, THEN_STOP, OPERATOR_THENS };
extern const char *const operator_then_names[OPERATOR_THENS + 1];
/* The time to read a card is over: a pause, since he is not there; the next card; or the call is dialled for him. */
enum operator_preview { PREVIEW_PAUSE, PREVIEW_SKIP, PREVIEW_DIAL, OPERATOR_PREVIEWS };
extern const char *const operator_preview_names[OPERATOR_PREVIEWS + 1];
enum operator_cause {
	OPERATOR_CAUSE_NONE,
	OPERATOR_CAUSE_DEADLINE,
	OPERATOR_CAUSE_LEG,
	OPERATOR_CAUSE_CALL,
	OPERATOR_CAUSES
};
extern const char *const operator_cause_names[OPERATOR_CAUSES + 1]; /* "", "deadline", "leg", "call" */

enum operator_action {
	OPERATOR_DO_TELL = 1,         /* event to app: the new state with until and cause */
	OPERATOR_DO_CALL_LEFT = 2,    /* his call: CALL_EV_OPERATOR_LEFT */
	OPERATOR_DO_CALL_BACK = 4,    /* his call: CALL_EV_OPERATOR_BACK */
	OPERATOR_DO_CALL_GONE = 8,    /* his call: CALL_EV_OPERATOR_GONE */
	OPERATOR_DO_LEG_CLOSE = 16,   /* end his leg: the shift is over */
	OPERATOR_DO_CALL_FORGET = 32, /* the card in preview is given back; no call was dialled */
	OPERATOR_DO_REFUSE = 64,      /* the command cannot be done in this state; nothing changed */
	OPERATOR_DO_OFFER_GONE = 128, /* he did not take what was offered: it stops ringing at his seat */
};

struct operator_day {
	enum operator_state state;
	enum operator_state back;        /* of LOST: where to return */
	enum operator_then then;         /* after the call */
	enum operator_cause cause;       /* of the last change */
	int64_t entered_at, deadline_at; /* 0: OFFLINE */
	int64_t idle_since;              /* READY and OFFERED: an offer another took does not begin it anew */
	int64_t wrap_up_ms, preview_ms;  /* of the project he sits in */
	enum operator_preview preview;   /* of the card he reads, or read last */
	int64_t pause_reason_id, then_reason_id;
	bool leg_up, has_call;
	bool extended; /* the wrap-up; or the preview, by the moment in which app dials */
};
struct operator_input {
	enum operator_event event;
	enum operator_then then;        /* OPERATOR_EV_DONE */
	enum operator_preview preview;  /* OPERATOR_EV_PREVIEW */
	int64_t reason_id;              /* OPERATOR_EV_PAUSE, and DONE then pause */
	int64_t wrap_up_ms, preview_ms; /* OPERATOR_EV_START */
	int64_t ring_ms;                /* OPERATOR_EV_RESERVE, OPERATOR_EV_OFFERED: how long the call may ring */
};

/* A state's longest stay. ms 0: wrap_up_ms, preview_ms, ring_ms and 15 s (reserved), or none when offline. to: where its deadline leads. */
struct operator_limit {
	int64_t ms;
	enum operator_state to;
	const char *doc;
};
extern const struct operator_limit operator_limits[OPERATOR_STATES];

/* One step: enum operator_action bits, done in the order of the bits. 0: nothing to do. */
unsigned operator_step(struct operator_day *o, const struct operator_input *in, int64_t now);
unsigned operator_event(struct operator_day *o, enum operator_event event, int64_t now);
/* Of two who are ready, who is given a call first? Who waits longer. */
bool operator_before(const struct operator_day *a, const struct operator_day *b);
/* What a new state of his call means to the operator: CALL_DO_TELL_OPERATOR. False: nothing. */
bool operator_event_of(enum call_state state, enum operator_event *ret);

#endif
