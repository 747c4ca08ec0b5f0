/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone_cell.c - a cell as people fill it: several numbers, labels, extensions, notes, faxes. It finds where a number begins and
 * ends; phone_number says whether it is one. */
#include "base/utf8.h"
#include "kit/phone/phone.h"
#include "kit/phone/phone_priv.h"

struct scan {
	const char *country;
	struct arena *a;
	struct phone *ret;
	size_t n, max;
	bool good;         /* a number was found */
	char last[11];     /* national digits of the last Russian fixed number, for short pieces after it */
	struct phone poor; /* a piece with few digits: told only when nothing better stands in the cell */
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A byte of a letter; letters here are lower case already. */
static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static char at(str s, size_t i)
{
	return i < s.n ? s.p[i] : 0;
}

/* The cell in lower case with all blanks, hyphens, digits and pluses of Unicode as ASCII. */
static void flatten(struct text *t, str cell)
{
	for (size_t i = 0; i < cell.n;) {
		uint32_t c = utf8_next(cell, &i);

		if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000 || c == '\r')
			c = ' ';
		else if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D)
			c = '-';
		else if (c == 0xFF0B)
			c = '+';
		else if (c >= 0xFF10 && c <= 0xFF19)
			c = c - 0xFF10 + '0';
		else if (c == 0x2116)
			c = '#';
		else if ((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 || c == 0xFEFF ||
		         c == 0xAD)
			continue;
		if (c == '[' || c == '{')
			c = '(';
		else if (c == ']' || c == '}')
			c = ')';
		if (c)
			utf8_add(t, c);
	}
}

/* Is one of the words of list (each ended by a blank) a word of s? */
static bool has_word(str s, const char *list)
{
	for (size_t i = 0; i < s.n;) {
		size_t from = i;

		while (i < s.n && letter(s.p[i]))
			i++;
		if (i > from) {
			str word = str_sub(s, from, i), all = str_of(list), part;
			while (str_cut(&all, ' ', &part))
				if (str_eq(part, word))
					return true;
		}
		while (i < s.n && !letter(s.p[i]))
			i++;
	}
	return false;
}

static bool says_fax(str s)
{
	return has_word(s, "ф факс факсы fax f") && !has_word(s, "т тел телефон телефоны tel phone моб t p");
}

/* Longest first where one begins another. */
static const char *const ext_marks[] = {"добавочный", "добавоч", "добав", "доб", "внутренний", "внутр", "внут", "вн",
        "extension", "extn", "ext", "int", "тоновый", "тон", "д", "x", "х", "p", "w"};

/* An extension at i: its digits, and the place behind them. False when none begins there. */
static bool ext_at(str s, size_t i, str *digits, size_t *end)
{
	size_t from, start = i;
	bool mark = false;

	while (at(s, i) == ' ' || at(s, i) == '(' || at(s, i) == ';' || at(s, i) == ',' || at(s, i) == '/')
		i++;
	mark = i - start >= 2 && str_find_str(str_sub(s, start, i), STR(",,"), 0) < i - start;
	if (at(s, i) == '#' || at(s, i) == '*') {
		mark = true;
		i++;
	}
	for (size_t m = 0; !mark && m < COUNT(ext_marks); m++)
		if (str_starts(str_sub(s, i, s.n), str_of(ext_marks[m]))) {
			i += str_of(ext_marks[m]).n;
			mark = true;
		}
	while (at(s, i) == ' ' || at(s, i) == '.' || at(s, i) == ':' || at(s, i) == '=' || at(s, i) == '#' ||
	        at(s, i) == '-')
		i++;
	if (str_starts(str_sub(s, i, s.n), STR("номер")))
		i += STR("номер").n;
	while (at(s, i) == ' ' || at(s, i) == '.' || at(s, i) == ':')
		i++;
	for (from = i; digit(at(s, i)); i++)
		;
	if (!mark || i == from || i - from > 8 || (at(s, i) == '-' && digit(at(s, i + 1))))
		return false;
	*digits = str_sub(s, from, i);
	*end = i;
	return true;
}

static bool number_begins(str s, size_t i)
{
	if (digit(at(s, i)))
		return true;
	if (at(s, i) != '+' && at(s, i) != '(')
		return false;
	do
		i++;
	while (at(s, i) == ' ' || at(s, i) == '(' || at(s, i) == '+');
	return digit(at(s, i));
}

