/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.c - libespeak-ng is not made for threads: one thread makes all: first the phrases, then what calls wait for, then what may be wanted later.
 * What is finished never changes.
 *
 * fetch() is the one place where a sound's key becomes samples. A tel on another machine than app reads the same folder where it is shared;
 * where it is not, that function has to ask app. */
#include "engine/tel/speech.h"

#include "base/arena.h"
#include "base/log.h"
#include "engine/audio/voice.h"
#include "engine/tel/codec.h"
#include "engine/tel/loop.h"
#include "engine/tel/re.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SAYINGS_MAX = 512, TRIM_EVERY = 64 };

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

struct tel_saying {
	struct le le;   /* of the shelf */
	struct le work; /* for the thread, under the lock */
	struct sound sound;
	bool made;                       /* loop */
	bool later;                      /* nobody waits for it: only the folder is to have it */
	const char *words, *voice, *key; /* key: of an uploaded sound, or "" */
	char text[];                     /* words, voice and key, each with a NUL */
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock; /* guards work, later and stop; see docs/threads.md */
	pthread_cond_t wake;
	struct list work, later; /* wanted, not yet made */
	struct list shelf;       /* loop: all there are, the longest not asked for first */
	bool stop;
	bool runs;
	const char *sounds, *spoken;
	unsigned kept;                           /* thread: words added to the folder since it was trimmed */
	struct sound *_Atomic made[TEL_PHRASES]; /* set once, read by all */
} speech = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

/* The thread ------------------------------------------------------------------------------------------------------------- */

static void speak(str words, const char *voice, struct sound *ret)
{
	if (!voice_take(voice) || voice_speak(words, ret))
		*ret = (struct sound){.n = 0};
}

static bool make_phrases(void)
{
	if (!voice_open() || !voice_take("ru")) {
		log_warn("speech", "no Russian voice: the practice subscriber speaks in tones, messages are not heard");
		return false;
	}
	for (int i = 0; i < TEL_PHRASES; i++) {
		struct sound *s = calloc(1, sizeof(*s));
		if (!s)
			break;
		speak(str_of(texts[i]), "ru", s);
		atomic_store(&speech.made[i], s);
	}
	return true;
}

static void fetch(struct tel_saying *s)
{
	if (!speech.sounds || sound_fetch(speech.sounds, str_of(s->key), &s->sound))
		log_error("speech", "the sound %s is not there: nothing is heard in its place", s->key);
}

static void keep(str key, const struct sound *s)
{
	struct fault f = {0};

	if (!speech.spoken || !s->n)
		return;
	if (sound_keep(speech.spoken, key, s, &f))
		log_warn("speech", "words will be spoken again: %s", f.what);
	if (speech.kept++ % TRIM_EVERY == 0)
		sound_trim(speech.spoken, SOUND_SPOKEN_MAX);
}

static void make(struct tel_saying *s, bool voice)
{
	char key[SOUND_KEY];

	if (*s->key) {
		fetch(s);
		return;
	}
	voice_key(str_of(s->words), str_of(s->voice), key);
	if (speech.spoken &&
	        (s->later ? sound_kept(speech.spoken, str_of(key)) : !sound_fetch(speech.spoken, str_of(key), &s->sound)))
		return;
	if (voice)
		speak(str_of(s->words), s->voice, &s->sound);
	keep(str_of(key), &s->sound);
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
	while (!speech.stop && !speech.work.head && !speech.later.head)
		pthread_cond_wait(&speech.wake, &speech.lock);
	if (!speech.stop) {
		s = (speech.work.head ? speech.work.head : speech.later.head)->data;
		list_unlink(&s->work);
	}
	pthread_mutex_unlock(&speech.lock);
	return s;
}

static void *speech_main(void *arg)
{
	bool voice = make_phrases();
	struct tel_saying *s;

	(void)arg;
	while ((s = next_wanted())) {
		make(s, voice);
		if (s->later)
			mem_deref(s); /* nobody else knows it */
		else if (tel_loop_post(saying_made, s))
			log_error("speech", "a message is made and cannot be handed over");
	}
	voice_close();
	return NULL;
}

/* What is asked for ---------------------------------------------------------------------------------------------------- */

static void saying_destructor(void *arg)
{
	struct tel_saying *s = arg;

	list_unlink(&s->le);
	sound_free(&s->sound);
}

