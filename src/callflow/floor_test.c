/* SPDX-License-Identifier: GPL-3.0-or-later */
/* floor_test.c - a whole floor on a virtual clock: operators, owned and unowned calls of two projects, carriers that answer, refuse, keep
 * silent and cross our own words, transfers, consultations and supervisors in the talks, flows and questions after a talk, all from a seeded dice. The invariants below hold after each step, whatever happens in whatever order.
 * 1 000 scenes, 10 000 with ZVONAR_LONG=1. A scene that fails prints its seed; ZVONAR_SEED=N plays that one alone, step by step. */
#include "base/rand.h"
#include "callflow/operator.h"
#include "callflow/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PEOPLE = 7, WIRES = 14, PROJECTS = 2, CONTACTS = 30, STEPS = 500, SEEDS = 1000, SEEDS_LONG = 10000, HOUR = 3600000 };

struct wire;
struct desk {
	struct operator_day o;
	int64_t id, project;
	struct wire *wire;
};
struct wire {
	struct call c;
	struct desk *desk, *guest; /* whose it is; an operator called in */
	int64_t project, contact;
	bool live, leg, recording, message;
	bool outside; /* a guest's leg to a carrier */
	bool leader;  /* a supervisor's leg in the operator's place */
	int ends;
};
struct floor {
	struct dice dice;
	uint64_t seed;
	int64_t step, now;
	bool talks; /* play it step by step */
	struct desk desks[PEOPLE];
	struct wire wires[WIRES];
};
/* What all scenes together have seen: a scene that never comes to it proves nothing. */
static struct {
	int64_t calls, connected, taken_from_queue, queued, back_to_queue, messages, causes[CALL_CAUSES];
	int64_t given_to_queue, taken_again, left_in_queue;
	int64_t handed, passed, conferences, returned, dismissed, taken_over, alone, unrecorded;
	int64_t walked, led_outside, back_in_flow, rated, machines_told;
} seen;

#define HOLDS(f, condition) \
	do { \
		if (!(condition)) \
			fail_msg("seed %llu, step %lld, at %lld ms: %s does not hold; ZVONAR_SEED=%llu plays it", \
			        (unsigned long long)(f)->seed, (long long)(f)->step, (long long)(f)->now, #condition, \
			        (unsigned long long)(f)->seed); \
	} while (0)

static int roll(struct floor *f, int sides)
{
	return (int)dice_int(&f->dice, 0, sides - 1);
}

/* What tel does with the answers of the machines, without legs ------------------------------------------------------------ */

static void wire_step(struct floor *f, struct wire *w, const struct call_input *in);
static void desk_step(struct floor *f, struct desk *d, const struct operator_input *in);

static void wire_event(struct floor *f, struct wire *w, enum call_event e)
{
	wire_step(f, w, &(struct call_input){.event = e});
}

static void desk_event(struct floor *f, struct desk *d, enum operator_event e)
{
	desk_step(f, d, &(struct operator_input){.event = e});
}

static bool is_free(const struct desk *d, int64_t project)
{
	return d->project == project && d->o.state == OPERATOR_READY && d->o.leg_up && !d->wire;
}

static struct desk *free_desk(struct floor *f, int64_t project)
{
	struct desk *best = NULL;

	for (struct desk *d = f->desks; d < f->desks + PEOPLE; d++)
		if (is_free(d, project) && (!best || operator_before(&d->o, &best->o)))
			best = d;
	return best;
}

static struct wire *waiting_wire(struct floor *f, int64_t project)
{
	struct wire *best = NULL;

	for (struct wire *w = f->wires; w < f->wires + WIRES; w++)
		if (w->live && w->project == project && call_waits(&w->c) && (!best || call_before(&w->c, &best->c)))
			best = w;
	return best;
}

/* True when the operator's machine agreed. */
static bool tie(struct floor *f, struct desk *d, struct wire *w, enum operator_event e)
{
	struct operator_input in = {.event = e, .ring_ms = 30000};
	bool ready = d->o.state == OPERATOR_READY && d->o.leg_up;

	HOLDS(f, !w->desk);
	if (d->wire)
		return false;
	d->wire = w;
	w->desk = d;
	desk_step(f, d, &in);
	if (d->o.has_call && d->o.state == OPERATOR_RESERVED) {
		HOLDS(f, ready || e != OPERATOR_EV_GIVEN); /* never to one in a pause, reading a card, or reserved */
		return true;
	}
	d->wire = NULL;
	w->desk = NULL;
	return false;
}

