/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numerals.h - numbers as they are said: «одна тысяча двадцать один рубль», "one thousand and twenty-one roubles". Russian with gender, case
 * and the form of the noun that a number asks for; English as in Britain. Pure; any thread. */
#ifndef CALLFLOW_NUMERALS_H
#define CALLFLOW_NUMERALS_H

#include "base/text.h"

enum language { LANGUAGE_RU, LANGUAGE_EN, LANGUAGES };
extern const char *const language_names[LANGUAGES + 1]; /* "ru", "en"; NULL-ended */

/* English has neither: both are ignored there. */
enum gender { MASCULINE, FEMININE, NEUTER };
enum grammatical_case { NOMINATIVE, GENITIVE };

/* Cardinals are said up to so much, ordinals up to NUMERAL_ORDINAL_MAX; what is larger is not said, which every function tells by false. */
#define NUMERAL_MAX INT64_C(999999999999999)
enum { NUMERAL_ORDINAL_MAX = 9999 };

/* What is counted: one, two (genitive of the singular in Russian), five of it. */
struct noun {
	enum gender gender;
	const char *one, *two, *five;
};
const char *noun_of(const struct noun *noun, enum language l, enum grammatical_case c, int64_t n);

/* Each appends its words to t, or leaves it as it was and answers false. Negative: «минус …». */
bool say_number(struct text *t, enum language l, int64_t n, enum gender g, enum grammatical_case c);
bool say_counted(struct text *t, enum language l, int64_t n, const struct noun *noun, enum grammatical_case c);
bool say_ordinal(struct text *t, enum language l, int64_t n, enum gender g, enum grammatical_case c); /* from 0 */

#endif
