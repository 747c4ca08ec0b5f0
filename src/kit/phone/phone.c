/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone.c - one number: the table first, then the library, then the habits of writing that neither knows. */
#include "kit/phone/phone.h"
#include "base/text.h"
#include "kit/phone/phone_priv.h"

const char *const phone_kind_words[PHONE_KINDS + 1] = {
        "unknown", "fixed", "mobile", "toll_free", "premium", "special", "satellite", NULL};

static const struct {
	const char *code, *text;
} reasons[] = {
        {PHONE_NO_DIGITS, "there is no number in it"},
        {PHONE_SHORT, "too few digits for a number: perhaps the code of the city is missing"},
        {PHONE_LONG, "too many digits for a number"},
        {PHONE_NO_CODE, "no numbers begin like this one"},
        {PHONE_IS_SPECIAL, "an emergency or service number is never called"},
        {PHONE_ROUNDED, "a spreadsheet has rounded the number: its last digits are lost"},
        {PHONE_COUNTRY, "the country code is unknown"},
        {PHONE_FAX, "this is a fax"},
};

const char *phone_reason_text(const char *code)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (str_eq(str_of(code), str_of(reasons[i].code)))
			return reasons[i].text;
	return code;
}

static size_t only_digits(const char *p, size_t n, char *z, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < n && count < max; i++)
		if (p[i] >= '0' && p[i] <= '9')
			z[count++] = p[i];
	return count;
}

static bool special(const char *z, size_t n, const char *country)
{
	if (n == 2 && z[0] == '0' && z[1] >= '1' && z[1] <= '4')
		return true;
	return (n == 3 && z[0] == '1' && z[1] == '0' && z[2] >= '1' && z[2] <= '4') ||
	       (n >= 2 && n <= 6 && phone_lib_special(z, n, country));
}

/* "+8 (495) …" of people who always put a plus; "00" for abroad; neighbours' codes without the plus, as spreadsheets leave them. */
static bool habit(const char *z, size_t n, bool plus, const char *country, char e164[PHONE_E164_MAX])
{
	static const char *const neighbours[] = {"375", "380", "374", "373", "992", "993", "994", "995", "996", "998"};
	char with[40] = "+";

	if (str_eq(str_of(country), STR("RU")) && plus && n == 11 && z[0] == '8')
		return phone_ru_fast(z, n, e164);
	if (plus || n < 11 || n > 18)
		return false;
	if (z[0] == '0' && z[1] == '0' && z[2] != '0') {
		memcpy(with + 1, z + 2, n - 2);
		return phone_lib_parse(with, n - 1, country, e164) == PHONE_LIB_OK;
	}
	for (size_t i = 0; i < COUNT(neighbours); i++)
		if (memcmp(z, neighbours[i], 3) == 0) {
			memcpy(with + 1, z, n);
			return phone_lib_parse(with, n + 1, country, e164) == PHONE_LIB_OK;
		}
	return false;
}

static const char *reason_of(enum phone_lib_error e, size_t digits, bool plus)
{
	switch (e) {
	case PHONE_LIB_OK: return NULL;
	case PHONE_LIB_SHORT: return PHONE_SHORT;
	case PHONE_LIB_LONG: return PHONE_LONG;
	case PHONE_LIB_COUNTRY: return PHONE_COUNTRY;
	case PHONE_LIB_NONE: return digits == 0 ? PHONE_NO_DIGITS : digits < 9 ? PHONE_SHORT : PHONE_LONG;
	case PHONE_LIB_UNKNOWN: return digits < 10 ? PHONE_SHORT : digits > (plus ? 15 : 11) ? PHONE_LONG : PHONE_NO_CODE;
	}
	return PHONE_NO_CODE;
}

const char *phone_number(const char *p, size_t n, const char *country, char e164[PHONE_E164_MAX])
{
	bool russian = country[0] == 'R' && country[1] == 'U', plus = n && memchr(p, '+', n);
	char z[32];
	size_t digits = only_digits(p, n, z, sizeof(z));
	enum phone_lib_error e;

	if ((russian || (n > 1 && p[0] == '+' && p[1] == '7')) && phone_ru_fast(p, n, e164))
		return NULL;
	/* "+8 (495) 123-45-67" is Russian; "+84951234567" in one piece is left to be Vietnamese. */
	if (russian && n > 3 && p[0] == '+' && p[1] == '8' && (p[2] < '0' || p[2] > '9') &&
	        habit(z, digits, true, country, e164))
		return NULL;
	if (digits > 18)
		return PHONE_LONG;
	e = phone_lib_parse(p, n, country, e164);
	if (e == PHONE_LIB_OK || habit(z, digits, plus, country, e164))
		return NULL;
	if (!plus && special(z, digits, country))
		return PHONE_IS_SPECIAL;
	return reason_of(e, digits, plus);
}

