/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_test.c - the ways through a graph, and a thousand random graphs walked by random callers. */
#include "base/rand.h"
#include "callflow/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define NO_KEYS \
	{ \
		-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 \
	}
static bool by_arg(int64_t hours, void *arg)
{
	(void)hours;
	return *(bool *)arg;
}

/* Two questions, a wish for no more calls, and a number outside. */
enum { FIRST, SECOND, BRANCH, DONE, REFUSED, QUIET };
#define KEY(n) (1U << (n))
static const struct flow_node asked[] = {
        [FIRST] = {.kind = FLOW_SURVEY,
                .words = {"1?", 2},
                .next = SECOND,
                .other = QUIET,
                .keys = {-1, -1, -1, -1, -1, -1, -1, -1, -1, REFUSED, -1, -1},
                .answers = KEY(1) | KEY(2) | KEY(9),
                .wait_ms = 5000,
                .tries = 2,
                .question = 11},
        [SECOND] = {.kind = FLOW_SURVEY,
                .words = {"2?", 2},
                .next = DONE,
                .other = DONE,
                .keys = {-1, BRANCH, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
                .answers = KEY(1) | KEY(2),
                .wait_ms = 5000,
                .tries = 1,
                .question = 12},
        [BRANCH] = {.kind = FLOW_OUTSIDE,
                .words = {"o", 1},
                .number = {"+7", 2},
                .next = -1,
                .other = DONE,
                .keys = NO_KEYS,
                .wait_ms = 30000},
        [DONE] = {.kind = FLOW_END, .words = {"d", 1}, .next = -1, .other = -1, .keys = NO_KEYS, .result = 5},
        [REFUSED] = {.kind = FLOW_OPT_OUT, .words = {"r", 1}, .next = -1, .other = -1, .keys = NO_KEYS},
        [QUIET] = {.kind = FLOW_END, .next = -1, .other = -1, .keys = NO_KEYS},
};
static const struct flow survey = {asked, COUNT(asked), by_arg, NULL};

static void answers_are_told_once_with_their_question(void **state)
{
	struct flow_run r = {0};

	(void)state;
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_START, 0, 0), FLOW_DO_SAY);
	assert_true(r.entered && r.at == FIRST && !r.answer);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_KEY, '5', 100), FLOW_DO_SAY); /* no answer: asked again */
	assert_true(!r.entered && !r.answer && r.at == FIRST);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_SAID, 0, 2000), FLOW_DO_ASK);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_KEY, '2', 3000), FLOW_DO_SAY);
	assert_true(r.entered && r.at == SECOND && r.answer == '2' && r.answered_node == FIRST);
	assert_int_equal(
	        flow_step(&r, &survey, FLOW_EV_KEY, '1', 3100), FLOW_DO_SAY); /* who knows the answer need not listen */
	assert_true(r.answer == '1' && r.answered_node == SECOND && r.at == BRANCH);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_SAID, 0, 4000), FLOW_DO_CALL);
	assert_true(!r.answer && !r.entered);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_KEY, '1', 5000), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_FAILED, 0, 6000), FLOW_DO_SAY);
	assert_true(r.entered && r.at == DONE);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_FAILED, 0, 6100), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_SAID, 0, 7000), FLOW_DO_END);
}

static void no_answer_a_refusal_and_a_number_that_rings_on(void **state)
{
	struct flow_run r = {0};

	(void)state;
	flow_step(&r, &survey, FLOW_EV_START, 0, 0);
	flow_step(&r, &survey, FLOW_EV_SAID, 0, 1000);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_DEADLINE, 0, 6000), FLOW_DO_SAY);
	assert_true(r.at == FIRST && !r.entered);
	flow_step(&r, &survey, FLOW_EV_SAID, 0, 7000);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_DEADLINE, 0, 12000), FLOW_DO_SAY);
	assert_true(r.at == QUIET && r.entered && !r.answer);
	r = (struct flow_run){0};
	flow_step(&r, &survey, FLOW_EV_START, 0, 0);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_KEY, '9', 100), FLOW_DO_SAY);
	assert_true(r.at == REFUSED && r.entered && r.answer == '9');
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_SAID, 0, 3000), FLOW_DO_END);
	r = (struct flow_run){.state = FLOW_SAYING, .at = BRANCH, .entered_at = 0, .deadline_at = FLOW_WORDS_MS};
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_SAID, 0, 1000), FLOW_DO_CALL);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_DEADLINE, 0, 30999), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&r, &survey, FLOW_EV_DEADLINE, 0, 31000), FLOW_DO_SAY);
	assert_true(r.at == DONE && r.spent_ms == 1000); /* the call outside is not of the flow's own time */
}

