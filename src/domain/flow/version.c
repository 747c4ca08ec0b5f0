/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.c - the versions of a flow and their life; the one that becomes active is the flow's from that transaction on. */
#include "base/parse.h"
#include "domain/flow/call_flow_priv.h"
#include "domain/role/role.h"

static const char *const states[] = {"draft", "proposed", "approved", "declined", "active", "retired", NULL};

#define ENTITY struct flow_version
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_REF(flow_id, "call_flow", "Its flow", .flags = REQUIRED | FIXED),
        F_INT(number, 1, 1000000, "Number within the flow: v1, v2, …", .flags = GIVEN),
        F_WORD(state, states, "Where it is in its life; only «active» runs", .flags = GIVEN),
        F_JSON(graph, FLOW_SCHEMA, "Its steps; targets are ids of steps, null hangs up",
                .flags = REQUIRED | UNSORTED | UNLISTED),
        F_STR(note, 0, 2000, "What changed against the version before, or why it was declined",
                .flags = NULLABLE | SEARCHED),
        F_REF(author_id, "user", "Who drew it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_REF(approved_by, "user", "Who approved it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_TIME(approved_at, "When it was approved", .flags = NULLABLE | GIVEN),
        F_TIME(created_at, "When it was drafted", .flags = GIVEN),
};
#undef ENTITY
const struct entity flow_version_entity = ENTITY_OF(flow_version, fields, "flow_version", "A version of a flow");

static void fill(struct request *q, void *new)
{
	struct flow_version *v = new;

	v->number = 1;
	v->author_id = q->who->user_id;
	v->created_at = q->now;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct flow_version *was = old;
	struct flow_version *v = new;
	struct call_flow flow;
	int err;

	if (was && was->state != FLOW_VERSION_DRAFT)
		return entity_not_draft(&q->fault);
	if (!v)
		return 0;
	err = entity_get(&call_flow_entity, q->db, q->a, v->flow_id, &flow, &q->fault);
	if (!err && flow.project_id != v->project_id)
		err = fail(&q->fault, EINVAL, "flow_id", "other_project", "the flow is another project's");
	if (!err)
		err = flow_check(q->db, q->a, v->project_id, v->flow_id, v->graph, NEW(q->a, struct drawing), &q->fault);
	return err || was
	               ? err
	               : entity_next_number(&flow_version_entity, q->db, q->a, "flow_id", v->flow_id, &v->number, &q->fault);
}

const struct resource flow_version_resource = {
        .entity = &flow_version_entity,
        .path = "/projects/{project_id}/flow_versions",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-number",
        .check = check,
        .fill = fill,
};

/* What runs ------------------------------------------------------------------------------------------------------------------ */

/* The questions of what runs, under ids of their own: one keeps its id while its step stands in the drawing. */
static int put_questions(
        struct db *db, struct arena *a, const struct call_flow *flow, const struct drawing *d, int64_t now, struct fault *f)
{
	struct survey_question *all = NEW_N(a, struct survey_question, FLOW_NODES_MAX);
	size_t n = 0;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		if (d->nodes[i].kind != FLOW_SURVEY)
			continue;
		all[n] = (struct survey_question){
		        .step = d->ids[i], .title = d->titles[i], .choices = d->choices[i], .rates = d->rates[i]};
		err = flow_said(db, a, d->nodes + i, &all[n++].words, f);
	}
	return err ? err : survey_questions_put(db, a, flow->project_id, flow->id, all, n, now, f);
}

