/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - a lead accepted or rejected, our answer to that, and the term after which silence is consent. */
#include "domain/report/verdict.h"

#include "domain/notification/notification.h"
#include "domain/report/comment.h"
#include "domain/report/report_priv.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"
#include "kit/app/app.h"

enum { DAYS_MAX = 90, OVERDUE_READ = 10000, OVERDUE_WRITE = 100 };
const char *const verdict_words[] = {"", "accepted", "rejected", "term", NULL};

struct verdict {
	int64_t id, version, project_id, contact_id;
	int verdict;
	str reason;
	int64_t author_id, decided_at;
	str reply;
	int64_t replied_by, replied_at;
};
#define ENTITY struct verdict
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Whose lead", .flags = GIVEN),
        F_INT(contact_id, 0, 0, "The row of the report", .flags = GIVEN),
        F_WORD(verdict, verdict_words, "Accepted, rejected, or accepted by the house because the term was over",
                .flags = GIVEN | NULLABLE),
        F_STR(reason, 0, 2000, "Why it was rejected", .flags = GIVEN | NULLABLE | UNSORTED),
        F_REF(author_id, "user", "Who decided", .flags = GIVEN | NULLABLE),
        F_TIME(decided_at, "When", .flags = GIVEN),
        F_STR(reply, 0, 2000, "What we answered", .flags = GIVEN | NULLABLE | UNSORTED),
        F_REF(replied_by, "user", "Who answered", .flags = GIVEN | NULLABLE),
        F_TIME(replied_at, "When", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity verdict_entity = ENTITY_OF(verdict, fields, "verdict", "The customer's word on a lead");

const struct resource verdict_resource = {
        .entity = &verdict_entity,
        .path = "/verdicts",
        .read = MAY_DISCUSS,
        .write = MAY_RUN_PROJECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-decided_at",
};

#define ENTITY struct verdict_body
static const struct field body_fields[] = {
        F_WORD(verdict, verdict_words, "accepted or rejected", .flags = REQUIRED | NULLABLE),
        F_STR(reason, 0, 2000, "Why; needed to reject", .flags = NULLABLE),
        F_INT(version, 0, INT64_MAX, "Version of the verdict that was seen; 0: there was none", .flags = REQUIRED),
};
#undef ENTITY
const struct shape verdict_body_shape = SHAPE_OF(verdict_body, body_fields, "Deciding about a lead");
#define ENTITY struct reply_body
static const struct field reply_fields[] = {F_STR(text, 1, 2000, "What we answer", .flags = REQUIRED)};
#undef ENTITY
const struct shape verdict_reply_shape = {.name = "verdict_reply",
        .doc = "Answering a rejected lead",
        .fields = reply_fields,
        .n = COUNT(reply_fields),
        .size = sizeof(struct reply_body)};

int acceptance_load(
        struct db *db, struct arena *a, const struct project *p, int64_t now, struct acceptance *ret, struct fault *f)
{
	*ret = (struct acceptance){.days = p->accept_days, .now = now, .timezone = p->timezone};
	return law_load(db, a, p->id, p->jurisdiction, (enum purpose)p->purpose, now, &ret->law, f);
}

int64_t acceptance_until(const struct acceptance *t, int64_t lead_at)
{
	struct zone_time clock;
	int64_t day, end = 0, left = t->days;

	if (!left || !lead_at || zone_local(t->timezone, lead_at, &clock, NULL))
		return 0;
	day = date_days(clock.date);
	for (int64_t last = day + DAYS_MAX; left && day < last;)
		left -= !law_rest(&t->law, date_of_days(++day));
	return zone_instant(t->timezone, date_of_days(day), 1440, &end, NULL) ? 0 : end;
}

struct deciding {
	struct request *q;
	struct verdict was, now;
};

static int verdict_find(struct db *db, struct arena *a, int64_t contact_id, struct verdict *v, struct fault *f)
{
	struct query *query = query_new(a);
	int err;

	query_add(query, "SELECT ");
	entity_columns(&verdict_entity, query);
	query_add(query, " FROM verdict WHERE contact_id = ");
	query_val(query, V(contact_id));
	err = entity_ask(&verdict_entity, db, a, query, v, f);
	return err == ENOENT ? 0 : err;
}

/* The row of the first word about a lead, which a second one finds made (report_http.c does the same with a cell). */
static int verdict_make(struct deciding *d, struct db *db, struct arena *a, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO verdict (version, project_id, contact_id, verdict, decided_at) VALUES (0, ?1, ?2, 'accepted', ?3) ON CONFLICT "
	        "(contact_id) DO NOTHING RETURNING id",
	        VALS(V(d->now.project_id), V(d->now.contact_id), V(d->now.decided_at)), &id, 1, f);

	if (err == ENOENT)
		return fail(f, ESTALE, "version", "stale", "somebody decided about this lead meanwhile");
	if (!err)
		d->now.id = val_int(id);
	return err;
}

