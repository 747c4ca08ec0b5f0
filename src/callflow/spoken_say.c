/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken_say.c - how values are read out: the text of a value becomes a number, a date, a time or digits, and that becomes words. A value in a
 * form nobody foresaw is not guessed at: it is not said so, and the fallback is. */
#include "base/clock.h"
#include "base/parse.h"
#include "callflow/spoken.h"

/* Reading values ------------------------------------------------------------------------------------------------------- */

enum { DIGITS_MAX = 15, FRACTION_MAX = 6 };
struct decimal {
	bool negative;
	int64_t whole, fraction;
	int digits; /* of the fraction */
};

/* Blanks of every width, and apostrophes, group digits. The bytes that one takes, or 0. */
static size_t blank(str s, size_t at)
{
	static const char *const wide[] = {" ", "'", "\u00a0", "\u2009", "\u202f"};

	for (size_t i = 0; i < COUNT(wide); i++)
		if (str_starts(str_sub(s, at, s.n), str_of(wide[i])))
			return strlen(wide[i]);
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where the fraction begins: the last of "." and "," unless it stands several times, which makes it group digits; s.n: nowhere. */
static size_t point_of(str s)
{
	size_t last[2] = {s.n, s.n}, count[2] = {0, 0};
	int k;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' || s.p[i] == ',') {
			last[s.p[i] == ','] = i;
			count[s.p[i] == ',']++;
		}
	k = count[0] && count[1] ? last[1] > last[0] : count[1] > 0;
	return count[k] == 1 ? last[k] : s.n;
}

static bool add_digit(struct decimal *d, char c, bool fraction, int *n)
{
	int64_t *to = fraction ? &d->fraction : &d->whole;

	*to = *to * 10 + (c - '0');
	d->digits += fraction;
	return ++*n <= DIGITS_MAX && d->digits <= FRACTION_MAX;
}

/* Three digits and no more: «5 10» are two numbers, not five hundred and ten. */
static bool is_group(str s)
{
	return s.n >= 3 && is_digit(s.p[0]) && is_digit(s.p[1]) && is_digit(s.p[2]) && (s.n == 3 || !is_digit(s.p[3]));
}

/* The bytes between two digits that group them, or begin the fraction; 0: none of these. */
static size_t gap_at(str s, size_t at, size_t point)
{
	size_t n = s.p[at] == '.' || s.p[at] == ',' ? 1 : blank(s, at);

	return at == point ? 1 : at < point && n && is_group(str_sub(s, at + n, s.n)) ? n : 0;
}

/* "-1 021,05", "1,021.05", "+5", "1021". A sign of money or a unit behind it must have been cut off. */
static bool read_decimal(str s, struct decimal *ret)
{
	struct decimal d = {.negative = str_starts(s, STR("-")) || str_starts(s, STR("\u2212"))};
	size_t at = str_starts(s, STR("\u2212")) ? 3 : d.negative || str_starts(s, STR("+")), point = point_of(s), step;
	int n = 0;

	if (at >= s.n || !is_digit(s.p[at]))
		return false;
	while (at < s.n) {
		if (is_digit(s.p[at]) && !add_digit(&d, s.p[at], at > point, &n))
			return false;
		step = is_digit(s.p[at]) ? 1 : gap_at(s, at, point);
		if (!step)
			return false;
		at += step;
	}
	*ret = d;
	return is_digit(s.p[s.n - 1]);
}

/* Without what stands behind the last digit, or before the first: «1 021,05 руб.», "$5". A minus stays. */
static str number_in(str s)
{
	size_t from = 0, to = s.n;

	while (from < to && !is_digit(s.p[from]) && s.p[from] != '-' && !str_starts(str_sub(s, from, to), STR("\u2212")))
		from++;
	while (to > from && !is_digit(s.p[to - 1]))
		to--;
	return str_sub(s, from, to);
}

/* "2026-11-29", "29.11.2026", "29.11.26"; *ret_rest: what stands behind it. */
static bool read_date(str s, struct date *ret, str *ret_rest)
{
	int64_t day, month, year;
	str rest = s, a, b, c;

	if (s.n >= 10 && s.p[4] == '-' && date_parse(str_sub(s, 0, 10), ret)) {
		*ret_rest = str_sub(s, s.n > 10 ? 11 : 10, s.n);
		return true;
	}
	if (!str_cut(&rest, '.', &a) || !str_cut(&rest, '.', &b) || !str_cut(&rest, ' ', &c) || a.n > 2 || b.n > 2 ||
	        (c.n != 4 && c.n != 2) || !parse_int(a, 1, 31, &day) || !parse_int(b, 1, 12, &month) ||
	        !parse_int(c, 0, 9999, &year))
		return false;
	*ret = (struct date){(int)(c.n == 2 ? 2000 + year : year), (int)month, (int)day};
	*ret_rest = rest;
	return date_of_days(date_days(*ret)).month == month;
}

