/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tariff.h - what a project pays for: dated rows, each with a unit, a price, a minimum and a discount (docs/adr/0038). The newest row of a
 * unit is in force from its day on and ends the one before; rows of different units add up. TARIFF_PROJECT is a fixed price of all its days, due on
 * its last one. A discount and pay by the lead need the
 * director's signature: a row without it does not count, and the one before it goes on. */
#ifndef DOMAIN_TARIFF_TARIFF_H
#define DOMAIN_TARIFF_TARIFF_H

#include "domain/money/money.h"
#include "kit/route/route.h"

enum tariff_unit { TARIFF_DIALOGUE, TARIFF_MINUTE, TARIFF_HOUR, TARIFF_MONTH, TARIFF_LEAD, TARIFF_PROJECT, TARIFF_UNITS };
enum tariff_rounding { TARIFF_EXACT, TARIFF_CALL_MINUTE };

struct tariff {
	int64_t id, version, project_id;
	int unit; /* enum tariff_unit */
	int64_t price_kop;
	int rounding;        /* of minutes: enum tariff_rounding */
	int64_t minimum_kop; /* of an act */
	int64_t discount_bp; /* hundredths of a per cent off the price */
	str from_day, to_day, note;
	int64_t approved_by, approved_at;
	str approved_why;
	int64_t author_id, created_at;
};
extern const struct entity tariff_entity;
extern const struct module tariff_module;

/* Needs a signature and has none. */
bool tariff_waits(const struct tariff *t);

/* Days since 1970, both in it, in which one row is in force. */
struct tariff_span {
	struct tariff tariff;
	int64_t from, to;
};
/* The spans of a project between two days, both in it, by unit and day; *ret_waiting: rows that would count there were they signed. Reads only. */
int tariff_spans(struct db *db, struct arena *a, int64_t project_id, int64_t from, int64_t to, struct tariff_span **ret,
        size_t *ret_n, int64_t *ret_waiting, struct fault *f) MUST_USE;

#endif
