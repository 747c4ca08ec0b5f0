/* SPDX-License-Identifier: GPL-3.0-or-later */
/* act.c - fields and rules of acts: what a draft is made of, and who is told of it. */
#include "domain/act/act_priv.h"

#include "domain/role/role.h"

enum { DAYS_MAX = 366 };
static const char *const states[] = {"draft", "issued", "signed", "cancelled", NULL};

#define ENTITY struct act
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "For which project", .flags = REQUIRED | FIXED),
        F_REF(customer_id, "customer", "For which customer: the project's", .flags = GIVEN),
        F_REF(seller_id, "seller", "Which of our companies writes it; null: the only one", .flags = NULLABLE | STAFF_ONLY),
        F_WORD(state, states, "Where it is", .flags = GIVEN),
        F_INT(number, 0, 0, "Its number in the year; null: a draft", .flags = GIVEN | NULLABLE),
        F_INT(year, 0, 0, "That year", .flags = GIVEN | NULLABLE),
        F_DATE(issued_on, "Its date; null: a draft", .flags = GIVEN | NULLABLE),
        F_DATE(from_day, "First day it covers", .flags = REQUIRED),
        F_DATE(to_day, "Last day it covers", .flags = REQUIRED),
        F_INT(sum_kop, 0, 0, "Its sum in kopecks; of a draft: when it was last changed", .flags = GIVEN),
        F_WORD(vat, vat_words, "VAT within it, %", .flags = GIVEN),
        F_INT(vat_kop, 0, 0, "That VAT in kopecks", .flags = GIVEN),
        F_JSON(parties, NULL, "Requisites of both sides as they were when it was issued",
                .flags = GIVEN | NULLABLE | STAFF_ONLY | UNSORTED | UNLISTED),
        F_INT(file_id, 0, 0, "Its kept paper", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_REF(issued_by, "user", "Who issued it", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_TIME(issued_at, "When", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_DATE(signed_on, "When the customer signed it", .flags = GIVEN | NULLABLE),
        F_TIME(cancelled_at, "When it was cancelled", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_STR(cancelled_why, 0, 1000, "Why", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_REF(author_id, "user", "Who made the draft", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
const struct entity act_entity = ENTITY_OF(act, fields, "act", "An act of services rendered in whole days of a project");

static void fill(struct request *q, void *new)
{
	struct act *act = new;

	act->author_id = q->who->user_id;
	act->created_at = q->now;
}

#define ISSUED_WITHIN \
	"SELECT number, issued_on FROM act WHERE project_id = ?1 AND state IN ('issued', 'signed') AND from_day <= ?3 AND " \
	"to_day >= ?2 ORDER BY from_day LIMIT 1"

int act_issued(struct db *db, struct arena *a, int64_t project_id, str day, int64_t *ret, struct fault *f)
{
	struct val v[2] = {{0}};
	int err = db_one(db, a, ISSUED_WITHIN, VALS(V(project_id), V(day), V(day)), v, COUNT(v), f);

	if (err && err != ENOENT)
		return err;
	*ret = err ? 0 : val_int(v[0]);
	return 0;
}

int act_overlap(struct db *db, struct arena *a, const struct act *act, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, ISSUED_WITHIN, VALS(V(act->project_id), V(act->from_day), V(act->to_day)), v, COUNT(v), f);

	if (err)
		return err == ENOENT ? 0 : err;
	return fail(f, EINVAL, "from_day", "billed_twice", "act «%lld» of %.*s covers some of these days already",
	        (long long)val_int(v[0]), STR_ARG(val_str(v[1])));
}

int act_hold(struct db *db, struct arena *a, int64_t id, struct val *ret_state, struct fault *f)
{
	struct query *sql = query_new(a);

	query_add(sql, "SELECT state FROM act WHERE id = ");
	query_val(sql, V(id));
	query_add(sql, " ");
	query_word(sql, db, DB_FOR_UPDATE);
	return db_one(db, a, QUERY(sql), ret_state, 1, f);
}

static int days_check(struct request *q, const struct act *act)
{
	struct date from = {0}, to = {0};

	if (!date_parse(act->from_day, &from) || !date_parse(act->to_day, &to) || date_days(to) < date_days(from))
		return fail(&q->fault, EINVAL, "to_day", "term", "it ends before it begins");
	if (date_days(to) - date_days(from) >= DAYS_MAX)
		return fail(&q->fault, EINVAL, "to_day", "range", "an act covers a year at most");
	return act_overlap(q->db, q->a, act, &q->fault);
}

/* Whose it is, and what it comes to today. */
static int count_draft(struct request *q, struct act *act)
{
	struct seller s;
	struct project p;
	struct bill b;
	int err = seller_choose(q, act->seller_id, &s);

	if (!err)
		err = entity_get(&project_entity, q->db, q->a, act->project_id, &p, &q->fault);
	if (!err)
		err = bill_count(q->db, q->a, act, p.timezone, q->now, &b, &q->fault);
	if (err)
		return err;
	act->seller_id = s.id;
	act->customer_id = p.customer_id;
	act->sum_kop = b.sum_kop;
	act->vat = s.vat;
	act->vat_kop = vat_within(b.sum_kop, (enum vat)s.vat);
	return 0;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct act *was = old;
	int err;

	if (was && was->state != ACT_DRAFT)
		return fail(&q->fault, EINVAL, "state", "not_draft",
		        "an act that was issued does not change: cancel it instead");
	err = new ? days_check(q, new) : 0;
	return err || !new ? err : count_draft(q, new);
}

int act_tell(struct db *db, struct arena *a, const struct act *act, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "act",
	                .verb = verb,
	                .row_id = act->id,
	                .project_id = act->project_id,
	                .right = MAY_SEE_MONEY,
	                .staff_only = act->state == ACT_DRAFT},
	        f);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	return act_tell(db, q->a, new ? new : old, !old ? "created" : new ? "changed" : "removed", f);
}

/* From outside: what was issued and holds. */
static void reach(const struct request *q, struct query *where)
{
	if (q->who->role && q->who->role->outside)
		query_add(where, " AND state IN ('issued', 'signed')");
}

const struct resource act_resource = {
        .entity = &act_entity,
        .path = "/acts",
        .read = MAY_SEE_MONEY,
        .write = MAY_BILL,
        .remove = MAY_BILL,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-from_day",
        .reach = reach,
        .check = check,
        .changed = changed,
        .fill = fill,
        .silent = true, /* act_tell */
};
static const struct resource *const resources[] = {&act_resource, NULL};
const struct module act_module = {.name = "act", .resources = resources, .routes = act_routes};
