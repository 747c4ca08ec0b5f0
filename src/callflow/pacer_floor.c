/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_floor.c - a floor on a virtual clock: a heap of what will happen, and what is there now. */
#include "callflow/pacer_floor.h"

enum { CALLS = 4 * PACER_CALLS, HEAP = CALLS + PACER_OPERATORS };
enum happening { RING_ENDS, PATIENCE_ENDS, TALK_ENDS, WRAP_ENDS };
enum place { AWAY, IDLE, TALKING, WRAPPING };

struct coming {
	int64_t at, order, id;
	enum happening what;
};
struct person {
	enum place place;
	bool leaves;
	int64_t since, wrap_ms;
};
struct ringing {
	int64_t id;
	struct floor_fate fate;
};
struct line {
	int64_t ids[PACER_CALLS];
	int n;
};
struct floor {
	const struct floor_world *world;
	const struct floor_policy *policy;
	struct floor_day *day;
	int64_t now, order, last_call;
	int live; /* calls on a line: ringing, waiting, talking */
	size_t n_heap, turn;
	struct coming heap[HEAP];
	struct person people[PACER_OPERATORS + 1];
	struct ringing calls[CALLS]; /* by id modulo: a call rings and waits far shorter than it takes to dial so many */
	struct line idle, waiting;
};

static bool before(const struct coming *a, const struct coming *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void coming_add(struct floor *f, int64_t at, enum happening what, int64_t id)
{
	struct coming c = {at, f->order++, id, what};
	size_t i = f->n_heap++;

	for (; i && before(&c, &f->heap[(i - 1) / 2]); i = (i - 1) / 2)
		f->heap[i] = f->heap[(i - 1) / 2];
	f->heap[i] = c;
}

static struct coming coming_take(struct floor *f)
{
	struct coming first = f->heap[0], last = f->heap[--f->n_heap];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < f->n_heap) {
		if (child + 1 < f->n_heap && before(&f->heap[child + 1], &f->heap[child]))
			child++;
		if (!before(&f->heap[child], &last))
			break;
		f->heap[i] = f->heap[child];
		i = child;
	}
	f->heap[i] = last;
	return first;
}

static int64_t line_take(struct line *l, int at)
{
	int64_t id = l->ids[at];

	memmove(l->ids + at, l->ids + at + 1, sizeof(l->ids[0]) * (size_t)(--l->n - at));
	return id;
}

static bool line_drop(struct line *l, int64_t id)
{
	for (int i = 0; i < l->n; i++)
		if (l->ids[i] == id)
			return line_take(l, i), true;
	return false;
}

static void tell(struct floor *f, enum pacer_event_kind what, int64_t id, enum call_cause cause)
{
	f->policy->tell(f->policy->arg, &(struct pacer_event){.at = f->now, .what = what, .id = id, .cause = cause});
}

/* An operator is elsewhere from now on; the time he was there is counted. */
static void move_to(struct floor *f, int64_t id, enum place place)
{
	static const enum pacer_event_kind events[] = {PACER_EV_LEFT, PACER_EV_IDLE, PACER_EV_TALKING, PACER_EV_WRAP_UP};
	struct person *o = &f->people[id];
	int64_t spent = f->now - o->since;

	f->day->here_ms += o->place == AWAY ? 0 : spent;
	f->day->talk_ms += o->place == TALKING ? spent : 0;
	f->day->wrap_ms += o->place == WRAPPING ? spent : 0;
	o->place = place;
	o->since = f->now;
	tell(f, events[place], id, CAUSE_NONE);
}

static void connect(struct floor *f, int64_t call_id, int64_t operator_id)
{
	const struct floor_fate *fate = &f->calls[call_id % CALLS].fate;

	f->day->answered++;
	f->day->connected++;
	f->people[operator_id].wrap_ms = fate->wrap_ms;
	move_to(f, operator_id, TALKING);
	tell(f, PACER_EV_CONNECTED, call_id, CAUSE_NONE);
	coming_add(f, f->now + fate->talk_ms, TALK_ENDS, operator_id);
}

static void is_free(struct floor *f, int64_t id)
{
	if (f->people[id].leaves) {
		f->people[id].leaves = false;
		move_to(f, id, AWAY);
		return;
	}
	move_to(f, id, IDLE);
	if (f->waiting.n)
		connect(f, line_take(&f->waiting, 0), id);
	else
		f->idle.ids[f->idle.n++] = id;
}

static void ring_ends(struct floor *f, int64_t id)
{
	const struct floor_fate *fate = &f->calls[id % CALLS].fate;

	if (!fate->human) {
		f->live--;
		tell(f, PACER_EV_ENDED, id, fate->cause);
		return;
	}
	tell(f, PACER_EV_ANSWERED, id, CAUSE_NONE);
	if (f->idle.n) {
		connect(f, id, line_take(&f->idle, 0));
	} else {
		f->waiting.ids[f->waiting.n++] = id;
		coming_add(f, f->now + f->world->wait_ms, PATIENCE_ENDS, id);
	}
}

