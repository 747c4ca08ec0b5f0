/* SPDX-License-Identifier: GPL-3.0-or-later */
/* offer.c - to who waits long it is offered to be called back: words over the music, a key, thanks, and the call ends. What becomes of his
 * place then is app's to keep and tickets.c's to serve. */
#include "engine/tel/prompt.h"
#include "exchange/inbound_priv.h"
#include "exchange/link.h"

/* For seat_count. */
static bool serves(const struct seat *s, void *arg)
{
	return inbound_serves(s, arg);
}

/* Said once: who did not take it was told how. Nobody can call back who hides his number. */
void offer_watch(struct inbound *in, int64_t now)
{
	struct line *l = in->line;
	struct queue *q = in->queue;
	int64_t place, operators;

	if (in->offered || in->hears_place || !q->rules.offer_ms || !q->offer || !*l->number || l->call.state != CALL_QUEUED)
		return;
	place = inbound_place(in);
	operators = seat_count(q->project, serves, q);
	if (!queue_offers(&q->rules, place, queue_expected_ms(&q->seen, place, operators), now - in->since))
		return;
	in->offered = in->offering = true;
	line_say(l, str_of(q->offer));
}

bool offer_tick(struct line *l)
{
	struct inbound *in = l->in;
	bool over = !l->prompt || tel_prompt_over(l->prompt);

	if (in->leaves_ticket && over && (l->call.state == CALL_IVR || l->call.state == CALL_RATING))
		line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM});
	if (in->offering && l->call.state != CALL_QUEUED)
		in->offering = false;
	if (in->offering && over) {
		in->offering = false;
		line_music(l);
	}
	return in->leaves_ticket;
}

bool offer_digit(struct line *l, char digit)
{
	struct inbound *in = l->in;

	if (!in->offered || in->leaves_ticket || digit != FLOW_YES || l->call.state != CALL_QUEUED)
		return false;
	offer_take(l, in->queue);
	return true;
}

void offer_take(struct line *l, struct queue *asked)
{
	struct inbound *in = l->in;
	struct queue *q = asked ? asked : in->queue; /* NULL: the one it named is gone, and one we dialled has no other */
	struct message m = {
	        .kind = EV_TICKET, .call = str_of(l->uuid), .since = house_utc(in->since ? in->since : house_now())};

	in->leaves_ticket = true;
	in->offering = false;
	inbound_leave(in);
	if (q) {
		m.queue = q->id;
		link_tell(&m);
	}
	if (l->call.state == CALL_QUEUED)
		line_event(l, CALL_EV_FLOW);
	if (q && q->thanks)
		line_say(l, str_of(q->thanks));
	else
		line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM});
}
