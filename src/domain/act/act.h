/* SPDX-License-Identifier: GPL-3.0-or-later */
/* act.h - acts of services rendered and invoices (docs/adr/0038). An act covers whole days of a project; its lines are counted from the log
 * of calls by the tariffs in force on each day. A draft is counted whenever somebody looks; issuing it gives it a number and keeps lines, requisites and
 * paper for good. */
#ifndef DOMAIN_ACT_ACT_H
#define DOMAIN_ACT_ACT_H

#include "kit/route/route.h"

enum act_state { ACT_DRAFT, ACT_ISSUED, ACT_SIGNED, ACT_CANCELLED };
struct act {
	int64_t id, version, project_id, customer_id, seller_id;
	int state;
	int64_t number, year; /* 0 until it is issued */
	str issued_on, from_day, to_day;
	int64_t sum_kop; /* of a draft: when it was last changed */
	int vat;         /* enum vat */
	int64_t vat_kop;
	str parties; /* struct papers as JSON, from when it was issued */
	int64_t file_id, issued_by, issued_at;
	str signed_on;
	int64_t cancelled_at;
	str cancelled_why;
	int64_t author_id, created_at;
};

enum invoice_state { INVOICE_ISSUED, INVOICE_PAID, INVOICE_CANCELLED };
struct invoice {
	int64_t id, version, project_id, customer_id, seller_id, act_id; /* act_id 0: in advance */
	int state;
	int64_t number, year;
	str issued_on, due_on, what;
	int64_t sum_kop;
	int vat;
	int64_t vat_kop;
	str parties;
	int64_t file_id;
	str paid_on;
	int64_t cancelled_at;
	str cancelled_why;
	int64_t author_id, created_at;
};
/* The number of the issued act that covers this day ("2026-03-12") of a project, 0: none. Reads only. */
int act_issued(struct db *db, struct arena *a, int64_t project_id, str day, int64_t *ret, struct fault *f) MUST_USE;
extern const struct entity act_entity, invoice_entity;
extern const struct module act_module, invoice_module;

#endif