/* Out of the call, with the event that tells it. */
static void leave(struct floor *f, struct desk **place, enum operator_event e)
{
	struct desk *d = *place;

	if (!d)
		return;
	*place = NULL;
	d->wire = NULL;
	desk_event(f, d, e);
}

static void untie(struct floor *f, struct wire *w)
{
	leave(f, &w->desk, OPERATOR_EV_CALL_ENDED);
}

static void guest_out(struct floor *f, struct wire *w, enum call_cause cause)
{
	wire_step(f, w, &(struct call_input){.event = CALL_EV_GUEST_OUT, .cause = cause});
}

/* An operator who is free is there at once; a number outside is only called now. */
static void invite(struct floor *f, struct wire *w)
{
	struct desk *d = w->c.guest == GUEST_OPERATOR ? f->desks + w->c.guest_id - 1 : NULL;

	HOLDS(f, !w->guest && !w->outside);
	w->outside = !d;
	if (!d)
		return;
	if (!is_free(d, w->project)) {
		guest_out(f, w, CAUSE_BUSY);
		return;
	}
	w->guest = d;
	d->wire = w;
	desk_event(f, d, OPERATOR_EV_GIVEN);
	HOLDS(f, d->o.has_call && d->o.state == OPERATOR_RESERVED);
	if (roll(f, 8) == 0)
		return; /* his leg takes its time */
	desk_event(f, d, OPERATOR_EV_CONNECTED);
	wire_event(f, w, CALL_EV_GUEST_IN);
}

static void hand(struct floor *f, struct wire *w)
{
	struct desk *d = w->guest;

	if (!w->c.operator_id) { /* to a queue */
		seen.given_to_queue++;
		HOLDS(f, !d && w->c.state == CALL_QUEUED);
		leave(f, &w->desk, OPERATOR_EV_PASSED);
		return;
	}
	seen.handed++;
	HOLDS(f, d && d->id == w->c.operator_id);
	leave(f, &w->desk, OPERATOR_EV_PASSED);
	w->desk = d;
	w->guest = NULL;
	desk_event(f, d, OPERATOR_EV_CONNECTED);
}

static void dismiss(struct floor *f, struct wire *w)
{
	seen.dismissed += w->guest || w->outside;
	w->outside = false;
	leave(f, &w->guest, OPERATOR_EV_PASSED);
}

static void give(struct floor *f, struct desk *d, struct wire *w)
{
	seen.taken_from_queue += w->c.state == CALL_QUEUED;
	seen.taken_again += w->c.state == CALL_QUEUED && w->c.connected_at;
	if (tie(f, d, w, OPERATOR_EV_GIVEN))
		wire_step(f, w, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = d->id});
}

static void tell_operator(struct floor *f, struct wire *w)
{
	if (w->c.state == CALL_ENDED)
		untie(f, w);
	else if (w->desk && w->c.state == CALL_CONNECTED)
		desk_event(f, w->desk, OPERATOR_EV_CONNECTED);
}

static void told(struct wire *w)
{
	seen.queued += w->c.state == CALL_QUEUED;
	seen.connected += w->c.state == CALL_CONNECTED;
	seen.passed += w->c.state == CALL_PASSED;
	seen.conferences += w->c.state == CALL_CONFERENCE;
	seen.returned += w->c.guest_cause && w->c.state == CALL_CONNECTED;
	seen.alone += w->c.state == CALL_TAKEN_OVER && !w->c.operator_id;
	seen.walked += w->c.state == CALL_IVR && w->c.flows;
	seen.back_in_flow += w->c.state == CALL_IVR && w->c.guest_cause;
	seen.led_outside += w->c.state == CALL_PASSED && !w->c.connected_at;
	seen.rated += w->c.state == CALL_RATING;
	seen.machines_told += w->c.state == CALL_IVR && w->c.machine;
	if (w->c.state != CALL_ENDED)
		return;
	w->live = false;
	w->ends++;
	seen.causes[w->c.cause]++;
}

static void find(struct floor *f, struct wire *w)
{
	struct desk *d = free_desk(f, w->project);

	if (w->desk)
		return;
	if (w->c.flows && w->c.state == CALL_ANSWERED) {
		wire_event(f, w, CALL_EV_FLOW);
		return;
	}
	if (d)
		give(f, d, w);
	else
		wire_event(f, w, CALL_EV_QUEUE);
}

