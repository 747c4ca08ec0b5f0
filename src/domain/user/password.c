/* SPDX-License-Identifier: GPL-3.0-or-later */
/* password.c - which passwords are too easy. Length does most (NIST SP 800-63B); the list holds what people really choose when ten
 * characters are asked for. */
#include "base/utf8.h"
#include "domain/user/user.h"

enum { SHORTEST = 10 };

/* Lower case; also found with any row of digits or signs at its end. */
static const char *const common[] = {"1234567890", "0123456789", "0987654321", "9876543210", "12345678910", "123456789a",
        "1q2w3e4r5t", "1qaz2wsx3edc", "q1w2e3r4t5", "qwertyuiop", "qwerty", "qwerty12345", "asdfghjkl", "zxcvbnm",
        "password", "passw0rd", "p@ssw0rd", "administrator", "admin", "letmein", "iloveyou", "welcome", "sunshine",
        "princess", "football", "baseball", "superman", "dragon", "monkey", "master", "trustno1", "whatever", "starwars",
        "changeme", "secret", "default", "zvonar", "callcenter", "operator", "manager", "company", "test", "user", "root",
        "йцукенгшщз", "йцукен", "пароль", "мойпароль", "админ", "администратор", "звонарь", "оператор", "привет", "любовь",
        "наташа", "марина", "солнышко", "россия", "москва", "спартак", "зенит", "gfhjkm", "ghbdtn", "yfnfif", "rjvgm.nth",
        "qazwsxedc", "qazwsx"};

static bool only_same(str s)
{
	size_t at = 0;
	uint32_t first = utf8_next(s, &at);

	while (at < s.n)
		if (utf8_next(s, &at) != first)
			return false;
	return true;
}

/* Without digits and signs at both ends. */
static str core(str s)
{
	static const char ends[] = "0123456789!?.,*#$%@-_+= ";

	while (s.n && strchr(ends, s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && strchr(ends, s.p[s.n - 1]))
		s = str_sub(s, 0, s.n - 1);
	return s;
}

static bool is_common(str low)
{
	for (size_t i = 0; i < COUNT(common); i++)
		if (str_eq(low, str_of(common[i])) || str_eq(core(low), str_of(common[i])))
			return true;
	return core(low).n == 0;
}

int user_password_allowed(str password, str login, const char *field, struct fault *f)
{
	struct arena a = {0};
	str low = utf8_lower(&a, password);
	int err = 0;

	if (utf8_count(password) < SHORTEST)
		err = fail(f, EINVAL, field, "weak_short", "a password has at least %d characters", SHORTEST);
	else if (str_eq(low, login) || (login.n > 3 && str_eq(core(low), login)))
		err = fail(f, EINVAL, field, "weak_login", "the password is the login");
	else if (is_common(low) || only_same(low))
		err = fail(f, EINVAL, field, "weak_common", "this password is among the first anybody tries");
	arena_free(&a);
	return err;
}
