/* SPDX-License-Identifier: GPL-3.0-or-later */
/* job.h - work outside the request: letters, encodings, exports, nightly work. Rows of the table job, written in the transaction
 * that wants them done (an outbox), run at least once with a lease, retried with backoff, then kept as dead and shown. */
#ifndef KIT_JOB_JOB_H
#define KIT_JOB_JOB_H

#include "engine/db/store.h"
#include "engine/json/json.h"

struct app; /* what the process is made of: server/app.h gives it, jobs pass it through */

struct job {
	int64_t id, tries, ref_id; /* ref_id: the row it is about */
	str kind, payload;         /* payload: JSON or absent */
};
/* Handlers run on a job thread with a connection and an arena of their own. A non-zero return retries after tries² × base_ms (with jitter) until tries_max,
 * except EINVAL: dead at once. They must bear being run twice. */
struct job_kind {
	const char *name;
	int (*run)(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
	int64_t base_ms; /* first retry after this */
	int tries_max;
	bool nice;        /* lowered priority: encoding, exports */
	int64_t every_ms; /* > 0: runs by itself at this interval (nightly work checks the hour itself) */
	const char *doc;
};
/* In a writing closure. once_key, unless NULL: a second job with the same key while the first is not done is not made. */
int job_add(struct db *db, struct arena *a, const char *kind, int64_t ref_id, str payload, int64_t run_at,
        const char *once_key, struct fault *f) MUST_USE;
/* Dead ones again, by a person. */
int job_retry(struct db *db, int64_t job_id, int64_t now, struct fault *f) MUST_USE;

struct job_runner;
int job_start(struct app *app, struct store *s, const struct job_kind *const *kinds, size_t n, unsigned threads,
        struct job_runner **ret, struct fault *f) MUST_USE;
void job_stop(struct job_runner *r); /* waits for running ones */
void job_wake(struct job_runner *r); /* something was added; any thread */

#endif
