/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - encoded words of headers (RFC 2047) as they are in the wild: blanks within, padding gone, a character cut between two words, a set
 * the bytes are not of. */
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/read_priv.h"

struct word {
	str charset, text;
	char encoding; /* 'b' or 'q' */
};

/* The encoded word at s[from], which is "=?". */
static bool word_at(str s, size_t from, struct word *ret, size_t *ret_end)
{
	size_t set_end = str_find(s, '?', from + 2), end;
	str set = str_sub(s, from + 2, set_end);

	if (set.n == 0 || set.n > 60 || set_end + 2 >= s.n || s.p[set_end + 2] != '?')
		return false;
	for (size_t i = 0; i < set.n; i++)
		if ((unsigned char)set.p[i] <= ' ')
			return false;
	ret->encoding = (char)(s.p[set_end + 1] | 0x20);
	end = str_find_str(s, STR("?="), set_end + 3);
	if (ret->encoding != 'b' && ret->encoding != 'q')
		return false;
	/* Cut off at the end of the header. */
	if (end >= s.n && str_find(s, ' ', set_end) < s.n)
		return false;
	ret->charset = str_sub(set, 0, str_find(set, '*', 0));
	ret->text = str_sub(s, set_end + 3, end);
	*ret_end = end + 2 < s.n ? end + 2 : s.n;
	return true;
}

static void add_base64(struct text *t, str s)
{
	uint32_t bits = 0;
	int n = 0;

	for (size_t i = 0; i < s.n; i++) {
		static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
		const char *at = s.p[i] ? strchr(alphabet, s.p[i]) : NULL;

		if (!at)
			continue;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		n += 6;
		if (n >= 8) {
			n -= 8;
			text_add_char(t, (char)(bits >> n & 0xFF));
		}
	}
}

static void add_quoted(struct text *t, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t byte;

		if (s.p[i] == '=' && i + 2 < s.n && parse_hex(str_sub(s, i + 1, i + 3), &byte, 1)) {
			text_add_char(t, (char)byte);
			i += 2;
		} else {
			text_add_char(t, s.p[i] == '_' ? ' ' : s.p[i]);
		}
	}
}

static bool only_blanks(str s)
{
	return str_trim(s).n == 0;
}

str words_decode(struct arena *a, str s)
{
	struct text out = {.a = a}, bytes = {.a = a};
	str charset = {0};
	size_t at = 0, plain = 0, end;
	struct word w;

	while (at < s.n) {
		if (!str_starts(str_sub(s, at, s.n), STR("=?")) || !word_at(s, at, &w, &end)) {
			at++;
			continue;
		}
		/* Blanks between two words are none; words of one set go on where a character was cut. */
		if (charset.p && (!only_blanks(str_sub(s, plain, at)) || !str_eq_nocase(charset, w.charset))) {
			text_add(&out, charset_decode(a, text_str(&bytes), charset));
			bytes = (struct text){.a = a};
		}
		if (!charset.p || !only_blanks(str_sub(s, plain, at)))
			text_add(&out, str_sub(s, plain, at));
		charset = w.charset;
		(w.encoding == 'b' ? add_base64 : add_quoted)(&bytes, w.text);
		plain = at = end;
	}
	if (charset.p)
		text_add(&out, charset_decode(a, text_str(&bytes), charset));
	text_add(&out, str_sub(s, plain, s.n));
	return text_str(&out);
}
