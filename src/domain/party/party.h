/* SPDX-License-Identifier: GPL-3.0-or-later */
/* party.h - a side of a contract as it stands in Russian papers: numbers, address, bank and who signs; and our own companies, which write
 * acts and invoices. Any thread. */
#ifndef DOMAIN_PARTY_PARTY_H
#define DOMAIN_PARTY_PARTY_H

#include "domain/money/money.h"
#include "kit/route/route.h"

struct party {
	str full_name, inn, kpp, ogrn, address, bank, bik, account, corr_account, signer, signer_post;
};
/* Rows of a field table whose ENTITY holds a "struct party party". more: flags besides NULLABLE. */
#define F_PARTY(m, lo, hi, more, ...) \
	{ \
		.name = #m, .at = offsetof(ENTITY, party.m), \
		.type = _Generic(((ENTITY *)0)->party.m, str \
		                 : FIELD_STR), \
		.min = (lo), .max = (hi), .flags = NULLABLE | (more), .doc = __VA_ARGS__ \
	}
#define PARTY_FIELDS(more) \
	F_PARTY(full_name, 1, 300, more, "Full name for papers: with the legal form spelt out"), \
	        F_PARTY(inn, 10, 12, (more) | SEARCHED, "Taxpayer number: 10 digits of a company, 12 of a person"), \
	        F_PARTY(kpp, 9, 9, more, "Reason of tax registration: 9 characters; a person has none"), \
	        F_PARTY(ogrn, 13, 15, more, "State registration number: 13 digits of a company, 15 of a person"), \
	        F_PARTY(address, 1, 500, more, "Legal address with the postal code"), \
	        F_PARTY(bank, 1, 300, more, "Name and place of the bank"), \
	        F_PARTY(bik, 9, 9, more, "The bank's number: 9 digits"), \
	        F_PARTY(account, 20, 20, more, "Settlement account: 20 digits"), \
	        F_PARTY(corr_account, 20, 20, more, "The bank's correspondent account: 20 digits"), \
	        F_PARTY(signer, 1, 200, more, "Who signs: Петров И. П."), \
	        F_PARTY(signer_post, 1, 200, more, "His post: Генеральный директор")

/* Each number that is there is one: digits, and check digits where it has them (INN, OGRN, accounts of banks with their BIK). EINVAL with
 * the field. Says nothing of what is missing. */
int party_check(const struct party *p, struct fault *f) MUST_USE;

/* One of our companies. */
struct seller {
	int64_t id, version;
	str name;
	struct party party;
	str accountant;
	int vat;       /* enum vat, within all its prices */
	str vat_words; /* printed instead of «Без НДС» */
	bool archived;
	int64_t created_at;
};
extern const struct entity seller_entity;
extern const struct module party_module;

#endif
