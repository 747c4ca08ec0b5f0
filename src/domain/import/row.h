/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row.h - one record as a contact: company, persons, phones, and why a phone cell is none. And which rows are the same contact: rows that
 * share a number. Pure; one thread. */
#ifndef DOMAIN_IMPORT_ROW_H
#define DOMAIN_IMPORT_ROW_H

#include "domain/import/plan.h"
#include "kit/phone/phone.h"

enum row_status { ROW_ACCEPTED, ROW_DUPLICATE, ROW_REJECTED, ROW_SKIPPED, ROW_STATUSES };
extern const char *const row_status_words[ROW_STATUSES + 1];

enum { ROW_PHONES = 32, ROW_PERSONS = 8, ROW_REJECTS = 32 };
#define ROW_NO_PHONE "no_phone" /* no phone cell is filled */

struct row_person {
	str name, position, email;
	bool decides;
};
struct row_phone {
	str e164, ext;
	int person; /* index, or -1: the company's */
};
struct import_row {
	int64_t record;
	enum row_status status;
	str company, industry, activity, city, address, site, email, fax, timezone, note;
	struct row_person persons[ROW_PERSONS];
	size_t n_persons;
	struct row_phone phones[ROW_PHONES];
	size_t n_phones;
	const char *rejects[ROW_REJECTS]; /* one per phone cell that holds no number */
	size_t n_rejects;
	str unread[ROW_REJECTS]; /* parts of good cells that are no numbers */
	size_t n_unread;
	int64_t duplicate_of; /* record of this file that has a number first; 0: none */
	int64_t contact_id;   /* contact of the base that has a number already; 0: none */
};
/* Texts point into the record or the arena. Sets every status but ROW_DUPLICATE. */
void row_take(const struct plan *p, const struct source_row *r, struct arena *a, struct import_row *ret);
/* IANA zone of a Russian city, however its name is written; NULL when it is not a known one. */
const char *city_zone(str city);
/* The sentence for a reject. */
const char *row_reason_text(const char *code);
const char *row_reason_said(const char *code, bool russian);
/* {"record":…,"status":…,…} */
void row_put(const struct import_row *row, struct json_out *w);

/* Which numbers are known, and whose. 12 bytes a number, 16 a contact. */
struct numbers;
int numbers_new(struct numbers **ret, struct fault *f) MUST_USE;
void numbers_free(struct numbers *n);
/* A number the base has already. */
int numbers_known(struct numbers *n, str e164, int64_t contact_id, struct fault *f) MUST_USE;

/* What a row means for the contacts known so far. Contacts are numbered from 0 as they come. */
struct numbers_verdict {
	uint32_t contact; /* whose the row is: a new one when added */
	bool added;
	bool is_new[ROW_PHONES];    /* per phone: unknown before this row */
	uint32_t joins[ROW_PHONES]; /* further contacts that turn out to be the same one and are no more */
	size_t n_joins;
};
/* Also sets status ROW_DUPLICATE, duplicate_of and contact_id of an accepted row. */
int numbers_row(struct numbers *n, struct import_row *row, struct numbers_verdict *ret, struct fault *f) MUST_USE;
/* The one that contact became; id in the base, 0 for those of the file. */
uint32_t numbers_contact(struct numbers *n, uint32_t contact);
int64_t numbers_id(const struct numbers *n, uint32_t contact);
size_t numbers_count(const struct numbers *n); /* contacts, those that are no more included */
/* Of the file: different numbers, and the contacts they are of, after joining. */
int64_t numbers_unique(const struct numbers *n);
int64_t numbers_contacts(const struct numbers *n);

#endif
