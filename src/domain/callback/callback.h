/* SPDX-License-Identifier: GPL-3.0-or-later */
/* callback.h - a promise to call a contact at a moment: one operator's own, or anybody's of the project. The dialler keeps it first of
 * all; an own one that waits an hour for its operator becomes anybody's. */
#ifndef DOMAIN_CALLBACK_CALLBACK_H
#define DOMAIN_CALLBACK_CALLBACK_H

#include "base/clock.h"
#include "kit/route/route.h"

enum callback_state { CALLBACK_OPEN, CALLBACK_DONE, CALLBACK_CANCELLED };
#define CALLBACK_OWN_MS ((int64_t)CLOCK_HOUR)
#define CALLBACK_FAR_MS (366 * (int64_t)CLOCK_DAY)

struct callback {
	int64_t id, version, project_id, contact_id, phone_id, operator_id, due_at;
	str note;
	int state;
	int64_t call_id, author_id, created_at, done_at;
};
extern const struct entity callback_entity;
extern const struct module callback_module;

/* In a writing closure: the open promises of a contact are kept (by a call) or taken back. */
int callback_settle(struct db *db, int64_t contact_id, enum callback_state state, int64_t call_id, int64_t now,
        struct fault *f) MUST_USE;
/* In a writing closure: a new promise; sets its id. */
int callback_add(struct db *db, struct arena *a, struct callback *c, struct fault *f) MUST_USE;

#endif
