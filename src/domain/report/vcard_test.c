/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vcard_test.c - folding and escaping. */
#include "domain/report/vcard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void escapes(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_true(str_eq(vcard_escape(&a, STR("a,b;c\\d\r\ne\x01")), STR("a\\,b\\;c\\\\d\\ne")));
	arena_free(&a);
}

/* Each line has at most 75 bytes and is well-formed by itself; unfolded they are what went in. */
static void folds(void **state)
{
	struct arena a = {0};
	struct text in = {.a = &a}, out = {.a = &a}, back = {.a = &a};
	str rest, line;

	(void)state;
	text_add(&in, STR("NOTE:"));
	for (int i = 0; i < 200; i++)
		text_add(&in, i % 3 ? STR("ж") : STR("a"));
	vcard_line(&out, text_str(&in));
	rest = text_str(&out);
	while (str_cut(&rest, '\n', &line)) {
		if (!line.n)
			break;
		assert_true(str_ends(line, STR("\r")) && line.n <= 76);
		line = str_sub(line, back.n ? 1 : 0, line.n - 1);
		assert_true(utf8_valid(line));
		text_add(&back, line);
	}
	assert_true(str_eq(text_str(&back), text_str(&in)));
	out.n = 0;
	vcard_line(&out, STR("END:VCARD"));
	assert_true(str_eq(text_str(&out), STR("END:VCARD\r\n")));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(escapes), cmocka_unit_test(folds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
