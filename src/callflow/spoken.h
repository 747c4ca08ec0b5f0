/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken.h - words to be spoken with merge fields in them, and the finished text that a voice reads: «Здравствуйте, {person.name}! Ваш долг
 * {field.debt:money}.» Pure; any thread.
 *
 * A merge field is {NAME}, {NAME:FORMAT}, {NAME|FALLBACK} or {NAME:FORMAT|FALLBACK}. NAME is one of spoken_names or field.KEY, a field of the
 * project's form. FORMAT says how the value is read out (spoken_formats); without one it is said as it stands. FALLBACK is said when there is
 * no value, or none that can be read out so. Without a fallback such a field is left out together with the blank before it, and told as a gap:
 * whoever calls people decides whether words with a gap are said at all. An empty fallback, {NAME|}, leaves it out and is no gap.
 *
 *	struct spoken_value values[] = {{STR("person.name"), STR("Анна")}, {STR("field.debt"), STR("1021,05")}};
 *	struct spoken said;
 *	spoken_fill(a, words, LANGUAGE_RU, values, COUNT(values), &said);
 */
#ifndef CALLFLOW_SPOKEN_H
#define CALLFLOW_SPOKEN_H

#include "base/fault.h"
#include "callflow/numerals.h"

/* The trade's own merge fields, the same as in a script (docs/script.md); NULL-ended. */
extern const char *const spoken_names[];
/* Is it one of spoken_names, or field.KEY with one of these keys? */
bool spoken_name_known(str name, const str *keys, size_t n_keys);

/* How values are read out, with an example of each in both languages; name NULL ends it. */
struct spoken_format {
	const char *name, *value, *said[LANGUAGES];
	bool (*say)(struct text *t, enum language l, str value); /* false: it cannot be read out so; t is then as before */
};
extern const struct spoken_format spoken_formats[];

/* The first thing wrong with the words as EINVAL on field: code spoken_unclosed, spoken_unopened, spoken_empty, spoken_field or
 * spoken_format, with the part of the words it is about. keys: of the project's form fields. */
int spoken_check(str words, const char *field, const str *keys, size_t n_keys, struct fault *f) MUST_USE;

/* The same for words that know other names, a NULL-ended list like spoken_names. */
int spoken_check_names(
        str words, const char *field, const char *const *names, const str *keys, size_t n_keys, struct fault *f) MUST_USE;

/* Go through the merge fields of good words: false when there are no more. *at begins at 0. */
struct spoken_part {
	str text;                   /* what stands before the field, or after the last; n may be 0 */
	str name, format, fallback; /* absent: none; name absent: no field follows */
};
bool spoken_next(str words, size_t *at, struct spoken_part *ret);

struct spoken_value {
	str name, value; /* value absent or empty: there is none */
};
struct spoken {
	str text; /* in the arena */
	size_t gaps;
	str gap; /* the first field with neither a value that can be said nor a fallback; points into words */
};
/* Words with something wrong in them are said as they stand. */
void spoken_fill(
        struct arena *a, str words, enum language l, const struct spoken_value *values, size_t n, struct spoken *ret);

/* A caller's place in his queue and how long it will take, which is said as minutes; wait_ms -1: not known, nothing is said of it. */
void spoken_place(struct text *t, enum language l, int64_t place, int64_t wait_ms);

#endif
