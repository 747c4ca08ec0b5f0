/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script_http.c - the life of a version: proposed, approved and active, declined, copied; and its lint. */
#include "base/parse.h"
#include "domain/ledger/ledger.h"
#include "domain/script/script_priv.h"
#include "domain/script/split.h"

int script_get(struct request *q)
{
	struct script_version v;
	int err = resource_find(&script_resource, q, q->id[0], &v);

	if (!err)
		request_give(q, &script_version_entity.shape, &v);
	return err;
}

enum { NAMES = 500 };

/* The numbers a question finds, NAMES at most. */
static int ids_of(struct db *db, struct arena *a, const char *sql, int64_t project_id, const int64_t **ret, size_t *ret_n,
        struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, NAMES);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a, sql, VALS(V(project_id)), &r, f);

	while (!err && n < NAMES && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	*ret = ids;
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

/* The keys of the project's form, which merge fields may name. */
static int form_keys(struct db *db, struct arena *a, int64_t project_id, struct lint_names *ret, struct fault *f)
{
	str *keys = NEW_N(a, str, NAMES);
	struct rows r;
	size_t n = 0;
	int err = db_ask(
	        db, a, "SELECT key FROM form_field WHERE project_id = ?1 AND archived = 0", VALS(V(project_id)), &r, f);

	while (!err && n < NAMES && !(err = rows_next(&r, f)))
		keys[n++] = rows_str(&r, 0);
	rows_done(&r);
	ret->keys = keys;
	ret->n_keys = n;
	return err == ENOENT ? 0 : err;
}

static int lint_of(struct db *db, struct arena *a, const struct script_version *v, const struct lint **ret, size_t *ret_n,
        struct fault *f)
{
	struct lint_names names;
	int err = form_keys(db, a, v->project_id, &names, f);

	if (!err)
		err = ids_of(db, a, "SELECT id FROM result WHERE project_id = ?1 AND archived = 0 ORDER BY id LIMIT 500",
		        v->project_id, &names.results, &names.n_results, f);
	if (!err)
		err = ids_of(db, a,
		        "SELECT id FROM article WHERE archived = 0 AND (project_id IS NULL OR project_id = ?1) ORDER BY id LIMIT 500",
		        v->project_id, &names.articles, &names.n_articles, f);
	return err ? err : graph_lint(a, v->graph, &names, ret, ret_n, f);
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

/* Both in reach and of one project. */
int script_compare(struct request *q)
{
	struct script_version old, new;
	struct json was, is;
	int64_t against = 0;
	int err = resource_find(&script_resource, q, q->id[0], &new);

	if (!err && !parse_int(http_param(q->http, "against"), 1, INT64_MAX, &against))
		err = fail(&q->fault, EINVAL, "against", "required", "say against which version");
	if (!err)
		err = resource_find(&script_resource, q, against, &old);
	if (!err && old.project_id != new.project_id)
		err = fail(&q->fault, EINVAL, "against", "reference", "no such version in this project");
	if (!err)
		err = json_parse(q->a, old.graph, &was, &q->fault);
	if (!err)
		err = json_parse(q->a, new.graph, &is, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_member_int(&q->out, "from", old.number);
	json_member_int(&q->out, "to", new.number);
	script_diff(q->a, was, is, &q->out);
	json_close(&q->out, '}');
	return 0;
}

struct step {
	struct request *q;
	int64_t id;
	enum script_state to;
	str note;
	struct script_version v;
};

/* From which states each may be entered; what is withdrawn from the customer is a draft again. */
static const unsigned from[] = {
        [SCRIPT_DRAFT] = 1u << SCRIPT_PROPOSED | 1u << SCRIPT_APPROVED,
        [SCRIPT_PROPOSED] = 1u << SCRIPT_DRAFT | 1u << SCRIPT_PROPOSED,
        [SCRIPT_APPROVED] = 1u << SCRIPT_PROPOSED,
        [SCRIPT_DECLINED] = 1u << SCRIPT_PROPOSED,
        [SCRIPT_ACTIVE] = 1u << SCRIPT_PROPOSED | 1u << SCRIPT_APPROVED | 1u << SCRIPT_RETIRED,
        [SCRIPT_RETIRED] = 1u << SCRIPT_ACTIVE,
};
static const char *const verbs[] = {"withdrawn", "proposed", "agreed", "declined", "approved", "retired"};

static int faultless(struct db *db, struct arena *a, const struct script_version *v, struct fault *f)
{
	const struct lint *lint;
	size_t n = 0;
	int err = lint_of(db, a, v, &lint, &n, f);

	for (size_t i = 0; !err && i < n; i++)
		if (lint[i].error)
			err = fail(f, EINVAL, "graph", lint[i].code,
			        "the script has a fault at step %.*s: see the list of remarks", STR_ARG(lint[i].node));
	return err;
}

/* The version before it retires in the same transaction, so at no moment are there two, or none. */
static int retire_active(struct db *db, int64_t project_id, struct fault *f)
{
	return db_run(db,
	        "UPDATE script_version SET state = 'retired', version = version + 1 WHERE project_id = ?1 AND state = 'active'",
	        VALS(V(project_id)), NULL, f);
}

int script_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum script_state to, str note,
        struct script_version *ret, struct fault *f)
{
	struct script_version was, v;
	int err = entity_get(&script_version_entity, db, a, id, &was, f);

	if (!err && !(from[to] & 1u << was.state))
		err = fail(
		        f, EALREADY, "state", "wrong_state", "the version is no longer where this step starts: look again");
	if (!err && to == SCRIPT_PROPOSED)
		err = faultless(db, a, &was, f);
	if (!err && to == SCRIPT_ACTIVE)
		err = split_end(by, db, a, was.project_id, f);
	if (!err && to == SCRIPT_ACTIVE)
		err = retire_active(db, was.project_id, f);
	if (!err && to == SCRIPT_ACTIVE)
		err = ledger_script(db, was.project_id, was.id, was.graph, f);
	if (err)
		return err;
	v = was;
	v.state = to;
	if (note.n)
		v.note = note;
	if (!v.approved_at && (to == SCRIPT_APPROVED || to == SCRIPT_ACTIVE)) {
		v.approved_by = by->who ? by->who->user_id : 0;
		v.approved_at = by->now;
	}
	*ret = v;
	if (was.state == (int)to)
		return 0;
	err = entity_update(&script_version_entity, db, a, ret, f);
	return err ? err : resource_changed(&script_resource, by, db, a, verbs[to], &was, ret, f);
}

static int step_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct step *s = arg;
	struct by by = request_by(s->q);

	return script_move(&by, db, a, s->id, s->to, s->note, &s->v, f);
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

static int take_step(struct request *q, store_fn *write, enum script_state to, str note)
{
	struct step s = {.q = q, .id = q->id[0], .to = to, .note = note};
	int err = resource_find(&script_resource, q, s.id, &s.v);

	if (!err && s.v.state == SCRIPT_RETIRED && write == step_write) /* it comes back by a split test it has won */
		err = fail(&q->fault, EALREADY, "state", "wrong_state",
		        "the version is no longer where this step starts: look again");
	/* What he decides is taken from no change behind his back. */
	if (!err && (to == SCRIPT_ACTIVE || to == SCRIPT_DECLINED))
		err = project_by_customer(q->db, q->a, s.v.project_id, &q->fault);
	if (!err)
		err = request_write(q, write, &s);
	if (!err)
		request_give(q, &script_version_entity.shape, &s.v);
	return err;
}

int script_propose(struct request *q)
{
	return take_step(q, step_write, SCRIPT_PROPOSED, (str){0});
}

int script_approve(struct request *q)
{
	return take_step(q, step_write, SCRIPT_ACTIVE, (str){0});
}

int script_decline(struct request *q)
{
	const struct decline_body *body = q->body;

	return take_step(q, step_write, SCRIPT_DECLINED, body->note);
}

int script_copy(struct request *q)
{
	return take_step(q, copy_write, SCRIPT_DRAFT, (str){0});
}
