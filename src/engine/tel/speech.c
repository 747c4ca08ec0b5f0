/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.c - libespeak-ng is not made for threads: one thread makes all phrases and ends. A finished phrase never changes. */
#include "engine/tel/speech.h"

#include "base/log.h"
#include "engine/tel/codec.h"

#include <espeak-ng/speak_lib.h>
#include <pthread.h>
#include <stdatomic.h>

enum { SECONDS_MAX = 8, SAMPLES_MAX = SECONDS_MAX * TEL_RATE };

static const char *const texts[TEL_PHRASES] = {
        [TEL_SAY_HELLO] = "Алло, слушаю вас.",
        [TEL_SAY_WHO] = "А кто это говорит?",
        [TEL_SAY_LISTENING] = "Так, понятно. Продолжайте.",
        [TEL_SAY_INTERESTING] = "Это интересно. Расскажите подробнее, пожалуйста.",
        [TEL_SAY_PRICE] = "А сколько это стоит?",
        [TEL_SAY_MAIL] = "Пришлите, пожалуйста, на почту, мы посмотрим.",
        [TEL_SAY_LATER] = "Мне сейчас неудобно, давайте завтра после обеда.",
        [TEL_SAY_BYE] = "Хорошо, договорились. До свидания.",
        [TEL_SAY_MACHINE] = "Вас приветствует автоответчик. Сейчас никого нет. Оставьте сообщение после сигнала.",
};

struct phrase {
	int16_t pcm[SAMPLES_MAX];
	size_t n;
	double at; /* where the next sample is taken from the voice's own rate */
};

static struct {
	pthread_t thread;
	bool runs;
	int rate;
	struct phrase *now;                       /* being made */
	struct phrase *_Atomic made[TEL_PHRASES]; /* set once, read by all */
} speech;

/* The voice speaks at 22 kHz; each of our samples is the mean of those it covers, which keeps what a telephone carries. */
static int take(short *wave, int n, espeak_EVENT *events)
{
	struct phrase *p = speech.now;
	double step = (double)speech.rate / TEL_RATE;

	(void)events;
	for (; wave && p->at < n && p->n < SAMPLES_MAX; p->at += step) {
		int from = (int)p->at, to = (int)(p->at + step), sum = 0, count = 0;
		for (int i = from; i < to && i < n; i++, count++)
			sum += wave[i];
		p->pcm[p->n++] = (int16_t)(count ? sum / count * 3 / 4 : 0);
	}
	if (wave)
		p->at -= p->at < n ? 0 : n;
	return 0;
}

static void *make_all(void *arg)
{
	(void)arg;
	speech.rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 200, NULL, espeakINITIALIZE_DONT_EXIT);
	if (speech.rate <= 0 || espeak_SetVoiceByName("ru") != EE_OK) {
		log_warn("speech", "no Russian voice: the practice subscriber speaks in tones");
		return NULL;
	}
	espeak_SetSynthCallback(take);
	for (int i = 0; i < TEL_PHRASES; i++) {
		speech.now = calloc(1, sizeof(*speech.now));
		if (!speech.now)
			break;
		espeak_Synth(texts[i], strlen(texts[i]) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
		atomic_store(&speech.made[i], speech.now);
	}
	espeak_Terminate();
	return NULL;
}

void tel_speech_init(void)
{
	speech.runs = pthread_create(&speech.thread, NULL, make_all, NULL) == 0;
}

void tel_speech_done(void)
{
	if (speech.runs)
		pthread_join(speech.thread, NULL);
	speech.runs = false;
	for (int i = 0; i < TEL_PHRASES; i++)
		free(atomic_exchange(&speech.made[i], NULL));
}

const int16_t *tel_speech(enum tel_phrase phrase, size_t *ret_n)
{
	struct phrase *p = atomic_load(&speech.made[phrase]);

	*ret_n = p ? p->n : 0;
	return p ? p->pcm : NULL;
}
