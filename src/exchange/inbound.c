/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inbound.c - calls to us: which number they called, the queue they wait in, and the operator who takes them. What it needs was told by app
 * beforehand (CMD_INBOUND), so that calls go on while app is away. */
#include "base/log.h"
#include "base/rand.h"
#include "engine/tel/sip.h"
#include "exchange/inbound_priv.h"
#include "exchange/link.h"

/* FLOW_FIRST_MS: so much later than the flow's own limit the call's comes. LATER_S: an app that restarts has told us our numbers by then. */
enum { SHORT_DIGITS = 10, FLOW_FIRST_MS = 5000, LATER_S = 5 };

struct number {
	char number[48], alias[64];
	int64_t trunk, project, queue, flow, after;
	bool records;
	char host[128]; /* of the node that takes it; "": here */
};
struct member {
	int64_t queue, operator_id, level;
};
static struct {
	bool told; /* app has said what there is */
	struct number *numbers;
	struct member *members;
	size_t n_numbers, n_members;
	struct list queues, waiting;
} desk;

/* What app tells ------------------------------------------------------------------------------------------------------- */

static void queue_destructor(void *arg)
{
	struct queue *q = arg;

	list_unlink(&q->le);
	mem_deref(q->offer);
	mem_deref(q->thanks);
}

/* Words kept with the queue; NULL for none. */
static void keep_words(char **to, str words)
{
	*to = mem_deref(*to);
	if (words.n)
		re_sdprintf(to, "%b", words.p, words.n);
}

struct queue *queue_find(int64_t id)
{
	for (struct le *le = desk.queues.head; le; le = le->next)
		if (((struct queue *)le->data)->id == id)
			return le->data;
	return NULL;
}

static void take_queue(const struct message *row)
{
	struct queue *q = queue_find(row->queue);

	if (!q) {
		q = mem_zalloc(sizeof(*q), queue_destructor);
		if (!q)
			return;
		q->id = row->queue;
		list_append(&desk.queues, &q->le, q);
	}
	q->told = true;
	q->has_members = false;
	q->announce_ms = row->announce_ms;
	q->language = str_eq(row->voice, STR("en")) ? LANGUAGE_EN : LANGUAGE_RU;
	q->project = row->project;
	q->rules = (struct queue_rules){.priority = row->priority,
	        .target_ms = row->target_ms,
	        .level = row->level > 0 ? row->level : 1,
	        .relax_ms = row->relax_ms,
	        .max_wait_ms = row->wait_ms,
	        .offer_ms = row->offer_ms,
	        .offer_place = row->offer_place,
	        .accept_ms = row->accept_ms,
	        .choice = (enum queue_choice)row->choice};
	keep_words(&q->offer, row->words);
	keep_words(&q->thanks, row->text);
}

static void take_number(struct number *n, const struct message *row)
{
	snprintf(n->number, sizeof(n->number), "%.*s", STR_ARG(row->number));
	snprintf(n->alias, sizeof(n->alias), "%.*s", STR_ARG(row->alias));
	n->trunk = row->trunk;
	n->project = row->project;
	n->queue = row->queue;
	n->flow = row->flow;
	n->after = row->after;
	n->records = row->records;
	snprintf(n->host, sizeof(n->host), "%.*s", STR_ARG(row->host));
}

static void take_member(struct member *to, const struct message *row)
{
	struct queue *q = queue_find(row->queue);

	*to = (struct member){row->queue, row->operator_id, row->level};
	if (q)
		q->has_members = true;
}

static void forget_untold(void)
{
	for (struct le *le = desk.queues.head; le;) {
		struct queue *q = le->data;
		le = le->next;
		if (q->told)
			continue;
		list_unlink(&q->le);
		mem_deref(q);
	}
}

