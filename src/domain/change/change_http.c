/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_http.c - what people do with a change: decide, answer, withdraw. */
#include "domain/change/change_priv.h"
#include "domain/role/role.h"

struct deciding {
	struct request *q;
	struct change c;
	int64_t letters;
};

static int decide_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	struct by by = request_by(d->q);

	return change_decide(&by, d->q->app, db, a, d->q->id[0], d->q->body, d->q->who->name, &d->c, f);
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
	if (!err)
		err = change_keep(&by, db, a, "answered", &was, &d->c, f);
	return err ? err : change_ask_customer(d->q->app, db, a, &d->c, d->q->now, &d->letters, f);
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

static int letter_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	struct by by = request_by(d->q);
	int err = change_hold(db, a, d->q->id[0], &d->c, f);

	if (!err && d->c.state != CHANGE_PROPOSED)
		err = fail(f, EALREADY, "state", "wrong_state", "no decision about this change is waited for");
	if (!err)
		err = change_ask_customer(d->q->app, db, a, &d->c, d->q->now, &d->letters, f);
	if (!err && !d->letters)
		err = fail(f, EINVAL, NULL, "no_recipient", "the customer has no address a letter could go to");
	return err ? err : resource_changed(&change_resource, &by, db, a, "asked", &d->c, &d->c, f);
}

/* The letter again, with a link of its own: the one before may be past its term, or lost. */
int change_letter(struct request *q)
{
	struct deciding d = {.q = q};
	int err = resource_find(&change_resource, q, q->id[0], &d.c);

	if (!err)
		err = request_write(q, letter_write, &d);
	return give(q, err, &d.c);
}

static int put_said(struct db *db, struct arena *a, int64_t id, struct json_out *w, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, "SELECT at, kind, said_by, words FROM change_word WHERE change_id = ?1 ORDER BY id",
	        VALS(V(id)), &r, f);

	json_key(w, "words");
	json_open(w, '[');
	while (!err && !(err = rows_next(&r, f))) {
		json_open(w, '{');
		json_member_int(w, "at", rows_int(&r, 0));
		json_member_text(w, "kind", rows_str(&r, 1));
		json_member_text(w, "said_by", rows_str(&r, 2));
		json_member_text(w, "words", rows_str(&r, 3));
		json_close(w, '}');
	}
	rows_done(&r);
	json_close(w, ']');
	return err == ENOENT ? 0 : err;
}

int change_put(struct db *db, struct arena *a, int64_t id, struct json_out *w, struct fault *f)
{
	const struct who customer = {.role = access_role("customer")};
	struct change c;
	int err = entity_get(&change_entity, db, a, id, &c, f);

	if (err)
		return err;
	json_key(w, "change");
	shape_to_json(&change_entity.shape, &c, &customer, false, w);
	return put_said(db, a, id, w, f);
}
