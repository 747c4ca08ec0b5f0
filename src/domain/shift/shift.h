/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift.h - an operator's day: from taking the seat to leaving it, span by span; the open shift is also the seat's mirror of what tel
 * says (state, leg, call). Reasons of pauses, hours worked, and the floor: who sits where now. */
#ifndef DOMAIN_SHIFT_SHIFT_H
#define DOMAIN_SHIFT_SHIFT_H

#include "callflow/operator.h"
#include "kit/route/route.h"

struct shift {
	int64_t id, user_id, project_id, started_at;
	enum operator_state state;
	int64_t state_at, state_until, pause_reason_id, call_id;
	int64_t offer_id; /* the call that rings at his seat; 0: none */
	int64_t node_id;  /* the tel node the project lives on (domain/node); 0: none yet; follows from the project */
	bool leg_up, muted;
	bool leaving;              /* a pause was asked for in his call: he will not be free after it */
	int64_t leaving_reason_id; /* of that pause */
	bool back_ready;           /* becomes ready by himself once his leg is up with a new telephone process */
};
extern const struct module shift_module;

/* The open shift of a user. ENOENT: he is offline. Reads only. */
int shift_of(struct db *db, struct arena *a, int64_t user_id, struct shift *ret, struct fault *f) MUST_USE;
/* All open shifts, in the arena. Reads only. */
int shift_all(struct db *db, struct arena *a, struct shift **ret, size_t *ret_n, struct fault *f) MUST_USE;
/* Has he a card before him, or a call? */
bool shift_works(const struct shift *s);
/* Those of them who may be given a call now, the longest waiting first. Reads only. */
int shift_free(struct db *db, struct arena *a, struct shift **ret, size_t *ret_n, struct fault *f) MUST_USE;
/* The rest in a writing closure. The same as shift_of, and nobody else changes it until the transaction ends. */
int shift_hold(struct db *db, struct arena *a, int64_t user_id, struct shift *ret, struct fault *f) MUST_USE;
/* A new shift in pause; sets its id. EEXIST: there is an open one. */
int shift_start(struct db *db, struct arena *a, struct shift *s, int64_t now, struct fault *f) MUST_USE;
/* Store s as it is now; a change of state, project or reason ends a span at state_at and begins the next. */
int shift_put(struct db *db, struct arena *a, const struct shift *s, struct fault *f) MUST_USE;
/* Tell the floor and the boards of his project that something about him moved. */
int shift_moved(struct db *db, struct arena *a, int64_t user_id, int64_t project_id, struct fault *f) MUST_USE;
/* Hours worked in a project between two moments, by all its operators: time in their places less the pauses that are not paid. An open span ends
 * now. Reads only. */
int shift_worked(struct db *db, struct arena *a, int64_t project_id, int64_t from, int64_t to, int64_t now, int64_t *ret_ms,
        struct fault *f) MUST_USE;
int shift_end(struct db *db, struct arena *a, const struct shift *s, int64_t at, const char *why, struct fault *f) MUST_USE;

#endif
