/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outcome.h - what a result does, whoever gave it: an operator, or the flow a call walked through. All in a writing closure. */
#ifndef DOMAIN_CALL_OUTCOME_H
#define DOMAIN_CALL_OUTCOME_H

#include "domain/call/call.h"
#include "domain/disposition/disposition.h"

struct outcome {
	const struct call_row *call;
	struct result result;
	int64_t at;
	int64_t operator_id; /* who gave it; 0: a flow */
	int64_t keeper_id;   /* whose the contact is now: he promised it a call; 0: anybody's */
	str comment;
};
/* What it counts as in the reports: a lead counts once per contact and project. The call's own count so far is not looked at. */
int outcome_counts(struct db *db, struct arena *a, const struct outcome *o, str *ret, struct fault *f) MUST_USE;
/* The number called goes on the list, or is wrong, when the result says so. */
int outcome_number(struct db *db, struct arena *a, const struct outcome *o, struct fault *f) MUST_USE;
/* The contact's next life and what is known of it last. A late result of a contact that is in another call leaves it there. */
int outcome_contact(struct db *db, struct arena *a, const struct outcome *o, struct fault *f) MUST_USE;
/* The result of an ended call was another, and is now o's: the contact's life and what is known of it follow when this was its last talk, unless
 * it is in a call or its base has closed it. */
int outcome_correct(
        struct db *db, struct arena *a, const struct outcome *o, const struct result *was, struct fault *f) MUST_USE;
int outcome_events(struct db *db, struct arena *a, const struct outcome *o, struct fault *f) MUST_USE;

/* «Do not call me», said to an operator or by a key: holds for the number in the whole of the customer's projects, from this moment
 * on. One that is listed already stands by itself then: no corrected result takes it off. author_id 0: nobody of ours heard it. A hidden number cannot be listed. */
int number_refused(struct db *db, struct arena *a, const struct call_row *c, str reason, int64_t author_id, int64_t now,
        struct fault *f) MUST_USE;

/* Of call_finish: a call without a talk ends with the result its flow came to. *ret false: it came to none. Before the call is counted, … */
int outcome_of_flow(struct db *db, struct arena *a, const struct call_row *c, struct outcome *ret, bool *ret_has,
        struct fault *f) MUST_USE;
/* … and after. */
int outcome_finish(struct db *db, struct arena *a, const struct outcome *o, struct fault *f) MUST_USE;

#endif
