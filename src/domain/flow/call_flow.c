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
		if (d->nodes[i].kind != FLOW_QUEUE)
			continue;
		err = db_one(q->db, q->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(d->nodes[i].queue)), &project,
		        1, &q->fault);
		if (err == ENOENT || (!err && val_int(project) != flow->project_id))
			err = fail(&q->fault, EINVAL, "graph", "flow", "a step leads to a queue that is not this project's");
	}
	return err;
}

/* A result a step gives is one an operator could choose, and promises nothing: nobody is there to ask when. */
static int check_results(struct request *q, const struct call_flow *flow, const struct drawing *d)
{
	struct val n;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		if (!d->nodes[i].result)
			continue;
		err = db_one(q->db, q->a,
		        "SELECT COUNT(*) FROM result r WHERE id = ?1 AND project_id = ?2 AND archived = 0 AND effect <> 'callback' AND NOT "
		        "EXISTS (SELECT 1 FROM result x WHERE x.parent_id = r.id AND x.archived = 0)",
		        VALS(V(d->nodes[i].result), V(flow->project_id)), &n, 1, &q->fault);
		if (!err && !val_int(n))
			err = fail(&q->fault, EINVAL, "graph", "flow_result",
			        "a step gives a result that is not this project's, promises a call, or is a heading");
	}
	return err;
}

static int check_unused(struct request *q, int64_t flow_id)
{
	struct val used[2];
	int err = db_one(q->db, q->a,
	        "SELECT (SELECT COUNT(*) FROM number WHERE flow_id = ?1), (SELECT COUNT(*) FROM project WHERE flow_id = ?1 OR "
	        "after_flow_id = ?1)",
	        VALS(V(flow_id)), used, 2, &q->fault);

	if (!err && val_int(used[0]))
		return fail(&q->fault, EEXIST, NULL, "in_use", "numbers lead to this flow");
	if (!err && val_int(used[1]))
		return fail(&q->fault, EEXIST, NULL, "in_use", "the project itself uses this flow");
	return err;
}

/* One that follows a talk asks and ends. */
static int check_after(struct request *q, const struct call_flow *flow, const struct drawing *d)
{
	struct val used;
	int err = flow_leads_on(d->nodes, d->n)
	                  ? db_one(q->db, q->a, "SELECT COUNT(*) FROM project WHERE after_flow_id = ?1", VALS(V(flow->id)),
	                            &used, 1, &q->fault)
	                  : ENOENT;

	if (err)
		return err == ENOENT ? 0 : err;
	return val_int(used) ? fail(&q->fault, EINVAL, "graph", "flow_after",
	                               "this flow follows talks: it may ask and say, and lead to nobody")
	                     : 0;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct call_flow *was = old, *flow = new;
	struct drawing *d = NEW(q->a, struct drawing);
	int err;

	if (!flow)
		return check_unused(q, was->id);
	err = drawing_read(q->a, flow->graph, d, &q->fault);
	if (!err)
		err = check_queues(q, flow, d);
	if (!err)
		err = check_results(q, flow, d);
	return err ? err : check_after(q, flow, d);
}

/* Its questions, under ids of their own. */
static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct call_flow *flow = new ? new : old;
	struct drawing *d = NEW(q->a, struct drawing);
	struct survey_question *all = NEW_N(q->a, struct survey_question, FLOW_NODES_MAX);
	size_t n = 0;
	int err = new ? drawing_read(q->a, flow->graph, d, f) : 0;

	for (size_t i = 0; i < d->n && !err; i++)
		if (d->nodes[i].kind == FLOW_SURVEY)
			all[n++] = (struct survey_question){.step = d->ids[i],
			        .title = d->titles[i],
			        .words = d->nodes[i].words,
			        .choices = d->choices[i],
			        .rates = d->rates[i]};
	return err ? err : survey_questions_put(db, q->a, flow->project_id, flow->id, all, n, q->now, f);
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
        .changed = changed,
        .fill = fill,
};

/* What tel is told ----------------------------------------------------------------------------------------------------- */

enum { FLOWS_MAX = 500 };
struct told {
	int64_t id;
	str zone, graph;
};
struct telling {
	struct db *db;
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

static str answers_text(struct arena *a, const struct flow_node *n)
{
	struct text t = {.a = a};

	for (int i = 0; i < FLOW_KEYS; i++)
		if (n->answers & 1U << i)
			text_addf(&t, "%c", FLOW_KEY_SIGNS[i]);
	return t.n ? text_str(&t) : (str){0};
}

static int load_questions(struct telling *t, int64_t flow_id, struct drawing *d, struct fault *f)
{
	struct rows r;
	int err = db_ask(t->db, t->a, "SELECT id, step FROM survey_question WHERE flow_id = ?1 AND archived = 0",
	        VALS(V(flow_id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		for (size_t i = 0; i < d->n; i++)
			if (str_eq(d->ids[i], rows_str(&r, 1)))
				d->nodes[i].question = rows_int(&r, 0);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* A flow too long for the message is left out whole. */
static int add_flow(struct telling *t, int64_t id, str zone, str graph, struct fault *f)
{
	struct drawing *d = NEW(t->a, struct drawing);
	int err = drawing_read(t->a, graph, d, f);

	if (!err)
		err = load_questions(t, id, d, f);
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
		        .hours = hours,
		        .answers = answers_text(t->a, n),
		        .question = n->question,
		        .result = n->result,
		        .number = n->number};
		if (hours)
			err = add_hours(t, hours, zone, d->hours + i, f);
	}
	return err;
}

int flow_rows(struct db *db, struct arena *a, int64_t now, struct message_rows *ret_nodes, struct message_rows *ret_opens,
        struct fault *f)
{
	struct telling t = {.db = db,
	        .a = a,
	        .nodes = NEW_N(a, struct message, MESSAGE_ROWS_MAX),
	        .opens = NEW_N(a, struct message, MESSAGE_ROWS_MAX),
	        .now = now};
	struct told *all = NEW_N(a, struct told, FLOWS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT f.id, p.timezone, f.graph FROM flow f JOIN project p ON p.id = f.project_id WHERE p.state = 'running' AND (f.id "
	        "IN (SELECT flow_id FROM number WHERE disabled = 0) OR f.id = p.flow_id OR f.id = p.after_flow_id) ORDER BY f.id LIMIT 500",
	        NO_VALS, &r, f);

	while (!err && n < FLOWS_MAX && !(err = rows_next(&r, f)))
		all[n++] = (struct told){rows_int(&r, 0), str_copy(a, rows_str(&r, 1)), str_copy(a, rows_str(&r, 2))};
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++)
		err = add_flow(&t, all[i].id, all[i].zone, all[i].graph, f);
	if (err)
		return err;
	*ret_nodes = (struct message_rows){t.nodes, t.n_nodes};
	*ret_opens = (struct message_rows){t.opens, t.n_opens};
	return 0;
}

static const struct resource *const resources[] = {&flow_resource, NULL};
const struct module flow_module = {.name = "flow", .resources = resources};
