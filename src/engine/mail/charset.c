/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset.c - from the sets of the world to UTF-8, by iconv; which set, where nobody says or somebody says it wrongly. */
#include "engine/mail/charset.h"

#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>

/* Sets in use in mail. The first ones are those Russian comes in. */
static const char *const sets[] = {"windows-1251", "koi8-r", "cp866", "iso-8859-5", "koi8-u", "windows-1252", "iso-8859-1",
        "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-10",
        "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "windows-1250", "windows-1253", "windows-1254",
        "windows-1255", "windows-1256", "windows-1257", "windows-1258", "cp437", "cp850", "cp852", "cp855", "macintosh",
        "mac-cyrillic", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "gb2312", "gbk", "gb18030", "big5", "euc-jp",
        "euc-kr", "shift_jis", "iso-2022-jp", "iso-2022-kr", "tis-620", "ks_c_5601-1987", "hz-gb-2312"};
enum { RUSSIAN = 4, WESTERN = 5, SETS = COUNT(sets), LABEL_MAX = 40 };

/* to[i]: from set i to UTF-8; from[i]: back, for the sets that may have been a mistake. */
static struct {
	iconv_t to, from;
	bool open;
} converters[SETS];

void charsets_open(void)
{
	for (size_t i = 0; i < SETS; i++) {
		if (converters[i].open)
			continue;
		converters[i].to = iconv_open(
		        "utf-8", i == WESTERN + 1 ? sets[WESTERN] : sets[i]); /* who says Latin-1 means windows-1252 */
		converters[i].from = i <= WESTERN ? iconv_open(sets[i], "utf-8") : (iconv_t)-1;
		converters[i].open = true;
	}
}

static bool convert(struct arena *a, iconv_t by, str in, str *ret)
{
	size_t room = in.n * 4 + 16, left = in.n, free_room = room;
	char *out = arena_alloc(a, room + 1), *to = out, *from = (char *)(uintptr_t)in.p;

	if (by == (iconv_t)-1)
		return false;
	iconv(by, NULL, NULL, NULL, NULL);
	if (iconv(by, &from, &left, &to, &free_room) == (size_t)-1 || left)
		return false;
	*ret = (str){out, room - free_room};
	return true;
}

/* As convert, with U+FFFD for what the set does not know. */
static bool convert_some(struct arena *a, iconv_t by, str in, str *ret)
{
	size_t room = in.n * 4 + 16, left = in.n, free_room = room;
	char *out = arena_alloc(a, room + 1), *to = out, *from = (char *)(uintptr_t)in.p;

	if (by == (iconv_t)-1)
		return false;
	iconv(by, NULL, NULL, NULL, NULL);
	while (left && iconv(by, &from, &left, &to, &free_room) == (size_t)-1 && left && free_room >= 8) {
		memcpy(to, "\xEF\xBF\xBD", 3);
		to += 3;
		free_room -= 3;
		from++;
		left--;
	}
	*ret = (str){out, room - free_room};
	return true;
}

static int set_of(str label)
{
	static const struct {
		const char *said, *meant;
	} others[] = {{"cp1251", "windows-1251"}, {"win-1251", "windows-1251"}, {"windows1251", "windows-1251"},
	        {"x-cp1251", "windows-1251"}, {"win1251", "windows-1251"}, {"1251", "windows-1251"}, {"koi8r", "koi8-r"},
	        {"koi-8", "koi8-r"}, {"koi8", "koi8-r"}, {"x-koi8-r", "koi8-r"}, {"dos-866", "cp866"}, {"ibm866", "cp866"},
	        {"866", "cp866"}, {"latin1", "iso-8859-1"}, {"iso8859-1", "iso-8859-1"}, {"iso8859-5", "iso-8859-5"},
	        {"x-mac-cyrillic", "mac-cyrillic"}, {"cp936", "gbk"}, {"cp1252", "windows-1252"}, {"sjis", "shift_jis"},
	        {"iso-8859-8-i", "iso-8859-8"}, {"unicode-1-1-utf-7", "utf-7"}};

	for (size_t i = 0; i < COUNT(others); i++)
		if (str_eq_nocase(label, str_of(others[i].said)))
			return set_of(str_of(others[i].meant));
	for (size_t i = 0; i < SETS; i++)
		if (str_eq_nocase(label, str_of(sets[i])))
			return (int)i;
	return -1;
}

bool charset_known(str label)
{
	return str_eq_nocase(label, STR("utf-8")) || str_eq_nocase(label, STR("us-ascii")) || set_of(label) >= 0;
}

