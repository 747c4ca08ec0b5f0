/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "base/rand.h"
#include "callflow/pacer_floor.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct pacer pacer, other;

/* A small random world: exponential talks, people who answer within 2 to 20 s, the rest rings 30 s. */
struct world {
	struct dice dice;
	double share, talk_s;
	struct floor_pacer fp;
	int ringing;
	uint64_t hash;
};

static void fate(void *arg, int64_t now, struct floor_fate *r)
{
	struct world *w = arg;

	(void)now;
	*r = (struct floor_fate){.human = dice_real(&w->dice) < w->share, .cause = CAUSE_NO_ANSWER, .after_ms = 30000};
	if (r->human)
		*r = (struct floor_fate){.human = true,
		        .after_ms = dice_int(&w->dice, 2000, 20000),
		        .talk_ms = 1000 - (int64_t)(w->talk_s * 1000 * log(1 - dice_real(&w->dice))),
		        .wrap_ms = dice_int(&w->dice, 0, 20000)};
}

static void told(void *arg, const struct pacer_event *e)
{
	struct world *w = arg;

	w->ringing += (e->what == PACER_EV_DIALLED) - (e->what == PACER_EV_ENDED || e->what == PACER_EV_ANSWERED);
	assert_true(pacer_step(w->fp.pacer, e));
}

static int64_t due(void *arg)
{
	struct world *w = arg;

	return pacer_due(w->fp.pacer);
}

/* Every decision keeps its limits and says what it saw. */
static int dials(void *arg, int most, int64_t now)
{
	struct world *w = arg;
	struct pacer_decision *d = &w->fp.last;

	pacer_decide(w->fp.pacer, most, now, d);
	assert_true(d->dials >= 0 && d->dials <= (most > 0 ? most : 0) && d->dials <= d->wanted);
	assert_int_equal(d->ringing, w->ringing);
	assert_true(d->ringing + d->wanted <= 12 * d->operators + 20 || !d->wanted);
	assert_true(d->wanted <= 4 * d->operators + 4);
	assert_true(d->operators || !d->dials);
	if (d->guard != PACER_GUARD_OFF && d->wanted)
		assert_true(d->ringing + d->wanted <= d->idle - d->waiting);
	w->hash = w->hash * 31 + (uint64_t)d->dials;
	return d->dials;
}

static struct floor_day run(
        struct world *w, const struct pacer_rules *rules, const struct floor_turn *turns, size_t n, int64_t until, int lines)
{
	struct floor_policy policy = {w, told, due, dials};
	struct floor_world fw = {
	        .arg = w, .fate = fate, .turns = turns, .n_turns = n, .wait_ms = 2000, .until = until, .lines = lines};
	struct floor_day day;
	struct arena a = {0};

	w->fp.pacer = &pacer;
	pacer_init(&pacer, rules, 0);
	pacer_window(&pacer, &(struct pacer_window){0, until, 0, 0});
	floor_run(&fw, &policy, &a, &day);
	arena_free(&a);
	return day;
}

static size_t all_here(struct floor_turn *turns, int operators)
{
	for (int i = 0; i < operators; i++)
		turns[i] = (struct floor_turn){0, i + 1, true};
	return (size_t)operators;
}

/* Whatever the world, abandoned calls stay under the inner cap but for the few that rang already when the guard closed. */
static void the_cap_holds(void **state)
{
	struct floor_turn turns[64];
	struct dice d = {7};

	(void)state;
	for (int i = 0; i < 9; i++) {
		int operators = (int)dice_int(&d, 1, 24);
		struct world w = {
		        .dice = {(uint64_t)i}, .share = 0.04 + 0.8 * dice_real(&d), .talk_s = 10 + 150 * dice_real(&d)};
		struct floor_day day = run(&w, &pacer_rules_default, turns, all_here(turns, operators), CLOCK_HOUR,
		        i % 3 == 2 ? 1 + operators : 0);
		assert_true((double)day.abandoned <= 0.0295 * (double)day.answered + 2);
		assert_int_equal(day.abandoned, pacer.window.abandoned);
		assert_int_equal(day.answered, pacer.window.answered);
	}
}

