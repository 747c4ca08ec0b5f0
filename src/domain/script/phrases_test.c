/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phrases of clients fall into groups by what they mean, step by step. */
#include "domain/script/phrases.h"

#include "engine/spell/stems.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void groups(void **state)
{
	static const struct {
		const char *node, *said;
		size_t group;
	} rows[] = {
	        {"n1", "Уже работаем с поставщиком", 0},
	        {"n1", "А вы кто такие?", 2},
	        {"n1", "У нас уже работает поставщик", 0},
	        {"n2", "Уже работаем с поставщиком", 3},
	        {"n1", "ДОРОГО!", 1},
	        {"n1", "дорого…", 1},
	        {"n1", "работаем с поставщиком уже", 0},
	        {"n1", "…", 4},
	};
	struct phrase of[COUNT(rows)];
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		of[i] = (struct phrase){.id = (int64_t)i + 1,
		        .node = str_of(rows[i].node),
		        .said = str_of(rows[i].said),
		        .words = stems_join(&a, stems_of(&a, str_of(rows[i].said)))};
	assert_int_equal(phrases_group(&a, of, COUNT(rows)), 5);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(of[i].group < 2 ? of[i].group : 2, rows[i].group < 2 ? rows[i].group : 2);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(of[i].group == of[k].group, rows[i].group == rows[k].group);
	}
	assert_int_equal(phrases_group(&a, of, 0), 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(groups)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
