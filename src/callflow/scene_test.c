/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scene_test.c - the machines of calls and operators together, on a virtual clock: cases one can tell as a story. Whatever may happen in
 * whatever order is floor_test.c's. */
#include "callflow/operator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* One seat: an operator and the call that is his. What tel keeps, without legs. */
struct seat {
	struct operator_day o;
	struct call c;
	bool called; /* c was ever begun */
	bool live;   /* c has not told its end */
	int ends;    /* how often it told it */
	bool recording, leg_freed;
};
struct scene {
	int64_t now;
	struct seat seats[1];
};

static void operator_do(struct scene *s, struct seat *t, unsigned act);

static void call_do(struct scene *s, struct seat *t, unsigned act)
{
	enum operator_event e;

	if (act & CALL_DO_RECORD)
		t->recording = true;
	if (act & CALL_DO_RELEASE)
		t->leg_freed = true;
	if (act & CALL_DO_RECORD_STOP)
		t->recording = false;
	if (t->c.state == CALL_ENDED && act & CALL_DO_TELL) {
		t->live = false;
		t->ends++;
	}
	if (act & CALL_DO_TELL_OPERATOR && operator_event_of(t->c.state, &e))
		operator_do(s, t, operator_event(&t->o, e, s->now));
}

static void operator_do(struct scene *s, struct seat *t, unsigned act)
{
	if (act & OPERATOR_DO_CALL_LEFT)
		call_do(s, t, call_event(&t->c, CALL_EV_OPERATOR_LEFT, s->now));
	if (act & OPERATOR_DO_CALL_BACK)
		call_do(s, t, call_event(&t->c, CALL_EV_OPERATOR_BACK, s->now));
	if (act & OPERATOR_DO_CALL_GONE)
		call_do(s, t, call_event(&t->c, CALL_EV_OPERATOR_GONE, s->now));
}

static void tick(struct scene *s, struct seat *t)
{
	if (t->live && t->c.deadline_at && t->c.deadline_at <= s->now)
		call_do(s, t, call_event(&t->c, CALL_EV_DEADLINE, s->now));
	if (t->o.deadline_at && t->o.deadline_at <= s->now)
		operator_do(s, t, operator_event(&t->o, OPERATOR_EV_DEADLINE, s->now));
}

static void dial(struct scene *s, struct seat *t)
{
	unsigned act =
	        operator_step(&t->o, &(struct operator_input){.event = OPERATOR_EV_RESERVE, .ring_ms = 30000}, s->now);

	if (act & OPERATOR_DO_REFUSE || !act)
		return;
	assert_false(t->live); /* never two calls for one operator */
	call_init(&t->c, 1, 30000, s->now);
	t->called = t->live = true;
	t->leg_freed = t->recording = false;
	t->ends = 0;
	call_do(s, t, call_event(&t->c, CALL_EV_DIAL, s->now));
}

/* A seat whose operator is ready and whose call stands in CALL_DIALLING at 0 ms. */
static struct scene dialled(void)
{
	struct scene s = {.now = 0};
	struct seat *t = s.seats;

	operator_step(&t->o, &(struct operator_input){.event = OPERATOR_EV_START, .wrap_up_ms = 30000, .preview_ms = 1}, 0);
	operator_event(&t->o, OPERATOR_EV_LEG_UP, 0);
	operator_event(&t->o, OPERATOR_EV_READY, 0);
	assert_int_equal(t->o.state, OPERATOR_READY);
	dial(&s, t);
	assert_int_equal(t->c.state, CALL_DIALLING);
	assert_int_equal(t->o.state, OPERATOR_RESERVED);
	return s;
}
static void say(struct scene *s, enum call_event e)
{
	call_do(s, s->seats, call_event(&s->seats[0].c, e, s->now));
}
static void pass(struct scene *s, int64_t ms)
{
	s->now += ms;
	tick(s, s->seats);
}

static void a_talk(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	say(&s, CALL_EV_RINGING);
	say(&s, CALL_EV_ANSWER);
	assert_true(t->recording);
	say(&s, CALL_EV_BRIDGED);
	assert_int_equal(t->o.state, OPERATOR_TALKING);
	pass(&s, 60000);
	say(&s, CALL_EV_BYE);
	assert_int_equal(t->c.cause, CAUSE_HUNG_UP);
	assert_int_equal(t->c.by, BY_CONTACT);
	assert_int_equal(t->o.state, OPERATOR_WRAP_UP);
	operator_event(&t->o, OPERATOR_EV_EXTEND, s.now);
	assert_int_equal(operator_event(&t->o, OPERATOR_EV_EXTEND, s.now), OPERATOR_DO_REFUSE); /* one extension */
	pass(&s, 59000);
	assert_int_equal(t->o.state, OPERATOR_WRAP_UP);
	pass(&s, 1000);
	assert_int_equal(t->o.state, OPERATOR_READY);
}

