/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ring.c - queues whose operators take their calls themselves: one rings at a seat, or at several, while it waits on in its queue; whoever takes it
 * first has it, the others are as free as before. Who does not is not there: he goes to a pause, and the call comes before all others. */
#include "exchange/inbound_priv.h"

bool ring_has_room(const struct inbound *in)
{
	size_t most = queue_rings(&in->queue->rules);

	return !most || in->n_rings < most;
}

void ring_at(struct inbound *in, struct seat *s)
{
	if (seat_ring(s, in->line, in->queue->rules.accept_ms))
		in->rings[in->n_rings++] = s;
}

void ring_begin(struct inbound *in)
{
	struct seat *s;

	while (queue_rings(&in->queue->rules) && in->waits && ring_has_room(in) && (s = inbound_best(in)))
		ring_at(in, s);
}

static void forget(struct inbound *in, const struct seat *s)
{
	for (size_t i = 0; i < in->n_rings; i++)
		if (in->rings[i] == s) {
			in->rings[i] = in->rings[--in->n_rings];
			return;
		}
}

void ring_end(struct inbound *in)
{
	while (in->n_rings)
		seat_unring(in->rings[--in->n_rings]);
}

void ring_gone(struct seat *s)
{
	struct inbound *in = s->offer ? s->offer->in : NULL;

	s->offer = NULL;
	seat_hear(s, TEL_QUIET);
	if (!in)
		return;
	forget(in, s);
	in->unanswered = true;
	ring_begin(in);
}

void ring_accept(const struct message *m)
{
	struct seat *s = seat_find(m->operator_id);
	struct line *l = s ? s->offer : NULL;

	if (!l) {
		house_refuse(m, "offer");
		return;
	}
	forget(l->in, s);
	s->offer = NULL;
	seat_hear(s, TEL_QUIET);
	if (!inbound_give(l, s))
		seat_unring(s);
}
