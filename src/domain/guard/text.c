/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - a text as code points and lines. */
#include "domain/guard/guard_priv.h"

struct piece piece_of(struct arena *a, const char *field, str text)
{
	size_t n = utf8_count(text), lines = 1;
	struct piece p = {.a = a, .field = field, .c = NEW_N(a, uint32_t, n + 1), .marks = NEW_N(a, uint8_t, n + 1)};
	size_t from = 0;

	for (size_t at = 0; at < text.n && p.n < n;) {
		p.c[p.n] = utf8_next(text, &at);
		lines += p.c[p.n++] == '\n';
	}
	p.lines = NEW_N(a, struct line, lines);
	for (size_t i = 0; i <= p.n; i++)
		if (i == p.n || p.c[i] == '\n') {
			p.lines[p.n_lines++] = (struct line){from, i};
			from = i + 1;
		}
	return p;
}

str piece_str(const struct piece *p, size_t from, size_t to)
{
	struct text t = {.a = p->a};

	for (size_t i = from; i < to && i < p->n; i++)
		utf8_add(&t, p->c[i]);
	return text_str(&t);
}

bool blank_char(uint32_t c)
{
	return c <= ' ' || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200B) || c == 0x3000 || c == 0xFEFF;
}

bool digit_char(uint32_t c)
{
	return c >= '0' && c <= '9';
}

bool cyrillic(uint32_t c)
{
	return c >= 0x400 && c <= 0x52F;
}

bool letter_char(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) ||
	       cyrillic(c);
}

bool capital(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x400 && c <= 0x42F);
}

str flat(struct arena *a, str s)
{
	struct text t = {.a = a};
	bool blank = false;
	str low = utf8_lower(a, s);

	for (size_t at = 0; at < low.n;) {
		uint32_t c = utf8_next(low, &at);

		if (blank_char(c)) {
			blank = t.n > 0;
			continue;
		}
		if (blank)
			text_add_char(&t, ' ');
		blank = false;
		utf8_add(&t, c == 0x451 ? 0x435 : c);
	}
	return text_str(&t);
}

str line_str(const struct piece *p, size_t i)
{
	size_t from = p->lines[i].from, to = p->lines[i].to;

	while (from < to && blank_char(p->c[from]))
		from++;
	while (to > from && blank_char(p->c[to - 1]))
		to--;
	return piece_str(p, from, to);
}

str line_flat(const struct piece *p, size_t i)
{
	return flat(p->a, line_str(p, i));
}

bool line_blank(const struct piece *p, size_t i)
{
	for (size_t at = p->lines[i].from; at < p->lines[i].to; at++)
		if (!blank_char(p->c[at]))
			return false;
	return true;
}

bool line_marked(const struct piece *p, size_t i, uint8_t m)
{
	return p->lines[i].from < p->lines[i].to && (p->marks[p->lines[i].from] & m);
}

void mark(struct piece *p, size_t from, size_t to, uint8_t m)
{
	for (size_t i = from; i < to && i < p->n; i++)
		p->marks[i] |= m;
}

bool any_of(str s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (str_eq(s, str_of(words[i])))
			return true;
	return false;
}

bool contains_any(str s, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (str_find_str(s, str_of(words[i]), 0) < s.n)
			return true;
	return false;
}
