/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knowledge.h - what an operator has at hand beside every step of a script: objections with their answers, and articles. Either is of a
 * project, or of the house and then for every project. Text only, nothing of it is ever markup. ADR 0039. */
#ifndef DOMAIN_KNOWLEDGE_KNOWLEDGE_H
#define DOMAIN_KNOWLEDGE_KNOWLEDGE_H

#include "domain/project/project.h"

struct objection {
	int64_t id, version, project_id; /* project_id 0: of the house */
	str phrase, answer;
	int64_t created_at;
};
struct article {
	int64_t id, version, project_id; /* project_id 0: of the house */
	str title, body;
	bool archived;
	int64_t created_at;
};
extern const struct entity objection_entity, article_entity;
extern const struct module knowledge_module;

#endif
