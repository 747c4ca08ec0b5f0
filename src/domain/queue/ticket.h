/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ticket.h - a callback that keeps its place: who waited in a queue asked to be called back, and is, in his turn, by an operator who is held for
 * him. One per caller and project. Functions run in a writing closure unless said otherwise. */
#ifndef DOMAIN_QUEUE_TICKET_H
#define DOMAIN_QUEUE_TICKET_H

#include "base/clock.h"
#include "callflow/message.h"
#include "kit/route/route.h"

enum queue_ticket_state { QUEUE_TICKET_OPEN, QUEUE_TICKET_DONE, QUEUE_TICKET_FAILED, QUEUE_TICKET_DROPPED };
enum { QUEUE_TICKET_ATTEMPTS = 3, QUEUE_TICKET_PAUSE_MS = 5 * CLOCK_MINUTE };

struct queue_ticket {
	int64_t id, version, project_id, queue_id, place_id, call_id, contact_id;
	str number;
	int64_t since; /* his place */
	int state;
	int64_t attempts, next_at, last_call_id, user_id, created_at, done_at;
};
extern const struct resource queue_ticket_resource;

/* A new one at t->created_at, of call t->call_id, whose stay in the queue ends with it. A number that has one keeps the older place. */
int queue_ticket_add(struct db *db, struct arena *a, const struct queue_ticket *t, struct fault *f) MUST_USE;
/* ENOENT. Reads only. */
int queue_ticket_find(struct db *db, struct arena *a, int64_t id, struct queue_ticket *ret, struct fault *f) MUST_USE;
bool queue_ticket_waits(struct db *db, struct arena *a, int64_t project_id, str number); /* reads only */
/* It is dialled by this call: not told to tel until that has ended. */
int queue_ticket_dialled(struct db *db, struct arena *a, int64_t id, int64_t call_id, int64_t now, struct fault *f) MUST_USE;
/* That call ended without a talk; by our own fault it counts as no attempt. *ret_failed: it was the last one. */
int queue_ticket_missed(
        struct db *db, struct arena *a, int64_t id, bool our_fault, int64_t at, bool *ret_failed, struct fault *f) MUST_USE;
/* The gate said no: again at until, or never (until 0, which fails it). */
int queue_ticket_refused(struct db *db, struct arena *a, int64_t id, int64_t until, int64_t now, struct fault *f) MUST_USE;
/* Somebody speaks with this number, whoever called whom. */
int queue_ticket_settle(struct db *db, struct arena *a, int64_t project_id, str number, int64_t user_id, int64_t at,
        struct fault *f) MUST_USE;
/* Open tickets of running projects, as tel is told them. Reads only. */
int queue_ticket_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f) MUST_USE;

#endif
