/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requisites of real companies, and each of them with one digit wrong. */
#include "domain/party/party.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Sberbank and Yandex as they publish themselves; accounts made by the rule. */
static const struct party good[] = {
        {.inn = STR("7707083893"),
                .kpp = STR("773601001"),
                .ogrn = STR("1027700132195"),
                .bik = STR("044525225"),
                .corr_account = STR("30101810400000000225")},
        {.inn = STR("7736207543"), .kpp = STR("770401001"), .ogrn = STR("1027700229193")},
        {.inn = STR("500100732259"), .ogrn = STR("304500116000157")}, {.kpp = STR("7704AB001")},
        {.bik = STR("024501901"), .account = STR("03100643000000017300")}, /* the Treasury */
};

static void good_ones_pass(void **state)
{
	struct fault f = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (party_check(&good[i], &f))
			fail_msg("%zu: %s: %s", i, f.field, f.what);
}

/* Each digit in turn made another: one wrong digit never passes where there is a key. */
static void refused(str number, size_t member, const char *field)
{
	for (size_t i = 0; i < number.n; i++) {
		struct party p = {.bik = STR("044525225")};
		struct fault f = {0};
		char z[24];

		memcpy(z, number.p, number.n);
		z[i] = z[i] == '9' ? '0' : (char)(z[i] + 1);
		*(str *)((char *)&p + member) = (str){z, number.n};
		if (party_check(&p, &f) != EINVAL || strcmp(f.field, field))
			fail_msg("%s: %.*s passes", field, (int)number.n, z);
	}
}

static void a_wrong_digit_is_found(void **state)
{
	(void)state;
	refused(STR("7707083893"), offsetof(struct party, inn), "inn");
	refused(STR("500100732259"), offsetof(struct party, inn), "inn");
	refused(STR("1027700132195"), offsetof(struct party, ogrn), "ogrn");
	refused(STR("30101810400000000225"), offsetof(struct party, corr_account), "corr_account");
}

static void what_is_no_number_is_told_by_its_field(void **state)
{
	static const struct {
		struct party p;
		const char *field;
	} bad[] = {
	        {{.inn = STR("77070838930")}, "inn"},
	        {{.inn = STR("770708389x")}, "inn"},
	        {{.kpp = STR("77360100a")}, "kpp"},
	        {{.kpp = STR("7736ab001")}, "kpp"},
	        {{.ogrn = STR("10277001321950")}, "ogrn"},
	        {{.bik = STR("04452522x")}, "bik"},
	        {{.account = STR("4070281090000000000x")}, "account"},
	        {{.bik = STR("044525225"), .account = STR("40702810900000000001")}, "account"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct fault f = {0};
		assert_int_equal(party_check(&bad[i].p, &f), EINVAL);
		assert_string_equal(f.field, bad[i].field);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(good_ones_pass),
	        cmocka_unit_test(a_wrong_digit_is_found),
	        cmocka_unit_test(what_is_no_number_is_told_by_its_field),
	};

	return cmocka_run_group_tests_name("party", tests, NULL, NULL);
}
