/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_learn.c - what the pacer learns: delays of answers, the share of answers, how talks and wrap-ups end. Everything fades, so
 * a new list or another hour is learned in minutes; where little is known a prior speaks. */
#include "callflow/pacer_priv.h"

#include <math.h>

#define KEEP (1 - 1 / 2000.0)

enum { LAST = PACER_AGES - 1 };

/* Beginnings of the bins: talks 20 x 3 s, 24 x 10 s, 16 x 60 s; wrap-ups 30 x 2 s, 30 x 15 s. The last bin has no end. */
static double talk_begin(int bin)
{
	return bin < 20 ? bin * 3 : bin < 44 ? 60 + (bin - 20) * 10 : 300 + (bin - 44) * 60;
}

static double wrap_begin(int bin)
{
	return bin < 30 ? bin * 2 : 60 + (bin - 30) * 15;
}

int talk_bin(double age_s)
{
	double bin = age_s < 60 ? age_s / 3 : age_s < 300 ? 20 + (age_s - 60) / 10 : 44 + (age_s - 300) / 60;

	return (int)clamp(bin, 0, PACER_BINS - 1);
}

int wrap_bin(double age_s)
{
	return (int)clamp(age_s < 60 ? age_s / 2 : 30 + (age_s - 60) / 15, 0, PACER_BINS - 1);
}

/* The prior weighs as ten calls: people answer within 3 to 25 s, half of the rest ring to the end, the other half ends anywhere. */
void learn_init(struct pacer *p)
{
	struct pacer_learned *l = &p->learned;
	int ring = (int)clamp((double)p->rules.ring_ms / 1000, 1, LAST - 1);

	*l = (struct pacer_learned){.theta = 0.03};
	for (int i = 3; i < 25; i++)
		l->human[i] = 10 / 22.0;
	for (int i = 0; i < ring; i++)
		l->other[i] = 5.0 / ring;
	l->other[ring] += 5;
}

double learned_p(const struct pacer_learned *l)
{
	return (l->answers + 0.3) / (l->exposure + 1);
}

static double age_s(const struct pacer *p, const struct pacer_item *i)
{
	return (double)(p->now - i->since_at) / 1000;
}

/* The share of people who would have answered by that age, between whole seconds by a line. */
static double human_by(const struct pacer *p, double age)
{
	int whole = (int)clamp(age, 0, LAST);
	const double *cdf = p->tables.human_cdf;

	return cdf[whole] + (clamp(age, 0, LAST) - whole) * (cdf[whole + 1] - cdf[whole]);
}

static void expose(struct pacer *p, struct pacer_item *call, double to)
{
	double more = to - call->seen;

	if (more <= 0)
		return;
	p->learned.exposure += more;
	p->learned.fast_exposure += more;
	call->seen = to;
}

static void histogram_add(double *bins, double age)
{
	for (int i = 0; i < LAST; i++)
		bins[i] *= KEEP;
	bins[(int)clamp(age, 0, LAST - 1)]++;
}

void learn_dialled(struct pacer *p, struct pacer_item *call)
{
	call->seen = human_by(p, age_s(p, call)); /* after a restart: that part was counted before it */
	p->learned.dials_recent++;
}

void learn_ring_end(struct pacer *p, struct pacer_item *call, bool human)
{
	expose(p, call, 1);
	histogram_add(human ? p->learned.human : p->learned.other, age_s(p, call));
	if (human) {
		p->learned.answers++;
		p->learned.fast_answers++;
	}
}

void learn_ring_cut(struct pacer *p, struct pacer_item *call)
{
	expose(p, call, human_by(p, age_s(p, call)));
}

/* Seconds of a stay between two ages, put into the bins they were spent in. */
static void spend(double *seconds, int (*bin_of)(double), double (*begin)(int), double from, double to)
{
	for (int bin = bin_of(from); bin < PACER_BINS && from < to; bin++) {
		double end = bin == PACER_BINS - 1 ? to : begin(bin + 1), until = end < to ? end : to;
		seconds[bin] += until > from ? until - from : 0;
		from = until > from ? until : from;
	}
}

