/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "callflow/attempts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct attempt_rules rules = {.total = 3, .per_day = 2, .gap_ms = 7200000};
static const char monday[11] = "2026-03-09", tuesday[11] = "2026-03-10";

static void attempts_are_spent(void **state)
{
	struct life l = {.state = LIFE_FRESH};
	struct attempt_now n = {.now = 1000, .next_day_at = 50000000};

	(void)state;
	life_dialled(&l, monday);
	life_ended(&l, &rules, CAUSE_NO_ANSWER, &n);
	assert_int_equal(l.state, LIFE_DUE);
	assert_int_equal(l.due_at, 7201000);
	assert_int_equal(l.attempts_day, 1);
	life_dialled(&l, monday);
	life_ended(&l, &rules, CAUSE_BUSY, &n);
	assert_int_equal(l.attempts_day, 2);
	assert_int_equal(l.due_at, 50000000); /* today is used up */
	life_dialled(&l, tuesday);
	life_ended(&l, &rules, CAUSE_BUSY, &n);
	assert_int_equal(l.state, LIFE_CLOSED);
	assert_int_equal(l.closed, LIFE_CLOSED_ATTEMPTS);
}

static void the_project_has_its_say(void **state)
{
	struct life l = {.state = LIFE_RESERVED, .attempts = 1};
	struct attempt_now n = {.now = 1000, .retry_ms = 300000};

	(void)state;
	life_ended(&l, &rules, CAUSE_BUSY, &n);
	assert_int_equal(l.due_at, 301000);
	n.spent = true;
	n.callback_at = 90000000; /* a promise is kept all the same */
	life_ended(&l, &rules, CAUSE_BUSY, &n);
	assert_int_equal(l.due_at, 90000000);
	n.callback_at = 0;
	life_ended(&l, &rules, CAUSE_BUSY, &n);
	assert_int_equal(l.closed, LIFE_CLOSED_ATTEMPTS);
}

static void our_own_faults_cost_him_nothing(void **state)
{
	struct life l = {.state = LIFE_FRESH};

	(void)state;
	life_dialled(&l, monday);
	life_ended(&l, &rules, CAUSE_TEL_LOST, &(struct attempt_now){.now = 1000});
	assert_int_equal(l.attempts, 0);
	assert_int_equal(l.attempts_day, 0);
	assert_int_equal(l.state, LIFE_DUE);
	assert_int_equal(l.due_at, 61000);
}

static void promises_are_kept(void **state)
{
	struct life l = {.state = LIFE_DUE, .attempts = 3, .attempts_day = 2};
	struct attempt_now n = {.now = 1000, .callback_at = 90000000};

	(void)state;
	memcpy(l.day, monday, sizeof(monday));
	life_result(&l, &rules, LIFE_EFFECT_CALLBACK, 0, &n);
	assert_int_equal(l.state, LIFE_DUE);
	assert_int_equal(l.due_at, 90000000);
	life_result(&l, &rules, LIFE_EFFECT_DO_NOT_CALL, 0, &n);
	assert_int_equal(l.closed, LIFE_CLOSED_DO_NOT_CALL);
}

static void wrong_numbers(void **state)
{
	struct life l = {.state = LIFE_RESERVED, .attempts = 1};

	(void)state;
	life_ended(&l, &rules, CAUSE_WRONG_NUMBER, &(struct attempt_now){.now = 1, .other_number = true});
	assert_int_equal(l.state, LIFE_DUE);
	life_ended(&l, &rules, CAUSE_WRONG_NUMBER, &(struct attempt_now){.now = 1});
	assert_int_equal(l.closed, LIFE_CLOSED_NO_NUMBER);
	life_result(&l, &rules, LIFE_EFFECT_FINAL, 0, &(struct attempt_now){.now = 1});
	assert_int_equal(l.closed, LIFE_CLOSED_RESULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(attempts_are_spent),
	        cmocka_unit_test(the_project_has_its_say),
	        cmocka_unit_test(our_own_faults_cost_him_nothing),
	        cmocka_unit_test(promises_are_kept),
	        cmocka_unit_test(wrong_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
