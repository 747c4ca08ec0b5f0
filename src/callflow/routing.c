/* SPDX-License-Identifier: GPL-3.0-or-later */
/* routing.c - the order of trunks as a comparison of two rules; a bucket in thousandths; a test of two shares. */
#include "callflow/routing.h"

enum { WHOLE = 1000 };

/* Of two rules that both hold, does a come first? */
static bool before(const struct routing_rule *a, const struct routing_rule *b)
{
	if (a->prefix.n != b->prefix.n)
		return a->prefix.n > b->prefix.n;
	if (!a->project_id != !b->project_id)
		return a->project_id != 0;
	return a->place < b->place;
}

static bool holds(const struct routing_rule *r, int64_t project_id, str number)
{
	return (!r->project_id || r->project_id == project_id) && str_starts(number, r->prefix);
}

static bool listed(const int64_t *trunks, size_t n, int64_t trunk)
{
	for (size_t i = 0; i < n; i++)
		if (trunks[i] == trunk)
			return true;
	return false;
}

/* The best rule whose trunk is not listed yet; NULL: none. */
static const struct routing_rule *best(const struct routing_rule *rules, size_t n, const struct routing_rule *own,
        str number, const int64_t *trunks, size_t n_trunks)
{
	const struct routing_rule *best = own->trunk_id && !listed(trunks, n_trunks, own->trunk_id) ? own : NULL;

	for (const struct routing_rule *r = rules; r < rules + n; r++)
		if (holds(r, own->project_id, number) && !listed(trunks, n_trunks, r->trunk_id) &&
		        (!best || before(r, best)))
			best = r;
	return best;
}

size_t routing_choose(const struct routing_rule *rules, size_t n, int64_t project_id, int64_t own_trunk, str number,
        int64_t ret[ROUTING_TRUNKS])
{
	const struct routing_rule own = {.project_id = project_id, .trunk_id = own_trunk}, *r;
	size_t n_ret = 0;

	while (n_ret < ROUTING_TRUNKS && (r = best(rules, n, &own, number, ret, n_ret)))
		ret[n_ret++] = r->trunk_id;
	return n_ret;
}

bool routing_goes_on(enum call_cause cause)
{
	return cause == CAUSE_TRUNK_DOWN || cause == CAUSE_TRUNK_SILENT;
}

int64_t routing_patience_ms(int64_t left_ms, size_t others)
{
	int64_t share = left_ms / (int64_t)(others + 1);

	if (left_ms <= 0)
		return 0;
	return others && share > ROUTING_PATIENCE_MS ? ROUTING_PATIENCE_MS : share;
}

/* Calls per second ------------------------------------------------------------------------------------------------------ */

static void fill(struct bucket *b, int64_t now)
{
	if (now > b->filled_at)
		b->room += (now - b->filled_at > WHOLE ? WHOLE : now - b->filled_at) * b->per_s;
	if (b->room > b->per_s * WHOLE)
		b->room = b->per_s * WHOLE;
	b->filled_at = now;
}

void bucket_set(struct bucket *b, int64_t per_s, int64_t now)
{
	bool first = !b->filled_at;

	if (b->per_s == per_s)
		return;
	fill(b, now);
	b->per_s = per_s;
	if (first || b->room > per_s * WHOLE)
		b->room = per_s * WHOLE;
}

int64_t bucket_room(struct bucket *b, int64_t now)
{
	fill(b, now);
	return b->room / WHOLE;
}

bool bucket_take(struct bucket *b, int64_t now)
{
	if (!bucket_room(b, now))
		return false;
	b->room -= WHOLE;
	return true;
}

/* Rest ------------------------------------------------------------------------------------------------------------------ */

bool rest_on(const struct rest *r, int64_t now)
{
	return r->until > now;
}

bool rest_refused(struct rest *r, int64_t asked_ms, int lot, int64_t now)
{
	int64_t ms = 0;

	if (rest_on(r, now)) /* of a call that was on its way before */
		return false;
	r->refusals++;
	if (r->refusals >= REST_AFTER)
		ms = r->refusals - REST_AFTER < 5 ? (int64_t)REST_LEAST_MS << (r->refusals - REST_AFTER) : REST_MOST_MS;
	if (asked_ms > ms)
		ms = asked_ms < REST_ASKED_MOST_MS ? asked_ms : REST_ASKED_MOST_MS;
	r->until = ms ? now + ms + ms * lot / 1000 : 0;
	return ms > 0;
}

void rest_served(struct rest *r)
{
	r->refusals = 0;
}

/* Caller numbers -------------------------------------------------------------------------------------------------------- */

bool caller_fell(struct caller_count now, struct caller_count before)
{
	double n = (double)now.dialled, m = (double)before.dialled, p, q, pooled, d;

	if (now.dialled < CALLER_LEAST_NOW || before.dialled < CALLER_LEAST_BEFORE)
		return false;
	p = (double)now.answered / n;
	q = (double)before.answered / m;
	pooled = (double)(now.answered + before.answered) / (n + m);
	d = q - p;
	/* d > 3 sigma, squared: no square root, no sign to lose. */
	return d > 0 && p < 0.75 * q && d * d > 9 * pooled * (1 - pooled) * (1 / n + 1 / m);
}
