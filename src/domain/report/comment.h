/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comment.h - what is said under a row of the report, and who is named there. Each naming is a row of the table mention and an event "mention"
 * "created" for the one who was named, in the transaction of the comment: row_id the mention's id, body {"project_id", "contact_id", "comment_id"}.
 * Our own people are told as they chose besides (domain/notification). */
#ifndef DOMAIN_REPORT_COMMENT_H
#define DOMAIN_REPORT_COMMENT_H

#include "kit/route/route.h"

extern const struct resource report_comment_resource, mention_resource;
int report_people(struct request *q); /* GET /projects/{id}/report/people */
int mentions_read(struct request *q); /* POST /mentions/read */
struct mentions_read_body {
	int64_t contact_id;
};
extern const struct shape mentions_read_shape;
extern const char people_schema[];

struct mention {
	int64_t id, comment_id, project_id, contact_id, user_id;
};
/* In the closure that wrote m. */
int mention_added(struct db *db, struct arena *a, const struct mention *m, struct fault *f) MUST_USE;

/* A row is to be read again: by everybody who sees it, or on the screens of one of them. In a writing closure. */
int row_event(
        struct db *db, struct arena *a, int64_t project_id, int64_t contact_id, int64_t user_id, struct fault *f) MUST_USE;
/* Whom w may name in a project's report: who sees it, and of whom w may know: from outside his own company and who leads the project. */
int report_may_name(struct db *db, struct arena *a, const struct who *w, int64_t project_id, int64_t user_id, bool *ret,
        struct fault *f) MUST_USE;

#endif