/* The prompts of what runs, and of what was proposed to run: none of them goes meanwhile. */
static int keep_prompts(struct db *db, struct arena *a, int64_t flow_id, struct fault *f)
{
	enum { VERSIONS = 20, ALL = VERSIONS * FLOW_NODES_MAX };
	int64_t *prompts = NEW_N(a, int64_t, ALL);
	struct json doc, nodes;
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT graph FROM flow_version WHERE flow_id = ?1 AND state IN ('proposed', 'approved', 'active') ORDER BY state, id LIMIT 20",
	        VALS(V(flow_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		err = json_parse(a, rows_str(&r, 0), &doc, f);
		nodes = json_get(doc, "nodes");
		for (size_t i = 0; !err && i < json_count(nodes) && n < ALL; i++)
			if ((prompts[n] = json_get_int(json_at(nodes, i), "prompt_id", 0)))
				n++;
	}
	rows_done(&r);
	return err == ENOENT ? prompt_said_by(db, flow_id, prompts, n, f) : err;
}

static int retire_active(struct db *db, int64_t flow_id, struct fault *f)
{
	return db_run(db,
	        "UPDATE flow_version SET state = 'retired', version = version + 1 WHERE flow_id = ?1 AND state = 'active'",
	        VALS(V(flow_id)), NULL, f);
}

int flow_version_keep(struct request *q, struct db *db, const struct call_flow *flow, struct fault *f)
{
	struct drawing *d = NEW(q->a, struct drawing);
	struct flow_version v = {.project_id = flow->project_id,
	        .flow_id = flow->id,
	        .number = flow->running,
	        .state = FLOW_VERSION_ACTIVE,
	        .graph = flow->graph,
	        .author_id = q->who->user_id,
	        .approved_by = q->who->user_id,
	        .approved_at = q->now,
	        .created_at = q->now};
	int err = drawing_read(q->a, flow->graph, d, f);

	if (!err)
		err = retire_active(db, flow->id, f);
	if (!err)
		err = entity_insert(&flow_version_entity, db, q->a, &v, f);
	if (!err)
		err = request_changed(q, db, &flow_version_resource, "created", NULL, &v, f);
	if (!err)
		err = put_questions(db, q->a, flow, d, q->now, f);
	return err ? err : keep_prompts(db, q->a, flow->id, f);
}

int flow_version_drop(struct db *db, struct arena *a, const struct call_flow *flow, struct fault *f)
{
	int err = survey_questions_put(db, a, flow->project_id, flow->id, NULL, 0, 0, f);

	if (!err)
		err = prompt_said_by(db, flow->id, NULL, 0, f);
	return err ? err : db_run(db, "DELETE FROM flow_version WHERE flow_id = ?1", VALS(V(flow->id)), NULL, f);
}

static int take_effect(const struct by *by, struct db *db, struct arena *a, const struct flow_version *v,
        const struct drawing *d, struct fault *f)
{
	struct call_flow was, flow;
	int err = entity_get(&call_flow_entity, db, a, v->flow_id, &was, f);

	if (!err)
		err = retire_active(db, v->flow_id, f);
	if (err)
		return err;
	flow = was;
	flow.graph = v->graph;
	flow.running = v->number;
	err = entity_change(&call_flow_entity, db, a, &was, &flow, f);
	if (!err)
		err = resource_changed(&flow_resource, by, db, a, "changed", &was, &flow, f);
	return err ? err : put_questions(db, a, &flow, d, by->now, f);
}

/* Its life ------------------------------------------------------------------------------------------------------------------- */

/* From which states each may be entered; what is withdrawn from the customer is a draft again. */
static const unsigned from[] = {
        [FLOW_VERSION_DRAFT] = 1u << FLOW_VERSION_PROPOSED | 1u << FLOW_VERSION_APPROVED,
        [FLOW_VERSION_PROPOSED] = 1u << FLOW_VERSION_DRAFT | 1u << FLOW_VERSION_PROPOSED,
        [FLOW_VERSION_APPROVED] = 1u << FLOW_VERSION_PROPOSED,
        [FLOW_VERSION_DECLINED] = 1u << FLOW_VERSION_PROPOSED,
        [FLOW_VERSION_ACTIVE] = 1u << FLOW_VERSION_DRAFT | 1u << FLOW_VERSION_APPROVED | 1u << FLOW_VERSION_RETIRED,
        [FLOW_VERSION_RETIRED] = 1u << FLOW_VERSION_ACTIVE,
};
static const char *const verbs[] = {"withdrawn", "proposed", "agreed", "declined", "approved", "retired"};

static int wrong_state(struct fault *f)
{
	return fail(f, EALREADY, "state", "wrong_state", "the version is no longer where this step starts: look again");
}

int flow_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum flow_version_state to, str note,
        struct fault *f)
{
	struct drawing *d = NEW(a, struct drawing);
	struct flow_version was, v;
	int err = entity_get(&flow_version_entity, db, a, id, &was, f);