static void fade(double *a, double by, int n)
{
	for (int i = 0; i < n; i++)
		a[i] *= by;
}

static void spend_until_now(struct pacer *p, struct pacer_item *o)
{
	double from = (double)(o->counted_at - o->since_at) / 1000, to = age_s(p, o);

	if (o->state == ITEM_TALKING)
		spend(p->learned.talk_s, talk_bin, talk_begin, from, to);
	else if (o->state == ITEM_WRAP_UP)
		spend(p->learned.wrap_s, wrap_bin, wrap_begin, from, to);
	o->counted_at = p->now;
}

void learn_stay(struct pacer *p, struct pacer_item *o, bool ended)
{
	struct pacer_learned *l = &p->learned;

	spend_until_now(p, o);
	if (!ended)
		return;
	if (o->state == ITEM_TALKING) {
		fade(l->talk_ends, KEEP, PACER_BINS);
		fade(l->talk_s, KEEP, PACER_BINS);
		l->talk_ends[talk_bin(age_s(p, o))]++;
		l->talks = l->talks * KEEP + 1;
	} else if (o->state == ITEM_WRAP_UP) {
		fade(l->wrap_ends, KEEP, PACER_BINS);
		fade(l->wrap_s, KEEP, PACER_BINS);
		l->wrap_ends[wrap_bin(age_s(p, o))]++;
	}
}

/* The share of answers at two speeds; when the fast one is surely elsewhere, a new list or hour has begun and it takes over. */
static void fade_p(struct pacer_learned *l, double dt_s)
{
	double p = learned_p(l), rate = l->dials_recent / (300 * (1 - exp(-clamp(l->learned_s, 1, 3000) / 300))), fast;
	double slow_s = clamp(300 * (0.25 / p) / fmax(rate, 1e-9), 180, 3600),
	       fast_s = clamp(60 / fmax(rate, 1e-9), 45, 900);

	l->answers *= exp(-dt_s / slow_s);
	l->exposure *= exp(-dt_s / slow_s);
	l->fast_answers *= exp(-dt_s / fast_s);
	l->fast_exposure *= exp(-dt_s / fast_s);
	fast = l->fast_answers / fmax(l->fast_exposure, 1e-9);
	if (l->fast_exposure > 15 && fabs(fast - p) > 4 * sqrt(p * fmax(1 - p, 0) / l->fast_exposure)) {
		l->answers = l->fast_answers;
		l->exposure = l->fast_exposure;
	}
}

void learn_tick(struct pacer *p, double dt_s)
{
	struct pacer_learned *l = &p->learned;

	for (uint32_t i = 0; i < p->n_calls; i++)
		if (p->calls[i].state == ITEM_RINGING)
			expose(p, &p->calls[i], human_by(p, age_s(p, &p->calls[i])));
	for (uint32_t i = 0; i < p->n_operators; i++)
		spend_until_now(p, &p->operators[i]);
	fade_p(l, dt_s);
	l->dials_recent *= exp(-dt_s / 300);
	l->answers_recent *= exp(-dt_s / 600);
	l->learned_s += dt_s;
}

static void cdf_of(const double *bins, double *cdf)
{
	double all = 0, sum = 0;

	for (int i = 0; i < LAST; i++)
		all += bins[i];
	for (int i = 0; i < 2 * PACER_AGES; i++) {
		cdf[i] = sum / all;
		sum += i < LAST ? bins[i] : 0;
	}
	cdf[2 * PACER_AGES] = 1;
}