static void silent_and_busy_trunks(void **state)
{
	struct scene s = dialled();

	(void)state;
	pass(&s, 10000);
	assert_int_equal(s.seats[0].c.cause, CAUSE_TRUNK_SILENT);
	assert_int_equal(s.seats[0].o.state, OPERATOR_READY);
	s = dialled();
	say(&s, CALL_EV_PROGRESS); /* 183, then nothing */
	pass(&s, 30000);
	assert_int_equal(s.seats[0].c.cause, CAUSE_NO_ANSWER);
	s = dialled();
	call_do(&s, s.seats,
	        call_step(&s.seats[0].c,
	                &(struct call_input){.event = CALL_EV_FAILED, .cause = call_cause_of_sip(486), .sip_code = 486}, 0));
	assert_int_equal(s.seats[0].c.cause, CAUSE_BUSY);
	assert_int_equal(s.seats[0].c.sip_code, 486);
}

static void answered_without_operator(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_DOWN, s.now));
	assert_int_equal(t->o.state, OPERATOR_LOST);
	say(&s, CALL_EV_ANSWER);
	pass(&s, 2000);
	assert_int_equal(t->c.cause, CAUSE_ABANDONED);
	assert_int_equal(t->o.state, OPERATOR_LOST);
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_UP, s.now));
	assert_int_equal(t->o.state, OPERATOR_READY);
}

static void his_leg_goes_between_the_answer_and_the_path(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	say(&s, CALL_EV_ANSWER);
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_DOWN, s.now));
	say(&s, CALL_EV_BRIDGED); /* the far side can be heard, but not by him */
	assert_int_equal(t->c.state, CALL_ANSWERED);
	assert_int_equal(t->o.state, OPERATOR_LOST);
	pass(&s, 1000);
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_UP, s.now));
	say(&s, CALL_EV_BRIDGED);
	assert_int_equal(t->c.state, CALL_CONNECTED);
	assert_int_equal(t->o.state, OPERATOR_TALKING);
}

static void browser_reloaded_in_a_talk(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	say(&s, CALL_EV_ANSWER);
	say(&s, CALL_EV_BRIDGED);
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_DOWN, s.now));
	assert_int_equal(t->c.state, CALL_HELD);
	pass(&s, 2000);
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_UP, s.now));
	assert_int_equal(t->c.state, CALL_CONNECTED);
	assert_int_equal(t->o.state, OPERATOR_TALKING);
	say(&s, CALL_EV_HOLD); /* held by the operator, then reloaded: it stays held */
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_DOWN, s.now));
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_UP, s.now));
	assert_int_equal(t->c.state, CALL_HELD);
	say(&s, CALL_EV_UNHOLD);
	assert_int_equal(t->c.state, CALL_CONNECTED);
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_LEG_DOWN, s.now));
	pass(&s, 20000);
	assert_int_equal(t->c.cause, CAUSE_OPERATOR_LOST);
	assert_int_equal(t->o.state, OPERATOR_OFFLINE);
}

static void pause_asked_in_a_talk(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	say(&s, CALL_EV_ANSWER);
	say(&s, CALL_EV_BRIDGED);
	assert_int_equal(operator_event(&t->o, OPERATOR_EV_STOP, s.now), OPERATOR_DO_REFUSE);
	operator_step(&t->o, &(struct operator_input){.event = OPERATOR_EV_PAUSE, .reason_id = 7}, s.now);
	assert_int_equal(t->o.state, OPERATOR_TALKING);
	say(&s, CALL_EV_BYE);
	operator_event(&t->o, OPERATOR_EV_DONE, s.now);
	assert_int_equal(t->o.state, OPERATOR_PAUSE);
	assert_int_equal(t->o.pause_reason_id, 7);
}

static void a_pause_asked_as_the_wrap_up_runs_out(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	say(&s, CALL_EV_ANSWER);
	say(&s, CALL_EV_BRIDGED);
	say(&s, CALL_EV_BYE);
	pass(&s, 30000);
	assert_int_equal(t->o.state, OPERATOR_READY);
	operator_step(&t->o, &(struct operator_input){.event = OPERATOR_EV_DONE, .then = THEN_PAUSE, .reason_id = 7}, s.now);
	assert_int_equal(t->o.state, OPERATOR_PAUSE);
	assert_int_equal(t->o.pause_reason_id, 7);
	operator_event(&t->o, OPERATOR_EV_READY, s.now);
	operator_step(&t->o, &(struct operator_input){.event = OPERATOR_EV_DONE, .then = THEN_READY}, s.now);
	assert_int_equal(t->o.state, OPERATOR_READY);
}

