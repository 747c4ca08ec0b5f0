/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spell.c - Hunspell, and the letter ё, which writers may leave out and dictionaries do not. */
#include "engine/spell/spell.h"

#include "base/utf8.h"

#include <hunspell/hunspell.h>
#include <pthread.h>
#include <unistd.h>

enum { BOOKS = 3, WORD_MAX = 100 };

static const struct {
	const char *name;
	enum spell_language language;
} books[BOOKS] = {{"ru_RU", SPELL_RUSSIAN}, {"en_US", SPELL_ENGLISH}, {"en_GB", SPELL_ENGLISH}};

struct speller {
	Hunhandle *book[BOOKS];
	pthread_mutex_t lock;
};

int spell_open(const char *folder, struct speller **ret, struct fault *f)
{
	struct speller *s = calloc(1, sizeof *s);
	char affixes[300], words[300];

	if (!s)
		return fail(f, ENOMEM, NULL, "memory", "no memory for the dictionaries");
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < BOOKS; i++) {
		snprintf(affixes, sizeof affixes, "%s/%s.aff", folder ? folder : "/usr/share/hunspell", books[i].name);
		snprintf(words, sizeof words, "%s/%s.dic", folder ? folder : "/usr/share/hunspell", books[i].name);
		if (access(affixes, R_OK) == 0 && access(words, R_OK) == 0)
			s->book[i] = Hunspell_create(affixes, words);
		if (!s->book[i]) {
			spell_close(s);
			return fail(f, ENOENT, NULL, "dictionary", "the dictionary %s is not there", words);
		}
	}
	*ret = s;
	return 0;
}

void spell_close(struct speller *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < BOOKS; i++)
		if (s->book[i])
			Hunspell_destroy(s->book[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void spell_add(struct speller *s, enum spell_language l, const char *word, const char *like)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < BOOKS; i++) {
		if (books[i].language != l)
			continue;
		if (like)
			Hunspell_add_with_affix(s->book[i], word, like);
		else
			Hunspell_add(s->book[i], word);
	}
	pthread_mutex_unlock(&s->lock);
}

static bool known(struct speller *s, enum spell_language l, const char *z)
{
	for (size_t i = 0; i < BOOKS; i++)
		if (books[i].language == l && Hunspell_spell(s->book[i], z))
			return true;
	return false;
}

/* "е" where the dictionary has "ё": one place after another; and "ё" where it has "е". */
static bool known_by_yo(struct speller *s, enum spell_language l, char *z)
{
	int tried = 0;

	for (char *at = z; (at = strstr(at, "\xD0\xB5")) && tried < 8; at += 2, tried++) {
		memcpy(at, "\xD1\x91", 2);
		if (known(s, l, z))
			return true;
		memcpy(at, "\xD0\xB5", 2);
	}
	tried = 0;
	for (char *at = z; (at = strstr(at, "\xD1\x91")); at += 2, tried++)
		memcpy(at, "\xD0\xB5", 2);
	return tried && known(s, l, z);
}

bool spell_knows(struct speller *s, enum spell_language l, str word)
{
	char z[WORD_MAX + 1];
	bool ret;

	if (word.n == 0 || word.n > WORD_MAX)
		return false;
	memcpy(z, word.p, word.n);
	z[word.n] = 0;
	pthread_mutex_lock(&s->lock);
	ret = known(s, l, z) || (l == SPELL_RUSSIAN && known_by_yo(s, l, z));
	pthread_mutex_unlock(&s->lock);
	return ret;
}

size_t spell_near(struct speller *s, struct arena *a, enum spell_language l, str word, str *ret, size_t max)
{
	const char *z = str_z(a, word);
	size_t n = 0;

	if (word.n == 0 || word.n > WORD_MAX)
		return 0;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < BOOKS; i++) {
		char **list = NULL;
		int got = books[i].language == l && n < max ? Hunspell_suggest(s->book[i], &list, z) : 0;

		for (int j = 0; j < got && n < max; j++)
			ret[n++] = str_copy(a, str_of(list[j]));
		if (list)
			Hunspell_free_list(s->book[i], &list, got);
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

str spell_stem(struct speller *s, struct arena *a, enum spell_language l, str word)
{
	str lower = utf8_lower(a, word);
	char **list = NULL;
	int got = 0;

	if (word.n == 0 || word.n > WORD_MAX)
		return lower;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < BOOKS && got <= 0; i++)
		if (books[i].language == l) {
			got = Hunspell_stem(s->book[i], &list, str_z(a, lower));
			if (got > 0)
				lower = utf8_lower(a, str_of(list[0]));
			if (list)
				Hunspell_free_list(s->book[i], &list, got);
			list = NULL;
		}
	pthread_mutex_unlock(&s->lock);
	return lower;
}
