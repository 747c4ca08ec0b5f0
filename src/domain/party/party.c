/* SPDX-License-Identifier: GPL-3.0-or-later */
/* party.c - the numbers of Russian requisites and their check digits. */
#include "domain/party/party.h"

static bool digits(str s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* The control digits of an INN (order of the Federal Tax Service ММВ-7-6/435, annex): weighted sums modulo 11, then 10. */
static bool inn_valid(str inn)
{
	static const int weights[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
	int checks = inn.n == 12 ? 2 : 1;

	if ((inn.n != 10 && inn.n != 12) || !digits(inn, 0, inn.n))
		return false;
	for (int c = 0; c < checks; c++) {
		size_t n = inn.n - (size_t)(checks - c), skip = COUNT(weights) - n;
		int sum = 0;
		for (size_t i = 0; i < n; i++)
			sum += weights[skip + i] * (inn.p[i] - '0');
		if (sum % 11 % 10 != inn.p[n] - '0')
			return false;
	}
	return true;
}

/* Four digits of the tax office, two digits or Latin letters of the reason, three digits (the same order). */
static bool kpp_valid(str kpp)
{
	for (size_t i = 4; i < 6 && i < kpp.n; i++)
		if (!digits(kpp, i, i + 1) && !(kpp.p[i] >= 'A' && kpp.p[i] <= 'Z'))
			return false;
	return kpp.n == 9 && digits(kpp, 0, 4) && digits(kpp, 6, 9);
}

/* The last digit of a state registration number: the rest modulo 11 (a person's: 13), then 10 (order of the Ministry of Finance 165n). */
static bool ogrn_valid(str ogrn)
{
	int64_t n = 0;

	if ((ogrn.n != 13 && ogrn.n != 15) || !digits(ogrn, 0, ogrn.n))
		return false;
	for (size_t i = 0; i + 1 < ogrn.n; i++)
		n = n * 10 + (ogrn.p[i] - '0');
	return n % (ogrn.n == 13 ? 11 : 13) % 10 == ogrn.p[ogrn.n - 1] - '0';
}

/* The key of an account (letter of the Bank of Russia 515 of 1997-09-08): last digits of products with 7, 1, 3 … of three digits of the bank
 * and the account's add up to whole tens. A bank's own account, and one at a cash centre (000, 001, 002), take «0» and digits 5 and 6 of the BIK. */
static bool account_valid(str account, str bik, bool corr)
{
	static const int weights[] = {7, 1, 3};
	str last = str_sub(bik, 6, 9);
	bool centre = corr || str_eq(last, STR("000")) || str_eq(last, STR("001")) || str_eq(last, STR("002"));
	char whole[23];
	int sum = 0;

	if (account.n != 20 || !digits(account, 0, 20))
		return false;
	if (bik.n != 9 || !str_starts(bik, STR("04")))
		return true; /* the Treasury's accounts have another key */
	memcpy(whole, centre ? (char[]){'0', bik.p[4], bik.p[5]} : last.p, 3);
	memcpy(whole + 3, account.p, 20);
	for (size_t i = 0; i < sizeof(whole); i++)
		sum += weights[i % 3] * (whole[i] - '0') % 10;
	return sum % 10 == 0;
}

int party_check(const struct party *p, struct fault *f)
{
	if (p->inn.n && !inn_valid(p->inn))
		return fail(f, EINVAL, "inn", "inn", "this is not a taxpayer number: a digit is wrong or missing");
	if (p->kpp.n && !kpp_valid(p->kpp))
		return fail(f, EINVAL, "kpp", "kpp", "this is no KPP: it has 9 digits");
	if (p->ogrn.n && !ogrn_valid(p->ogrn))
		return fail(f, EINVAL, "ogrn", "ogrn", "this is not a registration number: a digit is wrong or missing");
	if (p->bik.n && (p->bik.n != 9 || !digits(p->bik, 0, 9)))
		return fail(f, EINVAL, "bik", "bik", "a BIK has 9 digits");
	if (p->account.n && !account_valid(p->account, p->bik, false))
		return fail(f, EINVAL, "account", "account", "the account does not fit the BIK: a digit of either is wrong");
	if (p->corr_account.n && !account_valid(p->corr_account, p->bik, true))
		return fail(f, EINVAL, "corr_account", "account",
		        "the account does not fit the BIK: a digit of either is wrong");
	return 0;
}