static void a_pause_without_a_browser_ends(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	say(&s, CALL_EV_BYE);
	operator_step(&t->o, &(struct operator_input){.event = OPERATOR_EV_PAUSE, .reason_id = 7}, s.now);
	pass(&s, 3600000);
	assert_int_equal(t->o.state, OPERATOR_PAUSE); /* an hour's lunch with the page open */
	operator_event(&t->o, OPERATOR_EV_LEG_DOWN, s.now);
	assert_int_equal(t->o.pause_reason_id, 7);
	pass(&s, 1800000 - 1);
	assert_int_equal(t->o.state, OPERATOR_PAUSE);
	pass(&s, 1);
	assert_int_equal(t->o.state, OPERATOR_OFFLINE);
}

static struct operator_day ready_at(int64_t now)
{
	struct operator_day o = {0};

	operator_step(&o, &(struct operator_input){.event = OPERATOR_EV_START, .wrap_up_ms = 30000, .preview_ms = 1}, 0);
	operator_event(&o, OPERATOR_EV_LEG_UP, 0);
	operator_event(&o, OPERATOR_EV_READY, now);
	return o;
}

static struct operator_day reads(enum operator_preview then)
{
	struct operator_day o = ready_at(0);

	o.preview_ms = 30000;
	operator_step(&o, &(struct operator_input){.event = OPERATOR_EV_PREVIEW, .preview = then}, 1000);
	assert_int_equal(operator_event(&o, OPERATOR_EV_DEADLINE, 30999), 0);
	return o;
}

static void a_card_is_read_too_long(void **state)
{
	struct operator_day o = reads(PREVIEW_PAUSE);

	(void)state;
	assert_int_equal(operator_event(&o, OPERATOR_EV_DEADLINE, 31000), OPERATOR_DO_TELL | OPERATOR_DO_CALL_FORGET);
	assert_int_equal(o.state, OPERATOR_PAUSE);
	o = reads(PREVIEW_SKIP);
	assert_int_equal(operator_event(&o, OPERATOR_EV_DEADLINE, 31000), OPERATOR_DO_TELL | OPERATOR_DO_CALL_FORGET);
	assert_int_equal(o.state, OPERATOR_READY);
	o = reads(PREVIEW_DIAL);
	assert_int_equal(operator_event(&o, OPERATOR_EV_DEADLINE, 31000), OPERATOR_DO_TELL);
	assert_int_equal(o.state, OPERATOR_PREVIEW); /* app dials */
	assert_int_equal(o.cause, OPERATOR_CAUSE_DEADLINE);
	operator_event(&o, OPERATOR_EV_RESERVE, 31500);
	assert_int_equal(o.state, OPERATOR_RESERVED);
	o = reads(PREVIEW_DIAL); /* app does not: it may not be called now */
	operator_event(&o, OPERATOR_EV_DEADLINE, 31000);
	assert_int_equal(operator_event(&o, OPERATOR_EV_DEADLINE, 35999), 0);
	assert_int_equal(operator_event(&o, OPERATOR_EV_DEADLINE, 36000), OPERATOR_DO_TELL | OPERATOR_DO_CALL_FORGET);
	assert_int_equal(o.state, OPERATOR_PAUSE);
	o = reads(PREVIEW_SKIP); /* without his leg he cannot be ready */
	operator_event(&o, OPERATOR_EV_LEG_DOWN, 20000);
	operator_event(&o, OPERATOR_EV_DEADLINE, 31000);
	assert_int_equal(o.state, OPERATOR_PAUSE);
}

static unsigned offer(struct operator_day *o, int64_t now)
{
	return operator_step(o, &(struct operator_input){.event = OPERATOR_EV_OFFERED, .ring_ms = 15000}, now);
}