enum { HOURS, MENU, SALES, MAIL, BYE };
static const struct flow_node nodes[] = {
        [HOURS] = {.kind = FLOW_HOURS, .next = MENU, .other = MAIL, .keys = NO_KEYS},
        [MENU] = {.kind = FLOW_MENU,
                .words = {"1", 1},
                .next = -1,
                .other = SALES,
                .keys = {-1, SALES, MAIL, -1, -1, -1, -1, -1, -1, -1, -1, -1},
                .wait_ms = 5000,
                .tries = 2},
        [SALES] = {.kind = FLOW_QUEUE, .next = -1, .other = MAIL, .keys = NO_KEYS, .queue = 7, .wait_ms = 60000},
        [MAIL] = {.kind = FLOW_VOICEMAIL, .words = {"m", 1}, .next = BYE, .other = -1, .keys = NO_KEYS, .wait_ms = 120000},
        [BYE] = {.kind = FLOW_END, .words = {"b", 1}, .next = -1, .other = -1, .keys = NO_KEYS},
};
static bool is_open;
static const struct flow house = {nodes, COUNT(nodes), by_arg, &is_open};

/* An offer to be called back: taken, missed, and passed by where there is no number to call. */
static void callback(void **state)
{
	static const struct flow_node offers[] = {{.kind = FLOW_CALLBACK,
	                                                  .words = {"c", 1},
	                                                  .next = -1,
	                                                  .other = 1,
	                                                  .keys = NO_KEYS,
	                                                  .queue = 7,
	                                                  .wait_ms = 5000,
	                                                  .tries = 1},
	        {.kind = FLOW_END, .words = {"b", 1}, .next = -1, .other = -1, .keys = NO_KEYS}};
	const struct flow f = {offers, COUNT(offers), by_arg, &is_open};
	struct flow_run taken = {.callable = true}, missed = {.callable = true}, hidden = {0};

	(void)state;
	assert_int_equal(flow_step(&taken, &f, FLOW_EV_START, 0, 0), FLOW_DO_SAY);
	assert_int_equal(flow_step(&taken, &f, FLOW_EV_KEY, '2', 10), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&taken, &f, FLOW_EV_KEY, '1', 20), FLOW_DO_TICKET);
	assert_int_equal(taken.state, FLOW_OVER);
	flow_step(&missed, &f, FLOW_EV_START, 0, 0);
	assert_int_equal(flow_step(&missed, &f, FLOW_EV_SAID, 0, 1000), FLOW_DO_ASK);
	assert_int_equal(flow_step(&missed, &f, FLOW_EV_DEADLINE, 0, 6000), FLOW_DO_SAY);
	assert_int_equal(missed.at, 1);
	assert_int_equal(flow_step(&hidden, &f, FLOW_EV_START, 0, 0), FLOW_DO_SAY);
	assert_int_equal(hidden.at, 1);
}

static void by_key(void **state)
{
	struct flow_run r = {0};

	(void)state;
	is_open = true;
	assert_int_equal(flow_step(&r, &house, FLOW_EV_START, 0, 0), FLOW_DO_SAY);
	assert_int_equal(r.at, MENU);
	assert_int_equal(
	        flow_step(&r, &house, FLOW_EV_KEY, '1', 100), FLOW_DO_QUEUE); /* who knows the way need not listen */
	assert_int_equal(r.at, SALES);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_KEY, '2', 200), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_DEADLINE, 0, 60099), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_DEADLINE, 0, 60100), FLOW_DO_SAY);
	assert_int_equal(r.at, MAIL);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_SAID, 0, 63000), FLOW_DO_RECORD);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_KEY, '5', 64000), FLOW_DO_NOTHING);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_KEY, '#', 65000), FLOW_DO_SAY);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_SAID, 0, 66000), FLOW_DO_END);
	assert_int_equal(r.state, FLOW_OVER);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_START, 0, 66000), FLOW_DO_NOTHING);
}

static void no_key_and_wrong_keys(void **state)
{
	struct flow_run r = {0};

	(void)state;
	is_open = true;
	flow_step(&r, &house, FLOW_EV_START, 0, 0);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_SAID, 0, 3000), FLOW_DO_ASK);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_KEY, '9', 4000), FLOW_DO_SAY); /* wrong: once more */
	assert_int_equal(flow_step(&r, &house, FLOW_EV_SAID, 0, 7000), FLOW_DO_ASK);
	assert_int_equal(flow_step(&r, &house, FLOW_EV_DEADLINE, 0, 12000), FLOW_DO_QUEUE); /* two tries are two */
	is_open = false;
	r = (struct flow_run){0};
	flow_step(&r, &house, FLOW_EV_START, 0, 0);
	assert_int_equal(r.at, MAIL);
}

