/* SPDX-License-Identifier: GPL-3.0-or-later */
/* goertzel.c - G. Goertzel, An algorithm for the evaluation of finite trigonometric series (1958). */
#include "engine/audio/goertzel.h"

#include <math.h>

double audio_tone_share(const int16_t *pcm, size_t n, size_t step, double hz, double rate)
{
	double k = 2 * cos(2 * M_PI * hz / rate), q0, q1 = 0, q2 = 0, power = 0;

	for (size_t i = 0; i < n; i++) {
		double v = pcm[i * step];
		q0 = k * q1 - q2 + v;
		q2 = q1;
		q1 = q0;
		power += v * v;
	}
	return power > 0 ? 2 * (q1 * q1 + q2 * q2 - k * q1 * q2) / ((double)n * power) : 0;
}
