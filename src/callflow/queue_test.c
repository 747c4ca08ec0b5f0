/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_test.c - who is next: cases, and a thousand scenes of callers and operators on a virtual clock. */
#include "base/rand.h"
#include "base/str.h"
#include "callflow/operator.h"
#include "callflow/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct queue_rules plain = {.priority = 0, .target_ms = 20000, .level = 1, .max_wait_ms = 600000},
                                better = {.priority = 2, .level = 1, .max_wait_ms = 600000},
                                none = {.priority = 0, .level = 1, .max_wait_ms = 600000},
                                skilled = {.level = 5, .relax_ms = 30000, .max_wait_ms = 600000, .choice = QUEUE_TOP_LEVEL};

static void priority_is_a_minute(void **state)
{
	struct queue_waiter rich = {&better, 100000, 0}, poor = {&none, 0, 0};

	(void)state;
	assert_true(queue_before(&rich, &poor, 1, 110000)); /* 120 s of priority and 10 waited against 110 */
	poor.since = -30001;
	assert_true(queue_before(&poor, &rich, 1, 110000)); /* who waits long enough comes before any priority */
	assert_false(queue_before(&rich, &poor, 1, 110000));
}

static void a_target_near_its_end_comes_first(void **state)
{
	struct queue_waiter late = {&plain, 0, 0}, rich = {&better, 0, 0};

	(void)state;
	assert_true(queue_before(&rich, &late, 1, 15000));
	assert_true(queue_before(&late, &rich, 1, 15001));
}

static void skills_relax(void **state)
{
	struct queue_waiter w = {&skilled, 0, 0};
	struct queue_operator o = {1, 3, 0}, stranger = {2, 0, 0};

	(void)state;
	assert_int_equal(queue_level(&skilled, 0), 5);
	assert_false(queue_serves(&w, &o, 59999));
	assert_true(queue_serves(&w, &o, 60000));
	assert_int_equal(queue_level(&skilled, 1000000), 1);
	assert_false(queue_serves(&w, &stranger, 1000000)); /* he does not serve it at all */
}

static void who_gave_it_away_does_not_get_it_back_at_once(void **state)
{
	struct queue_waiter w = {.rules = &plain, .avoids = 1, .avoids_until = QUEUE_AVOID_MS};
	struct queue_operator giver = {1, 9, 0}, other = {2, 1, 0};

	(void)state;
	assert_false(queue_serves(&w, &giver, QUEUE_AVOID_MS - 1));
	assert_true(queue_serves(&w, &other, 0));
	assert_true(queue_serves(&w, &giver, QUEUE_AVOID_MS)); /* nobody else came */
}

static void who_is_offered_a_callback(void **state)
{
	struct queue_rules r = {.offer_ms = 120000, .offer_place = 5}, never = {.offer_place = 5},
	                   anywhere = {.offer_ms = 120000};

	(void)state;
	assert_false(queue_offers(&r, 5, 120000, 0));
	assert_true(queue_offers(&r, 6, -1, 0));      /* nobody can say how long, but he stands far behind */
	assert_true(queue_offers(&r, 1, 120001, 0));  /* expected to wait too long */
	assert_true(queue_offers(&r, 1, -1, 120001)); /* has waited too long */
	assert_false(queue_offers(&never, 9, 999999, 999999));
	assert_false(queue_offers(&anywhere, 9, 0, 0));
}

static void which_operator(void **state)
{
	struct queue_waiter w = {&plain, 0, 0}, top = {&skilled, 0, 0};
	struct queue_operator idle = {1, 2, 10}, able = {2, 7, 20};

	(void)state;
	assert_true(queue_prefers(&w, &idle, &able));
	assert_true(queue_prefers(&top, &able, &idle));
	w.operator_id = 2; /* whom he spoke with before */
	assert_true(queue_prefers(&w, &able, &idle));
}

/* Of these, who is best for w. */
static const struct queue_operator *best_of(
        const struct queue_waiter *w, const struct queue_operator *all, size_t n, const struct queue_operator *but)
{
	const struct queue_operator *best = NULL;

	for (const struct queue_operator *o = all; o < all + n; o++)
		if (o != but && (!best || queue_prefers(w, o, best)))
			best = o;
	return best;
}

