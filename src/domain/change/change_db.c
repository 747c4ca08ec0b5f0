/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_db.c - the life of a change and of what it proposes, and how it takes effect: once, whoever runs the job. */
#include "base/log.h"
#include "domain/base/base.h"
#include "domain/change/change_priv.h"
#include "domain/flow/call_flow.h"
#include "domain/import/import.h"
#include "domain/script/script.h"

int change_hold(struct db *db, struct arena *a, int64_t id, struct change *ret, struct fault *f)
{
	struct query *q = query_new(a);

	query_add(q, "SELECT ");
	entity_columns(&change_entity, q);
	query_add(q, " FROM change WHERE id = ");
	query_val(q, V(id));
	query_add(q, " ");
	query_word(q, db, DB_FOR_UPDATE);
	return entity_ask(&change_entity, db, a, q, ret, f);
}

/* Where the parts of a change go when it comes to a state; a question moves nothing. */
static const struct {
	int script, base, strategy, flow;
} parts[CHANGE_STATES] = {
        [CHANGE_PROPOSED] = {SCRIPT_PROPOSED, BASE_PROPOSED, STRATEGY_PROPOSED, FLOW_VERSION_PROPOSED},
        [CHANGE_QUESTIONED] = {-1, -1, -1, -1},
        [CHANGE_APPROVED] = {SCRIPT_APPROVED, BASE_APPROVED, STRATEGY_APPROVED, FLOW_VERSION_APPROVED},
        [CHANGE_DECLINED] = {SCRIPT_DECLINED, BASE_DECLINED, STRATEGY_DECLINED, FLOW_VERSION_DECLINED},
        [CHANGE_APPLIED] = {SCRIPT_ACTIVE, BASE_ACTIVE, STRATEGY_ACTIVE, FLOW_VERSION_ACTIVE},
        [CHANGE_WITHDRAWN] = {SCRIPT_DRAFT, BASE_DRAFT, STRATEGY_DRAFT, FLOW_VERSION_DRAFT},
};

int change_parts_move(const struct by *by, struct db *db, struct arena *a, const struct change *c, struct fault *f)
{
	int script = parts[c->state].script, err = 0;
	str why = c->state == CHANGE_DECLINED ? c->decision_note : (str){0};
	struct script_version v;
	struct base b;

	if (script < 0)
		return 0;
	if (c->script_version_id)
		err = script_move(by, db, a, c->script_version_id, (enum script_state)script, why, &v, f);
	if (!err && c->base_id)
		err = base_move(by, db, a, c->base_id, (enum base_state)parts[c->state].base, &b, f);
	if (!err && c->strategy_id)
		err = strategy_move(by, db, a, c->strategy_id, (enum strategy_state)parts[c->state].strategy, f);
	if (!err && c->flow_version_id)
		err = flow_move(by, db, a, c->flow_version_id, (enum flow_version_state)parts[c->state].flow, why, f);
	return err;
}

int change_keep(const struct by *by, struct db *db, struct arena *a, const char *verb, const struct change *was,
        struct change *c, struct fault *f)
{
	int err = entity_change(&change_entity, db, a, was, c, f);

	return err ? err : resource_changed(&change_resource, by, db, a, verb, was, c, f);
}

