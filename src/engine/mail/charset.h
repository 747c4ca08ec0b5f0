/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset.h - bytes of a letter as UTF-8, also where their label is missing, unknown or a lie. Russian letters come mostly as UTF-8, windows-1251 or
 * KOI8-R, and for thirty years something on the way has been exchanging the labels. One thread: the child that reads letters. */
#ifndef ENGINE_MAIL_CHARSET_H
#define ENGINE_MAIL_CHARSET_H

#include "base/arena.h"

/* Load the converters of all sets named in mail, since a child in jail opens no file afterwards. */
void charsets_open(void);
/* bytes of the set the label names (absent: none is named) as clean UTF-8. UTF-8 is believed whatever the label says; an eight-bit label is not
 * believed where another Russian set gives Russian and the label gives none. */
str charset_decode(struct arena *a, str bytes, str label);
/* Is it the name of a set letters come in? */
bool charset_known(str label);
/* Text that was decoded by a wrong label already ("оПХБЕР", "РџСЂРё", "Ïðèâåò") as it was meant; other text as it is. */
str charset_mend(struct arena *a, str text);

/* How Russian a text looks: pairs of letters by their frequency, less what mistaken sets bring about. */
struct russian {
	int64_t score;
	size_t pairs; /* of letters, as many as were judged */
	size_t flips; /* capitals inside words that began small */
};
struct russian russian_of(str utf8);

#endif
