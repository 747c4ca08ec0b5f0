/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula_test.c - what formulas give, what they refuse, and that hostile ones end soon. */
#include "base/text.h"
#include "engine/formula/formula.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cell column(str key)
{
	static const struct {
		const char *key;
		struct cell cell;
	} cells[] = {
	        {"city", {.type = CELL_TEXT, .text = {"Уфа", 6}}},
	        {"empty", {0}},
	        {"price", {.type = CELL_TEXT, .text = {"1 200,50", 8}}},
	        {"n", {.type = CELL_NUMBER, .number = 7}},
	        {"met", {.type = CELL_DATE, .number = 20524}}, /* 2026-03-12, a Thursday */
	        {"gone", {.type = CELL_ERROR, .error = CELL_GONE}},
	};

	for (size_t i = 0; i < COUNT(cells); i++)
		if (str_eq(key, str_of(cells[i].key)))
			return cells[i].cell;
	return (struct cell){0};
}

static str count(struct arena *a, str text)
{
	struct cell cells[FORMULA_COLUMNS], c;
	struct formula *formula;
	struct fault f = {0};

	if (formula_parse(a, text, "formula", &formula, &f))
		return str_printf(a, "refused: %s", f.what);
	for (size_t i = 0; i < formula->n_columns; i++)
		cells[i] = column(formula->columns[i]);
	c = formula_count(formula, &(struct formula_row){cells, 20530, a});
	if (c.type == CELL_ERROR)
		return str_printf(a, "error: %s", cell_error_name(c.error));
	return c.type == CELL_EMPTY ? STR("(empty)") : cell_text(a, &c);
}

static void values(void **state)
{
	static const struct {
		const char *formula, *value;
	} cases[] = {{"1 + 2 * 3", "7"}, {"=(1 + 2) * 3", "9"}, {"-2 - -3", "1"}, {"0.1 + 0.2", "0.3"}, {"10 / 4", "2.5"},
	        {"1 / 0", "error: zero"}, {"[n] / [empty]", "error: zero"}, {"iferror(1 / 0; \"—\")", "—"},
	        {"[price] * 2", "2401"}, {"[city] + 1", "error: kind"}, {"[gone] & \"x\"", "error: gone"},
	        {"[city] & \", \" & [n]", "Уфа, 7"}, {"join(\", \"; [empty]; [city]; \"\"; [n])", "Уфа, 7"},
	        {"if([n] > 5, \"много\", \"мало\")", "много"}, {"ЕСЛИ(И([n] < 5; 1 / 0); 1; 2)", "2"},
	        {"if([n] = 7; 1; 1 / 0)", "1"}, {"if(пусто([empty]); «нет данных»; 1)", "нет данных"},
	        {"if([n] < 5, 1)", "(empty)"}, {"[city] = \"УФА\"", "yes"}, {"[empty] = \"\"", "yes"},
	        {"[empty] = 0", "yes"}, {"[n] = \"7,0\"", "yes"}, {"[n] <> 7", "no"}, {"\"a\" < \"б\"", "yes"},
	        {"[met] + 30", "2026-04-11"}, {"date(\"01.04.2026\") - [met]", "20"}, {"today() - [met]", "6"},
	        {"[met] > \"2026-03-11\"", "yes"}, {"weekday([met])", "4"}, {"год([met])", "2026"},
	        {"date(\"31.02.2026\")", "error: kind"}, {"[met] * 2", "error: kind"}, {"[met] + 9999999", "error: range"},
	        {"round(2.345; 2)", "2.35"}, {"round(-2.5)", "-3"}, {"round(1; 99)", "error: range"},
	        {"sum([n]; [empty]; 3)", "10"}, {"max([empty]; -5)", "-5"}, {"min([empty])", "(empty)"},
	        {"length(\"Привет\")", "6"}, {"содержит([city]; \"ф\")", "yes"},
	        {"\"он сказал \"\"да\"\"\"", "он сказал \"да\""},
	        {"99999999999999999999 * 99999999999999999999 / [n]", "1.42857142857143e+39"}};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str got = count(&a, str_of(cases[i].formula));
		if (!str_eq(got, str_of(cases[i].value)))
			fail_msg("%s: %.*s, not %s", cases[i].formula, STR_ARG(got), cases[i].value);
	}
	arena_free(&a);
}

static void refusals(void **state)
{
	static const struct {
		const char *formula, *why;
	} cases[] = {{"", "refused: something is missing"}, {"1 +", "refused: something is missing"},
	        {"(1", "refused: a bracket is not closed"}, {"\"a", "refused: a quote is not closed"},
	        {"[city", "refused: a column stands in brackets"}, {"[ ]", "refused: a column stands in brackets"},
	        {"company", "refused: there is no function"}, {"system(\"ls\")", "refused: there is no function"},
	        {"if(1)", "refused: this function takes another number"}, {"1.2.3", "refused: this is no number"},
	        {"1 2", "refused: this is not understood: «2»"}, {"if(1;2;3))", "refused: this is not understood"},
	        {"\xff", "refused: a formula has at most"}, {"if", "refused: a function wants"}};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		str got = count(&a, str_of(cases[i].formula));
		if (!str_starts(got, str_of(cases[i].why)))
			fail_msg("%s: %.*s, not %s", cases[i].formula, STR_ARG(got), cases[i].why);
	}
	arena_free(&a);
}

static str repeat(struct arena *a, const char *before, const char *piece, int times, const char *after)
{
	struct text t = {.a = a};

	text_add(&t, str_of(before));
	for (int i = 0; i < times; i++)
		text_add(&t, str_of(piece));
	text_add(&t, str_of(after));
	return text_str(&t);
}

static void bounds(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_true(str_starts(count(&a, repeat(&a, "", "(", 900, "1")), STR("refused: the brackets are too deep")));
	assert_true(str_starts(count(&a, repeat(&a, "", "-", 900, "1")), STR("refused: the brackets are too deep")));
	assert_true(str_starts(count(&a, repeat(&a, "", "if(1;", 300, "1")), STR("refused: the brackets are too deep")));
	assert_true(str_starts(count(&a, repeat(&a, "1", "+1", 900, "")), STR("refused: the formula is too long")));
	assert_true(str_starts(count(&a, repeat(&a, "1", "+1", 2000, "")), STR("refused: a formula has at most")));
	/* A text that doubles at each step is cut, between letters. */
	str grown = count(&a, repeat(&a, "\"", "ж", 600, "\" & \"ж\""));
	assert_true(grown.n <= FORMULA_TEXT && grown.n > FORMULA_TEXT - 4);
	arena_free(&a);
}

/* Anything made of the language's own pieces is either refused or counted, and the sanitizers see nothing. */
static void noise(void **state)
{
	static const char *const pieces[] = {"(", ")", "[n]", "[city]", "[met]", "[gone]", "if(", "join(", "round(", "date(",
	        ";", ",", "+", "-", "*", "/", "&", "=", "<>", "<", ">=", "\"", "«", "»", "12", "0", ".5", "1e9", "ж", " ",
	        "[", "]", "\xd0", "="};
	struct arena a = {0};
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct text t = {.a = &a};
		for (unsigned n = (seed = seed * 1103515245 + 12345) >> 16 & 31; n; n--)
			text_add(&t, str_of(pieces[((seed = seed * 1103515245 + 12345) >> 16) % COUNT(pieces)]));
		assert_non_null(count(&a, text_str(&t)).p);
		arena_reset(&a);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(values), cmocka_unit_test(refusals), cmocka_unit_test(bounds), cmocka_unit_test(noise)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
