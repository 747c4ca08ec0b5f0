/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decode.h - a file somebody uploaded becomes a sound of sound.h; words become one. Both are made in a child process (engine/jail), since
 * the file, and a name out of an imported list, come from anywhere. Worker: a minute of sound takes some 50 ms. */
#ifndef ENGINE_AUDIO_DECODE_H
#define ENGINE_AUDIO_DECODE_H

#include "engine/audio/sound.h"

/* What was found in the file. */
struct decoded {
	struct sound sound; /* the caller's, brought to SOUND_LEVEL; sound_free */
	double level;       /* dB of full scale, before */
	int rate, channels;
};
/* WAV and AIFF (PCM, A-law, µ-law and more), FLAC, Ogg with Vorbis or Opus, MP3; any rate from 2 to 400 kHz, up to 8 channels, which are mixed to one.
 * EINVAL on field "file", code: sound_form (no sound, or in a form not read here), sound_long (ms_max), sound_empty (under a tenth of a second),
 * sound_silent, sound_broken (damaged, or it takes more memory or time than a sound may). */
int audio_decode(const char *path, int64_t ms_max, struct decoded *ret, struct fault *f) MUST_USE;

/* Words spoken by voice ("ru", "en"), out of dir when they were spoken before (NULL: there is no such folder), else made and kept there.
 * EIO "no_voice": there is none on this machine. EINVAL "words", code sound_empty: nothing can be heard of these words. */
int audio_speak(const char *dir, str words, const char *voice, struct sound *ret, struct fault *f) MUST_USE;

#endif
