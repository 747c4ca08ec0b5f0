/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_db.c - the figures: of the roll-ups, but for what changes brought. */
#include "domain/final/final_priv.h"
#include "engine/zone/zone.h"

const char *const final_sums[FINAL_SUMS] = {
        "calls", "answered", "dialogues", "leads", "meetings", "sales", "refusals", "talk_ms"};

/* One hour of the project into its sums and its week. */
static int add_hour(struct request *q, struct final *r, const struct rows *hour, int64_t *week)
{
	struct zone_time t;
	struct final_part *w;
	int64_t monday;
	int err = zone_local(r->p->timezone, rows_int(hour, 0), &t, &q->fault);

	if (err)
		return err;
	for (int i = 0; i < FINAL_SUMS; i++)
		r->sums[i] += rows_int(hour, i + 1);
	monday = date_days(t.date) - t.weekday;
	if (!r->n_weeks || monday != *week) {
		struct date d = date_of_days(monday);
		if (r->n_weeks == FINAL_WEEKS)
			return 0; /* ten years: later ones are in the sums only */
		*week = monday;
		r->weeks[r->n_weeks++] =
		        (struct final_part){.name = str_printf(q->a, "%04d-%02d-%02d", d.year, d.month, d.day)};
	}
	w = &r->weeks[r->n_weeks - 1];
	w->calls += rows_int(hour, 1 + SUM_CALLS);
	w->meetings += rows_int(hour, 1 + SUM_MEETINGS);
	w->sales += rows_int(hour, 1 + SUM_SALES);
	w->refusals += rows_int(hour, 1 + SUM_REFUSALS);
	w->leads.n += rows_int(hour, 1 + SUM_DIALOGUES);
	w->leads.hits += rows_int(hour, 1 + SUM_LEADS);
	return 0;
}

static int load_hours(struct request *q, struct final *r)
{
	int64_t week = 0;
	struct rows rows;
	int err = db_ask(q->db, q->a,
	        "SELECT hour, calls, answered, dialogues, leads, meetings, sales, refusals, talk_ms FROM project_hour WHERE project_id = ?1 "
	        "ORDER BY hour",
	        VALS(V(r->p->id)), &rows, &q->fault);

	while (!err && !(err = rows_next(&rows, &q->fault)))
		err = add_hour(q, r, &rows, &week);
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

static int load_parts(struct request *q, const char *sql, struct final_part *ret, size_t *ret_n, int64_t project_id)
{
	struct rows rows;
	int err = db_ask(q->db, q->a, sql, VALS(V(project_id)), &rows, &q->fault);

	while (!err && *ret_n < FINAL_PARTS && !(err = rows_next(&rows, &q->fault)))
		ret[(*ret_n)++] = (struct final_part){.name = str_copy(q->a, rows_str(&rows, 0)),
		        .calls = rows_int(&rows, 1),
		        .leads = {rows_int(&rows, 2), rows_int(&rows, 3)},
		        .meetings = rows_int(&rows, 4),
		        .sales = rows_int(&rows, 5),
		        .refusals = rows_int(&rows, 6)};
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

/* Who refused carries the reason as the last result; the most frequent first. */
static int load_reasons(struct request *q, struct final *r)
{
	struct rows rows;
	int err = db_ask(q->db, q->a,
	        "SELECT r.name, SUM(s.contacts) FROM contact_state s JOIN result r ON r.id = s.last_result_id WHERE s.project_id = ?1 AND "
	        "s.state <> 'hidden' AND r.counts_as = 'refusal' GROUP BY r.id, r.name HAVING SUM(s.contacts) > 0 ORDER BY 2 DESC, r.id "
	        "LIMIT 10",
	        VALS(V(r->p->id)), &rows, &q->fault);

	while (!err && r->n_reasons < FINAL_REASONS && !(err = rows_next(&rows, &q->fault)))
		r->reasons[r->n_reasons++] = (struct final_reason){str_copy(q->a, rows_str(&rows, 0)), rows_int(&rows, 1)};
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

/* What is left counts in bases that are dialled; who was called counts in all. */
static int load_contacts(struct request *q, struct final *r)
{
	struct val v[4];
	int err = db_one(q->db, q->a,
	        "SELECT COALESCE(SUM(CASE WHEN s.state = 'fresh' AND b.state = 'active' THEN s.contacts ELSE 0 END), 0), "
	        "COALESCE(SUM(CASE WHEN s.state IN ('due', 'reserved') AND b.state = 'active' THEN s.contacts ELSE 0 END), 0), "
	        "COALESCE(SUM(CASE WHEN s.last_result_id > 0 THEN s.contacts ELSE 0 END), 0), "
	        "(SELECT name FROM customer WHERE id = ?2) FROM contact_state s JOIN base b ON b.id = s.base_id WHERE s.project_id = ?1",
	        VALS(V(r->p->id), V(r->p->customer_id)), v, 4, &q->fault);

	if (!err) {
		r->fresh = val_int(v[0]);
		r->due = val_int(v[1]);
		r->worked = val_int(v[2]);
		r->customer = str_copy(q->a, val_str(v[3]));
	}
	return err;
}

int final_load(struct request *q, const struct project *p, struct final *ret)
{
#define SUMS \
	"SUM(h.calls), SUM(h.dialogues), SUM(h.leads), SUM(h.meetings), SUM(h.sales), SUM(h.refusals) FROM call_hour h JOIN "
	static const char versions
	        [] = "SELECT CAST(v.number AS TEXT), " SUMS
	             "script_version v ON v.id = h.script_version_id WHERE h.project_id = ?1 GROUP BY v.id, v.number ORDER BY v.number DESC LIMIT 60",
	bases[] = "SELECT b.name, " SUMS
	          "base b ON b.id = h.base_id WHERE h.project_id = ?1 GROUP BY b.id, b.name ORDER BY 2 DESC, b.id LIMIT 60";
	int err;

	ret->p = p;
	ret->made_at = q->now;
	err = load_hours(q, ret);
	if (!err)
		err = load_parts(q, versions, ret->versions, &ret->n_versions, p->id);
	if (!err)
		err = load_parts(q, bases, ret->bases, &ret->n_bases, p->id);
	if (!err)
		err = load_reasons(q, ret);
	if (!err)
		err = load_contacts(q, ret);
	if (!err)
		err = change_effects(q->db, q->a, p->id, ret->changes, FINAL_CHANGES, &ret->n_changes, &q->fault);
	if (!err)
		final_judge(ret);
	return err;
}
