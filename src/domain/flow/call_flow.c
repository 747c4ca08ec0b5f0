/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_flow.c - fields and rules of flows, and what tel is told of them. */
#include "domain/flow/call_flow_priv.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"

#define ENTITY struct call_flow
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 100, "Its name, unique in the project", .flags = REQUIRED | SEARCHED),
        F_JSON(graph, FLOW_SCHEMA, "Its steps; targets are ids of steps, null hangs up", .flags = REQUIRED | UNSORTED),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity call_flow_entity =
        ENTITY_OF(call_flow, fields, "flow", "What a caller hears and presses before somebody speaks with him");

static void fill(struct request *q, void *new)
{
	((struct call_flow *)new)->created_at = q->now;
}

static int check_queues(struct request *q, const struct call_flow *flow, const struct drawing *d)
{
	struct val project;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		if (d->nodes[i].kind != FLOW_QUEUE && d->nodes[i].kind != FLOW_CALLBACK)
			continue;
		err = db_one(q->db, q->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(d->nodes[i].queue)), &project,
		        1, &q->fault);
		if (err == ENOENT || (!err && val_int(project) != flow->project_id))
			err = fail(&q->fault, EINVAL, "graph", "flow", "a step leads to a queue that is not this project's");
	}
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct call_flow *was = old, *flow = new;
	struct drawing *d = NEW(q->a, struct drawing);
	struct val used;
	int err;

	if (!flow) {
		err = db_one(q->db, q->a, "SELECT COUNT(*) FROM number WHERE flow_id = ?1", VALS(V(was->id)), &used, 1,
		        &q->fault);
		return err || !val_int(used) ? err : fail(&q->fault, EEXIST, NULL, "in_use", "numbers lead to this flow");
	}
	err = drawing_read(q->a, flow->graph, d, &q->fault);
	return err ? err : check_queues(q, flow, d);
}

static const struct resource flow_resource = {
        .entity = &call_flow_entity,
        .path = "/projects/{project_id}/flows",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "name",
        .check = check,
        .fill = fill,
};

/* What tel is told ----------------------------------------------------------------------------------------------------- */

struct telling {
	struct arena *a;
	struct message *nodes, *opens;
	size_t n_nodes, n_opens;
	int64_t now;
};

static int add_hours(struct telling *t, int64_t id, str zone, const struct hours *h, struct fault *f)
{
	struct zone_time today;
	int err = zone_local(zone, t->now, &today, f);
	int64_t first = err ? 0 : date_days(today.date) - 1;

	for (int64_t d = first; d < first + FLOW_OPEN_DAYS && !err && t->n_opens < MESSAGE_ROWS_MAX; d++) {
		struct message *row = t->opens + t->n_opens;
		int w = date_weekday(d);
		if (h->from[w] >= h->to[w])
			continue;
		*row = (struct message){.kind = ROW_OPEN, .hours = id};
		err = zone_instant(zone, date_of_days(d), h->from[w], &row->since, f);
		if (!err)
			err = zone_instant(zone, date_of_days(d), h->to[w], &row->until, f);
		t->n_opens++;
	}
	return err;
}

static str keys_text(struct arena *a, const struct flow_node *n)
{
	struct text t = {.a = a};

	for (int i = 0; i < FLOW_KEYS; i++)
		if (n->keys[i] >= 0)
			text_addf(&t, "%s%c:%d", t.n ? " " : "", FLOW_KEY_SIGNS[i], n->keys[i] + 1);
	return text_str(&t);
}

/* A flow too long for the message is left out whole. */
static int add_flow(struct telling *t, int64_t id, str zone, str graph, struct fault *f)
{
	struct drawing *d = NEW(t->a, struct drawing);
	int err = drawing_read(t->a, graph, d, f);

	if (err || t->n_nodes + d->n > MESSAGE_ROWS_MAX)
		return err;
	for (size_t i = 0; i < d->n && !err; i++) {
		const struct flow_node *n = d->nodes + i;
		int64_t hours = n->kind == FLOW_HOURS ? id * FLOW_NODES_MAX + (int64_t)i + 1 : 0;
		t->nodes[t->n_nodes++] = (struct message){.kind = ROW_NODE,
		        .flow = id,
		        .node = (int64_t)i + 1,
		        .node_kind = n->kind,
		        .words = n->words.n ? n->words : (str){0},
		        .next = n->next + 1,
		        .other = n->other + 1,
		        .keys = keys_text(t->a, n),
		        .wait_ms = n->wait_ms,
		        .tries = n->tries,
		        .queue = n->queue,
		        .hours = hours};
		if (hours)
			err = add_hours(t, hours, zone, d->hours + i, f);
	}
	return err;
}

int flow_rows(struct db *db, struct arena *a, int64_t now, struct message_rows *ret_nodes, struct message_rows *ret_opens,
        struct fault *f)
{
	struct telling t = {.a = a,
	        .nodes = NEW_N(a, struct message, MESSAGE_ROWS_MAX),
	        .opens = NEW_N(a, struct message, MESSAGE_ROWS_MAX),
	        .now = now};
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT f.id, p.timezone, f.graph FROM flow f JOIN project p ON p.id = f.project_id WHERE p.state = 'running' AND f.id "
	        "IN (SELECT flow_id FROM number WHERE disabled = 0) ORDER BY f.id LIMIT 500",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		err = add_flow(&t, rows_int(&r, 0), str_copy(a, rows_str(&r, 1)), str_copy(a, rows_str(&r, 2)), f);
	rows_done(&r);
	if (err != ENOENT)
		return err;
	*ret_nodes = (struct message_rows){t.nodes, t.n_nodes};
	*ret_opens = (struct message_rows){t.opens, t.n_opens};
	return 0;
}

static const struct resource *const resources[] = {&flow_resource, NULL};
const struct module flow_module = {.name = "flow", .resources = resources};