static void in_turn(void **state)
{
	static const struct queue_rules r = {.level = 1, .choice = QUEUE_ROUND_ROBIN};
	struct queue_operator all[] = {{.id = 7, .level = 1}, {.id = 3, .level = 9}, {.id = 40, .level = 1}};
	const int64_t order[] = {3, 7, 40, 3, 7, 40, 3};
	struct queue_waiter w = {.rules = &r};

	(void)state;
	for (size_t i = 0; i < COUNT(order); i++) {
		w.last_id = best_of(&w, all, COUNT(all), NULL)->id;
		assert_int_equal(w.last_id, order[i]);
	}
	assert_int_equal(
	        best_of(&w, all, COUNT(all), all)->id, 40); /* 7 is busy: the one after him, and then on from there */
	w.last_id = 8;                                      /* who is at work no more */
	assert_int_equal(best_of(&w, all, COUNT(all), NULL)->id, 40);
}

static void by_lot(void **state)
{
	static const struct queue_rules r = {.level = 1, .choice = QUEUE_RANDOM};
	struct queue_operator all[5] = {0};
	struct queue_waiter w = {.rules = &r};
	struct dice dice = {1};
	int got[COUNT(all)] = {0}, runs = 0, was = -1;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		all[i] = (struct queue_operator){.id = 100 + (int64_t)i, .level = 1};
	for (int call = 0; call < 10000; call++) {
		int i;
		w.lot = dice_throw(&dice);
		i = (int)(best_of(&w, all, COUNT(all), NULL) - all);
		got[i]++;
		runs += i == was;
		was = i;
	}
	for (size_t i = 0; i < COUNT(all); i++) /* 2000 and five sigma of it */
		assert_in_range(got[i], 1800, 2200);
	assert_in_range(runs, 1800, 2200); /* nor does it depend on the one before */
}

/* A day of calls to operators of different speed: shares of work end up nearly equal, whoever was idle longest. */
static void to_the_least_busy(void **state)
{
	static const struct queue_rules r = {.level = 1, .choice = QUEUE_LEAST_BUSY};
	struct queue_operator all[4] = {0}, fresh = {.id = 9, .level = 1};
	int64_t until[COUNT(all)] = {0}, talk_ms[] = {60000, 120000, 180000, 240000}, now = 0;
	struct queue_waiter w = {.rules = &r};
	struct dice dice = {7};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		all[i] = (struct queue_operator){.id = 1 + (int64_t)i, .level = 1};
	for (; now < 8 * 3600000; now += 1000) {
		const struct queue_operator *best = NULL;
		for (size_t i = 0; i < COUNT(all); i++) {
			all[i].work_ms = now;
			all[i].busy_ms += now < until[i] ? 1000 : 0;
			if (now >= until[i] && (!best || queue_prefers(&w, all + i, best)))
				best = all + i;
		}
		if (best && dice_int(&dice, 0, 89) == 0)
			until[best - all] = now + talk_ms[best - all];
	}
	for (size_t i = 0; i < COUNT(all); i++) {
		int64_t share = 1000 * all[i].busy_ms / all[i].work_ms, first = 1000 * all[0].busy_ms / all[0].work_ms;
		assert_in_range(share, 200, 700);
		assert_in_range(share, first - 15, first + 15);
	}
	assert_true(queue_prefers(&w, &fresh, all)); /* who has just come */
}

static void whom_it_rings_at(void **state)
{
	struct queue_rules all = {.accept_ms = 15000, .choice = QUEUE_RING_ALL}, one = {.accept_ms = 15000};
	struct queue_waiter late = {&plain, 0, 0}, left = {.rules = &none, .since = 19000, .unanswered = true};

	(void)state;
	assert_int_equal(queue_rings(&all), QUEUE_RINGS);
	assert_int_equal(queue_rings(&one), 1);
	assert_int_equal(queue_rings(&plain), 0);
	assert_true(queue_before(&left, &late, 1, 20000)); /* it was somebody's turn already */
	assert_false(queue_before(&late, &left, 1, 20000));
}

static void expected_wait(void **state)
{
	struct queue_seen s = {0};

	(void)state;
	assert_int_equal(queue_expected_ms(&s, 1, 3), -1);
	queue_finished(&s, 180000);
	assert_int_equal(queue_expected_ms(&s, 1, 0), -1);
	assert_int_equal(queue_expected_ms(&s, 2, 3), 120000);
	for (int i = 0; i < 40; i++)
		queue_connected(&s, 60000);
	assert_int_equal(queue_expected_ms(&s, 2, 3), 90000);
}

/* The scenes: calls of three queues come in, wait, give up; operators of different skills come, go, lose their legs. ---------- */