void inbound_replace(const struct message *m)
{
	desk.numbers = mem_deref(desk.numbers);
	desk.members = mem_deref(desk.members);
	desk.numbers = mem_zalloc((m->numbers.n + 1) * sizeof(*desk.numbers), NULL);
	desk.members = mem_zalloc((m->members.n + 1) * sizeof(*desk.members), NULL);
	desk.told = desk.numbers && desk.members;
	desk.n_numbers = desk.told ? m->numbers.n : 0;
	desk.n_members = desk.told ? m->members.n : 0;
	for (struct le *le = desk.queues.head; le; le = le->next)
		((struct queue *)le->data)->told = false;
	for (size_t i = 0; i < m->queues.n; i++)
		take_queue(m->queues.rows + i);
	for (size_t i = 0; i < desk.n_numbers; i++)
		take_number(desk.numbers + i, m->numbers.rows + i);
	for (size_t i = 0; i < desk.n_members; i++)
		take_member(desk.members + i, m->members.rows + i);
	forget_untold();
	ivr_replace(m);
	seat_offer_all();
}

void inbound_caller(const struct message *m)
{
	struct line *l = line_find(m->call);

	if (l && l->in)
		l->in->operator_id = m->operator_id;
}

/* The number called ---------------------------------------------------------------------------------------------------- */

static const char *digits(const char *z)
{
	return *z == '+' ? z + 1 : z;
}

/* A carrier of +7 may write 8 and ten digits, or the ten alone. */
static bool same_number(const char *ours, const char *said)
{
	const char *a = digits(ours), *b = digits(said);
	size_t n = strlen(b);

	if (!*b)
		return false;
	if (!strcmp(a, b))
		return true;
	if (*a != '7' || strlen(a) != SHORT_DIGITS + 1)
		return false;
	return (n == SHORT_DIGITS && !strcmp(a + 1, b)) || (n == SHORT_DIGITS + 1 && *b == '8' && !strcmp(a + 1, b + 1));
}

static bool is_called(const struct number *n, const struct tel_arrival *a)
{
	return same_number(n->number, a->called) || (*n->alias && !strcmp(n->alias, a->name)) ||
	       same_number(n->number, a->to);
}

/* The row, and the trunk it came over. */
static const struct number *number_of(const struct tel_arrival *a, int64_t *ret_trunk)
{
	for (size_t i = 0; i < desk.n_numbers; i++)
		if (is_called(desk.numbers + i, a)) {
			*ret_trunk = trunk_of(a, desk.numbers[i].trunk);
			if (*ret_trunk)
				return desk.numbers + i;
		}
	return NULL;
}

static void inbound_destructor(void *arg)
{
	struct inbound *in = arg;

	list_unlink(&in->le);
	mem_deref(in->queue);
	mem_deref(in->flow);
	mem_deref(in->own);
	mem_deref(in->place);
}

struct inbound *inbound_of(struct line *l)
{
	if (!l->in)
		l->in = mem_zalloc(sizeof(*l->in), inbound_destructor);
	if (l->in)
		l->in->line = l;
	return l->in;
}

bool inbound_flow(struct line *l, const struct message *m)
{
	struct flow_table *t = flow_find(m->flow);
	struct inbound *in = t ? inbound_of(l) : NULL;

	if (!in)
		return false;
	in->flow = mem_ref(t);
	in->own = ivr_own_words(&m->nodes);
	l->call.flows = true;
	return true;
}

static void tell_arrival(const struct line *l, const struct number *n)
{
	struct message m = {.kind = EV_CALL_IN,
	        .call = str_of(l->uuid),
	        .project = l->project,
	        .trunk = l->trunk,
	        .number = str_of(n->number),
	        .from = *l->number ? str_of(l->number) : (str){0}};

	link_tell(&m);
}

/* The code it is refused with, or 0. A final «no such number» is for numbers we know not to be ours: a carrier believes it, and tries nowhere else. */
static int on_arrival(const struct tel_arrival *a)
{
	struct inbound *in;
	struct line *l;
	int64_t trunk = 0;
	const struct number *n = number_of(a, &trunk);
	struct queue *q = n ? queue_find(n->queue) : NULL;
	int err;

	if (fenced() || house_ending())
		return tel_arrival_later(a, LATER_S); /* who routes the calls asks another node */
	if (n && *n->host)
		return tel_arrival_elsewhere(a, n->host);
	if (!q) {
		bool unknown = desk.told && !n;
		log_warn("call", "a call to %s is refused: %s", *a->called ? a->called : a->name,
		        unknown ? "no such number of ours" : "app has not said yet which numbers there are");
		return unknown ? 404 : tel_arrival_later(a, LATER_S);
	}
	if (trunk_full(trunk))
		return 503;
	in = mem_zalloc(sizeof(*in), inbound_destructor);
	if (!in)
		return 503;
	in->queue = mem_ref(q);
	in->flow = mem_ref(flow_find(n->flow));
	err = line_arrive(&l, in, a, &(struct message){.trunk = trunk, .project = n->project, .ok = n->records});
	if (err) {
		log_warn("call", "a call to %s cannot be answered: %s", n->number, strerror(err));
		return err == ENOTSUP ? 488 : 503;
	}
	in->line = l;
	l->after = n->after;
	tell_arrival(l, n);
	return 0;
}

