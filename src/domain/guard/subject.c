/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subject.c - SUBJECT: it says what the letter is about, within the project: «Холодные звонки по продаже моторного масла», not «Вопрос». */
#include "domain/guard/guard_priv.h"

/* "Re:", "Re[2]:", "Fwd:", "Отв:" at the front, its length; 0 when there is none. */
static size_t prefix(str s)
{
	static const char *const marks[] = {"re", "fw", "fwd", "aw", "отв", "ответ", "отв.", "пересл", "пересл.", "на", "нa",
	        "hа", "re^2", "пер", "fyi", NULL};
	str low;
	size_t colon = str_find(s, ':', 0);
	char z[40];

	if (colon == s.n || colon >= sizeof z - 1)
		return 0;
	low = str_trim(str_sub(s, 0, colon));
	low = str_trim(str_sub(low, 0, str_find(low, '[', 0)));
	low = str_trim(str_sub(low, 0, str_find(low, '(', 0)));
	return low.n && any_of(low, marks) ? colon + 1 : 0;
}

str subject_base(str subject)
{
	str s = str_trim(subject);

	for (size_t n; (n = prefix(s)) > 0;)
		s = str_trim(str_sub(s, n, s.n));
	return s;
}

struct said {
	struct words words; /* that say something, if only in general */
	size_t particular;  /* of them, those not of letters in general */
};

static struct said said_by(struct check *c, str subject)
{
	struct said ret = {.words = words_of(c->a, subject)};
	size_t n = 0;

	for (size_t i = 0; i < ret.words.n; i++) {
		if (word_small(ret.words.of[i]))
			continue;
		ret.particular += !word_general(ret.words.of[i]);
		ret.words.of[n++] = ret.words.of[i];
	}
	ret.words.n = n;
	return ret;
}

static bool in_words(struct check *c, str w, struct words list)
{
	for (size_t i = 0; i < list.n; i++)
		if (words_akin(c, w, list.of[i]))
			return true;
	return false;
}

/* The words of the matter: what the project is for and its name, without the customer's name, which says nothing to the customer. */
static struct words matter_of(struct check *c)
{
	struct words all = words_of(c->a, str_printf(c->a, "%.*s %.*s", STR_ARG(c->d->matter), STR_ARG(c->d->project)));
	struct words client = words_of(c->a, c->d->client);
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++)
		if (!word_small(all.of[i]) && !word_general(all.of[i]) && !in_words(c, all.of[i], client))
			all.of[n++] = all.of[i];
	all.n = n;
	return all;
}

static bool same_script(struct words x, struct words y)
{
	for (size_t i = 0; i < x.n; i++)
		for (size_t j = 0; j < y.n; j++)
			if (((unsigned char)x.of[i].p[0] >= 0x80) == ((unsigned char)y.of[j].p[0] >= 0x80))
				return true;
	return false;
}

/* NULL when the subject does its work. */
static const char *amiss(struct check *c, str subject)
{
	struct said said = said_by(c, subject);
	struct words matter = matter_of(c);
	size_t found = 0;

	if (!words_of(c->a, subject).n)
		return "subject_empty";
	if (!said.particular)
		return "subject_general";
	if (c->d->has_parent && str_eq(flat(c->a, subject), flat(c->a, subject_base(c->d->parent.subject))))
		return NULL;
	if (!matter.n || !same_script(said.words, matter))
		return said.words.n >= 2 ? NULL : "subject_general";
	for (size_t i = 0; i < said.words.n; i++)
		found += in_words(c, said.words.of[i], matter);
	if (!found)
		return "subject_matter";
	/* One word says it only where there is one to say. */
	return said.words.n >= 2 || matter.n == 1 ? NULL : "subject_general";
}

void check_subject(struct check *c)
{
	str given = str_trim(c->d->letter.subject);
	const char *why = amiss(c, subject_base(utf8_lower(c->a, given)));

	if (why)
		report(c, GUARD_SUBJECT, "subject", 0, c->d->letter.subject, why);
}