int phone_parse(str input, const char *country, struct arena *a, str *ret_e164, str *ret_ext, struct fault *f)
{
	struct phone found[4];
	size_t n = phone_cell(input, country, a, found, COUNT(found));
	const char *why = n ? found[0].reason : PHONE_NO_DIGITS;

	if (!phone_country_valid(country))
		return fail(f, EINVAL, "country", PHONE_COUNTRY, "there is no country %.8s", country);
	if (n > 1)
		return fail(f, EINVAL, "phone", "phone_several", "more than one number stands there");
	if (why)
		return fail(f, EINVAL, "phone", why, "%s", phone_reason_text(why));
	if (!ret_ext && found[0].ext.p)
		return fail(f, EINVAL, "phone", "phone_ext", "no extension can be kept here");
	*ret_e164 = found[0].e164;
	if (ret_ext)
		*ret_ext = found[0].ext;
	return 0;
}

static bool russian(str e164)
{
	if (e164.n != 12 || e164.p[0] != '+' || e164.p[1] != '7')
		return false;
	for (size_t i = 2; i < e164.n; i++)
		if (e164.p[i] < '0' || e164.p[i] > '9')
			return false;
	return true;
}

/* Country codes of no country (ITU-T E.164, shared codes): Inmarsat, satellite systems, international networks and services. */
static bool of_no_country(str e164)
{
	static const char codes[][5] = {"+870", "+878", "+881", "+882", "+883", "+888", "+979"};

	for (size_t i = 0; i < COUNT(codes); i++)
		if (str_starts(e164, str_of(codes[i])))
			return true;
	return false;
}

enum phone_kind phone_kind(str e164)
{
	const struct phone_code *code = russian(e164) ? phone_ru_code(e164.p + 2) : NULL;

	if (code)
		return (enum phone_kind)code->kind;
	if (of_no_country(e164))
		return PHONE_SATELLITE;
	return e164.n && e164.n < PHONE_E164_MAX ? (enum phone_kind)phone_lib_kind(e164.p, e164.n) : PHONE_UNKNOWN;
}

enum phone_kind phone_kind_of_dialled(str input, const char *country)
{
	char e164[PHONE_E164_MAX], z[32];
	size_t digits = only_digits(input.p, input.n, z, sizeof(z));
	const char *why;

	if (input.n > 64)
		return PHONE_UNKNOWN;
	if (digits < 7)
		return digits ? PHONE_SPECIAL : PHONE_UNKNOWN;
	why = phone_number(input.p, input.n, country, e164);
	return why ? PHONE_UNKNOWN : phone_kind(str_of(e164));
}

/* Countries with one zone, by code. */
static const struct {
	const char *code, *zone;
} countries[] = {
        {"+373", "Europe/Chisinau"},
        {"+374", "Asia/Yerevan"},
        {"+375", "Europe/Minsk"},
        {"+380", "Europe/Kyiv"},
        {"+992", "Asia/Dushanbe"},
        {"+993", "Asia/Ashgabat"},
        {"+994", "Asia/Baku"},
        {"+995", "Asia/Tbilisi"},
        {"+996", "Asia/Bishkek"},
        {"+998", "Asia/Tashkent"},
};

const char *phone_zone(str e164)
{
	const struct phone_code *code = russian(e164) ? phone_ru_code(e164.p + 2) : NULL;

	if (code)
		return code->zone;
	for (size_t i = 0; i < COUNT(countries); i++)
		if (str_starts(e164, str_of(countries[i].code)))
			return countries[i].zone;
	return NULL;
}

bool phone_country_valid(const char *country)
{
	if (!country || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z' || country[2])
		return false;
	return str_eq(str_of(country), STR("RU")) || phone_lib_country(country);
}

str phone_pretty(struct arena *a, str e164)
{
	char z[64];
	size_t n;

	if (russian(e164))
		return str_printf(a, "+7 %.3s %.3s-%.2s-%.2s", e164.p + 2, e164.p + 5, e164.p + 8, e164.p + 10);
	n = phone_lib_pretty(e164.p, e164.n, z, sizeof(z));
	return n ? str_copy(a, (str){z, n}) : e164;
}
