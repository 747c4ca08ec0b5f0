/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.h - the machine of one call: state and event in, new state and actions out. No clock, no socket, no thread: tel runs it
 * with real time, scenes on a virtual clock. Every state but ended has a deadline and a reason for leaving by it (call_limits).
 *
 * An unowned call (call_init with operator 0) is dialled for whoever will be free. Answered, it asks for an operator (CALL_DO_FIND): the
 * caller answers by CALL_EV_TAKEN, or CALL_EV_QUEUE when nobody is free, and by CALL_EV_TAKEN later. After wait_ms from the answer the message
 * plays, if there is one, and the call ends as abandoned. From CALL_CONNECTED on it is its operator's like any other.
 *
 * With judges set before the answer, an unowned call is listened to first (CALL_DO_JUDGE): CALL_EV_PERSON asks for an operator then, wait_ms
 * counts from there, and CALL_EV_MACHINE ends it. Whoever is not judged within CALL_JUDGE_MS is a person.
 *
 * An incoming call (call_init_incoming) is unowned too, and begins in CALL_RINGING: we answer it at once. It asks CALL_DO_FIND; what becomes of
 * it until an operator has it is the business of queue.h and flow.h, by whose word tel moves it between CALL_IVR (CALL_EV_FLOW) and CALL_QUEUED (CALL_EV_QUEUE).
 * A call dialled for a flow (flows set before the answer) does the same from its answer on, or from the judgement that a person is there. A machine
 * hears a message, when there is one for machines, and the call ends as machine all the same.
 *
 * A call in its flow may be led to a number outside (CALL_EV_TRANSFER in CALL_IVR); one that cannot be had leads back into the flow. With asks_after
 * set, CALL_EV_AFTER in place of the operator's CALL_EV_HANG_UP lets him go while the far side stays and is asked by keys (CALL_RATING).
 *
 * In a talk its operator may give it to a queue (CALL_EV_QUEUE): he is free, and the call is nobody's again until CALL_EV_TAKEN, like an incoming
 * one whoever dialled it; wait_ms is set before, as there. It is no abandoned call, whatever becomes of it.
 *
 * In a talk its operator may call a third one, the guest: another operator or a number outside (docs/adr/0020). A transfer leads to him once he
 * is there, a consultation first lets the two speak while the far side hears music; whatever keeps the guest away leads back to the talk.
 * Who hears whom in each state is talk.h's. */
#ifndef CALLFLOW_CALL_H
#define CALLFLOW_CALL_H

#include "base/str.h"

enum call_state {
	CALL_ASKED,   /* in app only: the gate has not answered yet */
	CALL_CREATED, /* known to tel, nothing sent */
	CALL_DIALLING,
	CALL_RINGING,
	CALL_ANSWERED,     /* by the far side; nobody speaks with it yet */
	CALL_IVR,          /* a recorded or spoken message plays */
	CALL_QUEUED,       /* answered and nobody's: goes to the first operator who is free */
	CALL_CONNECTED,    /* audio can flow both ways between the far side and an operator */
	CALL_HELD,         /* by the operator, or his leg is lost: the far side hears music */
	CALL_TRANSFERRING, /* the guest is called and gets the call when he is there; the far side hears music */
	CALL_CONSULTING,   /* the guest is called, then speaks with the operator; the far side hears music */
	CALL_CONFERENCE,   /* far side, operator and guest hear each other */
	CALL_PASSED,       /* the far side and a guest outside: nobody of ours is in it any more */
	CALL_TAKEN_OVER,   /* a supervisor speaks with the far side in the operator's place, who listens */
	CALL_RATING,       /* the talk is over and its operator gone; the far side is asked about it by recorded words */
	CALL_ENDED,
	CALL_STATES
};
enum call_cause {
	CAUSE_NONE,
	CAUSE_HUNG_UP, /* after an answer; enum call_party says who */
	CAUSE_BUSY,
	CAUSE_NO_ANSWER,
	CAUSE_REFUSED,
	CAUSE_WRONG_NUMBER,
	CAUSE_UNREACHABLE,
	CAUSE_TRUNK_DOWN,   /* the trunk refuses or is not there */
	CAUSE_TRUNK_SILENT, /* the trunk gave no answer at all in time */
	CAUSE_NO_AUDIO,
	CAUSE_OPERATOR_LOST,
	CAUSE_OPERATOR_HUNG_UP, /* before the answer */
	CAUSE_GATE,
	CAUSE_DEADLINE,
	CAUSE_TEL_LOST,
	CAUSE_NODE_LOST,
	CAUSE_MACHINE,
	CAUSE_ABANDONED, /* answered by a person, no operator in time */
	CAUSE_CANCELLED, /* by the system before the answer */
	CAUSE_FAILED,
	CALL_CAUSES
};
/* Who is called in beside the two. */
enum call_guest { GUEST_NONE, GUEST_OPERATOR, GUEST_OUTSIDE, CALL_GUESTS };
enum call_party { BY_NONE, BY_OPERATOR, BY_CONTACT, BY_SYSTEM, CALL_PARTIES };
/* NULL-ended words of contract and database, in the order of the enums; "" for the none of each. */
extern const char *const call_state_names[CALL_STATES + 1];
extern const char *const call_cause_names[CALL_CAUSES + 1];
extern const char *const call_party_names[CALL_PARTIES + 1];
extern const char *const call_guest_names[CALL_GUESTS + 1];