/* Sets whose bytes say nothing of Russian, so that their label is believed. */
static bool wide(int set)
{
	return set >= 0 && (str_starts(str_of(sets[set]), STR("utf-")) || set > (int)WESTERN + 26);
}

static bool high(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return true;
	return false;
}

/* UTF-8 in which something is amiss is still UTF-8: a character cut in two, a stray byte. */
static bool mostly_utf8(str s)
{
	size_t good = 0, bad = 0;

	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c;

		if ((unsigned char)s.p[at] < 0x80) {
			at++;
			continue;
		}
		c = utf8_next(s, &at);
		*(c == 0xFFFD && at - from == 1 ? &bad : &good) += 1;
	}
	return good > 4 * bad;
}

static double mean(struct russian r)
{
	return r.pairs ? (double)r.score / (double)r.pairs : 0;
}

/* b is the better reading: it gives Russian where a does not. */
static bool better(struct russian a, struct russian b)
{
	bool enough = b.pairs >= 4 || (b.pairs >= 2 && a.flips && mean(a) <= -3);

	return enough && a.score < 0 && mean(b) >= 1 && b.score > a.score + 10;
}

/* The bytes by the Russian set that gives most Russian; believed is what the label gave, absent when there was none or it could not. */
static str choose(struct arena *a, str bytes, str believed)
{
	struct russian best = {0};
	str ret = believed;

	if (believed.p)
		best = russian_of(believed);
	for (size_t i = 0; i < RUSSIAN; i++) {
		struct russian r;
		str text;

		if (!convert_some(a, converters[i].to, bytes, &text))
			continue;
		r = russian_of(text);
		if (!ret.p || (believed.p ? better(best, r) && r.score > best.score : r.score > best.score)) {
			ret = text;
			best = r;
		}
	}
	return ret;
}

/* Eight-bit bytes nobody named: Russian where they read so, else as the west writes. */
static str guess(struct arena *a, str bytes)
{
	str russian = choose(a, bytes, (str){0}), western;

	if (russian_of(russian).score > 0 || !convert_some(a, converters[WESTERN].to, bytes, &western))
		return russian;
	return russian_of(western).score >= russian_of(russian).score ? western : russian;
}

static str without_bom(str s)
{
	return str_starts(s, STR("\xEF\xBB\xBF")) ? str_sub(s, 3, s.n) : s;
}

static str decode(struct arena *a, str bytes, int set, bool named_utf8)
{
	str text;

	if (wide(set))
		return convert_some(a, converters[set].to, bytes, &text) ? text : bytes;
	if (str_starts(bytes, STR("\xFF\xFE")) || str_starts(bytes, STR("\xFE\xFF")))
		return convert_some(a, converters[set_of(STR("utf-16"))].to, bytes, &text) ? text : bytes;
	/* Japanese in seven bits says itself what it is. */
	if (str_find_str(bytes, STR("\x1B$"), 0) < bytes.n &&
	        convert(a, converters[set_of(STR("iso-2022-jp"))].to, bytes, &text))
		return text;
	if (!high(bytes) || utf8_valid(bytes))
		return bytes;
	if (set >= 0 && convert_some(a, converters[set].to, bytes, &text))
		return choose(a, bytes, text);
	if ((named_utf8 || set < 0) && mostly_utf8(bytes))
		return bytes;
	return guess(a, bytes);
}

str charset_decode(struct arena *a, str bytes, str label)
{
	str word = str_trim(label);

	if (!bytes.n)
		return (str){"", 0};
	charsets_open();
	if (word.n > 1 && (word.p[0] == '"' || word.p[0] == '\''))
		word = str_sub(word, 1, word.n - 1);
	bytes = without_bom(bytes);
	return utf8_clean(a, decode(a, bytes, word.n < LABEL_MAX ? set_of(word) : -1,
	                             str_eq_nocase(word, STR("utf-8")) || str_eq_nocase(word, STR("utf8"))));
}

str charset_mend(struct arena *a, str text)
{
	struct russian own = russian_of(text), best = own;
	str ret = text;

	if (!high(text) || own.score >= 0)
		return text;
	charsets_open();
	for (size_t i = 0; i <= WESTERN; i++) {
		str bytes, other;

		if (!convert(a, converters[i].from, text, &bytes))
			continue;
		for (size_t j = 0; j <= RUSSIAN; j++) {
			struct russian r;

			if (j == RUSSIAN && utf8_valid(bytes))
				other = bytes;
			else if (j == i || j == RUSSIAN || !convert(a, converters[j].to, bytes, &other))
				continue;
			r = russian_of(other);
			if (better(own, r) && r.score > best.score) {
				best = r;
				ret = other;
			}
		}
	}
	return ret;
}
