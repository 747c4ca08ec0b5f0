/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - a recorded day as a world for callflow/pacer_floor: what was recorded is drawn from again. */
#include "callflow/replay.h"

#include "base/clock.h"
#include "base/rand.h"

enum { NEAR = 100, DAY_MOST_MS = 36 * CLOCK_HOUR };

struct known_dial {
	int64_t at, id, after_ms; /* after_ms < 0: its end was not seen */
	enum call_cause cause;
	bool human;
};
struct known_talk {
	int64_t at, talk_ms, wrap_ms;
};
struct person {
	int64_t id, since_at;
	size_t talk; /* his last one, + 1 */
	enum pacer_event_kind place;
};
struct past {
	struct known_dial *dials;
	struct known_talk *talks;
	struct floor_turn *turns;
	size_t n_dials, n_talks, n_turns;
	struct person people[PACER_OPERATORS + 1]; /* in the order they came; floor knows them by this number */
	int n_people;
	struct dice dice;
};

/* --- counting: the same for what was and for what would be --- */
struct tally {
	struct replay_side *side;
	int64_t began_at;
	struct person people[PACER_OPERATORS + 1];
};

static int hour_of(const struct tally *t, int64_t at)
{
	int64_t h = (at - t->began_at) / CLOCK_HOUR;

	return h < REPLAY_HOURS ? (int)h : REPLAY_HOURS - 1;
}

static void spent(struct floor_day *d, enum pacer_event_kind place, int64_t ms)
{
	d->here_ms += ms;
	d->talk_ms += place == PACER_EV_TALKING ? ms : 0;
	d->wrap_ms += place == PACER_EV_WRAP_UP ? ms : 0;
}

static void tally_spent(struct tally *t, const struct person *o, int64_t until)
{
	for (int64_t from = o->since_at; from < until;) {
		int h = hour_of(t, from);
		int64_t end = h == REPLAY_HOURS - 1 ? until : t->began_at + (h + 1) * (int64_t)CLOCK_HOUR;
		end = end < until ? end : until;
		spent(&t->side->hours[h], o->place, end - from);
		spent(&t->side->all, o->place, end - from);
		from = end;
	}
}

static void tally_call(struct floor_day *d, enum pacer_event_kind what)
{
	d->dials += what == PACER_EV_DIALLED;
	d->connected += what == PACER_EV_CONNECTED;
	d->abandoned += what == PACER_EV_ABANDONED;
	d->answered += what == PACER_EV_CONNECTED || what == PACER_EV_ABANDONED;
}

/* number: of the operator, for his events. */
static void tally_event(struct tally *t, const struct pacer_event *e, int number)
{
	struct person *o = &t->people[number];

	if (e->what >= PACER_EV_DIALLED) {
		tally_call(&t->side->hours[hour_of(t, e->at)], e->what);
		tally_call(&t->side->all, e->what);
	} else if (e->what != PACER_EV_LEAVING) {
		if (o->since_at && o->place != PACER_EV_LEFT)
			tally_spent(t, o, e->at);
		o->place = e->what;
		o->since_at = e->at;
	}
}

static void tally_end(struct tally *t, int64_t at)
{
	for (int i = 1; i <= PACER_OPERATORS; i++)
		if (t->people[i].since_at && t->people[i].place != PACER_EV_LEFT)
			tally_spent(t, &t->people[i], at);
}

/* --- reading the day --- */

/* His number from 1; 0: too many. */
static int number_of(struct past *p, int64_t id)
{
	for (int i = 1; i <= p->n_people; i++)
		if (p->people[i].id == id)
			return i;
	if (p->n_people == PACER_OPERATORS)
		return 0;
	p->people[++p->n_people] = (struct person){.id = id, .place = PACER_EV_LEFT};
	return p->n_people;
}

static void known_stay(struct past *p, struct person *o, int64_t at)
{
	if (o->place == PACER_EV_TALKING) {
		p->talks[p->n_talks++] = (struct known_talk){.at = o->since_at, .talk_ms = at - o->since_at};
		o->talk = p->n_talks;
	} else if (o->place == PACER_EV_WRAP_UP && o->talk) {
		p->talks[o->talk - 1].wrap_ms = at - o->since_at;
		o->talk = 0;
	}
}

