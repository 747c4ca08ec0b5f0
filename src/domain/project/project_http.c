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
	struct project p;
};

static int may_move(struct db *db, struct arena *a, const struct move *move, const struct project *p, struct fault *f)
{
	struct missing missing[MISSING_MAX];
	size_t n = 0;
	int err = 0;

	if (!(move->from & 1u << p->state))
		return fail(f, EINVAL, "state", "wrong_state", "a project that is %s cannot become %s",
		        project_states[p->state], project_states[move->to]);
	if (move->needs != NEEDS_NOTHING)
		err = project_missing(db, a, p, missing, &n, f);
	if (!err && n)
		err = fail(f, EINVAL, missing[0].code, "not_ready", "%zu things are missing, first of all %s", n,
		        missing[0].what);
	return err;
}

/* In a writing closure. */
static int move_now(const struct by *by, struct db *db, struct arena *a, const struct move *move, int64_t id, str reason,
        struct project *ret, struct fault *f)
{
	struct project was;
	int err = entity_get(&project_entity, db, a, id, &was, f);

	if (!err)
		err = may_move(db, a, move, &was, f);
	if (err)
		return err;
	*ret = was;
	ret->state = move->to;
	ret->stopped_reason = reason;
	ret->stopped_at = move->to == PROJECT_STOPPED ? by->now : 0;
	err = entity_update(&project_entity, db, a, ret, f);
	return err ? err : resource_changed(&project_resource, by, db, a, move->verb, &was, ret, f);
}

int project_stop_write(
        const struct by *by, struct db *db, struct arena *a, int64_t id, str reason, struct project *ret, struct fault *f)
{
	return move_now(by, db, a, &stop, id, reason, ret, f);
}

int project_run_write(const struct by *by, struct db *db, struct arena *a, int64_t id, struct project *ret, struct fault *f)
{
	return move_now(by, db, a, &run, id, (str){0}, ret, f);
}

int project_finish_write(
        const struct by *by, struct db *db, struct arena *a, int64_t id, struct project *ret, struct fault *f)
{
	return move_now(by, db, a, &finish, id, (str){0}, ret, f);
}

static int ready_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct by by = request_by(m->q);

	return move_now(&by, db, a, &ready, m->q->id[0], (str){0}, &m->p, f);
}

int project_ready(struct request *q)
{
	struct moving m = {.q = q};
	int err = resource_find(&project_resource, q, q->id[0], &m.p);

	if (!err)
		err = request_write(q, ready_write, &m);
	if (!err)
		request_give(q, &project_entity.shape, &m.p);
	return err;
}
