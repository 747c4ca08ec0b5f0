/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recording.h - the recording of a call: open while tel writes it, raw (a WAV in DATA/recordings) when it is closed, kept when a job has
 * made Ogg/Opus of it and its SHA-256 stands beside it, lost when there is nothing to keep. It plays from raw on. One with an error holds
 * the beginning of its talk at most. */
#ifndef DOMAIN_RECORDING_RECORDING_H
#define DOMAIN_RECORDING_RECORDING_H

#include "callflow/message.h"
#include "kit/route/route.h"

extern const struct module recording_module;

/* In a writing closure: EV_RECORDING; a closed one gets its job. *ret_job: wake the jobs after the commit. *ret_operator: whose talk is not
 * recorded any more, else 0. */
int recording_follow(struct db *db, struct arena *a, const struct message *m, bool *ret_job, int64_t *ret_operator,
        struct fault *f) MUST_USE;
/* Does it pause now? By its gaps. */
bool recording_pauses(str gaps);
/* Are talks recorded? 0 while the last recording that ended is whole; else since when not, how many are cut or lost, and why. Reads only. */
struct recording_trouble {
	int64_t since, n;
	str error;
};
int recording_trouble(struct db *db, struct arena *a, struct recording_trouble *ret, struct fault *f) MUST_USE;
/* How to get at recordings on the disk of a tel node. Its functions run on job threads. */
struct recording_source {
	/* Into the file to. ENOENT: it is not there any more; anything else: try again later. */
	int (*fetch)(struct db *db, struct arena *a, int64_t call_id, str path, const char *to, struct fault *f);
	void (*kept)(struct db *db, struct arena *a, int64_t call_id, str path); /* it may be removed there */
};
void recording_source_set(const struct recording_source *s); /* before the jobs begin; kept by the caller */
/* In a writing closure: whatever tel left open when it died is raw now, as far as it came; what could not be fetched from it is tried again. */
int recording_orphans(struct db *db, struct arena *a, int64_t node_id, str living_boot, int64_t now, bool *ret_job,
        struct fault *f) MUST_USE;

#endif