static void answer_table(struct pacer *p)
{
	struct pacer_tables *t = &p->tables;
	double share = clamp(learned_p(&p->learned), 0, 1);

	for (int a = 0; a < PACER_AGES; a++) {
		double left = 1 - share * t->human_cdf[a] - (1 - share) * t->other_cdf[a];
		for (int k = 0; k <= PACER_STEPS; k++)
			t->answer[a][k] =
			        left < 1e-9 ? 0 : clamp(share * (t->human_cdf[a + 2 * k] - t->human_cdf[a]) / left, 0, 1);
	}
}

/* Ends a second, by age: each bin with half of its neighbours, and as two stays of the overall pace. */
static void hazards(const double *ends, const double *seconds, double prior_s, double h[PACER_BINS])
{
	double all_ends = 1, all_s = prior_s;

	for (int i = 0; i < PACER_BINS; i++) {
		all_ends += ends[i];
		all_s += seconds[i];
	}
	for (int i = 0; i < PACER_BINS; i++) {
		double n = 2 * ends[i] + 2, x = 2 * seconds[i] + 2 * all_s / all_ends;
		if (i > 0) {
			n += ends[i - 1];
			x += seconds[i - 1];
		}
		if (i < PACER_BINS - 1) {
			n += ends[i + 1];
			x += seconds[i + 1];
		}
		h[i] = n / x;
	}
}

enum { HORIZON = 2 * PACER_STEPS + 6 }; /* seconds; wait_ms is at most 10 s */

/* over[j]: a stay of that age now is over within j seconds. */
static void over_from(const double h[PACER_BINS], int (*bin_of)(double), double age, double over[HORIZON + 1])
{
	double alive = 1;

	for (int j = 0; j <= HORIZON; j++) {
		over[j] = 1 - alive;
		alive *= exp(-h[bin_of(age + j + 0.5)]);
	}
}

static double bin_middle(double (*begin)(int), int bin)
{
	return bin == PACER_BINS - 1 ? begin(bin) + 30 : (begin(bin) + begin(bin + 1)) / 2;
}

/* within[j] at step k of the look-ahead, with half of the longest wait on top. */
static void steps_of(const double within[HORIZON + 1], double grace_s, double ret[PACER_STEPS + 1])
{
	for (int k = 0; k <= PACER_STEPS; k++) {
		double at = clamp(2 * k + grace_s, 0, HORIZON - 1e-6);
		int whole = (int)at;
		ret[k] = within[whole] + (at - whole) * (within[whole + 1] - within[whole]);
	}
}

static void free_tables(struct pacer *p)
{
	double talk_h[PACER_BINS], wrap_h[PACER_BINS], wrap[HORIZON + 1], grace = (double)p->rules.wait_ms / 2000;

	hazards(p->learned.talk_ends, p->learned.talk_s, 100, talk_h);
	hazards(p->learned.wrap_ends, p->learned.wrap_s, 15, wrap_h);
	over_from(wrap_h, wrap_bin, 0, wrap);
	for (int b = 0; b < PACER_BINS; b++) {
		double over[HORIZON + 1], both[HORIZON + 1] = {0};
		over_from(talk_h, talk_bin, bin_middle(talk_begin, b), over);
		for (int j = 1; j <= HORIZON; j++)
			for (int i = 1; i <= j; i++)
				both[j] += (over[i] - over[i - 1]) * (wrap[j - i] + wrap[j - i + 1]) / 2;
		steps_of(both, grace, p->tables.talk_free[b]);
		over_from(wrap_h, wrap_bin, bin_middle(wrap_begin, b), over);
		steps_of(over, grace, p->tables.wrap_free[b]);
	}
}

void learn_tables(struct pacer *p)
{
	cdf_of(p->learned.human, p->tables.human_cdf);
	cdf_of(p->learned.other, p->tables.other_cdf);
	answer_table(p);
	/* The costly part each 20 s, at moments that a restart does not move. */
	if (p->tables_at != p->now / 20000) {
		free_tables(p);
		p->tables_at = p->now / 20000;
	}
}
