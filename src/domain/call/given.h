/* SPDX-License-Identifier: GPL-3.0-or-later */
/* given.h - what a person says a talk ended with, checked on a worker before it is written: one of the project's results, with the comment
 * and the answers it needs. The operator saves it so, and who corrects it later. Reads only. */
#ifndef DOMAIN_CALL_GIVEN_H
#define DOMAIN_CALL_GIVEN_H

#include "domain/call/call.h"
#include "domain/disposition/disposition.h"

enum { ANSWERS_MAX = 200 };
struct given_answer {
	int64_t field_id;
	str key, value; /* value: of no length when it is taken back */
};
struct given {
	struct result result;
	struct given_answer answers[ANSWERS_MAX];
	size_t n_answers;
};
/* EINVAL "result_id" or "comment". ret->result. */
int given_result(struct request *q, int64_t project_id, int64_t result_id, str comment, struct given *ret) MUST_USE;
/* After given_result. text: a JSON object of one value for each key of the project's form, absent: none. What the result needs is there, or was given
 * earlier by the contact; without one (0) there are no answers, and none is needed. takes_back: an empty value is one too, and not one that is
 * needed. EINVAL names the key. */
int given_answers(
        struct request *q, int64_t project_id, int64_t contact_id, str text, bool takes_back, struct given *ret) MUST_USE;
/* In a writing closure: as answers of this call of the contact. Those that another call gave since are left, when may_overtake is not set. */
int given_answers_keep(struct db *db, const struct given *g, int64_t contact_id, int64_t call_id, int64_t now,
        bool may_overtake, struct fault *f) MUST_USE;

#endif
