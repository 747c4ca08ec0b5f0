/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crew_test.c - legs are dealt evenly and late, every part that has some is done once, all at once, and the loop goes on after the last. */
#include "engine/tel/crew.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { THREADS = 3, ROUNDS = 2000 };

static int worked[TEL_CREW_PARTS];
static pthread_barrier_t all_here;

static void work(int part)
{
	worked[part]++;
}

static void meet(int part)
{
	if (part != TEL_CREW_LOOP)
		pthread_barrier_wait(&all_here);
}

static void without_a_crew_the_loop_does_it(void **state)
{
	(void)state;
	assert_int_equal(tel_crew_size(), 1);
	assert_int_equal(tel_crew_join(false), 0);
	tel_crew_run(work);
	assert_int_equal(worked[0], 1);
	assert_int_equal(worked[TEL_CREW_LOOP], 1);
	tel_crew_leave(0);
}

static void a_part_is_used_when_those_before_are_crowded(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(tel_crew_join(false), i / 2);
	assert_int_equal(tel_crew_join(true), TEL_CREW_LOOP);
	tel_crew_leave(TEL_CREW_LOOP);
	tel_crew_leave(1);
	assert_int_equal(tel_crew_join(false), 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(tel_crew_join(false), 2);
	assert_int_equal(tel_crew_join(false), 0); /* all are: the emptiest */
	for (int i = 0; i < 5; i++)
		tel_crew_leave(i % 2);
}

static void every_part_with_legs_is_done_once(void **state)
{
	(void)state; /* parts 0 and 1 are empty, 2 is not */
	memset(worked, 0, sizeof(worked));
	for (int i = 0; i < ROUNDS; i++) {
		tel_crew_run(work);
		assert_int_equal(worked[2], i + 1);
		assert_int_equal(worked[0], i + 1); /* never left out */
		assert_int_equal(worked[TEL_CREW_LOOP], i + 1);
	}
	assert_int_equal(worked[1], 0);
}

static void all_work_at_once(void **state)
{
	(void)state;
	assert_int_equal(tel_crew_join(false), 0);
	assert_int_equal(tel_crew_join(false), 0);
	assert_int_equal(tel_crew_join(false), 1);
	pthread_barrier_init(&all_here, NULL, THREADS);
	for (int i = 0; i < ROUNDS; i++)
		tel_crew_run(meet);
	pthread_barrier_destroy(&all_here);
	tel_crew_done();
	assert_int_equal(tel_crew_size(), 1);
}

static int start(void **state)
{
	(void)state;
	return tel_crew_init(THREADS, 2, NULL) || tel_crew_size() != THREADS;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(without_a_crew_the_loop_does_it),
	        cmocka_unit_test_setup_teardown(a_part_is_used_when_those_before_are_crowded, start, NULL),
	        cmocka_unit_test(every_part_with_legs_is_done_once),
	        cmocka_unit_test(all_work_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
