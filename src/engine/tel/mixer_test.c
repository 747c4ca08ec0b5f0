/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixer_test.c - each hears the sum of those it may hear, never itself, cut where it is too loud. */
#include "engine/tel/mixer.h"

#include "engine/tel/re.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { PEOPLE = 3 };

static int16_t says[PEOPLE], heard[PEOPLE];

/* A leg without packets: its transport is its number. */
static void pull(void *arg, int16_t pcm[TEL_FRAME])
{
	for (size_t i = 0; i < TEL_FRAME; i++)
		pcm[i] = says[*(const int *)arg];
}
static void push(void *arg, const int16_t pcm[TEL_FRAME])
{
	heard[*(const int *)arg] = pcm[TEL_FRAME - 1];
}
static const struct tel_leg_way way = {.pull = pull, .push = push};

static struct tel_leg *leg(int number)
{
	int *arg = mem_zalloc(sizeof(*arg), NULL);
	struct tel_leg *l;

	assert_non_null(arg);
	*arg = number;
	assert_int_equal(tel_leg_new(&l, &way, arg), 0);
	mem_deref(arg);
	return l;
}

static void tick(void)
{
	tel_leg_tick_in();
	tel_mixer_tick();
	tel_leg_tick_out();
}

static void sums(void **state)
{
	struct tel_leg *legs[PEOPLE] = {leg(0), leg(1), leg(2)};
	struct tel_voice all[PEOPLE] = {{legs[0], 7, TEL_SILENCE}, {legs[1], 7, TEL_SILENCE}, {legs[2], 1, TEL_SILENCE}};
	struct tel_mixer *m;

	(void)state;
	assert_int_equal(tel_mixer_new(&m), 0);
	tel_mixer_set(m, all, PEOPLE);
	says[0] = 100;
	says[1] = -20;
	says[2] = 3;
	tick();
	assert_int_equal(heard[0], -17);
	assert_int_equal(heard[1], 103);
	assert_int_equal(heard[2], 100); /* one of the two only */
	says[0] = says[2] = 30000;
	tick();
	assert_int_equal(heard[1], INT16_MAX);
	says[0] = says[2] = -30000;
	tick();
	assert_int_equal(heard[1], INT16_MIN);
	tel_mixer_set(m, all, 2); /* one leaves: nobody hears him any more, nor he them */
	says[0] = 5;
	tick();
	assert_int_equal(heard[1], 5);
	assert_int_equal(heard[2], 0);
	mem_deref(m);
	for (int i = 0; i < PEOPLE; i++)
		mem_deref(legs[i]);
	assert_int_equal(tel_leg_count(), 0); /* the mixer let go of them */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sums)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
