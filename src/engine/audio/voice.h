/* SPDX-License-Identifier: GPL-3.0-or-later */
/* voice.h - words spoken by espeak-ng, as sounds of sound.h. libespeak-ng is not made for threads: one thread of a process uses it, between
 * voice_open and voice_close. */
#ifndef ENGINE_AUDIO_VOICE_H
#define ENGINE_AUDIO_VOICE_H

#include "engine/audio/sound.h"

enum { VOICE_SECONDS_MAX = 60 };

/* Reads the data of the voices; false: there are none (espeak-ng-data). */
bool voice_open(void);
/* Reads what one voice ("ru", "en") needs; the words that follow are spoken by it and open no file more. */
bool voice_take(const char *voice);
/* Cut at VOICE_SECONDS_MAX. Letters that are neither Latin nor Cyrillic are passed over. Nothing comes of words without a sound: n is 0 then.
 * ENOMEM */
int voice_speak(str words, struct sound *ret) MUST_USE;
void voice_close(void);

/* Which voice speaks words when nobody said: Cyrillic is Russian, other letters are English, without letters it is usual. */
const char *voice_of(str words, const char *usual);
/* The key these words have in a folder of spoken sounds. */
void voice_key(str words, str voice, char ret[SOUND_KEY]);

#endif
