/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outcome.c - results at work: counts, lists, and the life of the contact. */
#include "domain/call/outcome.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/role/role.h"

enum { LAST_COMMENT = 4000, REASON_MAX = 300 };

int outcome_counts(struct db *db, struct arena *a, const struct outcome *o, str *ret, struct fault *f)
{
	struct val n;
	int err = 0;

	*ret = str_of(counts_as_words[o->result.counts_as]);
	if (o->result.counts_as != COUNTS_LEAD || !o->call->contact_id)
		return 0;
	err = db_one(db, a, "SELECT COUNT(*) FROM call WHERE contact_id = ?1 AND counts_as = 'lead' AND id <> ?2",
	        VALS(V(o->call->contact_id), V(o->call->id)), &n, 1, f);
	if (!err && val_int(n))
		*ret = STR("nothing");
	return err;
}

int number_refused(struct db *db, struct arena *a, const struct call_row *c, str reason, int64_t author_id, int64_t now,
        struct fault *f)
{
	struct val customer;
	int err = c->number.n && c->number.p[0] == '+' ? db_one(db, a, "SELECT customer_id FROM project WHERE id = ?1",
	                                                         VALS(V(c->project_id)), &customer, 1, f)
	                                               : ENOENT;

	if (err)
		return err == ENOENT ? 0 : err;
	err = db_run(db,
	        "INSERT INTO do_not_call (e164, level, customer_id, owner_id, reason, call_id, author_id, created_at) "
	        "VALUES (?1, 'customer', ?2, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (e164, level, owner_id) DO UPDATE SET "
	        "version = do_not_call.version + 1",
	        VALS(V(c->number), customer, V(utf8_cut(reason, REASON_MAX)), V(c->id), val_ref(author_id), V(now)), NULL,
	        f);
	if (!err && c->phone_id)
		err = db_run(db, "UPDATE phone SET state = 'refused', version = version + 1 WHERE id = ?1",
		        VALS(V(c->phone_id)), NULL, f);
	return err;
}

int outcome_number(struct db *db, struct arena *a, const struct outcome *o, struct fault *f)
{
	if (o->result.effect == LIFE_EFFECT_DO_NOT_CALL)
		return number_refused(db, a, o->call, o->comment.n ? o->comment : o->result.name, o->operator_id, o->at, f);
	if (o->result.effect == LIFE_EFFECT_WRONG_NUMBER && o->call->phone_id)
		return db_run(db, "UPDATE phone SET state = 'wrong', version = version + 1 WHERE id = ?1",
		        VALS(V(o->call->phone_id)), NULL, f);
	return 0;
}

/* This result, with those of its calls before, as often as it closes the contact. */
static int had_enough(struct db *db, struct arena *a, const struct outcome *o, bool *ret, struct fault *f)
{
	struct val had;
	int err = db_one(db, a, "SELECT COUNT(*) FROM call WHERE contact_id = ?1 AND result_id = ?2",
	        VALS(V(o->call->contact_id), V(o->result.id)), &had, 1, f);

	if (!err)
		*ret = o->result.retry_most && val_int(had) >= o->result.retry_most;
	return err;
}

/* What of it is counted by state and last result. */
static int recount(struct db *db, const struct gate_contact *c, enum life_state state, int64_t result_id, struct fault *f)
{
	int err = contact_state_add(db, c->project_id, c->base_id, state, c->last_result_id, -1, f);

	return err ? err : contact_state_add(db, c->project_id, c->base_id, state, result_id, 1, f);
}

int outcome_contact(struct db *db, struct arena *a, const struct outcome *o, struct fault *f)
{
	struct gate_contact c;
	struct gate_project p;
	struct attempt_now n;
	struct life l;
	struct val held;
	bool elsewhere;
	int err = contact_hold(db, a, o->call->contact_id, f);

	if (!err)
		err = gate_project(db, a, o->call->project_id, &p, f);
	if (!err)
		err = gate_contact(db, a, o->call->contact_id, &c, f);
	if (!err)
		err = contact_moment(db, a, &p, &c, o->at, &n, f);
	if (!err)
		err = had_enough(db, a, o, &n.spent, f);
	if (!err)
		err = db_one(
		        db, a, "SELECT COALESCE(reserved_call, 0) FROM contact WHERE id = ?1", VALS(V(c.id)), &held, 1, f);
	if (err)
		return err;
	l = c.life;
	elsewhere = val_int(held) && val_int(held) != o->call->id;
	if (!elsewhere) {
		life_result(&l, &p.rules, (enum life_effect)o->result.effect, o->result.retry_min * CLOCK_MINUTE, &n);
		err = contact_put(db, &c, &l, 0, 0, f);
	}
	if (!err && c.last_result_id != o->result.id)
		err = recount(db, &c, elsewhere ? c.life.state : l.state, o->result.id, f);
	if (!err)
		err = db_run(db,
		        "UPDATE contact SET last_result_id = ?2, last_call_id = ?3, last_at = ?4, last_operator_id = ?5, last_comment = "
		        "?6, operator_id = ?7, corrected_at = NULL WHERE id = ?1",
		        VALS(V(c.id), V(o->result.id), V(o->call->id), V(o->at), val_ref(o->operator_id),
		                V(utf8_cut(o->comment, LAST_COMMENT)), val_ref(o->keeper_id)),
		        NULL, f);
	return err ? err : quota_note(db, c.id, c.project_id, o->result.id, o->at, f);
}

