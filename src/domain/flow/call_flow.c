/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_flow.c - fields and rules of flows. */
#include "domain/flow/call_flow_priv.h"
#include "domain/role/role.h"

#define ENTITY struct call_flow
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 100, "Its name, unique in the project", .flags = REQUIRED | SEARCHED),
        F_JSON(graph, FLOW_SCHEMA,
                "The steps it runs by: targets are ids of steps, null hangs up. Written, they are its next version, which runs at once",
                .flags = NULLABLE | UNSORTED),
        F_INT(running, 0, 0, "Number of the version that runs; null: none does yet", .flags = NULLABLE | GIVEN),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity call_flow_entity =
        ENTITY_OF(call_flow, fields, "flow", "What a caller hears and presses before somebody speaks with him");

static void fill(struct request *q, void *new)
{
	((struct call_flow *)new)->created_at = q->now;
}

/* What is written with the flow itself runs at once: not where the customer approves it. A flow that runs goes on. */
static int check_steps(struct request *q, const struct call_flow *was, struct call_flow *flow)
{
	struct drawing *d = NEW(q->a, struct drawing);
	int err;

	if (was ? str_eq(was->graph, flow->graph) : !flow->graph.n)
		return 0;
	if (!flow->graph.n)
		return fail(&q->fault, EINVAL, "graph", "required", "a flow that runs keeps its steps");
	err = flow_check(q->db, q->a, flow->project_id, flow->id, flow->graph, d, &q->fault);
	if (!err)
		err = project_by_customer(q->db, q->a, flow->project_id, &q->fault);
	return err ? err
	           : entity_next_number(&flow_version_entity, q->db, q->a, "flow_id", flow->id, &flow->running, &q->fault);
}

static int check_unused(struct request *q, int64_t flow_id)
{
	struct val used[3];
	int err = db_one(q->db, q->a,
	        "SELECT (SELECT COUNT(*) FROM number WHERE flow_id = ?1), (SELECT COUNT(*) FROM project WHERE flow_id = ?1 OR "
	        "after_flow_id = ?1), (SELECT COUNT(*) FROM flow_version WHERE flow_id = ?1 AND state IN ('proposed', 'approved'))",
	        VALS(V(flow_id)), used, 3, &q->fault);

	if (!err && val_int(used[0]))
		return fail(&q->fault, EEXIST, NULL, "in_use", "numbers lead to this flow");
	if (!err && val_int(used[1]))
		return fail(&q->fault, EEXIST, NULL, "in_use", "the project itself uses this flow");
	if (!err && val_int(used[2]))
		return fail(
		        &q->fault, EEXIST, NULL, "in_use", "a change proposes a version of this flow: withdraw it first");
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct call_flow *was = old;

	return new ? check_steps(q, was, new) : check_unused(q, was->id);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct call_flow *was = old, *flow = new;

	if (!flow)
		return flow_version_drop(db, q->a, was, f);
	return flow->running && (!was || was->running != flow->running) ? flow_version_keep(q, db, flow, f) : 0;
}

const struct resource flow_resource = {
        .entity = &call_flow_entity,
        .path = "/projects/{project_id}/flows",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "name",
        .check = check,
        .changed = changed,
        .fill = fill,
};

static const struct resource *const resources[] = {&flow_resource, &flow_version_resource, NULL};
const struct module flow_module = {.name = "flow", .resources = resources, .routes = flow_routes};
