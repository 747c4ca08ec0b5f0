/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attempts.h - the life of a contact in its base, pure: what a dialled call, its end and its result make of it. app runs it in the
 * transaction that stores them. «Attempt» is one dialled call; a promised callback is kept even when the attempts are spent. */
#ifndef CALLFLOW_ATTEMPTS_H
#define CALLFLOW_ATTEMPTS_H

#include "callflow/call.h"

enum life_state { LIFE_HIDDEN, LIFE_FRESH, LIFE_DUE, LIFE_RESERVED, LIFE_CLOSED, LIFE_STATES };
enum life_closed {
	LIFE_CLOSED_NONE,
	LIFE_CLOSED_RESULT,
	LIFE_CLOSED_ATTEMPTS,
	LIFE_CLOSED_DO_NOT_CALL,
	LIFE_CLOSED_NO_NUMBER,
	LIFE_CLOSED_FINISHED,
	LIFE_CLOSED_UNDONE,
	LIFE_CLOSED_REASONS
};
enum life_effect {
	LIFE_EFFECT_FINAL,
	LIFE_EFFECT_RETRY,
	LIFE_EFFECT_CALLBACK,
	LIFE_EFFECT_DO_NOT_CALL,
	LIFE_EFFECT_WRONG_NUMBER,
	LIFE_EFFECTS
};
extern const char *const life_state_names[LIFE_STATES + 1];
extern const char *const life_closed_names[LIFE_CLOSED_REASONS + 1]; /* "" first */
extern const char *const life_effect_names[LIFE_EFFECTS + 1];

struct life {
	enum life_state state;
	enum life_closed closed;
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
	int64_t retry_ms;    /* the project's own pause after this end, 0: none said */
	bool spent;          /* it ended so as often as the project allows */
};

/* An invitation was sent: counts, in the contact's own day. */
void life_dialled(struct life *l, const char day[11]);
/* Attempts left in all. How many the day has had is asked of the calls (domain/gate): numbers of a contact may be in zones whose days
 * differ, here only its last one is known. */
bool life_total_left(const struct life *l, const struct attempt_rules *r);
/* The call ended and nobody gave a result: by its cause (attempt_causes). */
void life_ended(struct life *l, const struct attempt_rules *r, enum call_cause cause, const struct attempt_now *n);
/* A person gave a result. retry_ms: the result's own pause, 0: the rules' gap. */
void life_result(struct life *l, const struct attempt_rules *r, enum life_effect effect, int64_t retry_ms,
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