static int put_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	const struct verdict_body *body = d->q->body;
	int err;

	d->was = (struct verdict){0};
	err = verdict_find(db, a, d->now.contact_id, &d->was, f);
	if (!err && d->was.verdict == VERDICT_TERM)
		err = fail(f, EALREADY, "verdict", "term_over", "the term is over: the lead counts as accepted");
	if (!err && d->was.version != body->version)
		err = fail(f, ESTALE, "version", "stale", "somebody decided about this lead meanwhile");
	if (err)
		return err;
	d->now.id = d->was.id;
	d->now.version = d->was.version;
	if (!d->was.id)
		err = verdict_make(d, db, a, f);
	if (!err)
		err = entity_update(&verdict_entity, db, a, &d->now, f);
	if (!err)
		err = request_changed(d->q, db, &verdict_resource, d->was.id ? "changed" : "created",
		        d->was.id ? &d->was : NULL, &d->now, f);
	if (!err && d->now.verdict == VERDICT_REJECTED)
		err = notify(db, a,
		        &(struct notice_of){.kind = NOTIFY_LEAD_REJECTED,
		                .project_id = d->now.project_id,
		                .row_id = d->now.contact_id,
		                .by_user_id = d->now.author_id,
		                .what = d->now.reason},
		        d->q->now, f);
	return err ? err : row_event(db, a, d->now.project_id, d->now.contact_id, 0, f);
}

/* A lead of a project in reach, and still within its term. */
static int lead_find(struct request *q, int64_t contact_id, struct project *p)
{
	struct acceptance term;
	struct val v[4];
	int err = db_one(q->db, q->a,
	        "SELECT c.project_id, c.last_at, r.counts_as, c.corrected_at FROM contact c JOIN result r ON r.id = c.last_result_id WHERE c.id = ?1",
	        VALS(V(contact_id)), v, COUNT(v), &q->fault);

	if (!err)
		err = resource_find(&project_resource, q, val_int(v[0]), p);
	if (!err && !str_eq(val_str(v[2]), STR("lead")))
		err = fail(&q->fault, EINVAL, "verdict", "no_lead", "this row is no lead");
	if (!err)
		err = acceptance_load(q->db, q->a, p, q->now, &term, &q->fault);
	if (!err && acceptance_until(&term, lead_since(val_int(v[1]), val_int(v[3]))) <= q->now)
		err = fail(&q->fault, EALREADY, "verdict", "term_over", "the term is over: the lead counts as accepted");
	return err;
}

int verdict_put(struct request *q)
{
	const struct verdict_body *body = q->body;
	struct deciding d = {.q = q};
	struct project p;
	int err = lead_find(q, q->id[0], &p);

	if (!err && body->verdict != VERDICT_ACCEPTED && body->verdict != VERDICT_REJECTED)
		err = fail(&q->fault, EINVAL, "verdict", "word", "accepted or rejected");
	if (!err && body->verdict == VERDICT_REJECTED && !str_trim(body->reason).n)
		err = fail(&q->fault, EINVAL, "reason", "required", "say why the lead is rejected");
	if (err)
		return err;
	d.now = (struct verdict){.project_id = p.id,
	        .contact_id = q->id[0],
	        .verdict = body->verdict,
	        .reason = body->verdict == VERDICT_REJECTED ? body->reason : (str){0},
	        .author_id = q->who->user_id,
	        .decided_at = q->now};
	err = request_write(q, put_write, &d);
	if (!err)
		request_give(q, &verdict_entity.shape, &d.now);
	return err;
}

static int reply_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	const struct reply_body *body = d->q->body;
	int err = entity_get(&verdict_entity, db, a, d->q->id[0], &d->was, f);

	if (err)
		return err;
	d->now = d->was;
	d->now.reply = body->text;
	d->now.replied_by = d->q->who->user_id;
	d->now.replied_at = d->q->now;
	err = entity_update(&verdict_entity, db, a, &d->now, f);
	if (!err)
		err = request_changed(d->q, db, &verdict_resource, "changed", &d->was, &d->now, f);
	if (!err && d->now.author_id)
		err = notify(db, a,
		        &(struct notice_of){.kind = NOTIFY_LEAD_ANSWERED,
		                .project_id = d->now.project_id,
		                .row_id = d->now.contact_id,
		                .user_id = d->now.author_id,
		                .by_user_id = d->q->who->user_id,
		                .what = d->now.reply},
		        d->q->now, f);
	return err ? err : row_event(db, a, d->now.project_id, d->now.contact_id, 0, f);
}

