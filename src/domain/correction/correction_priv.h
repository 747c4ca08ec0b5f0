/* SPDX-License-Identifier: GPL-3.0-or-later */
/* correction_priv.h - what the files of this folder share. */
#ifndef DOMAIN_CORRECTION_CORRECTION_PRIV_H
#define DOMAIN_CORRECTION_CORRECTION_PRIV_H

#include "domain/call/given.h"
#include "domain/call/outcome.h"
#include "domain/correction/correction.h"
#include "domain/script/script.h"

struct correction {
	int64_t id, project_id, call_id, contact_id, author_id, corrected_at;
	str why;
	int64_t was_result_id, result_id;
	str was_result, result;
	int was_counts_as, counts_as;
	str changed, diff;
};
extern const struct entity correction_entity;

struct correction_body {
	int64_t result_id, seen, due_at;
	str reason, comment, answers, why;
};

/* What was read and checked on the worker; the closure reads again what may have moved. */
struct correcting {
	struct request *q;
	const struct correction_body *body;
	struct call_row call;
	struct given given;
	/* in the closure */
	struct result was;
	str was_reason, was_comment, was_counts, counts, path;
	bool lifted; /* the number is off the do-not-call list again */
	struct correction row;
};
/* The closure. EALREADY "stale" when another corrected it meanwhile, EINVAL "nothing" when all is as it was. */
int correction_write(struct db *db, struct arena *a, void *arg, struct fault *f);
/* The last correction of a call, 0: there is none. */
int correction_last(struct db *db, struct arena *a, int64_t call_id, int64_t *ret, struct fault *f) MUST_USE;

#endif
