/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey_priv.h - what the files of this folder share. */
#ifndef DOMAIN_SURVEY_SURVEY_PRIV_H
#define DOMAIN_SURVEY_SURVEY_PRIV_H

#include "domain/project/project.h"
#include "domain/survey/survey.h"

struct survey_reply {
	int64_t id, project_id, question_id;
	str question;
	int64_t call_id, contact_id;
	str company, number, key, value;
	int64_t asked_at, answered_at;
	bool counts;
};

int survey_totals(struct request *q);
/* What a key means by the question's choices; the key itself when they say nothing of it. */
str survey_meaning(struct arena *a, str choices, str key);

#endif
