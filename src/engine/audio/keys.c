/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.c - the shares of eight tones in each window. Voices have power between and around the tones, which is what tells them from keys. */
#include "engine/audio/keys.h"

#include "engine/audio/goertzel.h"

#include <stdlib.h>
#include <string.h>

enum { HOP = KEYS_FRAME / 2, HITS = 2, MISSES = 4, QUIET = 120 }; /* QUIET: mean of the samples, about -46 dBm0 */
#define BOTH 0.7                                                  /* of the power */
#define EITHER 0.09                                               /* of the power: 10 dB between the two at most */
#define OTHERS 0.3 /* of its tone's: what the next best of the group may have */

static const double rows[] = {697, 770, 852, 941}, columns[] = {1209, 1336, 1477, 1633};
static const char names[] = "123A456B789C*0#D";

/* The loudest of a group, or -1 when another is nearly as loud. */
static int loudest(const int16_t *pcm, const double *hz, double *ret_share)
{
	double share[4], next = 0;
	int best = 0;

	for (int i = 0; i < 4; i++) {
		share[i] = audio_tone_share(pcm, KEYS_FRAME, 1, hz[i], KEYS_RATE);
		best = share[i] > share[best] ? i : best;
	}
	for (int i = 0; i < 4; i++)
		next = i != best && share[i] > next ? share[i] : next;
	*ret_share = share[best];
	return share[best] >= EITHER && next < OTHERS * share[best] ? best : -1;
}

static char key_in(const int16_t *pcm)
{
	int64_t sum = 0;
	double low, high;
	int row, column;

	for (int i = 0; i < KEYS_FRAME; i++)
		sum += abs(pcm[i]);
	if (sum < (int64_t)QUIET * KEYS_FRAME)
		return 0;
	row = loudest(pcm, rows, &low);
	if (row < 0)
		return 0;
	column = loudest(pcm, columns, &high);
	return column >= 0 && low + high >= BOTH ? names[row * 4 + column] : 0;
}

static char step(struct keys_ear *e, char key)
{
	e->hits = key && key == e->seen ? e->hits + 1 : key != 0;
	e->seen = key;
	e->misses = key && key == e->held ? 0 : e->misses + 1;
	if (e->misses >= MISSES)
		e->held = 0;
	if (e->hits < HITS || key == e->held)
		return 0;
	e->held = key;
	e->misses = 0;
	return key;
}

char keys_hear(struct keys_ear *e, const int16_t pcm[KEYS_FRAME])
{
	int16_t across[KEYS_FRAME];
	char first, second;

	memcpy(across, e->tail, sizeof(e->tail));
	memcpy(across + HOP, pcm, HOP * sizeof(*pcm));
	memcpy(e->tail, pcm + HOP, sizeof(e->tail));
	first = step(e, key_in(across));
	second = step(e, key_in(pcm));
	return first ? first : second; /* never both: a key takes two windows */
}
