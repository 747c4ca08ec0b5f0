/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.h - memory of one piece of work (a request, a job, a report), freed all at once.
 * An arena belongs to one thread at a time. It never returns NULL: input is bounded at the door,
 * so running out means a dying machine, and the process stops for its supervisor (see ADR 0002). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;
/* Zero-initialised is empty and ready: struct arena a = {0}. used counts bytes handed out. */
struct arena {
	struct arena_block *head;
	size_t used;
};

/* n bytes, zeroed, 16-aligned. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_alloc_n(struct arena *a, size_t n, size_t size);
/* The arena is empty and usable again afterwards. */
void arena_free(struct arena *a);
/* Like arena_free, but the first block stays for the next piece of work of a loop. */
void arena_reset(struct arena *a);

#define NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define NEW_N(a, T, n) ((T *)arena_alloc_n((a), (n), sizeof(T)))

/* A copy of s in the arena, with a NUL after it so that copy.p is a C string. Absent stays absent. */
str str_copy(struct arena *a, str s);
/* A NUL-ended copy; "" for the absent str. Bytes after an inner NUL are invisible to C. */
char *str_z(struct arena *a, str s);
str str_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3), nonnull(2)));

#endif
