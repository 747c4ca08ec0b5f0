/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords that are too easy, logins, codes of the second factor. */
#include "domain/user/user_priv.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_passwords(void **state)
{
	static const char *const weak[] = {"short", "123456789", "1234567890", "qwerty123456", "Password2026!",
	        "ПАРОЛЬ12345", "aaaaaaaaaaaa", "яяяяяяяяяяяя", "anna.petrova", "Anna.Petrova1", "!!!!!!!!!!!!",
	        "20262026202620", "йцукенгшщз", "Zvonar12345"};
	static const char *const good[] = {
	        "correct horse battery", "голубь сидит на крыше", "xK9#mQ2$vL", "annas little secret"};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < COUNT(weak); i++) {
		f = (struct fault){0};
		assert_int_equal(user_password_allowed(str_of(weak[i]), STR("anna.petrova"), "new", &f), EINVAL);
		assert_string_equal(f.field, "new");
	}
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(user_password_allowed(str_of(good[i]), STR("anna.petrova"), "new", &f), 0);
}

static void test_logins(void **state)
{
	struct arena a = {0};
	struct fault f = {0};
	str login;

	(void)state;
	assert_int_equal(user_login_form(&a, STR(" Anna.P@x-1 "), &login, &f), 0);
	assert_true(str_eq(login, STR("anna.p@x-1")));
	assert_int_equal(user_login_form(&a, STR("anna p"), &login, &f), EINVAL);
	assert_int_equal(user_login_form(&a, STR("анна"), &login, &f), EINVAL);
	assert_int_equal(user_login_form(&a, STR("a"), &login, &f), EINVAL);
	assert_int_equal(user_login_form(&a, STR("a\0b"), &login, &f), EINVAL);
	arena_free(&a);
}

/* RFC 6238, appendix B: SHA-1, the last six of the eight digits there. */
static void test_totp(void **state)
{
	static const str secret = {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 32};
	struct arena a = {0};
	int64_t now = 1111111109LL * 1000, step = now / 30000;

	(void)state;
	assert_int_equal(totp_step(&a, secret, STR("081804"), 0, now), step);
	assert_int_equal(totp_step(&a, secret, STR("081804"), 0, now + 30000), step);
	assert_int_equal(totp_step(&a, secret, STR("081804"), 0, now - 30000), step);
	assert_int_equal(totp_step(&a, secret, STR("081804"), 0, now + 60000), 0);
	assert_int_equal(totp_step(&a, secret, STR("081804"), step, now), 0); /* used already */
	assert_int_equal(totp_step(&a, secret, STR("081805"), 0, now), 0);
	assert_int_equal(totp_step(&a, secret, STR("08180"), 0, now), 0);
	assert_int_equal(totp_step(&a, secret, STR("08180x"), 0, now), 0);
	assert_int_equal(totp_new_secret(&a).n, 32);
	assert_true(str_eq(totp_uri(&a, STR("Колл"), STR("a@b"), STR("AB")),
	        STR("otpauth://totp/%D0%9A%D0%BE%D0%BB%D0%BB:a%40b?secret=AB&issuer=%D0%9A%D0%BE%D0%BB%D0%BB")));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_passwords), cmocka_unit_test(test_logins), cmocka_unit_test(test_totp)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
