/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_priv.h - what the files of this folder tell each other. */
#ifndef DOMAIN_IMPORT_IMPORT_PRIV_H
#define DOMAIN_IMPORT_IMPORT_PRIV_H

#include "domain/import/import.h"
#include "kit/file/file.h"

/* In a writing closure: EALREADY "busy" when an import other than but_id works on the base. */
int import_busy(struct db *db, struct arena *a, int64_t base_id, int64_t but_id, struct fault *f) MUST_USE;
int import_event(struct db *db, struct arena *a, int64_t id, int64_t project_id, struct fault *f) MUST_USE;
/* Its end, with the reason and the rejected rows where there are some. */
int import_end(struct store *s, int64_t id, int64_t project_id, enum import_state state, const struct fault *why,
        struct file *rejects, struct fault *f) MUST_USE;
/* The end of one that will not be gone on with: done when all rows were in, else what it brought is taken away and it failed. l: its ids and store. */
int import_settle(struct load *l, const struct fault *why, struct fault *f) MUST_USE;
/* The same for those nobody works on any more: a command line that was killed beside a running server, a job that was given up. */
int import_sweep(struct store *s, struct arena *a, struct fault *f) MUST_USE;
/* import_job.c */
extern const struct job_kind import_jobs[];
int import_begin(struct app *app, struct fault *f) MUST_USE;
void import_stop(struct app *app);
/* import_http.c: what a person wished, from the row. */
int import_wish(struct arena *a, const struct import *im, str country, struct plan_wish *ret, struct fault *f) MUST_USE;

#endif
