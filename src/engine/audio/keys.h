/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.h - keys pressed on a telephone, heard in its sound (ITU-T Q.23, Q.24): for far ends that send no telephone events. A key is two tones, one of
 * each group, with nearly all of the power and neither far louder than the other, for 30 ms and more; the same key again wants a
 * pause of 50 ms. One ear for one side of one call; zeroed is ready. Any thread. */
#ifndef ENGINE_AUDIO_KEYS_H
#define ENGINE_AUDIO_KEYS_H

#include <stdint.h>

enum { KEYS_RATE = 8000, KEYS_FRAME = 160 };

struct keys_ear {
	int16_t tail[KEYS_FRAME / 2]; /* of the frame before: windows of 20 ms begin each 10 ms */
	char seen, held;              /* in the last window; told, and not yet let go */
	int hits, misses;
};
/* The next 20 ms: the key that is told now, or 0. */
char keys_hear(struct keys_ear *e, const int16_t pcm[KEYS_FRAME]);

#endif
