/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_test.c - what is read, what is refused and in which words, and that printing is the inverse of reading. */
#include "engine/json/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;

static struct json read_good(const char *z)
{
	struct fault f = {0};
	struct json v = {0};

	if (json_parse(&a, str_of(z), &v, &f))
		fail_msg("%s: %s", z, f.what);
	return v;
}

static struct fault read_bad(str doc)
{
	struct fault f = {0};
	struct json v = {0};

	if (!json_parse(&a, doc, &v, &f))
		fail_msg("accepted: %.*s", STR_ARG(doc));
	assert_int_equal(f.err, EINVAL);
	assert_null(v.node);
	return f;
}

static void assert_bad(const char *z, const char *code)
{
	struct fault f = read_bad(str_of(z));

	assert_string_equal(f.code, code);
}

static void assert_same(const char *in, const char *out)
{
	struct text t = {.a = &a};

	json_put(&t, read_good(in));
	assert_string_equal(text_z(&t), out);
}

static void test_kinds(void **state)
{
	struct json v = read_good(
	        "{\"n\":null,\"b\":true,\"i\":-9223372036854775808,\"r\":1.5,\"s\":\"\\u0416\\n\",\"a\":[1,2],\"o\":{}}");
	int64_t i = 0;
	double r = 0;
	bool b = false;
	str s = {0};

	(void)state;
	assert_int_equal(json_kind(v), JSON_OBJECT);
	assert_int_equal(json_count(v), 7);
	assert_int_equal(json_kind(json_get(v, "n")), JSON_NULL);
	assert_true(json_bool(json_get(v, "b"), &b) && b);
	assert_true(json_int(json_get(v, "i"), &i) && i == INT64_MIN);
	assert_true(json_real(json_get(v, "r"), &r) && r == 1.5);
	assert_false(json_int(json_get(v, "r"), &i));
	assert_true(json_text(json_get(v, "s"), &s) && str_eq(s, STR("Ж\n")));
	assert_true(json_real(json_at(json_get(v, "a"), 1), &r) && r == 2);
	assert_int_equal(json_kind(json_at(json_get(v, "a"), 2)), JSON_ABSENT);
	assert_int_equal(json_kind(json_get(v, "none")), JSON_ABSENT);
	assert_int_equal(json_get_int(v, "none", 7), 7);
	assert_null(json_get_text(v, "i").p);
	assert_int_equal(json_count(json_get(v, "o")), 0);
}

static void test_steps_in_order(void **state)
{
	struct json v = read_good("{\"z\":1,\"a\":2,\"m\":3}"), value;
	struct text t = {.a = &a};
	void *iter = NULL;
	str key;

	(void)state;
	while (json_next(v, &iter, &key, &value))
		text_add(&t, key);
	assert_string_equal(text_z(&t), "zam");
	iter = NULL;
	assert_false(json_next(read_good("{}"), &iter, &key, &value));
	assert_false(json_next(read_good("[1]"), &iter, &key, &value));
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "+1", "1.", ".5", "1e",
	        "NaN", "Infinity", "-", "[1] 2", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"",
	        "{\"\\u0000\":1}", "\"\t\"", "\"a\nb\"", "\xEF\xBB\xBF[]", "\"\xC0\x80\"", "\"\xED\xA0\x80\"",
	        "\"\xF5\x80\x80\x80\"", "\"\xFF\"", "//c\n1", "tru", "[1 2]", "{\"a\" 1}", "\"", "\\"};

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_bad(bad[i], "json");
	read_bad((str){"1\0", 2});
	read_bad((str){"\"a\0b\"", 5});
	read_bad((str){0});
}

static void test_numbers(void **state)
{
	struct fault f;

	(void)state;
	assert_same("[9223372036854775807,-9223372036854775808,-0,9007199254740993]",
	        "[9223372036854775807,-9223372036854775808,0,9007199254740993]");
	assert_same("[-0e1,-0.0]", "[0,0]");
	assert_same("[0.1,1e2,1e-7,-2.5e-300,123456789.123456789]", "[0.1,100,1e-07,-2.5e-300,123456789.12345679]");
	assert_bad("9223372036854775808", "json_number");
	assert_bad("[-9223372036854775809]", "json_number");
	f = read_bad(STR("{\n \"a\": 1e400}"));
	assert_string_equal(f.code, "json_number");
	assert_non_null(strstr(f.what, "line 2"));
}