static void act(struct floor *f, struct wire *w, unsigned bit)
{
	struct desk *d;

	switch (bit) {
	case CALL_DO_RECORD: w->recording = true; break;
	case CALL_DO_RELEASE: w->leg = w->message = w->leader = false; break;
	case CALL_DO_INVITE: invite(f, w); break;
	case CALL_DO_HAND: hand(f, w); break;
	case CALL_DO_DISMISS: dismiss(f, w); break;
	case CALL_DO_RECORD_STOP: w->recording = false; break;
	case CALL_DO_TELL_OPERATOR: tell_operator(f, w); break;
	case CALL_DO_TELL: told(w); break;
	case CALL_DO_LEAVE:
		seen.back_to_queue += w->c.state == CALL_QUEUED;
		untie(f, w);
		break;
	case CALL_DO_MESSAGE:
		seen.messages++;
		w->message = true;
		break;
	case CALL_DO_FIND:
		d = f->desks + roll(f, PEOPLE);
		if (!w->c.flows && roll(f, 10) == 0 && d->project == w->project) /* whoever a wrong list names */
			give(f, d, w);
		find(f, w);
		break;
	}
}

static void wire_step(struct floor *f, struct wire *w, const struct call_input *in)
{
	enum call_state was = w->c.state, entered;
	unsigned bits = call_step(&w->c, in, f->now);

	entered = w->c.state;
	seen.left_in_queue += was == CALL_QUEUED && entered == CALL_ENDED && w->c.connected_at;
	if (f->talks)
		printf("%8lld call %d: event %d, %s to %s\n", (long long)f->now, (int)(w - f->wires), in->event,
		        call_state_names[was], call_state_names[entered]);
	for (unsigned bit = 1; bit <= CALL_DO_JUDGE; bit <<= 1)
		if (bits & bit && w->c.state == entered)
			act(f, w, bit);
}

/* To the owner of his call, or to the call whose guest he is. */
static void his_call(struct floor *f, struct desk *d, enum call_event e)
{
	if (d->wire && d->wire->desk == d)
		wire_event(f, d->wire, e);
	else if (d->wire)
		guest_out(f, d->wire, CAUSE_OPERATOR_LOST);
}

static void desk_step(struct floor *f, struct desk *d, const struct operator_input *in)
{
	enum operator_state was = d->o.state;
	unsigned bits = operator_step(&d->o, in, f->now);
	struct wire *waits;

	if (f->talks)
		printf("%8lld operator %d: event %d, %s to %s\n", (long long)f->now, (int)d->id, in->event,
		        operator_state_names[was], operator_state_names[d->o.state]);
	if (bits & OPERATOR_DO_CALL_LEFT)
		his_call(f, d, CALL_EV_OPERATOR_LEFT);
	if (bits & OPERATOR_DO_CALL_BACK)
		his_call(f, d, CALL_EV_OPERATOR_BACK);
	if (bits & OPERATOR_DO_CALL_GONE)
		his_call(f, d, CALL_EV_OPERATOR_GONE);
	waits = is_free(d, d->project) ? waiting_wire(f, d->project) : NULL;
	if (waits)
		give(f, d, waits);
}

/* What may happen --------------------------------------------------------------------------------------------------------- */

static bool in_a_call(const struct floor *f, int64_t contact)
{
	for (const struct wire *w = f->wires; w < f->wires + WIRES; w++)
		if (w->live && w->contact == contact)
			return true;
	return false;
}

/* app dials: for an operator (preview, progressive, manual), or for whoever will be free. It reserves the contact first. */
static void dial(struct floor *f, struct wire *w)
{
	struct desk *d = roll(f, 3) ? NULL : f->desks + roll(f, PEOPLE);
	int64_t contact = roll(f, CONTACTS), project = d ? d->project : roll(f, PROJECTS);

	if (in_a_call(f, contact))
		return;
	*w = (struct wire){.project = project, .contact = contact};
	call_init(&w->c, d ? d->id : 0, 30000, f->now);
	w->c.wait_ms = dice_int(&f->dice, 500, 5000);
	w->c.speaks = !d && roll(f, 4);
	w->c.judges = !d && !roll(f, 8);
	w->c.flows = !d && !roll(f, 5);
	w->c.speaks &= !w->c.flows;
	w->c.tells_machines = w->c.flows && roll(f, 2);
	w->c.asks_after = roll(f, 2);
	if (d && !tie(f, d, w, OPERATOR_EV_RESERVE))
		return;
	w->live = w->leg = true;
	seen.calls++;
	wire_event(f, w, CALL_EV_DIAL);
}

