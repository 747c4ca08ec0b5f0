/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rating.c - how customers rated the talks of each operator: always with how many rated, and of how many talks. */
#include "base/parse.h"
#include "domain/call/call_priv.h"

enum { DAYS = 30, RATINGS = 5 };

/* A moment of the query, or otherwise. */
static int moment(struct request *q, const char *name, int64_t otherwise, int64_t *ret)
{
	str given = http_param(q->http, name);

	*ret = otherwise;
	if (given.n && !parse_int(given, 0, INT64_MAX, ret))
		return fail(&q->fault, EINVAL, name, "range", "a moment in UTC milliseconds");
	return 0;
}

static void put_row(struct request *q, const struct rows *r)
{
	int64_t rated = rows_int(r, 3);

	json_open(&q->out, '{');
	json_member_int(&q->out, "operator_id", rows_int(r, 0));
	json_member_text(&q->out, "name", rows_str(r, 1));
	json_member_int(&q->out, "talks", rows_int(r, 2));
	json_key(&q->out, "rated");
	json_add_int(&q->out, rated);
	json_key(&q->out, "average");
	if (rated)
		json_add_real(&q->out, (double)rows_int(r, 4) / (double)rated);
	else
		json_add_null(&q->out);
	json_key(&q->out, "counts");
	json_open(&q->out, '[');
	for (int i = 0; i < RATINGS; i++)
		json_add_int(&q->out, rows_int(r, 5 + i));
	json_close(&q->out, ']');
	json_close(&q->out, '}');
}

#define HOW_OFTEN(n) ", COUNT(CASE WHEN c.rating = " n " THEN 1 END)"
static int put_rows(struct request *q, int64_t since, int64_t until)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT c.operator_id, MAX(u.name), COUNT(*), COUNT(c.rating), CAST(COALESCE(SUM(c.rating), 0) AS BIGINT)" HOW_OFTEN(
	                "1") HOW_OFTEN("2") HOW_OFTEN("3") HOW_OFTEN("4")
	                HOW_OFTEN(
	                        "5") " FROM call c JOIN \"user\" u ON u.id = c.operator_id WHERE c.project_id = ?1 AND c.asked_at >= ?2 AND "
	                             "c.asked_at < ?3 AND c.connected_at IS NOT NULL GROUP BY c.operator_id ORDER BY 2, 1 LIMIT 500",
	        VALS(V(q->id[0]), V(since), V(until)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)))
		put_row(q, &r);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int call_ratings(struct request *q)
{
	struct project p;
	int64_t since, until;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = moment(q, "since", q->now - DAYS * (int64_t)CLOCK_DAY, &since);
	if (!err)
		err = moment(q, "until", INT64_MAX, &until);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = put_rows(q, since, until);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err;
}
