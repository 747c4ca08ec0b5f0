/* SPDX-License-Identifier: GPL-3.0-or-later */
/* missed.h - a missed call: somebody called us and spoke with nobody. It is a task: one per caller and project, however often he calls,
 * open until somebody speaks with him, in whatever direction, or a person closes it. Functions run in a writing closure. */
#ifndef DOMAIN_MISSED_MISSED_H
#define DOMAIN_MISSED_MISSED_H

#include "kit/route/route.h"

enum missed_state { MISSED_OPEN, MISSED_DONE, MISSED_DROPPED };

struct missed_call {
	int64_t id, version, project_id, call_id, contact_id, number_id, queue_id;
	str caller;
	int64_t calls, waited_ms;
	int state;
	str note;
	int64_t user_id, done_call_id, created_at, last_at, done_at;
	int64_t message_call_id;            /* the last of his calls in which he left a message; 0: none */
	int64_t recording_id, recording_ms; /* that message once it is kept; in lists alone */
};
extern const struct module missed_module;

/* The call m.call_id was missed at m.last_at. m.caller absent: he hides his number, which makes a task of its own each time. */
int missed_add(struct db *db, struct arena *a, const struct missed_call *m, struct fault *f) MUST_USE;
/* Somebody speaks with this number: nothing is missed any more. */
int missed_settle(struct db *db, struct arena *a, int64_t project_id, str number, int64_t call_id, int64_t user_id,
        int64_t at, struct fault *f) MUST_USE;

#endif