static void a_call_rings_at_a_seat(void **state)
{
	struct operator_day o = ready_at(1000), later = ready_at(2000), paused = ready_at(0);

	(void)state;
	assert_int_equal(offer(&o, 5000), OPERATOR_DO_TELL);
	assert_int_equal(o.state, OPERATOR_OFFERED);
	assert_int_equal(offer(&o, 5000), OPERATOR_DO_REFUSE); /* one at a time */
	assert_int_equal(operator_event(&o, OPERATOR_EV_STOP, 5000), OPERATOR_DO_REFUSE);
	assert_false(o.has_call);
	operator_event(&o, OPERATOR_EV_PASSED, 9000); /* another was faster: he is as long idle as before */
	assert_int_equal(o.state, OPERATOR_READY);
	assert_true(operator_before(&o, &later));
	offer(&o, 10000);
	operator_event(&o, OPERATOR_EV_GIVEN, 11000); /* he takes it */
	assert_int_equal(o.state, OPERATOR_RESERVED);
	assert_true(o.has_call);
	offer(&later, 10000);
	assert_int_equal(operator_event(&later, OPERATOR_EV_DEADLINE, 24999), 0);
	assert_true(operator_event(&later, OPERATOR_EV_DEADLINE, 25000) & OPERATOR_DO_OFFER_GONE);
	assert_int_equal(later.state, OPERATOR_PAUSE); /* he is not there */
	assert_int_equal(later.cause, OPERATOR_CAUSE_DEADLINE);
	assert_int_equal(offer(&later, 26000), OPERATOR_DO_REFUSE);
	offer(&paused, 1000);
	assert_true(operator_step(&paused, &(struct operator_input){.event = OPERATOR_EV_PAUSE, .reason_id = 4}, 2000) &
	            OPERATOR_DO_OFFER_GONE); /* not now */
	assert_int_equal(paused.pause_reason_id, 4);
	o = ready_at(0);
	offer(&o, 1000);
	assert_true(operator_event(&o, OPERATOR_EV_LEG_DOWN, 2000) & OPERATOR_DO_OFFER_GONE);
	operator_event(&o, OPERATOR_EV_LEG_UP, 3000);
	assert_int_equal(o.state, OPERATOR_READY);
}

static void every_state_has_a_limit(void **state)
{
	(void)state;
	for (int i = 0; i < CALL_STATES; i++) {
		assert_non_null(call_limits[i].doc);
		assert_true(call_limits[i].ms > 0 || i == CALL_RINGING || i == CALL_QUEUED || i == CALL_ENDED);
		assert_true(call_limits[i].cause != CAUSE_NONE || i == CALL_ENDED);
	}
	for (int i = 0; i < OPERATOR_STATES; i++)
		assert_non_null(operator_limits[i].doc);
}

static struct call judged(void)
{
	struct call c;

	call_init(&c, 0, 30000, 0);
	c.judges = true;
	call_event(&c, CALL_EV_DIAL, 0);
	assert_true(call_event(&c, CALL_EV_ANSWER, 5000) & CALL_DO_JUDGE);
	assert_false(call_waits(&c)); /* no operator is called to a machine */
	return c;
}

static void a_machine_gets_no_operator_and_a_person_his_two_seconds(void **state)
{
	struct call c = judged();
	unsigned act;

	(void)state;
	act = call_event(&c, CALL_EV_MACHINE, 7500);
	assert_true(act & CALL_DO_RELEASE && act & CALL_DO_TELL);
	assert_int_equal(c.cause, CAUSE_MACHINE);
	assert_int_equal(c.by, BY_SYSTEM);
	c = judged();
	assert_true(call_event(&c, CALL_EV_PERSON, 6500) & CALL_DO_FIND);
	assert_true(call_waits(&c));
	assert_int_equal(call_event(&c, CALL_EV_MACHINE, 6600), 0); /* too late */
	call_event(&c, CALL_EV_QUEUE, 6500);
	assert_int_equal(c.deadline_at, 6500 + CALL_WAIT_MS); /* from when he began to wait */
	c = judged();
	assert_int_equal(call_event(&c, CALL_EV_DEADLINE, 5000 + CALL_JUDGE_MS - 1), 0);
	assert_true(call_event(&c, CALL_EV_DEADLINE, 5000 + CALL_JUDGE_MS) & CALL_DO_FIND); /* nobody knows: a person */
	c = judged();
	call_event(&c, CALL_EV_BYE, 6000);
	assert_int_equal(c.cause, CAUSE_HUNG_UP);
}

static struct call flowing(bool tells_machines)
{
	struct call c;

	call_init(&c, 0, 30000, 0);
	c.judges = c.flows = true;
	c.tells_machines = tells_machines;
	call_event(&c, CALL_EV_DIAL, 0);
	call_event(&c, CALL_EV_ANSWER, 5000);
	return c;
}

