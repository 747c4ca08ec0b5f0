/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conceal.c - pitch by the best correlation of the last 20 ms with what came 5 to 20 ms before. */
#include "engine/tel/conceal.h"

#include <math.h>
#include <string.h>

enum {
	SHORTEST = 40,
	LONGEST = 160,
	LOOK = TEL_CONCEAL_HISTORY - LONGEST,
	WHOLE = 80,  /* samples at full strength */
	FADED = 480, /* and gone after */
	BLEND = 32,
};
#define FAINTEST_DB (-70.0)
#define LOUDEST_DB (-50.0)
#define USUAL_DB (-65.0)
#define RISE_DB 0.02 /* a tick: 1 dB a second */

/* How alike the last samples and those so far before are, of 1. */
static double likeness(const int16_t *end, size_t lag)
{
	double both = 0, before = 1;

	for (size_t i = 1; i <= LOOK; i++) {
		double x = end[-(ptrdiff_t)i], y = end[-(ptrdiff_t)(i + lag)];
		both += x * y;
		before += y * y;
	}
	return both / sqrt(before);
}

static size_t find_period(const int16_t *end)
{
	size_t best = SHORTEST;
	double most = likeness(end, SHORTEST);

	for (size_t lag = SHORTEST + 1; lag <= LONGEST; lag++) {
		double now = likeness(end, lag);
		if (now > most) {
			most = now;
			best = lag;
		}
	}
	return best;
}

static void keep(struct tel_conceal *c, const int16_t *pcm, size_t n)
{
	size_t taken = n < TEL_CONCEAL_HISTORY ? n : TEL_CONCEAL_HISTORY, room = TEL_CONCEAL_HISTORY - c->at,
	       first = taken < room ? taken : room;

	pcm += n - taken;
	memcpy(c->history + c->at, pcm, first * sizeof(*pcm));
	memcpy(c->history, pcm + first, (taken - first) * sizeof(*pcm));
	c->at = (c->at + taken) % TEL_CONCEAL_HISTORY;
}

/* The oldest sample first. */
static void straighten(struct tel_conceal *c)
{
	int16_t was[TEL_CONCEAL_HISTORY];

	memcpy(was, c->history, sizeof(was));
	for (size_t i = 0; i < TEL_CONCEAL_HISTORY; i++)
		c->history[i] = was[(c->at + i) % TEL_CONCEAL_HISTORY];
	c->at = 0;
}

/* The last period over and over; where it begins again its end leads over to what came before its beginning. */
static double go_on(const struct tel_conceal *c, size_t i)
{
	const int16_t *end = c->history + TEL_CONCEAL_HISTORY;
	size_t at = i % c->period, lead = c->period / 4, left = c->period - at;
	double x = end[(ptrdiff_t)at - (ptrdiff_t)c->period], share;

	if (left > lead || c->period + left > TEL_CONCEAL_HISTORY)
		return x;
	share = (double)(lead - left + 1) / (double)(lead + 1);
	return x * (1 - share) + end[-(ptrdiff_t)(c->period + left)] * share;
}

static double strength(size_t i)
{
	return i < WHOLE ? 1 : i < FADED ? (double)(FADED - i) / (FADED - WHOLE) : 0;
}

void tel_conceal_lost(struct tel_conceal *c, int16_t *pcm, size_t n)
{
	if (!c->period) {
		straighten(c);
		c->period = find_period(c->history + TEL_CONCEAL_HISTORY);
	}
	for (size_t i = 0; i < n; i++, c->made++)
		pcm[i] = c->made < FADED ? (int16_t)lrint(strength(c->made) * go_on(c, c->made)) : 0;
}

void tel_conceal_good(struct tel_conceal *c, int16_t *pcm, size_t n)
{
	for (size_t i = 0; c->period && i < n && i < BLEND; i++) {
		double share = (double)(i + 1) / (BLEND + 1);
		pcm[i] = (int16_t)lrint(pcm[i] * share + strength(c->made + i) * go_on(c, c->made + i) * (1 - share));
	}
	c->period = c->made = 0;
	keep(c, pcm, n);
}

/* Noise ---------------------------------------------------------------------------------------------------------------- */

static double within(double db)
{
	return db < FAINTEST_DB ? FAINTEST_DB : db > LOUDEST_DB ? LOUDEST_DB : db;
}

void tel_comfort_hear(struct tel_comfort *c, double level_db)
{
	double now = within(level_db);

	c->floor_db = c->floor_db == 0 || now < c->floor_db + RISE_DB ? now : c->floor_db + RISE_DB;
}

void tel_comfort_told(struct tel_comfort *c, uint8_t level)
{
	c->floor_db = within(-(double)(level & 0x7f));
}

void tel_comfort_fill(struct tel_comfort *c, int16_t *pcm, size_t n)
{
	double most = 32767 * sqrt(3) * pow(10, (c->floor_db == 0 ? USUAL_DB : c->floor_db) / 20); /* of even noise */

	for (size_t i = 0; i < n; i++) {
		c->seed = c->seed * 1664525u + 1013904223u;
		pcm[i] = (int16_t)lrint(most * ((double)(c->seed >> 8) / 8388608.0 - 1));
	}
}
