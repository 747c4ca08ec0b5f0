/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script_http.c - the life of a version: proposed, approved and active, declined, copied; and its lint. */
#include "domain/ledger/ledger.h"
#include "domain/script/script_priv.h"

int script_get(struct request *q)
{
	struct script_version v;
	int err = resource_find(&script_resource, q, q->id[0], &v);

	if (!err)
		request_give(q, &script_version_entity.shape, &v);
	return err;
}

/* The keys of the project's form, which merge fields may name. */
static int form_keys(struct db *db, struct arena *a, int64_t project_id, str **ret, size_t *ret_n, struct fault *f)
{
	enum { KEYS = 200 };
	str *keys = NEW_N(a, str, KEYS);
	struct rows r;
	size_t n = 0;
	int err = db_ask(
	        db, a, "SELECT key FROM form_field WHERE project_id = ?1 AND archived = 0", VALS(V(project_id)), &r, f);

	while (!err && n < KEYS && !(err = rows_next(&r, f)))
		keys[n++] = rows_str(&r, 0);
	rows_done(&r);
	if (err && err != ENOENT)
		return err;
	*ret = keys;
	*ret_n = n;
	return 0;
}

static int lint_of(struct db *db, struct arena *a, const struct script_version *v, const struct lint **ret, size_t *ret_n,
        struct fault *f)
{
	str *keys;
	size_t n;
	int err = form_keys(db, a, v->project_id, &keys, &n, f);

	return err ? err : graph_lint(a, v->graph, keys, n, ret, ret_n, f);
}

int script_lint(struct request *q)
{
	struct script_version v;
	const struct lint *lint;
	size_t n;
	int err = resource_find(&script_resource, q, q->id[0], &v);

	if (!err)
		err = lint_of(q->db, q->a, &v, &lint, &n, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&q->out, '{');
		json_key(&q->out, "code");
		json_add_text(&q->out, str_of(lint[i].code));
		json_key(&q->out, "error");
		json_add_bool(&q->out, lint[i].error);
		json_key(&q->out, "node");
		json_add_text(&q->out, lint[i].node);
		json_key(&q->out, "what");
		json_add_text(&q->out, lint[i].what);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

struct step {
	struct request *q;
	int64_t id;
	str note;
	struct script_version v;
};

/* Read it again in the transaction and see that it stands where the move starts. */
static int step_from(struct db *db, struct arena *a, struct step *s, enum script_state from, struct fault *f)
{
	int err = entity_get(&script_version_entity, db, a, s->id, &s->v, f);

	if (!err && s->v.state != (int)from)
		err = fail(f, EINVAL, "state", "wrong_state", "the version is no longer where this step starts: look again");
	return err;
}

static int step_to(struct db *db, struct arena *a, struct step *s, enum script_state to, const char *verb, struct fault *f)
{
	struct script_version was = s->v;
	int err;

	s->v.state = (int)to;
	err = entity_update(&script_version_entity, db, a, &s->v, f);
	return err ? err : request_changed(s->q, db, &script_resource, verb, &was, &s->v, f);
}

static int propose_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct step *s = arg;
	const struct lint *lint;
	size_t n = 0;
	int err = step_from(db, a, s, SCRIPT_DRAFT, f);

	if (!err)
		err = lint_of(db, a, &s->v, &lint, &n, f);
	for (size_t i = 0; !err && i < n; i++)
		if (lint[i].error)
			err = fail(f, EINVAL, "graph", lint[i].code,
			        "the script has a fault at step %.*s: see the list of remarks", STR_ARG(lint[i].node));
	return err ? err : step_to(db, a, s, SCRIPT_PROPOSED, "proposed", f);
}

/* The version before it retires in the same transaction, so at no moment are there two, or none. */
static int approve_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct step *s = arg;
	int err = step_from(db, a, s, SCRIPT_PROPOSED, f);

	if (!err)
		err = db_run(db,
		        "UPDATE script_version SET state = 'retired', version = version + 1 WHERE project_id = ?1 AND state "
		        "= 'active'",
		        VALS(V(s->v.project_id)), NULL, f);
	if (err)
		return err;
	s->v.approved_by = s->q->who->user_id;
	s->v.approved_at = s->q->now;
	err = ledger_script(db, s->v.project_id, s->v.id, s->v.graph, f);
	return err ? err : step_to(db, a, s, SCRIPT_ACTIVE, "approved", f);
}

static int decline_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct step *s = arg;
	int err = step_from(db, a, s, SCRIPT_PROPOSED, f);

	if (err)
		return err;
	s->v.note = s->note;
	return step_to(db, a, s, SCRIPT_DECLINED, "declined", f);
}

static int copy_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct step *s = arg;
	struct val next;
	int err = entity_get(&script_version_entity, db, a, s->id, &s->v, f);

	if (!err)
		err = db_one(db, a, "SELECT max(number) + 1 FROM script_version WHERE project_id = ?1",
		        VALS(V(s->v.project_id)), &next, 1, f);
	if (err)
		return err;
	s->v = (struct script_version){.project_id = s->v.project_id,
	        .number = val_int(next),
	        .graph = s->v.graph,
	        .author_id = s->q->who->user_id,
	        .created_at = s->q->now};
	err = entity_insert(&script_version_entity, db, a, &s->v, f);
	return err ? err : request_changed(s->q, db, &script_resource, "created", NULL, &s->v, f);
}

static int take_step(struct request *q, store_fn *write, str note)
{
	struct step s = {.q = q, .id = q->id[0], .note = note};
	int err = resource_find(&script_resource, q, s.id, &s.v);

	if (!err)
		err = request_write(q, write, &s);
	if (!err)
		request_give(q, &script_version_entity.shape, &s.v);
	return err;
}

int script_propose(struct request *q)
{
	return take_step(q, propose_write, (str){0});
}

int script_approve(struct request *q)
{
	return take_step(q, approve_write, (str){0});
}

int script_decline(struct request *q)
{
	const struct decline_body *body = q->body;

	return take_step(q, decline_write, body->note);
}

int script_copy(struct request *q)
{
	return take_step(q, copy_write, (str){0});
}