/* A step of a flow: to a queue, to a number outside, into other words, or it hangs up. */
static void flow(struct floor *f, struct wire *w)
{
	if (w->c.state == CALL_QUEUED) {
		wire_event(f, w, CALL_EV_FLOW);
		return;
	}
	switch (roll(f, 4)) {
	case 0:
		wire_event(f, w, CALL_EV_QUEUE);
		find(f, w);
		break;
	case 1: wire_step(f, w, &(struct call_input){.event = CALL_EV_TRANSFER, .guest = GUEST_OUTSIDE}); break;
	case 2: wire_step(f, w, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM}); break;
	case 3: wire_event(f, w, CALL_EV_FLOW); break;
	}
}

static bool walks(const struct wire *w)
{
	return w->c.flows && !w->c.machine && (w->c.state == CALL_IVR || w->c.state == CALL_QUEUED);
}

/* Mostly what a carrier says next; sometimes anything, as when two words cross on the way. */
static void carrier(struct floor *f, struct wire *w)
{
	static const enum call_event usual[CALL_STATES][4] = {
	        [CALL_DIALLING] = {CALL_EV_RINGING, CALL_EV_RINGING, CALL_EV_PROGRESS, CALL_EV_FAILED},
	        [CALL_RINGING] = {CALL_EV_ANSWER, CALL_EV_ANSWER, CALL_EV_ANSWER, CALL_EV_FAILED},
	        [CALL_ANSWERED] = {CALL_EV_BRIDGED, CALL_EV_BRIDGED, CALL_EV_BRIDGED, CALL_EV_BYE},
	        [CALL_QUEUED] = {CALL_EV_BYE, CALL_EV_SILENCE, CALL_EV_SILENCE, CALL_EV_SILENCE},
	        [CALL_IVR] = {CALL_EV_SPOKEN, CALL_EV_SPOKEN, CALL_EV_SPOKEN, CALL_EV_BYE},
	        [CALL_CONNECTED] = {CALL_EV_BYE, CALL_EV_AFTER, CALL_EV_HOLD, CALL_EV_SILENCE},
	        [CALL_RATING] = {CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_SILENCE, CALL_EV_SILENCE},
	        [CALL_HELD] = {CALL_EV_UNHOLD, CALL_EV_UNHOLD, CALL_EV_BYE, CALL_EV_HANG_UP},
	        [CALL_TRANSFERRING] = {CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_SILENCE, CALL_EV_SILENCE},
	        [CALL_CONSULTING] = {CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_SILENCE, CALL_EV_SILENCE},
	        [CALL_CONFERENCE] = {CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_SILENCE, CALL_EV_SILENCE},
	        [CALL_PASSED] = {CALL_EV_BYE, CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_SILENCE},
	        [CALL_TAKEN_OVER] = {CALL_EV_BYE, CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_SILENCE}};
	static const int codes[] = {486, 603, 404, 480, 503, 408, 500, 600, 0};
	static const enum call_event crossing[] = {CALL_EV_PROGRESS, CALL_EV_RINGING, CALL_EV_ANSWER, CALL_EV_FAILED,
	        CALL_EV_BYE, CALL_EV_HANG_UP, CALL_EV_HOLD, CALL_EV_UNHOLD, CALL_EV_SILENCE, CALL_EV_SPOKEN, CALL_EV_PERSON,
	        CALL_EV_MACHINE, CALL_EV_AFTER};
	static const enum call_event verdicts[] = {CALL_EV_PERSON, CALL_EV_PERSON, CALL_EV_MACHINE, CALL_EV_BYE};
	struct call_input in = {.event = !roll(f, 12)   ? crossing[roll(f, COUNT(crossing))]
	                                 : w->c.judging ? verdicts[roll(f, 4)]
	                                                : usual[w->c.state][roll(f, 4)]};

	if (in.event == CALL_EV_BRIDGED && !(w->desk && w->desk->o.leg_up && w->c.bridge_asked))
		return;
	if (in.event == CALL_EV_HANG_UP)
		in.by = roll(f, 2) ? BY_OPERATOR : BY_SYSTEM;
	if (in.event == CALL_EV_FAILED) {
		in.sip_code = codes[roll(f, COUNT(codes))];
		in.cause = in.sip_code ? call_cause_of_sip(in.sip_code) : CAUSE_NONE;
	}
	wire_step(f, w, &in);
	HOLDS(f, in.event != CALL_EV_SPOKEN || w->c.state != CALL_IVR || walks(w));
}

