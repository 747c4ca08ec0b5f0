/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard_priv.h - between the files of the folder. A text is looked at as code points, each with marks that say what it is. */
#ifndef DOMAIN_GUARD_GUARD_PRIV_H
#define DOMAIN_GUARD_GUARD_PRIV_H

#include "base/text.h"
#include "base/utf8.h"
#include "domain/guard/guard.h"

enum {
	MARK_HISTORY = 1,  /* quoted from letters before */
	MARK_LINK = 2,     /* addresses of pages, mail and files */
	MARK_CITED = 4,    /* within quotation marks */
	MARK_SIGN = 8,     /* the signature */
	MARK_CLOSING = 16, /* below "с уважением", where no signature of the house was found */
	MARK_NAME = 32,    /* a name that is written with a sign of its own */
	MARK_PROSE = MARK_HISTORY | MARK_LINK,
};

struct line {
	size_t from, to; /* code points, without the line end */
};
struct piece {
	struct arena *a;
	const char *field;
	uint32_t *c;
	uint8_t *marks;
	size_t n;
	struct line *lines;
	size_t n_lines;
};

/* text.c */
struct piece piece_of(struct arena *a, const char *field, str text);
str piece_str(const struct piece *p, size_t from, size_t to);
/* The line without blanks at its ends; for comparing, in small letters and single blanks. */
str line_str(const struct piece *p, size_t i);
str line_flat(const struct piece *p, size_t i);
str flat(struct arena *a, str s);
bool line_blank(const struct piece *p, size_t i);
bool line_marked(const struct piece *p, size_t i, uint8_t mark);
void mark(struct piece *p, size_t from, size_t to, uint8_t m);
bool letter_char(uint32_t c);
bool blank_char(uint32_t c);
bool digit_char(uint32_t c);
bool capital(uint32_t c);
bool cyrillic(uint32_t c);
/* Is it in the list that a NULL ends? */
bool any_of(str s, const char *const *words);
bool contains_any(str s, const char *const *words);

/* mark.c: links, quotations, names; history and closing of a body. */
void mark_links(struct piece *p);
void mark_cited(struct piece *p);
void mark_names(struct piece *p, const struct guard_draft *d);
/* history.c */
void mark_history(struct piece *body, const struct guard_letter *parent);
/* Has the line marks of quotation, as any mail program makes them? The line without them. */
bool quoted_line(str line);
str quote_unmarked(str line);
/* sign.c: the first line of the closing among the writer's own lines; n_lines when there is none. */
size_t closing_line(const struct piece *body);

struct check {
	struct arena *a;
	const struct guard_draft *d;
	struct speller *s;
	struct piece subject, body;
	struct guard_verdict v;
	size_t cap;
};
void report(struct check *c, enum guard_rule rule, const char *field, size_t at, str text, const char *why);

void check_subject(struct check *c);
void check_exclam(struct check *c);
void check_spell(struct check *c);
void check_para(struct check *c);
void check_sign(struct check *c);
void check_quote(struct check *c);
void check_copies(struct check *c);
void check_one(struct check *c);

/* words.c: the words of a text in small letters, "ё" as "е"; at most max. */
struct words {
	str *of;
	size_t n;
};
struct words words_of(struct arena *a, str text);
/* A word that says nothing of a matter: a preposition; a word for letters and work in general. */
bool word_small(str w);
bool word_general(str w);
/* common.c: a word letters are full of; in the dictionary's form, in small letters, "ё" as "е". */
bool word_common(str w);
/* The same word in another form. */
bool words_akin(struct check *c, str x, str y);
/* "Re: Fwd: Отв:" cut off. */
str subject_base(str subject);
/* How much of the parent's text stands in the text, in thousandths. */
int text_kept(struct arena *a, str parent, str text);

#endif