static void circles_end(void **state)
{
	static const struct flow_node
	        turning[] = {{.kind = FLOW_HOURS, .next = 0, .other = 0, .keys = NO_KEYS}},
	        talking[] = {{.kind = FLOW_SAY, .words = {"x", 1}, .next = 0, .other = -1, .keys = NO_KEYS}};
	const struct flow f = {turning, 1, by_arg, &is_open}, g = {talking, 1, by_arg, &is_open};
	struct flow_run r = {0}, s = {0};
	enum flow_action act;
	int64_t now = 0;

	(void)state;
	assert_int_equal(flow_step(&r, &f, FLOW_EV_START, 0, 0), FLOW_DO_ESCAPE);
	act = flow_step(&s, &g, FLOW_EV_START, 0, 0);
	for (int i = 0; act == FLOW_DO_SAY && i < 1000; i++)
		act = flow_step(&s, &g, FLOW_EV_SAID, 0, now += 30000);
	assert_int_equal(act, FLOW_DO_ESCAPE);
	assert_true(now <= FLOW_TIME_MS + 60000); /* by time, before the steps are used up */
}

static void faults(void **state)
{
	struct flow_node n = nodes[MENU];
	size_t at;

	(void)state;
	assert_null(flow_fault(nodes, COUNT(nodes), &at));
	assert_non_null(flow_fault(nodes, 0, &at));
	assert_non_null(flow_fault(nodes, 3, &at)); /* its targets are cut off */
	n.words = (str){0};
	assert_non_null(flow_fault(&n, 1, &at));
	assert_null(flow_fault(asked, COUNT(asked), &at));
	n = asked[QUIET];
	n.kind = FLOW_OUTSIDE;
	assert_non_null(flow_fault(&n, 1, &at)); /* to which number? */
	n.kind = FLOW_SURVEY;
	n.words = (str){"?", 1};
	assert_non_null(flow_fault(&n, 1, &at)); /* no key answers */
	assert_true(flow_leads_on(asked, COUNT(asked)) && !flow_leads_on(asked, BRANCH));
}

/* Whatever is drawn and pressed, a call leaves within the guard's time and the queues' own. */
static void random_graphs(void **state)
{
	enum { N = 8 };
	int64_t seen[FLOW_KINDS + 8] = {0};

	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		struct dice dice = {seed};
		struct flow_node drawn[N];
		struct flow f = {drawn, N, by_arg, &is_open};
		struct flow_run r = {0};
		int64_t now = 0, queued = 0;
		enum flow_action act;
		for (int i = 0; i < N; i++) {
			drawn[i] = (struct flow_node){.kind = (enum flow_kind)dice_int(&dice, 0, FLOW_KINDS - 1),
			        .next = (int)dice_int(&dice, -1, N),
			        .other = (int)dice_int(&dice, -1, N),
			        .wait_ms = dice_int(&dice, 1000, 60000),
			        .tries = dice_int(&dice, 1, 3),
			        .answers = (unsigned)dice_int(&dice, 0, (1 << FLOW_KEYS) - 1)};
			for (int k = 0; k < FLOW_KEYS; k++)
				drawn[i].keys[k] = (int)dice_int(&dice, -1, N - 1);
		}
		act = flow_step(&r, &f, FLOW_EV_START, 0, now);
		while (r.state != FLOW_OVER) {
			int64_t was = now;
			assert_true(r.deadline_at > now); /* no state without an end */
			seen[act]++;
			is_open = dice_int(&dice, 0, 1);
			now = dice_int(&dice, 0, 1) ? r.deadline_at : now + dice_int(&dice, 1, r.deadline_at - now);
			queued += r.state == FLOW_QUEUED || r.state == FLOW_CALLING ? now - was : 0;
			act = flow_step(&r, &f,
			        now == r.deadline_at     ? FLOW_EV_DEADLINE
			        : r.state == FLOW_SAYING ? FLOW_EV_SAID
			                                 : FLOW_EV_KEY,
			        FLOW_KEY_SIGNS[dice_int(&dice, 0, FLOW_KEYS - 1)], now);
			assert_true(now - queued < 2 * FLOW_TIME_MS);
		}
		seen[act]++;
	}
	for (enum flow_action a = FLOW_DO_SAY; a <= FLOW_DO_ESCAPE; a++)
		assert_true(seen[a] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(by_key),
	        cmocka_unit_test(callback),
	        cmocka_unit_test(no_key_and_wrong_keys),
	        cmocka_unit_test(answers_are_told_once_with_their_question),
	        cmocka_unit_test(no_answer_a_refusal_and_a_number_that_rings_on),
	        cmocka_unit_test(circles_end),
	        cmocka_unit_test(faults),
	        cmocka_unit_test(random_graphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
