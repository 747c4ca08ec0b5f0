/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timers.c - libre's timers (re_tmr.h) done anew, in a pairing heap (Fredman and others, Algorithmica 1, 1986): libre keeps them in one sorted
 * list, so that a timer of half a second walks past those of every SIP transaction of the last 32 seconds. These functions stand in the place of
 * its own, also for the library itself: they are visible, and the linker finds the program's first. They also go by a clock that nobody sets
 * back, where libre's went by the time of day. Each thread has timers of its own. */
#include "base/clock.h"
#include "engine/tel/re.h"

#include <assert.h>
#include <stddef.h>

#define IN_THE_PLACE_OF_LIBRE __attribute__((visibility("default")))

/* A struct tmr as we see it: its list element is ours while it runs. */
struct node {
	struct node *back, *next, *child; /* back: the one before among its parent's children, or the parent */
	uintptr_t order;                  /* of starting: first come, first served */
	tmr_h *h;
	void *arg;
	uint64_t due_ms;
};
static_assert(sizeof(struct node) == sizeof(struct tmr), "a timer has room for a node");
static_assert(
        offsetof(struct node, h) == offsetof(struct tmr, th) && offsetof(struct node, due_ms) == offsetof(struct tmr, jfs),
        "and the rest of it stands where libre reads it");

static _Thread_local struct {
	struct node *first;
	uintptr_t order;
} timers;

static bool before(const struct node *a, const struct node *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

/* Two heaps to one. */
static struct node *meld(struct node *a, struct node *b)
{
	struct node *under = a;

	if (!a || !b)
		return a ? a : b;
	if (before(b, a))
		a = b;
	else
		under = b;
	under->back = a;
	under->next = a->child;
	if (a->child)
		a->child->back = under;
	a->child = under;
	return a;
}

/* Neighbours in pairs from the front, the pairs from the back: this is what makes it fast. */
static struct node *meld_all(struct node *n)
{
	struct node *pairs = NULL, *all = NULL, *a, *b;

	while ((a = n)) {
		b = a->next;
		n = b ? b->next : NULL;
		a->next = NULL;
		if (b)
			b->next = NULL;
		a = meld(a, b);
		a->next = pairs;
		pairs = a;
	}
	while ((a = pairs)) {
		pairs = a->next;
		a->next = NULL;
		all = meld(all, a);
	}
	return all;
}

static void take_out(struct node *n)
{
	struct node *under = meld_all(n->child);

	if (n == timers.first) {
		timers.first = under;
	} else {
		if (n->back->child == n)
			n->back->child = n->next;
		else
			n->back->next = n->next;
		if (n->next)
			n->next->back = n->back;
		timers.first = meld(timers.first, under);
	}
	if (timers.first)
		timers.first->back = NULL;
	n->back = n->next = n->child = NULL;
}

IN_THE_PLACE_OF_LIBRE uint64_t tmr_jiffies(void)
{
	return (uint64_t)clock_mono_ms();
}

IN_THE_PLACE_OF_LIBRE void tmr_init(struct tmr *tmr)
{
	*tmr = (struct tmr){0};
}

IN_THE_PLACE_OF_LIBRE void tmr_start(struct tmr *tmr, uint64_t delay, tmr_h *th, void *arg)
{
	struct node *n = (struct node *)tmr;

	if (n->h)
		take_out(n);
	*n = (struct node){.h = th, .arg = arg, .due_ms = tmr_jiffies() + delay, .order = timers.order++};
	if (th)
		timers.first = meld(timers.first, n);
}

IN_THE_PLACE_OF_LIBRE void tmr_cancel(struct tmr *tmr)
{
	tmr_start(tmr, 0, NULL, NULL);
}

IN_THE_PLACE_OF_LIBRE uint64_t tmr_get_expire(const struct tmr *tmr)
{
	uint64_t now = tmr_jiffies();

	return tmr->th && tmr->jfs > now ? tmr->jfs - now : 0;
}

/* For re_main: the milliseconds it may wait, 0 when there is no timer. */
IN_THE_PLACE_OF_LIBRE uint64_t tmr_next_timeout(struct list *list)
{
	uint64_t now = tmr_jiffies();

	(void)list;
	if (!timers.first)
		return 0;
	return timers.first->due_ms > now ? timers.first->due_ms - now : 1;
}

IN_THE_PLACE_OF_LIBRE void tmr_poll(struct list *list)
{
	uint64_t now = tmr_jiffies();
	struct node *n;
	tmr_h *h;

	(void)list;
	while ((n = timers.first) && n->due_ms <= now) {
		h = n->h;
		take_out(n);
		n->h = NULL;
		h(n->arg);
	}
}
