/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spell.h - is a word spelled as the dictionaries have it? Russian and English (American and British) by Hunspell, with words of the house besides.
 * Reads dictionaries when opened, nothing later. Any thread: one word at a time, behind a lock. */
#ifndef ENGINE_SPELL_SPELL_H
#define ENGINE_SPELL_SPELL_H

#include "base/arena.h"
#include "base/fault.h"

enum spell_language { SPELL_RUSSIAN, SPELL_ENGLISH };

struct speller;
/* folder: where ru_RU.dic and the others are; NULL: where Debian puts them. ENOENT "dictionary" names the one that is not there. */
int spell_open(const char *folder, struct speller **ret, struct fault *f) MUST_USE;
void spell_close(struct speller *s);
/* One more word; it bends as like does, which must be in the dictionary, or not at all when like is NULL. */
void spell_add(struct speller *s, enum spell_language l, const char *word, const char *like);
/* Capitals as at the beginning of a sentence and in headings are allowed; words of letters only, with hyphens and apostrophes within. */
bool spell_knows(struct speller *s, enum spell_language l, str word);
/* What may have been meant, best first; ENOMEM of Hunspell counts as nothing. */
size_t spell_near(struct speller *s, struct arena *a, enum spell_language l, str word, str *ret, size_t max);
/* The dictionary's form of the word ("масла": "масло"), or the word itself, in small letters. */
str spell_stem(struct speller *s, struct arena *a, enum spell_language l, str word);

#endif
