/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8.c - walking UTF-8. */
#include "base/utf8.h"

/* Bytes of the well-formed character at s[at], or 0. NUL counts as ill-formed: no text of ours holds one. */
static size_t character(str s, size_t at)
{
	unsigned char c = (unsigned char)s.p[at], low = 0x80, high = 0xBF;
	size_t n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 1;

	if (c < 0x80)
		return c != 0;
	if (n == 1 || c > 0xF4 || s.n - at < n)
		return 0;
	if (c == 0xE0)
		low = 0xA0;
	else if (c == 0xED)
		high = 0x9F;
	else if (c == 0xF0)
		low = 0x90;
	else if (c == 0xF4)
		high = 0x8F;
	for (size_t i = 1; i < n; i++, low = 0x80, high = 0xBF)
		if ((unsigned char)s.p[at + i] < low || (unsigned char)s.p[at + i] > high)
			return 0;
	return n;
}

/* Most text is Latin or Russian: one byte, or two of the plainest kind. */
bool utf8_valid(str s)
{
	for (size_t at = 0, n; at < s.n; at += n) {
		unsigned char c = (unsigned char)s.p[at];
		if (c < 0x80)
			n = c != 0;
		else if (c >= 0xC2 && c < 0xE0)
			n = at + 1 < s.n && (s.p[at + 1] & 0xC0) == 0x80 ? 2 : 0;
		else
			n = character(s, at);
		if (n == 0)
			return false;
	}
	return true;
}

size_t utf8_count(str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

uint32_t utf8_next(str s, size_t *at)
{
	uint32_t c;
	size_t n;

	if (*at >= s.n)
		return 0;
	n = character(s, *at);
	c = (unsigned char)s.p[*at];
	if (n == 0) {
		++*at;
		return 0xFFFD;
	}
	if (n > 1)
		c &= 0x7Fu >> n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s.p[*at + i] & 0x3F);
	*at += n;
	return c;
}

void utf8_add(struct text *t, uint32_t c)
{
	char z[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i > 1; i--, c >>= 6)
		z[i - 1] = (char)(0x80 | (c & 0x3F));
	z[0] = (char)(n == 1 ? c : (0xF00u >> n & 0xF0) | c);
	text_add(t, (str){z, n});
}

/* Of a character of n bytes (0: none) nothing is to be done. */
static bool stays(str s, size_t at, size_t n)
{
	unsigned char c = (unsigned char)s.p[at];

	return n > 1 || (n && ((c >= ' ' && c != 0x7F) || c == '\t' || c == '\n'));
}

str utf8_clean(struct arena *a, str s)
{
	struct text t = {.a = a};
	size_t from = 0;

	for (size_t at = 0; at < s.n;) {
		size_t n = character(s, at);
		if (stays(s, at, n)) {
			at += n;
			continue;
		}
		text_add(&t, str_sub(s, from, at));
		if (!n && s.p[at])
			utf8_add(&t, 0xFFFD);
		from = at += n ? n : 1;
	}
	text_add(&t, str_sub(s, from, s.n));
	return text_str(&t);
}

static uint32_t lower(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x410 && c <= 0x42F))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40F)
		return c + 0x50;
	return c;
}

str utf8_lower(struct arena *a, str s)
{
	struct text t = {.a = a};

	for (size_t at = 0; at < s.n;)
		utf8_add(&t, lower(utf8_next(s, &at)));
	return text_str(&t);
}

str utf8_cut(str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xC0) == 0x80)
		max--;
	return str_sub(s, 0, max);
}
