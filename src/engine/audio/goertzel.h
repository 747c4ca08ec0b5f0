/* SPDX-License-Identifier: GPL-3.0-or-later */
/* goertzel.h - how much of a sound is one tone: for tests of what is heard and recorded. Any thread. */
#ifndef ENGINE_AUDIO_GOERTZEL_H
#define ENGINE_AUDIO_GOERTZEL_H

#include <stddef.h>
#include <stdint.h>

/* The share of the power of n samples, taken each step-th from pcm, that lies at hz: 1 nothing else, 0 none of it. step 2 reads one side of
 * interleaved stereo. rate is of the side. */
double audio_tone_share(const int16_t *pcm, size_t n, size_t step, double hz, double rate);

#endif
