/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multipart_test.c - forms as browsers send them and as they do not, cut anywhere. */
#include "engine/http/multipart.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;
static struct text file;

static int keep(void *arg, str bytes, struct fault *f)
{
	(void)f;
	text_add(arg, bytes);
	return 0;
}

static int read_form(const char *type, str body, size_t step, struct multipart *m)
{
	struct fault f = {0};
	int err;

	file = (struct text){.a = &a};
	err = multipart_init(m, &a, str_of(type), keep, &file, &f);
	for (size_t at = 0; !err && at < body.n; at += step)
		err = multipart_feed(m, str_sub(body, at, at + step), &f);
	return err ? err : multipart_end(m, &f);
}

static void assert_file(const char *body, const char *name, const char *bytes)
{
	struct multipart m;

	for (size_t step = 1; step < strlen(body) + 1; step++) {
		assert_int_equal(read_form("multipart/form-data; boundary=\"--x\"", str_of(body), step, &m), 0);
		assert_true(str_eq(m.name, str_of(name)));
		assert_string_equal(text_z(&file), bytes);
	}
	arena_free(&a);
}

static void assert_bad(const char *type, const char *body)
{
	struct multipart m;

	assert_int_equal(read_form(type, str_of(body), 5, &m), EINVAL);
	arena_free(&a);
}

#define PART(disposition, body) "----x\r\nContent-Disposition: " disposition "\r\n\r\n" body "\r\n"
#define END "----x--\r\n"

static void test_forms(void **state)
{
	(void)state;
	assert_file(PART("form-data; name=f; filename=a.csv", "1;2") END, "a.csv", "1;2");
	assert_file(
	        "preamble\r\n" PART("form-data; name=\"f\"; filename=\"a;\\\"b.csv\"", "") END "epilogue", "a;\"b.csv", "");
	assert_file(PART("form-data; name=n", "note") PART("form-data; filename=a", "A") PART("form-data; filename=b", "B")
	                    END,
	        "a", "A");
	assert_file(PART("form-data; filename=x; filename*=utf-8''%D0%96.csv", "\r\n\r\r\n--\r\n----y\r\n---") END, "Ж.csv",
	        "\r\n\r\r\n--\r\n----y\r\n---");
	assert_file(PART("form-data; filename=x; filename*=UTF-8''%FF", "-") END, "x", "-");
	assert_file("----x \t\r\n\r\nno head\r\n" PART("form-data; FileName=\"c\"", "C") END, "c", "C");
}

static void test_refused(void **state)
{
	char *many = calloc(1, 6000);

	(void)state;
	assert_bad("multipart/form-data", END);
	assert_bad("multipart/form-data; boundary=", END);
	assert_bad("multipart/form-data; boundary=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghh",
	        END);
	assert_bad("multipart/form-data; boundary=--x", "");
	assert_bad("multipart/form-data; boundary=--x", END);
	assert_bad("multipart/form-data; boundary=--x", PART("form-data; name=n", "note") END);
	assert_bad("multipart/form-data; boundary=--x", PART("form-data; filename=a", "A"));
	assert_bad("multipart/form-data; boundary=--x", "----x!\r\n\r\nx\r\n" END);
	memset(many, 'a', 5999);
	memcpy(many, "----x\r\n", 7);
	assert_bad("multipart/form-data; boundary=--x", many);
	free(many);
}

static void test_params(void **state)
{
	(void)state;
	assert_true(
	        str_eq(header_param(&a, STR("text/html; Charset = utf-8 ; x=\"a;b=c\";y=1"), STR("charset")), STR("utf-8")));
	assert_true(str_eq(header_param(&a, STR("text/html; x=\"a;b=c\";y=1"), STR("y")), STR("1")));
	assert_null(header_param(&a, STR("text/html; x=\"a;b=c\""), STR("b")).p);
	assert_null(header_param(&a, STR("text/html"), STR("b")).p);
	assert_null(header_param(&a, STR("text/html; b"), STR("b")).p);
	assert_true(str_eq(header_param(&a, STR(";b=\"x\\"), STR("b")), STR("x\\")));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_forms), cmocka_unit_test(test_refused), cmocka_unit_test(test_params)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
