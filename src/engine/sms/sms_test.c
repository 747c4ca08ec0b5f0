/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many messages a text takes, at every edge. */
#include "base/text.h"
#include "engine/sms/sms.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;

static str times(const char *what, int n)
{
	struct text t = {.a = &a};

	for (int i = 0; i < n; i++)
		text_add(&t, str_of(what));
	return text_str(&t);
}

static void check(str text, bool ucs2, int64_t parts, int64_t left)
{
	struct sms_size s = sms_measure(text);

	assert_int_equal(s.ucs2, ucs2);
	assert_int_equal(s.parts, parts);
	assert_int_equal(s.left, left);
}

static void latin(void **state)
{
	(void)state;
	check(STR(""), false, 1, 160);
	check(times("a", 160), false, 1, 0);
	check(times("a", 161), false, 2, 145);
	check(times("a", 306), false, 2, 0);
	check(times("a", 307), false, 3, 152);
	check(times("{", 80), false, 1, 0);
	/* The escape and its brace do not part: 76 pairs are 152 septets of 153. */
	check(times("{", 81), false, 2, 153 - 10);
}

static void russian(void **state)
{
	(void)state;
	check(times("я", 70), true, 1, 0);
	check(times("я", 71), true, 2, 63);
	check(times("я", 134), true, 2, 0);
	check(times("я", 135), true, 3, 66);
	/* One letter makes the whole of it UCS-2, and a pair does not part. */
	check(times("😀", 35), true, 1, 0);
	check(times("😀", 36), true, 2, 67 - 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(latin), cmocka_unit_test(russian)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&a);
	return failed;
}
