/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow.h - the machine of a call among recorded words (IVR): a graph of nodes, and where a call stands in it. Pure like call.h: tel
 * runs it, scenes on a virtual clock. Every state has a deadline and leads somewhere by it; whoever draws a graph with a loop is stopped by
 * FLOW_STEPS_MAX and FLOW_TIME_MS, and the call goes to its number's queue. */
#ifndef CALLFLOW_FLOW_H
#define CALLFLOW_FLOW_H

#include "base/str.h"

enum flow_kind {
	FLOW_SAY,       /* words, then next */
	FLOW_MENU,      /* words, then a key: keys; no key, or a wrong one, tries times: other */
	FLOW_HOURS,     /* open now: next, else other */
	FLOW_QUEUE,     /* waits in a queue; longer than its limit: other */
	FLOW_VOICEMAIL, /* words, a beep, and the caller speaks until he presses # or hangs up: next */
	FLOW_END,       /* words, then we hang up */
	FLOW_SURVEY,    /* a question, then a key that answers it: its way in keys, or next; no answer, tries times: other */
	FLOW_OPT_OUT,   /* he wants no more calls: words that say so, then next */
	FLOW_OUTSIDE,   /* words, then to a number outside; it cannot be had: other */
	FLOW_CALLBACK, /* words, then the key 1: he is called back out of the node's queue; no key, or no number to call: other */
	FLOW_KINDS
};
extern const char *const flow_kind_names[FLOW_KINDS + 1]; /* NULL-ended */

#define FLOW_YES '1'
enum {
	FLOW_KEYS = 12,
	FLOW_NODES_MAX = 100,
	FLOW_STEPS_MAX = 60,
	FLOW_TIME_MS = 600000,
	FLOW_WORDS_MS = 75000,
	FLOW_LATE_MS = 15000
};
#define FLOW_KEY_SIGNS "0123456789*#"

/* Targets are indexes of nodes; -1: none, which ends the call. */
struct flow_node {
	enum flow_kind kind;
	str words;
	str voice, sound; /* whose voice speaks the words; a sound heard instead of them, or absent (engine/tel/speech.h) */
	int64_t words_ms; /* how long that sound lasts; 0: nobody knows, FLOW_WORDS_MS at most */
	int64_t prompt;   /* app's alone: the prompt that gives all of these; 0: none */
	int next, other, keys[FLOW_KEYS]; /* keys in the order of FLOW_KEY_SIGNS */
	unsigned answers;                 /* SURVEY: bits of the keys that answer */
	int64_t wait_ms; /* MENU, SURVEY, CALLBACK: for a key after the words; QUEUE: in all; VOICEMAIL: to speak; OUTSIDE: to ring */
	int64_t tries; /* MENU, SURVEY, CALLBACK: how often its words are said */
	int64_t queue, hours;
	int64_t question; /* SURVEY: under what its answers are kept */
	int64_t result;   /* what a call that comes here ends with, unless it comes to another one; 0: nothing is said */
	str number;       /* OUTSIDE: E.164 */
};
struct flow {
	const struct flow_node *nodes;
	size_t n;
	/* Is it open by these hours now? */
	bool (*open)(int64_t hours, void *arg);
	void *arg;
};

enum flow_state {
	FLOW_NEW,
	FLOW_SAYING,    /* words of the node play */
	FLOW_ASKING,    /* the words of a menu or a question are said: a key is waited for */
	FLOW_QUEUED,    /* until an operator takes the call, or the deadline */
	FLOW_RECORDING, /* the caller speaks */
	FLOW_CALLING,   /* a number outside is called: until it is there, or the deadline */
	FLOW_OVER,
	FLOW_STATES
};
enum flow_event {
	FLOW_EV_START,
	FLOW_EV_SAID, /* the words are over */
	FLOW_EV_KEY,
	FLOW_EV_FAILED, /* the number outside cannot be had */
	FLOW_EV_DEADLINE,
	FLOW_EVENTS
};
/* What the caller of flow_step must do; at most one. */
enum flow_action {
	FLOW_DO_NOTHING,
	FLOW_DO_SAY,    /* the node's words; FLOW_EV_SAID when they are over, at once when there are none */
	FLOW_DO_ASK,    /* be silent and listen for a key */
	FLOW_DO_QUEUE,  /* to the node's queue, out of the one before */
	FLOW_DO_RECORD, /* a beep, then record */
	FLOW_DO_CALL,   /* the node's number outside; FLOW_EV_FAILED when it cannot be had */
	FLOW_DO_END,    /* hang up */
	FLOW_DO_ESCAPE, /* it goes in a circle: to the number's queue */
	FLOW_DO_TICKET, /* he wants to be called back */
};
struct flow_run {
	enum flow_state state;
	int at;               /* node */
	int64_t tries, steps; /* words of this menu said; nodes entered */
	bool callable;        /* we know his number: set before the start */
	int64_t entered_at, deadline_at,
	        spent_ms; /* deadline_at 0: NEW and OVER. spent_ms: outside queues and calls outside */
	/* Of the last step alone: */
	bool entered;      /* a node, which is at now */
	char answer;       /* the key that answered the question it left; 0: none did */
	int answered_node; /* which it left so */
};

/* Does it lead to people, or record? Then it is no flow for after a talk. */
bool flow_leads_on(const struct flow_node *nodes, size_t n);
enum flow_action flow_step(struct flow_run *r, const struct flow *f, enum flow_event event, char key, int64_t now);
/* The first thing wrong with a graph, as a sentence; NULL: nothing. ret_at: which node. */
const char *flow_fault(const struct flow_node *nodes, size_t n, size_t *ret_at);

#endif
