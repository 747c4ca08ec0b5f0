/* SPDX-License-Identifier: GPL-3.0-or-later */
/* project_priv.h - what the files of this folder share. */
#ifndef DOMAIN_PROJECT_PROJECT_PRIV_H
#define DOMAIN_PROJECT_PROJECT_PRIV_H

#include "domain/project/project.h"
#include "kit/job/job.h"

/* One thing that keeps a project from running. */
struct missing {
	const char *code, *what, *page; /* page: the tab of the project where it is mended */
};
enum { MISSING_MAX = 16 };
/* What is missing now. ret holds MISSING_MAX. */
int project_missing(struct db *db, struct arena *a, const struct project *p, struct missing *ret, size_t *ret_n,
        struct fault *f) MUST_USE;

/* strategy.c */
int strategy_copy(struct request *q);
/* EACCES when p says otherwise than was what the customer approved. */
int strategy_fixed(struct request *q, const struct project *was, const struct project *p) MUST_USE;
/* In a writing closure: what the project is dialled by becomes its active strategy, unless it has one. */
int strategy_keep(struct request *q, struct db *db, const struct project *p, struct fault *f) MUST_USE;

int project_readiness(struct request *q);
int project_ready(struct request *q);
int project_overview(struct request *q);
/* The job that looks how long bases last, and its last answer as the member "forecast" (null before the first one). */
int project_forecasts(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int project_forecast_put(struct db *db, struct arena *a, int64_t project_id, struct json_out *w, struct fault *f) MUST_USE;

#endif
