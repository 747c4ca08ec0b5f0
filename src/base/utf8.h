/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8.h - is it UTF-8, how many characters, make it so. Any thread. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/text.h"

/* Well-formed (Unicode 15, table 3-7: no overlong forms, no surrogates, at most U+10FFFF) and without NUL. */
bool utf8_valid(str s);
/* Code points in well-formed s. */
size_t utf8_count(str s);
/* The code point at *at of well-formed s; *at moves behind it. At the end: 0, and *at stays. */
uint32_t utf8_next(str s, size_t *at);
void utf8_add(struct text *t, uint32_t code_point);
/* s with every ill-formed byte replaced by U+FFFD and control characters other than tab and newline dropped. */
str utf8_clean(struct arena *a, str s);
/* Russian and Latin letters in lower case, the rest as it is: for comparing names, not for display. */
str utf8_lower(struct arena *a, str s);
/* The longest prefix of well-formed s of at most max bytes that ends between characters. */
str utf8_cut(str s, size_t max);

#endif
