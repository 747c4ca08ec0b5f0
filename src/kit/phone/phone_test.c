/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone_test.c - numbers as found in bases; the table and the library must agree. */
#include "kit/phone/phone.h"
#include "kit/phone/phone_priv.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The cell as "+7… доб 12" pieces: "+78124483454#12 fax:+7… !phone_short" */
static void cell_is(const char *cell, const char *want)
{
	struct arena a = {0};
	struct phone p[PHONES_PER_CELL];
	size_t n = phone_cell(str_of(cell), "RU", &a, p, COUNT(p));
	str got = STR("");

	for (size_t i = 0; i < n; i++)
		got = str_printf(&a, "%.*s%s%s%s%.*s%s%.*s", STR_ARG(got), i ? " " : "", p[i].fax ? "fax:" : "",
		        p[i].reason ? "!" : "", p[i].reason ? (int)strlen(p[i].reason) : (int)p[i].e164.n,
		        p[i].reason ? p[i].reason : p[i].e164.p, p[i].ext.n ? "#" : "", STR_ARG(p[i].ext));
	if (!str_eq(got, str_of(want)))
		print_error("cell: %s\n", cell);
	assert_string_equal(str_z(&a, got), want);
	arena_free(&a);
}

static void single(void **state)
{
	(void)state;
	cell_is("+7 (812) 448-34-54", "+78124483454");
	cell_is("8 (812) 448-34-54", "+78124483454");
	cell_is("8(812)4483454", "+78124483454");
	cell_is("812 448 34 54", "+78124483454");
	cell_is("7 812 448 34 54", "+78124483454");
	cell_is("+8 (812) 448-34-54", "+78124483454");
	cell_is("+7 8 812 448-34-54", "+78124483454");
	cell_is("8-800-555-35-35", "+78005553535");
	cell_is("(8452) 12-34-56", "+78452123456");
	cell_is("8 – 916 – 123 – 45 – 67", "+79161234567");
	cell_is("\xC2\xA0+7\xC2\xA0"
	        "916 123 45 67",
	        "+79161234567");
	cell_is("89161234567", "+79161234567");
	cell_is("8.9161234567E+10", "+79161234567");
	cell_is("8,9161234567E+10", "+79161234567");
	cell_is("8,91612E+10", "!phone_rounded");
	cell_is("89161234567.0", "+79161234567");
	cell_is("=\"+79161234567\"", "+79161234567");
	cell_is("=+79161234567", "+79161234567");
	cell_is("'89161234567", "+79161234567");
	cell_is("+1 212 555 2368", "+12125552368");
	cell_is("+375 29 123-45-67", "+375291234567");
	cell_is("375291234567", "+375291234567");
	cell_is("8 10 49 30 123456", "+4930123456");
	cell_is("0049 30 123456", "+4930123456");
	cell_is("8 727 258 88 88", "+77272588888");
	cell_is("тел.: 8 916 123-45-67", "+79161234567");
	cell_is("Иванов И.И. 8 916 123-45-67 (с 9 до 18)", "+79161234567");
	cell_is("8 916 123-45-67 WhatsApp", "+79161234567");
}

static void extensions(void **state)
{
	static const char *const forms[] = {"8 (812) 448-34-54 доб. 123", "8 (812) 448-34-54 доб 123",
	        "8 (812) 448-34-54 (доб. 123)", "8 (812) 448-34-54, доб. 123", "8 (812) 448-34-54; доб.123",
	        "8 (812) 448-34-54 доб. № 123", "8 (812) 448-34-54 вн. 123", "8 (812) 448-34-54 вн.123",
	        "8 (812) 448-34-54 внутр. 123", "8 (812) 448-34-54 ext 123", "8 (812) 448-34-54 ext. 123",
	        "8 (812) 448-34-54 EXT123", "8 (812) 448-34-54 #123", "8 (812) 448-34-54#123", "8 (812) 448-34-54,,123",
	        "8 (812) 448-34-54 x123", "+78124483454;ext=123", "8 (812) 448-34-54 добавочный 123",
	        "8 (812) 448-34-54 добавочный номер: 123", "8 (812) 448-34-54 / доб. 123", "8 (812) 448-34-54*123",
	        "8 (812) 448-34-54 Доб.123 (секретарь)", "8 (812) 448-34-54 д.123"};

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++)
		cell_is(forms[i], "+78124483454#123");
}