enum call_event {
	CALL_EV_DIAL,     /* start: send the invitation */
	CALL_EV_PROGRESS, /* 100 or 183: the trunk lives, nothing rings yet */
	CALL_EV_RINGING,
	CALL_EV_ANSWER,
	CALL_EV_PERSON,  /* judged: a person answered */
	CALL_EV_MACHINE, /* judged: nobody did */
	CALL_EV_QUEUE,   /* unowned and answered, nobody is free; or in a talk: its operator gives it to a queue */
	CALL_EV_FLOW,    /* flows and answered: it hears and presses keys, and waits for no operator */
	CALL_EV_TAKEN,   /* unowned: operator_id has it from now on; he was reserved by OPERATOR_EV_GIVEN */
	CALL_EV_SPOKEN,  /* the message is over */
	CALL_EV_FAILED,  /* the far side or the trunk ended it before the answer; cause from call_cause_of_sip */
	CALL_EV_BRIDGED, /* audio can flow both ways with the operator's leg */
	CALL_EV_BYE,     /* the far side hung up */
	CALL_EV_HANG_UP, /* our side ends it; by says who */
	CALL_EV_HOLD,
	CALL_EV_UNHOLD,
	CALL_EV_OPERATOR_LEFT, /* his leg is down, he may return */
	CALL_EV_OPERATOR_BACK, /* his leg is up again */
	CALL_EV_OPERATOR_GONE, /* he will not return */
	CALL_EV_SILENCE,       /* 30 s without audio or RTCP from a side, ten minutes while it says that it holds */
	CALL_EV_DEADLINE,      /* deadline_at has passed */
	CALL_EV_TRANSFER,      /* to guest, without a word */
	CALL_EV_CONSULT,       /* with guest, before anything else */
	CALL_EV_GUEST_IN,      /* he is there: audio can flow */
	CALL_EV_GUEST_OUT,     /* he cannot be had, or left; cause says why */
	CALL_EV_COMPLETE,      /* the operator leaves the call to the guest: now, or as soon as he is there */
	CALL_EV_JOIN,          /* the far side comes in: three speak */
	CALL_EV_BACK,          /* the guest is let go, the talk goes on as it was */
	CALL_EV_TAKE_OVER,     /* a supervisor in the operator's place */
	CALL_EV_GIVE_BACK,     /* he leaves it, or his leg is down */
	CALL_EV_AFTER,         /* the operator ends the talk; the far side is asked about it */
	CALL_EVENTS
};

/* What the caller of call_step must do, in the order of the bits. */
enum call_action {
	CALL_DO_DIAL = 1,            /* send the invitation */
	CALL_DO_RECORD = 2,          /* start the recording, when the call is recorded */
	CALL_DO_BRIDGE = 4,          /* join with the operator's leg: now, or as soon as it is up */
	CALL_DO_MUSIC = 8,           /* take the operator's side off; the far side hears music */
	CALL_DO_UNMUSIC = 16,        /* the two sides hear each other again */
	CALL_DO_RELEASE = 32,        /* CANCEL or BYE to the far side, whichever fits; free the leg */
	CALL_DO_RECORD_STOP = 64,    /* close the recording, when there is one */
	CALL_DO_TELL_OPERATOR = 128, /* operator_step with operator_event_of(state) */
	CALL_DO_TELL = 256,          /* event to app: the new state with cause, sip_code and by */
	CALL_DO_LEAVE = 512,         /* take it from its operator, who did not speak yet: OPERATOR_EV_CALL_ENDED for him */
	CALL_DO_MESSAGE = 1024,      /* play the message; CALL_EV_SPOKEN when it is over */
	CALL_DO_FIND = 2048,         /* CALL_EV_TAKEN or CALL_EV_QUEUE */
	CALL_DO_INVITE = 4096,       /* call the guest: CALL_EV_GUEST_IN or CALL_EV_GUEST_OUT */
	CALL_DO_HAND =
	        8192, /* the guest is its operator now, or nobody when it goes to a queue; who was it gets OPERATOR_EV_PASSED */
	CALL_DO_DISMISS = 16384,    /* let the guest go, if there is one; an operator with OPERATOR_EV_PASSED */
	CALL_DO_TELL_GUEST = 32768, /* event to app: how it is with the guest */
	CALL_DO_JUDGE = 65536,      /* listen whether it is a person: CALL_EV_PERSON or CALL_EV_MACHINE */
};

