/* SPDX-License-Identifier: GPL-3.0-or-later */
/* voice.h - what the talkers of the benches say: a second of something like speech, since an encoder that is given silence has nothing to do.
 * Harmonics of a gliding pitch under three formants, four syllables with a hiss at the end of each. */
#ifndef BENCH_VOICE_H
#define BENCH_VOICE_H

#include <math.h>
#include <stdint.h>

enum { VOICE_RATE = 8000, VOICE_FRAME = 160, VOICE_FRAMES = 50, VOICE_SYLLABLES = 4 };

static inline double voice_formants(double hz)
{
	return exp(-pow((hz - 600) / 250, 2)) + 0.5 * exp(-pow((hz - 1250) / 300, 2)) +
	       0.25 * exp(-pow((hz - 2600) / 400, 2));
}

static inline void voice_make(int16_t pcm[VOICE_FRAMES * VOICE_FRAME])
{
	uint32_t noise = 1;
	double phase = 0;

	for (int i = 0; i < VOICE_FRAMES * VOICE_FRAME; i++) {
		double at = fmod((double)i / VOICE_RATE * VOICE_SYLLABLES, 1),
		       hz = 110 + 30 * sin(2 * M_PI * i / VOICE_RATE);
		double loud = at < 0.6 ? sin(M_PI * at / 0.6) : 0, hiss = at > 0.55 && at < 0.75 ? 900 : 40, sum = 0;
		phase += 2 * M_PI * hz / VOICE_RATE;
		for (int k = 1; k * hz < 3400; k++)
			sum += voice_formants(k * hz) * sin(k * phase);
		noise = noise * 1664525u + 1013904223u;
		pcm[i] = (int16_t)(3000 * loud * sum + hiss * ((double)(noise >> 8) / 8388608.0 - 1));
	}
}

#endif
