/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact.h - a contact (клиент заказчика): a company or person of a project's base that we call, with its persons and phones. One
 * company is one contact, however many numbers it has. Its life is callflow/attempts.h; contacts of an import that is not finished
 * are hidden. */
#ifndef DOMAIN_CONTACT_CONTACT_H
#define DOMAIN_CONTACT_CONTACT_H

#include "callflow/attempts.h"
#include "domain/base/base.h"

struct contact {
	int64_t id, version, project_id, base_id, import_id;
	str company, industry, activity, city, address, site, email, fax, timezone, note;
	int state, closed_reason; /* enum life_state, enum life_closed */
	int64_t due_at, attempts, last_call_id, last_result_id, last_at, last_operator_id;
	str last_comment, why_not;
	int64_t why_not_at, created_at;
	str phone, person; /* the first of each; in lists only */
};
enum phone_state { PHONE_GOOD, PHONE_WRONG, PHONE_REFUSED };
struct contact_person {
	int64_t id, version, project_id, contact_id;
	str name, position, email;
	bool decides;
	str note;
};
struct contact_phone {
	int64_t id, version, project_id, base_id, contact_id, person_id;
	str e164, ext;
	int64_t position;
	int state; /* enum phone_state */
};
extern const struct entity contact_entity, person_entity, phone_entity;
extern const struct resource contact_resource;
extern const struct module contact_module;

/* Print the card, one object: the row with persons, phones, answers {key: value}, marks {column id: {…}}, history (calls, newest
 * first, at most 100) and open callbacks. Reads only; reach is the caller's business. */
int contact_card(struct db *db, struct arena *a, const struct contact *row, const struct who *who, struct json_out *w,
        struct fault *f) MUST_USE;

/* Roll-up of states: contacts more (or fewer, below 0) in that place. In the writing closure that moves them. */
int contact_state_add(struct db *db, int64_t project_id, int64_t base_id, enum life_state state, int64_t last_result_id,
        int64_t contacts, struct fault *f) MUST_USE;

#endif
