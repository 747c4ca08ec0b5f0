/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disposition.h - what a talk can end with: the project's tree of results, each with its effect on the contact and what it
 * counts as, and the form whose fields the operator fills on the way. */
#ifndef DOMAIN_DISPOSITION_DISPOSITION_H
#define DOMAIN_DISPOSITION_DISPOSITION_H

#include "callflow/attempts.h"
#include "kit/route/route.h"

/* What it counts as in the reports. A lead counts once per contact and project. */
enum counts_as { COUNTS_NOTHING, COUNTS_LEAD, COUNTS_MEETING, COUNTS_PRESENTATION, COUNTS_SALE, COUNTS_REFUSAL };

struct result {
	int64_t id, version, project_id, parent_id, position;
	str name;
	int effect, counts_as; /* effect: enum life_effect */
	int64_t retry_min, retry_most;
	str hot_key;
	bool asks_comment, archived;
};

enum form_field_type { FORM_TEXT, FORM_NUMBER, FORM_CHOICE, FORM_DATE, FORM_YES_NO };

struct form_field {
	int64_t id, version, project_id, position;
	str key, label;
	int type;
	str choices;     /* JSON array of texts, for FORM_CHOICE */
	str required_by; /* JSON array of result ids that need it */
	bool archived;
};

extern const struct entity result_entity, form_field_entity;
extern const char *const counts_as_words[];
extern const struct module disposition_module;

/* Is this value one the field takes? EINVAL with the field's key otherwise. An absent or empty value is always taken. */
int form_value_check(const struct form_field *field, str value, struct arena *a, struct fault *f) MUST_USE;

#endif