enum { CALLERS = 12, PEOPLE = 4, STEPS = 400, SEEDS = 1000 };
static const struct queue_rules *const kinds[] = {&plain, &better, &skilled};
struct desk {
	struct operator_day o;
	int64_t id, levels[COUNT(kinds)];
	struct caller *caller;
};
struct caller {
	struct call c;
	struct desk *desk;
	int64_t since; /* in the queue */
	int kind, ends;
	bool live, queued;
};
struct hall {
	struct dice dice;
	int64_t now;
	struct desk desks[PEOPLE];
	struct caller callers[CALLERS];
};
static struct {
	int64_t calls, talks, waited, given_up, too_long, back;
} seen;

static void caller_event(struct hall *h, struct caller *c, enum call_event e, int64_t operator_id);

static struct queue_waiter waiter(const struct caller *c)
{
	return (struct queue_waiter){kinds[c->kind], c->since, 0};
}

static bool may(const struct hall *h, const struct desk *d, const struct caller *c)
{
	struct queue_waiter w = waiter(c);

	return d->o.state == OPERATOR_READY && d->o.leg_up && !d->caller &&
	       queue_serves(&w, &(struct queue_operator){d->id, d->levels[c->kind], d->o.entered_at}, h->now);
}

static void give(struct hall *h, struct desk *d, struct caller *c)
{
	d->caller = c;
	c->desk = d;
	c->queued = false;
	operator_event(&d->o, OPERATOR_EV_GIVEN, h->now);
	assert_int_equal(d->o.state, OPERATOR_RESERVED);
	caller_event(h, c, CALL_EV_TAKEN, d->id);
}

static void desk_event(struct hall *h, struct desk *d, enum operator_event e);

/* Whoever is free takes the first of those he may serve. */
static void serve(struct hall *h, struct desk *d)
{
	struct caller *best = NULL;

	for (struct caller *c = h->callers; c < h->callers + CALLERS; c++) {
		struct queue_waiter w = waiter(c), b = best ? waiter(best) : w;
		if (c->live && c->queued && may(h, d, c) && (!best || queue_before(&w, &b, d->id, h->now)))
			best = c;
	}
	if (best)
		give(h, d, best);
}

static void serve_all(struct hall *h)
{
	for (struct desk *d = h->desks; d < h->desks + PEOPLE; d++)
		serve(h, d);
}

static void let_go(struct hall *h, struct caller *c)
{
	struct desk *d = c->desk;

	c->desk = NULL;
	if (!d)
		return;
	d->caller = NULL;
	desk_event(h, d, OPERATOR_EV_CALL_ENDED);
}

static void caller_event(struct hall *h, struct caller *c, enum call_event e, int64_t operator_id)
{
	unsigned act = call_step(&c->c, &(struct call_input){.event = e, .operator_id = operator_id}, h->now);

	if (act & CALL_DO_LEAVE) {
		seen.back++;
		let_go(h, c);
	}
	if (act & CALL_DO_FIND) { /* its place stays what it was */
		c->queued = true;
		if (c->c.state == CALL_ANSWERED)
			caller_event(h, c, CALL_EV_QUEUE, 0);
		serve_all(h);
	}
	if (act & CALL_DO_TELL && c->c.state == CALL_CONNECTED && c->desk)
		operator_event(&c->desk->o, OPERATOR_EV_CONNECTED, h->now);
	if (act & CALL_DO_TELL && c->c.state == CALL_ENDED) {
		c->live = c->queued = false;
		c->ends++;
		let_go(h, c);
	}
}

static void desk_event(struct hall *h, struct desk *d, enum operator_event e)
{
	unsigned act = operator_step(&d->o, &(struct operator_input){.event = e, .wrap_up_ms = 20000}, h->now);
	struct caller *c = d->caller;

	if (c && act & OPERATOR_DO_CALL_LEFT)
		caller_event(h, c, CALL_EV_OPERATOR_LEFT, 0);
	else if (c && act & OPERATOR_DO_CALL_BACK)
		caller_event(h, c, CALL_EV_OPERATOR_BACK, 0);
	else if (c && act & OPERATOR_DO_CALL_GONE)
		caller_event(h, c, CALL_EV_OPERATOR_GONE, 0);
	serve(h, d);
}

static void arrive(struct hall *h, struct caller *c)
{
	*c = (struct caller){.kind = (int)dice_int(&h->dice, 0, COUNT(kinds) - 1), .live = true, .since = h->now};
	call_init_incoming(&c->c, 10000, h->now);
	c->c.wait_ms = kinds[c->kind]->max_wait_ms;
	seen.calls++;
	if (dice_int(&h->dice, 0, 9))
		caller_event(h, c, CALL_EV_ANSWER, 0);
}

