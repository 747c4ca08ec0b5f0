/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_flow.h - a flow (IVR) of a project: what a caller hears and presses before somebody speaks with him. A drawing of steps; what a step
 * does is callflow/flow.h's, run by tel, whom app tells the steps as rows and the opening hours as moments. */
#ifndef DOMAIN_FLOW_CALL_FLOW_H
#define DOMAIN_FLOW_CALL_FLOW_H

#include "callflow/message.h"
#include "kit/route/route.h"

enum { FLOW_OPEN_DAYS = 21 }; /* so long tel knows opening hours ahead */

struct call_flow {
	int64_t id, version, project_id;
	str name, graph;
	int64_t created_at;
};
extern const struct entity call_flow_entity;
extern const struct module flow_module;

/* Flows of running projects, and when they are open from now on, as tel is told them. Reads only. */
int flow_rows(struct db *db, struct arena *a, int64_t now, struct message_rows *ret_nodes, struct message_rows *ret_opens,
        struct fault *f) MUST_USE;
/* Words of a flow that depend on whom they are said to, finished for this contact: ROW_NODE with flow, node, words and voice, for CMD_DIAL. ret_gap:
 * the first merge field with neither a value nor a fallback; absent: all is said. Reads only. */
int flow_words(struct db *db, struct arena *a, int64_t flow_id, int64_t contact_id, struct message_rows *ret, str *ret_gap,
        struct fault *f) MUST_USE;

#endif
