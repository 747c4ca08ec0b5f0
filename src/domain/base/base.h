/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base.h - a base: contacts of a project that were found or bought together. Only an active one is dialled; a person approves it
 * (draft → active) and retires it; where the customer approves, it goes by a change (draft → proposed → approved → active). Contacts of a retired one stay in the reports. */
#ifndef DOMAIN_BASE_BASE_H
#define DOMAIN_BASE_BASE_H

#include "domain/project/project.h"

enum base_state { BASE_DRAFT, BASE_PROPOSED, BASE_APPROVED, BASE_DECLINED, BASE_ACTIVE, BASE_RETIRED, BASE_STATES };
extern const char *const base_states[BASE_STATES + 1];

struct base {
	int64_t id, version, project_id;
	str name;
	int state; /* enum base_state */
	int64_t priority;
	str country; /* of numbers written without a country code */
	int64_t approved_by, approved_at, created_at;
};
extern const struct entity base_entity;
extern const struct resource base_resource;
extern const struct module base_module;

/* In a writing closure: a step of a base's life. EALREADY "wrong_state" when it does not stand where the step starts. */
int base_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum base_state to, struct base *ret,
        struct fault *f) MUST_USE;

#endif
