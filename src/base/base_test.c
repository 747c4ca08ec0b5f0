/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base_test.c - the lowest floor: text, numbers, the calendar, UTF-8. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/parse.h"
#include "base/rand.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#undef fail /* cmocka's macro of this name hides ours */

static void cutting(void **state)
{
	str rest = STR("a,,b"), part;

	(void)state;
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, STR("a")));
	assert_true(str_cut(&rest, ',', &part) && part.n == 0 && part.p);
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, STR("b")));
	assert_false(str_cut(&rest, ',', &part));
	assert_int_equal(str_find_str(STR("aabab"), STR("bab"), 0), 2);
	assert_int_equal(str_find_str(STR("aaba"), STR("bab"), 0), 4);
	assert_true(str_eq(str_trim(STR(" \t x y\n")), STR("x y")));
	assert_true(str_eq_nocase(STR("Content-LENGTH"), STR("content-length")));
	assert_false(str_eq_secret(STR("abc"), STR("abd")));
	assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
}

static void numbers(void **state)
{
	static const char *const bad[] = {
	        "", "+1", " 1", "1 ", "0x1", "9223372036854775808", "-9223372036854775809", "1e3", "--1", "-"};
	int64_t v = 7;
	uint64_t u;
	double r;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(parse_int(str_of(bad[i]), INT64_MIN, INT64_MAX, &v));
	assert_int_equal(v, 7);
	assert_true(parse_int(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v) && v == INT64_MIN);
	assert_true(parse_int(STR("9223372036854775807"), 0, INT64_MAX, &v) && v == INT64_MAX);
	assert_false(parse_int(STR("-1"), 0, 10, &v));
	assert_false(parse_u64_bounded(STR("18446744073709551616"), 0, UINT64_MAX, &u));
	assert_true(parse_u64_bounded(STR("18446744073709551615"), 0, UINT64_MAX, &u) && u == UINT64_MAX);
	assert_true(parse_real(STR("-0.5e-3"), &r) && r == -0.0005);
	assert_false(parse_real(STR("1e400"), &r));
	assert_false(parse_real(STR("01"), &r));
	assert_false(parse_real(STR("1."), &r));
	assert_false(parse_real(STR("nan"), &r));
}

static void every_day_of_eight_centuries(void **state)
{
	(void)state;
	for (int64_t day = -150000; day < 150000; day++) {
		struct date d = date_of_days(day);
		assert_int_equal(date_days(d), day);
		assert_true(d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31);
	}
	assert_int_equal(date_weekday(0), 3); /* 1970-01-01 was a Thursday */
	assert_int_equal(date_weekday(-1), 2);
}

static void moments(void **state)
{
	static const char *const bad[] = {"2026-02-30T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T24:00:00Z",
	        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "1969-12-31T23:59:59Z", "2026-01-01T00:00:00+0300", "soon"};
	char z[32];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(clock_parse(str_of(bad[i]), &ms));
	assert_true(clock_parse(STR("2028-02-29T23:59:58.007Z"), &ms));
	clock_iso(ms, z);
	assert_string_equal(z, "2028-02-29T23:59:58.007Z");
	assert_true(clock_parse(STR("2026-03-12T12:41:07+03:00"), &ms));
	clock_iso(ms, z);
	assert_string_equal(z, "2026-03-12T09:41:07.000Z");
}

static void characters(void **state)
{
	static const char *const bad[] = {
	        "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xC3", "a\xFF"};
	struct arena a = {0};
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(utf8_valid(str_of(bad[i])));
	assert_false(utf8_valid((str){"a\0b", 3}));
	assert_true(utf8_valid(STR("Ёж, 漢 and 😀")));
	assert_int_equal(utf8_count(STR("Ёж😀")), 3);
	assert_int_equal(utf8_next(STR("😀"), &at), 0x1F600);
	assert_int_equal(at, 4);
	assert_true(str_eq(utf8_lower(&a, STR("ООО «ЁЛКА» Ltd")), STR("ооо «ёлка» ltd")));
	assert_true(str_eq(utf8_clean(&a, (str){"a\0\xFF\x07z", 5}), STR("a\xEF\xBF\xBDz")));
	assert_true(str_eq(utf8_cut(STR("Ёж"), 3), STR("Ё")));
	arena_free(&a);
}

static void arenas(void **state)
{
	struct arena a = {0};
	struct text t = {.a = &a};

	(void)state;
	for (int i = 0; i < 5000; i++)
		text_addf(&t, "%d,", i);
	text_add_int(&t, INT64_MIN);
	assert_true(str_ends(text_str(&t), STR("4999,-9223372036854775808")));
	assert_true(((uintptr_t)arena_alloc(&a, 1) & 15) == 0);
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_string_equal(str_z(&a, STR("x")), "x");
	arena_free(&a);
}

static void tokens(void **state)
{
	char one[44], two[44], uuid[37];
	struct dice d = {1}, e = {1};

	(void)state;
	rand_token(one);
	rand_token(two);
	assert_int_equal(strlen(one), 43);
	assert_string_not_equal(one, two);
	rand_uuid(uuid);
	assert_int_equal(strlen(uuid), 36);
	assert_true(uuid[14] == '4' && strchr("89ab", uuid[19]));
	for (int i = 0; i < 100; i++) {
		int64_t throw = dice_int(&d, -3, 3);
		assert_true(throw >= -3 && throw <= 3 && throw == dice_int(&e, -3, 3));
	}
}

static void faults(void **state)
{
	struct fault f = {0};
	char long_name[300];

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = 0;
	assert_int_equal(fail(&f, EINVAL, long_name, "code", "%s", long_name), EINVAL);
	assert_int_equal(strlen(f.field), sizeof(f.field) - 1);
	assert_int_equal(f.err, EINVAL);
	assert_int_equal(fail(NULL, ENOENT, "a", "b", "c"), ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cutting), cmocka_unit_test(numbers),
	        cmocka_unit_test(every_day_of_eight_centuries), cmocka_unit_test(moments), cmocka_unit_test(characters),
	        cmocka_unit_test(arenas), cmocka_unit_test(tokens), cmocka_unit_test(faults)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
