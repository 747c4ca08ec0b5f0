/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark.c - what in a text is no prose of the writer's: links, quotations, names that have an exclamation mark of their own. */
#include "domain/guard/guard_priv.h"

enum { CITED_MAX = 1000 };

static bool link_char(uint32_t c)
{
	return !blank_char(c) && c != '<' && c != '>' && c != '"' && c != 0xAB && c != 0xBB && c != 0x201C && c != 0x201D &&
	       c != 0x201E;
}

static bool starts_at(const struct piece *p, size_t at, const char *z)
{
	for (; *z; z++, at++)
		if (at >= p->n || (p->c[at] | (p->c[at] >= 'A' && p->c[at] <= 'Z' ? 0x20u : 0u)) != (uint32_t)*z)
			return false;
	return true;
}

/* "x.ru/y", "anna@x.ru", "C:\x" and "\\server\x": what a program would make a link of, or a path. */
static bool link_word(const struct piece *p, size_t from, size_t to)
{
	static const char *const schemes[] = {
	        "http://", "https://", "ftp://", "www.", "mailto:", "tel:", "sip:", "tg://", "callto:"};
	size_t at = to, dot = to, slash = to;

	for (size_t i = 0; i < COUNT(schemes); i++)
		if (starts_at(p, from, schemes[i]))
			return true;
	for (size_t i = from; i < to; i++) {
		if (p->c[i] == '@' && at == to)
			at = i;
		if (p->c[i] == '.' && dot == to && i > from && i + 1 < to && letter_char(p->c[i + 1]))
			dot = i;
		if (p->c[i] == '\\')
			return true;
		if (p->c[i] == '/' && slash == to)
			slash = i;
	}
	if (at < to && at > from && at + 1 < to)
		return true;
	/* A domain or a file, and no Cyrillic sentences run together ("да.Нет"). */
	return dot < to && (slash == to || dot < slash) && !cyrillic(p->c[dot + 1]);
}

static bool ends_sentence(uint32_t c)
{
	return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == ')' || c == ']' || c == '\'' ||
	       c == 0x2026;
}

void mark_links(struct piece *p)
{
	for (size_t from = 0, to; from < p->n; from = to + 1) {
		size_t begin, end;

		for (to = from; to < p->n && link_char(p->c[to]); to++)
			;
		for (begin = from; begin < to && (p->c[begin] == '(' || p->c[begin] == '['); begin++)
			;
		/* "<https://x.ru/!>" says itself where it ends. */
		bool enclosed = begin > 0 && p->c[begin - 1] == '<' && to < p->n && p->c[to] == '>';

		for (end = to; !enclosed && end > begin && ends_sentence(p->c[end - 1]); end--)
			;
		if (end > begin && link_word(p, begin, end))
			mark(p, begin, end, MARK_LINK);
	}
}

static uint32_t closing_of(uint32_t open)
{
	static const uint32_t pairs[][2] = {{0xAB, 0xBB}, {0x201C, 0x201D}, {0x201E, 0x201C}, {0x2039, 0x203A},
	        {0x2018, 0x2019}, {'"', '"'}, {'\'', '\''}};

	for (size_t i = 0; i < COUNT(pairs); i++)
		if (pairs[i][0] == open)
			return pairs[i][1];
	return 0;
}

/* A straight quotation mark opens before a word and closes after one; inches and marks left open cite nothing. */
static bool opens(const struct piece *p, size_t i)
{
	if (p->c[i] != '"' && p->c[i] != '\'')
		return true;
	return (i == 0 || blank_char(p->c[i - 1]) || strchr("([-/", (int)(p->c[i - 1] < 128 ? p->c[i - 1] : 'x'))) &&
	       i + 1 < p->n && !blank_char(p->c[i + 1]);
}