static void test_key_twice(void **state)
{
	struct fault f = read_bad(STR("{\"a\":1,\n\"a\":2}"));

	(void)state;
	assert_string_equal(f.code, "json_twice");
	assert_string_equal(f.field, "a");
	assert_non_null(strstr(f.what, "line 2, column 3"));
	f = read_bad(STR("[{\"quite a long key of a document\":{\"x\":1}, \"quite a long key of a document\":2}]"));
	assert_string_equal(f.field, "quite a long key of a document");
	f = read_bad(STR("{\"\\\"q\":1,\"\\u0022q\":2}"));
	assert_string_equal(f.code, "json_twice");
	assert_string_equal(f.field, "\\u0022q");
	f = read_bad(STR("{\"\":1,\"\":2}"));
	assert_string_equal(f.code, "json_twice");
	(void)read_good("[{\"a\":1},{\"a\":1}]");
}

static str nested(int depth)
{
	struct text t = {.a = &a};

	for (int i = 0; i < depth; i++)
		text_add(&t, i % 2 ? STR("{\"[\":") : STR("["));
	text_lit(&t, "\"[[[[\\\"[[[[\"");
	for (int i = depth; i > 0; i--)
		text_add_char(&t, i % 2 ? ']' : '}');
	return text_str(&t);
}

static void test_depth(void **state)
{
	struct json v;
	struct text t = {.a = &a};

	(void)state;
	assert_int_equal(json_parse(&a, nested(32), &v, NULL), 0);
	json_put(&t, v);
	assert_true(str_eq(text_str(&t), nested(32)));
	assert_string_equal(read_bad(nested(33)).code, "json_depth");
	assert_string_equal(read_bad(nested(10000)).code, "json_depth");
}

static void test_writer(void **state)
{
	struct text t = {.a = &a};
	struct json_out w = {.t = &t};

	(void)state;
	json_open(&w, '{');
	json_key(&w, "id"), json_add_int(&w, INT64_MIN);
	json_key(&w, "none"), json_add_text(&w, (str){0});
	json_key(&w, "list"), json_open(&w, '[');
	json_add_real(&w, NAN), json_add_real(&w, INFINITY), json_add_real(&w, 0.1), json_add_real(&w, 1e21);
	json_open(&w, '{'), json_close(&w, '}');
	json_add_raw(&w, STR("{\"x\":1}")), json_add_raw(&w, (str){0});
	json_close(&w, ']');
	json_key(&w, "q\"k"), json_add_bool(&w, false);
	json_close(&w, '}');
	assert_string_equal(text_z(&t), "{\"id\":-9223372036854775808,\"none\":null,\"list\":[null,null,0.1,1e+21,{},{\"x\":"
	                                "1},null],\"q\\\"k\":false}");
	(void)read_good(text_z(&t));
}

static void test_text_escaped(void **state)
{
	static const char ugly[] = "a\"\\\b\f\n\r\t\v\x7F</script>Ж😀\xC0|b\0c\xED\xA0\x80";
	struct text t = {.a = &a};

	(void)state;
	json_put_str(&t, (str){ugly, sizeof(ugly) - 1});
	assert_string_equal(text_z(&t), "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u000b\\u007f\\u003c/script>Ж😀\xEF\xBF\xBD|"
	                                "b\xEF\xBF\xBD"
	                                "c\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
	(void)read_good(text_z(&t));
}

/* Each byte at each place among eight that are looked at together. */
static void test_text_inverse(void **state)
{
	(void)state;
	for (size_t at = 0; at < 18; at++)
		for (int c = 1; c < 0x80; c++) {
			struct text t = {.a = &a};
			char z[] = "Ж3456789abcdefgЖ";
			str back;
			z[at] = at > 1 && at < 16 ? (char)c : z[at];
			json_put_str(&t, str_of(z));
			assert_true(json_text(read_good(text_z(&t)), &back) && str_eq(back, str_of(z)));
			assert_true(at < 2 || at > 15 || (c != '<' && c != 0x7F) || strstr(text_z(&t), "\\u00"));
		}
}

/* Any double printed reads back the same. */
static void test_real_inverse(void **state)
{
	uint64_t bits = 88172645463325252u;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct text t = {.a = &a};
		struct json_out w = {.t = &t};
		double v, back = 0;
		bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v) || fabs(v) > 1e15)
			continue;
		json_add_real(&w, v);
		assert_true(json_real(read_good(text_z(&t)), &back) && back == v);
	}
}

static int empty(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_kinds, empty),
	        cmocka_unit_test_teardown(test_steps_in_order, empty), cmocka_unit_test_teardown(test_refused, empty),
	        cmocka_unit_test_teardown(test_numbers, empty), cmocka_unit_test_teardown(test_key_twice, empty),
	        cmocka_unit_test_teardown(test_depth, empty), cmocka_unit_test_teardown(test_writer, empty),
	        cmocka_unit_test_teardown(test_text_escaped, empty), cmocka_unit_test_teardown(test_text_inverse, empty),
	        cmocka_unit_test_teardown(test_real_inverse, empty)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
