/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.h - who is next: which of those who wait goes to an operator who is free, and which operator is best for one who waits. Pure, like
 * call.h; tel asks it, scenes ask it on a virtual clock. Rules of operations.md section 2.
 *
 * All queues an operator serves are one line to him: the order is a score in milliseconds of waiting, and one step of priority is worth a
 * minute of it, so that whoever waits long enough comes before any priority: nobody starves. Who is near the end of the queue's target
 * comes before all who are not. */
#ifndef CALLFLOW_QUEUE_H
#define CALLFLOW_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	QUEUE_PRIORITY_MS = 60000,
	QUEUE_NEAR_MS = 5000,
	QUEUE_LEVEL_MAX = 9,
	QUEUE_OBSERVED = 20,
	QUEUE_AVOID_MS = 30000,
	QUEUE_RINGS = 5
};

/* Which of the operators who are free. */
enum queue_choice {
	QUEUE_LONGEST_IDLE,
	QUEUE_TOP_LEVEL,   /* the most skilled; of equal ones the longest idle */
	QUEUE_LEAST_BUSY,  /* the least share of his day in calls and after them; of equal ones the longest idle */
	QUEUE_ROUND_ROBIN, /* who comes after the one taken last, in the order of their ids */
	QUEUE_RANDOM,
	QUEUE_RING_ALL, /* it rings at QUEUE_RINGS of them at once, the longest idle; whoever takes it first has it */
	QUEUE_CHOICES
};
extern const char *const queue_choice_names[QUEUE_CHOICES + 1]; /* NULL-ended */

/* What the queue's owner set. */
struct queue_rules {
	int64_t priority;    /* 0..9, 9 first */
	int64_t target_ms;   /* answered within this is in time; 0: no target */
	int64_t level;       /* 1..9: the skill an operator needs at first */
	int64_t relax_ms;    /* after each of these one level less is enough; 0: never */
	int64_t max_wait_ms; /* longer nobody waits */
	int64_t offer_ms;    /* who is expected to wait longer is offered to be called back; 0: nobody is */
	int64_t offer_place; /* so is who stands behind this place; 0: whatever the place */
	int64_t accept_ms; /* so long it rings at an operator's seat before it is another's; 0: who is chosen speaks at once */
	enum queue_choice choice;
};
struct queue_waiter {
	const struct queue_rules *rules;
	int64_t since;                /* when it took its place, on the caller's clock */
	int64_t operator_id;          /* whom it spoke with before: preferred; 0: nobody */
	int64_t last_id;              /* whom this queue's last call went to, for its turn; 0: nobody yet */
	uint64_t lot;                 /* drawn anew for each call */
	bool unanswered;              /* it rang at an operator who did not take it: before all others from now on */
	int64_t avoids, avoids_until; /* who gave it to the queue does not get it back at once; 0: nobody did */
};
struct queue_operator {
	int64_t id, level; /* level 0: he does not serve this queue */
	int64_t idle_since;
	int64_t busy_ms, work_ms; /* in calls and after them, of his time at work today without pauses */
};

/* The level an operator needs for one who has waited so long; at least 1. */
int64_t queue_level(const struct queue_rules *r, int64_t waited_ms);
bool queue_serves(const struct queue_waiter *w, const struct queue_operator *o, int64_t now);
/* At how many seats it may ring at once; 0: it does not ring. */
size_t queue_rings(const struct queue_rules *r);
/* Of two who wait and both of whom this operator may serve: does a go before b? */
bool queue_before(const struct queue_waiter *a, const struct queue_waiter *b, int64_t operator_id, int64_t now);
/* Of two operators who are free and may serve w: is a taken before b? */
bool queue_prefers(const struct queue_waiter *w, const struct queue_operator *a, const struct queue_operator *b);

/* What a queue has seen lately; zeroed is ready. */
struct queue_seen {
	int64_t waits[QUEUE_OBSERVED]; /* of the last ones connected */
	size_t n, at;
	int64_t talk_ms; /* smoothed length of a talk with its wrap-up; 0: none yet */
};
void queue_connected(struct queue_seen *s, int64_t waited_ms);
void queue_finished(struct queue_seen *s, int64_t talk_ms);
/* How long the one in this place (from 1) will wait, with so many operators at work for the queue: place * talk / operators, drawn towards
 * what the last twenty really waited. -1: nobody can say (no operators, or nothing seen yet). */
int64_t queue_expected_ms(const struct queue_seen *s, int64_t place, int64_t operators);
/* Is he offered to be called back and keep his place? expected_ms below 0: nobody can say. */
bool queue_offers(const struct queue_rules *r, int64_t place, int64_t expected_ms, int64_t waited_ms);

#endif