/* Waiting -------------------------------------------------------------------------------------------------------------- */

static int64_t level_of(const struct queue *q, int64_t operator_id)
{
	if (!q->has_members)
		return QUEUE_LEVEL_MAX;
	for (size_t i = 0; i < desk.n_members; i++)
		if (desk.members[i].queue == q->id && desk.members[i].operator_id == operator_id)
			return desk.members[i].level;
	return 0;
}

struct queue_operator inbound_operator(const struct queue *q, const struct seat *s)
{
	return (struct queue_operator){.id = s->operator_id,
	        .level = level_of(q, s->operator_id),
	        .idle_since = s->day.idle_since,
	        .busy_ms = s->busy_ms,
	        .work_ms = s->work_ms + house_now() - s->counted_at};
}

static struct queue_waiter waiter_of(const struct inbound *in)
{
	return (struct queue_waiter){.rules = &in->queue->rules,
	        .since = in->since,
	        .operator_id = in->operator_id,
	        .last_id = in->queue->last_id,
	        .lot = in->lot,
	        .unanswered = in->unanswered,
	        .avoids = in->avoids,
	        .avoids_until = in->avoids_until};
}

/* For seat_best: than NULL asks whether he may serve at all. */
static bool serves_better(const struct seat *s, const struct seat *than, void *arg)
{
	const struct inbound *in = arg;
	struct queue_waiter w = waiter_of(in);
	struct queue_operator o = inbound_operator(in->queue, s), other;

	if (!queue_serves(&w, &o, house_now()))
		return false;
	if (!than)
		return true;
	other = inbound_operator(in->queue, than);
	return queue_prefers(&w, &o, &other);
}

void inbound_leave(struct inbound *in)
{
	in->waits = false;
	announce_end(in);
	list_unlink(&in->le);
	ring_end(in);
}

struct seat *inbound_best(struct inbound *in)
{
	return seat_best(in->queue->project, serves_better, in);
}

bool inbound_give(struct line *l, struct seat *s)
{
	if (!seat_give(s, l))
		return false;
	l->in->queue->last_id = s->operator_id;
	inbound_leave(l->in);
	line_step(l, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = s->operator_id});
	return true;
}

void inbound_wait(struct line *l)
{
	struct inbound *in = l->in;
	struct seat *s;
	bool moves = in->waits; /* from one queue to another */

	if (!in->queue) {
		line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM});
		return;
	}
	if (moves)
		inbound_leave(in);
	if (!in->since)
		in->since = house_now();
	if (!in->waits)
		list_append(&desk.waiting, &in->le, in);
	if (!in->lot)
		rand_bytes(&in->lot, sizeof(in->lot));
	in->waits = true;
	l->call.wait_ms = in->queue->rules.max_wait_ms + (in->flow ? FLOW_FIRST_MS : 0);
	if (l->call.state == CALL_IVR || moves)
		line_event(l, CALL_EV_QUEUE);
	s = queue_rings(&in->queue->rules) ? NULL : inbound_best(in);
	if (s && inbound_give(l, s))
		return;
	line_music(l);
	announce_begin(in);
	if (l->call.state == CALL_ANSWERED)
		line_event(l, CALL_EV_QUEUE);
	ring_begin(in);
}

