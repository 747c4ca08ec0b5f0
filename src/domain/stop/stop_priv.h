/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop_priv.h - between the files of the folder. */
#ifndef DOMAIN_STOP_STOP_PRIV_H
#define DOMAIN_STOP_STOP_PRIV_H

#include "domain/letter/letter.h"
#include "domain/notification/notification.h"
#include "domain/stop/stop.h"
#include "kit/job/job.h"

/* In a writing closure: the running project stops, the customer is told unless silent. text: the letter as a person wrote it, "{reason}" in it
 * is replaced; absent: by the template. */
struct stopping {
	int64_t project_id;
	enum stop_cause cause;
	str reason, text;
	bool silent;
};
int stop_begin(const struct by *by, const struct app *app, struct db *db, struct arena *a, const struct stopping *s,
        struct project *ret, struct fault *f) MUST_USE;
/* … and it runs again: the stop ends, its idle time is known, a later end is proposed. */
int stop_end(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t project_id,
        struct project *ret, struct fault *f) MUST_USE;

/* … and it is finished: a stop that is open ends with its idle time, and moves nothing any more. */
int stop_finish(const struct by *by, struct db *db, struct arena *a, int64_t project_id, struct project *ret,
        struct fault *f) MUST_USE;

/* letters.c */
str stop_subject(struct arena *a, const struct notice_words *w);
str stop_text(struct arena *a, const struct notice_words *w, int64_t now); /* with "{reason}" in it */
/* Why the program stopped it. */
str stop_reason(enum stop_cause cause, bool english);
/* from: the day the later end is counted from: behind the end of the term when an earlier proposal goes up in this one. */
int stop_tell_resumed(const struct app *app, struct db *db, struct arena *a, const struct stop *s, str from, int64_t now,
        struct fault *f) MUST_USE;

int stop_tell_decided(const struct app *app, struct db *db, struct arena *a, const struct stop *s, str note, int64_t now,
        struct fault *f) MUST_USE;

/* watch.c */
int stop_watch(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

#endif
