/* SPDX-License-Identifier: GPL-3.0-or-later */
/* para.c - PARA: the text stands in paragraphs with an empty line between them. Lists, greetings, closings and text broken at a fixed width are as
 * they should be; a wall of text and paragraphs run together are not. */
#include "domain/guard/guard_priv.h"

enum {
	WALL = 600,         /* code points one paragraph may have */
	WALL_SENTENCES = 6, /* and sentences, when it is not short */
	SHORT = 400,
	ALONE = 280, /* a whole letter in one paragraph may have this */
	ALONE_SENTENCES = 4,
	PARAGRAPH = 40, /* a line of this length that ends a sentence is a paragraph */
};

/* Lines from..to of the body: a run without an empty line. */
struct block {
	size_t from, to;
};

static bool list_item(str s)
{
	size_t at = 0;
	uint32_t c = utf8_next(s, &at);
	bool number = false, mark = false;

	if (c == '-' || c == '*' || c == 0x2022 || c == 0x2013 || c == 0x2014 || c == 0xB7 || c == 0x25CF || c == 0x25AA ||
	        c == '+' || c == '#')
		return true;
	while (at < s.n && (digit_char(c) || c == '.')) {
		mark |= c == '.';
		number = true;
		c = utf8_next(s, &at);
	}
	if (number && (mark || c == ')' || c == '.'))
		return true;
	/* "а)", "2 Раздел" */
	return (letter_char(c) && at < s.n && s.p[at] == ')') || (number && c == ' ' && s.n < 100);
}

static bool ends_sentence(str s)
{
	static const char *const ends[] = {".", "?", "!", "…", ".»", "?»", ".)", ".\"", ";"};

	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_ends(s, str_of(ends[i])))
			return true;
	return false;
}

static bool begins_sentence(str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if (letter_char(c) || digit_char(c))
			return capital(c) || digit_char(c);
	}
	return false;
}

static size_t sentences(const struct piece *p, size_t from, size_t to)
{
	size_t n = 0, words = 0;

	for (size_t i = from; i < to; i++) {
		bool end = p->c[i] == '.' || p->c[i] == '?' || p->c[i] == '!' || p->c[i] == 0x2026;

		words += blank_char(p->c[i]);
		if (end && !(p->marks[i] & MARK_LINK) && words >= 2 && (i + 1 >= to || blank_char(p->c[i + 1]))) {
			size_t next = i + 1;

			while (next < to && blank_char(p->c[next]))
				next++;
			n += next >= to || capital(p->c[next]) || digit_char(p->c[next]);
			words = 0;
		}
	}
	return n;
}

static str slice(const struct piece *p, size_t from, size_t to)
{
	return piece_str(p, from, to - from > 80 ? from + 80 : to);
}

/* Prose that is broken at a fixed width: its lines end in the middle of sentences. */
static bool broken_lines(const struct piece *p, struct block b)
{
	size_t middle = 0, all = 0;

	for (size_t i = b.from; i + 1 < b.to; i++, all++)
		middle += !ends_sentence(line_str(p, i)) && p->lines[i].to - p->lines[i].from > 40;
	return all && middle * 2 >= all;
}

static size_t first_char(const struct piece *p, size_t line)
{
	size_t at = p->lines[line].from;

	while (at < p->lines[line].to && blank_char(p->c[at]))
		at++;
	return at;
}

static void wall(struct check *c, size_t from, size_t to, bool alone)
{
	const struct piece *p = &c->body;
	size_t n = to - from, said = sentences(p, from, to);

	if (n > WALL || (n > SHORT && said > WALL_SENTENCES) || (alone && n > ALONE && said >= ALONE_SENTENCES))
		report(c, GUARD_PARA, "body", from, slice(p, from, to), "paragraph_long");
}

/* "Срок: до 10 апреля.", "Цель — продажа масла.": lines of a list without its marks. */
static bool labelled(str s)
{
	str head = str_sub(s, 0, PARAGRAPH);

	return str_find_str(head, STR(": "), 0) < head.n || str_find_str(head, STR(" — "), 0) < head.n ||
	       str_find_str(head, STR(" – "), 0) < head.n || str_find_str(head, STR(" - "), 0) < head.n;
}

/* Each line a paragraph, no empty line between it and the one before. */
static bool run_together(const struct piece *p, size_t before, size_t line)
{
	str x = line_str(p, before), y = line_str(p, line);

	return !list_item(x) && !list_item(y) && !labelled(y) && ends_sentence(x) && begins_sentence(y) &&
	       utf8_count(x) >= PARAGRAPH && utf8_count(y) >= PARAGRAPH;
}

static void look_at(struct check *c, struct block b, bool alone)
{
	const struct piece *p = &c->body;

	if (broken_lines(p, b)) {
		bool list = false;

		for (size_t i = b.from; i < b.to; i++)
			list |= list_item(line_str(p, i));
		if (!list)
			wall(c, first_char(p, b.from), p->lines[b.to - 1].to, alone);
		return;
	}
	for (size_t i = b.from; i < b.to; i++) {
		wall(c, first_char(p, i), p->lines[i].to, alone && b.to - b.from == 1);
		if (i > b.from && run_together(p, i - 1, i))
			report(c, GUARD_PARA, "body", first_char(p, i), slice(p, first_char(p, i), p->lines[i].to),
			        "paragraphs_together");
	}
}

static bool prose(const struct piece *p, size_t i)
{
	return !line_blank(p, i) && !line_marked(p, i, MARK_HISTORY | MARK_SIGN | MARK_CLOSING);
}

void check_para(struct check *c)
{
	const struct piece *p = &c->body;
	struct block *blocks = NEW_N(c->a, struct block, p->n_lines + 1);
	size_t n = 0, closing = closing_line(p);

	for (size_t i = 0; i < p->n_lines; i++) {
		if (!prose(p, i) || i == closing)
			continue;
		blocks[n++] = (struct block){i, i + 1};
		while (i + 1 < p->n_lines && prose(p, i + 1) && i + 1 != closing)
			blocks[n - 1].to = ++i + 1;
	}
	for (size_t i = 0; i < n; i++)
		look_at(c, blocks[i], n == 1);
}
