/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey.h - questions asked by recorded words, and what was pressed: a row per question and call, from the moment it is asked, so that who
 * did not answer is known as well. A question is a step of a flow (domain/flow); it keeps its id while the step stands in the drawing and
 * its keys mean the same, and its answers for ever. What a key means is written with the answer. */
#ifndef DOMAIN_SURVEY_SURVEY_H
#define DOMAIN_SURVEY_SURVEY_H

#include "callflow/message.h"
#include "kit/route/route.h"

struct survey_question {
	int64_t id, project_id, flow_id;
	str step; /* its id in the drawing */
	int64_t position;
	str title, words, choices; /* choices: JSON [{"key", "value"}] in the order of the keys */
	bool rates, archived;
	int64_t created_at;
};
extern const struct entity survey_question_entity;
extern const struct module survey_module;

/* All in a writing closure. */
/* The questions of a flow are these now; others of it are archived. Gives each its id. */
int survey_questions_put(struct db *db, struct arena *a, int64_t project_id, int64_t flow_id, struct survey_question *all,
        size_t n, int64_t now, struct fault *f) MUST_USE;
/* EV_FLOW with a question, of a call that is there: asked, or with digits answered. contact_id 0: not known. ret_rating: what it rates the
 * talk with, 0: nothing. A question of another project changes nothing. */
int survey_take(struct db *db, struct arena *a, const struct message *m, int64_t project_id, int64_t call_id,
        int64_t contact_id, int64_t *ret_rating, struct fault *f) MUST_USE;

#endif
