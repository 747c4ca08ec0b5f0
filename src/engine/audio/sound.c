/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound.c - samples: how loud they are, and louder or softer. */
#include "engine/audio/sound.h"

#include <math.h>
#include <stdlib.h>

enum { FRAME = SOUND_RATE / 50, FULL = 32768, BINS = 32769, PEAK = 30000, RARE = 2000 };
/* A frame so far below the loudest is a pause. */
#define PAUSE 0.001

void sound_free(struct sound *s)
{
	free(s->pcm);
	*s = (struct sound){.n = 0};
}

int64_t sound_ms(const struct sound *s)
{
	return (int64_t)s->n * 1000 / SOUND_RATE;
}

static double power(const int16_t *pcm, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	return n ? sum / (double)n : 0;
}

double sound_level(const struct sound *s)
{
	double loudest = 0, sum = 0, active = 0;

	for (size_t at = 0; at < s->n; at += FRAME)
		loudest = fmax(loudest, power(s->pcm + at, s->n - at < FRAME ? s->n - at : FRAME));
	for (size_t at = 0; at < s->n && loudest > 0; at += FRAME) {
		double here = power(s->pcm + at, s->n - at < FRAME ? s->n - at : FRAME);
		if (here >= loudest * PAUSE) {
			sum += here;
			active++;
		}
	}
	return active > 0 ? 10 * log10(sum / active / FULL / FULL) : SOUND_SILENT;
}

static int clip(double v)
{
	return v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : (int)lrint(v);
}

/* So loud all samples are but one in RARE: a click is no measure of speech. */
static double peak_of(const struct sound *s)
{
	size_t *bins = calloc(BINS, sizeof(*bins)), left = s->n / RARE;
	int v = BINS - 1;

	for (size_t i = 0; bins && i < s->n; i++)
		bins[abs(s->pcm[i])]++;
	for (; bins && v > 0 && bins[v] <= left; v--)
		left -= bins[v];
	free(bins);
	return v;
}

void sound_bring(struct sound *s, double level)
{
	double mean = 0, gain, peak;

	for (size_t i = 0; i < s->n; i++)
		mean += s->pcm[i];
	mean = s->n ? mean / (double)s->n : 0;
	for (size_t i = 0; i < s->n; i++)
		s->pcm[i] = (int16_t)clip(s->pcm[i] - mean);
	gain = pow(10, (level - sound_level(s)) / 20);
	peak = peak_of(s);
	if (peak > 0 && gain > PEAK / peak)
		gain = PEAK / peak;
	for (size_t i = 0; i < s->n; i++)
		s->pcm[i] = (int16_t)clip(s->pcm[i] * gain);
}
