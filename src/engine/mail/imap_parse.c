/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_parse.c - what an IMAP server says, taken apart as far as we need it: one pass, no recursion, nothing trusted. */
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/mail/imap.h"

enum { DIGITS_MAX = 10, DEPTH_MAX = 64 };

bool imap_literal(str line, size_t *ret)
{
	size_t open = line.n;
	int64_t n;

	if (!str_ends(line, STR("}")))
		return false;
	while (open > 0 && line.p[open - 1] != '{' && line.n - open <= DIGITS_MAX)
		open--;
	if (open == 0 || line.p[open - 1] != '{' || !parse_int(str_sub(line, open, line.n - 1), 0, INT32_MAX, &n))
		return false;
	*ret = (size_t)n;
	return true;
}

static str word_of(str *rest)
{
	size_t end = str_find(*rest, ' ', 0);
	str word = str_sub(*rest, 0, end);

	*rest = str_sub(*rest, end + 1, rest->n);
	return word;
}

/* One value of a list: an atom with its [sections], a "quoted" text, a literal, or a whole (list). False at the end. */
static bool quoted(str s, size_t *at, str *ret)
{
	size_t from = ++*at;

	while (*at < s.n && s.p[*at] != '"')
		*at += s.p[*at] == '\\' ? 2 : 1;
	*at = *at < s.n ? *at : s.n;
	*ret = str_sub(s, from, *at);
	*at += *at < s.n;
	return true;
}

static bool literal(str s, size_t *at, str *ret)
{
	size_t end = str_find(s, '\r', *at), n;

	if (end + 1 >= s.n || s.p[end + 1] != '\n' || !imap_literal(str_sub(s, *at, end), &n) || n > s.n - end - 2)
		return false;
	*ret = str_sub(s, end + 2, end + 2 + n);
	*at = end + 2 + n;
	return true;
}

static void atom(str s, size_t *at, str *ret)
{
	size_t from = *at;
	bool section = false;

	for (; *at < s.n; ++*at) {
		char c = s.p[*at];

		if (!section && (c == ' ' || c == '(' || c == ')' || c == '\r' || c == '\n' || c == '"'))
			break;
		section = c == '[' || (section && c != ']');
	}
	*ret = str_sub(s, from, *at);
}

static bool value(str s, size_t *at, str *ret);

static bool list(str s, size_t *at, str *ret)
{
	size_t from = *at;
	int depth = 0;
	str inner;

	for (; *at < s.n;) {
		if (s.p[*at] == '(' && depth < DEPTH_MAX) {
			depth++;
			++*at;
		} else if (s.p[*at] == ')') {
			++*at;
			if (--depth == 0)
				break;
		} else if (s.p[*at] == '(' || !value(s, at, &inner)) {
			return false;
		}
		while (*at < s.n && s.p[*at] == ' ')
			++*at;
	}
	*ret = str_sub(s, from, *at);
	return depth == 0;
}

static bool value(str s, size_t *at, str *ret)
{
	size_t from = *at;

	if (*at >= s.n)
		return false;
	switch (s.p[*at]) {
	case '"': return quoted(s, at, ret);
	case '{': return literal(s, at, ret);
	case '(': return list(s, at, ret);
	default: atom(s, at, ret); return *at > from;
	}
}

/* (UID 7 RFC822.SIZE 120 BODY[] {3}…) */
static bool fetched(str s, struct imap_answer *ret)
{
	size_t at = 1;
	str name, v;
	int64_t n;

	if (s.n < 2 || s.p[0] != '(')
		return false;
	while (at < s.n && s.p[at] != ')') {
		if (s.p[at] == ' ') {
			at++;
			continue;
		}
		if (!value(s, &at, &name) || at >= s.n || s.p[at++] != ' ' || !value(s, &at, &v))
			return false;
		if (str_eq_nocase(name, STR("UID")) && parse_int(v, 1, UINT32_MAX, &n))
			ret->uid = (uint32_t)n;
		else if (str_eq_nocase(name, STR("RFC822.SIZE")) && parse_int(v, 0, INT64_MAX, &n))
			ret->size = n;
		else if (str_eq_nocase(str_sub(name, 0, 6), STR("BODY[]"))) {
			ret->has_body = true;
			ret->body = str_eq_nocase(v, STR("NIL")) ? STR("") : v;
		}
	}
	return at < s.n;
}

