/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tariff.c - fields and rules of tariffs, the signature, and which row is in force when. */
#include "domain/tariff/tariff.h"

#include "domain/role/role.h"

static const char *const units[] = {"dialogue", "minute", "hour", "month", "lead", "project", NULL};
static const char *const roundings[] = {"exact", "call_minute", NULL};

#define ENTITY struct tariff
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Whose it is", .flags = REQUIRED | FIXED),
        F_WORD(unit, units,
                "What is paid for: dialogues, minutes of talk, operators' hours worked, the month, leads; project: all its days "
                "together, in the act that covers the last of them",
                .flags = REQUIRED),
        F_INT(price_kop, 1, MONEY_MAX, "Price of one, in kopecks, VAT in it", .flags = REQUIRED),
        F_WORD(rounding, roundings, "Minutes: all talks added up exactly, or each talk up to a whole minute"),
        F_INT(minimum_kop, 0, MONEY_MAX, "An act is at least so much, in kopecks"),
        F_INT(discount_bp, 0, 10000, "Discount on the price in hundredths of a per cent; the price is rounded to a kopeck"),
        F_DATE(from_day, "First day it is in force; it ends the one of the same unit before it", .flags = REQUIRED),
        F_DATE(to_day, "Last day; null: until the next one. A fixed price of a project has one", .flags = NULLABLE),
        F_STR(note, 1, 1000, "What to know about it", .flags = NULLABLE | UNSORTED),
        F_REF(approved_by, "user", "Who signed for the discount or for pay by the lead", .flags = GIVEN | NULLABLE),
        F_TIME(approved_at, "When; null: it does not count yet, if it has a discount or is by the lead",
                .flags = GIVEN | NULLABLE),
        F_STR(approved_why, 0, 1000, "Why", .flags = GIVEN | NULLABLE),
        F_REF(author_id, "user", "Who entered it", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
const struct entity tariff_entity = ENTITY_OF(tariff, fields, "tariff", "What a project pays for, from a day on");

bool tariff_waits(const struct tariff *t)
{
	return (t->discount_bp || t->unit == TARIFF_LEAD) && !t->approved_at;
}

static void fill(struct request *q, void *new)
{
	struct tariff *t = new;

	t->author_id = q->who->user_id;
	t->created_at = q->now;
}

static bool same_but_end(const struct tariff *a, const struct tariff *b)
{
	return a->unit == b->unit && a->price_kop == b->price_kop && a->rounding == b->rounding &&
	       a->minimum_kop == b->minimum_kop && a->discount_bp == b->discount_bp && str_eq(a->from_day, b->from_day);
}

/* Longer than what was signed for. */
static bool lasts_longer(const struct tariff *was, const struct tariff *t)
{
	return was->to_day.n && (!t->to_day.n || str_cmp(t->to_day, was->to_day) > 0);
}

/* Acts that were issued by it say what it was. */
static int billed_check(struct request *q, const struct tariff *was)
{
	struct val n;
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(*) FROM act_line l JOIN act a ON a.id = l.act_id WHERE l.tariff_id = ?1 AND a.state <> 'cancelled'",
	        VALS(V(was->id)), &n, 1, &q->fault);

	return err || !val_int(n) ? err
	                          : fail(&q->fault, EINVAL, "from_day", "billed",
	                                    "acts were issued by it: only its last day and the note change");
}

static int one_a_day(struct request *q, const struct tariff *t)
{
	struct val n;
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(*) FROM tariff WHERE project_id = ?1 AND unit = ?2 AND from_day = ?3 AND id <> ?4",
	        VALS(V(t->project_id), V(str_of(units[t->unit])), V(t->from_day), V(t->id)), &n, 1, &q->fault);

	return err || !val_int(n) ? err
	                          : fail(&q->fault, EINVAL, "from_day", "same_day",
	                                    "another tariff of this unit begins on this day: change that one");
}

static int check(struct request *q, const void *old, void *new)
{
	const struct tariff *was = old;
	struct tariff *t = new;
	int err = 0;

	if (was && (!t || !same_but_end(was, t)))
		err = billed_check(q, was);
	if (err || !t)
		return err;
	if (t->to_day.n && str_cmp(t->to_day, t->from_day) < 0)
		return fail(&q->fault, EINVAL, "to_day", "term", "it ends before it begins");
	if (t->unit == TARIFF_PROJECT && !t->to_day.n)
		return fail(&q->fault, EINVAL, "to_day", "required",
		        "a fixed price needs its last day: the act of that day bills it");
	if (t->unit != TARIFF_MINUTE)
		t->rounding = TARIFF_EXACT;
	if (was && (!same_but_end(was, t) || lasts_longer(was, t))) {
		t->approved_by = t->approved_at = 0;
		t->approved_why = (str){0};
	}
	return one_a_day(q, t);
}

