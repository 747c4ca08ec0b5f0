/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stems of a text as a set, kept in a column and compared. */
#include "engine/spell/stems.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_sets(void **state)
{
	static const struct {
		const char *x, *y;
		double alike;
	} rows[] = {
	        {"Дорого!", "дорого", 1},
	        {"Уже работаем с поставщиком", "У нас уже работает поставщик.", 0.75},
	        {"Ещё дорогие масла", "еще дорогое масло", 1},
	        {"Нет денег", "Позвоните завтра", 0},
	        {"…!", "—", 0},
	        {"Берём на маркетплейсе", "Мы берем с маркетплейса", 1},
	        {"Не интересно", "Интересно", 0.5},
	        {"We have no budgets", "we have no budget", 1},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stems x = stems_of(&a, str_of(rows[i].x)), y = stems_of(&a, str_of(rows[i].y));
		str kept = stems_join(&a, x);
		assert_true(fabs(stems_alike(x, y) - rows[i].alike) < 1e-9);
		assert_true(str_eq(stems_join(&a, stems_split(&a, kept)), kept));
	}
	assert_true(str_eq(stems_join(&a, stems_of(&a, STR("Масла, масло; МАСЛУ и 10W-40"))), STR(" 10w 40 масло ")));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sets)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
