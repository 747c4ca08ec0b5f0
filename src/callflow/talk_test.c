/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk_test.c - transfers, consultations, conferences and supervisors as stories of one call; who hears whom in them. All orders of events
 * are floor_test.c's. */
#include "callflow/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { ANNA = 1, BORIS = 2 };

static struct call talk(void)
{
	struct call c;

	call_init(&c, ANNA, 30000, 1);
	call_event(&c, CALL_EV_DIAL, 1);
	call_event(&c, CALL_EV_ANSWER, 1);
	call_event(&c, CALL_EV_BRIDGED, 1);
	assert_int_equal(c.state, CALL_CONNECTED);
	return c;
}

static unsigned ask(struct call *c, enum call_event e, enum call_guest guest, int64_t now)
{
	return call_step(
	        c, &(struct call_input){.event = e, .guest = guest, .guest_id = guest == GUEST_OPERATOR ? BORIS : 0}, now);
}

static bool together(const struct call *c, enum talk_role a, enum talk_role b)
{
	return talk_hears(c, a, b) && talk_hears(c, b, a);
}

static void blind_to_an_operator(void **state)
{
	struct call c = talk();
	unsigned act = ask(&c, CALL_EV_TRANSFER, GUEST_OPERATOR, 100);

	(void)state;
	assert_int_equal(c.state, CALL_TRANSFERRING);
	assert_true(act & CALL_DO_INVITE && act & CALL_DO_MUSIC && talk_music(&c));
	act = call_event(&c, CALL_EV_GUEST_IN, 150);
	assert_true(act & CALL_DO_HAND);
	assert_int_equal(c.state, CALL_CONNECTED);
	assert_int_equal(c.operator_id, BORIS);
	assert_int_equal(c.connected_at, 1); /* the talk goes on, it does not begin anew */
	assert_true(together(&c, TALK_FAR, TALK_OPERATOR));
}

static void blind_to_nobody(void **state)
{
	struct call c = talk();

	(void)state;
	ask(&c, CALL_EV_TRANSFER, GUEST_OUTSIDE, 0);
	assert_true(talk_rings(&c));
	assert_int_equal(call_event(&c, CALL_EV_DEADLINE, 59999), 0);
	assert_true(call_event(&c, CALL_EV_DEADLINE, 60000) & CALL_DO_DISMISS);
	assert_int_equal(c.state, CALL_CONNECTED); /* the contact is never lost by it */
	assert_int_equal(c.guest_cause, CAUSE_NO_ANSWER);
	assert_int_equal(c.operator_id, ANNA);
}

static void a_word_first(void **state)
{
	struct call c = talk();

	(void)state;
	ask(&c, CALL_EV_CONSULT, GUEST_OPERATOR, 0);
	assert_int_equal(call_event(&c, CALL_EV_JOIN, 10), 0); /* not before he is there */
	call_event(&c, CALL_EV_GUEST_IN, 1000);
	assert_int_equal(c.deadline_at, 1000 + CALL_CONSULT_MS);
	assert_true(together(&c, TALK_OPERATOR, TALK_GUEST) && talk_music(&c));
	assert_false(talk_hears(&c, TALK_GUEST, TALK_FAR) || talk_recorded(&c, TALK_OPERATOR));
	call_event(&c, CALL_EV_JOIN, 2000);
	assert_int_equal(c.state, CALL_CONFERENCE);
	assert_true(together(&c, TALK_FAR, TALK_GUEST) && together(&c, TALK_FAR, TALK_OPERATOR));
	call_event(&c, CALL_EV_BACK, 3000);
	assert_int_equal(c.state, CALL_CONNECTED);
	assert_int_equal(c.guest, GUEST_NONE);
	ask(&c, CALL_EV_CONSULT, GUEST_OPERATOR, 4000);
	call_event(&c, CALL_EV_COMPLETE, 4100); /* no word after all */
	assert_int_equal(c.state, CALL_TRANSFERRING);
	call_event(&c, CALL_EV_GUEST_IN, 5000);
	assert_int_equal(c.operator_id, BORIS);
}

static void passed_outside(void **state)
{
	struct call c = talk();

	(void)state;
	ask(&c, CALL_EV_CONSULT, GUEST_OUTSIDE, 0);
	call_event(&c, CALL_EV_GUEST_IN, 1000);
	assert_true(call_event(&c, CALL_EV_COMPLETE, 2000) & CALL_DO_LEAVE);
	assert_int_equal(c.state, CALL_PASSED);
	assert_int_equal(c.operator_id, 0);
	assert_true(together(&c, TALK_FAR, TALK_GUEST) && talk_recorded(&c, TALK_GUEST));
	assert_false(talk_hears(&c, TALK_FAR, TALK_OPERATOR));
	call_event(&c, CALL_EV_GUEST_OUT, 9000);
	assert_int_equal(c.state, CALL_ENDED);
	assert_int_equal(c.cause, CAUSE_HUNG_UP);
}