/* The end of the number that begins at i: behind its last digit. */
static size_t number_end(str s, size_t i, size_t *ret_digits)
{
	size_t end = i;
	bool seen = false;

	for (*ret_digits = 0; i < s.n; i++) {
		char c = s.p[i];
		if (digit(c)) {
			++*ret_digits;
			seen = true;
			end = i + 1;
		} else if ((c == '+' && seen) || (c != ' ' && c != '(' && c != ')' && c != '-' && c != '.' && c != '+')) {
			break;
		}
	}
	return end;
}

static void put(struct scan *c, struct phone p)
{
	if (c->n < c->max)
		c->ret[c->n++] = p;
}

static void put_number(struct scan *c, const char *e164, str ext, bool fax, str raw)
{
	struct phone p = {.e164 = str_copy(c->a, str_of(e164)), .fax = fax, .raw = raw};

	if (ext.n)
		p.ext = str_copy(c->a, ext);
	for (size_t i = 0; i < c->n; i++) /* the same number twice in a cell is one */
		if (str_eq(c->ret[i].e164, p.e164) && str_eq(c->ret[i].ext, p.ext) && c->ret[i].fax == fax)
			return;
	c->good = true;
	if (str_starts(p.e164, STR("+7")) && p.e164.n == 12 && phone_zone(p.e164))
		memcpy(c->last, p.e164.p + 2, 10);
	put(c, p);
}

/* Seven, six or five digits behind a full number of a city: the same city. */
static bool same_city(struct scan *c, str raw, char e164[PHONE_E164_MAX])
{
	char z[12];
	size_t n = 0;

	if (!c->last[0] || at(raw, 0) == '+')
		return false;
	for (size_t i = 0; i < raw.n; i++)
		if (digit(raw.p[i])) {
			if (n == 7)
				return false;
			z[n++] = raw.p[i];
		}
	if (n < 5)
		return false;
	memmove(z + 10 - n, z, n);
	memcpy(z, c->last, 10 - n);
	return phone_ru_fast(z, 10, e164);
}

/* "89161234567 89161234568": two numbers with nothing but a blank between them. */
static bool side_by_side(struct scan *c, str raw, bool fax)
{
	char e164[PHONE_E164_MAX];
	size_t from = 0;
	bool any = false;

	for (size_t i = 0; i <= raw.n; i++) {
		str part = str_trim(str_sub(raw, from, i));
		if ((i < raw.n && raw.p[i] != ' ') || part.n < 10 || phone_number(part.p, part.n, c->country, e164))
			continue;
		put_number(c, e164, (str){0}, fax, part);
		any = true;
		from = i;
	}
	return any;
}

/* The number raw with its extension, or why it is none. */
static void judge(struct scan *c, str raw, size_t digits, str ext, bool fax)
{
	char e164[PHONE_E164_MAX];
	const char *why = phone_number(raw.p, raw.n, c->country, e164);

	if (!why || same_city(c, raw, e164))
		put_number(c, e164, ext, fax, raw);
	else if (digits > 15 && side_by_side(c, raw, fax))
		return;
	else if (digits < 5)
		c->poor = (struct phone){.reason = why, .raw = raw, .fax = fax};
	else
		put(c, (struct phone){.reason = why, .raw = raw, .fax = fax});
}

/* A part of the cell between separators: words, number, extension, words, perhaps another number. */
static void piece(struct scan *c, str s)
{
	size_t head = 0;
	bool any = false;

	for (size_t i = 0; i < s.n;) {
		size_t digits, end, next;
		str ext = {0};
		bool fax;

		if (!number_begins(s, i)) {
			i++;
			continue;
		}
		end = number_end(s, i, &digits);
		next = end;
		if (digits >= 5)
			(void)ext_at(s, end, &ext, &next);
		fax = says_fax(str_sub(s, head, i));
		for (head = next; next < s.n && !number_begins(s, next); next++)
			;
		if (next == s.n && says_fax(str_sub(s, head, s.n)))
			fax = true;
		if (digits >= 5 || !any)
			judge(c, str_sub(s, i, end), digits, ext, fax);
		any = true;
		i = next;
	}
}

static const char *const joiners[] = {" и ", " или ", " либо ", " and ", " or ", NULL};

