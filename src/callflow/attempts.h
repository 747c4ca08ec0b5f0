/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attempts.h - the life of a contact in its base, pure: what a dialled call, its end and its result make of it. app runs it in the
 * transaction that stores them. «Attempt» is one dialled call; a promised callback is kept even when the attempts are spent. */
#ifndef CALLFLOW_ATTEMPTS_H
#define CALLFLOW_ATTEMPTS_H

#include "callflow/call.h"

enum contact_state { CONTACT_HIDDEN, CONTACT_FRESH, CONTACT_DUE, CONTACT_RESERVED, CONTACT_CLOSED, CONTACT_STATES };
enum closed_reason {
	CLOSED_NONE,
	CLOSED_RESULT,
	CLOSED_ATTEMPTS,
	CLOSED_DO_NOT_CALL,
	CLOSED_NO_NUMBER,
	CLOSED_FINISHED,
	CLOSED_UNDONE,
	CLOSED_REASONS
};
enum result_effect { EFFECT_FINAL, EFFECT_RETRY, EFFECT_CALLBACK, EFFECT_DO_NOT_CALL, EFFECT_WRONG_NUMBER, RESULT_EFFECTS };
extern const char *const contact_state_names[CONTACT_STATES + 1];
extern const char *const closed_reason_names[CLOSED_REASONS + 1]; /* "" first */
extern const char *const result_effect_names[RESULT_EFFECTS + 1];

struct life {
	enum contact_state state;
	enum closed_reason closed;
	int64_t due_at; /* UTC ms; of DUE */
	int64_t attempts, attempts_day;
	char day[11]; /* the contact's day attempts_day counts, "2026-03-12" or "" */
};
struct attempt_rules {
	int64_t total, per_day, gap_ms; /* gap between two attempts */
};
/* What is known when a life moves on. */
struct attempt_now {
	int64_t now;
	int64_t next_day_at; /* when the next calling day of the contact begins */
	bool other_number;   /* another good number of the contact is left */
	int64_t callback_at; /* an open promise, 0: none */
};

/* An invitation was sent: counts, in the contact's own day. */
void life_dialled(struct life *l, const char day[11]);
/* Attempts left on that day and in all. */
bool life_day_left(const struct life *l, const struct attempt_rules *r, const char day[11]);
bool life_total_left(const struct life *l, const struct attempt_rules *r);
/* The call ended and nobody gave a result: by its cause (attempt_causes). */
void life_ended(struct life *l, const struct attempt_rules *r, enum call_cause cause, const struct attempt_now *n);
/* A person gave a result. retry_ms: the result's own pause, 0: the rules' gap. */
void life_result(struct life *l, const struct attempt_rules *r, enum result_effect effect, int64_t retry_ms,
        const struct attempt_now *n);

/* What a cause means for the contact when no result was given. */
struct attempt_cause {
	int64_t retry_ms; /* -1: the rules' gap */
	bool bad_number;  /* the number does not exist */
	bool not_his;     /* our own fault: not counted as an attempt, dialled again soon */
	const char *doc;
};
extern const struct attempt_cause attempt_causes[CALL_CAUSES];

#endif
