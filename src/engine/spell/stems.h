/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stems.h - the words of a text in the form a dictionary has them in, so that "масла" finds "масло" and two ways of saying a thing are seen to be
 * one. Russian and English; "ё" is "е". Opens the dictionaries at the first use and keeps them; without them words stay as they are written.
 * Any thread; what is returned lives in the arena. */
#ifndef ENGINE_SPELL_STEMS_H
#define ENGINE_SPELL_STEMS_H

#include "base/arena.h"

struct stems {
	str *of; /* sorted, each once */
	size_t n;
};
enum { STEMS_MAX = 4000 }; /* words past these are not looked at */

/* Words of one or two letters are left out, but for numbers and "не". */
struct stems stems_of(struct arena *a, str text);
/* " масло моторный ": each between blanks, as a column keeps them. */
str stems_join(struct arena *a, struct stems s);
/* The inverse. */
struct stems stems_split(struct arena *a, str joined);
/* What they share of all they have, 0 to 1 (Jaccard); two without words: 0. */
double stems_alike(struct stems x, struct stems y);

#endif