int change_said(struct db *db, struct arena *a, const struct change *c, const char *kind, str said_by, str words,
        int64_t now, struct fault *f)
{
	(void)a;
	return db_run(db,
	        "INSERT INTO change_word (project_id, change_id, at, kind, said_by, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	        VALS(V(c->project_id), V(c->id), V(now), V(str_of(kind)), V(said_by), V(words)), NULL, f);
}

static int still_open(const struct change *c, struct fault *f)
{
	switch ((enum change_state)c->state) {
	case CHANGE_PROPOSED:
	case CHANGE_QUESTIONED: return 0;
	case CHANGE_WITHDRAWN: return fail(f, EALREADY, "state", "withdrawn", "the change was withdrawn");
	case CHANGE_APPROVED:
	case CHANGE_DECLINED:
	case CHANGE_APPLIED:
	case CHANGE_STATES: break;
	}
	return fail(f, EALREADY, "state", "decided", "it is decided already");
}

static const struct {
	enum change_state to;
	const char *verb;
} decisions[] = {
        [DECISION_APPROVE] = {CHANGE_APPROVED, "approved"},
        [DECISION_DECLINE] = {CHANGE_DECLINED, "declined"},
        [DECISION_ASK] = {CHANGE_QUESTIONED, "questioned"},
};

int change_decide(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t id,
        const struct decision_body *d, str said_by, struct change *ret, struct fault *f)
{
	struct change was, c;
	int err = d->decision != DECISION_APPROVE && !str_trim(d->note).n
	                  ? fail(f, EINVAL, "note", "required", "say in a few words what is asked, or why not")
	                  : change_hold(db, a, id, &was, f);

	if (!err)
		err = still_open(&was, f);
	if (err)
		return err;
	c = was;
	c.state = decisions[d->decision].to;
	if (d->decision != DECISION_ASK) {
		c.decided_by = said_by;
		c.decided_at = by->now;
		c.decision_note = str_trim(d->note).n ? str_trim(d->note) : (str){0};
	}
	err = change_keep(by, db, a, decisions[d->decision].verb, &was, &c, f);
	if (!err && d->decision == DECISION_ASK)
		err = change_said(db, a, &c, "question", said_by, str_trim(d->note), by->now, f);
	if (!err)
		err = change_parts_move(by, db, a, &c, f);
	if (!err && d->decision == DECISION_APPROVE)
		err = job_add(db, a, "change", id, (str){0}, c.takes_effect_at > by->now ? c.takes_effect_at : by->now,
		        str_printf(a, "change:%lld", (long long)id).p, f);
	if (!err && by->who && (!by->who->role || by->who->role->outside))
		err = change_tell_manager(app, db, a, &c, d, said_by, by->now, f);
	if (!err)
		*ret = c;
	return err;
}

struct applying {
	int64_t id, now;
	bool done;
};

/* The calls from here on are this change's; those before it, of the change in force until now. */
static int in_force(struct db *db, const struct change *c, struct fault *f)
{
	return db_run(db,
	        "UPDATE change SET before_id = (SELECT MAX(g.id) FROM change g WHERE g.project_id = ?2 AND g.applied_at = "
	        "(SELECT MAX(h.applied_at) FROM change h WHERE h.project_id = ?2 AND h.id <> ?1)) WHERE id = ?1",
	        VALS(V(c->id), V(c->project_id)), NULL, f);
}

static int parts_apply(const struct by *by, struct db *db, struct arena *a, const struct change *c, struct fault *f)
{
	struct base retired;
	int err = change_parts_move(by, db, a, c, f);

	if (!err && c->import_id)
		err = db_run(db, "UPDATE import SET held = 0, version = version + 1 WHERE id = ?1", VALS(V(c->import_id)),
		        NULL, f);
	if (!err && c->retires_base_id) {
		struct fault ignored;
		int gone = base_move(by, db, a, c->retires_base_id, BASE_RETIRED, &retired, &ignored);
		/* Somebody retired it meanwhile: as was wanted. */
		err = gone == EALREADY ? 0 : gone;
	}
	return err;
}

static int apply_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct applying *p = arg;
	struct by by = {.now = p->now};
	struct change was, c;
	struct val state;
	int err = change_hold(db, a, p->id, &was, f);

	p->done = false;
	if (err || was.state != CHANGE_APPROVED || was.takes_effect_at > p->now)
		return err == ENOENT ? 0 : err;
	err = db_one(db, a, "SELECT state FROM project WHERE id = ?1", VALS(V(was.project_id)), &state, 1, f);
	if (err)
		return err;
	c = was;
	if (str_eq(val_str(state), STR("finished"))) {
		c.state = CHANGE_WITHDRAWN;
		c.withdrawn_at = p->now;
		return change_keep(&by, db, a, "withdrawn", &was, &c, f);
	}
	c.state = CHANGE_APPLIED;
	c.applied_at = p->now;
	err = in_force(db, &c, f);
	if (!err)
		err = change_keep(&by, db, a, "applied", &was, &c, f);
	if (!err)
		err = parts_apply(&by, db, a, &c, f);
	p->done = !err;
	return err;
}

/* What a top-up holds back is shown first, in pieces; were the rest never to come, it is approved all the same. */
static int release(struct app *app, struct db *db, struct arena *a, const struct change *c, struct fault *f)
{
	struct load l = {.store = app->store, .import_id = c->import_id, .project_id = c->project_id};
	struct val base;
	int err = db_one(db, a, "SELECT base_id FROM import WHERE id = ?1", VALS(V(c->import_id)), &base, 1, f);

	if (err)
		return err;
	l.base_id = val_int(base);
	return load_release(&l, f);
}

int change_apply(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct applying p = {.id = job->ref_id, .now = clock_ms()};
	struct change c;
	int err = entity_get(&change_entity, db, a, p.id, &c, f);

	if (!err && c.state == CHANGE_APPROVED && c.import_id && c.takes_effect_at <= p.now)
		err = release(app, db, a, &c, f);
	if (!err)
		err = store_write(app->store, db, a, apply_write, &p, f);
	if (!err && p.done)
		log_info("change", "change %lld took effect", (long long)p.id);
	/* What stands in its way is seen among the jobs, and tried again. */
	return err == ENOENT ? 0 : err == EINVAL ? EIO : err;
}
