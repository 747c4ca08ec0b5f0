/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.c - what is poured into vessels that fill evenly, step by step. */
#include "callflow/share.h"

/* Up to where each step fills. */
enum step { USED, WANTED, SPARE, WHOLE, STEPS };

/* For calls nobody asked for yet: so that the next ones need not wait for a grant. */
static int64_t spare_of(int64_t limit)
{
	return limit / 8 + 1;
}

static int64_t level(const struct share *s, enum step step, int64_t limit)
{
	switch (step) {
	case USED: return s->used;
	case WANTED: return s->used + s->wants;
	case SPARE: return s->used + s->wants + spare_of(limit);
	case WHOLE:
	case STEPS: break;
	}
	return s->used + s->wants + limit;
}

/* What cannot be divided evenly: to who has least when they ask for it, so that everybody has his turn; else to who has it already. */
static bool before(const struct share *a, const struct share *b, enum step step)
{
	if (a->granted != b->granted)
		return (a->granted < b->granted) == (step == WANTED);
	return a < b;
}

static size_t open_gaps(struct share *shares, size_t n, enum step step, int64_t limit)
{
	size_t open = 0;

	for (struct share *s = shares; s < shares + n; s++) {
		int64_t up_to = level(s, step, limit);
		s->gap = s->live && up_to > s->to ? up_to - s->to : 0;
		open += s->gap > 0;
	}
	return open;
}

static void pour_odd(int64_t left, struct share *shares, size_t n, enum step step)
{
	for (struct share *s = shares; s < shares + n; s++) {
		int64_t ahead = 0;
		for (const struct share *o = shares; o < shares + n; o++)
			ahead += o != s && o->gap && before(o, s, step);
		s->to += s->gap && ahead < left;
	}
}

static int64_t pour(int64_t left, struct share *shares, size_t n, enum step step, int64_t limit)
{
	size_t open;

	while (left > 0 && (open = open_gaps(shares, n, step, limit))) {
		int64_t each = left / (int64_t)open;
		if (!each) {
			pour_odd(left, shares, n, step);
			return 0;
		}
		for (struct share *s = shares; s < shares + n; s++) {
			int64_t more = s->gap < each ? s->gap : each;
			s->to += more;
			left -= more;
		}
	}
	return left;
}

/* Somebody runs short of what he could have, or holds much more than he is to have. */
static bool moves(int64_t limit, const struct share *shares, size_t n)
{
	int64_t spare = spare_of(limit), sum = 0;
	size_t live = 0;
	bool any = false;

	for (const struct share *s = shares; s < shares + n; s++) {
		sum += s->granted;
		live += s->live;
		if (!s->live)
			continue;
		any |= s->to > s->granted && s->granted < s->used + s->wants + (spare + 1) / 2;
		any |= s->granted > s->to + spare;
	}
	return any || live == 1 || sum > limit;
}

void share_out(int64_t limit, bool whole, struct share *shares, size_t n)
{
	int64_t left = limit;
	size_t live = 0;

	for (struct share *s = shares; s < shares + n; s++) {
		live += s->live;
		s->to = s->live ? 0 : s->granted;
		left -= s->to;
	}
	for (enum step step = USED; step < (whole || live == 1 ? STEPS : WHOLE); step++)
		left = pour(left, shares, n, step, limit);
	if (moves(limit, shares, n))
		return;
	for (struct share *s = shares; s < shares + n; s++)
		s->to = s->granted;
}

int64_t share_grant(int64_t limit, const struct share *shares, size_t n, size_t i)
{
	int64_t free = limit, granted = shares[i].granted, more = shares[i].to - granted;

	for (size_t k = 0; k < n; k++)
		free -= shares[k].granted;
	if (more > 0 && more > free)
		more = free > 0 ? free : 0;
	return granted + more;
}
