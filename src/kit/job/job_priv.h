/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job_priv.h - between the table (job.c) and the threads (runner.c). */
#ifndef KIT_JOB_JOB_PRIV_H
#define KIT_JOB_JOB_PRIV_H

#include "base/clock.h"
#include "kit/job/job.h"

enum {
	JOB_LEASE_MS = CLOCK_MINUTE,
	JOB_KEEP_EVERY_MS = 20 * CLOCK_SECOND, /* leases renewed, lost ones taken back */
	JOB_POLL_MS = 2 * CLOCK_SECOND,        /* the longest sleep: another node may have added work */
	JOB_KEEP_MS = 7 * CLOCK_DAY,           /* how long a done job stays to be seen */
	JOB_TRIES = 10,
};

/* The kinds a thread works on. */
struct job_set {
	const struct job_kind **kind;
	size_t n;
};
struct job_claim {
	const struct job_set *set;
	int64_t now;
	bool taken; /* out; job then holds what was taken */
	struct job job;
};
struct job_end {
	const struct job *job;
	const struct job_kind *kind;
	int err;
	str error;
	int64_t now;
};
struct job_lease {
	int64_t id, tries;
};
struct job_leases {
	const struct job_lease *of;
	size_t n;
	int64_t now;
};

/* When the next waiting job of the set is due; INT64_MAX when none waits. */
int job_next_due(struct db *db, struct arena *a, const struct job_set *set, int64_t *ret_at, struct fault *f) MUST_USE;
/* Closures for store_write; arg as named. */
int job_take(struct db *db, struct arena *a, void *claim, struct fault *f);
int job_finish(struct db *db, struct arena *a, void *end, struct fault *f);
/* Renew leases, take back lost ones, forget old done ones. */
int job_keep(struct db *db, struct arena *a, void *leases, struct fault *f);
/* SQLite only, at start: whatever was running died with the process before. */
int job_reclaim_all(struct db *db, struct arena *a, void *none, struct fault *f);
/* One row for each kind that runs by itself. */
int job_plant(struct db *db, struct arena *a, void *set, struct fault *f);

#endif