static void past_operator(struct past *p, const struct pacer_event *e, int number, int64_t began_at)
{
	struct person *o = &p->people[number];
	bool was = o->place != PACER_EV_LEFT, is = e->what != PACER_EV_LEFT;

	if (e->what == PACER_EV_LEAVING || e->what == o->place)
		return;
	known_stay(p, o, e->at);
	if (was != is)
		p->turns[p->n_turns++] = (struct floor_turn){e->at - began_at, number, is};
	o->place = e->what;
	o->since_at = e->at;
}

static int by_id(const void *x, const void *y)
{
	const struct known_dial *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

static int by_at(const void *x, const void *y)
{
	const struct known_dial *a = x, *b = y;

	return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : by_id(x, y);
}

static int talk_by_at(const void *x, const void *y)
{
	const struct known_talk *a = x, *b = y;

	return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : (a->talk_ms > b->talk_ms) - (a->talk_ms < b->talk_ms);
}

static bool ours(enum call_cause cause)
{
	return cause == CAUSE_TRUNK_DOWN || cause == CAUSE_TRUNK_SILENT || cause == CAUSE_GATE || cause == CAUSE_TEL_LOST ||
	       cause == CAUSE_NODE_LOST || cause == CAUSE_CANCELLED || cause == CAUSE_OPERATOR_HUNG_UP ||
	       cause == CAUSE_OPERATOR_LOST;
}

/* The end of its ringing; the first event after the dial says it. */
static void past_call_end(struct past *p, const struct pacer_event *e)
{
	struct known_dial key = {.id = e->id}, *d = bsearch(&key, p->dials, p->n_dials, sizeof(key), by_id);

	if (!d || d->after_ms >= 0 || (e->what == PACER_EV_ENDED && ours(e->cause)))
		return;
	d->after_ms = e->at - d->at;
	d->human = e->what != PACER_EV_ENDED;
	d->cause = e->cause;
}

static void dials_sort(struct past *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n_dials; i++)
		if (p->dials[i].after_ms >= 0)
			p->dials[kept++] = p->dials[i];
	p->n_dials = kept;
	qsort(p->dials, p->n_dials, sizeof(p->dials[0]), by_at);
	qsort(p->talks, p->n_talks, sizeof(p->talks[0]), talk_by_at);
}

static int past_read(struct past *p, const struct pacer_event *e, size_t n, struct tally *t, struct fault *f)
{
	for (size_t i = 0; i < n; i++) {
		int number = 0;
		if ((i && e[i].at < e[i - 1].at) || e[i].at - e[0].at > DAY_MOST_MS || (unsigned)e[i].what >= PACER_EVENTS)
			return fail(f, EINVAL, "events", "replay_order",
			        "the events of the day are not in order, or it is too long");
		if (e[i].what < PACER_EV_DIALLED) {
			if (!(number = number_of(p, e[i].id)))
				return fail(
				        f, EINVAL, "events", "replay_operators", "more than %d operators", PACER_OPERATORS);
			past_operator(p, &e[i], number, e[0].at);
		} else if (e[i].what == PACER_EV_DIALLED) {
			p->dials[p->n_dials++] = (struct known_dial){.at = e[i].at, .id = e[i].id, .after_ms = -1};
		}
		tally_event(t, &e[i], number);
	}
	qsort(p->dials, p->n_dials, sizeof(p->dials[0]), by_id);
	for (size_t i = 0; i < n; i++)
		if (e[i].what > PACER_EV_DIALLED)
			past_call_end(p, &e[i]);
	dials_sort(p);
	if (p->n_dials < REPLAY_DIALS_LEAST || p->n_talks < REPLAY_TALKS_LEAST)
		return fail(f, EINVAL, "events", "replay_few", "%zu dials and %zu talks are too few to draw from",
		        p->n_dials, p->n_talks);
	return 0;
}

/* --- the world that draws from it --- */
struct replayed {
	struct past *past;
	int64_t began_at;
	struct tally tally;
	struct floor_pacer pacer;
};

