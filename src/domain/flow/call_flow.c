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

/* Prompts of this project or of the house; words whose merge fields are known. A fault names its step as drawing_read does. */
static int check_said(struct request *q, const struct call_flow *flow, const struct drawing *d)
{
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		const struct flow_node *n = d->nodes + i;
		const char *place = str_printf(q->a, "graph.%.*s", STR_ARG(d->ids[i])).p;
		struct prompt p;
		if (!n->prompt)
			err = prompt_check_words(q->db, q->a, flow->project_id, place, n->words, &q->fault);
		else if ((err = prompt_of_project(q->db, q->a, n->prompt, flow->project_id, &p, &q->fault)) == ENOENT)
			err = fail(&q->fault, EINVAL, place, "flow", "it says a prompt that is not there");
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
		err = check_said(q, flow, d);
	if (!err)
		err = check_results(q, flow, d);
	return err ? err : check_after(q, flow, d);
}

/* What a question says, for the totals: its own words, or its prompt's. */
static int words_of(struct db *db, struct arena *a, const struct flow_node *n, str *ret, struct fault *f)
{
	struct val words;
	int err = n->prompt ? db_one(db, a, "SELECT COALESCE(words, name) FROM prompt WHERE id = ?1", VALS(V(n->prompt)),
	                              &words, 1, f)
	                    : ENOENT;

	*ret = err ? n->words : val_str(words);
	return err == ENOENT ? 0 : err;
}

/* Its questions, under ids of their own. */
static int put_questions(
        struct request *q, struct db *db, const struct call_flow *flow, const struct drawing *d, struct fault *f)
{
	struct survey_question *all = NEW_N(q->a, struct survey_question, FLOW_NODES_MAX);
	size_t n = 0;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		if (d->nodes[i].kind != FLOW_SURVEY)
			continue;
		all[n] = (struct survey_question){
		        .step = d->ids[i], .title = d->titles[i], .choices = d->choices[i], .rates = d->rates[i]};
		err = words_of(db, q->a, d->nodes + i, &all[n++].words, f);
	}
	return err ? err : survey_questions_put(db, q->a, flow->project_id, flow->id, all, n, q->now, f);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct call_flow *flow = new ? new : old;
	struct drawing *d = NEW(q->a, struct drawing);
	int64_t prompts[FLOW_NODES_MAX];
	size_t n = 0;
	int err = new ? drawing_read(q->a, flow->graph, d, f) : 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->nodes[i].prompt)
			prompts[n++] = d->nodes[i].prompt;
	if (!err)
		err = put_questions(q, db, flow, d, f);
	return err ? err : prompt_said_by(db, flow->id, prompts, n, f);
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

static const struct resource *const resources[] = {&flow_resource, NULL};
const struct module flow_module = {.name = "flow", .resources = resources};
