/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script_priv.h - what the files of this folder share. */
#ifndef DOMAIN_SCRIPT_SCRIPT_PRIV_H
#define DOMAIN_SCRIPT_SCRIPT_PRIV_H

#include "domain/script/script.h"

struct decline_body {
	str note;
};

struct said_body {
	int64_t call_id;
	str node, said;
};
struct settle_body {
	str ids;
	int state;
	int64_t script_version_id;
};
struct split_stop_body {
	int64_t keep_id;
	str why;
};
extern const struct shape said_shape, settle_shape, split_stop_shape;
extern const struct entity split_entity;
extern const char *const split_goals[];

/* split.c, split_http.c */
int split_stop(struct request *q);
int split_reading(struct request *q);
int split_plan(struct request *q);

/* unanswered.c */
int unanswered_note(struct request *q);
int unanswered_groups(struct request *q);
int unanswered_settle(struct request *q);
/* walk.c */
int script_steps(struct request *q);
/* script_http.c */
int script_get(struct request *q);
int script_lint(struct request *q);
int script_compare(struct request *q);
int script_copy(struct request *q);
int script_propose(struct request *q);
int script_approve(struct request *q);
int script_decline(struct request *q);

#endif
