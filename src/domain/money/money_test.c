/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Halves, overflows, and what an accountant reads. */
#include "domain/money/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct arena a;

static void is(str got, const char *expected)
{
	if (!str_eq(got, str_of(expected)))
		fail_msg("«%.*s», not «%s»", STR_ARG(got), expected);
}

static void halves_go_up(void **state)
{
	int64_t sum = 7;

	(void)state;
	assert_int_equal(quantity_of(90000, 3600000), 25);
	assert_int_equal(quantity_of(29, 60000), 0);
	assert_int_equal(quantity_of(30, 60000), 1);
	assert_int_equal(quantity_of(15, 31), 484);
	assert_int_equal(quantity_of(INT64_C(360000000000), 60000), INT64_C(6000000000));
	assert_true(money_times(333, 1500, &sum) && sum == 500);
	assert_true(money_times(1, 499, &sum) && sum == 0);
	assert_true(money_times(1, 500, &sum) && sum == 1);
	assert_true(money_times(MONEY_MAX, 1000, &sum) && sum == MONEY_MAX);
	assert_false(money_times(MONEY_MAX, 1001, &sum));
	assert_false(money_times(MONEY_MAX, INT64_MAX / 2, &sum));
	assert_int_equal(sum, MONEY_MAX);
	assert_int_equal(money_less(12345, 1000), 11111); /* 11110.5 */
	assert_int_equal(money_less(12345, 0), 12345);
	assert_int_equal(money_less(MONEY_MAX, 10000), 0);
}

static void vat_is_within_the_sum(void **state)
{
	(void)state;
	assert_int_equal(vat_within(12200, VAT_22), 2200);
	assert_int_equal(vat_within(12000, VAT_20), 2000);
	assert_int_equal(vat_within(100, VAT_20), 17); /* 16.67 */
	assert_int_equal(vat_within(1050, VAT_5), 50);
	assert_int_equal(vat_within(12345, VAT_NONE), 0);
	assert_int_equal(vat_within(12345, VAT_0), 0);
	assert_int_equal(vat_within(MONEY_MAX, VAT_22), INT64_C(180327868852));
}

static void sums_are_written(void **state)
{
	(void)state;
	is(money_print(&a, 3195450), "31\u00a0954,50");
	is(money_print(&a, 5), "0,05");
	is(money_print(&a, 100000000), "1\u00a0000\u00a0000,00");
	is(money_print(&a, -150), "−1,50");
	is(quantity_print(&a, 12500), "12,5");
	is(quantity_print(&a, 1001), "1,001");
	is(quantity_print(&a, 50), "0,05");
	is(quantity_print(&a, 1234000), "1\u00a0234");
	is(day_words(&a, STR("2026-10-31")), "31\u00a0октября 2026\u00a0г.");
	is(day_words(&a, STR("2026-02-30")), "2026-02-30");
	is(day_print(&a, STR("2026-03-01")), "01.03.2026");
}

static void sums_are_said(void **state)
{
	static const struct {
		int64_t kop;
		const char *words;
	} sums[] = {
	        {3195450, "Тридцать одна тысяча девятьсот пятьдесят четыре рубля 50 копеек"},
	        {100, "Один рубль 00 копеек"},
	        {0, "Ноль рублей 00 копеек"},
	        {201, "Два рубля 01 копейка"},
	        {1111, "Одиннадцать рублей 11 копеек"},
	        {210000022, "Два миллиона сто тысяч рублей 22 копейки"},
	        {100000000000, "Один миллиард рублей 00 копеек"},
	        {14200, "Сто сорок два рубля 00 копеек"},
	        {-500, "Минус пять рублей 00 копеек"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sums); i++)
		is(money_words(&a, sums[i].kop), sums[i].words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(halves_go_up),
	        cmocka_unit_test(vat_is_within_the_sum),
	        cmocka_unit_test(sums_are_written),
	        cmocka_unit_test(sums_are_said),
	};
	int failed = cmocka_run_group_tests_name("money", tests, NULL, NULL);

	arena_free(&a);
	return failed;
}
