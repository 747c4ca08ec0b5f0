// SPDX-License-Identifier: GPL-3.0-or-later
// phone_shim.cpp - libphonenumber behind C. Nothing but calls; no exception passes the border.
#include <cstring>
#include <set>
#include <string>

#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include "kit/phone/phone_priv.h"

extern "C" {
#include "kit/phone/phone.h"
}

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

static enum phone_lib_error possible(PhoneNumberUtil *u, const PhoneNumber &n)
{
	switch (u->IsPossibleNumberWithReason(n)) {
	case PhoneNumberUtil::TOO_SHORT:
	case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return PHONE_LIB_SHORT;
	case PhoneNumberUtil::TOO_LONG: return PHONE_LIB_LONG;
	default: return PHONE_LIB_UNKNOWN;
	}
}

static enum phone_lib_error parse(const std::string &text, const char *country, char *e164)
{
	PhoneNumberUtil *u = PhoneNumberUtil::GetInstance();
	PhoneNumber n;
	std::string out;

	switch (u->Parse(text, country, &n)) {
	case PhoneNumberUtil::NO_PARSING_ERROR: break;
	case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
	case PhoneNumberUtil::TOO_SHORT_NSN: return PHONE_LIB_SHORT;
	case PhoneNumberUtil::TOO_LONG_NSN: return PHONE_LIB_LONG;
	case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return PHONE_LIB_COUNTRY;
	default: return PHONE_LIB_NONE;
	}
	if (!u->IsValidNumber(n))
		return possible(u, n);
	u->Format(n, PhoneNumberUtil::E164, &out);
	if (out.size() >= PHONE_E164_MAX)
		return PHONE_LIB_LONG;
	memcpy(e164, out.c_str(), out.size() + 1);
	return PHONE_LIB_OK;
}

static int kind_of(const std::string &e164)
{
	PhoneNumberUtil *u = PhoneNumberUtil::GetInstance();
	PhoneNumber n;

	if (u->Parse(e164, "ZZ", &n) != PhoneNumberUtil::NO_PARSING_ERROR)
		return PHONE_UNKNOWN;
	switch (u->GetNumberType(n)) {
	case PhoneNumberUtil::FIXED_LINE:
	case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
	case PhoneNumberUtil::VOIP:
	case PhoneNumberUtil::UAN: return PHONE_FIXED;
	case PhoneNumberUtil::MOBILE:
	case PhoneNumberUtil::PAGER: return PHONE_MOBILE;
	case PhoneNumberUtil::TOLL_FREE: return PHONE_TOLL_FREE;
	case PhoneNumberUtil::PREMIUM_RATE:
	case PhoneNumberUtil::SHARED_COST:
	case PhoneNumberUtil::PERSONAL_NUMBER:
	case PhoneNumberUtil::VOICEMAIL: return PHONE_PREMIUM;
	default: return PHONE_UNKNOWN;
	}
}

static bool known_country(const std::string &country)
{
	static const std::set<std::string> all = [] {
		std::set<std::string> s;
		PhoneNumberUtil::GetInstance()->GetSupportedRegions(&s);
		return s;
	}();
	return all.count(country) != 0;
}

static bool special(const std::string &digits, const std::string &country)
{
	static const ShortNumberInfo info;

	return info.ConnectsToEmergencyNumber(digits, country);
}

static size_t pretty(const std::string &e164, char *out, size_t max)
{
	PhoneNumberUtil *u = PhoneNumberUtil::GetInstance();
	PhoneNumber n;
	std::string s;

	if (u->Parse(e164, "ZZ", &n) != PhoneNumberUtil::NO_PARSING_ERROR)
		return 0;
	u->Format(n, PhoneNumberUtil::INTERNATIONAL, &s);
	if (s.size() > max)
		return 0;
	memcpy(out, s.data(), s.size());
	return s.size();
}

extern "C" {

enum phone_lib_error phone_lib_parse(const char *p, size_t n, const char *country, char e164[PHONE_E164_MAX])
{
	try {
		return parse(std::string(p, n), country, e164);
	} catch (...) {
		return PHONE_LIB_NONE;
	}
}

int phone_lib_kind(const char *e164, size_t n)
{
	try {
		return kind_of(std::string(e164, n));
	} catch (...) {
		return PHONE_UNKNOWN;
	}
}

bool phone_lib_country(const char *country)
{
	try {
		return known_country(country);
	} catch (...) {
		return false;
	}
}

bool phone_lib_special(const char *digits, size_t n, const char *country)
{
	try {
		return special(std::string(digits, n), country);
	} catch (...) {
		return false;
	}
}

size_t phone_lib_pretty(const char *e164, size_t n, char *out, size_t max)
{
	try {
		return pretty(std::string(e164, n), out, max);
	} catch (...) {
		return 0;
	}
}
}
