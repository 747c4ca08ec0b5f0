/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in the dictionaries and not, the letter ё, words added with a pattern, forms of a word. */
#include "engine/spell/spell.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_words(void **state)
{
	static const struct {
		enum spell_language l;
		const char *word;
		bool known;
	} rows[] = {{SPELL_RUSSIAN, "звонков", true}, {SPELL_RUSSIAN, "еще", true}, {SPELL_RUSSIAN, "ещё", true},
	        {SPELL_RUSSIAN, "Отчет", true}, {SPELL_RUSSIAN, "отчот", false}, {SPELL_RUSSIAN, "прозвоном", true},
	        {SPELL_RUSSIAN, "прозвонам", true}, {SPELL_RUSSIAN, "", false}, {SPELL_ENGLISH, "colour", true},
	        {SPELL_ENGLISH, "color", true}, {SPELL_ENGLISH, "recieve", false}, {SPELL_ENGLISH, "don't", true}};
	struct speller *s = NULL;
	struct arena a = {0};
	struct fault f = {0};
	str near[3];

	(void)state;
	assert_int_equal(spell_open("/nowhere", &s, &f), ENOENT);
	assert_string_equal(f.code, "dictionary");
	assert_int_equal(spell_open(NULL, &s, &f), 0);
	assert_false(spell_knows(s, SPELL_RUSSIAN, STR("прозвоном")));
	spell_add(s, SPELL_RUSSIAN, "прозвон", "закон");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(spell_knows(s, rows[i].l, str_of(rows[i].word)), rows[i].known);
	assert_true(spell_near(s, &a, SPELL_RUSSIAN, STR("договар"), near, 3) > 0);
	assert_string_equal(near[0].p, "договор");
	assert_string_equal(spell_stem(s, &a, SPELL_RUSSIAN, STR("Масла")).p, "масло");
	spell_close(s);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
