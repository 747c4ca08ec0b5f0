/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/tel/knock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void an_address_knocks_so_often(void **state)
{
	int n = 0;

	(void)state;
	knock_forget();
	for (int ms = 0; ms < 60000; ms += 100)
		n += knock_address(7, 1000 + ms);
	assert_int_equal(n, KNOCK_AT_ONCE + 59900 / KNOCK_EVERY_MS);
	assert_true(knock_address(8, 61000)); /* another is not meant */
}

static void wrong_answers_make_deaf(void **state)
{
	(void)state;
	knock_forget();
	for (int i = 0; i < KNOCK_WRONG_MAX - 1; i++)
		knock_address_wrong(7, 1000);
	assert_true(knock_address(7, 1000));
	knock_address_wrong(7, 1000);
	assert_false(knock_address(7, 1000));
	assert_false(knock_address(7, 1000 + KNOCK_DEAF_MS - 1));
	assert_true(knock_address(7, 1000 + KNOCK_DEAF_MS));
}

static void a_flood_of_addresses_costs_a_fixed_space(void **state)
{
	(void)state;
	knock_forget();
	for (int i = 0; i < KNOCK_WRONG_MAX; i++)
		knock_address_wrong(7, 1000);
	for (uint32_t i = 100; i < 100000; i++)
		assert_true(knock_address(i, 2000 + i));
}

static void a_login_is_guessed_at(void **state)
{
	struct knock_login k = {0};

	(void)state;
	for (int i = 0; i < KNOCK_LOGIN_WRONG_MAX; i++) {
		assert_true(knock_login(&k, 700000 + i));
		knock_login_wrong(&k, 700000 + i);
	}
	assert_false(knock_login(&k, 800000));
	assert_true(knock_login(&k, 700000 + KNOCK_DEAF_MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_address_knocks_so_often),
	        cmocka_unit_test(wrong_answers_make_deaf),
	        cmocka_unit_test(a_flood_of_addresses_costs_a_fixed_space),
	        cmocka_unit_test(a_login_is_guessed_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
