/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sign.c - SIGN: the letter ends with the house's signature, or, where none was given, with some signature: a closing and a name. */
#include "domain/guard/guard_priv.h"

enum { CLOSING_LINES = 14 };

static bool closing(str s)
{
	static const char *const words[] = {"с уважением", "с наилучшими пожеланиями", "с наилучшими", "с почтением",
	        "искренне ваш", "всего доброго", "всего наилучшего", "с надеждой на сотрудничество", "с пожеланиями",
	        "с благодарностью", "best regards", "kind regards", "warm regards", "regards", "with best regards",
	        "with kind regards", "sincerely", "yours sincerely", "yours faithfully", "yours truly", "best wishes",
	        "with best wishes", "kindest regards", "respectfully", "many thanks", "cheers", "с ув.", "с ув,", "с ув"};

	for (size_t i = 0; i < COUNT(words); i++) {
		str w = str_of(words[i]);

		if (str_starts(s, w) && (s.n == w.n || !letter_char((unsigned char)s.p[w.n])) && s.n < w.n + 60)
			return true;
	}
	return str_eq(s, STR("--")) || str_eq(s, STR("—"));
}

/* The last closing that has little but its own lines after it. */
size_t closing_line(const struct piece *p)
{
	size_t ret = p->n_lines, after = 0;

	for (size_t i = p->n_lines; i > 0; i--) {
		if (line_marked(p, i - 1, MARK_HISTORY) || line_blank(p, i - 1))
			continue;
		if (closing(line_flat(p, i - 1)))
			ret = i - 1;
		if (++after > CLOSING_LINES || (ret < p->n_lines && !closing(line_flat(p, i - 1))))
			break;
	}
	return ret;
}

/* The writer's own lines that hold something. */
static size_t own_lines(const struct piece *p, size_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_lines; i++)
		if (!line_marked(p, i, MARK_HISTORY) && !line_blank(p, i) && !str_eq(line_str(p, i), STR("--")))
			ret[n++] = i;
	return n;
}

static uint32_t end_of_field(uint32_t open)
{
	return open == '{' ? '}' : open == '<' ? '>' : open == '[' ? ']' : open == '%' ? '%' : 0;
}

/* The field of a signature at the place: "{name}", "{{name}}", "<имя>", "[имя]", "%name%"; its end, or at when it is none. */
static size_t field_end(const struct piece *p, size_t at)
{
	uint32_t close = end_of_field(p->c[at]);
	size_t to = at + 1, letters = 0;

	if (!close)
		return at;
	for (; to < p->n && p->c[to] != close && p->c[to] != '@' && p->c[to] != '\n'; to++)
		letters += letter_char(p->c[to]);
	if (to == p->n || p->c[to] != close || !letters)
		return at;
	for (to++; to < p->n && p->c[to] == close && close == '}'; to++)
		;
	return to;
}

/* Does the line agree with that of the signature, fields standing for any text that is not empty? */
static bool agrees(const struct piece *t, size_t i, size_t i_end, const struct piece *p, size_t j, size_t j_end)
{
	size_t end;

	while (i < i_end && blank_char(t->c[i]) && (j == j_end || blank_char(p->c[j]))) {
		for (; i < i_end && blank_char(t->c[i]); i++)
			;
		for (; j < j_end && blank_char(p->c[j]); j++)
			;
	}
	if (i >= i_end) {
		for (; j < j_end && blank_char(p->c[j]); j++)
			;
		return j >= j_end;
	}
	end = field_end(t, i);
	for (size_t k = j + 1; end > i && k <= j_end; k++)
		if (agrees(t, end, i_end, p, k, j_end))
			return true;
	return end == i && j < j_end && t->c[i] == p->c[j] && agrees(t, i + 1, i_end, p, j + 1, j_end);
}

static bool line_agrees(const struct piece *t, size_t i, const struct piece *p, size_t j)
{
	size_t from = t->lines[i].from, to = t->lines[i].to, own = p->lines[j].from;

	for (; from < to && blank_char(t->c[from]); from++)
		;
	for (; to > from && blank_char(t->c[to - 1]); to--)
		;
	for (; own < p->lines[j].to && blank_char(p->c[own]); own++)
		;
	return agrees(t, from, to, p, own, p->lines[j].to);
}

/* What may stand below a signature. */
static bool afterthought(const struct piece *p, size_t i)
{
	static const char *const words[] = {"p.s", "p. s", "ps:", "ps.", "п.с", "з.ы", "постскриптум"};
	str s = line_flat(p, i);

	for (size_t w = 0; w < COUNT(words); w++)
		if (str_starts(s, str_of(words[w])))
			return true;
	return false;
}

/* The house's signature among the own lines: the first of them, or n. */
static size_t find(const struct piece *t, const size_t *lines, size_t m, const struct piece *p, const size_t *own, size_t n)
{
	for (size_t k = n >= m ? n - m + 1 : 0; k > 0; k--) {
		size_t i = 0;

		while (i < m && line_agrees(t, lines[i], p, own[k - 1 + i]))
			i++;
		if (i == m && (k - 1 + m == n || afterthought(p, own[k - 1 + m])))
			return k - 1;
	}
	return n;
}

/* Where no signature of the house is asked for: a closing, then a name. */
static void some_signature(struct check *c, const size_t *own, size_t n)
{
	struct piece *p = &c->body;
	size_t from = closing_line(p), after = 0;
	bool said;

	for (size_t i = 0; i < n; i++)
		after += own[i] > from;
	said = from < p->n_lines && !str_eq(line_str(p, from), STR("--"));
	/* "С уважением, Иван Петров" in one line is a signature too. */
	if (said && (after >= 1 || words_of(c->a, line_str(p, from)).n >= 4))
		return;
	if (from < p->n_lines && after >= 2)
		return;
	if (from < p->n_lines)
		report(c, GUARD_SIGN, "body", p->lines[from].from, line_str(p, from), "signature_short");
	else
		report(c, GUARD_SIGN, "body", n ? p->lines[own[n - 1]].to : 0, STR(""), "signature_missing");
}

static void mark_closing(struct piece *p, uint8_t m)
{
	size_t from = closing_line(p);

	for (size_t i = from; i < p->n_lines; i++)
		if (!line_marked(p, i, MARK_HISTORY) && (i > from || m == MARK_SIGN))
			mark(p, p->lines[i].from, p->lines[i].to, m);
}

void check_sign(struct check *c)
{
	struct piece *p = &c->body, t = piece_of(c->a, "signature", c->d->signature);
	size_t *own = NEW_N(c->a, size_t, p->n_lines + 1), *lines = NEW_N(c->a, size_t, t.n_lines + 1);
	size_t n = own_lines(p, own), m = own_lines(&t, lines), k, from;

	if (!m) {
		some_signature(c, own, n);
		mark_closing(p, MARK_CLOSING);
		return;
	}
	k = find(&t, lines, m, p, own, n);
	if (k < n || !n) {
		for (size_t i = k; i < k + m && i < n; i++)
			mark(p, p->lines[own[i]].from, p->lines[own[i]].to, MARK_SIGN);
		if (n)
			return;
	}
	from = closing_line(p);
	if (from < p->n_lines)
		report(c, GUARD_SIGN, "body", p->lines[from].from, line_str(p, from), "signature_differs");
	else
		report(c, GUARD_SIGN, "body", n ? p->lines[own[n - 1]].to : 0, STR(""), "signature_missing");
	mark_closing(p, MARK_CLOSING);
}
