/* SPDX-License-Identifier: GPL-3.0-or-later */
/* amd.c - the judge: rules in the order in which they count. */
#include "engine/audio/amd.h"

const struct amd_rules amd_rules_default = {.initial_silence_ms = 2500,
        .after_greeting_ms = 800,
        .greeting_ms = 1500,
        .words = 2,
        .word_ms = 100,
        .word_gap_ms = 50,
        .longest_word_ms = 5000,
        .total_ms = 5000};
const char *const amd_verdict_names[] = {"", "person", "machine", "unsure", NULL};
const char *const amd_reason_names[] = {"", "silence", "pause", "words", "greeting", "word", "beep", "sit", "time", NULL};

static enum amd_verdict decide(struct amd_judge *j, enum amd_verdict verdict, enum amd_reason reason)
{
	j->reason = reason;
	return j->verdict = verdict;
}

static void hear_voice(struct amd_judge *j, const struct amd_rules *r)
{
	j->word_ms += AMD_FRAME_MS;
	j->voice_ms += AMD_FRAME_MS;
	j->silence_ms = 0;
	if (!j->in_word && j->word_ms >= r->word_ms) {
		j->in_word = true;
		j->words++;
	}
}

static void hear_silence(struct amd_judge *j, const struct amd_rules *r)
{
	j->silence_ms += AMD_FRAME_MS;
	if (j->silence_ms < r->word_gap_ms)
		return;
	if (!j->in_word)
		j->voice_ms -= j->word_ms; /* a click was no voice */
	j->word_ms = 0;
	j->in_word = false;
}

enum amd_verdict amd_step(struct amd_judge *j, const struct amd_rules *r, char mark)
{
	if (j->verdict)
		return j->verdict;
	j->ms += AMD_FRAME_MS;
	if (mark == AMD_SIT)
		return decide(j, AMD_MACHINE, AMD_BY_SIT);
	if (mark == AMD_BEEP)
		return decide(j, AMD_MACHINE, AMD_BY_BEEP);
	if (mark == AMD_VOICE)
		hear_voice(j, r);
	else
		hear_silence(j, r);
	if (!j->words && j->silence_ms >= r->initial_silence_ms)
		return decide(j, AMD_MACHINE, AMD_BY_SILENCE);
	if (j->words && j->silence_ms >= r->after_greeting_ms)
		return decide(j, AMD_PERSON, AMD_BY_PAUSE);
	if (j->words > r->words)
		return decide(j, AMD_MACHINE, AMD_BY_WORDS);
	if (j->in_word && j->word_ms >= r->longest_word_ms)
		return decide(j, AMD_MACHINE, AMD_BY_WORD);
	if (j->words && j->voice_ms >= r->greeting_ms)
		return decide(j, AMD_MACHINE, AMD_BY_GREETING);
	if (j->ms >= r->total_ms)
		return decide(j, AMD_UNSURE, AMD_BY_TIME);
	return AMD_LISTENING;
}

struct amd_judge amd_of(const struct amd_rules *r, str marks)
{
	struct amd_judge j = {0};

	for (size_t i = 0; i < marks.n && !j.verdict; i++)
		amd_step(&j, r, marks.p[i]);
	if (!j.verdict)
		decide(&j, AMD_UNSURE, AMD_BY_TIME);
	return j;
}
