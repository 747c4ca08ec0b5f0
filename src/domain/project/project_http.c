/* SPDX-License-Identifier: GPL-3.0-or-later */
/* project_http.c - the life of a project: readiness and the moves from state to state. */
#include "domain/project/project_priv.h"

int project_readiness(struct request *q)
{
	struct missing missing[MISSING_MAX];
	struct project p;
	size_t n = 0;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = project_missing(q->db, q->a, &p, missing, &n, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "ready");
	json_add_bool(&q->out, n == 0);
	json_key(&q->out, "missing");
	json_open(&q->out, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&q->out, '{');
		json_key(&q->out, "code");
		json_add_text(&q->out, str_of(missing[i].code));
		json_key(&q->out, "what");
		json_add_text(&q->out, str_of(missing[i].what));
		json_key(&q->out, "page");
		json_add_text(&q->out, str_of(missing[i].page));
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

/* One move: from which states it may be made, where it leads, what must be complete. */
struct move {
	unsigned from; /* bits of 1 << enum project_state */
	enum project_state to;
	enum { NEEDS_NOTHING, NEEDS_ALL } needs;
	const char *verb;
};
#define FROM(state) (1u << PROJECT_##state)

static const struct move ready = {FROM(HANDED_OVER), PROJECT_READY, NEEDS_ALL, "ready"};
static const struct move run = {FROM(HANDED_OVER) | FROM(READY) | FROM(STOPPED), PROJECT_RUNNING, NEEDS_ALL, "running"};
static const struct move stop = {FROM(RUNNING), PROJECT_STOPPED, NEEDS_NOTHING, "stopped"};
static const struct move finish = {
        FROM(HANDED_OVER) | FROM(READY) | FROM(RUNNING) | FROM(STOPPED), PROJECT_FINISHED, NEEDS_NOTHING, "finished"};

struct moving {
	struct request *q;
	const struct move *move;
	str reason;
	struct project p;
};

static int may_move(struct db *db, struct arena *a, const struct moving *m, struct fault *f)
{
	struct missing missing[MISSING_MAX];
	size_t n = 0;
	int err = 0;

	if (!(m->move->from & 1u << m->p.state))
		return fail(f, EINVAL, "state", "wrong_state", "a project that is %s cannot become %s",
		        project_states[m->p.state], project_states[m->move->to]);
	if (m->move->needs != NEEDS_NOTHING)
		err = project_missing(db, a, &m->p, missing, &n, f);
	if (!err && n)
		err = fail(f, EINVAL, missing[0].code, "not_ready", "%zu things are missing, first of all %s", n,
		        missing[0].what);
	return err;
}

static int move_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct project was;
	int err = entity_get(&project_entity, db, a, m->p.id, &m->p, f);

	if (!err)
		err = may_move(db, a, m, f);
	if (err)
		return err;
	was = m->p;
	m->p.state = m->move->to;
	m->p.stopped_reason = m->reason;
	m->p.stopped_at = m->move->to == PROJECT_STOPPED ? m->q->now : 0;
	err = entity_update(&project_entity, db, a, &m->p, f);
	return err ? err : request_changed(m->q, db, &project_resource, m->move->verb, &was, &m->p, f);
}

static int move_project(struct request *q, const struct move *move, str reason)
{
	struct moving m = {.q = q, .move = move, .reason = reason};
	int err = resource_find(&project_resource, q, q->id[0], &m.p);

	if (!err)
		err = request_write(q, move_write, &m);
	if (!err)
		request_give(q, &project_entity.shape, &m.p);
	return err;
}

int project_ready(struct request *q)
{
	return move_project(q, &ready, (str){0});
}

int project_run(struct request *q)
{
	return move_project(q, &run, (str){0});
}

int project_stop(struct request *q)
{
	const struct project_stop_body *body = q->body;

	return move_project(q, &stop, body->reason);
}

int project_finish(struct request *q)
{
	return move_project(q, &finish, (str){0});
}
