/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken_test.c - numbers, money, dates and whole sentences as they are said, in both languages, and words with something wrong in them. */
#include "callflow/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena a;

static const char *filled(const char *words, enum language l, const char *value)
{
	struct spoken_value values[] = {{STR("field.x"), str_of(value)}};
	struct spoken said;

	spoken_fill(&a, str_of(words), l, values, COUNT(values), &said);
	return str_z(&a, said.text);
}

/* What is said of a value in this format; "-" when it cannot be. */
static void says(const char *format, const char *value, const char *ru, const char *en)
{
	const char *words = str_printf(&a, "{field.x:%s|-}", format).p;

	assert_string_equal(filled(words, LANGUAGE_RU, value), ru);
	assert_string_equal(filled(words, LANGUAGE_EN, value), en);
}

static void numbers(void **state)
{
	(void)state;
	says("number", "0", "ноль", "zero");
	says("number", "1", "один", "one");
	says("number.f", "1", "одна", "one");
	says("number.n", "1", "одно", "one");
	says("number", "2", "два", "two");
	says("number.f", "2", "две", "two");
	says("number.n", "2", "два", "two");
	says("number", "5", "пять", "five");
	says("number", "11", "одиннадцать", "eleven");
	says("number", "21", "двадцать один", "twenty-one");
	says("number.f", "21", "двадцать одна", "twenty-one");
	says("number", "40", "сорок", "forty");
	says("number", "100", "сто", "one hundred");
	says("number", "105", "сто пять", "one hundred and five");
	says("number", "999", "девятьсот девяносто девять", "nine hundred and ninety-nine");
	says("number", "1000", "одна тысяча", "one thousand");
	says("number", "1001", "одна тысяча один", "one thousand and one");
	says("number", "2000", "две тысячи", "two thousand");
	says("number", "5000", "пять тысяч", "five thousand");
	says("number", "11000", "одиннадцать тысяч", "eleven thousand");
	says("number", "21300", "двадцать одна тысяча триста", "twenty-one thousand three hundred");
	says("number", "1 000 001", "один миллион один", "one million and one");
	says("number", "2000000000", "два миллиарда", "two billion");
	says("number", "-5", "минус пять", "minus five");
	says("number", "999999999999999",
	        "девятьсот девяносто девять триллионов девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов "
	        "девятьсот девяносто девять тысяч девятьсот девяносто девять",
	        "nine hundred and ninety-nine trillion nine hundred and ninety-nine billion nine hundred and ninety-nine million "
	        "nine hundred and ninety-nine thousand nine hundred and ninety-nine");
	says("number", "1000000000000000", "-", "-");
	says("number", "99999999999999999999999999", "-", "-");
}

static void fractions(void **state)
{
	(void)state;
	says("number", "2,5", "две целых пять десятых", "two point five");
	says("number", "1.1", "одна целая одна десятая", "one point one");
	says("number", "0,25", "ноль целых двадцать пять сотых", "zero point two five");
	says("number", "0.999", "ноль целых девятьсот девяносто девять тысячных", "zero point nine nine nine");
	says("number", "21,50", "двадцать одна целая пять десятых", "twenty-one point five");
	says("number", "3.00", "три", "three");
	says("number", "0.9999", "один", "one");
	says("number", "1.05", "одна целая пять сотых", "one point zero five");
	says("number", "-0,5", "минус ноль целых пять десятых", "minus zero point five");
	says("number", "1,021.5", "одна тысяча двадцать одна целая пять десятых", "one thousand and twenty-one point five");
}

