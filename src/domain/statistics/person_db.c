/* SPDX-License-Identifier: GPL-3.0-or-later */
/* person_db.c - one person's day as the house kept it: spans of his states, and his calls. */
#include "domain/calendar/calendar.h"
#include "domain/role/role.h"
#include "domain/statistics/statistics_priv.h"

int stat_person(
        struct db *db, struct arena *a, const struct statistics *s, int64_t user_id, bool english, str *ret, struct fault *f)
{
	const struct who *who = s->ask.who;
	struct val name;
	int err;

	if (who && who->role->outside) {
		*ret = str_printf(a, english ? "Operator no. %lld" : "Оператор № %lld", (long long)user_id);
		return 0;
	}
	if (s->own && user_id != who->user_id)
		return ENOENT;
	err = db_one(db, a, "SELECT name FROM \"user\" WHERE id = ?1", VALS(V(user_id)), &name, 1, f);
	if (!err)
		*ret = val_str(name);
	return err;
}

static int load_spans(struct db *db, struct arena *a, struct stat_day *d, struct fault *f)
{
	const struct statistics *s = &d->figures;
	struct query *q = query_new(a);
	struct rows r;
	int err;

	query_add(q,
	        "SELECT h.from_at, coalesce(h.to_at, 0), coalesce(h.project_id, 0), h.state, p.name, coalesce(p.paid, 0) FROM "
	        "state_span h LEFT JOIN pause_reason p ON p.id = h.pause_reason_id WHERE h.user_id = ");
	query_val(q, V(s->ask.operator_id));
	query_add(q, " AND h.from_at < ");
	query_val(q, V(s->until_at));
	query_add(q, " AND h.from_at >= coalesce((SELECT max(b.from_at) FROM state_span b WHERE b.user_id = ");
	query_val(q, V(s->ask.operator_id));
	query_add(q, " AND b.from_at <= ");
	query_val(q, V(s->from_at));
	query_add(q, "), 0) AND (h.to_at IS NULL OR h.to_at > ");
	query_val(q, V(s->from_at));
	query_add(q, ") AND coalesce(h.project_id, 0)");
	stat_projects(q, s, s->own || !s->ask.who || !s->ask.who->role->reach[SCOPE_PROJECT]);
	query_add(q, " ORDER BY h.from_at, h.id LIMIT 4000");
	d->spans = NEW_N(a, struct day_span, DAY_SPANS);
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		d->spans[d->n_spans++] = (struct day_span){.from_at = rows_int(&r, 0),
		        .to_at = rows_int(&r, 1),
		        .project_id = rows_int(&r, 2),
		        .state = rows_str(&r, 3),
		        .reason = rows_str(&r, 4),
		        .paid = rows_int(&r, 5) != 0};
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static struct day_call call_of(const struct rows *r)
{
	return (struct day_call){.id = rows_int(r, 0),
	        .asked_at = rows_int(r, 1),
	        .answered_at = rows_int(r, 2),
	        .ended_at = rows_int(r, 3),
	        .talk_ms = rows_int(r, 4),
	        .direction = rows_str(r, 5),
	        .company = rows_str(r, 6),
	        .number = rows_str(r, 7),
	        .project = rows_str(r, 8),
	        .result = rows_str(r, 9),
	        .counts_as = rows_str(r, 10),
	        .is_dialogue = rows_int(r, 11) != 0};
}

static int load_calls(struct db *db, struct arena *a, struct stat_day *d, struct fault *f)
{
	const struct statistics *s = &d->figures;
	struct query *q = query_new(a);
	struct rows r;
	int err;

	query_add(q,
	        "SELECT c.id, c.asked_at, c.answered_at, c.ended_at, c.talk_ms, c.direction, t.company, c.number, p.name, r.name, "
	        "c.counts_as, c.is_dialogue FROM call c JOIN project p ON p.id = c.project_id LEFT JOIN contact t ON t.id = "
	        "c.contact_id LEFT JOIN result r ON r.id = c.result_id WHERE c.dialled_at IS NOT NULL AND c.ended_at IS NOT NULL "
	        "AND c.operator_id = ");
	query_val(q, V(s->ask.operator_id));
	query_add(q, " AND c.asked_at >= ");
	query_val(q, V(s->from_at));
	query_add(q, " AND c.asked_at < ");
	query_val(q, V(s->until_at));
	if (s->ask.direction) {
		query_add(q, " AND c.direction = ");
		query_val(q, V(str_of(stat_directions[s->ask.direction])));
	}
	query_add(q, " AND c.project_id");
	stat_projects(q, s, false);
	query_add(q, " ORDER BY c.asked_at, c.id LIMIT 1500");
	d->calls = NEW_N(a, struct day_call, DAY_CALLS);
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		d->calls[d->n_calls++] = call_of(&r);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int stat_day_load(
        struct db *db, struct arena *a, const struct stat_ask *ask, bool english, struct stat_day *ret, struct fault *f)
{
	struct stat_ask one = *ask;
	int err;

	one.to = one.from;
	one.by = STAT_BY_NONE;
	*ret = (struct stat_day){0};
	err = statistics_load(db, a, &one, english, &ret->figures, f);
	if (!err)
		err = stat_person(db, a, &ret->figures, ask->operator_id, english, &ret->name, f);
	if (!err)
		err = load_spans(db, a, ret, f);
	if (!err)
		err = load_calls(db, a, ret, f);
	/* From outside nobody is there who did nothing in one's projects. */
	if (!err && ask->who && ask->who->role->outside && !ret->n_calls && !ret->n_spans)
		err = ENOENT;
	return err;
}