static bool closes(const struct piece *p, size_t i, uint32_t close)
{
	if (close == 0x201C && p->c[i] == 0x201D)
		return true;
	if (p->c[i] != close)
		return false;
	return (close != '"' && close != '\'' && close != 0x2019) || i + 1 == p->n ||
	       !(letter_char(p->c[i + 1]) || digit_char(p->c[i + 1]));
}

/* The end of the citation that opens at i, within its paragraph; i when it does not end. */
static size_t citation_end(const struct piece *p, size_t i)
{
	uint32_t close = closing_of(p->c[i]);
	int depth = 1;

	for (size_t at = i + 1; at < p->n && at < i + CITED_MAX; at++) {
		if (p->c[at] == '\n' && (at + 1 == p->n || p->c[at + 1] == '\n' || p->c[at + 1] == '\r'))
			return i;
		if (closes(p, at, close) && --depth == 0)
			return at;
		if (p->c[at] == p->c[i] && p->c[i] != '"' && p->c[i] != '\'')
			depth++;
	}
	return i;
}

void mark_cited(struct piece *p)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t end;

		if (p->marks[i] & MARK_HISTORY || !closing_of(p->c[i]) || !opens(p, i))
			continue;
		end = citation_end(p, i);
		if (end > i) {
			mark(p, i, end + 1, MARK_CITED);
			i = end;
		}
	}
}

static uint32_t small(uint32_t c)
{
	return capital(c) ? c + (c >= 0x400 && c < 0x410 ? 0x50 : 0x20) : c;
}

static bool same_at(const struct piece *p, size_t at, const struct piece *name)
{
	for (size_t i = 0; i < name->n; i++)
		if (at + i >= p->n || small(p->c[at + i]) != small(name->c[i]))
			return false;
	return true;
}

static void mark_name(struct piece *p, str name)
{
	struct piece n = piece_of(p->a, "", str_trim(name));

	if (!n.n || str_find(name, '!', 0) == name.n)
		return;
	for (size_t i = 0; i < p->n; i++)
		if ((i == 0 || !letter_char(p->c[i - 1])) && same_at(p, i, &n)) {
			mark(p, i, i + n.n, MARK_NAME);
			i += n.n - 1;
		}
}

/* The words of a text that have the mark in them: "Mail from Yahoo! Support". */
static void mark_names_of(struct piece *p, str names)
{
	str rest = names, word;

	mark_name(p, names);
	while (rest.n && str_cut(&rest, ' ', &word))
		if (word.n > 1)
			mark_name(p, word);
}

/* "…в Yahoo! и в Google": in Russian text a Latin name with the sentence going on after it. */
static void mark_latin_names(struct piece *p)
{
	for (size_t i = 1; i < p->n; i++) {
		size_t from = i, before, after = i + 1;

		if (p->c[i] != '!')
			continue;
		while (from > 0 && ((p->c[from - 1] | 0x20) >= 'a' && (p->c[from - 1] | 0x20) <= 'z'))
			from--;
		for (before = from; before > 0 && p->c[before - 1] == ' '; before--)
			;
		while (after < p->n && p->c[after] == ' ')
			after++;
		if (from < i && capital(p->c[from]) && before > 0 && cyrillic(p->c[before - 1]) && after < p->n &&
		        (p->c[after] == ',' || (cyrillic(p->c[after]) && !capital(p->c[after]))))
			mark(p, from, i + 1, MARK_NAME);
	}
}

void mark_names(struct piece *p, const struct guard_draft *d)
{
	static const char *const names[] = {
	        "Yahoo!", "Joomla!", "Kahoot!", "Jeopardy!", "Chips Ahoy!", "Yum!", "Mamma Mia!", "Westward Ho!"};

	for (size_t i = 0; i < COUNT(names); i++)
		mark_name(p, str_of(names[i]));
	mark_names_of(p, d->project);
	mark_names_of(p, d->client);
	mark_names_of(p, d->matter);
	mark_names_of(p, d->letter.to.names);
	mark_names_of(p, d->letter.cc.names);
	mark_latin_names(p);
}