static const struct resource tariff_resource = {
        .entity = &tariff_entity,
        .path = "/projects/{project_id}/tariffs",
        .read = MAY_BILL,
        .write = MAY_SET_PRICE,
        .remove = MAY_SET_PRICE,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-from_day",
        .check = check,
        .fill = fill,
};

/* The signature ------------------------------------------------------------------------------------------------------------ */

struct tariff_approval {
	str why;
};
#define ENTITY struct tariff_approval
static const struct field approval_fields[] = {
        F_STR(why, 3, 1000, "Why this exception is made", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape approval_shape = SHAPE_OF(tariff_approval, approval_fields, "A signature under a tariff");

struct approving {
	struct request *q;
	struct tariff was, now;
};

static int approve_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct approving *s = arg;
	int err = entity_get(&tariff_entity, db, a, s->was.id, &s->now, f);

	if (!err && s->now.version != s->was.version)
		err = request_stale(s->q, &tariff_entity.shape, &s->now); /* not what he looked at */
	if (err)
		return err;
	s->now.approved_by = s->q->who->user_id;
	s->now.approved_at = s->q->now;
	s->now.approved_why = ((const struct tariff_approval *)s->q->body)->why;
	err = entity_change(&tariff_entity, db, a, &s->was, &s->now, f);
	return err ? err : request_changed(s->q, db, &tariff_resource, "approved", &s->was, &s->now, f);
}

static int approve(struct request *q)
{
	struct approving s = {.q = q};
	int err = resource_find(&tariff_resource, q, q->id[0], &s.was);

	if (!err && !tariff_waits(&s.was))
		err = fail(&q->fault, EALREADY, NULL, "nothing_to_approve", "this tariff needs no signature, or has one");
	if (!err)
		err = request_write(q, approve_write, &s);
	if (!err)
		request_give(q, &tariff_entity.shape, &s.now);
	return err;
}

/* What is in force when ------------------------------------------------------------------------------------------------------ */

enum { ROWS_MAX = 1000 };

static int64_t days_of(str day)
{
	struct date d;

	return date_parse(day, &d) ? date_days(d) : 0;
}

/* All rows of the project that began by then, by unit and day. */
static int read_rows(struct db *db, struct arena *a, int64_t project_id, int64_t to, struct tariff_span *all, size_t *ret_n,
        struct fault *f)
{
	struct date last = date_of_days(to);
	struct query *sql = query_new(a);
	struct rows r;
	size_t n = 0;
	int err;

	query_add(sql, "SELECT ");
	entity_columns(&tariff_entity, sql);
	query_add(sql, " FROM tariff WHERE project_id = ");
	query_val(sql, V(project_id));
	query_add(sql, " AND from_day <= ");
	query_val(sql, V(str_printf(a, "%04d-%02d-%02d", last.year, last.month, last.day)));
	query_add(sql, " ORDER BY unit, from_day LIMIT 1000");
	err = db_ask(db, a, QUERY(sql), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		err = entity_from_row(&tariff_entity, &r, 0, &all[n++].tariff, f);
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

int tariff_spans(struct db *db, struct arena *a, int64_t project_id, int64_t from, int64_t to, struct tariff_span **ret,
        size_t *ret_n, int64_t *ret_waiting, struct fault *f)
{
	struct tariff_span *all = NEW_N(a, struct tariff_span, ROWS_MAX);
	size_t rows = 0, n = 0;
	int64_t waiting = 0, next = INT64_MAX;
	int err = read_rows(db, a, project_id, to, all, &rows, f);

	/* From the last row to the first, so that each knows where the next of its unit begins. */
	for (size_t i = rows; !err && i-- > 0;) {
		const struct tariff *t = &all[i].tariff;
		int64_t begins = days_of(t->from_day), ends = t->to_day.n ? days_of(t->to_day) : INT64_MAX - 1;
		if (i + 1 == rows || all[i + 1].tariff.unit != t->unit)
			next = INT64_MAX;
		if (ends > next - 1)
			ends = next - 1;
		if (tariff_waits(t)) {
			waiting += ends >= from;
			continue;
		}
		next = begins;
		if (ends >= from && begins <= ends)
			all[rows - ++n] = (struct tariff_span){*t, begins < from ? from : begins, ends > to ? to : ends};
	}
	if (err)
		return err;
	*ret = all + (rows - n);
	*ret_n = n;
	*ret_waiting = waiting;
	return 0;
}

static const struct route routes[] = {
        {HTTP_POST, "/tariffs/{id}/approve", MAY_APPROVE_PRICE, approve,
                "Sign for a discount or for pay by the lead: from now on the tariff counts", .takes = &approval_shape,
                .gives = &tariff_entity.shape},
        {0},
};
static const struct resource *const resources[] = {&tariff_resource, NULL};
const struct module tariff_module = {.name = "tariff", .resources = resources, .routes = routes};
