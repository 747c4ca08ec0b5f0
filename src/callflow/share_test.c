/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share_test.c - who gets how much: cases, and a thousand worlds of nodes that are slow, come, go and are cut off. */
#include "callflow/share.h"

#include "base/rand.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct dice dice = {57};

static int64_t any(void)
{
	return dice_int(&dice, 0, INT32_MAX);
}

static void gives(int64_t limit, bool whole, struct share a, struct share b, int64_t to_a, int64_t to_b)
{
	struct share s[] = {a, b};

	share_out(limit, whole, s, 2);
	assert_int_equal(s[0].to, to_a);
	assert_int_equal(s[1].to, to_b);
}

static void cases(void **state)
{
	struct share one = {.live = true};

	(void)state;
	share_out(100, false, &one, 1);
	assert_int_equal(one.to, 100);                                                        /* alone: all of it */
	gives(80, false, (struct share){.live = true}, (struct share){.live = true}, 11, 11); /* the rest is free */
	gives(80, true, (struct share){.live = true}, (struct share){.live = true}, 40, 40);
	/* one came: the other gives back what it does not use */
	gives(80, false, (struct share){80, 30, 5, true, 0, 0}, (struct share){.live = true}, 46, 11);
	gives(80, false, (struct share){80, 80, 9, true, 0, 0}, (struct share){.wants = 9, .live = true}, 80, 0);
	/* one is lost: the other has the rest */
	gives(80, false, (struct share){30, 20, 0, false, 0, 0}, (struct share){20, 20, 40, true, 0, 0}, 30, 50);
	/* one channel goes to who wants it, and stays where it is when both do not */
	gives(1, false, (struct share){1, 0, 0, true, 0, 0}, (struct share){.wants = 1, .live = true}, 0, 1);
	gives(1, false, (struct share){0, 0, 0, true, 0, 0}, (struct share){1, 0, 0, true, 0, 0}, 0, 1);
	gives(1, true, (struct share){1, 0, 5, true, 0, 0}, (struct share){0, 0, 5, true, 0, 0}, 0, 1); /* in turn */
	/* nobody is short: nothing moves */
	gives(80, false, (struct share){20, 12, 0, true, 0, 0}, (struct share){15, 2, 0, true, 0, 0}, 20, 15);
	/* the trunk takes less than is used by now: nothing new, evenly */
	gives(10, false, (struct share){30, 20, 0, true, 0, 0}, (struct share){4, 3, 0, true, 0, 0}, 7, 3);
}

static void sums(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct share s[6] = {0};
		size_t n = 1 + (size_t)any() % COUNT(s);
		int64_t limit = 1 + any() % (i % 2 ? 8 : 300), sum = 0, held = 0, dead = 0, needed = 0;
		bool whole = any() % 2;
		for (size_t k = 0; k < n; k++) {
			s[k].live = any() % 8 > 0;
			s[k].granted = any() % (2 * limit / (int64_t)n + 1);
			s[k].used = any() % (s[k].granted + 1);
			s[k].wants = any() % 3 ? 0 : any() % 50;
			held += s[k].granted;
			dead += s[k].live ? 0 : s[k].granted;
			needed += s[k].live ? s[k].used + s[k].wants : s[k].granted;
		}
		share_out(limit, whole, s, n);
		for (size_t k = 0; k < n; k++) {
			sum += s[k].to;
			assert_true(s[k].to >= 0);
			if (!s[k].live)
				assert_int_equal(s[k].to, s[k].granted);
			else if (held <= limit) /* what is used is never taken away, and what all want they have */
				assert_true(s[k].to >= s[k].used && (needed > limit || s[k].to >= s[k].used + s[k].wants ||
				                                            s[k].to >= s[k].granted));
		}
		assert_true(sum <= limit || sum == dead);
		for (size_t k = 0; k < n; k++)
			assert_true(held - s[k].granted + share_grant(limit, s, n, k) <= (held > limit ? held : limit));
	}
}

/* A node as it is, and what the house believes of it. */
struct node {
	struct share is; /* the row all leaders share */
	int64_t may, open, told;
	int64_t command, command_at, answer_at, answer_open; /* -1: none on the way */
	int64_t lost_at;                                     /* cut off; its talks go on */
};

static int64_t all_open(const struct node *nodes, size_t n)
{
	int64_t open = 0;

	for (size_t i = 0; i < n; i++)
		open += nodes[i].open;
	return open;
}

static void node_lives(struct node *x, int64_t now)
{
	if (x->command >= 0 && now >= x->command_at) {
		x->may = x->command;
		x->command = -1;
		x->answer_at = now + any() % 20;
		x->answer_open = x->open;
	}
	if (x->open < x->may && !x->lost_at && any() % 3)
		x->open++;
	if (x->open && any() % 5 == 0)
		x->open--;
	if (x->lost_at && any() % 400 == 0) { /* it is back: what it had is hung up, and it hears anew what it may */
		x->open = x->may = x->lost_at = 0;
		x->told = 0;
		x->command = x->answer_at = -1;
	} else if (!x->lost_at && any() % 3000 == 0) {
		x->lost_at = now;
		x->command = x->answer_at = -1; /* the fence: nothing said before is obeyed after */
	}
}

static void leader_turns(struct node *nodes, size_t n, size_t i, int64_t limit, int64_t now)
{
	struct share s[4];
	struct node *x = nodes + i;
	int64_t to;

	if (x->answer_at >= 0 && now >= x->answer_at) { /* it answered what it was told last */
		x->is.granted = x->told > x->answer_open ? x->told : x->answer_open;
		x->answer_at = -1;
	}
	x->is.live = !x->lost_at;
	x->is.used = x->open;
	x->is.wants = any() % 4;
	if (!x->is.live)
		return;
	for (size_t k = 0; k < n; k++)
		s[k] = nodes[k].is;
	share_out(limit, false, s, n);
	to = share_grant(limit, s, n, i);
	if (to == x->told)
		return;
	if (to > x->is.granted)
		x->is.granted = to;
	x->told = to;
	x->command = to;
	x->command_at = now + any() % 20;
	x->answer_at = -1; /* an answer to what was told before says nothing now */
}

static void worlds(void **state)
{
	int64_t used = 0, could = 0;

	(void)state;
	for (int w = 0; w < 300; w++) {
		struct node nodes[4] = {0};
		size_t n = 2 + (size_t)any() % 3;
		int64_t limit = 1 + any() % 60;
		for (size_t i = 0; i < n; i++)
			nodes[i].command = nodes[i].answer_at = -1;
		for (int64_t now = 1; now < 1500; now++) {
			for (size_t i = 0; i < n; i++)
				node_lives(nodes + i, now);
			if (any() % 3 == 0)
				leader_turns(nodes, n, (size_t)any() % n, limit, now);
			assert_true(all_open(nodes, n) <= limit);
			used += now > 200 ? all_open(nodes, n) : 0;
			could += now > 200 ? limit : 0;
		}
	}
	assert_true(used * 100 > could * 75); /* held back for the lost, and still most of it is used */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(sums), cmocka_unit_test(worlds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