/* What an operator does with a third one, and a supervisor with the talk; a guest outside answers, or does not, or hangs up. */
static void third(struct floor *f, struct wire *w)
{
	static const enum call_event plain[] = {CALL_EV_TRANSFER, CALL_EV_CONSULT, CALL_EV_CONSULT, CALL_EV_TAKE_OVER,
	        CALL_EV_TAKE_OVER, CALL_EV_HOLD, CALL_EV_QUEUE},
	                             guest[] = {CALL_EV_GUEST_IN, CALL_EV_GUEST_IN, CALL_EV_GUEST_OUT, CALL_EV_COMPLETE,
	                                     CALL_EV_COMPLETE, CALL_EV_JOIN, CALL_EV_JOIN, CALL_EV_BACK},
	                             taken[] = {CALL_EV_GIVE_BACK, CALL_EV_GIVE_BACK, CALL_EV_OPERATOR_GONE, CALL_EV_HOLD};
	enum call_event e = w->c.state == CALL_TAKEN_OVER                             ? taken[roll(f, COUNT(taken))]
	                    : w->c.state == CALL_CONNECTED || w->c.state == CALL_HELD ? plain[roll(f, COUNT(plain))]
	                                                                              : guest[roll(f, COUNT(guest))];
	struct call_input in = {.event = e,
	        .cause = CAUSE_BUSY,
	        .guest = roll(f, 3) ? GUEST_OPERATOR : GUEST_OUTSIDE,
	        .guest_id = 1 + roll(f, PEOPLE)};
	enum call_state was = w->c.state;
	struct desk *d = roll(f, 4) ? free_desk(f, w->project) : NULL; /* mostly somebody who is free */

	if (d)
		in.guest_id = d->id;
	if (roll(f, 4) == 0)
		seen.unrecorded += talk_unrecord(&w->c, roll(f, 2), f->now);
	if (e == CALL_EV_OPERATOR_GONE)
		return; /* only his own machine says so */
	if (e == CALL_EV_GUEST_IN && w->guest)
		desk_event(f, w->guest, OPERATOR_EV_CONNECTED);
	if (e == CALL_EV_GUEST_IN && !w->guest && !w->outside)
		return;
	wire_step(f, w, &in);
	if (e == CALL_EV_QUEUE && was != CALL_QUEUED && w->live && w->c.state == CALL_QUEUED)
		find(f, w);
	if (w->c.state == CALL_TAKEN_OVER && was != CALL_TAKEN_OVER) {
		w->leader = true;
		seen.taken_over++;
	} else if (was == CALL_TAKEN_OVER && w->c.state != was) {
		w->leader = false;
	}
}

static void person(struct floor *f, struct desk *d)
{
	static const enum operator_event usual[] = {OPERATOR_EV_READY, OPERATOR_EV_READY, OPERATOR_EV_READY,
	        OPERATOR_EV_DONE, OPERATOR_EV_DONE, OPERATOR_EV_PAUSE, OPERATOR_EV_PREVIEW, OPERATOR_EV_LEG_UP,
	        OPERATOR_EV_LEG_UP, OPERATOR_EV_LEG_UP, OPERATOR_EV_LEG_DOWN, OPERATOR_EV_EXTEND, OPERATOR_EV_STOP,
	        OPERATOR_EV_START};
	struct operator_input in = {.event = usual[roll(f, COUNT(usual))],
	        .then = (enum operator_then)roll(f, 3),
	        .preview = (enum operator_preview)roll(f, OPERATOR_PREVIEWS),
	        .wrap_up_ms = 30000,
	        .preview_ms = 20000,
	        .reason_id = 3};

	if (d->o.state == OPERATOR_OFFLINE)
		in.event = OPERATOR_EV_START;
	else if (roll(f, 2)) /* what people who came to work do next */
		in.event = !d->o.leg_up                     ? OPERATOR_EV_LEG_UP
		           : d->o.state == OPERATOR_WRAP_UP ? OPERATOR_EV_DONE
		                                            : OPERATOR_EV_READY;
	if (in.event == OPERATOR_EV_START && !d->wire)
		d->project = roll(f, PROJECTS);
	desk_step(f, d, &in);
}