/* Bytes of a separator at i, 0 when there is none. */
static size_t separator(str s, size_t from, size_t i)
{
	size_t end;
	str ext;
	char c = s.p[i], next = at(s, i + 1), before = i > from ? s.p[i - 1] : 0;

	if (c == ' ')
		for (size_t k = 0; joiners[k]; k++)
			if (str_starts(str_sub(s, i, s.n), str_of(joiners[k])))
				return str_of(joiners[k]).n - 1;
	if (c == '\n' || c == '|' || c == '\t')
		return 1;
	if (c != ';' && c != ',' && c != '/' && c != '\\')
		return 0;
	if ((c == '/' || c == '\\') && letter(next) && (letter(before) || before == '.'))
		return 0; /* тел./факс */
	return ext_at(s, i, &ext, &end) ? 0 : 1;
}

static void pieces(struct scan *c, str s)
{
	size_t from = 0, n;

	for (size_t i = 0; i < s.n; i++)
		if ((n = separator(s, from, i)) > 0) {
			piece(c, str_sub(s, from, i));
			i += n - 1;
			from = i + 1;
		} else if (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '/') {
			while (at(s, i + 1) == ',' || at(s, i + 1) == ' ') /* the marks of an extension */
				i++;
		}
	piece(c, str_sub(s, from, s.n));
}

/* A number a spreadsheet has printed: 8,9161234567E+10 or 89161234567.0. True when it was one of these. */
static bool from_spreadsheet(struct scan *c, str s)
{
	char z[32], e164[PHONE_E164_MAX];
	size_t n = 0, i = 0, power = 0, point = 0;
	const char *why;

	for (; i < s.n && (digit(s.p[i]) || ((s.p[i] == '.' || s.p[i] == ',') && !point)) && n < sizeof(z) - 1; i++)
		if (digit(s.p[i]))
			z[n++] = s.p[i];
		else
			point = n;
	if (!point || n == point)
		return false;
	if (i == s.n) {
		if (point < 10 || point > 15 || n - point > 2 || z[point] != '0' || z[n - 1] != '0')
			return false;
		n = point;
	} else {
		if (point != 1 || s.p[i] != 'e')
			return false;
		for (i += 1 + (at(s, i + 1) == '+'); digit(at(s, i)); i++)
			power = power * 10 + (size_t)(s.p[i] - '0');
		if (i != s.n || power < 9 || power > 15)
			return false;
		if (n < 8 || n > power + 1) {
			put(c, (struct phone){.reason = PHONE_ROUNDED, .raw = s});
			return true;
		}
		while (n < power + 1)
			z[n++] = '0';
	}
	why = phone_number(z, n, c->country, e164);
	if (why)
		put(c, (struct phone){.reason = why, .raw = s});
	else
		put_number(c, e164, (str){0}, false, s);
	return true;
}

/* ="+79161234567", the way to make a spreadsheet keep the plus. */
static str without_quoting(str s)
{
	if (s.n > 3 && str_starts(s, STR("=\"")) && s.p[s.n - 1] == '"')
		s = str_sub(s, 2, s.n - 1);
	else if (s.n > 1 && (s.p[0] == '\'' || s.p[0] == '='))
		s = str_sub(s, 1, s.n);
	return str_trim(s);
}

size_t phone_cell(str cell, const char *country, struct arena *a, struct phone *ret, size_t max)
{
	struct scan c = {.country = country, .a = a, .ret = ret, .max = max};
	char e164[PHONE_E164_MAX];
	struct text flat = {.a = a};
	str s = str_trim(cell);

	if (s.n == 0)
		return 0;
	if (s.n <= 24 && country[0] == 'R' && country[1] == 'U' && phone_ru_fast(s.p, s.n, e164)) {
		put_number(&c, e164, (str){0}, false, s);
		return c.n;
	}
	flatten(&flat, utf8_lower(a, utf8_cut(s, PHONE_CELL_MAX)));
	s = without_quoting(str_trim(text_str(&flat)));
	if (s.n == 0)
		return 0;
	if (!from_spreadsheet(&c, s))
		pieces(&c, s);
	if (c.n == 0)
		put(&c, c.poor.reason ? c.poor : (struct phone){.reason = PHONE_NO_DIGITS, .raw = s});
	return c.n;
}
