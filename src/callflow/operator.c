/* SPDX-License-Identifier: GPL-3.0-or-later */
/* operator.c - the turns of an operator's day as one table. */
#include "callflow/operator.h"

const char *const operator_state_names[] = {
        "offline", "ready", "offered", "reserved", "preview", "talking", "wrap_up", "pause", "lost", NULL};
const char *const operator_then_names[] = {"ready", "pause", "stop", NULL};
const char *const operator_preview_names[] = {"pause", "skip", "dial", NULL};
const char *const operator_cause_names[] = {"", "deadline", "leg", "call", NULL};

enum { SHIFT_MS = 16 * 3600000, AWAY_MS = 30 * 60000, RESERVED_OVER_RING_MS = 15000, GIVEN_MS = 3000, DIALS_MS = 5000 };

const struct operator_limit operator_limits[OPERATOR_STATES] = {
        [OPERATOR_OFFLINE] = {0, OPERATOR_OFFLINE, "rests"},
        [OPERATOR_READY] = {SHIFT_MS, OPERATOR_OFFLINE, "no shift lasts so long"},
        [OPERATOR_OFFERED] = {15000, OPERATOR_PAUSE, "ring_ms where it is said; he does not take it: he is not there"},
        [OPERATOR_RESERVED] = {0, OPERATOR_READY, "longer than any call may ring and wait"},
        [OPERATOR_PREVIEW] = {0, OPERATOR_PAUSE, "neither dialled nor skipped: he is not there; or as the project says"},
        [OPERATOR_TALKING] = {4 * 3600000 + 60000, OPERATOR_WRAP_UP, "the call's own limit comes first"},
        [OPERATOR_WRAP_UP] = {0, OPERATOR_READY, "the project's limit, one extension"},
        [OPERATOR_PAUSE] = {SHIFT_MS, OPERATOR_OFFLINE, "no shift lasts so long; half an hour when his leg is down"},
        [OPERATOR_LOST] = {20000, OPERATOR_OFFLINE, "20 s to return"},
};

/* Where a turn leads when that depends on more than the state. */
enum {
	TO_THEN = OPERATOR_STATES, /* what he or the result asked for: ready (or lost without his leg), pause, offline */
	TO_BACK,                   /* where he was before his leg went down */
	TO_SAME,
};
#define AT(s) (1u << (s))
#define FREE (AT(OPERATOR_READY) | AT(OPERATOR_PAUSE) | AT(OPERATOR_PREVIEW))
#define BUSY (AT(OPERATOR_RESERVED) | AT(OPERATOR_TALKING))
#define ALL (AT(OPERATOR_STATES) - 1)
#define TELL OPERATOR_DO_TELL
#define REFUSE OPERATOR_DO_REFUSE

