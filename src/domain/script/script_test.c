/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script_test.c - graphs that are refused, and what the linter says. */
#include "domain/script/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define STAGES \
	"\"stages\":[{\"id\":\"s1\",\"name\":\"К\",\"kind\":\"contact\"},{\"id\":\"s2\",\"name\":\"О\",\"kind\":" \
	"\"orientation\"}]"
#define END "{\"id\":\"e\",\"type\":\"end\",\"text\":\"Спасибо.\",\"answers\":[]}"

static void good_and_bad(void **state)
{
	static const struct {
		const char *graph, *field; /* field NULL: accepted */
	} cases[] = {
	        {"{\"start\":\"e\"," STAGES ",\"nodes\":[" END "]}", NULL},
	        {"{\"stages\":[],\"nodes\":[]}", NULL},
	        {"{\"start\":\"x\"," STAGES ",\"nodes\":[" END "]}", "graph.start"},
	        {"{\"start\":\"e\"," STAGES ",\"nodes\":[" END "," END "]}", "graph.nodes[1].id"},
	        {"{\"start\":\"e\"," STAGES ",\"nodes\":[" END ",{\"id\":\"a\",\"type\":\"shout\"}]}",
	                "graph.nodes[1].type"},
	        {"{\"start\":\"e\"," STAGES ",\"nodes\":[" END ",{\"id\":\"a\",\"type\":\"ask\",\"colour\":1}]}",
	                "graph.nodes[1].colour"},
	        {"{\"start\":\"e\"," STAGES ",\"nodes\":[" END
	         ",{\"id\":\"a\",\"type\":\"ask\",\"answers\":[{\"id\":\"1\",\"label\":\"да\",\"to\":\"нет\"}]}]}",
	                "graph.nodes[1].answers[0].to"},
	        {"{\"start\":\"e\"," STAGES ",\"nodes\":[" END ",{\"id\":\"a\",\"type\":\"ask\",\"stage\":\"s9\"}]}",
	                "graph.nodes[1].stage"},
	        {"{\"start\":\"e\",\"stages\":1,\"nodes\":[]}", "graph"},
	        {"[]", "graph"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fault f = {0};
		int err = graph_check(&a, str_of(cases[i].graph), &f);
		assert_int_equal(err, cases[i].field ? EINVAL : 0);
		if (cases[i].field)
			assert_string_equal(f.field, cases[i].field);
	}
	arena_free(&a);
}

static bool said(const struct lint *lint, size_t n, const char *code, const char *node)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(str_of(lint[i].code), str_of(code)) && str_eq(lint[i].node, str_of(node)))
			return true;
	return false;
}

static void remarks(void **state)
{
	static const char graph[] =
	        "{\"start\":\"n1\"," STAGES ",\"nodes\":["
	        "{\"id\":\"n1\",\"stage\":\"s2\",\"type\":\"ask\",\"text\":\"{person.name}, {field.oil} и {field.no}! "
	        "Успокойтесь.\","
	        "\"answers\":[{\"id\":\"1\",\"label\":\"да\",\"to\":\"n2\"}]},"
	        "{\"id\":\"n2\",\"stage\":\"s2\",\"type\":\"ask\",\"text\":\"Ну и?\",\"answers\":[]},"
	        "{\"id\":\"n3\",\"stage\":\"s2\",\"type\":\"ask\",\"text\":\"Круг.\",\"answers\":[{\"id\":\"1\",\"label\":"
	        "\"да\",\"to\":\"n3\"}]},"
	        "{\"id\":\"q1\",\"stage\":\"s2\",\"type\":\"ask\"},{\"id\":\"q2\",\"stage\":\"s2\",\"type\":\"ask\"},"
	        "{\"id\":\"q3\",\"stage\":\"s2\",\"type\":\"ask\"},{\"id\":\"q4\",\"stage\":\"s2\",\"type\":\"ask\"},"
	        "{\"id\":\"q5\",\"stage\":\"s2\",\"type\":\"ask\"}," END "]}";
	const str keys[] = {STR("oil")};
	const struct lint_names names = {.keys = keys, .n_keys = 1};
	const struct lint *lint;
	struct arena a = {0};
	struct fault f = {0};
	size_t n;

	(void)state;
	assert_int_equal(graph_check(&a, str_of(graph), &f), 0);
	assert_int_equal(graph_lint(&a, str_of(graph), &names, &lint, &n, &f), 0);
	assert_true(said(lint, n, "unknown_field", "n1"));
	assert_true(said(lint, n, "exclamation", "n1"));
	assert_true(said(lint, n, "forbidden", "n1"));
	assert_true(said(lint, n, "dead_end", "n2"));
	assert_true(said(lint, n, "unreachable", "n3"));
	assert_true(said(lint, n, "unreachable", "e"));
	assert_false(said(lint, n, "unreachable", "n2"));
	assert_true(said(lint, n, "many_questions", NULL));
	arena_free(&a);
}

