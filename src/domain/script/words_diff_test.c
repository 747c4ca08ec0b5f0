/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/script/words_diff.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* "same [-removed-] [+added+]" */
static const char *marked(struct arena *a, const char *old, const char *new)
{
	static const char *const open[] = {"", "[+", "[-"}, *const close[] = {"", "+]", "-]"};
	const struct words_piece *p;
	size_t n = words_diff(a, str_of(old), str_of(new), &p);
	struct text t = {.a = a};

	for (size_t i = 0; i < n; i++)
		text_addf(&t, "%s%.*s%s", open[p[i].op], STR_ARG(p[i].text), close[p[i].op]);
	return text_z(&t);
}

static void words(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(marked(&a, "", ""), "");
	assert_string_equal(marked(&a, "раз два", "раз два"), "раз два");
	assert_string_equal(marked(&a, "", "раз"), "[+раз+]");
	assert_string_equal(marked(&a, "раз", ""), "[-раз-]");
	assert_string_equal(
	        marked(&a, "Подскажите, кто у вас закупает масло?", "Подскажите, кто отвечает за закупку масла?"),
	        "Подскажите, кто [-у вас закупает масло?-][+отвечает за закупку масла?+]");
	assert_string_equal(marked(&a, "a b c d", "a c x d"), "a [-b -]c [+x +]d");
	/* blanks alone are no change */
	assert_string_equal(marked(&a, "раз  два\nтри", "раз два три"), "раз два три");
	assert_string_equal(marked(&a, "a a a", "a a"), "a a[-a-]");
	arena_free(&a);
}

/* New text is whole without the removed pieces, even where the texts are too long to be compared. */
static void whole(void **state)
{
	struct arena a = {0};
	struct text old = {.a = &a}, new = {.a = &a}, got = {.a = &a};
	const struct words_piece *p;
	size_t n;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		text_addf(&old, "o%d ", i);
		text_addf(&new, "n%d ", i);
	}
	n = words_diff(&a, text_str(&old), text_str(&new), &p);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		if (p[i].op != WORDS_REMOVED)
			text_add(&got, p[i].text);
	assert_true(str_eq(text_str(&got), text_str(&new)));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(whole)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
