/* SPDX-License-Identifier: GPL-3.0-or-later */
/* voice.c - thin over libespeak-ng. */
#include "engine/audio/voice.h"

#include "base/utf8.h"
#include "engine/audio/rate.h"
#include "engine/crypto/crypto.h"

#include <espeak-ng/speak_lib.h>
#include <stdlib.h>
#include <string.h>

/* Another sound of the same words is another key: changed with whatever changes how they sound. */
#define EDITION "1"

static struct {
	int rate;
	int16_t *wave; /* at the voice's own rate */
	size_t n, max;
} voice;

static int take(short *wave, int n, espeak_EVENT *events)
{
	size_t room = voice.max - voice.n, more = n > 0 ? (size_t)n : 0;

	(void)events;
	if (!wave || !voice.max)
		return 0;
	memcpy(voice.wave + voice.n, wave, (more < room ? more : room) * sizeof(*wave));
	voice.n += more < room ? more : room;
	return voice.n == voice.max;
}

bool voice_open(void)
{
	voice.rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 200, NULL, espeakINITIALIZE_DONT_EXIT);
	if (voice.rate > 0)
		espeak_SetSynthCallback(take);
	return voice.rate > 0;
}

static void synth(const char *words)
{
	espeak_Synth(words, strlen(words) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
}

/* A Russian voice reads Latin letters by the English dictionary, and an English one Cyrillic by the Russian; it opens that file when the first such
 * letter comes, and falls over when it may not. So one comes now. */
bool voice_take(const char *name)
{
	if (espeak_SetVoiceByName(name) != EE_OK)
		return false;
	voice.max = 0;
	synth("я a …");
	return true;
}

/* Latin and Cyrillic letters and what stands between them. Each other alphabet would open a dictionary of its own. */
static bool is_spoken(uint32_t c)
{
	return c < 0x180 || (c >= 0x400 && c < 0x460) || (c >= 0x2010 && c < 0x2028) || (c >= 0x20a0 && c < 0x20c0) ||
	       c == 0x2116;
}

static const char *only_spoken(struct arena *a, str words)
{
	struct text t = {.a = a};
	size_t at = 0;

	while (at < words.n) {
		uint32_t c = utf8_next(words, &at);
		utf8_add(&t, c < ' ' || !is_spoken(c) ? ' ' : c);
	}
	return text_z(&t);
}

int voice_speak(str words, struct sound *ret)
{
	struct arena a = {0};
	int err;

	voice.max = (size_t)VOICE_SECONDS_MAX * (size_t)voice.rate;
	voice.n = 0;
	voice.wave = malloc(voice.max * sizeof(*voice.wave));
	if (!voice.wave)
		return ENOMEM;
	synth(only_spoken(&a, utf8_clean(&a, words)));
	arena_free(&a);
	err = rate_change(voice.wave, voice.n, voice.rate, ret);
	if (!err && sound_level(ret) == SOUND_SILENT)
		sound_free(ret); /* a pause for a comma */
	else if (!err)
		sound_bring(ret, SOUND_LEVEL);
	free(voice.wave);
	voice.wave = NULL;
	return err;
}

void voice_close(void)
{
	espeak_Terminate();
}

static bool is_latin(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const char *voice_of(str words, const char *usual)
{
	const char *found = usual;

	for (size_t i = 0; i < words.n; i++)
		if (words.p[i] == '\xd0' || words.p[i] == '\xd1')
			return "ru";
		else if (is_latin(words.p[i]))
			found = "en";
	return found;
}

void voice_key(str words, str name, char ret[SOUND_KEY])
{
	struct sha256 sum;

	sha256_init(&sum);
	sha256_add(&sum, EDITION "\n", strlen(EDITION) + 1);
	sha256_add(&sum, name.p, name.n);
	sha256_add(&sum, "\n", 1);
	sha256_add(&sum, words.p, words.n);
	sha256_done_hex(&sum, ret);
}
