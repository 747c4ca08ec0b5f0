/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change.h - a change of a project's script, base, strategy or flow: what it changes, shown word by word, what is expected of it, and who decided.
 * Where the customer approves (project.customer_approves), what he has not approved is not dialled; else who leads the project
 * decides. proposed → questioned → proposed … → approved | declined; approved → applied at its moment; withdrawn before that. ADR 0033.
 *
 * The diff is made once, when the change is proposed, and kept: it is what was decided upon. */
#ifndef DOMAIN_CHANGE_CHANGE_H
#define DOMAIN_CHANGE_CHANGE_H

#include "engine/stats/shares.h"
#include "kit/app/app.h"
#include "kit/route/route.h"

enum change_kind { CHANGE_SCRIPT, CHANGE_BASE, CHANGE_STRATEGY, CHANGE_FLOW, CHANGE_COMPOSITION };
enum change_state {
	CHANGE_PROPOSED,
	CHANGE_QUESTIONED,
	CHANGE_APPROVED,
	CHANGE_DECLINED,
	CHANGE_APPLIED,
	CHANGE_WITHDRAWN,
	CHANGE_STATES
};
extern const char *const change_kinds[], *const change_states[CHANGE_STATES + 1];

struct change {
	int64_t id, version, project_id, number;
	int kind, state;
	str title, effect; /* effect: what is expected of it */
	int64_t script_version_id, base_id, import_id, retires_base_id, strategy_id,
	        flow_version_id; /* what it proposes, 0: not this */
	str diff;
	int64_t takes_effect_at; /* 0: as soon as it is approved */
	int64_t author_id, created_at;
	str decided_by;
	int64_t decided_at;
	str decision_note;
	int64_t applied_at, withdrawn_at;
};
extern const struct entity change_entity;
extern const struct resource change_resource;
extern const struct module change_module;

enum decision { DECISION_APPROVE, DECISION_DECLINE, DECISION_ASK };
extern const char *const decision_words[];
/* What somebody decides: a note is asked for with a refusal and a question. */
struct decision_body {
	int decision;
	str note;
};
extern const struct shape decision_shape;

/* In a writing closure; job_wake after it. EALREADY "decided" or "withdrawn" when somebody was faster. said_by: his name or address. */
int change_decide(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t id,
        const struct decision_body *d, str said_by, struct change *ret, struct fault *f) MUST_USE;

/* What an applied change brought: from dialogue to lead in the calls of the change in force before it (of none: before the first), and in its own. */
struct change_side {
	int64_t dialogues, leads;
};
struct change_effect {
	int64_t number, applied_at;
	str title;
	struct change_side before, after;
	bool both; /* there are dialogues on both sides: then d says how they differ */
	struct shares_difference d;
};
/* Of the project's last `max` changes that took effect, in their order; in the arena. Reads only. */
int change_effects(struct db *db, struct arena *a, int64_t project_id, struct change_effect *ret, size_t max, size_t *ret_n,
        struct fault *f) MUST_USE;

/* As the members "change" and "words" of an open object, for the page of a letter's link. Reads only. */
int change_put(struct db *db, struct arena *a, int64_t id, struct json_out *w, struct fault *f) MUST_USE;

#endif