static void several(void **state)
{
	static const char *const forms[] = {"8 812 448-34-54, 8 916 123-45-67", "8 812 448-34-54; 8 916 123-45-67",
	        "8 812 448-34-54 / 8 916 123-45-67", "8 812 448-34-54\n8 916 123-45-67",
	        "8 812 448-34-54\r\n8 916 123-45-67", "8 812 448-34-54 и 8 916 123-45-67", "8 812 448-34-54/8 916 123-45-67",
	        "8 812 448-34-54 или 8 916 123-45-67", "8 812 448-34-54 +7 916 123-45-67", "88124483454 89161234567",
	        "тел. 8 812 448-34-54, моб. 8 916 123-45-67", "88124483454,89161234567",
	        "т. 8 812 448-34-54 моб. 8 916 123-45-67", "8 812 448-34-54, 8 812 448-34-54; 89161234567"};

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++)
		cell_is(forms[i], "+78124483454 +79161234567");
	cell_is("8 812 448-34-54 доб. 1, 8 916 123-45-67 доб. 2", "+78124483454#1 +79161234567#2");
	cell_is("(495) 123-45-67, 765-43-21", "+74951234567 +74957654321");
	cell_is("(8452) 12-34-56; 65-43-21", "+78452123456 +78452654321");
	cell_is("8 812 448-34-54, 12345678901234567890", "+78124483454 !phone_long");
}

static void faxes(void **state)
{
	(void)state;
	cell_is("факс 8 812 448-34-54", "fax:+78124483454");
	cell_is("ф. 8 812 448-34-54", "fax:+78124483454");
	cell_is("Ф: (812) 448-34-54", "fax:+78124483454");
	cell_is("8 812 448-34-54 (факс)", "fax:+78124483454");
	cell_is("8 812 448-34-54 факс", "fax:+78124483454");
	cell_is("тел. 8 916 123-45-67, факс 8 812 448-34-54", "+79161234567 fax:+78124483454");
	cell_is("8 916 123-45-67 факс: 8 812 448-34-54", "+79161234567 fax:+78124483454");
	cell_is("тел./факс 8 812 448-34-54", "+78124483454");
	cell_is("т/ф 8 812 448-34-54", "+78124483454");
}

static void none(void **state)
{
	(void)state;
	cell_is("", "");
	cell_is("  \t ", "");
	cell_is("нет", "!phone_no_digits");
	cell_is("-", "!phone_no_digits");
	cell_is("448-34-54", "!phone_short");
	cell_is("12", "!phone_short");
	cell_is("112", "!phone_special");
	cell_is("02", "!phone_special");
	cell_is("+7 (123) 456-78-90", "!phone_unknown_code");
	cell_is("8 916 123 45 678", "!phone_long");
	cell_is("8 916 123 45", "!phone_short");
	cell_is("+999 1234567", "!phone_country");
	cell_is("123456789012345678901234567890", "!phone_long");
	cell_is("\xFF\xFE\xFD", "!phone_no_digits");
}

static void parse(void **state)
{
	struct arena a = {0};
	struct fault f = {0};
	str e164, ext;

	(void)state;
	assert_int_equal(phone_parse(STR("8 812 448 34 54 доб 7"), "RU", &a, &e164, &ext, &f), 0);
	assert_true(str_eq(e164, STR("+78124483454")) && str_eq(ext, STR("7")));
	assert_int_equal(phone_parse(STR("030 123456"), "DE", &a, &e164, NULL, &f), 0);
	assert_true(str_eq(e164, STR("+4930123456")));
	assert_int_equal(phone_parse(STR("030 123456"), "de", &a, &e164, NULL, &f), EINVAL);
	assert_string_equal(f.code, PHONE_COUNTRY);
	assert_int_equal(phone_parse(STR("88124483454, 89161234567"), "RU", &a, &e164, NULL, &f), EINVAL);
	assert_string_equal(f.code, "phone_several");
	assert_int_equal(phone_parse((str){0}, "RU", &a, &e164, NULL, &f), EINVAL);
	assert_string_equal(f.code, PHONE_NO_DIGITS);
	assert_true(str_eq(phone_pretty(&a, STR("+78124483454")), STR("+7 812 448-34-54")));
	assert_true(str_eq(phone_pretty(&a, STR("+12125552368")), STR("+1 212-555-2368")));
	arena_free(&a);
}