static void what_is_no_number_is_not_said(void **state)
{
	static const char *const bad[] = {
	        "abc", "1e5", "1-2", "--1", "5 10", "1 .5", "1.", "1.2.3", ".5", "1.2.3,4,5x", "٣", "0x10", "-", "+"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		says("number", bad[i], "-", "-");
}

static void ordinals(void **state)
{
	(void)state;
	says("ordinal", "0", "нулевой", "zeroth");
	says("ordinal", "1", "первый", "first");
	says("ordinal.f", "1", "первая", "first");
	says("ordinal", "2", "второй", "second");
	says("ordinal", "3", "третий", "third");
	says("ordinal.f", "3", "третья", "third");
	says("ordinal.n", "3", "третье", "third");
	says("ordinal", "5", "пятый", "fifth");
	says("ordinal.f", "8", "восьмая", "eighth");
	says("ordinal", "11", "одиннадцатый", "eleventh");
	says("ordinal", "12", "двенадцатый", "twelfth");
	says("ordinal", "20", "двадцатый", "twentieth");
	says("ordinal.n", "21", "двадцать первое", "twenty-first");
	says("ordinal", "40", "сороковой", "fortieth");
	says("ordinal.f", "90", "девяностая", "ninetieth");
	says("ordinal", "100", "сотый", "one hundredth");
	says("ordinal", "200", "двухсотый", "two hundredth");
	says("ordinal", "343", "триста сорок третий", "three hundred and forty-third");
	says("ordinal", "500", "пятисотый", "five hundredth");
	says("ordinal", "1000", "тысячный", "one thousandth");
	says("ordinal", "2000", "двухтысячный", "two thousandth");
	says("ordinal", "1100", "одна тысяча сотый", "one thousand one hundredth");
	says("ordinal", "2026", "две тысячи двадцать шестой", "two thousand and twenty-sixth");
	says("ordinal", "9999", "девять тысяч девятьсот девяносто девятый", "nine thousand nine hundred and ninety-ninth");
	says("ordinal", "10000", "-", "-");
	says("ordinal", "-1", "-", "-");
}

static void money(void **state)
{
	(void)state;
	says("money", "1021,05", "одна тысяча двадцать один рубль пять копеек",
	        "one thousand and twenty-one roubles and five kopecks");
	says("money", "0", "ноль рублей", "zero roubles");
	says("money", "1", "один рубль", "one rouble");
	says("money", "2", "два рубля", "two roubles");
	says("money", "5", "пять рублей", "five roubles");
	says("money", "11", "одиннадцать рублей", "eleven roubles");
	says("money", "21", "двадцать один рубль", "twenty-one roubles");
	says("money", "112", "сто двенадцать рублей", "one hundred and twelve roubles");
	says("money", "1000", "одна тысяча рублей", "one thousand roubles");
	says("money", "2000", "две тысячи рублей", "two thousand roubles");
	says("money", "1000001", "один миллион один рубль", "one million and one roubles");
	says("money", "1000000", "один миллион рублей", "one million roubles");
	says("money", "0,01", "одна копейка", "one kopeck");
	says("money", "0.02", "две копейки", "two kopecks");
	says("money", "0,21", "двадцать одна копейка", "twenty-one kopecks");
	says("money", "3,5", "три рубля пятьдесят копеек", "three roubles and fifty kopecks");
	says("money", "100.00", "сто рублей", "one hundred roubles");
	says("money", "-21,01", "минус двадцать один рубль одна копейка", "minus twenty-one roubles and one kopeck");
	says("money", "1 021,05 руб.", "одна тысяча двадцать один рубль пять копеек",
	        "one thousand and twenty-one roubles and five kopecks");
	says("money", "1\u00a0000 ₽", "одна тысяча рублей", "one thousand roubles");
	says("money.usd", "$1,021.05", "одна тысяча двадцать один доллар пять центов",
	        "one thousand and twenty-one dollars and five cents");
	says("money.eur", "2", "два евро", "two euros");
	says("money.eur", "1", "одно евро", "one euro");
	says("money", "1,021", "-", "-"); /* a thousand or one? */
	says("money", "много", "-", "-");
}

static void dates(void **state)
{
	(void)state;
	says("date", "2026-11-29", "двадцать девятое ноября", "the twenty-ninth of November");
	says("date.of", "29.11.2026", "двадцать девятого ноября", "the twenty-ninth of November");
	says("date", "3.03.2026", "третье марта", "the third of March");
	says("date.of", "03.03.26", "третьего марта", "the third of March");
	says("date.of", "2026-05-02", "второго мая", "the second of May");
	says("date.year", "2026-01-01", "первое января две тысячи двадцать шестого года",
	        "the first of January twenty twenty-six");
	says("date.year.of", "31.12.1999", "тридцать первого декабря одна тысяча девятьсот девяносто девятого года",
	        "the thirty-first of December nineteen ninety-nine");
	says("date.year", "2000-02-29", "двадцать девятое февраля двухтысячного года",
	        "the twenty-ninth of February two thousand");
	says("date.year", "1905-02-01", "первое февраля одна тысяча девятьсот пятого года",
	        "the first of February nineteen oh five");
	says("date", "2026-11-29 10:30", "двадцать девятое ноября", "the twenty-ninth of November");
	says("date", "2026-02-29", "-", "-");
	says("date", "31.04.2026", "-", "-");
	says("date", "завтра", "-", "-");
	says("date", "11/29/2026", "-", "-");
}

static void times(void **state)
{
	(void)state;
	says("time", "9:05", "девять часов пять минут", "nine oh five a.m.");
	says("time", "13:30", "тринадцать часов тридцать минут", "one thirty p.m.");
	says("time", "21:01", "двадцать один час одна минута", "nine oh one p.m.");
	says("time", "22:42:10", "двадцать два часа сорок две минуты", "ten forty-two p.m.");
	says("time", "12:00", "двенадцать часов", "twelve p.m.");
	says("time", "00:15", "ноль часов пятнадцать минут", "twelve fifteen a.m.");
	says("time", "2026-11-29T09:00", "девять часов", "nine a.m.");
	says("time", "29.11.2026 18:00", "восемнадцать часов", "six p.m.");
	says("time", "24:00", "-", "-");
	says("time", "9:5", "-", "-");
	says("time", "9:60", "-", "-");
}

static void digits(void **state)
{
	(void)state;
	says("digits", "4821", "четыре восемь, два один", "four eight, two one");
	says("digits", "007", "ноль ноль семь", "zero zero seven");
	says("digits", "12-34 5", "один два три, четыре пять", "one two three, four five");
	says("digits", "1234567890", "один два три, четыре пять шесть, семь восемь, девять ноль",
	        "one two three, four five six, seven eight, nine zero");
	says("digits", "AB12", "-", "-");
	says("digits", "---", "-", "-");
	says("phone", "+7 (912) 345-67-89",
	        "семь, девятьсот двенадцать, триста сорок пять, шестьдесят семь, восемьдесят девять",
	        "seven nine one, two three four, five six seven, eight nine");
	says("phone", "88005553535", "восемь, восемьсот, пятьсот пятьдесят пять, тридцать пять, тридцать пять",
	        "eight eight zero, zero five five, five three five, three five");
	says("phone", "79990050012", "семь, девятьсот девяносто девять, ноль ноль пять, ноль ноль, двенадцать",
	        "seven nine nine, nine zero zero, five zero zero, one two");
	says("phone", "+442071234567", "четыре четыре два, ноль семь один, два три четыре, пять шесть семь",
	        "four four two, zero seven one, two three four, five six seven");
}

static void the_examples_are_true(void **state)
{
	(void)state;
	for (const struct spoken_format *s = spoken_formats; s->name; s++)
		says(s->name, s->value, s->said[LANGUAGE_RU], s->said[LANGUAGE_EN]);
}

static void sentences(void **state)
{
	struct spoken_value values[] = {{STR("person.name"), STR(" Анна ")}, {STR("field.debt"), STR("1021,05")},
	        {STR("contact.city"), STR("")}, {STR("project.name"), STR("{field.debt:money}\n\x01!")}};
	struct spoken said;

	(void)state;
#define FILL(words) spoken_fill(&a, STR(words), LANGUAGE_RU, values, COUNT(values), &said)
	FILL("Здравствуйте, {person.name}! Долг {field.debt:money}.");
	assert_string_equal(str_z(&a, said.text), "Здравствуйте, Анна! Долг одна тысяча двадцать один рубль пять копеек.");
	assert_int_equal(said.gaps, 0);
	FILL("Здравствуйте, {person.position}! В городе {contact.city} тепло.");
	assert_string_equal(str_z(&a, said.text), "Здравствуйте,! В городе тепло.");
	assert_int_equal(said.gaps, 2);
	assert_true(str_eq(said.gap, STR("person.position")));
	FILL("Здравствуйте, {person.position|уважаемый клиент}! Город {contact.city|}.");
	assert_string_equal(str_z(&a, said.text), "Здравствуйте, уважаемый клиент! Город.");
	assert_int_equal(said.gaps, 0);
	FILL("{person.name:money| кто-то }");
	assert_string_equal(str_z(&a, said.text), "кто-то");
	FILL("Проект { project.name }"); /* what stands in a value is not read again */
	assert_string_equal(str_z(&a, said.text), "Проект {field.debt:money}  !");
	FILL("");
	assert_int_equal(said.text.n, 0);
	FILL("{person.name");
	assert_string_equal(str_z(&a, said.text), "{person.name");
#undef FILL
}

static void refused(const char *words, const char *code, const char *about)
{
	static const str keys[] = {STR("debt")};
	struct fault f = {0};

	assert_int_equal(spoken_check(str_of(words), "words", keys, 1, &f), EINVAL);
	assert_string_equal(f.code, code);
	assert_string_equal(f.field, "words");
	assert_non_null(strstr(f.what, about));
}

static void place(int64_t n, int64_t wait_ms, const char *ru, const char *en)
{
	struct text in_ru = {.a = &a}, in_en = {.a = &a};

	spoken_place(&in_ru, LANGUAGE_RU, n, wait_ms);
	spoken_place(&in_en, LANGUAGE_EN, n, wait_ms);
	assert_string_equal(text_z(&in_ru), ru);
	assert_string_equal(text_z(&in_en), en);
}

static void places_in_a_queue(void **state)
{
	(void)state;
	place(3, 125000, "Вы третий в очереди, ожидание около двух минут.",
	        "You are third in the queue, the wait is about two minutes.");
	place(1, -1, "Вы первый в очереди.", "You are first in the queue.");
	place(1, 0, "Вы первый в очереди, ожидание меньше минуты.",
	        "You are first in the queue, the wait is less than a minute.");
	place(2, 50000, "Вы второй в очереди, ожидание около одной минуты.",
	        "You are second in the queue, the wait is about one minute.");
	place(21, 21 * 60000, "Вы двадцать первый в очереди, ожидание около двадцати одной минуты.",
	        "You are twenty-first in the queue, the wait is about twenty-one minutes.");
	place(40, 100 * 60000, "Вы сороковой в очереди, ожидание больше часа.",
	        "You are fortieth in the queue, the wait is more than an hour.");
}

static void what_is_wrong_is_named(void **state)
{
	static const str keys[] = {STR("debt")};
	struct fault f = {0};

	(void)state;
	assert_int_equal(spoken_check(STR("{person.name|гость}, {field.debt:money|ноль}"), "words", keys, 1, &f), 0);
	assert_int_equal(spoken_check(STR("без полей"), "words", NULL, 0, &f), 0);
	assert_int_equal(spoken_check(STR(""), "words", NULL, 0, &f), 0);
	refused("Здравствуйте, {person.name!", "spoken_unclosed", "{person.name!");
	refused("{person.name {field.debt}", "spoken_unclosed", "{person.name");
	refused("Здравствуйте, person.name}!", "spoken_unopened", "}!");
	refused("Здравствуйте, {}!", "spoken_empty", "Здравствуйте");
	refused("{person.nmae}", "spoken_field", "person.nmae");
	refused("{field.det:money}", "spoken_field", "field.det");
	refused("{field.}", "spoken_field", "field.");
	refused("{field.debt:cash}", "spoken_format", "cash");
	refused("{field.debt:}", "spoken_format", "");
}

static void hostile_text_is_only_text(void **state)
{
	struct text t = {.a = &a};
	struct spoken said;
	struct fault f;

	(void)state;
	for (int i = 0; i < 20000; i++)
		text_lit(&t, "{{}}|:{a:b|c}");
	spoken_fill(&a, text_str(&t), LANGUAGE_RU, NULL, 0, &said);
	assert_true(said.gaps > 0 || said.text.n > 0);
	assert_int_equal(spoken_check(text_str(&t), "words", NULL, 0, &f), EINVAL);
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers),
	        cmocka_unit_test(fractions),
	        cmocka_unit_test(what_is_no_number_is_not_said),
	        cmocka_unit_test(ordinals),
	        cmocka_unit_test(money),
	        cmocka_unit_test(dates),
	        cmocka_unit_test(times),
	        cmocka_unit_test(digits),
	        cmocka_unit_test(the_examples_are_true),
	        cmocka_unit_test(sentences),
	        cmocka_unit_test(places_in_a_queue),
	        cmocka_unit_test(what_is_wrong_is_named),
	        cmocka_unit_test(hostile_text_is_only_text),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
