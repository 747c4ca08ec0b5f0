/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_priv.h - between the files of the folder. */
#ifndef DOMAIN_CHANGE_CHANGE_PRIV_H
#define DOMAIN_CHANGE_CHANGE_PRIV_H

#include "domain/change/change.h"
#include "domain/notification/notification.h"
#include "kit/job/job.h"

/* diff.c: what c changes against what the project has now, as JSON for people. Reads only. */
int change_diff(struct db *db, struct arena *a, const struct change *c, str *ret, struct fault *f) MUST_USE;

/* change_db.c. The change as it is now, and nobody else changes it until the transaction ends. */
int change_hold(struct db *db, struct arena *a, int64_t id, struct change *ret, struct fault *f) MUST_USE;
/* In a writing closure: what c proposes goes where its state says. */
int change_parts_move(const struct by *by, struct db *db, struct arena *a, const struct change *c, struct fault *f) MUST_USE;
int change_keep(const struct by *by, struct db *db, struct arena *a, const char *verb, const struct change *was,
        struct change *c, struct fault *f) MUST_USE;
int change_said(struct db *db, struct arena *a, const struct change *c, const char *kind, str said_by, str words,
        int64_t now, struct fault *f) MUST_USE;
/* The job that lets approved changes take effect. */
int change_apply(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* letters.c, in writing closures: the customer is asked to decide where he approves; the manager hears what he said. */
int change_ask_customer(const struct app *app, struct db *db, struct arena *a, const struct change *c, int64_t now,
        int64_t *ret_letters, struct fault *f) MUST_USE;
int change_tell_manager(const struct app *app, struct db *db, struct arena *a, const struct change *c,
        const struct decision_body *d, str said_by, int64_t now, struct fault *f) MUST_USE;

/* effect.c */
int change_effect_route(struct request *q);
int script_effect_route(struct request *q);
/* Of a change that took effect; all zero for one that has not. Reads only. */
int change_effect_of(struct db *db, struct arena *a, int64_t change_id, struct change_effect *ret, struct fault *f) MUST_USE;
/* both and d of its two sides. */
void change_compare(struct change_effect *e);

/* news.c: the job that tells the customer that his conversion rose. */
int change_news(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* change_http.c */
int change_letter(struct request *q);
int change_decide_route(struct request *q);
int change_answer(struct request *q);
int change_withdraw(struct request *q);
struct answer_body {
	str words;
};
extern const struct shape answer_shape;

#endif