/* The shelf holds one reference to each; the longest not asked for that nobody else holds makes room. */
static bool make_room(void)
{
	size_t n = 0, octets = 0;

	for (struct le *le = speech.shelf.head; le; le = le->next, n++) {
		const struct tel_saying *s = le->data;
		octets += s->made ? s->sound.n * sizeof(int16_t) : 0;
	}
	for (struct le *le = speech.shelf.head; le && (n >= SAYINGS_MAX || octets > SPEECH_MEMORY);) {
		struct tel_saying *s = le->data;
		le = le->next;
		if (mem_nrefs(s) > 1)
			continue;
		n--;
		octets -= s->sound.n * sizeof(int16_t);
		mem_deref(s);
	}
	return n < SAYINGS_MAX;
}

static const char *put(char **to, str text)
{
	char *at = *to;

	if (text.n)
		memcpy(at, text.p, text.n);
	at[text.n] = 0;
	*to += text.n + 1;
	return at;
}

static struct tel_saying *saying_new(const struct tel_words *w, str voice)
{
	struct tel_saying *s = mem_zalloc(sizeof(*s) + w->words.n + voice.n + w->sound.n + 3, saying_destructor);
	char *at = s ? s->text : NULL;

	if (s) {
		s->words = put(&at, w->words);
		s->voice = put(&at, voice);
		s->key = put(&at, w->sound);
	}
	return s;
}

/* To the thread, with a reference. */
static void order(struct tel_saying *s)
{
	pthread_mutex_lock(&speech.lock);
	list_append(s->later ? &speech.later : &speech.work, &s->work, s);
	pthread_cond_signal(&speech.wake);
	pthread_mutex_unlock(&speech.lock);
}

static bool is_same(const struct tel_saying *s, const struct tel_words *w, str voice)
{
	return str_eq(str_of(s->key), w->sound.p ? w->sound : STR("")) &&
	       (w->sound.n || (str_eq(str_of(s->words), w->words) && str_eq(str_of(s->voice), voice)));
}

static str voice_for(const struct tel_words *w)
{
	return w->voice.n ? w->voice : str_of(voice_of(w->words, "en"));
}

struct tel_saying *tel_saying_of(const struct tel_words *w)
{
	str voice = voice_for(w);
	struct tel_saying *s;

	for (struct le *le = speech.shelf.head; le; le = le->next)
		if (is_same(le->data, w, voice)) {
			s = le->data;
			list_unlink(&s->le);
			list_append(&speech.shelf, &s->le, s);
			return mem_ref(s);
		}
	s = make_room() ? saying_new(w, voice) : NULL;
	if (!s)
		return NULL;
	list_append(&speech.shelf, &s->le, s);
	order(mem_ref(s));
	return mem_ref(s);
}

struct tel_saying *tel_saying(str words)
{
	return tel_saying_of(&(struct tel_words){.words = words});
}

void tel_speech_prepare(const struct tel_words *w)
{
	struct tel_saying *s = w->words.n && !w->sound.n && speech.spoken ? saying_new(w, voice_for(w)) : NULL;

	if (!s)
		return;
	s->later = true;
	order(s);
}

str tel_saying_words(const struct tel_saying *s)
{
	return s ? str_of(s->words) : (str){0};
}

bool tel_saying_made(const struct tel_saying *s, const int16_t **ret, size_t *ret_n)
{
	if (s->made) {
		*ret = s->sound.pcm;
		*ret_n = s->sound.n;
	}
	return s->made;
}

void tel_speech_init(const char *sounds, const char *spoken)
{
	speech.sounds = sounds;
	speech.spoken = spoken;
	speech.runs = pthread_create(&speech.thread, NULL, speech_main, NULL) == 0;
}

void tel_speech_done(void)
{
	pthread_mutex_lock(&speech.lock);
	speech.stop = true;
	pthread_cond_signal(&speech.wake);
	pthread_mutex_unlock(&speech.lock);
	if (speech.runs) {
		pthread_join(speech.thread, NULL);
		tel_loop_rest();
	}
	speech.runs = false;
	list_clear(&speech.work);
	for (struct le *le = speech.shelf.head; le; le = le->next)
		if (!((struct tel_saying *)le->data)->made)
			mem_deref(le->data); /* the thread's: it never came to it */
	list_flush(&speech.shelf);
	while (speech.later.head) {
		struct tel_saying *s = speech.later.head->data;
		list_unlink(&s->work);
		mem_deref(s);
	}
	for (int i = 0; i < TEL_PHRASES; i++) {
		struct sound *s = atomic_exchange(&speech.made[i], NULL);
		if (s)
			sound_free(s);
		free(s);
	}
}

const int16_t *tel_speech(enum tel_phrase phrase, size_t *ret_n)
{
	const struct sound *s = atomic_load(&speech.made[phrase]);

	*ret_n = s ? s->n : 0;
	return s ? s->pcm : NULL;
}