static bool condition(str word)
{
	static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq_nocase(word, str_of(words[i])))
			return true;
	return false;
}

static void code_of(struct imap_answer *ret)
{
	size_t close;

	if (!str_starts(ret->text, STR("[")))
		return;
	close = str_find(ret->text, ']', 0);
	ret->code = str_sub(ret->text, 1, close);
	ret->text = str_trim(str_sub(ret->text, close + 1, ret->text.n));
}

bool imap_parse(str bytes, struct imap_answer *ret)
{
	struct imap_answer r = {.size = -1, .word = STR(""), .code = STR(""), .body = STR("")};
	str rest = bytes;

	r.tag = word_of(&rest);
	r.kind = str_eq(r.tag, STR("*")) ? IMAP_UNTAGGED : str_eq(r.tag, STR("+")) ? IMAP_GO_ON : IMAP_TAGGED;
	if (!r.tag.n)
		return false;
	if (r.kind != IMAP_GO_ON) {
		r.word = word_of(&rest);
		if (r.kind == IMAP_UNTAGGED && parse_int(r.word, 0, UINT32_MAX, &r.number))
			r.word = word_of(&rest);
		if (!r.word.n)
			return false;
	}
	r.text = rest;
	if (condition(r.word))
		code_of(&r);
	if (str_eq_nocase(r.word, STR("FETCH")) && !fetched(rest, &r))
		return false;
	*ret = r;
	return true;
}

/* A run of characters outside ASCII: UTF-16 in base64 with "," for "/", without padding. */
static void shifted(struct text *t, const uint16_t *units, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
	uint32_t bits = 0;
	int have = 0;

	text_add_char(t, '&');
	for (size_t i = 0; i < n; i++) {
		bits = bits << 16 | units[i];
		for (have += 16; have >= 6; have -= 6)
			text_add_char(t, digits[bits >> (have - 6) & 63]);
		bits &= (1u << have) - 1;
	}
	if (have)
		text_add_char(t, digits[bits << (6 - have) & 63]);
	text_add_char(t, '-');
}

str imap_folder_name(struct arena *a, str utf8)
{
	uint16_t *units = NEW_N(a, uint16_t, 2 * utf8.n + 1);
	struct text t = {.a = a};
	size_t at = 0, n = 0;

	text_add_char(&t, '"');
	while (at < utf8.n) {
		uint32_t c = utf8_next(utf8, &at);

		if (c > 0xffff)
			units[n++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
		if (c > 126)
			units[n++] = (uint16_t)(c > 0xffff ? 0xdc00 + (c & 0x3ff) : c);
		if (n && (c <= 126 || at == utf8.n)) {
			shifted(&t, units, n);
			n = 0;
		}
		if (c == '&')
			text_add(&t, STR("&-"));
		else if (c >= ' ' && c <= 126) {
			if (c == '"' || c == '\\')
				text_add_char(&t, '\\');
			text_add_char(&t, (char)c);
		}
	}
	text_add_char(&t, '"');
	return text_str(&t);
}

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == ',' ? 63 : -1;
}

static bool unshifted(struct text *t, str run)
{
	uint32_t bits = 0, high = 0;
	int have = 0;

	for (size_t i = 0; i < run.n; i++) {
		int d = digit(run.p[i]);
		uint32_t unit;

		if (d < 0)
			return false;
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		unit = bits >> have & 0xffff;
		bits &= (1u << have) - 1;
		if (unit >= 0xd800 && unit < 0xdc00 && !high)
			high = unit;
		else if ((unit >= 0xdc00 && unit < 0xe000) != (high != 0) || unit < 0x20)
			return false;
		else {
			utf8_add(t, high ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : unit);
			high = 0;
		}
	}
	return !high;
}

str imap_folder_utf8(struct arena *a, str name)
{
	struct text t = {.a = a};

	for (size_t i = 0; i < name.n; i++) {
		size_t end = str_find(name, '-', i);

		if (name.p[i] < ' ' || name.p[i] > 126)
			return (str){0};
		if (name.p[i] != '&') {
			text_add_char(&t, name.p[i]);
			continue;
		}
		if (end == name.n || (end > i + 1 && !unshifted(&t, str_sub(name, i + 1, end))))
			return (str){0};
		if (end == i + 1)
			text_add_char(&t, '&');
		i = end;
	}
	return text_str(&t);
}
