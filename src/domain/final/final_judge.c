/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_judge.c - from figures to advice. The rules are those of operations («Extension at project end»): go on when it pays with four chances in
 * five, not when with less than a third, otherwise a little to find out. Without prices the trend and what is left decide. What speaks against going
 * on is said even when it costs the contract. */
#include "domain/final/final_priv.h"
#include "engine/stats/interval.h"

#include <math.h>

#define SURE 0.05      /* how likely a trend of chance may be */
#define HOPELESS 0.005 /* a conversion that is surely below: a lead in 200 dialogues */
#define PAYS 0.8
#define PAYS_NOT 0.3
#define LEVEL 0.8
enum { SMALL_LEADS = 1 };

static struct share_of sum_of(const struct final_part *parts, size_t n)
{
	struct share_of s = {0};

	for (size_t i = 0; i < n; i++) {
		s.n += parts[i].leads.n;
		s.hits += parts[i].leads.hits;
	}
	return s;
}

static void judge_trend(struct final *r)
{
	struct share_of weeks[FINAL_WEEKS];
	size_t third = (r->n_weeks + 2) / 3;

	for (size_t i = 0; i < r->n_weeks; i++)
		weeks[i] = r->weeks[i].leads;
	trend_of(weeks, r->n_weeks, &r->trend);
	if (r->n_weeks == 1) {
		r->first = r->last = sum_of(r->weeks, 1);
		r->change = (struct share_difference){-1, 0, 1};
		return;
	}
	r->first = sum_of(r->weeks, third);
	r->last = sum_of(r->weeks + r->n_weeks - third, third);
	share_differ(&r->first, &r->last, &r->change);
}

/* The version with the best share, when even the least of its advantage over all others is one. */
static void judge_versions(struct final *r)
{
	struct share_of all = sum_of(r->versions, r->n_versions);

	r->best = r->n_versions;
	for (size_t i = 0; i < r->n_versions; i++) {
		const struct share_of *s = &r->versions[i].leads;
		struct share_of rest = {all.n - s->n, all.hits - s->hits};
		struct share_difference d;
		share_differ(&rest, s, &d);
		if (rest.n && d.low > 0 && (r->best == r->n_versions || s->n > r->versions[r->best].leads.n)) {
			r->best = i;
			r->rest = rest;
		}
	}
}

bool final_moved(const struct change_effect *e)
{
	return e->both && e->d.decided && (e->d.low > 0 || e->d.high < 0);
}

static bool any_moved(const struct final *r)
{
	for (size_t i = 0; i < r->n_changes; i++)
		if (final_moved(&r->changes[i]))
			return true;
	return false;
}

/* Dialogues a contact took so far tell how many are left in the base; conversion is that of the last third. */
static void judge_rest(struct final *r)
{
	int64_t left = r->fresh + r->due;
	double a_contact = r->worked ? (double)r->sums[SUM_DIALOGUES] / (double)r->worked : 0;

	r->dialogues_left = (int64_t)llround((double)left * a_contact);
	expect_hits(&r->last, r->dialogues_left, LEVEL, &r->leads_left);
	r->profit = -1;
	if (r->lead_worth && r->dialogue_price)
		r->profit = expect_more(&r->last, r->dialogues_left, r->dialogues_left * r->dialogue_price / r->lead_worth);
}

static bool hopeless(const struct final *r)
{
	return r->last.n >= FINAL_LEAST && share_upper(r->last.hits, r->last.n, 0.95) < HOPELESS;
}

static enum advice advise(const struct final *r)
{
	bool falls = r->trend.p < SURE && r->trend.slope < 0;

	if (r->sums[SUM_DIALOGUES] < FINAL_LEAST)
		return ADVICE_EARLY;
	if (hopeless(r))
		return ADVICE_NOT_BY_TELEPHONE;
	if (r->leads_left.middle < SMALL_LEADS)
		return ADVICE_NEW_BASE;
	if (r->profit >= 0 && r->profit <= PAYS_NOT)
		return falls ? ADVICE_SCRIPT : ADVICE_NOT_BY_TELEPHONE;
	if (falls)
		return ADVICE_SCRIPT;
	return r->profit >= 0 && r->profit < PAYS ? ADVICE_SMALL : ADVICE_EXTEND;
}

void final_judge(struct final *r)
{
	judge_trend(r);
	judge_versions(r);
	judge_rest(r);
	r->advice = advise(r);
	r->says[REASON_FEW] = r->advice == ADVICE_EARLY;
	r->says[REASON_HOPELESS] = hopeless(r);
	r->says[REASON_TREND] = r->n_weeks > 1 && r->advice != ADVICE_EARLY;
	r->says[REASON_CHANGES] = any_moved(r);
	r->says[REASON_VERSION] = r->best < r->n_versions;
	r->says[REASON_LEFT] = true;
	r->says[REASON_PROFIT] = r->profit >= 0 && r->dialogues_left > 0;
	r->says[REASON_REFUSALS] = r->n_reasons > 0;
}
