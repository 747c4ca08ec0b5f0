/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stems.c - cutting a text into words, and the set of their stems. */
#include "engine/spell/stems.h"

#include "base/log.h"
#include "base/utf8.h"
#include "engine/spell/spell.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct speller *speller;

static void open_once(void)
{
	struct fault f = {0};

	if (spell_open(NULL, &speller, &f))
		log_warn("spell", "words are compared as they are written: %s", f.what);
}

static bool russian(uint32_t c)
{
	return c >= 0x400 && c <= 0x52f;
}

static bool of_word(uint32_t c)
{
	return russian(c) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 0xdf && c <= 0x24f);
}

/* "ё" and "е" are one letter to who writes in haste. */
static str without_yo(struct arena *a, str word)
{
	char *z = arena_alloc(a, word.n);

	memcpy(z, word.p, word.n);
	for (size_t i = 0; i + 1 < word.n; i++)
		if (!memcmp(z + i, "\xD1\x91", 2))
			memcpy(z + i, "\xD0\xB5", 2);
	return (str){z, word.n};
}

static bool vowel_at_end(str word)
{
	static const str ends[] = {
	        STR("а"), STR("е"), STR("и"), STR("о"), STR("у"), STR("ы"), STR("ю"), STR("я"), STR("ь"), STR("й")};

	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_ends(word, ends[i]))
			return true;
	return false;
}

/* Of a Russian word no dictionary has ("маркетплейсе") the vowels at its end go: most of its cases become one. */
static str without_end(str word)
{
	for (int i = 0; i < 2 && utf8_count(word) > 4 && vowel_at_end(word); i++)
		word = str_sub(word, 0, word.n - 2);
	return word;
}

static str stem_of(struct arena *a, str word)
{
	size_t at = 0;
	enum spell_language l = russian(utf8_next(word, &at)) ? SPELL_RUSSIAN : SPELL_ENGLISH;

	if (!speller)
		return without_yo(a, word);
	if (l == SPELL_RUSSIAN && !spell_knows(speller, l, word))
		return without_end(without_yo(a, word));
	return without_yo(a, spell_stem(speller, a, l, word));
}

/* Short words join others and say nothing themselves; but for a number and for "не". */
static bool tells(str word)
{
	return utf8_count(word) > 2 || str_eq(word, STR("не")) || str_eq(word, STR("no")) ||
	       (word.p[0] >= '0' && word.p[0] <= '9');
}

/* The next word of a text in small letters; false when there is none. */
static bool next_word(str text, size_t *at, str *ret)
{
	size_t from = *at, to;

	for (size_t i = from; i < text.n; from = i)
		if (of_word(utf8_next(text, &i)))
			break;
	to = from;
	for (size_t i = from; i < text.n; to = i)
		if (!of_word(utf8_next(text, &i)))
			break;
	*at = to;
	*ret = str_sub(text, from, to);
	return ret->n > 0;
}

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const str *)x, *(const str *)y);
}

static struct stems set_of(str *of, size_t n)
{
	size_t kept = 0;

	qsort(of, n, sizeof *of, by_text);
	for (size_t i = 0; i < n; i++)
		if (!kept || !str_eq(of[kept - 1], of[i]))
			of[kept++] = of[i];
	return (struct stems){of, kept};
}

struct stems stems_of(struct arena *a, str text)
{
	str lower = utf8_lower(a, text), *of = NEW_N(a, str, STEMS_MAX), word;
	size_t n = 0;

	pthread_once(&once, open_once);
	for (size_t at = 0; n < STEMS_MAX && next_word(lower, &at, &word);)
		if (tells(word))
			of[n++] = stem_of(a, word);
	return set_of(of, n);
}

str stems_join(struct arena *a, struct stems s)
{
	struct text t = {.a = a};

	text_add_char(&t, ' ');
	for (size_t i = 0; i < s.n; i++) {
		text_add(&t, s.of[i]);
		text_add_char(&t, ' ');
	}
	return text_str(&t);
}

struct stems stems_split(struct arena *a, str joined)
{
	str *of = NEW_N(a, str, joined.n / 2 + 1), word;
	size_t n = 0;

	while (str_cut(&joined, ' ', &word))
		if (word.n)
			of[n++] = word;
	return (struct stems){of, n};
}

double stems_alike(struct stems x, struct stems y)
{
	size_t i = 0, j = 0, both = 0;

	while (i < x.n && j < y.n) {
		int order = str_cmp(x.of[i], y.of[j]);
		both += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return x.n + y.n ? (double)both / (double)(x.n + y.n - both) : 0;
}
