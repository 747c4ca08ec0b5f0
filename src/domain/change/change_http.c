/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_http.c - what people do with a change: decide, answer, withdraw. */
#include "domain/change/change_priv.h"
#include "domain/role/role.h"

struct deciding {
	struct request *q;
	struct change c;
};

static int decide_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	struct by by = request_by(d->q);

	return change_decide(&by, db, a, d->q->id[0], d->q->body, d->q->who->name, &d->c, f);
}

/* Whose word it is: the customer's where he approves, else of who leads the project. */
static int his_to_decide(struct request *q, int64_t project_id)
{
	struct val v;
	int err = db_one(
	        q->db, q->a, "SELECT customer_approves FROM project WHERE id = ?1", VALS(V(project_id)), &v, 1, &q->fault);

	if (!err && (val_int(v) != 0) != q->who->role->outside)
		err = val_int(v) ? fail(&q->fault, EACCES, NULL, "customer_approves",
		                           "in this project the customer decides about changes")
		                 : fail(&q->fault, EACCES, NULL, "we_approve",
		                           "in this project its manager decides about changes");
	return err;
}

static int give(struct request *q, int err, const struct change *c)
{
	if (err)
		return err;
	job_wake(q->app->jobs);
	request_give(q, &change_entity.shape, c);
	return 0;
}

int change_decide_route(struct request *q)
{
	struct deciding d = {.q = q};
	int err = resource_find(&change_resource, q, q->id[0], &d.c);

	if (!err)
		err = his_to_decide(q, d.c.project_id);
	if (!err)
		err = request_write(q, decide_write, &d);
	return give(q, err, &d.c);
}

static int answer_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	const struct answer_body *body = d->q->body;
	struct by by = request_by(d->q);
	struct change was;
	int err = change_hold(db, a, d->q->id[0], &was, f);

	if (!err && was.state != CHANGE_QUESTIONED)
		err = fail(f, EALREADY, "state", "no_question", "nobody has asked anything about this change");
	if (err)
		return err;
	d->c = was;
	d->c.state = CHANGE_PROPOSED;
	err = change_said(db, a, &d->c, "answer", d->q->who->name, body->words, d->q->now, f);
	return err ? err : change_keep(&by, db, a, "answered", &was, &d->c, f);
}

int change_answer(struct request *q)
{
	struct deciding d = {.q = q};
	int err = resource_find(&change_resource, q, q->id[0], &d.c);

	if (!err)
		err = request_write(q, answer_write, &d);
	return give(q, err, &d.c);
}

static int withdraw_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	struct by by = request_by(d->q);
	struct change was;
	int err = change_hold(db, a, d->q->id[0], &was, f);

	if (!err && was.state != CHANGE_PROPOSED && was.state != CHANGE_QUESTIONED && was.state != CHANGE_APPROVED)
		err = fail(f, EALREADY, "state", "wrong_state", "this change cannot be withdrawn any more");
	if (err)
		return err;
	d->c = was;
	d->c.state = CHANGE_WITHDRAWN;
	d->c.withdrawn_at = d->q->now;
	err = change_keep(&by, db, a, "withdrawn", &was, &d->c, f);
	return err ? err : change_parts_move(&by, db, a, &d->c, f);
}

int change_withdraw(struct request *q)
{
	struct deciding d = {.q = q};
	int err = resource_find(&change_resource, q, q->id[0], &d.c);

	if (!err)
		err = request_write(q, withdraw_write, &d);
	return give(q, err, &d.c);
}
