/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.h - phrases spoken by espeak-ng, made once at the start in a thread of their own and kept as 8 kHz samples;
 * and any other words, made by the same thread when they are asked for. */
#ifndef ENGINE_TEL_SPEECH_H
#define ENGINE_TEL_SPEECH_H

#include "base/str.h"

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

/* Begin making the phrases; returns at once. Without a voice (no espeak-ng-data) tones stand in for words: said in the log. Loop thread. */
void tel_speech_init(void);
void tel_speech_done(void);
/* The samples of a phrase; NULL while it is not made yet. Any thread. */
const int16_t *tel_speech(enum tel_phrase phrase, size_t *ret_n);

/* Words for a call, cut at 60 s; a libre object, shared by all who want the same words. Ask early: making them takes a moment.
 * Cyrillic is spoken by the Russian voice, anything else by the English. NULL: no memory, or too many are wanted. Loop thread. */
struct tel_saying;
struct tel_saying *tel_saying(str words);
str tel_saying_words(const struct tel_saying *s); /* NULL: none */
/* False: not made yet. ret_n 0: they cannot be made, since there is no voice. Valid while the object is held. */
bool tel_saying_made(const struct tel_saying *s, const int16_t **ret, size_t *ret_n);

#endif