/* A new place, without the flow it came by and without what was said in the one before. */
static void place_anew(struct inbound *in, struct queue *q, int64_t avoids, int64_t now)
{
	if (in->queue && in->taken_at)
		queue_finished(&in->queue->seen, now - in->taken_at);
	mem_ref(q);
	mem_deref(in->queue);
	in->queue = q;
	in->flow = mem_deref(in->flow);
	in->since = in->taken_at = in->operator_id = in->place_at = 0;
	in->offered = in->offering = in->unanswered = false;
	in->avoids = avoids;
	in->avoids_until = now + QUEUE_AVOID_MS;
}

bool inbound_transfer(struct line *l, int64_t queue)
{
	struct queue *q = queue_find(queue);
	bool plain = l->call.state == CALL_CONNECTED || l->call.state == CALL_HELD;

	if (!q || q->project != l->project || !plain || !l->seat || l->call.operator_away || !inbound_of(l))
		return false;
	place_anew(l->in, q, l->seat->operator_id, house_now());
	l->call.wait_ms = q->rules.max_wait_ms;
	line_event(l, CALL_EV_QUEUE);
	inbound_wait(l);
	return true;
}

bool inbound_serves(const struct seat *s, const struct queue *q)
{
	return level_of(q, s->operator_id) > 0;
}

int64_t inbound_place(const struct inbound *in)
{
	struct queue_waiter me = waiter_of(in);
	int64_t now = house_now(), place = 1 + ticket_before(in->queue, &me, now);

	for (struct le *le = desk.waiting.head; le; le = le->next) {
		const struct inbound *other = le->data;
		struct queue_waiter w = waiter_of(other);
		place += other != in && other->queue == in->queue && queue_before(&w, &me, 0, now);
	}
	return place;
}

void inbound_find(struct line *l)
{
	if (l->call.state != CALL_ANSWERED || !ivr_begin(l))
		inbound_wait(l);
}

static struct inbound *best_for(const struct seat *s)
{
	struct inbound *best = NULL;
	int64_t now = house_now();

	for (struct le *le = desk.waiting.head; le; le = le->next) {
		struct inbound *in = le->data;
		struct queue_waiter w = waiter_of(in), b = best ? waiter_of(best) : w;
		struct queue_operator o = inbound_operator(in->queue, s);
		if (in->queue->project == s->project && ring_has_room(in) && call_waits(&in->line->call) &&
		        queue_serves(&w, &o, now) && (!best || queue_before(&w, &b, s->operator_id, now)))
			best = in;
	}
	return best;
}

void inbound_offer(struct seat *s)
{
	struct inbound *best = best_for(s);
	struct queue_waiter w = best ? waiter_of(best) : (struct queue_waiter){0};

	if (ticket_turn(s, best ? &w : NULL) || !best)
		return;
	if (queue_rings(&best->queue->rules))
		ring_at(best, s);
	else
		inbound_give(best->line, s);
}

void inbound_watch(int64_t now)
{
	struct le *le = desk.waiting.head;

	while (le) {
		struct inbound *in = le->data;
		le = le->next;
		offer_watch(in, now);
	}
}

void inbound_told(struct line *l)
{
	struct inbound *in = l->in;
	const struct call *c = &l->call;

	if (!in->queue)
		return;
	if (c->state == CALL_CONNECTED && in->since && !in->taken_at) {
		queue_connected(&in->queue->seen, c->entered_at - in->since);
		in->taken_at = c->entered_at;
	}
	if (c->state != CALL_ENDED)
		return;
	inbound_leave(in);
	if (in->taken_at)
		queue_finished(&in->queue->seen, c->ended_at - in->taken_at);
}

int64_t inbound_queue(const struct line *l)
{
	return l->in->queue ? l->in->queue->id : 0;
}

int64_t inbound_queued(int64_t project)
{
	int64_t n = 0;

	for (struct le *le = desk.waiting.head; le; le = le->next)
		n += ((struct inbound *)le->data)->queue->project == project;
	return n;
}

void inbound_init(void)
{
	tel_sip_arrivals(on_arrival);
}

void inbound_done(void)
{
	tel_sip_arrivals(NULL);
	desk.numbers = mem_deref(desk.numbers);
	desk.members = mem_deref(desk.members);
	list_flush(&desk.queues);
	ivr_done();
	desk.told = false;
}
