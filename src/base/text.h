/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - a text that grows in an arena. Start with struct text t = {.a = &arena}; free nothing. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

struct text {
	struct arena *a;
	char *p;
	size_t n, cap;
};

void text_add(struct text *t, str s);
/* Where n more bytes may be written, to be counted by t->n; valid until the next addition. */
char *text_room(struct text *t, size_t n);
void text_add_char(struct text *t, char c);
/* A number in decimal, without going through printf. */
void text_add_int(struct text *t, int64_t v);
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What stands in it now; valid until the next addition. */
static inline str text_str(const struct text *t)
{
	return (str){t->p ? t->p : "", t->n};
}
/* The same as a C string. */
const char *text_z(struct text *t);

#define text_lit(t, lit) text_add((t), STR(lit))

#endif