static void more_talk_than_one_to_one(void **state)
{
	struct floor_turn turns[10];
	struct pacer_rules one = pacer_rules_default;
	struct world w = {.dice = {1}, .share = 0.2, .talk_s = 90}, same = w, again = w;
	struct floor_day predictive, progressive;

	(void)state;
	one.mode = PACER_PROGRESSIVE;
	predictive = run(&w, &pacer_rules_default, turns, all_here(turns, 10), 2 * CLOCK_HOUR, 0);
	progressive = run(&same, &one, turns, all_here(turns, 10), 2 * CLOCK_HOUR, 0);
	assert_int_equal(progressive.abandoned, 0);
	assert_true(floor_occupancy(&predictive) > floor_occupancy(&progressive) + 0.15);
	run(&again, &pacer_rules_default, turns, all_here(turns, 10), 2 * CLOCK_HOUR, 0);
	assert_int_equal(w.hash, again.hash); /* the same world, the same decisions */
}

static void nobody_there(void **state)
{
	struct pacer_decision d;

	(void)state;
	pacer_init(&pacer, &pacer_rules_default, 1000);
	pacer_decide(&pacer, 100, 700000, &d);
	assert_int_equal(d.dials, 0);
	assert_int_equal(d.stop, PACER_STOP_NOBODY);
}

static void step(enum pacer_event_kind what, int64_t id, int64_t at)
{
	assert_true(pacer_step(&pacer, &(struct pacer_event){.at = at, .what = what, .id = id, .cause = CAUSE_BUSY}));
}

static void the_guard_closes_on_an_empty_account(void **state)
{
	struct pacer_decision d;

	(void)state;
	pacer_init(&pacer, &pacer_rules_default, 0);
	for (int i = 1; i <= 5; i++)
		step(PACER_EV_IDLE, i, 0);
	for (int i = 1; i <= 40; i++) {
		step(PACER_EV_DIALLED, i, i * 1000);
		step(PACER_EV_CONNECTED, i, i * 1000 + 500);
	}
	pacer_decide(&pacer, 100, 70000, &d);
	assert_int_equal(d.guard, PACER_GUARD_OFF);
	assert_true(d.scale > 0);
	pacer_window(&pacer, &(struct pacer_window){0, 8 * CLOCK_HOUR, 1000, 60});
	pacer_decide(&pacer, 100, 71000, &d);
	assert_int_equal(d.guard, PACER_GUARD_BUDGET);
	assert_true(d.credit < 0);
	assert_int_equal(d.dials, 5); /* one each, none more */
	assert_int_equal(d.stop, PACER_STOP_GUARD);
	pacer_decide(&pacer, 2, 72000, &d);
	assert_int_equal(d.dials, 2);
	assert_int_equal(d.stop, PACER_STOP_LIMIT);
	step(PACER_EV_LEAVING, 5, 73000); /* he is not dialled for any more */
	pacer_decide(&pacer, 100, 73000, &d);
	assert_int_equal(d.dials, 4);
}

static void strict_counts_the_bound(void **state)
{
	struct pacer_rules strict = pacer_rules_default;
	struct pacer_decision d;

	(void)state;
	strict.strict = true;
	pacer_init(&pacer, &strict, 0);
	pacer_window(&pacer, &(struct pacer_window){0, 30 * (int64_t)CLOCK_DAY, 1000, 19});
	pacer_decide(&pacer, 1, 1000, &d);
	assert_int_equal(d.credit, 1); /* 20 of 1000 have an upper bound of 3 % */
	assert_true(d.rate_upper <= 0.03);
}

static void the_alarm_rings(void **state)
{
	struct pacer_decision d;

	(void)state;
	pacer_init(&pacer, &pacer_rules_default, 0);
	step(PACER_EV_IDLE, 1, 0);
	for (int i = 1; i <= 40; i++) {
		step(PACER_EV_DIALLED, i, i * 1000);
		step(i % 4 ? PACER_EV_CONNECTED : PACER_EV_ABANDONED, i, i * 1000 + 500);
	}
	pacer_decide(&pacer, 1, 50000, &d);
	assert_int_equal(d.abandoned_30, 10);
	assert_true(d.alarm);
	pacer_decide(&pacer, 1, 50000 + 31 * CLOCK_MINUTE, &d);
	assert_int_equal(d.answered_30, 0);
	assert_false(d.alarm);
}

