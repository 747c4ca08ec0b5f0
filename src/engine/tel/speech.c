/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.c - libespeak-ng is not made for threads: one thread makes all: first the phrases, then what is asked for.
 * What is finished never changes. */
#include "engine/tel/speech.h"

#include "base/log.h"
#include "engine/tel/codec.h"
#include "engine/tel/loop.h"
#include "engine/tel/re.h"

#include <espeak-ng/speak_lib.h>
#include <pthread.h>
#include <stdatomic.h>

enum { SECONDS_MAX = 60, SAMPLES_MAX = SECONDS_MAX * TEL_RATE, SAYINGS_MAX = 64 };

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
	int16_t *pcm;
	size_t n;
	double at; /* where the next sample is taken from the voice's own rate */
};

struct tel_saying {
	struct le le;   /* of the shelf */
	struct le work; /* for the thread, under the lock */
	struct phrase phrase;
	bool made; /* loop */
	char words[];
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock; /* guards work and stop; see docs/threads.md */
	pthread_cond_t wake;
	struct list work;  /* wanted, not yet made */
	struct list shelf; /* loop: all there are, newest last */
	bool stop;
	bool runs;
	int rate;
	struct phrase *now;                       /* being made */
	struct phrase *_Atomic made[TEL_PHRASES]; /* set once, read by all */
} speech = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

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

/* The samples are given the size they have. */
static void speak(const char *words, const char *voice, struct phrase *p)
{
	speech.now = p;
	p->pcm = malloc(SAMPLES_MAX * sizeof(*p->pcm));
	if (!p->pcm || espeak_SetVoiceByName(voice) != EE_OK)
		return;
	espeak_Synth(words, strlen(words) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
	if (p->n)
		p->pcm = realloc(p->pcm, p->n * sizeof(*p->pcm));
}

static bool make_phrases(void)
{
	speech.rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 200, NULL, espeakINITIALIZE_DONT_EXIT);
	if (speech.rate <= 0 || espeak_SetVoiceByName("ru") != EE_OK) {
		log_warn("speech", "no Russian voice: the practice subscriber speaks in tones, messages are not heard");
		return false;
	}
	espeak_SetSynthCallback(take);
	for (int i = 0; i < TEL_PHRASES; i++) {
		struct phrase *p = calloc(1, sizeof(*p));
		if (!p)
			break;
		speak(texts[i], "ru", p);
		atomic_store(&speech.made[i], p);
	}
	return true;
}

/* On the loop again. */
static void saying_made(void *arg)
{
	struct tel_saying *s = arg;

	s->made = true;
	mem_deref(s);
}

static struct tel_saying *next_wanted(void)
{
	struct tel_saying *s = NULL;

	pthread_mutex_lock(&speech.lock);
	while (!speech.stop && !speech.work.head)
		pthread_cond_wait(&speech.wake, &speech.lock);
	if (!speech.stop) {
		s = speech.work.head->data;
		list_unlink(&s->work);
	}
	pthread_mutex_unlock(&speech.lock);
	return s;
}

static bool cyrillic(const char *words)
{
	return strpbrk(words, "\xd0\xd1") != NULL;
}

static void *speech_main(void *arg)
{
	bool voice = make_phrases();
	struct tel_saying *s;

	(void)arg;
	while ((s = next_wanted())) {
		if (voice)
			speak(s->words, cyrillic(s->words) ? "ru" : "en", &s->phrase);
		if (tel_loop_post(saying_made, s))
			log_error("speech", "a message is made and cannot be handed over");
	}
	espeak_Terminate();
	return NULL;
}

/* What is asked for ---------------------------------------------------------------------------------------------------- */

static void saying_destructor(void *arg)
{
	struct tel_saying *s = arg;

	list_unlink(&s->le);
	free(s->phrase.pcm);
}

/* The shelf holds one reference to each; the oldest nobody else holds makes room. */
static bool make_room(void)
{
	if (list_count(&speech.shelf) < SAYINGS_MAX)
		return true;
	for (struct le *le = speech.shelf.head; le; le = le->next)
		if (mem_nrefs(le->data) == 1) {
			mem_deref(le->data);
			return true;
		}
	return false;
}

static struct tel_saying *want(str words)
{
	struct tel_saying *s = make_room() ? mem_zalloc(sizeof(*s) + words.n + 1, saying_destructor) : NULL;

	if (!s)
		return NULL;
	memcpy(s->words, words.p, words.n);
	list_append(&speech.shelf, &s->le, s);
	mem_ref(s); /* until saying_made */
	pthread_mutex_lock(&speech.lock);
	list_append(&speech.work, &s->work, s);
	pthread_cond_signal(&speech.wake);
	pthread_mutex_unlock(&speech.lock);
	return s;
}

struct tel_saying *tel_saying(str words)
{
	for (struct le *le = speech.shelf.head; le; le = le->next) {
		struct tel_saying *s = le->data;
		if (str_eq(str_of(s->words), words))
			return mem_ref(s);
	}
	return mem_ref(want(words));
}

str tel_saying_words(const struct tel_saying *s)
{
	return s ? str_of(s->words) : (str){0};
}

bool tel_saying_made(const struct tel_saying *s, const int16_t **ret, size_t *ret_n)
{
	if (s->made) {
		*ret = s->phrase.pcm;
		*ret_n = s->phrase.n;
	}
	return s->made;
}

void tel_speech_init(void)
{
	speech.runs = pthread_create(&speech.thread, NULL, speech_main, NULL) == 0;
}

void tel_speech_done(void)
{
	pthread_mutex_lock(&speech.lock);
	speech.stop = true;
	pthread_cond_signal(&speech.wake);
	pthread_mutex_unlock(&speech.lock);
	if (speech.runs)
		pthread_join(speech.thread, NULL);
	speech.runs = false;
	list_clear(&speech.work);
	for (struct le *le = speech.shelf.head; le; le = le->next)
		if (!((struct tel_saying *)le->data)->made)
			mem_deref(le->data); /* the thread's: saying_made will not come any more */
	list_flush(&speech.shelf);
	for (int i = 0; i < TEL_PHRASES; i++) {
		struct phrase *p = atomic_exchange(&speech.made[i], NULL);
		if (p)
			free(p->pcm);
		free(p);
	}
}

const int16_t *tel_speech(enum tel_phrase phrase, size_t *ret_n)
{
	struct phrase *p = atomic_load(&speech.made[phrase]);

	*ret_n = p ? p->n : 0;
	return p ? p->pcm : NULL;
}