/* One of the 2 x NEAR rows around the moment; rows begin with their `at`. */
static size_t draw(struct dice *d, const void *rows, size_t n, size_t size, int64_t at)
{
	size_t low = 0, high = n, from, to;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int64_t of;
		memcpy(&of, (const char *)rows + middle * size, sizeof(of));
		if (of < at)
			low = middle + 1;
		else
			high = middle;
	}
	from = low > NEAR ? low - NEAR : 0;
	to = from + 2 * NEAR < n ? from + 2 * NEAR : n;
	from = to > 2 * NEAR ? to - 2 * NEAR : 0;
	return (size_t)dice_int(d, (int64_t)from, (int64_t)to - 1);
}

static void fate(void *arg, int64_t now, struct floor_fate *ret)
{
	struct replayed *r = arg;
	struct past *p = r->past;
	const struct known_dial *d = &p->dials[draw(&p->dice, p->dials, p->n_dials, sizeof(p->dials[0]), r->began_at + now)];
	const struct known_talk *t = &p->talks[draw(&p->dice, p->talks, p->n_talks, sizeof(p->talks[0]), r->began_at + now)];

	*ret = (struct floor_fate){d->human, d->after_ms, t->talk_ms, t->wrap_ms, d->cause};
}

static void told(void *arg, const struct pacer_event *e)
{
	struct replayed *r = arg;
	struct pacer_event at = *e;

	at.at += r->began_at;
	pacer_step(r->pacer.pacer, &at);
	tally_event(&r->tally, &at, e->what < PACER_EV_DIALLED ? (int)e->id : 0);
}

static int64_t due(void *arg)
{
	struct replayed *r = arg;

	return pacer_due(r->pacer.pacer) - r->began_at;
}

static int dials(void *arg, int most, int64_t now)
{
	struct replayed *r = arg;

	pacer_decide(r->pacer.pacer, most, r->began_at + now, &r->pacer.last);
	return r->pacer.last.dials;
}

static void simulate(struct past *past, const struct replay_settings *s, struct arena *a, struct replay *ret)
{
	struct replayed *r = NEW(a, struct replayed);
	struct pacer *p = NEW(a, struct pacer);
	struct floor_day day;
	struct floor_world w = {.arg = r, .fate = fate, .turns = past->turns, .n_turns = past->n_turns, .lines = s->lines};
	struct floor_policy policy = {r, told, due, dials};

	*r = (struct replayed){.past = past, .began_at = ret->began_at, .pacer = {.pacer = p}};
	r->tally.side = &ret->simulated;
	r->tally.began_at = ret->began_at;
	pacer_init(p, &s->rules, ret->began_at);
	if (s->saved)
		(void)!pacer_load(p, s->saved, s->n_saved, NULL);
	pacer_window(p, &(struct pacer_window){ret->began_at, ret->ended_at, s->answered, s->abandoned});
	w.wait_ms = p->rules.wait_ms;
	w.until = ret->ended_at - ret->began_at;
	floor_run(&w, &policy, a, &day);
	tally_end(&r->tally, ret->ended_at);
}

int replay_day(const struct pacer_event *events, size_t n, const struct replay_settings *s, struct arena *a,
        struct replay *ret, struct fault *f)
{
	struct past *p = NEW(a, struct past);
	struct tally *t = NEW(a, struct tally);
	struct replay r = {0};
	int err;

	if (!n)
		return fail(f, EINVAL, "events", "replay_few", "a day without events");
	r.began_at = events[0].at;
	r.ended_at = events[n - 1].at;
	p->dials = NEW_N(a, struct known_dial, n);
	p->talks = NEW_N(a, struct known_talk, n);
	p->turns = NEW_N(a, struct floor_turn, n);
	p->dice = (struct dice){s->seed};
	t->side = &r.recorded;
	t->began_at = r.began_at;
	err = past_read(p, events, n, t, f);
	if (err)
		return err;
	tally_end(t, r.ended_at);
	r.operators = p->n_people;
	r.dials_known = p->n_dials;
	r.talks_known = p->n_talks;
	simulate(p, s, a, &r);
	*ret = r;
	return 0;
}
