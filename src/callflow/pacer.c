/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer.c - events in, the decision out. What is learned, the risk and the account stand in the files beside. */
#include "callflow/pacer_priv.h"

const char *const pacer_event_names[] = {"idle", "reserved", "talking", "wrap_up", "leaving", "left", "dialled", "ended",
        "answered", "connected", "abandoned", NULL};
const char *const pacer_stop_names[] = {"covered", "risk", "guard", "nobody", "limit", "room", NULL};
const char *const pacer_guard_names[] = {"off", "start", "budget", NULL};
const struct pacer_rules pacer_rules_default = {
        .mode = PACER_PREDICTIVE, .power = 1, .cap = 0.03, .wait_ms = 2000, .ring_ms = 30000};

void pacer_rules_set(struct pacer *p, const struct pacer_rules *rules)
{
	p->rules = *rules;
	p->rules.power = clamp(rules->power, 1, 10);
	p->rules.cap = clamp(rules->cap, 0, 0.5);
	p->rules.wait_ms = (int64_t)clamp((double)rules->wait_ms, 0, 10000);
	p->rules.ring_ms = (int64_t)clamp((double)rules->ring_ms, 1000, 120000);
	p->tables_at = -1;
	credit_reset(p);
}

void pacer_init(struct pacer *p, const struct pacer_rules *rules, int64_t now)
{
	memset(p, 0, sizeof(*p));
	p->now = p->tick_at = p->started_at = p->event_at = now;
	p->decided_at = now - 1000;
	p->minute_at = now / 60000;
	p->window = (struct pacer_window){.begins_at = now, .ends_at = now + 8 * 3600000};
	pacer_rules_set(p, rules);
	learn_init(p);
	learn_tables(p);
}

void pacer_window(struct pacer *p, const struct pacer_window *w)
{
	p->window = *w;
	credit_reset(p);
}

static enum item_state state_of(enum pacer_event_kind what)
{
	return what == PACER_EV_IDLE       ? ITEM_IDLE
	       : what == PACER_EV_RESERVED ? ITEM_RESERVED
	       : what == PACER_EV_TALKING  ? ITEM_TALKING
	                                   : ITEM_WRAP_UP;
}

static bool operator_left(struct pacer *p, struct pacer_item *o)
{
	if (!o)
		return false;
	learn_stay(p, o, o->state == ITEM_TALKING); /* a wrap-up that ends in a pause is cut: he did not become free */
	set_remove(pacer_operators(p), o);
	return true;
}

/* A talk ends by a wrap-up or at once; a wrap-up by being free, or by the next talk of an inbound call. */
static bool operator_turn(struct pacer *p, const struct pacer_event *e, int64_t since)
{
	struct pacer_item *o = set_find(pacer_operators(p), e->id);
	enum item_state to = state_of(e->what);

	if (e->what == PACER_EV_LEFT)
		return operator_left(p, o);
	if (e->what == PACER_EV_LEAVING)
		return o && !o->leaving && (o->leaving = true);
	if (o && o->state == to && !(o->leaving && to == ITEM_IDLE))
		return false;
	if (o) {
		learn_stay(p, o, o->state != to);
		if (o->state == ITEM_TALKING && to == ITEM_IDLE)
			p->learned.wrap_ends[0]++; /* a wrap-up of no length */
	} else if (!(o = set_add(pacer_operators(p), e->id))) {
		return false;
	}
	o->state = (uint8_t)to;
	o->leaving = to == ITEM_IDLE ? false : o->leaving;
	o->since_at = since;
	o->counted_at = p->now;
	if (to == ITEM_IDLE)
		p->event_at = p->now;
	return true;
}

static bool call_dialled(struct pacer *p, const struct pacer_event *e, int64_t since)
{
	struct pacer_item *c;

	if (set_find(pacer_calls(p), e->id) || !(c = set_add(pacer_calls(p), e->id)))
		return false;
	c->since_at = since;
	c->state = ITEM_RINGING;
	learn_dialled(p, c);
	return true;
}

static bool our_fault(enum call_cause cause)
{
	static const bool ours[CALL_CAUSES] = {[CAUSE_TRUNK_DOWN] = true,
	        [CAUSE_TRUNK_SILENT] = true,
	        [CAUSE_GATE] = true,
	        [CAUSE_TEL_LOST] = true,
	        [CAUSE_NODE_LOST] = true,
	        [CAUSE_CANCELLED] = true,
	        [CAUSE_OPERATOR_HUNG_UP] = true,
	        [CAUSE_OPERATOR_LOST] = true};

	return (unsigned)cause < CALL_CAUSES && ours[cause];
}

static void call_ended(struct pacer *p, struct pacer_item *c, enum call_cause cause)
{
	if (c->state == ITEM_WAITING)
		p->n_waiting--;
	else if (our_fault(cause))
		learn_ring_cut(p, c);
	else
		learn_ring_end(p, c, false);
	set_remove(pacer_calls(p), c);
	p->event_at = p->now;
}

static bool call_turn(struct pacer *p, const struct pacer_event *e, int64_t since)
{
	struct pacer_item *c = set_find(pacer_calls(p), e->id);

	if (e->what == PACER_EV_DIALLED)
		return call_dialled(p, e, since);
	if (!c)
		return false;
	if (e->what == PACER_EV_ENDED) {
		call_ended(p, c, e->cause);
		return true;
	}
	if (c->state == ITEM_RINGING) { /* CONNECTED and ABANDONED say ANSWERED too */
		learn_ring_end(p, c, true);
		c->state = ITEM_WAITING;
		p->n_waiting++;
	} else if (e->what == PACER_EV_ANSWERED) {
		return false;
	}
	if (e->what != PACER_EV_ANSWERED) {
		p->n_waiting--;
		set_remove(pacer_calls(p), c);
		credit_counted(p, e->what == PACER_EV_ABANDONED);
	}
	return true;
}