/* Time passes; whose deadline has come moves, until nobody's has. */
static void pass(struct floor *f, int64_t ms)
{
	bool moved = true;

	f->now += ms;
	for (int rounds = 0; moved; rounds++) {
		HOLDS(f, rounds < 10); /* nothing turns in a circle */
		moved = false;
		for (struct wire *w = f->wires; w < f->wires + WIRES; w++)
			if (w->live && w->c.deadline_at <= f->now) {
				moved = true;
				wire_event(f, w, CALL_EV_DEADLINE);
			}
		for (struct wire *w = f->wires; w < f->wires + WIRES; w++)
			if (talk_unrecorded_over(&w->c, f->now))
				talk_unrecord(&w->c, false, f->now);
		for (struct desk *d = f->desks; d < f->desks + PEOPLE; d++)
			if (d->o.deadline_at && d->o.deadline_at <= f->now) {
				moved = true;
				desk_event(f, d, OPERATOR_EV_DEADLINE);
			}
	}
}

/* The invariants ---------------------------------------------------------------------------------------------------------- */

#define IN(state) ((unsigned)1 << (state))
static const unsigned early = IN(CALL_CREATED) | IN(CALL_DIALLING) | IN(CALL_RINGING);
static const unsigned with_guest = IN(CALL_TRANSFERRING) | IN(CALL_CONSULTING) | IN(CALL_CONFERENCE) | IN(CALL_PASSED);
static const unsigned talk = IN(CALL_CONNECTED) | IN(CALL_HELD) | IN(CALL_TRANSFERRING) | IN(CALL_CONSULTING) |
                             IN(CALL_CONFERENCE) | IN(CALL_PASSED) | IN(CALL_TAKEN_OVER);

static const unsigned waiting = IN(CALL_HELD) | IN(CALL_TRANSFERRING) | IN(CALL_CONSULTING);

/* A guest where there must be one, and nowhere else; he is in one call alone. */
static void check_guest(const struct floor *f, const struct wire *w)
{
	bool ours = w->c.guest == GUEST_OPERATOR;

	HOLDS(f, (w->c.guest != GUEST_NONE) == ((IN(w->c.state) & with_guest) != 0));
	HOLDS(f, (w->guest != NULL) == ours && w->outside == (w->c.guest == GUEST_OUTSIDE));
	HOLDS(f, !ours || (w->guest->wire == w && w->guest != w->desk && w->guest->id == w->c.guest_id));
	HOLDS(f, !ours || w->guest->o.state == (w->c.guest_in ? OPERATOR_TALKING : OPERATOR_RESERVED));
	HOLDS(f, !(IN(w->c.state) & (IN(CALL_CONFERENCE) | IN(CALL_PASSED))) || w->c.guest_in);
	HOLDS(f, w->leader == (w->c.state == CALL_TAKEN_OVER));
	HOLDS(f, !w->c.unrecorded_until || (w->desk && IN(w->c.state) & talk && w->c.unrecorded_until >= f->now));
}

/* Who may hear whom, in whatever state. */
static void check_voices(const struct floor *f, const struct wire *w)
{
	const struct call *c = &w->c;

	for (enum talk_role who = 0; who < TALK_ROLES; who++) {
		HOLDS(f, !talk_hears(c, who, TALK_LISTENS));                          /* who listens is not there */
		HOLDS(f, !talk_hears(c, who, TALK_WHISPERS) || who == TALK_OPERATOR); /* a whisper is the operator's alone */
		HOLDS(f, !talk_music(c) || !talk_hears(c, TALK_FAR, who));            /* who waits in music hears nobody, */
		HOLDS(f, !talk_music(c) || !talk_hears(c, who, TALK_FAR));            /* and nobody hears him */
		HOLDS(f, !talk_recorded(c, who) || who == TALK_FAR || talk_hears(c, TALK_FAR, who));
		HOLDS(f, !talk_hears(c, who, TALK_LEADS) || w->leader);
		HOLDS(f, !talk_hears(c, who, TALK_GUEST) || c->guest_in);
	}
	HOLDS(f, talk_is(c) == ((IN(c->state) & talk) != 0));
	HOLDS(f, talk_music(c) == ((IN(c->state) & waiting) != 0));
	HOLDS(f, !talk_is(c) || talk_music(c) || talk_hears(c, TALK_FAR, TALK_OPERATOR) ||
	                 talk_hears(c, TALK_FAR, TALK_GUEST) ||
	                 talk_hears(c, TALK_FAR, TALK_LEADS)); /* music or somebody: never silence */
}

