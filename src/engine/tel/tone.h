/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tone.h - tones made sample by sample at 8 kHz: signals of the exchange, music on hold, DTMF in band. Any thread. */
#ifndef ENGINE_TEL_TONE_H
#define ENGINE_TEL_TONE_H

#include "engine/tel/codec.h"
#include "engine/tel/leg.h"

/* The frame of a source at its n-th tick. TEL_QUIET, TEL_SILENCE and TEL_ECHO give silence. */
void tel_tone(enum tel_source source, uint64_t tick, int16_t pcm[TEL_FRAME]);
/* The n-th frame of a DTMF digit; false when digit is none. */
bool tel_tone_dtmf(char digit, uint64_t tick, int16_t pcm[TEL_FRAME]);
/* Add hz at amplitude to the frame, in phase from tick to tick. */
void tel_tone_add(double hz, double amplitude, uint64_t tick, int16_t pcm[TEL_FRAME]);

#endif
