/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job.h - work outside the request: letters, encodings, exports, nightly work. Rows of the table job, written in the transaction
 * that wants them done (an outbox), run at least once with a lease, retried with backoff, then kept as dead and shown. */
#ifndef KIT_JOB_JOB_H
#define KIT_JOB_JOB_H

#include "engine/db/store.h"
#include "engine/json/json.h"

struct app; /* what the process is made of: server/app.h gives it, jobs pass it through */

struct job {
	int64_t id, tries, ref_id; /* tries: this one included; ref_id: the row it is about */
	str kind, payload;         /* payload: JSON or absent */
};
/* Handlers run on a job thread with a connection (read-only on SQLite: write by store_write) and an arena of their own. A non-zero
 * return retries after tries² × base_ms ± 20 % until tries_max tries, except EINVAL: dead at once. They must bear being run twice:
 * a process that dies in one loses its lease within a minute, and another takes it. tries_max 0 means 10. */
struct job_kind {
	const char *name;
	int (*run)(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
	int64_t base_ms; /* first retry after this */
	int tries_max;
	bool nice; /* lowered priority: encoding, exports */
	int64_t every_ms; /* > 0: runs by itself this long after its last end (nightly work checks the hour itself); on one node of many */
	const char *doc;
	bool outside; /* waits for other people's machines: threads of its own, so that a slow one keeps nobody else's work */
	bool fleeting; /* once done, its row goes */
};
/* In a writing closure; job_wake after it. once_key, unless NULL: a second job with the same key while the first waits or runs is not
 * made; a job that is done or dead has given its key back. */
int job_add(struct db *db, struct arena *a, const char *kind, int64_t ref_id, str payload, int64_t run_at,
        const char *once_key, struct fault *f) MUST_USE;
/* The same, at once: the one that waits with this key does not wait any longer. EALREADY "under_way" while one runs: what it finds at its end is not
 * known. */
int job_add_now(
        struct db *db, const char *kind, int64_t ref_id, const char *once_key, int64_t now, struct fault *f) MUST_USE;
/* A dead or waiting one now, by a person, with all its tries; ENOENT when it is neither. In a writing closure. */
int job_retry(struct db *db, int64_t job_id, int64_t now, struct fault *f) MUST_USE;

/* store_write of what a job has done outside, which nobody can undo: while the database does not take it, it is tried again for ten seconds. db: the
 * job's. */
int job_note(struct store *s, struct db *db, struct arena *a, store_fn *fn, void *arg, struct fault *f) MUST_USE;

struct job_runner;
enum { JOB_OUTSIDE = 2 };
/* threads for common work, one more, at a lower priority, for nice kinds, and JOB_OUTSIDE for those that wait outside. Takes
 * threads + 2 + JOB_OUTSIDE connections of the store while it works, one at a time each. The kinds must outlive the runner. */
int job_start(struct app *app, struct store *s, const struct job_kind *const *kinds, size_t n, unsigned threads,
        struct job_runner **ret, struct fault *f) MUST_USE;
void job_stop(struct job_runner *r); /* waits for running ones */
void job_wake(struct job_runner *r); /* something was added; any thread */

#endif
