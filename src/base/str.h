/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str.h - text by pointer and length: the one way text travels here.
 * A str owns nothing and has no NUL at its end; p NULL means absent (SQL NULL, no JSON member),
 * n 0 with p set means an empty text. All functions: any thread. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef struct str {
	const char *p;
	size_t n;
} str;

/* A str of a literal: the "" refuses anything that is not one. */
#define STR(lit) ((str){"" lit, sizeof(lit) - 1})
/* For printf: printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* The text z, NULL giving the absent str. The str points into z. */
str str_of(const char *z);
bool str_eq(str a, str b);
/* Like memcmp over the common length, then by length: negative, 0 or positive. */
int str_cmp(str a, str b);
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
/* Index of the first byte c at or after from, or s.n. */
size_t str_find(str s, char c, size_t from);
/* Index of the first occurrence of what at or after from, or s.n. */
size_t str_find_str(str s, str what, size_t from);
/* The part [from, to) of s; bounds past the end are cut. */
str str_sub(str s, size_t from, size_t to);
/* Without ASCII blanks and control bytes at both ends. */
str str_trim(str s);
/* Equal when ASCII letters are compared without case. */
bool str_eq_nocase(str a, str b);
/* Equal, in a time that depends on the lengths only: for secrets. */
bool str_eq_secret(str a, str b);
/* Cut the text up to sep off the front of *rest into *part. False when *rest is absent (all taken);
 * "a,,b" gives a, empty, b. */
bool str_cut(str *rest, char sep, str *part);

#endif
