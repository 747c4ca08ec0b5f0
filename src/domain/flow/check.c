/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c - whether a drawing fits its project: its queues, prompts, words, results, and what the flow is used for. */
#include "domain/flow/call_flow_priv.h"

struct checking {
	struct db *db;
	struct arena *a;
	int64_t project_id, flow_id;
	const struct drawing *d;
};

static int check_queues(const struct checking *c, struct fault *f)
{
	const struct drawing *d = c->d;
	struct val project;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		if (d->nodes[i].kind != FLOW_QUEUE && d->nodes[i].kind != FLOW_CALLBACK)
			continue;
		err = db_one(c->db, c->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(d->nodes[i].queue)), &project,
		        1, f);
		if (err == ENOENT || (!err && val_int(project) != c->project_id))
			err = fail(f, EINVAL, "graph", "flow", "a step leads to a queue that is not this project's");
	}
	return err;
}

/* A result a step gives is one an operator could choose, and promises nothing: nobody is there to ask when. */
static int check_results(const struct checking *c, struct fault *f)
{
	const struct drawing *d = c->d;
	struct val n;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		if (!d->nodes[i].result)
			continue;
		err = db_one(c->db, c->a,
		        "SELECT COUNT(*) FROM result r WHERE id = ?1 AND project_id = ?2 AND archived = 0 AND effect <> 'callback' AND NOT "
		        "EXISTS (SELECT 1 FROM result x WHERE x.parent_id = r.id AND x.archived = 0)",
		        VALS(V(d->nodes[i].result), V(c->project_id)), &n, 1, f);
		if (!err && !val_int(n))
			err = fail(f, EINVAL, "graph", "flow_result",
			        "a step gives a result that is not this project's, promises a call, or is a heading");
	}
	return err;
}

/* Prompts of this project or of the house; words whose merge fields are known. A fault names its step as drawing_read does. */
static int check_said(const struct checking *c, struct fault *f)
{
	const struct drawing *d = c->d;
	int err = 0;

	for (size_t i = 0; i < d->n && !err; i++) {
		const struct flow_node *n = d->nodes + i;
		const char *place = str_printf(c->a, "graph.%.*s", STR_ARG(d->ids[i])).p;
		struct prompt p;
		if (!n->prompt)
			err = prompt_check_words(c->db, c->a, c->project_id, place, n->words, f);
		else if ((err = prompt_of_project(c->db, c->a, n->prompt, c->project_id, &p, f)) == ENOENT)
			err = fail(f, EINVAL, place, "flow", "it says a prompt that is not there");
	}
	return err;
}

/* One that follows a talk asks and ends. */
static int check_after(const struct checking *c, struct fault *f)
{
	struct val used;
	int err = flow_leads_on(c->d->nodes, c->d->n)
	                  ? db_one(c->db, c->a, "SELECT COUNT(*) FROM project WHERE after_flow_id = ?1", VALS(V(c->flow_id)),
	                            &used, 1, f)
	                  : ENOENT;

	if (err)
		return err == ENOENT ? 0 : err;
	return val_int(used) ? fail(f, EINVAL, "graph", "flow_after",
	                               "this flow follows talks: it may ask and say, and lead to nobody")
	                     : 0;
}

int flow_check(
        struct db *db, struct arena *a, int64_t project_id, int64_t flow_id, str graph, struct drawing *ret, struct fault *f)
{
	struct checking c = {db, a, project_id, flow_id, ret};
	int err = drawing_read(a, graph, ret, f);

	if (!err)
		err = check_queues(&c, f);
	if (!err)
		err = check_said(&c, f);
	if (!err)
		err = check_results(&c, f);
	return err ? err : check_after(&c, f);
}

int flow_said(struct db *db, struct arena *a, const struct flow_node *n, str *ret, struct fault *f)
{
	struct val words;
	int err = n->prompt ? db_one(db, a, "SELECT COALESCE(words, name) FROM prompt WHERE id = ?1", VALS(V(n->prompt)),
	                              &words, 1, f)
	                    : ENOENT;

	*ret = err ? n->words : val_str(words);
	return err == ENOENT ? 0 : err;
}
