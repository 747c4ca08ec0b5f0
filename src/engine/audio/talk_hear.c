/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk_hear.c - from loudness to utterances: noise floor, speech, and whose it is. */
#include "engine/audio/talk_priv.h"

#include <math.h>

enum {
	WINDOW = TALK_FRAMES(10000),
	OVER_FLOOR_DB = 9,
	LEAST_DB = -50,
	FLOOR_MOST_DB = -40,
	BURST = TALK_FRAMES(100),
	PAUSE = TALK_FRAMES(500),
	ECHO_LAG = TALK_FRAMES(300),
	ECHO_DB = 12,
	SILENT_DB = -90,
};
#define ECHO_CORRELATION 0.6

/* From which loudness on these frames are speech. */
static int threshold(const int8_t *level, size_t n)
{
	size_t count[1 - SILENT_DB] = {0}, below = 0;
	int db = SILENT_DB;

	for (size_t i = 0; i < n; i++)
		count[level[i] - SILENT_DB]++;
	while (db < 0 && (below += count[db - SILENT_DB]) * 10 < n)
		db++;
	db = (db < FLOOR_MOST_DB ? db : FLOOR_MOST_DB) + OVER_FLOOR_DB;
	return db > LEAST_DB ? db : LEAST_DB;
}

static void add(struct talk_runs *r, size_t from, size_t to)
{
	if (to - from < BURST)
		return;
	if (r->n && from - r->at[r->n - 1].to < PAUSE)
		r->at[r->n - 1].to = to;
	else
		r->at[r->n++] = (struct talk_run){from, to};
}

static void find(const int8_t *level, size_t n, struct arena *a, struct talk_runs *ret)
{
	size_t from = 0;
	bool on = false;
	int least = 0;

	*ret = (struct talk_runs){NEW_N(a, struct talk_run, n / BURST + 1), 0};
	for (size_t i = 0; i < n; i++) {
		if (i % WINDOW == 0)
			least = threshold(level + i, n - i < WINDOW ? n - i : WINDOW);
		if (level[i] >= least && !on)
			from = i;
		else if (level[i] < least && on)
			add(ret, from, i);
		on = level[i] >= least;
	}
	if (on)
		add(ret, from, n);
}

struct likeness {
	double correlation, lower_db;
};

/* How alike n frames of loudness are, and how much lower the first are in the mean. */
static struct likeness compare(const int8_t *x, const int8_t *y, size_t n)
{
	double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, count = (double)n, spread;

	for (size_t i = 0; i < n; i++) {
		sx += x[i];
		sy += y[i];
		sxx += x[i] * x[i];
		syy += y[i] * y[i];
		sxy += x[i] * y[i];
	}
	spread = (sxx - sx * sx / count) * (syy - sy * sy / count);
	return (struct likeness){spread > 0 ? (sxy - sx * sy / count) / sqrt(spread) : 0, (sy - sx) / count};
}

static bool is_echo(const struct talk_run *r, const int8_t *level, const int8_t *other)
{
	for (size_t lag = 0; lag <= ECHO_LAG && lag <= r->from; lag++) {
		struct likeness l = compare(level + r->from, other + r->from - lag, r->to - r->from);
		if (l.correlation > ECHO_CORRELATION && l.lower_db >= ECHO_DB)
			return true;
	}
	return false;
}

static void drop_echoes(struct talk_runs *r, const int8_t *level, const int8_t *other)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!is_echo(r->at + i, level, other))
			r->at[kept++] = r->at[i];
	r->n = kept;
}

void talk_hear(const int8_t *const level[TALK_SIDES], size_t n, struct arena *a, struct talk_runs ret[TALK_SIDES])
{
	for (int side = 0; side < TALK_SIDES; side++)
		find(level[side], n, a, ret + side);
	for (int side = 0; side < TALK_SIDES; side++)
		drop_echoes(ret + side, level[side], level[!side]);
}
