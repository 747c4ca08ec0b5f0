/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_credit.c - the account of abandoned calls: theta is moved by each answered call so that their share meets the set point,
 * and the guard stops speculative dials before the share can pass the cap. For 3 %: q = 2.95 %, set point 2.80 %. */
#include "callflow/pacer_priv.h"
#include "engine/stats/interval.h"

#include <math.h>

#define LEVEL 0.95

static double inner_cap(const struct pacer *p)
{
	return p->rules.cap * (2.95 / 3);
}

static double answers_per_s(const struct pacer_learned *l)
{
	return l->answers_recent / (600 * (1 - exp(-clamp(l->learned_s, 1, 6000) / 600)));
}

/* A0: answers that may be borrowed; none at the end of the window, so debts are repaid. */
static double borrowable(const struct pacer *p)
{
	double left_s = fmax(0, (double)(p->window.ends_at - p->now) / 1000);

	return fmin(fmax(30.0 * p->n_operators, 100), 0.5 * answers_per_s(&p->learned) * left_s);
}

/* The most abandoned calls of A whose upper bound is under the cap; grows with A, so it is found by steps. */
static void strict_bound(struct pacer *p)
{
	int64_t n = p->window.answered;

	if (n < p->dmax_answered)
		p->dmax = -1;
	while (p->dmax < n && share_upper(p->dmax + 1, n, LEVEL) <= p->rules.cap)
		p->dmax++;
	p->dmax_answered = n;
}

double credit_limit(const struct pacer *p)
{
	return p->rules.strict ? (double)p->dmax : inner_cap(p) * ((double)p->window.answered + borrowable(p));
}

double credit_scale(const struct pacer *p)
{
	return clamp(
	        (credit_limit(p) - (double)p->window.abandoned - 1) / fmax(2, 0.5 * inner_cap(p) * borrowable(p)), 0, 1);
}

enum pacer_guard credit_guard(const struct pacer *p)
{
	int64_t age = p->now - p->started_at;

	if ((double)p->window.abandoned + 1 > credit_limit(p))
		return PACER_GUARD_BUDGET;
	if (age < 60000 || (!p->warm && age < 600000 && p->answers_started < 30))
		return PACER_GUARD_START;
	return PACER_GUARD_OFF;
}

/* The set point now: below itself while the account is overdrawn. */
static double target(const struct pacer *p)
{
	double answered = (double)p->window.answered, abandoned = (double)p->window.abandoned,
	       set = p->rules.cap * (2.80 / 3);
	double debt = abandoned - inner_cap(p) * answered;

	if (p->rules.strict && answered > 0)
		set = fmin(set, 0.95 * fmax((double)p->dmax, 0) / answered);
	return debt <= 0 ? set : fmax(0.25 * set, set - debt / fmax(borrowable(p), 30));
}

void credit_counted(struct pacer *p, bool abandoned)
{
	struct pacer_learned *l = &p->learned;
	double step, eta;

	p->window.answered++;
	p->window.abandoned += abandoned;
	p->minutes[0][0]++;
	p->minutes[0][1] += abandoned;
	p->answers_started++;
	l->answers_recent++;
	l->answers_ever++;
	if (p->rules.strict)
		strict_bound(p);
	step = target(p) - abandoned;
	/* Behind the guard nothing speculative is dialled, so nothing is learned about theta: it must not wind up meanwhile. */
	if (step > 0 && p->guard != PACER_GUARD_OFF)
		return;
	eta = clamp(4 / (1 + 600 * answers_per_s(l)), 0.03, 0.2);
	l->theta = clamp(l->theta * exp(eta * step), 0.002, 0.8);
}

void credit_reset(struct pacer *p)
{
	p->dmax = -1;
	p->dmax_answered = 0;
	p->upper_of[0] = -1;
	if (p->rules.strict)
		strict_bound(p);
}

/* The 30 minutes of the alarm move on. */
void credit_minute(struct pacer *p)
{
	int64_t passed = p->now / 60000 - p->minute_at;

	for (; passed > 0 && p->minute_at < p->now / 60000; p->minute_at++) {
		memmove(p->minutes[1], p->minutes[0], sizeof(p->minutes) - sizeof(p->minutes[0]));
		memset(p->minutes[0], 0, sizeof(p->minutes[0]));
		if (passed > PACER_MINUTES && p->minute_at < p->now / 60000 - PACER_MINUTES)
			p->minute_at = p->now / 60000 - PACER_MINUTES;
	}
}

void credit_figures(struct pacer *p, struct pacer_decision *d)
{
	const struct pacer_window *w = &p->window;

	if (p->upper_of[0] != w->answered || p->upper_of[1] != w->abandoned) {
		p->rate_upper = share_upper(w->abandoned, w->answered, LEVEL);
		p->upper_of[0] = w->answered;
		p->upper_of[1] = w->abandoned;
	}
	d->answered = w->answered;
	d->abandoned = w->abandoned;
	d->rate = w->answered ? (double)w->abandoned / (double)w->answered : 0;
	d->rate_upper = p->rate_upper;
	for (int i = 0; i < PACER_MINUTES; i++) {
		d->answered_30 += p->minutes[i][0];
		d->abandoned_30 += p->minutes[i][1];
	}
	/* The bound is under the share itself, so most of the time there is nothing to work out. */
	if ((double)d->abandoned_30 > p->rules.cap * (double)d->answered_30)
		d->rate_30_lower = share_lower(d->abandoned_30, d->answered_30, LEVEL);
	d->alarm = d->rate_30_lower > p->rules.cap;
	d->credit = credit_limit(p) - (double)w->abandoned;
	d->theta = p->learned.theta;
	d->scale = credit_scale(p);
}