#define STEP(id, type, text, more, ...) \
	"{\"id\":\"" id "\",\"stage\":\"s2\",\"type\":\"" type "\",\"text\":\"" text "\"" more ",\"answers\":[" __VA_ARGS__ \
	"]}"
#define TO(id, label, to) "{\"id\":\"" id "\",\"label\":\"" label "\",\"to\":\"" to "\"}"

/* Circles without a way out, answers nobody can tell apart, names of what is gone, questions counted by their marks. */
static void more_remarks(void **state)
{
	static const char graph[] = "{\"start\":\"n1\"," STAGES ",\"nodes\":[" STEP("n1", "ask", "Раз? Два? Три? Четыре?",
	        ",\"result_id\":7,\"articles\":[1,2]",
	        TO("1", "Да", "n2") "," TO("2", "да ", "e") "," TO("3", "Нет", "n3")) "," STEP("n2", "ask", "А? Б? В?", "",
	        TO("1", "Дальше", "e")) "," STEP("n3", "say", "Скажите [что]", "", TO("1", "Дальше", "n4")) "," STEP("n4",
	        "ask", "Ну?", "", TO("1", "Назад", "n3")) "," END "]}";
	const int64_t results[] = {8}, articles[] = {1};
	const struct lint_names names = {.results = results, .n_results = 1, .articles = articles, .n_articles = 1};
	const struct lint *lint;
	struct arena a = {0};
	struct fault f = {0};
	size_t n;

	(void)state;
	assert_int_equal(graph_check(&a, str_of(graph), &f), 0);
	assert_int_equal(graph_lint(&a, str_of(graph), &names, &lint, &n, &f), 0);
	assert_true(said(lint, n, "circle", "n3"));
	assert_true(said(lint, n, "circle", "n4"));
	assert_false(said(lint, n, "circle", "n1"));
	assert_true(said(lint, n, "same_answer", "n1"));
	assert_true(said(lint, n, "unknown_result", "n1"));
	assert_true(said(lint, n, "unknown_article", "n1"));
	assert_true(said(lint, n, "to_fill", "n3"));
	assert_true(said(lint, n, "no_conflict", NULL));
	assert_true(said(lint, n, "many_questions", NULL));
	arena_free(&a);
}

/* The template is a script that stands: nothing but its gaps is left to say about it, in either language. */
static void templates(void **state)
{
	static const char *const languages[] = {"ru", "en"};
	const struct lint_names names = {0};
	const struct lint *lint;
	struct arena a = {0};
	struct fault f = {0};
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(languages); i++) {
		str graph = script_template(&a, str_of(languages[i]));
		assert_int_equal(graph_check(&a, graph, &f), 0);
		assert_int_equal(graph_lint(&a, graph, &names, &lint, &n, &f), 0);
		assert_true(n > 4);
		for (size_t k = 0; k < n; k++)
			assert_string_equal(lint[k].code, "to_fill");
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(good_and_bad), cmocka_unit_test(remarks),
	        cmocka_unit_test(more_remarks), cmocka_unit_test(templates)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
