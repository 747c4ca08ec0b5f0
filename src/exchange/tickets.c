/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tickets.c - who asked to be called back waits on as a ticket, in the same order as those on the line. When a ticket is next for an operator, he
 * is held for it, and app, which alone may dial (the gate), is told; should it not answer in time, he goes on and the ticket rests. */
#include "base/log.h"
#include "exchange/inbound_priv.h"
#include "exchange/link.h"

enum { REST_MS = 30000 };

struct ticket {
	struct le le;
	int64_t id, queue, operator_id;
	int64_t since, not_before;   /* as app says */
	int64_t rests_until;         /* its turn came to nothing */
	int64_t held_by, held_until; /* an operator; 0: nobody */
	bool told;
};
static struct list tickets;

static void ticket_destructor(void *arg)
{
	list_unlink(&((struct ticket *)arg)->le);
}

static struct ticket *find(int64_t id)
{
	for (struct le *le = tickets.head; le; le = le->next)
		if (((struct ticket *)le->data)->id == id)
			return le->data;
	return NULL;
}

static struct ticket *held_for(int64_t operator_id)
{
	for (struct le *le = tickets.head; le; le = le->next)
		if (((struct ticket *)le->data)->held_by == operator_id)
			return le->data;
	return NULL;
}

static void take(const struct message *row)
{
	struct ticket *t = find(row->ticket);

	if (!t) {
		t = mem_zalloc(sizeof(*t), ticket_destructor);
		if (!t)
			return;
		t->id = row->ticket;
		list_append(&tickets, &t->le, t);
	}
	t->told = true;
	t->queue = row->queue;
	t->operator_id = row->operator_id;
	t->since = house_mono(row->since);
	t->not_before = house_mono(row->until);
	if (t->not_before > house_now()) /* it was dialled, or refused: whoever is held for it is free */
		t->held_by = 0;
}

static void forget_untold(void)
{
	for (struct le *le = tickets.head; le;) {
		struct ticket *t = le->data;
		le = le->next;
		if (!t->told)
			mem_deref(t);
	}
}

void ticket_replace(const struct message *m)
{
	for (struct le *le = tickets.head; le; le = le->next)
		((struct ticket *)le->data)->told = false;
	for (size_t i = 0; i < m->tickets.n; i++)
		take(m->tickets.rows + i);
	forget_untold();
	seat_offer_all();
}

bool ticket_holds(const struct seat *s)
{
	return held_for(s->operator_id) != NULL;
}

bool ticket_lets(struct seat *s, int64_t ticket)
{
	struct ticket *t = held_for(s->operator_id);

	if (!t)
		return !ticket || !find(ticket); /* the hold has run out: somebody else may have him now */
	if (t->id != ticket)
		return false;
	mem_deref(t); /* app tells it again should he not be reached */
	return true;
}

static struct queue_waiter waiter_of(const struct ticket *t, const struct queue *q)
{
	return (struct queue_waiter){&q->rules, t->since, t->operator_id};
}

int64_t ticket_before(const struct queue *q, const struct queue_waiter *w, int64_t now)
{
	int64_t n = 0;

	for (struct le *le = tickets.head; le; le = le->next) {
		const struct ticket *t = le->data;
		struct queue_waiter mine = waiter_of(t, q);
		n += t->queue == q->id && t->not_before <= now && queue_before(&mine, w, 0, now);
	}
	return n;
}

static struct ticket *best_for(const struct seat *s, int64_t now)
{
	struct queue_waiter of_best = {0};
	struct ticket *best = NULL;

	for (struct le *le = tickets.head; le; le = le->next) {
		struct ticket *t = le->data;
		struct queue *q = queue_find(t->queue);
		struct queue_waiter w = q ? waiter_of(t, q) : of_best;
		struct queue_operator o;
		if (!q || q->project != s->project || t->held_by || t->not_before > now || t->rests_until > now)
			continue;
		o = inbound_operator(q, s);
		if (!queue_serves(&w, &o, now) || (best && !queue_before(&w, &of_best, s->operator_id, now)))
			continue;
		best = t;
		of_best = w;
	}
	return best;
}

bool ticket_turn(struct seat *s, const struct queue_waiter *caller)
{
	int64_t now = house_now();
	struct ticket *t = link_up() && tickets.head ? best_for(s, now) : NULL;
	struct queue *q = t ? queue_find(t->queue) : NULL;
	struct queue_waiter w = q ? waiter_of(t, q) : (struct queue_waiter){0};
	struct message m = {.kind = EV_TURN, .operator_id = s->operator_id};

	if (!q || (caller && !queue_before(&w, caller, s->operator_id, now)))
		return false;
	t->held_by = s->operator_id;
	t->held_until = now + TICKET_HOLD_MS;
	m.ticket = t->id;
	link_tell(&m);
	return true;
}

/* A hold ends by itself: app is away, or he whom it held is. */
void ticket_watch(int64_t now)
{
	for (struct le *le = tickets.head; le; le = le->next) {
		struct ticket *t = le->data;
		struct seat *s = t->held_by ? seat_find(t->held_by) : NULL;
		if (!t->held_by || (now < t->held_until && s && s->day.state == OPERATOR_READY))
			continue;
		log_warn("queue", "ticket %lld was not dialled in its turn", (long long)t->id);
		t->held_by = 0;
		t->rests_until = now + (s && s->day.state == OPERATOR_READY ? REST_MS : 0);
	}
}

void ticket_done(void)
{
	list_flush(&tickets);
}