	if (!err && !(from[to] & 1u << was.state))
		err = wrong_state(f);
	if (!err && (to == FLOW_VERSION_PROPOSED || to == FLOW_VERSION_ACTIVE))
		err = flow_check(db, a, was.project_id, was.flow_id, was.graph, d, f);
	if (err || was.state == (int)to)
		return err;
	v = was;
	v.state = to;
	if (note.n)
		v.note = note;
	if (to == FLOW_VERSION_APPROVED || (to == FLOW_VERSION_ACTIVE && !v.approved_at)) {
		v.approved_by = by->who ? by->who->user_id : 0;
		v.approved_at = by->now;
	}
	if (to == FLOW_VERSION_ACTIVE)
		err = take_effect(by, db, a, &v, d, f);
	if (!err)
		err = entity_change(&flow_version_entity, db, a, &was, &v, f);
	if (!err)
		err = resource_changed(&flow_version_resource, by, db, a, verbs[to], &was, &v, f);
	return err ? err : keep_prompts(db, a, v.flow_id, f);
}

struct publishing {
	struct request *q;
	struct flow_version v;
};

static int publish_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct publishing *p = arg;
	struct by by = request_by(p->q);
	int err = flow_move(&by, db, a, p->q->id[0], FLOW_VERSION_ACTIVE, (str){0}, f);

	return err ? err : entity_get(&flow_version_entity, db, a, p->q->id[0], &p->v, f);
}

/* A draft, or one that ran before; what a change carries waits for it. */
static int publish(struct request *q)
{
	struct publishing p = {.q = q};
	int err = resource_find(&flow_version_resource, q, q->id[0], &p.v);

	if (!err)
		err = project_by_customer(q->db, q->a, p.v.project_id, &q->fault);
	if (!err && p.v.state != FLOW_VERSION_DRAFT && p.v.state != FLOW_VERSION_RETIRED)
		err = wrong_state(&q->fault);
	if (!err)
		err = request_write(q, publish_write, &p);
	if (!err)
		request_give(q, &flow_version_entity.shape, &p.v);
	return err;
}

/* Both in reach and of one flow. */
static int compare(struct request *q)
{
	str other = http_param(q->http, "against");
	struct flow_version old, new;
	int64_t against = 0;
	int err = resource_find(&flow_version_resource, q, q->id[0], &new);

	if (!err && other.n && !parse_int(other, 1, INT64_MAX, &against))
		err = fail(&q->fault, EINVAL, "against", "reference", "no such version of this flow");
	if (!err && against)
		err = resource_find(&flow_version_resource, q, against, &old);
	if (!err && against && old.flow_id != new.flow_id)
		err = fail(&q->fault, EINVAL, "against", "reference", "no such version of this flow");
	if (err)
		return err;
	json_open(&q->out, '{');
	err = flow_diff(q->db, q->a, new.id, against, &q->out, &q->fault);
	json_close(&q->out, '}');
	return err;
}

const struct route flow_routes[] = {
        {HTTP_GET, "/flow_versions/{id}/diff", MAY_SEE_PROJECTS, compare,
                "What a version changes against another one of its flow (against), else the one that runs: steps, their words marked",
                .gives_raw = "application/json", .schema = FLOW_DIFF_SCHEMA},
        {HTTP_POST, "/flow_versions/{id}/publish", MAY_RUN_PROJECT, publish,
                "Let a draft run, or one that ran before: calls from now on go by it", .gives = &flow_version_entity.shape},
        {0},
};