int verdict_reply(struct request *q)
{
	struct deciding d = {.q = q};
	int err = resource_find(&verdict_resource, q, q->id[0], &d.now);

	if (!err && d.now.verdict != VERDICT_REJECTED)
		err = fail(&q->fault, EALREADY, "verdict", "not_rejected", "only a rejected lead is answered");
	if (!err)
		err = request_write(q, reply_write, &d);
	if (!err)
		request_give(q, &verdict_entity.shape, &d.now);
	return err;
}

/* The term ------------------------------------------------------------------------------------------------------------- */

struct overdue {
	int64_t project_id, before, now;
	int64_t *ids; /* leads nobody spoke about, n of them, written from at on */
	size_t n, at;
};

/* Outside of the write: among a million rows looking for them takes longer than anybody may keep the writer. */
static int overdue_read(struct db *db, struct arena *a, struct overdue *o, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT c.id FROM result r CROSS JOIN contact c WHERE r.counts_as = 'lead' AND c.project_id = ?1 AND c.last_result_id = r.id AND "
	        "c.last_at < ?2 AND COALESCE(c.corrected_at, 0) < ?2 AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.contact_id = c.id) LIMIT ?3",
	        VALS(V(o->project_id), V(o->before), V(OVERDUE_READ)), &r, f);

	o->n = o->at = 0;
	while (!err && o->n < OVERDUE_READ && !(err = rows_next(&r, f)))
		o->ids[o->n++] = rows_int(&r, 0);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* A lead that was called again or spoken about meanwhile is none of them any more. */
static int overdue_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct overdue *o = arg;
	struct query *q = query_new(a);

	query_add(q,
	        "INSERT INTO verdict (project_id, contact_id, verdict, decided_at) SELECT c.project_id, c.id, 'term', CAST(");
	query_val(q, V(o->now));
	query_add(q,
	        " AS BIGINT) FROM contact c JOIN result r ON r.id = c.last_result_id WHERE r.counts_as = 'lead' AND c.last_at < ");
	query_val(q, V(o->before));
	query_add(q, " AND COALESCE(c.corrected_at, 0) < ");
	query_val(q, V(o->before));
	query_add(q, " AND c.id IN (");
	for (size_t i = o->at; i < o->n && i < o->at + OVERDUE_WRITE; i++) {
		query_piece(q, i == o->at ? "" : ", ");
		query_val(q, V(o->ids[i]));
	}
	query_add(q, ") ON CONFLICT (contact_id) DO NOTHING");
	return db_run(db, QUERY(q), NULL, f);
}

/* Leads before the first moment whose term is not over: found by walking back day by day. */
static int64_t overdue_before(const struct acceptance *t)
{
	int64_t at = t->now;

	for (int i = 0; i < DAYS_MAX && acceptance_until(t, at) > t->now; i++)
		at -= CLOCK_DAY;
	for (int64_t step = CLOCK_HOUR; at + step < t->now && acceptance_until(t, at + step) <= t->now;)
		at += step;
	return at;
}

static int overdue_project(struct app *app, struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	struct overdue o = {.project_id = project_id, .now = clock_ms()};
	struct acceptance term;
	struct project p;
	int err = entity_get(&project_entity, db, a, project_id, &p, f);

	if (!err)
		err = acceptance_load(db, a, &p, o.now, &term, f);
	if (err || !term.days)
		return err;
	o.before = overdue_before(&term);
	o.ids = NEW_N(a, int64_t, OVERDUE_READ);
	do {
		err = overdue_read(db, a, &o, f);
		for (; !err && o.at < o.n; o.at += OVERDUE_WRITE)
			err = store_write(app->store, db, a, overdue_write, &o, f);
	} while (!err && o.n == OVERDUE_READ);
	return err;
}

static int overdue_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t *ids, n = 0, cap = 0;
	struct val count;
	struct rows r;
	int err = db_one(db, a, "SELECT count(*) FROM project WHERE accept_days > 0", NO_VALS, &count, 1, f);

	(void)job;
	if (err)
		return err;
	cap = val_int(count);
	ids = NEW_N(a, int64_t, (size_t)cap + 1);
	err = db_ask(db, a, "SELECT id FROM project WHERE accept_days > 0 ORDER BY id", NO_VALS, &r, f);
	while (!err && n < cap && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (int64_t i = 0; !err && i < n; i++)
		err = overdue_project(app, db, a, ids[i], f);
	return err;
}

const struct job_kind report_jobs[] = {
        {.name = "lead_term",
                .run = overdue_run,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 15 * CLOCK_MINUTE,
                .doc = "Leads nobody rejected within their term count as accepted"},
        {0},
};
