/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split.h - two approved versions of a script tried against each other: a is the active one, b one that was active before. Each contact hears one
 * of them, chosen by its number and kept, whoever calls it. A winner is named by the sequential test only. ADR 0039. */
#ifndef DOMAIN_SCRIPT_SPLIT_H
#define DOMAIN_SCRIPT_SPLIT_H

#include "domain/script/script.h"

enum split_state { SPLIT_RUNNING, SPLIT_STOPPED };
enum split_goal { GOAL_LEAD, GOAL_MEETING, GOAL_PRESENTATION, GOAL_SALE };
struct split {
	int64_t id, version, project_id, a_id, b_id;
	int goal, state;
	int64_t started_by, started_at, stopped_by, stopped_at;
	str stopped_why;
};
extern const struct resource split_resource;

/* Of two halves the one a contact falls into: 0 or 1, the same for ever. Pure. */
int split_side(int64_t split_id, int64_t contact_id);
/* In a writing closure, with the contact held: the version a contact hears, when its project tries two; else *version_id stays. contact_id 0 is
 * nobody. */
int split_assign(struct db *db, struct arena *a, int64_t project_id, int64_t contact_id, int64_t now, int64_t *version_id,
        struct fault *f) MUST_USE;
/* In a writing closure: another contact hears that version. */
int split_joined(struct db *db, int64_t split_id, int64_t script_version_id, struct fault *f) MUST_USE;
/* In a writing closure: a call ended, or what it counts as changed. Nothing where its contact is in no test. */
int split_count(struct db *db, struct arena *a, int64_t call_id, struct fault *f) MUST_USE;
/* What tests came to against a recount: how many rows differ is added to *wrong. And made anew. */
int split_sums_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f) MUST_USE;
int split_sums_recount(struct db *db, struct arena *a, struct fault *f) MUST_USE;
/* In a writing closure: a test that runs in the project ends, since another version is used from now on. */
int split_end(const struct by *by, struct db *db, struct arena *a, int64_t project_id, struct fault *f) MUST_USE;

#endif