/* "9:05", "09:05:30", or behind a date. */
static bool read_time(str s, int *ret_hour, int *ret_minute)
{
	struct date date;
	str rest = s, hour, minute;
	int64_t h, m;

	if (read_date(s, &date, &rest))
		s = str_trim(rest);
	rest = s;
	if (!str_cut(&rest, ':', &hour) || !str_cut(&rest, ':', &minute) || !parse_int(hour, 0, 23, &h) || minute.n < 2 ||
	        !parse_int(str_sub(minute, 0, 2), 0, 59, &m) || (minute.n > 2 && is_digit(minute.p[2])))
		return false;
	*ret_hour = (int)h;
	*ret_minute = (int)m;
	return true;
}

/* Numbers -------------------------------------------------------------------------------------------------------------- */

static void minus(struct text *t, enum language l, const struct decimal *d)
{
	if (d->negative && (d->whole || d->fraction))
		text_add(t, l == LANGUAGE_RU ? STR("минус") : STR("minus"));
}

static int64_t power(int n)
{
	return n ? 10 * power(n - 1) : 1;
}

/* «две целых пять десятых»; more than thousandths are said digit by digit by nobody, so they are rounded. */
static bool say_fraction_ru(struct text *t, struct decimal d)
{
	static const struct noun whole = {FEMININE, "целая", "целых", "целых"},
	                         parts[] = {{FEMININE, "десятая", "десятых", "десятых"},
	                                 {FEMININE, "сотая", "сотых", "сотых"},
	                                 {FEMININE, "тысячная", "тысячных", "тысячных"}};

	return say_counted(t, LANGUAGE_RU, d.whole, &whole, NOMINATIVE) &&
	       say_counted(t, LANGUAGE_RU, d.fraction, parts + d.digits - 1, NOMINATIVE);
}

static bool say_fraction_en(struct text *t, struct decimal d)
{
	bool said = say_number(t, LANGUAGE_EN, d.whole, NEUTER, NOMINATIVE);

	text_lit(t, " point");
	for (int i = d.digits - 1; i >= 0; i--)
		said &= say_number(t, LANGUAGE_EN, d.fraction / power(i) % 10, NEUTER, NOMINATIVE);
	return said;
}

/* The fraction in its shortest form of at most so many digits. */
static void shorten(struct decimal *d, int digits)
{
	if (d->digits > digits) {
		int64_t unit = power(d->digits - digits);
		d->fraction = (d->fraction + unit / 2) / unit;
		d->digits = digits;
	}
	if (d->digits && d->fraction >= power(d->digits)) {
		d->whole++;
		d->fraction = 0;
	}
	while (d->digits && d->fraction % 10 == 0) {
		d->fraction /= 10;
		d->digits--;
	}
}

static bool say_quantity(struct text *t, enum language l, str value, enum gender g)
{
	struct decimal d;

	if (!read_decimal(value, &d))
		return false;
	shorten(&d, 3);
	minus(t, l, &d);
	if (!d.digits)
		return say_number(t, l, d.whole, g, NOMINATIVE);
	return l == LANGUAGE_RU ? say_fraction_ru(t, d) : say_fraction_en(t, d);
}

static bool number_m(struct text *t, enum language l, str value)
{
	return say_quantity(t, l, value, MASCULINE);
}

static bool number_f(struct text *t, enum language l, str value)
{
	return say_quantity(t, l, value, FEMININE);
}

static bool number_n(struct text *t, enum language l, str value)
{
	return say_quantity(t, l, value, NEUTER);
}

static bool say_place(struct text *t, enum language l, str value, enum gender g)
{
	int64_t n;

	return parse_int(value, 0, NUMERAL_ORDINAL_MAX, &n) && say_ordinal(t, l, n, g, NOMINATIVE);
}

static bool ordinal_m(struct text *t, enum language l, str value)
{
	return say_place(t, l, value, MASCULINE);
}

static bool ordinal_f(struct text *t, enum language l, str value)
{
	return say_place(t, l, value, FEMININE);
}

static bool ordinal_n(struct text *t, enum language l, str value)
{
	return say_place(t, l, value, NEUTER);
}

/* Money ---------------------------------------------------------------------------------------------------------------- */

