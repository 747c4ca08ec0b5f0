/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tone.c - sines by libm; cadences as a table. */
#include "engine/tel/tone.h"

#include <math.h>

static const struct cadence {
	double hz, amplitude;
	uint32_t on_ms, period_ms; /* period 0: once */
} cadences[] = {
        [TEL_RINGBACK] = {425, 3000, 1000, 5000},
        [TEL_BUSY] = {425, 3000, 350, 700},
        [TEL_BEEP] = {880, 3500, 160, 0},
        [TEL_ECHO] = {0},
};

void tel_tone_add(double hz, double amplitude, uint64_t tick, int16_t pcm[TEL_FRAME])
{
	double step = 2 * M_PI * hz / TEL_RATE, phase = fmod(step * (double)(tick * TEL_FRAME), 2 * M_PI);

	for (int i = 0; i < TEL_FRAME; i++)
		pcm[i] = (int16_t)(pcm[i] + amplitude * sin(phase + step * i));
}

/* Three notes of a chord, each swelling at its own pace. */
static void music(uint64_t tick, int16_t *pcm)
{
	static const double notes[] = {220.0, 277.18, 329.63};

	for (int i = 0; i < 3; i++) {
		double swell = 0.55 - 0.45 * cos(2 * M_PI * (double)tick / (double)(250 + 70 * i));
		tel_tone_add(notes[i], 900 * swell, tick, pcm);
	}
}

void tel_tone(enum tel_source source, uint64_t tick, int16_t pcm[TEL_FRAME])
{
	const struct cadence *c;
	uint64_t ms = tick * 20;

	memset(pcm, 0, TEL_FRAME * sizeof(*pcm));
	if (source == TEL_MUSIC) {
		music(tick, pcm);
		return;
	}
	if (source >= COUNT(cadences))
		return;
	c = &cadences[source];
	if (c->on_ms && (c->period_ms ? ms % c->period_ms : ms) < c->on_ms)
		tel_tone_add(c->hz, c->amplitude, tick, pcm);
}

bool tel_tone_dtmf(char digit, uint64_t tick, int16_t pcm[TEL_FRAME])
{
	static const char keys[] = "123A456B789C*0#D";
	static const double rows[] = {697, 770, 852, 941}, columns[] = {1209, 1336, 1477, 1633};
	const char *at = digit ? strchr(keys, digit) : NULL;

	memset(pcm, 0, TEL_FRAME * sizeof(*pcm));
	if (!at)
		return false;
	tel_tone_add(rows[(at - keys) / 4], 5000, tick, pcm);
	tel_tone_add(columns[(at - keys) % 4], 6000, tick, pcm);
	return true;
}