static void everybody_leaves_in_the_middle(void **state)
{
	struct floor_turn turns[24];
	struct world w = {.dice = {5}, .share = 0.3, .talk_s = 60};
	size_t n = all_here(turns, 12);
	struct floor_day day;

	(void)state;
	for (int i = 0; i < 12; i++)
		turns[n++] = (struct floor_turn){30 * CLOCK_MINUTE, i + 1, false};
	day = run(&w, &pacer_rules_default, turns, n, CLOCK_HOUR, 0);
	assert_int_equal(pacer.n_operators, 0);
	assert_int_equal(pacer.n_calls, 0);
	assert_int_equal(w.ringing, 0);
	assert_int_equal(w.fp.last.dials, 0);
	assert_true(day.answered > 100);
}

static void nonsense_changes_nothing(void **state)
{
	struct pacer_event e = {.at = 5, .what = PACER_EV_ANSWERED, .id = 9};

	(void)state;
	pacer_init(&pacer, &pacer_rules_default, 0);
	for (int what = PACER_EV_LEAVING; what < PACER_EVENTS; what++) {
		e.what = (enum pacer_event_kind)what;
		assert_int_equal(pacer_step(&pacer, &e), what == PACER_EV_DIALLED);
		if (what == PACER_EV_DIALLED) {
			assert_false(pacer_step(&pacer, &e));
			step(PACER_EV_ENDED, 9, 6);
		}
	}
	for (int i = 1; i <= PACER_OPERATORS; i++)
		step(PACER_EV_IDLE, i * 1000003, 7);
	assert_false(pacer_step(&pacer, &(struct pacer_event){.at = 8, .what = PACER_EV_IDLE, .id = 5}));
	for (int i = PACER_OPERATORS; i >= 1; i -= 2)
		step(PACER_EV_LEFT, i * 1000003, 9);
	for (int i = 1; i <= PACER_OPERATORS; i += 2)
		step(PACER_EV_LEFT, i * 1000003, 9);
	assert_int_equal(pacer.n_operators, 0);
}

/* What is there is told again to the one that was loaded, as after a restart. */
static void tell_again(struct pacer *to, const struct pacer *from)
{
	for (uint32_t i = 0; i < from->n_operators; i++)
		assert_true(pacer_step(to, &(struct pacer_event){.at = from->now,
		                                   .what = (enum pacer_event_kind)from->operators[i].state,
		                                   .id = from->operators[i].id,
		                                   .since_at = from->operators[i].since_at}));
	for (uint32_t i = 0; i < from->n_calls; i++) {
		struct pacer_event e = {.at = from->now,
		        .what = PACER_EV_DIALLED,
		        .id = from->calls[i].id,
		        .since_at = from->calls[i].since_at};
		assert_true(pacer_step(to, &e));
	}
}

static void saved_and_loaded_decides_the_same(void **state)
{
	static uint8_t bytes[PACER_SAVED], again[PACER_SAVED];
	struct floor_turn turns[8];
	struct world w = {.dice = {3}, .share = 0.25, .talk_s = 60};
	struct pacer_decision a, b;
	size_t n;

	(void)state;
	run(&w, &pacer_rules_default, turns, all_here(turns, 8), CLOCK_HOUR, 0);
	pacer_decide(&pacer, 0, CLOCK_HOUR + 60000, &a); /* who waits has gone: ringing calls and operators are left */
	for (uint32_t i = pacer.n_calls; i-- > 0;)
		step(PACER_EV_ENDED, pacer.calls[i].id, CLOCK_HOUR + 60000);
	n = pacer_save(&pacer, bytes);
	pacer_init(&other, &pacer_rules_default, CLOCK_HOUR + 60000);
	assert_int_equal(pacer_load(&other, bytes, n, NULL), 0);
	assert_int_equal(pacer_save(&other, again), n);
	assert_memory_equal(bytes, again, n);
	tell_again(&other, &pacer);
	other.started_at = pacer.started_at; /* past the soft start, as the first is */
	for (int s = 20; s < 80; s++) {
		pacer_decide(&pacer, 50, CLOCK_HOUR + 60000 + s * 1000, &a);
		pacer_decide(&other, 50, CLOCK_HOUR + 60000 + s * 1000, &b);
		assert_int_equal(a.dials, b.dials);
		assert_int_equal(a.stop, b.stop);
		assert_true(a.risk == b.risk && a.p == b.p && a.theta == b.theta && a.soon == b.soon);
	}
	assert_true(a.p > 0.1 && a.p < 0.5);
}