enum { CENTS = 100 };
struct currency {
	struct noun big[LANGUAGES], small[LANGUAGES];
};
static const struct currency roubles = {{{MASCULINE, "рубль", "рубля", "рублей"},
                                                {MASCULINE, "rouble", "roubles", "roubles"}},
                                     {{FEMININE, "копейка", "копейки", "копеек"},
                                             {MASCULINE, "kopeck", "kopecks", "kopecks"}}},
                             dollars = {{{MASCULINE, "доллар", "доллара", "долларов"},
                                                {MASCULINE, "dollar", "dollars", "dollars"}},
                                     {{MASCULINE, "цент", "цента", "центов"}, {MASCULINE, "cent", "cents", "cents"}}},
                             euros = {{{NEUTER, "евро", "евро", "евро"}, {MASCULINE, "euro", "euros", "euros"}},
                                     {{MASCULINE, "цент", "цента", "центов"}, {MASCULINE, "cent", "cents", "cents"}}};

/* Three digits behind the point are no money but somebody else's way to group: refused, since a thousandfold sum is worse than none. */
static bool say_money(struct text *t, enum language l, str value, const struct currency *of)
{
	struct decimal d;
	int64_t small;

	if (!read_decimal(number_in(value), &d) || d.digits > 2)
		return false;
	small = d.fraction * (d.digits == 1 ? 10 : 1);
	minus(t, l, &d);
	if ((d.whole || !small) && !say_counted(t, l, d.whole, of->big + l, NOMINATIVE))
		return false;
	if (small && d.whole && l == LANGUAGE_EN)
		text_lit(t, " and");
	return !small || say_counted(t, l, small, of->small + l, NOMINATIVE);
}

static bool money_rub(struct text *t, enum language l, str value)
{
	return say_money(t, l, value, &roubles);
}

static bool money_usd(struct text *t, enum language l, str value)
{
	return say_money(t, l, value, &dollars);
}

static bool money_eur(struct text *t, enum language l, str value)
{
	return say_money(t, l, value, &euros);
}

/* Dates and times ------------------------------------------------------------------------------------------------------- */

static const char *const months[LANGUAGES][12] = {{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
                                                          "сентября", "октября", "ноября", "декабря"},
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
                "December"}};

/* "nineteen ninety-nine", "twenty twenty-six", "two thousand and five" */
static void say_year_en(struct text *t, int year)
{
	if (year % 1000 < 10 || year < 1100) {
		say_number(t, LANGUAGE_EN, year, NEUTER, NOMINATIVE);
		return;
	}
	say_number(t, LANGUAGE_EN, year / 100, NEUTER, NOMINATIVE);
	if (year % 100 == 0)
		text_lit(t, " hundred");
	else if (year % 100 < 10)
		text_lit(t, " oh");
	if (year % 100)
		say_number(t, LANGUAGE_EN, year % 100, NEUTER, NOMINATIVE);
}

static bool say_date(struct text *t, enum language l, str value, enum grammatical_case c, bool with_year)
{
	struct date d;
	str rest;

	if (!read_date(value, &d, &rest))
		return false;
	if (l == LANGUAGE_EN)
		text_lit(t, "the");
	say_ordinal(t, l, d.day, NEUTER, c);
	text_add(t, l == LANGUAGE_EN ? STR(" of ") : STR(" "));
	text_add(t, str_of(months[l][d.month - 1]));
	if (with_year && l == LANGUAGE_EN) {
		say_year_en(t, d.year);
	} else if (with_year) {
		say_ordinal(t, l, d.year, MASCULINE, GENITIVE);
		text_lit(t, " года");
	}
	return true;
}

static bool date_plain(struct text *t, enum language l, str value)
{
	return say_date(t, l, value, NOMINATIVE, false);
}

static bool date_of(struct text *t, enum language l, str value)
{
	return say_date(t, l, value, GENITIVE, false);
}

static bool date_year(struct text *t, enum language l, str value)
{
	return say_date(t, l, value, NOMINATIVE, true);
}

static bool date_year_of(struct text *t, enum language l, str value)
{
	return say_date(t, l, value, GENITIVE, true);
}

static void say_time_en(struct text *t, int hour, int minute)
{
	say_number(t, LANGUAGE_EN, hour % 12 ? hour % 12 : 12, NEUTER, NOMINATIVE);
	if (minute && minute < 10)
		text_lit(t, " oh");
	if (minute)
		say_number(t, LANGUAGE_EN, minute, NEUTER, NOMINATIVE);
	text_add(t, hour < 12 ? STR(" a.m.") : STR(" p.m."));
}

static bool say_time(struct text *t, enum language l, str value)
{
	static const struct noun hours = {MASCULINE, "час", "часа", "часов"},
	                         minutes = {FEMININE, "минута", "минуты", "минут"};
	int hour, minute;

	if (!read_time(value, &hour, &minute))
		return false;
	if (l == LANGUAGE_EN) {
		say_time_en(t, hour, minute);
		return true;
	}
	say_counted(t, l, hour, &hours, NOMINATIVE);
	return !minute || say_counted(t, l, minute, &minutes, NOMINATIVE);
}

