/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_priv.h - what the files of this folder share. */
#ifndef DOMAIN_PROMPT_PROMPT_PRIV_H
#define DOMAIN_PROMPT_PROMPT_PRIV_H

#include "domain/prompt/prompt.h"
#include "kit/job/job.h"

extern const struct route prompt_routes[];
extern const struct job_kind prompt_jobs[];

/* prompt.c: may this person write prompts of the house, or of that project? */
int prompt_may_write(struct request *q, int64_t project_id) MUST_USE;
/* Refuses another sound or other words where the customer approves what is heard. */
int prompt_free(struct request *q, int64_t id) MUST_USE;
/* prompt_job.c: in a writing closure: the file that was uploaded is no prompt's any more. */
int prompt_drop_file(struct db *db, struct arena *a, int64_t file_id, int64_t now, struct fault *f) MUST_USE;
/* Where the sounds of uploads, and of words once spoken, lie. */
const char *prompt_sounds(const struct app *app, struct arena *a);
const char *prompt_spoken(const struct app *app, struct arena *a);

#endif
