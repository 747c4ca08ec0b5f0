/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.h - the customer accepts or rejects a lead within the working days agreed with the project (accept_days; 0: he does not). Who says
 * nothing in time has accepted it: a job notes that as the house's own verdict, «term». A rejected lead is not billed (domain/act). */
#ifndef DOMAIN_REPORT_VERDICT_H
#define DOMAIN_REPORT_VERDICT_H

#include "domain/project/project.h"
#include "kit/job/job.h"

enum verdict_word { VERDICT_NONE, VERDICT_ACCEPTED, VERDICT_REJECTED, VERDICT_TERM };
extern const char *const verdict_words[];

/* The project's term, for leads of any age. */
struct acceptance {
	int64_t days, now;
	str timezone;
	struct law law;
};
int acceptance_load(struct db *db, struct arena *a, const struct project *p, int64_t now, struct acceptance *ret,
        struct fault *f) MUST_USE;
/* From when the term of a lead runs: a result corrected to one is new to the customer. */
static inline int64_t lead_since(int64_t last_at, int64_t corrected_at)
{
	return corrected_at > last_at ? corrected_at : last_at;
}
/* Until when a lead of that moment may be rejected: the end of the last working day. 0: it may not. */
int64_t acceptance_until(const struct acceptance *t, int64_t lead_at);

extern const struct entity verdict_entity;
extern const struct resource verdict_resource;
extern const struct job_kind report_jobs[];
struct verdict_body {
	int verdict;
	str reason;
	int64_t version;
};
struct reply_body {
	str text;
};
extern const struct shape verdict_body_shape, verdict_reply_shape;
int verdict_put(struct request *q);   /* PUT /contacts/{id}/verdict */
int verdict_reply(struct request *q); /* POST /verdicts/{id}/reply */

#endif
