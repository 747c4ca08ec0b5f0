/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_event.c - a call came to a step of its flow, or answered one: what is kept of it, and the way to a number outside. */
#include "domain/call/outcome.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/survey/survey.h"
#include "domain/trunk/trunk.h"

/* What a key of a rating says of the talk before it. */
static int take_answer(struct db *db, struct arena *a, const struct message *m, const struct call_row *c, struct fault *f)
{
	int64_t rating;
	int err = survey_take(db, a, m, c->project_id, c->id, c->contact_id, &rating, f);

	if (err || !rating || !c->talk_ended_at)
		return err;
	return db_run(
	        db, "UPDATE call SET rating = ?2, version = version + 1 WHERE id = ?1", VALS(V(c->id), V(rating)), NULL, f);
}

/* What the call ends with, should nobody speak in it. */
static int take_result(struct db *db, struct call_row *c, int64_t result_id, struct fault *f)
{
	return db_run(db,
	        "UPDATE call SET flow_result_id = ?2 WHERE id = ?1 AND EXISTS (SELECT 1 FROM result WHERE id = ?2 AND project_id = ?3)",
	        VALS(V(c->id), V(result_id), V(c->project_id)), NULL, f);
}

/* On the list at once; and the call is a refusal, by the step's own result or the project's first one that keeps from calling. */
static int take_refusal(struct db *db, struct arena *a, const struct message *m, struct call_row *c, struct fault *f)
{
	struct val result;
	int err = number_refused(db, a, c, STR("нажали клавишу отказа от звонков"), 0, m->at, f);

	if (err || m->result)
		return err;
	err = db_one(db, a,
	        "SELECT id FROM result WHERE project_id = ?1 AND effect = 'do_not_call' AND archived = 0 ORDER BY position, id LIMIT 1",
	        VALS(V(c->project_id)), &result, 1, f);
	if (err)
		return err == ENOENT ? 0 : err;
	return take_result(db, c, val_int(result), f);
}

/* A number outside passes a gate of its own. */
static int lead_outside(struct db *db, struct arena *a, const struct message *m, const struct call_row *c,
        struct after *after, struct fault *f)
{
	struct gate_project p;
	struct gate_answer answer;
	struct message_rows ways = {0};
	int err = gate_project(db, a, c->project_id, &p, f);

	if (err)
		return err;
	err = gate_guest(db, a, &p, m->number, m->at, &answer, f);
	if (!err && answer.allowed)
		err = trunk_ways(db, a, p.id, p.trunk_id, p.caller_number, m->number, m->at, &ways, f);
	if (err)
		return err;
	after_tell(after, answer.allowed ? (struct message){.kind = CMD_TRANSFER,
	                                           .call = m->call,
	                                           .how = TALK_BLIND,
	                                           .number = m->number,
	                                           .trunk = ways.n ? ways.rows[0].trunk : p.trunk_id,
	                                           .from = ways.n ? ways.rows[0].from : p.caller_number}
	                                 : (struct message){.kind = CMD_TALK, .call = m->call, .turn = TALK_BACK});
	return 0;
}

int flow_event(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	struct call_row c;
	int err = call_hold(db, a, 0, m->call, f);

	if (!err)
		err = call_find(db, a, 0, m->call, &c, f);
	if (err || c.state == CALL_ENDED)
		return err == ENOENT ? 0 : err;
	if (m->question)
		err = take_answer(db, a, m, &c, f);
	if (!err && m->result)
		err = take_result(db, &c, m->result, f);
	if (!err && m->refused)
		err = take_refusal(db, a, m, &c, f);
	if (!err && m->number.n)
		err = lead_outside(db, a, m, &c, after, f);
	return err;
}
