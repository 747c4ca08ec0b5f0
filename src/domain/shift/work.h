/* SPDX-License-Identifier: GPL-3.0-or-later */
/* work.h - time at seats summed by hour and by day of UTC (work_hour, work_day; work_project: all people together), kept in the transaction that ends a span of an operator's
 * day. A span that still runs is in neither. */
#ifndef DOMAIN_SHIFT_WORK_H
#define DOMAIN_SHIFT_WORK_H

#include "engine/db/db.h"

struct work_span {
	int64_t user_id, project_id, from_at, to_at;
	str state;
	int64_t pause; /* 0: at work; -1: a pause without a reason; else its reason */
};
/* In a writing closure: a span that has just ended. One that ends before it begins adds nothing. */
int work_add(struct db *db, const struct work_span *s, struct fault *f) MUST_USE;
/* The sums against a recount: how many rows differ is added to *wrong. Reads only. */
int work_sums_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f) MUST_USE;
/* Make them anew from the spans. */
int work_sums_recount(struct db *db, struct fault *f) MUST_USE;

#endif
