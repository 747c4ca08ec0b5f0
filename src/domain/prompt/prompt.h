/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt.h - what callers hear, by a name: a sound somebody uploaded, or words that a voice speaks, with merge fields (callflow/spoken.h). It is
 * a project's, or the house's for every project. Flows say prompts; one that is said somewhere is not removed. */
#ifndef DOMAIN_PROMPT_PROMPT_H
#define DOMAIN_PROMPT_PROMPT_H

#include "callflow/spoken.h"
#include "domain/project/project.h"

enum prompt_kind { PROMPT_WORDS, PROMPT_UPLOAD };
enum { PROMPT_MS_MAX = 5 * 60 * 1000, PROMPT_WORDS_MAX = 1000 /* characters */ };

struct prompt {
	int64_t id, version, project_id; /* project_id 0: of the house */
	str name;
	int language, kind; /* enum language, prompt_kind */
	str words;
	int64_t file_id;
	str file_name, sound;
	int64_t duration_ms;
	double level_db;
	int64_t created_at;
};
extern const struct entity prompt_entity;
extern const struct resource prompt_resource;
extern const struct module prompt_module;

/* May a flow of this project say it? ENOENT: no, there is none such. */
int prompt_of_project(
        struct db *db, struct arena *a, int64_t id, int64_t project_id, struct prompt *ret, struct fault *f) MUST_USE;
/* EINVAL on field: the first thing wrong with words of a project (0: of the house). */
int prompt_check_words(
        struct db *db, struct arena *a, int64_t project_id, const char *field, str words, struct fault *f) MUST_USE;

/* What is known of every call of a project: for spoken_fill. */
struct prompt_known {
	enum language language; /* of the project */
	struct spoken_value values[2];
};
int prompt_known(struct db *db, struct arena *a, int64_t project_id, struct prompt_known *ret, struct fault *f) MUST_USE;

/* In a writing closure, after a flow was written: these prompts it says, and no others. */
int prompt_said_by(struct db *db, int64_t flow_id, const int64_t *prompts, size_t n, struct fault *f) MUST_USE;

#endif
