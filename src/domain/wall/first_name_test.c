/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first_name_test.c - names as people enter them. */
#include "domain/wall/first_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void names(void **state)
{
	static const struct {
		const char *name, *first;
	} cases[] = {{"Мария", "Мария"}, {"Мария Иванова", "Мария"}, {"Иванова Мария", "Мария"},
	        {"Иванова Мария Петровна", "Мария"}, {"Мария Петровна", "Мария"}, {"Петров Константин", "Константин"},
	        {"Константин Петров", "Константин"}, {"Белая Ирина", "Ирина"}, {"Ирина Белая", "Ирина"},
	        {"Ильич Лев Кузьмич", "Лев"}, {"Кравчук Олег Ильич", "Олег"}, {"Гусь Анна", "Анна"},
	        {"Смирнова Аэлита", "Аэлита"}, {"Anna Smirnova", "Anna"}, {"  Анна   Ким ", "Анна"}, {"", ""}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str got = first_name(str_of(cases[i].name));
		if (!str_eq(got, str_of(cases[i].first)))
			fail_msg("%s: %.*s, not %s", cases[i].name, STR_ARG(got), cases[i].first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
