/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.h - phrases spoken by espeak-ng, made once at the start in a thread of their own and kept as 8 kHz samples. */
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

#endif