/* Whether a corrected result may move it: it stands where a result left it. */
static bool moves(const struct life *l, const struct result *was, const struct result *now)
{
	if (was->effect == now->effect && now->effect != LIFE_EFFECT_CALLBACK)
		return false;
	if (l->state == LIFE_DUE)
		return true;
	return l->state == LIFE_CLOSED &&
	       (l->closed == LIFE_CLOSED_NONE || l->closed == LIFE_CLOSED_RESULT || l->closed == LIFE_CLOSED_ATTEMPTS ||
	               l->closed == LIFE_CLOSED_DO_NOT_CALL ||
	               (l->closed == LIFE_CLOSED_NO_NUMBER && was->effect == LIFE_EFFECT_WRONG_NUMBER));
}

static int correct_life(struct db *db, struct arena *a, const struct outcome *o, const struct result *was,
        struct gate_contact *c, struct life *l, struct fault *f)
{
	struct gate_project p;
	struct attempt_now n;
	int err = gate_project(db, a, o->call->project_id, &p, f);

	if (!err)
		err = contact_moment(db, a, &p, c, o->at, &n, f);
	if (!err)
		err = had_enough(db, a, o, &n.spent, f);
	if (err || !moves(l, was, &o->result))
		return err;
	life_result(l, &p.rules, (enum life_effect)o->result.effect, o->result.retry_min * CLOCK_MINUTE, &n);
	err = contact_put(db, c, l, 0, 0, f);
	return err ? err
	           : db_run(db, "UPDATE contact SET operator_id = ?2 WHERE id = ?1", VALS(V(c->id), val_ref(o->keeper_id)),
	                     NULL, f);
}

int outcome_correct(struct db *db, struct arena *a, const struct outcome *o, const struct result *was, struct fault *f)
{
	struct gate_contact c;
	struct life l;
	struct val last;
	int err = gate_contact(db, a, o->call->contact_id, &c, f);

	if (!err)
		err = db_one(db, a, "SELECT last_call_id FROM contact WHERE id = ?1", VALS(V(c.id)), &last, 1, f);
	if (err || val_int(last) != o->call->id)
		return err;
	l = c.life;
	err = correct_life(db, a, o, was, &c, &l, f);
	if (!err && c.last_result_id != o->result.id)
		err = recount(db, &c, l.state, o->result.id, f);
	if (!err)
		err = db_run(db,
		        "UPDATE contact SET last_result_id = ?2, last_comment = ?3, corrected_at = ?4 WHERE id = ?1",
		        VALS(V(c.id), V(o->result.id), V(utf8_cut(o->comment, LAST_COMMENT)), V(o->at)), NULL, f);
	if (!err && was->id != o->result.id)
		err = quota_reopen(db, c.project_id, was->id, o->at, f);
	return err ? err : quota_note(db, c.id, c.project_id, o->result.id, o->at, f);
}

int outcome_events(struct db *db, struct arena *a, const struct outcome *o, struct fault *f)
{
	int err = event_add(db, a,
	        &(struct event){.entity = "call",
	                .verb = "result",
	                .row_id = o->call->id,
	                .project_id = o->call->project_id,
	                .right = MAY_SEE_CALLS,
	                .staff_only = true},
	        f);

	if (!err && o->call->contact_id)
		err = event_add(db, a,
		        &(struct event){.entity = "contact",
		                .verb = "changed",
		                .row_id = o->call->contact_id,
		                .project_id = o->call->project_id},
		        f);
	return err;
}

int outcome_of_flow(
        struct db *db, struct arena *a, const struct call_row *c, struct outcome *ret, bool *ret_has, struct fault *f)
{
	struct outcome o = {.call = c, .at = c->ended_at};
	str counts;
	int err = c->flow_result_id && !c->connected_at && !c->result_at
	                  ? entity_get(&result_entity, db, a, c->flow_result_id, &o.result, f)
	                  : ENOENT;

	*ret_has = false;
	if (err)
		return err == ENOENT ? 0 : err; /* none, or one that is gone */
	err = outcome_counts(db, a, &o, &counts, f);
	if (!err)
		err = db_run(db, "UPDATE call SET result_id = ?2, result_at = ?3, counts_as = ?4 WHERE id = ?1",
		        VALS(V(c->id), V(o.result.id), V(o.at), V(counts)), NULL, f);
	if (err)
		return err;
	*ret = o;
	*ret_has = true;
	return 0;
}

int outcome_finish(struct db *db, struct arena *a, const struct outcome *o, struct fault *f)
{
	int err = outcome_number(db, a, o, f);

	if (!err && o->call->contact_id)
		err = outcome_contact(db, a, o, f);
	return err ? err : outcome_events(db, a, o, f);
}