/* Digits --------------------------------------------------------------------------------------------------------------- */

static void comma(struct text *t)
{
	if (t->n)
		text_lit(t, ", ");
}

static void say_each(struct text *t, enum language l, str digits)
{
	for (size_t i = 0; i < digits.n; i++)
		say_number(t, l, digits.p[i] - '0', MASCULINE, NOMINATIVE);
}

/* In threes; what is left at the end in twos. */
static void say_groups(struct text *t, enum language l, str digits)
{
	while (digits.n) {
		size_t n = digits.n == 4 ? 2 : digits.n < 3 ? digits.n : 3;
		comma(t);
		say_each(t, l, str_sub(digits, 0, n));
		digits = str_sub(digits, n, digits.n);
	}
}

enum { CODE_MAX = 40 };

/* Only the digits of s; n 0 when there is anything but digits and what people put between them. */
static str digits_of(str s, char buffer[CODE_MAX])
{
	size_t n = 0, step;

	for (size_t at = 0; at < s.n; at += step) {
		step = blank(s, at);
		step = step || !memchr("-./()", s.p[at], 5) ? step : 1;
		if (!step && (!is_digit(s.p[at]) || n == CODE_MAX))
			return (str){buffer, 0};
		if (!step)
			buffer[n++] = s.p[at];
		step = step ? step : 1;
	}
	return (str){buffer, n};
}

static bool say_digits(struct text *t, enum language l, str value)
{
	char buffer[CODE_MAX];
	str digits = digits_of(value, buffer);

	say_groups(t, l, digits);
	return digits.n > 0;
}

/* «ноль двенадцать»: the zeros before it are heard. */
static void say_piece(struct text *t, str digits)
{
	int64_t n = 0;

	comma(t);
	while (digits.n > 1 && *digits.p == '0') {
		say_each(t, LANGUAGE_RU, str_sub(digits, 0, 1));
		digits = str_sub(digits, 1, digits.n);
	}
	if (parse_int(digits, 0, 999, &n))
		say_number(t, LANGUAGE_RU, n, MASCULINE, NOMINATIVE);
}

/* A Russian number is said in Russian as people say it: 7, 912, 345, 67, 89. */
static bool say_phone(struct text *t, enum language l, str value)
{
	static const size_t ends[] = {0, 1, 4, 7, 9, 11};
	bool plus = str_starts(value, STR("+"));
	char buffer[CODE_MAX];
	str digits = digits_of(str_sub(value, plus, value.n), buffer);

	if (!digits.n)
		return false;
	if (l != LANGUAGE_RU || digits.n != 11 || (*digits.p != '7' && *digits.p != '8')) {
		say_groups(t, l, digits);
		return true;
	}
	for (size_t i = 0; i + 1 < COUNT(ends); i++)
		say_piece(t, str_sub(digits, ends[i], ends[i + 1]));
	return true;
}

const struct spoken_format spoken_formats[] = {
        {"number", "21", {"двадцать один", "twenty-one"}, number_m},
        {"number.f", "21", {"двадцать одна", "twenty-one"}, number_f},
        {"number.n", "21", {"двадцать одно", "twenty-one"}, number_n},
        {"ordinal", "3", {"третий", "third"}, ordinal_m},
        {"ordinal.f", "3", {"третья", "third"}, ordinal_f},
        {"ordinal.n", "3", {"третье", "third"}, ordinal_n},
        {"money", "1021,05",
                {"одна тысяча двадцать один рубль пять копеек", "one thousand and twenty-one roubles and five kopecks"},
                money_rub},
        {"money.usd", "5", {"пять долларов", "five dollars"}, money_usd},
        {"money.eur", "5", {"пять евро", "five euros"}, money_eur},
        {"date", "2026-11-29", {"двадцать девятое ноября", "the twenty-ninth of November"}, date_plain},
        {"date.of", "2026-11-29", {"двадцать девятого ноября", "the twenty-ninth of November"}, date_of},
        {"date.year", "2026-11-29",
                {"двадцать девятое ноября две тысячи двадцать шестого года",
                        "the twenty-ninth of November twenty twenty-six"},
                date_year},
        {"date.year.of", "2026-11-29",
                {"двадцать девятого ноября две тысячи двадцать шестого года",
                        "the twenty-ninth of November twenty twenty-six"},
                date_year_of},
        {"time", "9:05", {"девять часов пять минут", "nine oh five a.m."}, say_time},
        {"digits", "4821", {"четыре восемь, два один", "four eight, two one"}, say_digits},
        {"phone", "+79123456789",
                {"семь, девятьсот двенадцать, триста сорок пять, шестьдесят семь, восемьдесят девять",
                        "seven nine one, two three four, five six seven, eight nine"},
                say_phone},
        {NULL},
};
