/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "callflow/replay.h"

#include "base/clock.h"
#include "base/rand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { OPERATORS = 10, UNTIL = 2 * CLOCK_HOUR, BEGAN = 1700000000 };

static struct pacer pacer;

struct recorded {
	struct dice dice;
	struct floor_pacer fp;
	struct pacer_event *events;
	size_t n;
};

static void fate(void *arg, int64_t now, struct floor_fate *r)
{
	struct recorded *w = arg;

	(void)now;
	*r = (struct floor_fate){.human = dice_real(&w->dice) < 0.2, .cause = CAUSE_NO_ANSWER, .after_ms = 30000};
	if (r->human)
		*r = (struct floor_fate){.human = true,
		        .after_ms = dice_int(&w->dice, 2000, 20000),
		        .talk_ms = 1000 - (int64_t)(90000 * log(1 - dice_real(&w->dice))),
		        .wrap_ms = dice_int(&w->dice, 0, 20000)};
}

static void told(void *arg, const struct pacer_event *e)
{
	struct recorded *w = arg;

	pacer_step(w->fp.pacer, e);
	w->events[w->n] = *e;
	w->events[w->n].at += BEGAN;
	if (e->what < PACER_EV_DIALLED)
		w->events[w->n].id += 5000; /* as ids of a database */
	w->n++;
}

static int64_t due(void *arg)
{
	return pacer_due(((struct recorded *)arg)->fp.pacer);
}

static int dials(void *arg, int most, int64_t now)
{
	struct recorded *w = arg;

	pacer_decide(w->fp.pacer, most, now, &w->fp.last);
	return w->fp.last.dials;
}

static struct floor_day record(struct arena *a, struct recorded *w, enum pacer_mode mode)
{
	struct floor_turn turns[OPERATORS];
	struct floor_policy policy = {w, told, due, dials};
	struct floor_world fw = {
	        .arg = w, .fate = fate, .turns = turns, .n_turns = OPERATORS, .wait_ms = 2000, .until = UNTIL};
	struct pacer_rules rules = pacer_rules_default;
	struct floor_day day;

	for (int i = 0; i < OPERATORS; i++)
		turns[i] = (struct floor_turn){0, i + 1, true};
	rules.mode = mode;
	*w = (struct recorded){.dice = {4}, .fp = {.pacer = &pacer}, .events = NEW_N(a, struct pacer_event, 200000)};
	pacer_init(&pacer, &rules, 0);
	pacer_window(&pacer, &(struct pacer_window){0, UNTIL, 0, 0});
	floor_run(&fw, &policy, a, &day);
	return day;
}

/* A day dialled one to one, replayed: as it was it comes out as it was; predictive, as the same floor gives when it is dialled so. */
static void a_day_under_other_settings(void **state)
{
	struct arena a = {0};
	struct recorded one, predictive;
	struct floor_day was = record(&a, &one, PACER_PROGRESSIVE), would = record(&a, &predictive, PACER_PREDICTIVE);
	struct replay_settings s = {.rules = pacer_rules_default, .seed = 1};
	struct replay r, again;
	int64_t dialled = 0;

	(void)state;
	s.rules.mode = PACER_PROGRESSIVE;
	assert_int_equal(replay_day(one.events, one.n, &s, &a, &r, NULL), 0);
	assert_int_equal(r.operators, OPERATORS);
	assert_int_equal(r.recorded.all.dials, was.dials);
	assert_int_equal(r.recorded.all.connected, was.connected);
	assert_true(fabs(floor_occupancy(&r.recorded.all) - floor_occupancy(&was)) < 0.001);
	assert_true(fabs(floor_occupancy(&r.simulated.all) - floor_occupancy(&was)) < 0.05);
	assert_int_equal(r.simulated.all.abandoned, 0);
	s.rules.mode = PACER_PREDICTIVE;
	assert_int_equal(replay_day(one.events, one.n, &s, &a, &r, NULL), 0);
	assert_true(floor_occupancy(&would) > floor_occupancy(&was) + 0.15);
	assert_true(fabs(floor_occupancy(&r.simulated.all) - floor_occupancy(&would)) < 0.05);
	assert_true(floor_abandon(&r.simulated.all) < 0.035);
	for (int h = 0; h < REPLAY_HOURS; h++)
		dialled += r.simulated.hours[h].dials;
	assert_int_equal(dialled, r.simulated.all.dials);
	assert_int_equal(replay_day(one.events, one.n, &s, &a, &again, NULL), 0);
	assert_memory_equal(&r.simulated, &again.simulated, sizeof(r.simulated));
	arena_free(&a);
}

static void days_that_cannot_be_replayed(void **state)
{
	struct arena a = {0};
	struct recorded one;
	struct replay_settings s = {.rules = pacer_rules_default};
	struct fault f = {0};
	struct replay r;

	(void)state;
	record(&a, &one, PACER_PROGRESSIVE);
	assert_int_equal(replay_day(one.events, 0, &s, &a, &r, &f), EINVAL);
	assert_int_equal(replay_day(one.events, 40, &s, &a, &r, &f), EINVAL);
	assert_string_equal(f.code, "replay_few");
	one.events[100].at = 0;
	assert_int_equal(replay_day(one.events, one.n, &s, &a, &r, &f), EINVAL);
	assert_string_equal(f.code, "replay_order");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_day_under_other_settings),
	        cmocka_unit_test(days_that_cannot_be_replayed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
