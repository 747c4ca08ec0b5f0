/* SPDX-License-Identifier: GPL-3.0-or-later */
/* money.h - sums of money in whole kopecks and quantities in thousandths of their unit (docs/adr/0038). Halves go up. Nothing here is a
 * double. Pure; any thread. */
#ifndef DOMAIN_MONEY_MONEY_H
#define DOMAIN_MONEY_MONEY_H

#include "base/clock.h"
#include "base/text.h"

/* The largest sum and price that are taken: ten billion roubles. */
#define MONEY_MAX INT64_C(1000000000000)

/* VAT within a sum: none, or its rate. Words of F_WORD fields; the rate of a word in per cent. */
enum vat { VAT_NONE, VAT_0, VAT_5, VAT_7, VAT_10, VAT_20, VAT_22 };
extern const char *const vat_words[];
int vat_percent(enum vat v);
/* The part of a sum that is VAT of this rate. */
int64_t vat_within(int64_t sum_kop, enum vat v);

/* whole / unit in thousandths: 90 000 ms of 3 600 000 are 25. Both from 0, unit above. */
int64_t quantity_of(int64_t whole, int64_t unit);
/* price × quantity; false when it is more than MONEY_MAX. Neither is negative. */
bool money_times(int64_t price_kop, int64_t quantity_m, int64_t *ret);
/* A price less a discount in hundredths of a per cent, 0 to 10000. */
int64_t money_less(int64_t price_kop, int64_t discount_bp);

/* "31 954,50" and "12,5", with no-break spaces, as papers in Russian have it. */
str money_print(struct arena *a, int64_t kop);
str quantity_print(struct arena *a, int64_t quantity_m);
/* «Тридцать одна тысяча девятьсот пятьдесят четыре рубля 50 копеек». kop within ±MONEY_MAX. */
str money_words(struct arena *a, int64_t kop);
/* «31 октября 2026 г.» of a day of the calendar; other texts as they are. */
str day_words(struct arena *a, str day);
/* "31.10.2026" */
str day_print(struct arena *a, str day);

#endif
