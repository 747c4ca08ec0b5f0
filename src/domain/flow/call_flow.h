/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_flow.h - a flow (IVR) of a project: what a caller hears and presses before somebody speaks with him. A drawing of steps; what a step
 * does is callflow/flow.h's, run by tel, whom app tells the steps as rows and the opening hours as moments.
 *
 * Its drawings are versions: draft → proposed → approved → active → retired (or declined), and one of them runs. The flow itself holds what runs: who
 * reads graph knows nothing of versions. A call that walks through a flow ends by the version it began with (exchange/ivr.c). */
#ifndef DOMAIN_FLOW_CALL_FLOW_H
#define DOMAIN_FLOW_CALL_FLOW_H

#include "callflow/message.h"
#include "kit/route/route.h"

enum { FLOW_OPEN_DAYS = 21 }; /* so long tel knows opening hours ahead */

struct call_flow {
	int64_t id, version, project_id;
	str name, graph; /* absent: nothing runs yet */
	int64_t running; /* number of the version graph is of */
	int64_t created_at;
};
extern const struct entity call_flow_entity;
extern const struct module flow_module;

enum flow_version_state {
	FLOW_VERSION_DRAFT,
	FLOW_VERSION_PROPOSED,
	FLOW_VERSION_APPROVED,
	FLOW_VERSION_DECLINED,
	FLOW_VERSION_ACTIVE,
	FLOW_VERSION_RETIRED
};
/* In a writing closure: a step of a version's life. Proposed and active: what it says and leads to is looked at again. Active: its steps become the
 * flow's, and the one before retires. EALREADY "wrong_state" when it does not stand where the step starts. note: why it was declined, else absent. */
int flow_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum flow_version_state to, str note,
        struct fault *f) MUST_USE;
/* The members name, from, to and steps of an open object: what this version changes against another one of its flow (against 0: the one that runs),
 * for people. Reads only. */
int flow_diff(
        struct db *db, struct arena *a, int64_t version_id, int64_t against, struct json_out *w, struct fault *f) MUST_USE;

/* Flows of running projects, and when they are open from now on, as tel is told them. Reads only. */
int flow_rows(struct db *db, struct arena *a, int64_t now, struct message_rows *ret_nodes, struct message_rows *ret_opens,
        struct fault *f) MUST_USE;
/* Words of a flow that depend on whom they are said to, finished for this contact: ROW_NODE with flow, node, words and voice, for CMD_DIAL. ret_gap:
 * the first merge field with neither a value nor a fallback; absent: all is said. Reads only. */
int flow_words(struct db *db, struct arena *a, int64_t flow_id, int64_t contact_id, struct message_rows *ret, str *ret_gap,
        struct fault *f) MUST_USE;

#endif
