/* SPDX-License-Identifier: GPL-3.0-or-later */
/* act_priv.h - between the files of the folder. */
#ifndef DOMAIN_ACT_ACT_PRIV_H
#define DOMAIN_ACT_ACT_PRIV_H

#include "domain/act/act.h"
#include "domain/customer/customer.h"
#include "domain/party/party.h"
#include "domain/project/project.h"
#include "domain/tariff/tariff.h"
#include "kit/file/file.h"

/* Counting: bill.c ---------------------------------------------------------------------------------------------------------- */

/* What a line counts: a unit of a tariff, or what an act lacks to its minimum. */
enum { LINE_MINIMUM = TARIFF_UNITS, LINE_UNITS };
struct act_line {
	int64_t id, position, tariff_id;
	int unit;
	str from_day, to_day, name; /* name: as it is printed */
	int64_t quantity_m, price_kop, discount_bp, sum_kop;
	int64_t calls; /* behind it, as the journal shows them by the filter journal */
	str journal;
};
extern const struct entity act_line_entity;
/* "диалог", "мин." */
const char *line_measure(int unit);

enum { LINES_MAX = 200 };
struct bill {
	struct act_line *lines;
	size_t n;
	int64_t sum_kop;
	int64_t undecided; /* of its leads: the customer may still reject them */
};
/* The lines of an act as log and tariffs stand now. timezone: the project's. EINVAL "sum": more than money can hold. Reads only. */
int bill_count(struct db *db, struct arena *a, const struct act *act, str timezone, int64_t now, struct bill *ret,
        struct fault *f) MUST_USE;
/* Those that were kept when it was issued. */
int bill_read(struct db *db, struct arena *a, const struct act *act, struct bill *ret, struct fault *f) MUST_USE;
/* In the transaction that issues it. */
int bill_keep(struct db *db, int64_t act_id, const struct bill *b, struct fault *f) MUST_USE;

/* Papers: paper.c ----------------------------------------------------------------------------------------------------------- */

struct side {
	str name;
	struct party party;
};
/* Both sides as they are printed. */
struct papers {
	struct side seller, customer;
	str contract, accountant, vat_words, project;
};
int papers_gather(struct db *db, struct arena *a, int64_t seller_id, const struct project *p, struct papers *ret,
        struct fault *f) MUST_USE;
str papers_print(struct arena *a, const struct papers *p);
int papers_read(struct arena *a, str json, struct papers *ret, struct fault *f) MUST_USE;
/* PDF in the arena. */
int act_paper(struct arena *a, const struct act *act, const struct bill *b, const struct papers *p, str *ret,
        struct fault *f) MUST_USE;
int invoice_paper(struct arena *a, const struct invoice *i, const struct papers *p, str *ret, struct fault *f) MUST_USE;

/* Common to both: number.c ---------------------------------------------------------------------------------------------------- */

enum paper_kind { PAPER_ACT, PAPER_INVOICE };
/* In the transaction that issues it: the next number of the company in that year, from 1. */
int number_next(struct db *db, struct arena *a, enum paper_kind kind, int64_t seller_id, int64_t year, int64_t *ret,
        struct fault *f) MUST_USE;
/* Day and year of a moment in a zone. */
int day_at(struct arena *a, str timezone, int64_t at, str *ret_day, int64_t *ret_year, struct fault *f) MUST_USE;
/* Our company that writes it: the one named, else the only one there is. EINVAL "seller_id". */
int seller_choose(struct request *q, int64_t seller_id, struct seller *ret) MUST_USE;
/* What a paper cannot do without. EINVAL with the field. */
int seller_complete(const struct seller *s, struct fault *f) MUST_USE;
/* Keep the bytes of a paper, once: ret is what is kept, which may be another's of the same moment. */
int paper_keep(struct request *q, enum paper_kind kind, int64_t id, str pdf, struct file *ret) MUST_USE;
/* Answer with a kept one. */
void paper_give(struct request *q, enum paper_kind kind, int64_t number, const struct file *file);

extern const struct resource act_resource, invoice_resource;
/* Told to whom it concerns: a draft to our own people only. */
int act_tell(struct db *db, struct arena *a, const struct act *act, const char *verb, struct fault *f) MUST_USE;
/* In a writing closure: its state, which stays until the transaction ends. */
int act_hold(struct db *db, struct arena *a, int64_t id, struct val *ret_state, struct fault *f) MUST_USE;
/* EINVAL "billed_twice" when an act that was issued covers a day of this one. */
int act_overlap(struct db *db, struct arena *a, const struct act *act, struct fault *f) MUST_USE;
extern const struct route act_routes[];

#endif
