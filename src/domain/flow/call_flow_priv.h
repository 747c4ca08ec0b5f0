/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_flow_priv.h - a drawing read: its steps as nodes of callflow/flow.h, the first one first; and a flow's versions. */
#ifndef DOMAIN_FLOW_CALL_FLOW_PRIV_H
#define DOMAIN_FLOW_CALL_FLOW_PRIV_H

#include "domain/flow/call_flow.h"
#include "domain/flow/flow_schema.h"
#include "domain/project/project.h"
#include "domain/prompt/prompt.h"
#include "domain/survey/survey.h"

struct drawing {
	struct flow_node nodes[FLOW_NODES_MAX];
	str ids[FLOW_NODES_MAX];
	struct hours hours[FLOW_NODES_MAX];
	str titles[FLOW_NODES_MAX], choices[FLOW_NODES_MAX]; /* choices: of a question, as survey_question keeps them */
	bool rates[FLOW_NODES_MAX];
	bool open_days_off[FLOW_NODES_MAX]; /* hours: of the week alone, whatever the official calendar says */
	size_t n;
};
/* EINVAL on "graph", or on "graph.ID" where one step is wrong. Texts point into the arena. */
int drawing_read(struct arena *a, str graph, struct drawing *ret, struct fault *f) MUST_USE;
/* Of the step of that id; -1: there is none. */
int drawing_index(const struct drawing *d, str id);
/* In whose language words are, by what stands between their fields. */
const char *flow_voice(struct arena *a, str words, enum language usual);

/* check.c: is this a drawing the project may have, in which every queue, prompt, result and word is there? Faults as drawing_read's. flow_id 0: a
 * new flow's. Reads only. */
int flow_check(struct db *db, struct arena *a, int64_t project_id, int64_t flow_id, str graph, struct drawing *ret,
        struct fault *f) MUST_USE;
/* What a question says: its own words, or its prompt's. */
int flow_said(struct db *db, struct arena *a, const struct flow_node *n, str *ret, struct fault *f) MUST_USE;

/* version.c */
struct flow_version {
	int64_t id, version, project_id, flow_id, number;
	int state;
	str graph, note;
	int64_t author_id, approved_by, approved_at, created_at;
};
extern const struct entity flow_version_entity;
extern const struct resource flow_resource, flow_version_resource;
extern const struct route flow_routes[];
/* In writing closures: the steps written with the flow are a version, which runs; all of a flow that is removed goes. */
int flow_version_keep(struct request *q, struct db *db, const struct call_flow *flow, struct fault *f) MUST_USE;
int flow_version_drop(struct db *db, struct arena *a, const struct call_flow *flow, struct fault *f) MUST_USE;

#endif
