/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_out.c - printing JSON straight into a text. */
#include "engine/json/json.h"

#include "base/utf8.h"

#include <math.h>

static void begin(struct json_out *w)
{
	if (w->comma)
		text_add_char(w->t, ',');
	w->comma = true;
}

void json_open(struct json_out *w, char bracket)
{
	begin(w);
	text_add_char(w->t, bracket);
	w->comma = false;
}

void json_close(struct json_out *w, char bracket)
{
	text_add_char(w->t, bracket);
	w->comma = true;
}

void json_key_str(struct json_out *w, str key)
{
	begin(w);
	json_put_str(w->t, key);
	text_add_char(w->t, ':');
	w->comma = false;
}

void json_key(struct json_out *w, const char *key)
{
	json_key_str(w, str_of(key));
}

void json_add_text(struct json_out *w, str s)
{
	if (!s.p) {
		json_add_null(w);
		return;
	}
	begin(w);
	json_put_str(w->t, s);
}

void json_add_int(struct json_out *w, int64_t v)
{
	begin(w);
	text_add_int(w->t, v);
}

void json_add_real(struct json_out *w, double v)
{
	char z[40];

	if (!isfinite(v)) {
		json_add_null(w);
		return;
	}
	begin(w);
	v = v == 0 ? 0 : v; /* "-0" would read back as the whole number 0 */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(z, sizeof(z), "%.*g", digits, v);
		if (strtod(z, NULL) == v)
			break;
	}
	text_add(w->t, str_of(z));
}

void json_add_bool(struct json_out *w, bool v)
{
	begin(w);
	text_add(w->t, v ? STR("true") : STR("false"));
}

void json_add_null(struct json_out *w)
{
	begin(w);
	text_lit(w->t, "null");
}

void json_add_raw(struct json_out *w, str json)
{
	if (!json.n) {
		json_add_null(w);
		return;
	}
	begin(w);
	text_add(w->t, json);
}

static void put_escaped(struct text *t, unsigned char c)
{
	static const char letters[] = {'b', 't', 'n', 0, 'f', 'r'};

	if (c == '"' || c == '\\')
		text_add(t, (str){(char[]){'\\', (char)c}, 2});
	else if (c >= 8 && c <= 13 && letters[c - 8])
		text_add(t, (str){(char[]){'\\', letters[c - 8]}, 2});
	else
		text_addf(t, "\\u%04x", c);
}

/* "<" is written as an escape too, so that JSON put into a page cannot end its script. */
static bool plain(unsigned char c)
{
	return c >= ' ' && c != '"' && c != '\\' && c != '<' && c != 0x7F;
}

/* Eight bytes at once: is none of them one that is written otherwise? Those of 0x80 and above are taken for such unless valid.
 * (Bit Twiddling Hacks, "Determine if a word has a byte less than n".) */
static bool plain_word(const char *p, bool valid)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t v, quote, back, less, del;

	memcpy(&v, p, sizeof(v));
	quote = v ^ ones * '"';
	back = v ^ ones * '\\';
	less = v ^ ones * '<';
	del = v ^ ones * 0x7F;
	return !((((v - ones * ' ') & ~v) | ((quote - ones) & ~quote) | ((back - ones) & ~back) | ((less - ones) & ~less) |
	                 ((del - ones) & ~del) | (valid ? 0 : v)) &
	         high);
}

/* Where the run of bytes that are written as they are ends. */
static size_t run_end(str s, size_t at, bool valid)
{
	while (s.n - at >= 8 && plain_word(s.p + at, valid))
		at += 8;
	while (at < s.n && plain((unsigned char)s.p[at]) && (valid || (unsigned char)s.p[at] < 0x80))
		at++;
	return at;
}

static void put_plain(struct text *t, str s)
{
	char *p = text_room(t, s.n + 2);

	*p++ = '"';
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '"';
	t->n += s.n + 2;
}

/* Runs of plain bytes go over in one piece; an ill-formed byte becomes U+FFFD, NUL too. */
void json_put_str(struct text *t, str s)
{
	size_t at = run_end(s, 0, false);
	bool valid = at < s.n && utf8_valid(s);

	if (at == s.n || (valid && run_end(s, at, true) == s.n)) {
		put_plain(t, s);
		return;
	}
	text_add_char(t, '"');
	text_add(t, str_sub(s, 0, at));
	while (at < s.n) {
		size_t end = run_end(s, at, valid);
		text_add(t, str_sub(s, at, end));
		at = end;
		if (at == s.n)
			break;
		if (s.p[at] > 0)
			put_escaped(t, (unsigned char)s.p[at++]);
		else
			utf8_add(t, s.p[at] ? utf8_next(s, &at) : (at++, 0xFFFD));
	}
	text_add_char(t, '"');
}

void json_member_text(struct json_out *w, const char *key, str s)
{
	json_key(w, key);
	json_add_text(w, s);
}

void json_member_int(struct json_out *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_add_int(w, v);
}