struct call {
	enum call_state state;
	enum call_cause cause; /* set once, at the end */
	enum call_party by;
	int sip_code;        /* the last final answer of the trunk, 0: none */
	int64_t operator_id; /* whom it belongs to; 0: nobody yet */
	int64_t ring_ms;     /* how long it may ring */
	int64_t wait_ms; /* unowned: how long from the answer it may wait for an operator; incoming: from CALL_EV_QUEUE */
	int64_t entered_at, deadline_at;             /* of this state; deadline_at 0 only when ended */
	int64_t answered_at, connected_at, ended_at; /* 0: not yet */
	int64_t waits_from;                          /* when he who answered began to wait: the answer, or the judgement */
	bool bridge_asked, held_by_operator, operator_away;
	bool unowned;                /* dialled for nobody in particular, incoming, or given to a queue */
	bool judges;                 /* unowned: a machine that answers gets no operator */
	bool judging;                /* answered, and not yet known who */
	bool incoming;               /* the far side called us */
	bool flows;                  /* incoming, or dialled for a flow: it hears and presses keys, and waits in queues */
	bool asks_after;             /* after a talk the far side is asked about it */
	bool tells_machines;         /* flows: there is a message for a machine that answers */
	bool machine;                /* such a message plays, or waits for its beep */
	bool speaks;                 /* has a message for whom no operator took */
	bool leaving;                /* that message plays, or played */
	enum call_guest guest;       /* called or there */
	int64_t guest_id;            /* GUEST_OPERATOR */
	bool guest_in;               /* he is there */
	enum call_cause guest_cause; /* why the last guest is not */
	int64_t unrecorded_until;    /* the operator paused the recording until then at most; 0: he did not (talk.h) */
};
struct call_input {
	enum call_event event;
	enum call_cause cause; /* CALL_EV_FAILED, CALL_EV_GUEST_OUT */
	enum call_party by;    /* CALL_EV_HANG_UP */
	int sip_code;
	int64_t operator_id;   /* CALL_EV_TAKEN */
	enum call_guest guest; /* CALL_EV_TRANSFER, CALL_EV_CONSULT; of an operator guest_id */
	int64_t guest_id;
};

/* A state's longest stay and why it ends then; a guest's leads back to the talk, and cause is why he is not in it. ms 0: ring_ms (CALL_RINGING), wait_ms (CALL_QUEUED), or no deadline (CALL_ENDED). */
struct call_limit {
	int64_t ms;
	enum call_cause cause;
	const char *doc;
};
extern const struct call_limit call_limits[CALL_STATES];

/* CONSULT_MS: how long a consultation lasts once the guest is there. FLOW_MS: an incoming call among recorded words, each time it comes there. */
enum { CALL_WAIT_MS = 2000, CALL_MESSAGE_MS = 20000, CALL_CONSULT_MS = 600000, CALL_JUDGE_MS = 6000, CALL_FLOW_MS = 900000 };
enum { CALL_MACHINE_MS = 120000 }; /* a greeting, its beep and our message after it */

/* A call in CALL_CREATED. ring_ms 0: 30 s. operator_id 0: unowned, wait_ms is CALL_WAIT_MS until changed before the answer. */
void call_init(struct call *c, int64_t operator_id, int64_t ring_ms, int64_t now);
/* A call of the far side in CALL_RINGING: it has ring_ms to acknowledge our answer. wait_ms is of the queue it is in: how long CALL_QUEUED
 * may last each time, set before CALL_EV_QUEUE. */
void call_init_incoming(struct call *c, int64_t ring_ms, int64_t now);
/* One step: enum call_action bits. An event that means nothing in this state changes nothing and gives 0. */
unsigned call_step(struct call *c, const struct call_input *in, int64_t now);
/* The same for an event without more words. */
unsigned call_event(struct call *c, enum call_event event, int64_t now);

/* Of two waiting calls of one project, does a go to an operator before b? First answered, first served. */
bool call_before(const struct call *a, const struct call *b);
/* Answered and nobody's. */
bool call_waits(const struct call *c);

/* The cause of a final SIP answer (RFC 3261, RFC 3398 section 8.2.6.1). */
enum call_cause call_cause_of_sip(int code);
/* Index of a word in one of the lists above, or -1. */
int call_word(const char *const *names, str word);

#endif
