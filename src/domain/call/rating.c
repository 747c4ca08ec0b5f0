/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rating.c - how customers rated the talks of each operator: always with how many rated, and of how many talks. */
#include "base/parse.h"
#include "domain/call/call_priv.h"
#include "kit/tally/pieces.h"

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

/* How many talks there were, with each rating none. */
static void add_talks(struct query *q, int64_t project_id, const struct tally_piece *p)
{
	static const char *const from[] = {
	        [TALLY_ROWS] =
	                "1 AS talks, CAST(NULL AS BIGINT) AS rating FROM call WHERE dialled_at IS NOT NULL AND ended_at IS NOT NULL AND answered_at IS NOT "
	                "NULL AND asked_at",
	        [TALLY_HOURS] = "answered AS talks, CAST(NULL AS BIGINT) AS rating FROM call_hour WHERE hour",
	        [TALLY_DAYS] = "answered AS talks, CAST(NULL AS BIGINT) AS rating FROM call_day WHERE day"};
	static const char *const until[] = {
	        [TALLY_ROWS] = " AND asked_at < ", [TALLY_HOURS] = " AND hour < ", [TALLY_DAYS] = " AND day < "};

	query_add(q, "SELECT operator_id, ");
	query_piece(q, from[p->of]);
	query_add(q, " >= ");
	query_val(q, V(p->from));
	query_piece(q, until[p->of]);
	query_val(q, V(p->to));
	query_add(q, " AND project_id = ");
	query_val(q, V(project_id));
	query_add(q, " UNION ALL ");
}

static void add_calls(struct query *q, const char *which, int64_t project_id, int64_t since, int64_t until)
{
	query_piece(q, which);
	query_add(q, " AND project_id = ");
	query_val(q, V(project_id));
	query_add(q, " AND asked_at >= ");
	query_val(q, V(since));
	query_add(q, " AND asked_at < ");
	query_val(q, V(until));
}

/* Talks are the answered calls of the sums, but for the few in which nobody of ours was there yet; they and the ratings have indexes of their own. */
static void ask(struct query *q, int64_t project_id, int64_t since, int64_t until)
{
#define HOW_OFTEN(n) ", COUNT(CASE WHEN x.rating = " n " THEN 1 END)"
	struct tally_piece all[TALLY_PIECES];
	size_t n = tally_pieces(since, until, all);

	query_add(q,
	        "SELECT x.operator_id, MAX(u.name), CAST(SUM(x.talks) AS BIGINT), COUNT(x.rating), CAST(COALESCE(SUM(x.rating), 0) AS "
	        "BIGINT)" HOW_OFTEN("1") HOW_OFTEN("2") HOW_OFTEN("3") HOW_OFTEN("4") HOW_OFTEN("5") " FROM (");
	for (const struct tally_piece *p = all; p < all + n; p++)
		add_talks(q, project_id, p);
	add_calls(q,
	        "SELECT operator_id, -1 AS talks, CAST(NULL AS BIGINT) AS rating FROM call WHERE answered_at IS NOT NULL AND connected_at IS NULL "
	        "AND ended_at IS NOT NULL AND operator_id IS NOT NULL",
	        project_id, since, until);
	add_calls(
	        q, " UNION ALL SELECT operator_id, 0, rating FROM call WHERE rating IS NOT NULL", project_id, since, until);
	query_add(q,
	        ") x JOIN \"user\" u ON u.id = x.operator_id GROUP BY x.operator_id HAVING SUM(x.talks) > 0 ORDER BY 2, 1 LIMIT 500");
}

static int put_rows(struct request *q, int64_t since, int64_t until)
{
	struct query *sql = query_new(q->a);
	struct rows r;
	int err;

	ask(sql, q->id[0], since, until);
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
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
		err = moment(q, "until", q->now + CLOCK_HOUR, &until);
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
