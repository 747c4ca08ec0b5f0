/* SPDX-License-Identifier: GPL-3.0-or-later */
/* strategy.c - how a project is dialled, as a versioned record, and how it becomes the project's own. */
#include "domain/project/project_priv.h"
#include "domain/role/role.h"

static const char *const states[] = {"draft", "proposed", "approved", "declined", "active", "retired", NULL};

#define ENTITY struct strategy
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_INT(number, 1, 1000000, "Number within the project: v1, v2, …", .flags = GIVEN),
        F_WORD(state, states, "Where it is in its life; only «active» is dialled", .flags = GIVEN),
        F_WORD(mode, project_modes, "How contacts are dialled"),
        F_JSON(hours, NULL, "Calling hours by weekday, as of the project", .flags = UNSORTED),
        F_INT(attempts_total, 1, 50, "Attempts a contact gets in all"),
        F_INT(attempts_day, 1, 20, "Attempts a contact gets in a day"),
        F_INT(attempts_week, 1, 50, "Attempts a number gets in seven days"),
        F_INT(attempt_gap_min, 0, 10080, "Least time between two attempts, min"),
        F_WORD(takes_first, takes_first_words, "After what was promised: retries that are due, or contacts never called"),
        F_WORD(promised_when, promised_when_words,
                "A promised call that is due: before all others, or in its turn among the retries; never behind contacts never called"),
        F_WORD(fresh_by, fresh_by_words,
                "Contacts never called: base by base from the east, or those whose quota is filled least"),
        F_STR(goal, 0, 2000, "Goal of a call: what counts as success", .flags = NULLABLE | UNSORTED),
        F_STR(offer, 0, 4000, "What is offered", .flags = NULLABLE | UNSORTED),
        F_STR(note, 0, 2000, "Why it is so, or why it was declined", .flags = NULLABLE | SEARCHED),
        F_REF(author_id, "user", "Who wrote it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_TIME(approved_at, "When it was approved", .flags = NULLABLE | GIVEN),
        F_TIME(created_at, "When it was drafted", .flags = GIVEN),
};
#undef ENTITY
const struct entity strategy_entity = ENTITY_OF(strategy, fields, "strategy", "How a project is dialled");

struct strategy strategy_of(const struct project *p)
{
	return (struct strategy){.project_id = p->id,
	        .mode = p->mode,
	        .hours = p->hours,
	        .attempts_total = p->attempts_total,
	        .attempts_day = p->attempts_day,
	        .attempts_week = p->attempts_week,
	        .attempt_gap_min = p->attempt_gap_min,
	        .takes_first = p->takes_first,
	        .promised_when = p->promised_when,
	        .fresh_by = p->fresh_by,
	        .goal = p->goal,
	        .offer = p->offer};
}

static void into_project(const struct strategy *s, struct project *p)
{
	p->mode = s->mode;
	p->hours = s->hours;
	p->attempts_total = s->attempts_total;
	p->attempts_day = s->attempts_day;
	p->attempts_week = s->attempts_week;
	p->attempt_gap_min = s->attempt_gap_min;
	p->takes_first = s->takes_first;
	p->promised_when = s->promised_when;
	p->fresh_by = s->fresh_by;
	p->goal = s->goal;
	p->offer = s->offer;
}

/* A draft begins with what the project has now. */
static void strategy_fill(struct request *q, void *new)
{
	struct strategy *s = new;
	struct project p;

	if (!entity_get(&project_entity, q->db, q->a, q->id[0], &p, &(struct fault){0}))
		*s = strategy_of(&p);
	else
		*s = (struct strategy){.hours = STR("[null,null,null,null,null,null,null]")};
	s->number = 1;
	s->author_id = q->who->user_id;
	s->created_at = q->now;
}

static int strategy_check(struct request *q, const void *old, void *new)
{
	const struct strategy *was = old;
	struct strategy *s = new;
	struct hours ignored;
	int err;

	if (was && was->state != STRATEGY_DRAFT)
		return entity_not_draft(&q->fault);
	if (!s)
		return 0;
	err = hours_parse(q->a, s->hours, &ignored, &q->fault);
	return err || was ? err
	                  : entity_next_number(
	                            &strategy_entity, q->db, q->a, "project_id", s->project_id, &s->number, &q->fault);
}

const struct resource strategy_resource = {
        .entity = &strategy_entity,
        .path = "/projects/{project_id}/strategies",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-number",
        .check = strategy_check,
        .fill = strategy_fill,
};

static bool same_text(str a, str b)
{
	return a.n == b.n && str_eq(a, b);
}

static bool same(const struct strategy *a, const struct strategy *b)
{
	return a->mode == b->mode && same_text(a->hours, b->hours) && a->attempts_total == b->attempts_total &&
	       a->attempts_day == b->attempts_day && a->attempts_week == b->attempts_week &&
	       a->attempt_gap_min == b->attempt_gap_min && a->takes_first == b->takes_first &&
	       a->promised_when == b->promised_when && a->fresh_by == b->fresh_by && same_text(a->goal, b->goal) &&
	       same_text(a->offer, b->offer);
}