static void time_is(struct pacer *p, int64_t now)
{
	p->now = now > p->now ? now : p->now;
	credit_minute(p);
}

bool pacer_step(struct pacer *p, const struct pacer_event *e)
{
	int64_t since;

	time_is(p, e->at);
	since = e->since_at && e->since_at < p->now ? e->since_at : p->now;
	if (!e->id || (unsigned)e->what >= PACER_EVENTS)
		return false;
	return e->what < PACER_EV_DIALLED ? operator_turn(p, e, since) : call_turn(p, e, since);
}

int64_t pacer_due(const struct pacer *p)
{
	int64_t soonest = p->decided_at + (p->n_operators > 60 ? 500 : 200), tick = p->decided_at + 1000;

	return p->event_at <= p->decided_at ? tick : soonest > p->event_at ? soonest : p->event_at;
}

static void floor_calls(const struct pacer *p, struct look_floor *f)
{
	for (uint32_t i = 0; i < p->n_calls; i++)
		if (p->calls[i].state == ITEM_RINGING) {
			f->ringing_at[(int)clamp((double)(p->now - p->calls[i].since_at) / 1000, 0, PACER_AGES - 1)]++;
			f->ringing++;
		}
}

static void floor_operators(const struct pacer *p, struct look_floor *f, struct pacer_decision *d)
{
	for (uint32_t i = 0; i < p->n_operators; i++) {
		const struct pacer_item *o = &p->operators[i];
		double age = (double)(p->now - o->since_at) / 1000;
		bool busy = o->state == ITEM_TALKING || o->state == ITEM_WRAP_UP;
		d->idle += o->state == ITEM_IDLE && !o->leaving;
		d->reserved += o->state == ITEM_RESERVED;
		d->talking += o->state == ITEM_TALKING;
		d->wrap_up += o->state == ITEM_WRAP_UP;
		d->leaving += o->leaving;
		if (!busy || o->leaving)
			continue;
		f->busy++;
		if (o->state == ITEM_TALKING)
			f->talk_at[talk_bin(age)]++;
		else
			f->wrap_at[wrap_bin(age)]++;
	}
}

static void soon(const struct pacer *p, const struct look_floor *f, struct pacer_decision *d)
{
	const double *answer = p->tables.answer[0];
	int k = 1;

	while (k < PACER_STEPS && answer[k] < answer[PACER_STEPS] / 2)
		k++;
	d->soon_ms = k * 2000;
	for (int b = 0; b < PACER_BINS; b++)
		d->soon += f->talk_at[b] * p->tables.talk_free[b][k] + f->wrap_at[b] * p->tables.wrap_free[b][k];
}

/* Dials without look-ahead: each idle operator without a call that rings for him. */
static int covered_by(const struct pacer *p, const struct pacer_decision *d)
{
	double each = d->mode == PACER_POWER && d->guard == PACER_GUARD_OFF ? p->rules.power : 1;

	return (int)(each * (d->idle - d->waiting));
}

static int row_of_dials(const struct pacer *p, const struct look_floor *f, struct pacer_decision *d)
{
	double room[(PACER_STEPS + 1) * LOOK_WIDTH];
	int n = 0, ringing_most = 12 * d->operators + 20, dials_most = 4 * d->operators + 4;
	struct look l;
	bool looked = false;

	for (;; n++) {
		if (n >= dials_most || d->ringing + n >= ringing_most || (int)p->n_calls + n >= PACER_CALLS) {
			d->stop = PACER_STOP_ROOM;
			return n;
		}
		if (d->ringing + n >= covered_by(p, d)) {
			d->stop = d->mode != PACER_PREDICTIVE   ? PACER_STOP_COVERED
			          : d->guard != PACER_GUARD_OFF ? PACER_STOP_GUARD
			                                        : PACER_STOP_RISK;
			if (d->stop != PACER_STOP_RISK)
				return n;
			if (!looked) {
				look_init(&l, p, f, room);
				for (int i = 0; i < n; i++)
					look_add(&l);
				looked = true;
			}
			d->risk = look_risk(&l);
			if (!(d->risk <= d->theta * d->scale))
				return n;
			look_add(&l);
		}
	}
}

static void tick(struct pacer *p)
{
	if (p->now - p->tick_at < 1000)
		return;
	learn_tick(p, (double)(p->now - p->tick_at) / 1000);
	p->tick_at = p->now;
	learn_tables(p);
}

void pacer_decide(struct pacer *p, int most, int64_t now, struct pacer_decision *ret)
{
	struct look_floor f = {0};
	struct pacer_decision d = {.mode = p->rules.mode};

	time_is(p, now);
	tick(p);
	d.at = p->now;
	d.operators = (int)p->n_operators;
	d.waiting = (int)p->n_waiting;
	floor_calls(p, &f);
	floor_operators(p, &f, &d);
	d.ringing = f.ringing;
	f.idle = d.idle - d.waiting;
	d.p = clamp(learned_p(&p->learned), 0, 1);
	soon(p, &f, &d);
	credit_figures(p, &d);
	p->guard = d.guard = credit_guard(p);
	if (d.operators - d.leaving <= 0)
		d.stop = PACER_STOP_NOBODY;
	else
		d.wanted = row_of_dials(p, &f, &d);
	d.dials = d.wanted < most ? d.wanted : most > 0 ? most : 0;
	d.stop = d.dials < d.wanted ? PACER_STOP_LIMIT : d.stop;
	p->decided_at = p->now;
	*ret = d;
}