static void a_call_dialled_for_a_flow(void **state)
{
	struct call c = flowing(false);

	(void)state;
	assert_true(call_event(&c, CALL_EV_PERSON, 6000) & CALL_DO_FIND);
	call_event(&c, CALL_EV_FLOW, 6000);
	assert_int_equal(c.state, CALL_IVR);
	assert_int_equal(c.deadline_at, 6000 + CALL_FLOW_MS);
	call_event(&c, CALL_EV_QUEUE, 20000); /* he wants to speak with somebody */
	assert_true(call_waits(&c));
	call_event(&c, CALL_EV_FLOW, 30000); /* nobody came */
	assert_true(call_step(&c, &(struct call_input){.event = CALL_EV_TRANSFER, .guest = GUEST_OUTSIDE}, 31000) &
	            CALL_DO_INVITE);
	assert_int_equal(c.state, CALL_TRANSFERRING);
	call_step(&c, &(struct call_input){.event = CALL_EV_GUEST_OUT, .cause = CAUSE_BUSY}, 35000);
	assert_int_equal(c.state, CALL_IVR); /* no operator to go back to: the flow goes on */
	assert_int_equal(c.guest, GUEST_NONE);
	call_step(&c, &(struct call_input){.event = CALL_EV_TRANSFER, .guest = GUEST_OUTSIDE}, 36000);
	call_event(&c, CALL_EV_GUEST_IN, 40000);
	assert_int_equal(c.state, CALL_PASSED);
	call_event(&c, CALL_EV_BYE, 90000);
	assert_int_equal(c.cause, CAUSE_HUNG_UP);
	assert_int_equal(c.connected_at, 0);
}

static void a_machine_is_told_and_stays_a_machine(void **state)
{
	struct call c = flowing(true);

	(void)state;
	assert_true(call_event(&c, CALL_EV_MACHINE, 7000) & CALL_DO_MESSAGE);
	assert_int_equal(c.state, CALL_IVR);
	assert_int_equal(call_event(&c, CALL_EV_QUEUE, 8000) & CALL_DO_FIND, 0);
	c = flowing(true);
	call_event(&c, CALL_EV_MACHINE, 7000);
	assert_int_equal(c.deadline_at, 7000 + CALL_MACHINE_MS);
	call_event(&c, CALL_EV_SPOKEN, 40000);
	assert_int_equal(c.cause, CAUSE_MACHINE);
	c = flowing(false);
	call_event(&c, CALL_EV_MACHINE, 7000);
	assert_int_equal(c.state, CALL_ENDED);
}

static void after_a_talk_the_far_side_is_asked(void **state)
{
	struct scene s = dialled();
	struct seat *t = s.seats;

	(void)state;
	t->c.asks_after = true;
	say(&s, CALL_EV_ANSWER);
	say(&s, CALL_EV_BRIDGED);
	say(&s, CALL_EV_HOLD);
	assert_true(call_event(&t->c, CALL_EV_AFTER, s.now) & CALL_DO_LEAVE);
	assert_int_equal(t->c.state, CALL_RATING);
	assert_int_equal(t->c.operator_id, 0); /* his wrap-up runs; what is pressed now is not his to hear */
	operator_do(&s, t, operator_event(&t->o, OPERATOR_EV_CALL_ENDED, s.now));
	assert_int_equal(t->o.state, OPERATOR_WRAP_UP);
	pass(&s, 10000);
	say(&s, CALL_EV_BYE);
	assert_int_equal(t->c.cause, CAUSE_HUNG_UP);
	assert_int_equal(t->c.by, BY_OPERATOR); /* who ended the talk */
	s = dialled();
	say(&s, CALL_EV_ANSWER);
	say(&s, CALL_EV_BRIDGED);
	assert_int_equal(call_event(&t->c, CALL_EV_AFTER, s.now), 0); /* nothing is asked in this project */
	t->c.asks_after = true;
	say(&s, CALL_EV_BYE);
	assert_int_equal(t->c.by, BY_CONTACT); /* he is gone: nobody to ask */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_talk),
	        cmocka_unit_test(silent_and_busy_trunks),
	        cmocka_unit_test(answered_without_operator),
	        cmocka_unit_test(his_leg_goes_between_the_answer_and_the_path),
	        cmocka_unit_test(browser_reloaded_in_a_talk),
	        cmocka_unit_test(pause_asked_in_a_talk),
	        cmocka_unit_test(a_pause_asked_as_the_wrap_up_runs_out),
	        cmocka_unit_test(a_pause_without_a_browser_ends),
	        cmocka_unit_test(a_card_is_read_too_long),
	        cmocka_unit_test(a_call_rings_at_a_seat),
	        cmocka_unit_test(every_state_has_a_limit),
	        cmocka_unit_test(a_machine_gets_no_operator_and_a_person_his_two_seconds),
	        cmocka_unit_test(a_call_dialled_for_a_flow),
	        cmocka_unit_test(a_machine_is_told_and_stays_a_machine),
	        cmocka_unit_test(after_a_talk_the_far_side_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