/* A call that rings across a restart is one dial, however often it is told: the share of answers does not move. */
static void a_ringing_call_counts_once(void **state)
{
	static uint8_t bytes[PACER_SAVED];
	struct pacer_decision d;
	struct pacer_event again = {.at = 20000, .what = PACER_EV_DIALLED, .id = 1, .since_at = 1};

	(void)state;
	pacer_init(&pacer, &pacer_rules_default, 0);
	step(PACER_EV_DIALLED, 1, 1);
	pacer_decide(&pacer, 0, 20000, &d);
	assert_true(pacer.learned.exposure > 0.5 && pacer.learned.exposure < 1);
	pacer_init(&other, &pacer_rules_default, 20000);
	assert_int_equal(pacer_load(&other, bytes, pacer_save(&pacer, bytes), NULL), 0);
	assert_true(pacer_step(&other, &again));
	again.what = PACER_EV_ENDED;
	assert_true(pacer_step(&other, &again));
	assert_true(fabs(other.learned.exposure - 1) < 0.1);
}

static void hostile_bytes_are_refused(void **state)
{
	static uint8_t bytes[PACER_SAVED];
	static struct pacer before;
	struct dice d = {11};
	struct fault f = {0};
	size_t n;

	(void)state;
	pacer_init(&pacer, &pacer_rules_default, 0);
	n = pacer_save(&pacer, bytes);
	memcpy(&before, &pacer, sizeof(pacer));
	for (size_t cut = 0; cut < n; cut += 97)
		assert_int_equal(pacer_load(&pacer, bytes, cut, &f), EINVAL);
	for (int i = 0; i < 500; i++) {
		size_t at = (size_t)dice_int(&d, 0, (int64_t)n - 1);
		uint8_t was = bytes[at];
		bytes[at] ^= (uint8_t)dice_int(&d, 1, 255);
		assert_int_equal(pacer_load(&pacer, bytes, n, &f), EINVAL);
		bytes[at] = was;
	}
	assert_memory_equal(&before, &pacer, sizeof(pacer));
	/* A right sum over wrong numbers: written by the program itself from a state that cannot be. */
	for (int i = 0; i < 4; i++) {
		static const double bad[] = {NAN, -1, INFINITY, 1e300};
		pacer.learned.talk_s[i] = bad[i];
		n = pacer_save(&pacer, bytes);
		assert_int_equal(pacer_load(&other, bytes, n, &f), EINVAL);
		pacer.learned.talk_s[i] = 0;
	}
	pacer.window.abandoned = 5;
	n = pacer_save(&pacer, bytes);
	assert_int_equal(pacer_load(&other, bytes, n, &f), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_cap_holds),
	        cmocka_unit_test(more_talk_than_one_to_one),
	        cmocka_unit_test(nobody_there),
	        cmocka_unit_test(the_guard_closes_on_an_empty_account),
	        cmocka_unit_test(strict_counts_the_bound),
	        cmocka_unit_test(the_alarm_rings),
	        cmocka_unit_test(everybody_leaves_in_the_middle),
	        cmocka_unit_test(nonsense_changes_nothing),
	        cmocka_unit_test(saved_and_loaded_decides_the_same),
	        cmocka_unit_test(a_ringing_call_counts_once),
	        cmocka_unit_test(hostile_bytes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
