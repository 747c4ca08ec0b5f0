/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.c - scores, and the expected wait. */
#include "callflow/queue.h"

#include "base/rand.h"

const char *const queue_choice_names[] = {
        "longest_idle", "top_level", "least_busy", "round_robin", "random", "ring_all", NULL};

enum { TALK_SHARE = 8, SEEN_ENOUGH = 5 };

int64_t queue_level(const struct queue_rules *r, int64_t waited_ms)
{
	int64_t level = r->level - (r->relax_ms > 0 && waited_ms > 0 ? waited_ms / r->relax_ms : 0);

	return level > 1 ? level : 1;
}

bool queue_serves(const struct queue_waiter *w, const struct queue_operator *o, int64_t now)
{
	if (w->avoids == o->id && now < w->avoids_until)
		return false;
	return o->level > 0 && o->level >= queue_level(w->rules, now - w->since);
}

/* Near the end of its target, or past it. */
static bool is_late(const struct queue_waiter *w, int64_t now)
{
	return w->rules->target_ms > 0 && now - w->since > w->rules->target_ms - QUEUE_NEAR_MS;
}

/* An acquaintance of this operator is worth one step. */
static int64_t score(const struct queue_waiter *w, int64_t operator_id, int64_t now)
{
	int64_t steps = w->rules->priority + (w->operator_id && w->operator_id == operator_id);

	return steps * QUEUE_PRIORITY_MS + now - w->since;
}

size_t queue_rings(const struct queue_rules *r)
{
	if (!r->accept_ms)
		return 0;
	return r->choice == QUEUE_RING_ALL ? QUEUE_RINGS : 1;
}

bool queue_before(const struct queue_waiter *a, const struct queue_waiter *b, int64_t operator_id, int64_t now)
{
	int64_t of_a = score(a, operator_id, now), of_b = score(b, operator_id, now);

	if (a->unanswered != b->unanswered)
		return a->unanswered;
	if (is_late(a, now) != is_late(b, now))
		return is_late(a, now);
	return of_a != of_b ? of_a > of_b : a->since < b->since;
}

/* a.busy / a.work against b's, below 0: a is less busy. Who has just begun has done nothing yet. */
static int busier(const struct queue_operator *a, const struct queue_operator *b)
{
	double of_a = a->work_ms > 0 ? (double)a->busy_ms / (double)a->work_ms : 0;
	double of_b = b->work_ms > 0 ? (double)b->busy_ms / (double)b->work_ms : 0;

	return (of_a > of_b) - (of_a < of_b);
}

/* How far behind the one taken last he stands in the circle of ids. */
static uint64_t turn(const struct queue_waiter *w, const struct queue_operator *o)
{
	return (uint64_t)o->id - (uint64_t)w->last_id - 1;
}

static uint64_t lot(const struct queue_waiter *w, const struct queue_operator *o)
{
	struct dice d = {w->lot + (uint64_t)o->id};

	return dice_throw(&d);
}

bool queue_prefers(const struct queue_waiter *w, const struct queue_operator *a, const struct queue_operator *b)
{
	if (w->operator_id && (a->id == w->operator_id) != (b->id == w->operator_id))
		return a->id == w->operator_id;
	switch (w->rules->choice) {
	case QUEUE_TOP_LEVEL:
		if (a->level != b->level)
			return a->level > b->level;
		break;
	case QUEUE_LEAST_BUSY:
		if (busier(a, b))
			return busier(a, b) < 0;
		break;
	case QUEUE_ROUND_ROBIN: return turn(w, a) < turn(w, b);
	case QUEUE_RANDOM: return lot(w, a) < lot(w, b);
	case QUEUE_LONGEST_IDLE:
	case QUEUE_RING_ALL:
	case QUEUE_CHOICES: break;
	}
	return a->idle_since < b->idle_since;
}

void queue_connected(struct queue_seen *s, int64_t waited_ms)
{
	s->waits[s->at] = waited_ms;
	s->at = (s->at + 1) % QUEUE_OBSERVED;
	s->n += s->n < QUEUE_OBSERVED;
}

void queue_finished(struct queue_seen *s, int64_t talk_ms)
{
	s->talk_ms = s->talk_ms ? s->talk_ms + (talk_ms - s->talk_ms) / TALK_SHARE : talk_ms;
}

bool queue_offers(const struct queue_rules *r, int64_t place, int64_t expected_ms, int64_t waited_ms)
{
	if (r->offer_ms <= 0)
		return false;
	return expected_ms > r->offer_ms || waited_ms > r->offer_ms || (r->offer_place > 0 && place > r->offer_place);
}

int64_t queue_expected_ms(const struct queue_seen *s, int64_t place, int64_t operators)
{
	int64_t sum = 0, reckoned;

	if (operators < 1 || !s->talk_ms)
		return -1;
	reckoned = place * s->talk_ms / operators;
	if (s->n < SEEN_ENOUGH)
		return reckoned;
	for (size_t i = 0; i < s->n; i++)
		sum += s->waits[i];
	return (reckoned + sum / (int64_t)s->n) / 2;
}
