/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rate.h - samples of any rate become samples of 8 kHz, without what a telephone cannot carry. One thread at a time. */
#ifndef ENGINE_AUDIO_RATE_H
#define ENGINE_AUDIO_RATE_H

#include "engine/audio/sound.h"

/* All at once. ret is new. ENOMEM */
int rate_change(const int16_t *pcm, size_t n, int rate, struct sound *ret) MUST_USE;

/* Piece by piece: new, add as often as needed, end, free. */
struct rate;
/* max: samples of 8 kHz it takes at most, what is more is left out. NULL: no memory, or no such rate. */
struct rate *rate_new(int rate, size_t max);
int rate_add(struct rate *r, const int16_t *pcm, size_t n) MUST_USE; /* ENOMEM */
int rate_end(struct rate *r, struct sound *ret) MUST_USE;            /* ret is the caller's */
void rate_free(struct rate *r);

#endif