static void check_live(const struct floor *f, const struct wire *w)
{
	bool queue = call_waits(&w->c), machine = w->c.state == CALL_IVR && w->message;
	bool dialler = w->c.unowned && (IN(w->c.state) & early || w->c.judging);
	bool others = !w->desk && (w->c.state == CALL_PASSED || w->c.state == CALL_TRANSFERRING || w->leader);
	bool words = (walks(w) && w->c.state == CALL_IVR) || w->c.state == CALL_RATING;

	HOLDS(f, w->c.deadline_at >= f->now);                                          /* no state past its deadline */
	HOLDS(f, (w->desk != NULL) + queue + machine + dialler + others + words == 1); /* exactly one owner */
	HOLDS(f, !w->desk || (w->desk->wire == w && w->desk->id == w->c.operator_id)); /* who knows of it */
	HOLDS(f, w->leg && w->c.cause == CAUSE_NONE && !w->ends);
	HOLDS(f, !(IN(w->c.state) & talk) || ((w->desk || others) && w->c.answered_at));
	HOLDS(f, !(IN(w->c.state) & talk) || w->c.connected_at || (w->c.flows && !w->desk));
	HOLDS(f, w->c.state != CALL_RATING || (!w->desk && !w->recording && w->c.connected_at));
	check_guest(f, w);
	check_voices(f, w);
	HOLDS(f, !queue || !free_desk((struct floor *)f, w->project)); /* nobody waits beside an operator who is free */
	HOLDS(f, w->c.state != CALL_QUEUED || w->c.flows || f->now <= w->c.waits_from + w->c.wait_ms ||
	                 w->c.deadline_at == f->now);
	for (const struct wire *o = f->wires; o < w; o++)
		HOLDS(f, !o->live || o->contact != w->contact);
}

static void check_ended(const struct floor *f, const struct wire *w)
{
	if (w->c.state != CALL_ENDED)
		return; /* a slot never used, or a dial that was refused */
	HOLDS(f, w->c.cause != CAUSE_NONE && w->c.by != BY_NONE && w->ends == 1);
	HOLDS(f, !w->leg && !w->recording && !w->message && !w->desk);
	HOLDS(f, !w->guest && !w->outside && !w->leader && !w->c.unrecorded_until);
	HOLDS(f, w->c.connected_at >= w->c.answered_at || !w->c.connected_at);
	HOLDS(f, w->c.cause != CAUSE_MACHINE ||
	                 (w->c.judges && !w->c.connected_at)); /* nobody's voice is cut off as a machine's */
	HOLDS(f, w->c.ended_at >= w->c.connected_at && w->c.ended_at >= w->c.answered_at);
	HOLDS(f, w->c.cause != CAUSE_ABANDONED || !w->c.connected_at);
}

static void check_desk(const struct floor *f, const struct desk *d)
{
	HOLDS(f, d->o.has_call == (d->wire != NULL));
	HOLDS(f, !d->wire || (d->wire->live && (d->wire->desk == d) + (d->wire->guest == d) == 1));
	HOLDS(f, d->o.state == OPERATOR_OFFLINE ? !d->o.deadline_at : d->o.deadline_at >= f->now);
	HOLDS(f, d->o.state != OPERATOR_READY || (d->o.leg_up && !d->wire));
	HOLDS(f, (d->o.state != OPERATOR_TALKING && d->o.state != OPERATOR_RESERVED) || d->wire);
	HOLDS(f, d->o.state != OPERATOR_TALKING || IN(d->wire->c.state) & talk);
	HOLDS(f, (d->o.state != OPERATOR_PAUSE && d->o.state != OPERATOR_PREVIEW && d->o.state != OPERATOR_WRAP_UP) ||
	                 !d->wire);
}

static void check(const struct floor *f)
{
	for (const struct wire *w = f->wires; w < f->wires + WIRES; w++)
		if (w->live)
			check_live(f, w);
		else
			check_ended(f, w);
	for (const struct desk *d = f->desks; d < f->desks + PEOPLE; d++)
		check_desk(f, d);
}