static void his_browser_is_gone(void **state)
{
	struct call c = talk();

	(void)state;
	ask(&c, CALL_EV_CONSULT, GUEST_OPERATOR, 0);
	call_event(&c, CALL_EV_GUEST_IN, 1000);
	call_event(&c, CALL_EV_OPERATOR_LEFT, 2000);
	assert_int_equal(c.state, CALL_CONSULTING);
	call_event(&c, CALL_EV_OPERATOR_GONE, 22000); /* whom he spoke with has the call */
	assert_int_equal(c.state, CALL_CONNECTED);
	assert_int_equal(c.operator_id, BORIS);
	c = talk();
	ask(&c, CALL_EV_TRANSFER, GUEST_OUTSIDE, 0);
	call_event(&c, CALL_EV_OPERATOR_LEFT, 2000);
	call_step(&c, &(struct call_input){.event = CALL_EV_GUEST_OUT, .cause = CAUSE_BUSY}, 3000);
	assert_int_equal(c.state, CALL_HELD);
	assert_int_equal(c.guest_cause, CAUSE_BUSY);
	call_event(&c, CALL_EV_OPERATOR_BACK, 4000);
	assert_int_equal(c.state, CALL_CONNECTED);
}

static void to_a_queue(void **state)
{
	struct call c = talk();
	unsigned act;

	(void)state;
	c.speaks = true;
	call_event(&c, CALL_EV_HOLD, 50);
	talk_unrecord(&c, true, 60);
	c.wait_ms = 90000;
	act = call_event(&c, CALL_EV_QUEUE, 100);
	assert_true(act & CALL_DO_HAND && act & CALL_DO_UNMUSIC && !(act & CALL_DO_TELL_OPERATOR));
	assert_int_equal(c.state, CALL_QUEUED);
	assert_int_equal(c.operator_id, 0);
	assert_int_equal(c.unrecorded_until, 0);
	assert_true(call_waits(&c));
	call_step(&c, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = BORIS}, 200);
	call_event(&c, CALL_EV_OPERATOR_LEFT, 300); /* not a word was said: it waits on */
	assert_int_equal(c.state, CALL_QUEUED);
	call_step(&c, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = BORIS}, 400);
	call_event(&c, CALL_EV_BRIDGED, 500);
	assert_int_equal(c.operator_id, BORIS);
	assert_int_equal(c.connected_at, 1);
	assert_true(together(&c, TALK_FAR, TALK_OPERATOR));
	c = talk();
	c.speaks = true;
	c.wait_ms = 90000;
	call_event(&c, CALL_EV_QUEUE, 100);
	call_event(&c, CALL_EV_DEADLINE, 90100); /* nobody came: no words for the abandoned, and no abandoned call */
	assert_int_equal(c.state, CALL_ENDED);
	assert_int_equal(c.cause, CAUSE_NO_ANSWER);
	c = talk();
	call_event(&c, CALL_EV_OPERATOR_LEFT, 50);
	assert_int_equal(call_event(&c, CALL_EV_QUEUE, 100), 0); /* his browser is gone: nobody asks for it */
	ask(&c, CALL_EV_CONSULT, GUEST_OPERATOR, 0);
	assert_int_equal(call_event(&c, CALL_EV_QUEUE, 100), 0);
}

static void a_supervisor(void **state)
{
	struct call c = talk();

	(void)state;
	assert_true(talk_hears(&c, TALK_LISTENS, TALK_FAR) && talk_hears(&c, TALK_LISTENS, TALK_OPERATOR));
	assert_true(talk_hears(&c, TALK_OPERATOR, TALK_WHISPERS) && !talk_recorded(&c, TALK_WHISPERS));
	assert_true(together(&c, TALK_JOINS, TALK_FAR) && talk_recorded(&c, TALK_JOINS));
	call_event(&c, CALL_EV_TAKE_OVER, 0);
	assert_true(together(&c, TALK_LEADS, TALK_FAR) && !talk_hears(&c, TALK_FAR, TALK_OPERATOR));
	assert_true(talk_hears(&c, TALK_OPERATOR, TALK_FAR) && talk_hears(&c, TALK_OPERATOR, TALK_LEADS));
	call_event(&c, CALL_EV_GIVE_BACK, 0); /* his browser is closed: the operator has it again */
	assert_int_equal(c.state, CALL_CONNECTED);
	call_event(&c, CALL_EV_TAKE_OVER, 0);
	call_event(&c, CALL_EV_OPERATOR_GONE, 0); /* the talk goes on without him */
	assert_int_equal(c.state, CALL_TAKEN_OVER);
	call_event(&c, CALL_EV_GIVE_BACK, 0);
	assert_int_equal(c.state, CALL_ENDED);
}

static void not_recorded(void **state)
{
	struct call c = talk();

	(void)state;
	assert_true(talk_unrecord(&c, true, 0));
	assert_false(talk_unrecord(&c, true, 1000));
	assert_false(talk_unrecorded_over(&c, TALK_UNRECORDED_MS - 1));
	assert_true(talk_unrecorded_over(&c, TALK_UNRECORDED_MS));
	assert_true(talk_unrecord(&c, false, 2000));
	talk_unrecord(&c, true, 0);
	call_event(&c, CALL_EV_BYE, 3000);
	assert_int_equal(c.unrecorded_until, 0);
	assert_false(talk_unrecord(&c, true, 4000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(blind_to_an_operator),
	        cmocka_unit_test(blind_to_nobody),
	        cmocka_unit_test(a_word_first),
	        cmocka_unit_test(passed_outside),
	        cmocka_unit_test(his_browser_is_gone),
	        cmocka_unit_test(to_a_queue),
	        cmocka_unit_test(a_supervisor),
	        cmocka_unit_test(not_recorded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
