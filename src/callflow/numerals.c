/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numerals.c - tables of words, and the order they are said in: groups of three digits, the largest first. */
#include "callflow/numerals.h"

const char *const language_names[] = {"ru", "en", NULL};

enum { GROUPS = 5 }; /* up to trillions */

/* A word, with a blank before it unless it is the first. */
static void word(struct text *t, const char *w)
{
	if (t->n && t->p[t->n - 1] != ' ' && t->p[t->n - 1] != '-')
		text_add_char(t, ' ');
	text_add(t, str_of(w));
}

/* Russian -------------------------------------------------------------------------------------------------------------- */

static const char *const ru_units[2][20] = {
        {"ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
                "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
                "девятнадцать"},
        {"нуля", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти", "десяти", "одиннадцати",
                "двенадцати", "тринадцати", "четырнадцати", "пятнадцати", "шестнадцати", "семнадцати", "восемнадцати",
                "девятнадцати"}};
static const char *const ru_tens[2][10] = {
        {"", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"},
        {"", "", "двадцати", "тридцати", "сорока", "пятидесяти", "шестидесяти", "семидесяти", "восьмидесяти", "девяноста"}};
static const char *const ru_hundreds[2][10] = {
        {"", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"},
        {"", "ста", "двухсот", "трёхсот", "четырёхсот", "пятисот", "шестисот", "семисот", "восьмисот", "девятисот"}};
static const struct noun ru_scales[GROUPS] = {{MASCULINE, "", "", ""}, {FEMININE, "тысяча", "тысячи", "тысяч"},
        {MASCULINE, "миллион", "миллиона", "миллионов"}, {MASCULINE, "миллиард", "миллиарда", "миллиардов"},
        {MASCULINE, "триллион", "триллиона", "триллионов"}};

static const char *ru_unit(int n, enum gender g, enum grammatical_case c)
{
	if (n == 1 && g != MASCULINE && !(g == NEUTER && c == GENITIVE))
		return g == NEUTER ? "одно" : c == GENITIVE ? "одной" : "одна";
	return n == 2 && g == FEMININE && c == NOMINATIVE ? "две" : ru_units[c][n];
}

static void ru_group(struct text *t, int n, enum gender g, enum grammatical_case c)
{
	if (n >= 100)
		word(t, ru_hundreds[c][n / 100]);
	n %= 100;
	if (n >= 20)
		word(t, ru_tens[c][n / 10]);
	n = n >= 20 ? n % 10 : n;
	if (n)
		word(t, ru_unit(n, g, c));
}

/* English -------------------------------------------------------------------------------------------------------------- */

static const char *const en_units[20] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const en_tens[10] = {
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
static const char *const en_scales[GROUPS] = {"", "thousand", "million", "billion", "trillion"};

/* more: larger groups were said, so that "and" joins what is under a hundred. */
static void en_group(struct text *t, int n, bool more)
{
	int rest = n % 100;

	if (n >= 100) {
		word(t, en_units[n / 100]);
		word(t, "hundred");
	}
	if (rest && (n >= 100 || more))
		word(t, "and");
	if (rest >= 20) {
		word(t, en_tens[rest / 10]);
		if (rest % 10)
			text_add_char(t, '-');
		rest %= 10;
	}
	if (rest)
		word(t, en_units[rest]);
}

/* Cardinals ------------------------------------------------------------------------------------------------------------ */

/* Russian counts by the last two digits: 21 like 1, 11 like 5. */
static const char *ru_form(const struct noun *noun, enum grammatical_case c, int64_t n)
{
	int64_t tail = n % 100, unit = n % 10;

	if (tail / 10 != 1 && unit == 1)
		return c == GENITIVE ? noun->two : noun->one;
	return c == NOMINATIVE && tail / 10 != 1 && unit >= 2 && unit <= 4 ? noun->two : noun->five;
}

const char *noun_of(const struct noun *noun, enum language l, enum grammatical_case c, int64_t n)
{
	int64_t size = n < 0 ? -n : n;

	return l == LANGUAGE_RU ? ru_form(noun, c, size) : size == 1 ? noun->one : noun->five;
}

static void group(struct text *t, enum language l, int i, int n, bool more, enum gender g, enum grammatical_case c)
{
	if (l == LANGUAGE_RU)
		ru_group(t, n, i ? ru_scales[i].gender : g, c);
	else
		en_group(t, n, more && !i);
	if (i)
		word(t, l == LANGUAGE_RU ? ru_form(ru_scales + i, c, n) : en_scales[i]);
}

bool say_number(struct text *t, enum language l, int64_t n, enum gender g, enum grammatical_case c)
{
	bool more = false;

	if (n > NUMERAL_MAX || n < -NUMERAL_MAX)
		return false;
	if (n < 0)
		word(t, l == LANGUAGE_RU ? "минус" : "minus");
	n = n < 0 ? -n : n;
	if (!n)
		word(t, l == LANGUAGE_RU ? ru_units[c][0] : en_units[0]);
	for (int i = GROUPS - 1; i >= 0; i--) {
		int64_t size = 1;
		for (int k = 0; k < i; k++)
			size *= 1000;
		if (n / size % 1000)
			group(t, l, i, (int)(n / size % 1000), more, g, c);
		more |= n / size % 1000 > 0;
	}
	return true;
}

bool say_counted(struct text *t, enum language l, int64_t n, const struct noun *noun, enum grammatical_case c)
{
	bool said = say_number(t, l, n, noun->gender, c);

	if (said)
		word(t, noun_of(noun, l, c, n));
	return said;
}

/* Ordinals ------------------------------------------------------------------------------------------------------------- */

/* Stems; the ending of the masculine nominative is "ый" unless a table below says otherwise. */
static const char *const ru_ordinals[20] = {"нулев", "перв", "втор", "трет", "четвёрт", "пят", "шест", "седьм", "восьм",
        "девят", "десят", "одиннадцат", "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат",
        "восемнадцат", "девятнадцат"};
static const char *const ru_ordinal_tens[10] = {
        "", "", "двадцат", "тридцат", "сороков", "пятидесят", "шестидесят", "семидесят", "восьмидесят", "девяност"};
/* [what][gender, or 3: genitive of masculine and neuter, 4: of feminine] */
enum { ENDS_PLAIN, ENDS_STRESSED, ENDS_SOFT };
static const char *const ru_endings[][5] = {[ENDS_PLAIN] = {"ый", "ая", "ое", "ого", "ой"},
        [ENDS_STRESSED] = {"ой", "ая", "ое", "ого", "ой"},
        [ENDS_SOFT] = {"ий", "ья", "ье", "ьего", "ьей"}};

static void ru_ordinal_end(struct text *t, int kind, enum gender g, enum grammatical_case c)
{
	text_add(t, str_of(ru_endings[kind][c == NOMINATIVE ? (int)g : g == FEMININE ? 4 : 3]));
}

/* «двухтысячный», «трёхсотый»: the count in the genitive, in one word with what is counted; one and a hundred are not said so. */
static void ru_ordinal_round(struct text *t, int count, const char *what)
{
	word(t, count == 1 ? "" : ru_units[GENITIVE][count]);
	text_add(t, str_of(what));
}

/* Only the last word of a Russian ordinal is one. */
static void ru_ordinal(struct text *t, int n, enum gender g, enum grammatical_case c)
{
	int last = n % 100 == 0 && n ? 100 : n % 10 == 0 && n % 100 >= 20 ? n % 100 : n % 100 < 20 ? n % 100 : n % 10;
	int before = n % 1000 == 0 ? 0 : last == 100 ? n / 1000 * 1000 : n - last, kind = ENDS_PLAIN;

	if (before)
		say_number(t, LANGUAGE_RU, before, MASCULINE, NOMINATIVE);
	if (n && n % 1000 == 0) {
		ru_ordinal_round(t, n / 1000, "тысячн");
	} else if (last == 100) {
		ru_ordinal_round(t, n / 100 % 10, "сот");
	} else if (last >= 20) {
		word(t, ru_ordinal_tens[last / 10]);
		kind = last == 40 ? ENDS_STRESSED : ENDS_PLAIN;
	} else {
		word(t, ru_ordinals[last]);
		kind = last == 3                                            ? ENDS_SOFT
		       : last == 0 || last == 2 || (last >= 6 && last <= 8) ? ENDS_STRESSED
		                                                            : ENDS_PLAIN;
	}
	ru_ordinal_end(t, kind, g, c);
}

static void en_ordinal(struct text *t, int n)
{
	static const char *const odd[][2] = {{"one", "first"}, {"two", "second"}, {"three", "third"}, {"five", "fifth"},
	        {"eight", "eighth"}, {"nine", "ninth"}, {"twelve", "twelfth"}};
	size_t last;

	say_number(t, LANGUAGE_EN, n, MASCULINE, NOMINATIVE);
	for (last = t->n; last && t->p[last - 1] != ' ' && t->p[last - 1] != '-';)
		last--;
	for (size_t i = 0; i < COUNT(odd); i++)
		if (str_eq((str){t->p + last, t->n - last}, str_of(odd[i][0]))) {
			t->n = last;
			text_add(t, str_of(odd[i][1]));
			return;
		}
	if (t->p[t->n - 1] == 'y') {
		t->n--;
		text_lit(t, "ie");
	}
	text_lit(t, "th");
}

bool say_ordinal(struct text *t, enum language l, int64_t n, enum gender g, enum grammatical_case c)
{
	if (n < 0 || n > NUMERAL_ORDINAL_MAX)
		return false;
	if (l == LANGUAGE_RU)
		ru_ordinal(t, (int)n, g, c);
	else
		en_ordinal(t, (int)n);
	return true;
}