/* The scenes -------------------------------------------------------------------------------------------------------------- */

static void step(struct floor *f)
{
	struct wire *w = f->wires + roll(f, WIRES);

	if (roll(f, 4) == 0)
		person(f, f->desks + roll(f, PEOPLE));
	else if (w->live && talk_is(&w->c) && roll(f, 2))
		third(f, w);
	else if (w->live && walks(w) && roll(f, 2))
		flow(f, w);
	else if (w->live)
		carrier(f, w);
	else
		dial(f, w);
	check(f);
	if (roll(f, 3) == 0)
		pass(f, dice_int(&f->dice, 1, roll(f, 25) ? 1500 : 60000));
	check(f);
}

static void play(uint64_t seed, bool talks)
{
	struct floor f = {.dice = {seed}, .seed = seed, .now = 1000, .talks = talks};

	for (int i = 0; i < PEOPLE; i++)
		f.desks[i].id = i + 1;
	for (f.step = 0; f.step < STEPS; f.step++)
		step(&f);
	/* Left alone, every call ends and everybody goes home, each within the sum of his deadlines. */
	for (int64_t end = f.now + 34 * (int64_t)HOUR; f.now < end;)
		pass(&f, HOUR / 4);
	check(&f);
	for (int i = 0; i < WIRES; i++)
		HOLDS(&f, !f.wires[i].live);
	for (int i = 0; i < PEOPLE; i++)
		HOLDS(&f, f.desks[i].o.state == OPERATOR_OFFLINE);
}

static void the_floor_holds(void **state)
{
	const char *one = getenv("ZVONAR_SEED"), *longer = getenv("ZVONAR_LONG");
	uint64_t seeds = longer && *longer ? SEEDS_LONG : SEEDS;

	(void)state;
	if (one) {
		play(strtoull(one, NULL, 10), true);
		return;
	}
	for (uint64_t seed = 1; seed <= seeds; seed++)
		play(seed, false);
	printf("%lld calls, %lld talks, %lld waits, %lld of them ended by an operator, %lld given back, %lld messages\n",
	        (long long)seen.calls, (long long)seen.connected, (long long)seen.queued, (long long)seen.taken_from_queue,
	        (long long)seen.back_to_queue, (long long)seen.messages);
	assert_true(seen.connected > 1000 && seen.queued > 1000 && seen.taken_from_queue > 100);
	printf("%lld handed over, %lld passed outside, %lld conferences, %lld back in the talk, %lld guests let go, %lld taken over, %lld "
	       "of them without their operator, %lld pauses of the recording\n",
	        (long long)seen.handed, (long long)seen.passed, (long long)seen.conferences, (long long)seen.returned,
	        (long long)seen.dismissed, (long long)seen.taken_over, (long long)seen.alone, (long long)seen.unrecorded);
	printf("%lld steps of flows, %lld led outside, %lld back from there, %lld asked after a talk, %lld machines told\n",
	        (long long)seen.walked, (long long)seen.led_outside, (long long)seen.back_in_flow, (long long)seen.rated,
	        (long long)seen.machines_told);
	assert_true(seen.walked > 1000 && seen.led_outside > 50 && seen.back_in_flow > 50 && seen.rated > 100 &&
	            seen.machines_told > 10);
	printf("%lld given to a queue by their operator, %lld taken out of it again, %lld left there\n",
	        (long long)seen.given_to_queue, (long long)seen.taken_again, (long long)seen.left_in_queue);
	assert_true(seen.given_to_queue > 500 && seen.taken_again > 500 && seen.left_in_queue > 10);
	assert_true(seen.back_to_queue > 10 && seen.messages > 100);
	assert_true(seen.handed > 100 && seen.passed > 50 && seen.conferences > 30 && seen.returned > 100);
	assert_true(seen.taken_over > 100 && seen.alone > 10 && seen.dismissed > 100 && seen.unrecorded > 100);
	for (enum call_cause c = CAUSE_HUNG_UP; c <= CAUSE_OPERATOR_HUNG_UP; c++)
		assert_true(seen.causes[c] > 0);
	assert_true(seen.causes[CAUSE_MACHINE] > 100);
	assert_true(seen.causes[CAUSE_ABANDONED] > 100 && seen.causes[CAUSE_CANCELLED] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_floor_holds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
