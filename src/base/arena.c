/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - blocks that grow with what is asked of them. */
#include "base/arena.h"

#include <stdarg.h>

enum { BLOCK_MIN = 2 * 1024, BLOCK_MAX = 256 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	_Alignas(16) char data[];
};

static struct arena_block *block_new(struct arena *a, size_t need)
{
	size_t cap = a->head ? a->head->cap * 2 : BLOCK_MIN;
	struct arena_block *b;

	if (cap > BLOCK_MAX)
		cap = BLOCK_MAX;
	if (cap < need)
		cap = need;
	b = malloc(sizeof(*b) + cap);
	if (!b)
		abort();
	*b = (struct arena_block){.next = a->head, .cap = cap};
	a->head = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->head;
	void *p;

	if (n > SIZE_MAX / 2)
		abort();
	n = (n + 15) & ~(size_t)15;
	if (!b || b->cap - b->used < n)
		b = block_new(a, n);
	p = memset(b->data + b->used, 0, n);
	b->used += n;
	a->used += n;
	return p;
}

void *arena_alloc_n(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		abort();
	return arena_alloc(a, n * size);
}

static void free_blocks(struct arena_block *b)
{
	for (struct arena_block *next; b; b = next) {
		next = b->next;
		free(b);
	}
}

void arena_free(struct arena *a)
{
	free_blocks(a->head);
	*a = (struct arena){0};
}

void arena_reset(struct arena *a)
{
	if (!a->head)
		return;
	free_blocks(a->head->next);
	a->head->next = NULL;
	a->head->used = 0;
	a->used = 0;
}

str str_copy(struct arena *a, str s)
{
	char *p;

	if (!s.p)
		return s;
	p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return (str){p, s.n};
}

char *str_z(struct arena *a, str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

str str_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (str){p, (size_t)n};
}
