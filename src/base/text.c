/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - the growing text. */
#include "base/text.h"

#include <stdarg.h>

enum { TEXT_MIN = 128 }; /* a text begins with a bracket or two and goes on */

/* Room for more bytes and a NUL. */
static void room(struct text *t, size_t more)
{
	char *p;

	if (t->cap - t->n > more)
		return;
	t->cap = (t->n + more + 1) * 2;
	if (t->cap < TEXT_MIN)
		t->cap = TEXT_MIN;
	p = arena_alloc(t->a, t->cap);
	if (t->n)
		memcpy(p, t->p, t->n);
	t->p = p;
}

char *text_room(struct text *t, size_t n)
{
	room(t, n);
	return t->p + t->n;
}

void text_add(struct text *t, str s)
{
	room(t, s.n);
	if (s.n)
		memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

void text_add_char(struct text *t, char c)
{
	room(t, 1);
	t->p[t->n++] = c;
}

void text_add_int(struct text *t, int64_t v)
{
	char z[24];
	size_t at = sizeof(z);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		z[--at] = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		z[--at] = '-';
	text_add(t, (str){z + at, sizeof(z) - at});
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		room(t, (size_t)n);
		vsnprintf(t->p + t->n, (size_t)n + 1, fmt, again);
		t->n += (size_t)n;
	}
	va_end(again);
}

const char *text_z(struct text *t)
{
	room(t, 0);
	t->p[t->n] = 0;
	return t->p;
}