static void happen(struct hall *h)
{
	static const enum operator_event usual[] = {OPERATOR_EV_READY, OPERATOR_EV_READY, OPERATOR_EV_DONE,
	        OPERATOR_EV_LEG_UP, OPERATOR_EV_LEG_UP, OPERATOR_EV_LEG_DOWN, OPERATOR_EV_PAUSE, OPERATOR_EV_START};
	struct caller *c = h->callers + dice_int(&h->dice, 0, CALLERS - 1);

	if (!dice_int(&h->dice, 0, 1)) {
		desk_event(h, h->desks + dice_int(&h->dice, 0, PEOPLE - 1), usual[dice_int(&h->dice, 0, COUNT(usual) - 1)]);
	} else if (!c->live) {
		arrive(h, c);
	} else if (c->desk && c->c.state == CALL_ANSWERED && c->desk->o.leg_up) {
		seen.talks++;
		seen.waited += h->now > c->since + 1000;
		caller_event(h, c, CALL_EV_BRIDGED, 0);
	} else if (!dice_int(&h->dice, 0, 3)) {
		seen.given_up += c->queued;
		caller_event(h, c, CALL_EV_BYE, 0);
	}
}

static void pass(struct hall *h, int64_t ms)
{
	h->now += ms;
	for (int i = 0; i < CALLERS; i++)
		if (h->callers[i].live && h->callers[i].c.deadline_at <= h->now) {
			seen.too_long += h->callers[i].queued;
			caller_event(h, h->callers + i, CALL_EV_DEADLINE, 0);
		}
	for (int i = 0; i < PEOPLE; i++)
		if (h->desks[i].o.deadline_at && h->desks[i].o.deadline_at <= h->now)
			desk_event(h, h->desks + i, OPERATOR_EV_DEADLINE);
	serve_all(h); /* skills relax as time passes */
}

static void check(const struct hall *h)
{
	for (const struct caller *c = h->callers; c < h->callers + CALLERS; c++) {
		assert_true(!c->live || c->c.deadline_at >= h->now); /* no state past its deadline */
		assert_true(!c->live || c->queued + (c->desk != NULL) + (c->c.state == CALL_RINGING) == 1); /* one owner */
		assert_true(!c->queued || call_waits(&c->c));
		assert_true(c->live || c->c.state != CALL_ENDED || (c->c.cause && c->ends == 1 && !c->desk));
		assert_true(
		        c->c.cause != CAUSE_ABANDONED); /* a word of the dialler's: its cap does not count who calls us */
		for (const struct desk *d = h->desks; d < h->desks + PEOPLE; d++)
			assert_false(c->live && c->queued &&
			             may(h, d, c)); /* nobody waits beside an operator who may serve him */
	}
	for (const struct desk *d = h->desks; d < h->desks + PEOPLE; d++)
		assert_true(d->o.has_call == (d->caller != NULL));
}

static void the_hall_holds(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct hall h = {.dice = {seed}, .now = 1000};
		for (int i = 0; i < PEOPLE; i++)
			h.desks[i] = (struct desk){.id = i + 1, .levels = {1 + i * 2, i % 2, 1 + i * 2}};
		for (int i = 0; i < STEPS; i++) {
			happen(&h);
			check(&h);
			pass(&h, dice_int(&h.dice, 0, 3) ? 50 : dice_int(&h.dice, 0, 40000));
			check(&h);
		}
		for (int i = 0; i < 200; i++) /* left alone, every call ends */
			pass(&h, 3600000 / 4);
		for (int i = 0; i < CALLERS; i++)
			assert_false(h.callers[i].live);
	}
	assert_true(seen.talks > 1000 && seen.waited > 500 && seen.given_up > 100 && seen.too_long > 10 && seen.back > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(priority_is_a_minute),
	        cmocka_unit_test(a_target_near_its_end_comes_first),
	        cmocka_unit_test(skills_relax),
	        cmocka_unit_test(who_gave_it_away_does_not_get_it_back_at_once),
	        cmocka_unit_test(who_is_offered_a_callback),
	        cmocka_unit_test(which_operator),
	        cmocka_unit_test(in_turn),
	        cmocka_unit_test(by_lot),
	        cmocka_unit_test(to_the_least_busy),
	        cmocka_unit_test(whom_it_rings_at),
	        cmocka_unit_test(expected_wait),
	        cmocka_unit_test(the_hall_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