static void kinds_and_zones(void **state)
{
	(void)state;
	assert_int_equal(phone_kind(STR("+78124483454")), PHONE_FIXED);
	assert_int_equal(phone_kind(STR("+79161234567")), PHONE_MOBILE);
	assert_int_equal(phone_kind(STR("+78005553535")), PHONE_TOLL_FREE);
	assert_int_equal(phone_kind(STR("+78091234567")), PHONE_PREMIUM);
	assert_int_equal(phone_kind(STR("+447911123456")), PHONE_MOBILE);
	assert_int_equal(phone_kind(STR("+881612345678")), PHONE_SATELLITE);
	assert_int_equal(phone_kind(STR("+870773123456")), PHONE_SATELLITE);
	assert_int_equal(phone_kind(STR("+7")), PHONE_UNKNOWN);
	assert_int_equal(phone_kind((str){0}), PHONE_UNKNOWN);
	assert_int_equal(phone_kind_of_dialled(STR("112"), "RU"), PHONE_SPECIAL);
	assert_int_equal(phone_kind_of_dialled(STR("8 916 123 45 67"), "RU"), PHONE_MOBILE);
	assert_string_equal(phone_zone(STR("+78124483454")), "Europe/Moscow");
	assert_string_equal(phone_zone(STR("+74232123456")), "Asia/Vladivostok");
	assert_string_equal(phone_zone(STR("+375171234567")), "Europe/Minsk");
	assert_null(phone_zone(STR("+79161234567")));
	assert_null(phone_zone(STR("+78005553535")));
	assert_null(phone_zone(STR("")));
}

/* Every code from 000 to 999 in eight ways of writing: what the table accepts the library accepts as the same number of the same kind,
 * and a Russian number the library accepts the table knows. */
static void table_and_library_agree(void **state)
{
	static const char *const forms[] = {
	        "+7%s%s", "8%s%s", "7%s%s", "%s%s", "+7 (%s) %s", "8-%s-%s", "8 (%s)%s", "+7.%s.%s"};
	char code[4], rest[8], z[40], fast[PHONE_E164_MAX], slow[PHONE_E164_MAX];
	unsigned seed = 7;
	int both = 0;

	(void)state;
	for (int i = 0; i < 1000 * 8 * 3; i++) {
		bool ours;
		int n, form = i % 8;

		seed = seed * 1103515245u + 12345u;
		snprintf(code, sizeof(code), "%03d", i / 8 % 1000);
		snprintf(rest, sizeof(rest), "%07u", (seed >> 8) % 10000000u);
		n = form == 0 ? snprintf(z, sizeof(z), "+7%s%s", code, rest) : snprintf(z, sizeof(z), "%s", "");
		if (form) {
			const char *cut = strstr(forms[form], "%s");
			n = snprintf(z, sizeof(z), "%.*s%s%.*s%s", (int)(cut - forms[form]), forms[form], code,
			        (int)(strstr(cut + 2, "%s") - cut - 2), cut + 2, rest);
		}
		ours = phone_ru_fast(z, (size_t)n, fast);
		if (phone_lib_parse(z, (size_t)n, "RU", slow) != PHONE_LIB_OK) {
			if (ours)
				print_error("only the table takes %s\n", z);
			assert_false(ours);
		} else if (ours) {
			both++;
			assert_string_equal(fast, slow);
			assert_int_equal(phone_kind(str_of(fast)), phone_lib_kind(slow, strlen(slow)));
		} else if (strncmp(slow, "+7", 2) == 0 && slow[2] != '6' && slow[2] != '7' && strlen(slow) == 12) {
			/* "7 916…" without its last digits and the like are read as other countries' or Kazakh numbers: only those */
			assert_null(phone_ru_code(slow + 2));
		}
	}
	assert_true(both > 1000 * 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(single),
	        cmocka_unit_test(extensions),
	        cmocka_unit_test(several),
	        cmocka_unit_test(faxes),
	        cmocka_unit_test(none),
	        cmocka_unit_test(parse),
	        cmocka_unit_test(kinds_and_zones),
	        cmocka_unit_test(table_and_library_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