/* The first row that has the state, the event and, where asked, the leg and the call counts. */
enum need { ANY, LEG, CALL, NO_CALL, SKIPS, DIALS };
struct turn {
	unsigned from;
	enum operator_event on;
	enum need need;
	int to;
	enum operator_cause cause;
	unsigned act;
};
static const struct turn turns[] = {
        {AT(OPERATOR_OFFLINE), OPERATOR_EV_START, ANY, OPERATOR_PAUSE, OPERATOR_CAUSE_NONE, TELL},
        {FREE, OPERATOR_EV_START, ANY, TO_SAME, OPERATOR_CAUSE_NONE, TELL}, /* another project, or the same command twice */
        {FREE, OPERATOR_EV_READY, LEG, OPERATOR_READY, OPERATOR_CAUSE_NONE, TELL},
        {ALL, OPERATOR_EV_READY, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {AT(OPERATOR_OFFERED), OPERATOR_EV_PAUSE, ANY, OPERATOR_PAUSE, OPERATOR_CAUSE_NONE, TELL | OPERATOR_DO_OFFER_GONE},
        {FREE, OPERATOR_EV_PAUSE, ANY, OPERATOR_PAUSE, OPERATOR_CAUSE_NONE, TELL},
        {AT(OPERATOR_LOST), OPERATOR_EV_PAUSE, NO_CALL, OPERATOR_PAUSE, OPERATOR_CAUSE_NONE, TELL},
        {BUSY | AT(OPERATOR_WRAP_UP) | AT(OPERATOR_LOST), OPERATOR_EV_PAUSE, ANY, TO_SAME, OPERATOR_CAUSE_NONE, 0},
        {FREE | AT(OPERATOR_WRAP_UP), OPERATOR_EV_STOP, ANY, OPERATOR_OFFLINE, OPERATOR_CAUSE_NONE,
                TELL | OPERATOR_DO_LEG_CLOSE},
        {AT(OPERATOR_LOST), OPERATOR_EV_STOP, NO_CALL, OPERATOR_OFFLINE, OPERATOR_CAUSE_NONE, TELL | OPERATOR_DO_LEG_CLOSE},
        {AT(OPERATOR_OFFERED) | BUSY | AT(OPERATOR_LOST), OPERATOR_EV_STOP, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {AT(OPERATOR_READY) | AT(OPERATOR_PAUSE), OPERATOR_EV_PREVIEW, LEG, OPERATOR_PREVIEW, OPERATOR_CAUSE_NONE, TELL},
        {ALL, OPERATOR_EV_PREVIEW, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {FREE, OPERATOR_EV_RESERVE, LEG, OPERATOR_RESERVED, OPERATOR_CAUSE_NONE, TELL},
        {ALL, OPERATOR_EV_RESERVE, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {AT(OPERATOR_READY), OPERATOR_EV_OFFERED, LEG, OPERATOR_OFFERED, OPERATOR_CAUSE_NONE, TELL},
        {ALL, OPERATOR_EV_OFFERED, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {AT(OPERATOR_READY) | AT(OPERATOR_OFFERED), OPERATOR_EV_GIVEN, LEG, OPERATOR_RESERVED, OPERATOR_CAUSE_NONE, TELL},
        {ALL, OPERATOR_EV_GIVEN, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {AT(OPERATOR_RESERVED), OPERATOR_EV_CONNECTED, CALL, OPERATOR_TALKING, OPERATOR_CAUSE_NONE, TELL},
        {AT(OPERATOR_RESERVED), OPERATOR_EV_CALL_ENDED, ANY, TO_THEN, OPERATOR_CAUSE_CALL, TELL},
        {AT(OPERATOR_TALKING), OPERATOR_EV_CALL_ENDED, ANY, OPERATOR_WRAP_UP, OPERATOR_CAUSE_CALL, TELL},
        {AT(OPERATOR_LOST), OPERATOR_EV_CALL_ENDED, CALL, TO_BACK, OPERATOR_CAUSE_CALL, TELL},
        {AT(OPERATOR_OFFERED), OPERATOR_EV_PASSED, ANY, TO_THEN, OPERATOR_CAUSE_CALL, TELL},
        {BUSY, OPERATOR_EV_PASSED, CALL, TO_THEN, OPERATOR_CAUSE_CALL, TELL},
        {AT(OPERATOR_LOST), OPERATOR_EV_PASSED, CALL, OPERATOR_LOST, OPERATOR_CAUSE_CALL, TELL},
        {AT(OPERATOR_READY), OPERATOR_EV_LEG_DOWN, ANY, OPERATOR_LOST, OPERATOR_CAUSE_LEG, TELL},
        {AT(OPERATOR_OFFERED), OPERATOR_EV_LEG_DOWN, ANY, OPERATOR_LOST, OPERATOR_CAUSE_LEG, TELL | OPERATOR_DO_OFFER_GONE},
        {BUSY, OPERATOR_EV_LEG_DOWN, ANY, OPERATOR_LOST, OPERATOR_CAUSE_LEG, TELL | OPERATOR_DO_CALL_LEFT},
        {AT(OPERATOR_LOST), OPERATOR_EV_LEG_UP, CALL, TO_BACK, OPERATOR_CAUSE_LEG, TELL | OPERATOR_DO_CALL_BACK},
        {AT(OPERATOR_LOST), OPERATOR_EV_LEG_UP, ANY, TO_BACK, OPERATOR_CAUSE_LEG, TELL},
        {AT(OPERATOR_PAUSE), OPERATOR_EV_LEG_DOWN, ANY, TO_SAME, OPERATOR_CAUSE_LEG, TELL},
        {AT(OPERATOR_PAUSE), OPERATOR_EV_LEG_UP, ANY, TO_SAME, OPERATOR_CAUSE_LEG, TELL},
        /* ready: its time ran out in the moment he said what comes after it */
        {AT(OPERATOR_WRAP_UP) | AT(OPERATOR_READY), OPERATOR_EV_DONE, ANY, TO_THEN, OPERATOR_CAUSE_NONE, TELL},
        {AT(OPERATOR_WRAP_UP), OPERATOR_EV_EXTEND, ANY, TO_SAME, OPERATOR_CAUSE_NONE, TELL},
        {ALL, OPERATOR_EV_EXTEND, ANY, TO_SAME, OPERATOR_CAUSE_NONE, REFUSE},
        {AT(OPERATOR_OFFERED), OPERATOR_EV_DEADLINE, ANY, OPERATOR_PAUSE, OPERATOR_CAUSE_DEADLINE,
                TELL | OPERATOR_DO_OFFER_GONE},
        {AT(OPERATOR_PREVIEW), OPERATOR_EV_DEADLINE, SKIPS, OPERATOR_READY, OPERATOR_CAUSE_DEADLINE, TELL},
        {AT(OPERATOR_PREVIEW), OPERATOR_EV_DEADLINE, DIALS, TO_SAME, OPERATOR_CAUSE_DEADLINE, TELL},
        {AT(OPERATOR_PREVIEW), OPERATOR_EV_DEADLINE, ANY, OPERATOR_PAUSE, OPERATOR_CAUSE_DEADLINE, TELL},
        {AT(OPERATOR_WRAP_UP), OPERATOR_EV_DEADLINE, ANY, TO_THEN, OPERATOR_CAUSE_DEADLINE, TELL},
        {AT(OPERATOR_RESERVED), OPERATOR_EV_DEADLINE, ANY, TO_THEN, OPERATOR_CAUSE_DEADLINE, TELL | OPERATOR_DO_CALL_GONE},
        {AT(OPERATOR_TALKING), OPERATOR_EV_DEADLINE, ANY, OPERATOR_WRAP_UP, OPERATOR_CAUSE_DEADLINE,
                TELL | OPERATOR_DO_CALL_GONE},
        {AT(OPERATOR_LOST), OPERATOR_EV_DEADLINE, CALL, OPERATOR_OFFLINE, OPERATOR_CAUSE_LEG,
                TELL | OPERATOR_DO_CALL_GONE | OPERATOR_DO_LEG_CLOSE},
        {AT(OPERATOR_LOST) | AT(OPERATOR_READY) | AT(OPERATOR_PAUSE), OPERATOR_EV_DEADLINE, ANY, OPERATOR_OFFLINE,
                OPERATOR_CAUSE_DEADLINE, TELL | OPERATOR_DO_LEG_CLOSE},
};

static bool meets(const struct operator_day *o, enum need need)
{
	switch (need) {
	case ANY: return true;
	case LEG: return o->leg_up;
	case CALL: return o->has_call;
	case NO_CALL: return !o->has_call;
	case SKIPS: return o->preview == PREVIEW_SKIP && o->leg_up;
	case DIALS: return o->preview == PREVIEW_DIAL && o->leg_up && !o->extended;
	}
	return false;
}

static const struct turn *turn_find(const struct operator_day *o, enum operator_event event)
{
	for (const struct turn *t = turns; t < turns + COUNT(turns); t++)
		if (t->on == event && t->from & AT(o->state) && meets(o, t->need))
			return t;
	return NULL;
}

static int64_t stay_ms(const struct operator_day *o, const struct operator_input *in, enum operator_state s)
{
	if (s == OPERATOR_WRAP_UP)
		return o->wrap_up_ms;
	if (s == OPERATOR_PREVIEW)
		return o->preview_ms;
	if (s == OPERATOR_OFFERED && in->ring_ms > 0)
		return in->ring_ms;
	if (s == OPERATOR_RESERVED && in->event == OPERATOR_EV_GIVEN)
		return GIVEN_MS;
	if (s == OPERATOR_RESERVED)
		return (in->ring_ms > 0 ? in->ring_ms : 30000) + RESERVED_OVER_RING_MS;
	if (s == OPERATOR_PAUSE && !o->leg_up)
		return AWAY_MS;
	return operator_limits[s].ms;
}

/* Free of his call: where does he go? Without his leg nobody is ready. */
static enum operator_state after_call(const struct operator_day *o)
{
	switch (o->then) {
	case THEN_PAUSE: return OPERATOR_PAUSE;
	case THEN_STOP: return OPERATOR_OFFLINE;
	case THEN_READY:
	case OPERATOR_THENS: break;
	}
	return o->leg_up ? OPERATOR_READY : OPERATOR_LOST;
}

static enum operator_state target(const struct operator_day *o, const struct turn *t, enum operator_event event)
{
	if (t->to == TO_SAME)
		return o->state;
	if (t->to == TO_THEN)
		return after_call(o);
	if (t->to != TO_BACK)
		return (enum operator_state)t->to;
	if (event ==
	        OPERATOR_EV_CALL_ENDED) /* while lost: a talk is wrapped up, a call that never joined leaves him as he was */
		return o->back == OPERATOR_TALKING ? OPERATOR_WRAP_UP : after_call(o);
	return o->back;
}

static void enter(struct operator_day *o, const struct operator_input *in, enum operator_state to, int64_t now)
{
	if (to == OPERATOR_LOST && o->state != OPERATOR_LOST)
		o->back = o->state == OPERATOR_TALKING                                         ? OPERATOR_TALKING
		          : o->state == OPERATOR_RESERVED && in->event == OPERATOR_EV_LEG_DOWN ? OPERATOR_RESERVED
		                                                                               : OPERATOR_READY;
	else if (to == OPERATOR_LOST && (in->event == OPERATOR_EV_CALL_ENDED || in->event == OPERATOR_EV_PASSED))
		o->back = OPERATOR_READY;           /* lost already, and his call is over: the 20 s go on */
	if (to == o->state && to == OPERATOR_PAUSE) /* who closed his browser in a pause is not at work all night */
		o->deadline_at = o->entered_at + stay_ms(o, in, to) > now ? o->entered_at + stay_ms(o, in, to)
		                                                          : now + stay_ms(o, in, to);
	if (to == OPERATOR_PREVIEW && in->event == OPERATOR_EV_DEADLINE) { /* app dials now; when it does not, he pauses */
		o->extended = true;
		o->deadline_at = now + DIALS_MS;
	}
	if (to == o->state)
		return;
	o->deadline_at = to == OPERATOR_OFFLINE ? 0 : now + stay_ms(o, in, to);
	if (to == OPERATOR_READY && o->state != OPERATOR_OFFERED)
		o->idle_since = now;
	o->state = to;
	o->entered_at = now;
	o->extended = false;
	if (to == OPERATOR_READY || to == OPERATOR_OFFLINE || to == OPERATOR_PAUSE)
		o->then = THEN_READY;
	if (to == OPERATOR_OFFLINE)
		o->leg_up = false;
}

/* What the event says beside the state. False: the event cannot be done. */
static bool note(struct operator_day *o, const struct operator_input *in)
{
	if (in->event == OPERATOR_EV_LEG_UP || in->event == OPERATOR_EV_LEG_DOWN)
		o->leg_up = in->event == OPERATOR_EV_LEG_UP && o->state != OPERATOR_OFFLINE;
	if (in->event == OPERATOR_EV_START) {
		o->wrap_up_ms = in->wrap_up_ms;
		o->preview_ms = in->preview_ms;
	}
	if (in->event == OPERATOR_EV_PREVIEW && o->state != OPERATOR_PREVIEW)
		o->preview = in->preview;
	if (in->event == OPERATOR_EV_PAUSE || (in->event == OPERATOR_EV_DONE && in->then == THEN_PAUSE))
		o->then_reason_id = in->reason_id;
	if (in->event == OPERATOR_EV_PAUSE || (in->event == OPERATOR_EV_DONE && in->then != THEN_READY))
		o->then = in->event == OPERATOR_EV_DONE ? in->then : THEN_PAUSE;
	if (in->event == OPERATOR_EV_EXTEND && o->state == OPERATOR_WRAP_UP) {
		if (o->extended)
			return false;
		o->extended = true;
		o->deadline_at += o->wrap_up_ms;
	}
	return true;
}

unsigned operator_step(struct operator_day *o, const struct operator_input *in, int64_t now)
{
	enum operator_state was = o->state, to;
	const struct turn *t;

	if (in->event == OPERATOR_EV_DEADLINE && (!o->deadline_at || now < o->deadline_at))
		return 0;
	if (!note(o, in))
		return OPERATOR_DO_REFUSE;
	t = turn_find(o, in->event);
	if (!t || t->act & OPERATOR_DO_REFUSE)
		return t ? OPERATOR_DO_REFUSE : 0;
	to = target(o, t, in->event);
	o->cause = t->cause;
	enter(o, in, to, now);
	if (to == OPERATOR_PAUSE && (was != OPERATOR_PAUSE || in->event == OPERATOR_EV_PAUSE))
		o->pause_reason_id = o->then_reason_id;
	if (in->event == OPERATOR_EV_RESERVE || in->event == OPERATOR_EV_GIVEN)
		o->has_call = true;
	if (in->event == OPERATOR_EV_CALL_ENDED || in->event == OPERATOR_EV_PASSED || t->act & OPERATOR_DO_CALL_GONE)
		o->has_call = false;
	if (AT(to) & FREE || to == OPERATOR_OFFLINE)
		o->then_reason_id = 0;
	return t->act |
	       (was == OPERATOR_PREVIEW && to != OPERATOR_PREVIEW && to != OPERATOR_RESERVED ? OPERATOR_DO_CALL_FORGET : 0) |
	       (to == OPERATOR_OFFLINE && was != OPERATOR_OFFLINE ? OPERATOR_DO_LEG_CLOSE : 0);
}

unsigned operator_event(struct operator_day *o, enum operator_event event, int64_t now)
{
	return operator_step(o, &(struct operator_input){.event = event}, now);
}

bool operator_before(const struct operator_day *a, const struct operator_day *b)
{
	return a->idle_since < b->idle_since;
}

bool operator_event_of(enum call_state state, enum operator_event *ret)
{
	if (state != CALL_CONNECTED && state != CALL_ENDED)
		return false;
	*ret = state == CALL_CONNECTED ? OPERATOR_EV_CONNECTED : OPERATOR_EV_CALL_ENDED;
	return true;
}
