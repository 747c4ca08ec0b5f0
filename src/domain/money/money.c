/* SPDX-License-Identifier: GPL-3.0-or-later */
/* money.c - rounding, and how sums are written and said. */
#include "domain/money/money.h"

#include "base/utf8.h"
#include "callflow/numerals.h"

#define NBSP "\u00a0"

const char *const vat_words[] = {"none", "0", "5", "7", "10", "20", "22", NULL};

int vat_percent(enum vat v)
{
	static const int percents[] = {0, 0, 5, 7, 10, 20, 22};

	return percents[v];
}

/* Not negative. */
static int64_t divided(int64_t a, int64_t b)
{
	return a / b + (a % b * 2 >= b);
}

int64_t vat_within(int64_t sum_kop, enum vat v)
{
	return divided(sum_kop * vat_percent(v), 100 + vat_percent(v));
}

int64_t quantity_of(int64_t whole, int64_t unit)
{
	return whole / unit * 1000 + divided(whole % unit * 1000, unit);
}

bool money_times(int64_t price_kop, int64_t quantity_m, int64_t *ret)
{
	int64_t product;

	if (__builtin_mul_overflow(price_kop, quantity_m, &product) || divided(product, 1000) > MONEY_MAX)
		return false;
	*ret = divided(product, 1000);
	return true;
}

int64_t money_less(int64_t price_kop, int64_t discount_bp)
{
	return divided(price_kop * (10000 - discount_bp), 10000);
}

/* 1234567 → «1 234 567» */
static void grouped(struct text *t, int64_t n)
{
	if (n >= 1000) {
		grouped(t, n / 1000);
		text_addf(t, NBSP "%03d", (int)(n % 1000));
	} else {
		text_add_int(t, n);
	}
}

str money_print(struct arena *a, int64_t kop)
{
	struct text t = {.a = a};
	int64_t size = kop < 0 ? -kop : kop;

	if (kop < 0)
		text_lit(&t, "−");
	grouped(&t, size / 100);
	text_addf(&t, ",%02d", (int)(size % 100));
	return text_str(&t);
}

str quantity_print(struct arena *a, int64_t quantity_m)
{
	struct text t = {.a = a};
	int rest = (int)(quantity_m % 1000), digits = 3;

	grouped(&t, quantity_m / 1000);
	for (; rest && rest % 10 == 0; digits--)
		rest /= 10;
	if (rest)
		text_addf(&t, ",%0*d", digits, rest);
	return text_str(&t);
}

/* The first letter of a Russian word made large. */
static str capital(struct arena *a, str s)
{
	struct text t = {.a = a};
	size_t at = 0;
	uint32_t first = utf8_next(s, &at);

	utf8_add(&t, first >= 0x430 && first <= 0x44f ? first - 0x20 : first);
	text_add(&t, str_sub(s, at, s.n));
	return text_str(&t);
}

str money_words(struct arena *a, int64_t kop)
{
	static const struct noun rouble = {MASCULINE, "рубль", "рубля", "рублей"},
	                         kopeck = {FEMININE, "копейка", "копейки", "копеек"};
	struct text t = {.a = a};
	int64_t size = kop < 0 ? -kop : kop;

	if (kop < 0)
		text_lit(&t, "минус ");
	if (!say_counted(&t, LANGUAGE_RU, size / 100, &rouble, NOMINATIVE))
		return money_print(a, kop);
	text_addf(&t, " %02d %s", (int)(size % 100), noun_of(&kopeck, LANGUAGE_RU, NOMINATIVE, size % 100));
	return capital(a, text_str(&t));
}

str day_words(struct arena *a, str day)
{
	static const char *const months[] = {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
	        "сентября", "октября", "ноября", "декабря"};
	struct date d;

	return date_parse(day, &d) ? str_printf(a, "%d" NBSP "%s %d" NBSP "г.", d.day, months[d.month - 1], d.year) : day;
}

str day_print(struct arena *a, str day)
{
	struct date d;

	return date_parse(day, &d) ? str_printf(a, "%02d.%02d.%04d", d.day, d.month, d.year) : day;
}