static void patience_ends(struct floor *f, int64_t id)
{
	if (!line_drop(&f->waiting, id))
		return;
	f->live--;
	f->day->answered++;
	f->day->abandoned++;
	tell(f, PACER_EV_ABANDONED, id, CAUSE_NONE);
}

static void happens(struct floor *f, const struct coming *c)
{
	switch (c->what) {
	case RING_ENDS: ring_ends(f, c->id); break;
	case PATIENCE_ENDS: patience_ends(f, c->id); break;
	case TALK_ENDS:
		f->live--;
		move_to(f, c->id, WRAPPING);
		coming_add(f, f->now + f->people[c->id].wrap_ms, WRAP_ENDS, c->id);
		break;
	case WRAP_ENDS: is_free(f, c->id); break;
	}
}

static void turns(struct floor *f, const struct floor_turn *t)
{
	struct person *o = &f->people[t->operator_id];

	if (t->here) {
		o->leaves = false;
		if (o->place == AWAY)
			is_free(f, t->operator_id);
	} else if (o->place == IDLE) {
		line_drop(&f->idle, t->operator_id);
		move_to(f, t->operator_id, AWAY);
	} else if (o->place != AWAY) {
		o->leaves = true;
		tell(f, PACER_EV_LEAVING, t->operator_id, CAUSE_NONE);
	}
}

static void decide(struct floor *f)
{
	int most = f->world->lines ? f->world->lines - f->live : PACER_CALLS,
	    n = f->policy->dials(f->policy->arg, most, f->now);

	for (int i = 0; i < n && f->live < PACER_CALLS; i++) {
		int64_t id = ++f->last_call;
		struct ringing *c = &f->calls[id % CALLS];
		c->id = id;
		f->world->fate(f->world->arg, f->now, &c->fate);
		f->live++;
		f->day->dials++;
		tell(f, PACER_EV_DIALLED, id, CAUSE_NONE);
		coming_add(f, f->now + c->fate.after_ms, RING_ENDS, id);
	}
}

/* The next moment something happens by itself: a turn comes before what else happens then. */
static int64_t next_at(const struct floor *f, bool *turn)
{
	int64_t heap = f->n_heap ? f->heap[0].at : INT64_MAX;
	int64_t of_turn = f->turn < f->world->n_turns ? f->world->turns[f->turn].at : INT64_MAX;

	*turn = of_turn <= heap;
	return *turn ? of_turn : heap;
}

static void run(struct floor *f)
{
	for (;;) {
		bool turn;
		int64_t at = next_at(f, &turn), due = f->policy->due(f->policy->arg);
		due = due > f->now ? due : f->now;
		if ((at < due ? at : due) >= f->world->until)
			return;
		f->now = at <= due ? at : due;
		if (at > due) {
			decide(f);
		} else if (turn) {
			turns(f, &f->world->turns[f->turn++]);
		} else {
			struct coming c = coming_take(f);
			happens(f, &c);
		}
	}
}

void floor_run(const struct floor_world *w, const struct floor_policy *p, struct arena *a, struct floor_day *ret)
{
	struct floor *f = NEW(a, struct floor);

	*ret = (struct floor_day){0};
	f->world = w;
	f->policy = p;
	f->day = ret;
	run(f);
	f->now = w->until;
	for (int64_t id = 1; id <= PACER_OPERATORS; id++)
		if (f->people[id].place != AWAY)
			move_to(f, id, AWAY);
}

double floor_occupancy(const struct floor_day *d)
{
	return d->here_ms ? (double)(d->talk_ms + d->wrap_ms) / (double)d->here_ms : 0;
}

double floor_abandon(const struct floor_day *d)
{
	return d->answered ? (double)d->abandoned / (double)d->answered : 0;
}

double floor_wait_s(const struct floor_day *d)
{
	return d->connected ? (double)(d->here_ms - d->talk_ms - d->wrap_ms) / (double)d->connected / 1000 : 0;
}

static void pacer_tell(void *arg, const struct pacer_event *e)
{
	struct floor_pacer *p = arg;

	pacer_step(p->pacer, e);
}

static int64_t pacer_is_due(void *arg)
{
	struct floor_pacer *p = arg;

	return pacer_due(p->pacer);
}

static int pacer_dials(void *arg, int most, int64_t now)
{
	struct floor_pacer *p = arg;

	pacer_decide(p->pacer, most, now, &p->last);
	p->decisions++;
	return p->last.dials;
}

struct floor_policy floor_policy_pacer(struct floor_pacer *p)
{
	return (struct floor_policy){p, pacer_tell, pacer_is_due, pacer_dials};
}
