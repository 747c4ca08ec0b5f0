/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ogg.h - a finished recording as Ogg/Opus (RFC 7845): a sixth of the WAV's size, seekable, played by every browser. */
#ifndef ENGINE_AUDIO_OGG_H
#define ENGINE_AUDIO_OGG_H

#include "base/fault.h"

/* Encode the file wav (of engine/audio/wav.h; one the writer could not finish is fine) to the file opus, which appears whole or not at
 * all: it is written beside its name and renamed. Stereo stays stereo at 32 kbit/s, mono is 20. *ret_ms gets its length. Takes about a second per
 * hour-long call and core: for a job thread. EINVAL "wav" says what is wrong with the source, "opus" with the writing. Any thread. */
int audio_wav_to_opus(const char *wav, const char *opus, int64_t *ret_ms, struct fault *f) MUST_USE;

#endif
