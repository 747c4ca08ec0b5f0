/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of addresses and networks. (Where we may be sent is tried in engine/mail.) */
#include "engine/net/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_lists(void **state)
{
	str list = STR("203.0.113.7, 10.0.0.0/8,192.168.5.0/26 ,2001:db8::/33");
	static const char *const in[] = {
	        "203.0.113.7", "::ffff:203.0.113.7", "10.255.0.1", "192.168.5.63", "2001:db8::1", "2001:db8:7fff::1"};
	static const char *const out[] = {
	        "203.0.113.8", "11.0.0.1", "192.168.5.64", "2001:db8:8000::1", "::1", "", "x", "203.0.113.7 "};
	static const char *const bad[] = {"", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "2001:db8::/129",
	        "1.2.3.4,", "1.2.3.4;5.6.7.8"};

	(void)state;
	assert_true(net_list_good(list) && net_list_good(STR("0.0.0.0/0")) && net_listed(STR("0.0.0.0/0"), STR("8.8.8.8")));
	assert_false(net_listed(STR("0.0.0.0/0"), STR("2001:db8::1")));
	for (size_t i = 0; i < COUNT(in); i++)
		assert_true(net_listed(list, str_of(in[i])));
	for (size_t i = 0; i < COUNT(out); i++)
		assert_false(net_listed(list, str_of(out[i])));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(net_list_good(str_of(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lists)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
