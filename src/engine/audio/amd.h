/* SPDX-License-Identifier: GPL-3.0-or-later */
/* amd.h - a person or a machine? From the first seconds after the answer, by energy and cadence: a person says a word and waits, a machine
 * speaks on. In two steps, both pure: the ear makes one letter of each 20 ms, the judge decides by the letters alone; so what was once heard
 * can be judged again by other rules, and rules can be measured on labelled answers (docs/adr/0023).
 *
 * Cadence and its defaults are those of Asterisk's app_amd. SIT: three pure tones rising, 950, 1400 and 1800 Hz, 330 ms each (ITU-T E.180): the
 * network speaks, nobody else. A beep: a pure tone of 400 to 2200 Hz for 160 ms and more, as at the end of a greeting, of a fax, of a busy line
 * behind an exchange. Who is not known for sure is a person: the mistake that leaves a person in silence is the one that must not happen. */
#ifndef ENGINE_AUDIO_AMD_H
#define ENGINE_AUDIO_AMD_H

#include "base/fault.h"

enum { AMD_FRAME_MS = 20, AMD_FRAME = 160, AMD_RATE = 8000, AMD_MARKS = 300 };
enum { AMD_SILENCE = '.', AMD_VOICE = 'v', AMD_BEEP = 'b', AMD_SIT = 's' };

/* Zeroed is ready. */
struct amd_ear {
	double hz;     /* of the tone that lasts */
	int tone, gap; /* frames of it, and since */
	int sit;       /* of the three, how many came in their order */
};
/* One frame of 8 kHz: its letter. A tone becomes AMD_BEEP or AMD_SIT once it is one; before it is a voice. */
char amd_hear(struct amd_ear *e, const int16_t pcm[AMD_FRAME]);

/* The letters of the other side (the right one) of a recording, which begins with the answer. EINVAL "wav": no stereo of 8 kHz. */
int amd_hear_wav(const char *path, char marks[AMD_MARKS], size_t *ret_n, struct fault *f) MUST_USE;

struct amd_rules {
	int initial_silence_ms;   /* nothing for so long from the answer: a machine */
	int after_greeting_ms;    /* silence after a word: a person, who waits for ours */
	int greeting_ms;          /* voice in all: a machine */
	int words;                /* more than so many: a machine */
	int word_ms, word_gap_ms; /* the shortest word; the shortest silence between two */
	int longest_word_ms;
	int total_ms; /* then it is decided, for a person */
};
/* 2500, 800, 1500, 2, 100, 50, 5000, 5000 */
extern const struct amd_rules amd_rules_default;

enum amd_verdict { AMD_LISTENING, AMD_PERSON, AMD_MACHINE, AMD_UNSURE, AMD_VERDICTS };
enum amd_reason {
	AMD_NO_REASON,
	AMD_BY_SILENCE,  /* nothing was said */
	AMD_BY_PAUSE,    /* a word, then a pause */
	AMD_BY_WORDS,    /* too many words */
	AMD_BY_GREETING, /* too long a speech */
	AMD_BY_WORD,     /* a word without an end */
	AMD_BY_BEEP,
	AMD_BY_SIT,
	AMD_BY_TIME, /* nothing of all this */
	AMD_REASONS
};
extern const char *const amd_verdict_names[AMD_VERDICTS + 1];
extern const char *const amd_reason_names[AMD_REASONS + 1];

/* Zeroed is ready. */
struct amd_judge {
	enum amd_verdict verdict;
	enum amd_reason reason;
	int ms, voice_ms, word_ms, silence_ms, words;
	bool in_word;
};
/* The next letter; once it is not AMD_LISTENING it stays. */
enum amd_verdict amd_step(struct amd_judge *j, const struct amd_rules *r, char mark);
/* All letters of an answer. Where they end before the verdict it is AMD_UNSURE. */
struct amd_judge amd_of(const struct amd_rules *r, str marks);

#endif