int strategy_fixed(struct request *q, const struct project *was, const struct project *p)
{
	struct strategy a = strategy_of(was), b = strategy_of(p);
	struct val v;
	int err;

	if (same(&a, &b))
		return 0;
	err = db_one(q->db, q->a, "SELECT COUNT(*) FROM strategy WHERE project_id = ?1 AND state = 'active'", VALS(V(p->id)),
	        &v, 1, &q->fault);
	if (!err && val_int(v))
		err = fail(&q->fault, EACCES, "strategy", "customer_approves",
		        "mode, hours, attempts, order, goal and offer are approved by the customer: propose a change");
	return err;
}

int strategy_keep(struct request *q, struct db *db, const struct project *p, struct fault *f)
{
	struct strategy s = strategy_of(p);
	struct val v;
	int err = db_one(db, q->a, "SELECT COUNT(*) FROM strategy WHERE project_id = ?1 AND state = 'active'",
	        VALS(V(p->id)), &v, 1, f);

	if (!err && val_int(v))
		return 0;
	if (!err)
		err = entity_next_number(&strategy_entity, db, q->a, "project_id", p->id, &s.number, f);
	s.state = STRATEGY_ACTIVE;
	s.author_id = q->who->user_id;
	s.created_at = s.approved_at = q->now;
	if (!err)
		err = entity_insert(&strategy_entity, db, q->a, &s, f);
	return err ? err : request_changed(q, db, &strategy_resource, "created", NULL, &s, f);
}

struct copying {
	struct request *q;
	struct strategy s;
};

static int copy_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct copying *c = arg;
	struct strategy *s = &c->s;
	int err = entity_get(&strategy_entity, db, a, c->q->id[0], s, f);

	if (!err)
		err = entity_next_number(&strategy_entity, db, a, "project_id", s->project_id, &s->number, f);
	s->state = STRATEGY_DRAFT;
	s->note = (str){0};
	s->approved_at = 0;
	s->author_id = c->q->who->user_id;
	s->created_at = c->q->now;
	if (!err)
		err = entity_insert(&strategy_entity, db, a, s, f);
	return err ? err : request_changed(c->q, db, &strategy_resource, "created", NULL, s, f);
}

int strategy_copy(struct request *q)
{
	struct copying c = {.q = q};
	int err = resource_find(&strategy_resource, q, q->id[0], &c.s);

	if (!err)
		err = request_write(q, copy_write, &c);
	if (!err)
		request_give(q, &strategy_entity.shape, &c.s);
	return err;
}

/* From which states each may be entered; a change of its mind brings a proposed one back to a draft. */
static const unsigned from[] = {
        [STRATEGY_DRAFT] = 1u << STRATEGY_PROPOSED | 1u << STRATEGY_APPROVED,
        [STRATEGY_PROPOSED] = 1u << STRATEGY_DRAFT | 1u << STRATEGY_PROPOSED,
        [STRATEGY_APPROVED] = 1u << STRATEGY_PROPOSED,
        [STRATEGY_DECLINED] = 1u << STRATEGY_PROPOSED,
        [STRATEGY_ACTIVE] = 1u << STRATEGY_APPROVED,
        [STRATEGY_RETIRED] = 1u << STRATEGY_ACTIVE,
};

static int take_effect(const struct by *by, struct db *db, struct arena *a, const struct strategy *s, struct fault *f)
{
	struct project was, p;
	int err = entity_get(&project_entity, db, a, s->project_id, &was, f);

	if (!err)
		err = db_run(db,
		        "UPDATE strategy SET state = 'retired', version = version + 1 WHERE project_id = ?1 AND state = 'active'",
		        VALS(V(s->project_id)), NULL, f);
	if (err)
		return err;
	p = was;
	into_project(s, &p);
	err = entity_change(&project_entity, db, a, &was, &p, f);
	return err ? err : resource_changed(&project_resource, by, db, a, "changed", &was, &p, f);
}

int strategy_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum strategy_state to, struct fault *f)
{
	struct strategy was, s;
	int err = entity_get(&strategy_entity, db, a, id, &was, f);

	if (!err && !(from[to] & 1u << was.state))
		err = fail(f, EALREADY, "strategy_id", "wrong_state", "the strategy is %s now", states[was.state]);
	if (err || was.state == (int)to)
		return err;
	s = was;
	s.state = to;
	if (to == STRATEGY_APPROVED)
		s.approved_at = by->now;
	if (to == STRATEGY_ACTIVE)
		err = take_effect(by, db, a, &s, f);
	if (!err)
		err = entity_change(&strategy_entity, db, a, &was, &s, f);
	return err ? err : resource_changed(&strategy_resource, by, db, a, "changed", &was, &s, f);
}
