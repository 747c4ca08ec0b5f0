/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.h - what is said into calls: phrases spoken by espeak-ng, made once at the start in a thread of their own and kept as 8 kHz samples; any other
 * words, made by the same thread when they are asked for; and sounds people uploaded, which it reads. Words once spoken are kept in a folder, so
 * that they are spoken once and not again after a restart. */
#ifndef ENGINE_TEL_SPEECH_H
#define ENGINE_TEL_SPEECH_H

#include "base/str.h"

/* tel's own bound on what it keeps in memory. */
enum { SPEECH_MEMORY = 64 << 20 };

/* What the simulated subscriber and his answering machine say. */
enum tel_phrase {
	TEL_SAY_HELLO,
	TEL_SAY_WHO,
	TEL_SAY_LISTENING,
	TEL_SAY_INTERESTING,
	TEL_SAY_PRICE,
	TEL_SAY_MAIL,
	TEL_SAY_LATER,
	TEL_SAY_BYE,
	TEL_SAY_MACHINE,
	TEL_PHRASES
};

/* Begin making the phrases; returns at once. Without a voice (no espeak-ng-data) tones stand in for words: said in the log. sounds: the folder app
 * keeps uploaded sounds in (engine/audio/sound.h); spoken: the folder of words once spoken. Each may be NULL: there is none. Loop thread. */
void tel_speech_init(const char *sounds, const char *spoken);
void tel_speech_done(void);
/* The samples of a phrase; NULL while it is not made yet. Any thread. */
const int16_t *tel_speech(enum tel_phrase phrase, size_t *ret_n);

/* What is to be heard: a sound by its key, or words in a voice. */
struct tel_words {
	str words;
	str voice; /* "ru", "en"; absent: Cyrillic is spoken by the Russian voice, anything else by the English */
	str sound; /* a key in the folder of sounds: that is heard, the words are not; absent: the words */
};
/* For a call; words are cut at 60 s. A libre object, shared by all who want the same. Ask early: making it takes a moment. NULL: no memory, or too
 * much is wanted at once. Loop thread. */
struct tel_saying;
struct tel_saying *tel_saying_of(const struct tel_words *w);
struct tel_saying *tel_saying(str words); /* in the voice of their letters */
/* These words will be wanted: speak them into the folder when there is nothing better to do. Loop thread. */
void tel_speech_prepare(const struct tel_words *w);
str tel_saying_words(const struct tel_saying *s); /* NULL: none */
/* False: not made yet. ret_n 0: it cannot be made: there is no voice, or no such sound. Valid while the object is held. */
bool tel_saying_made(const struct tel_saying *s, const int16_t **ret, size_t *ret_n);

#endif
