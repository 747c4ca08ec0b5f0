/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_db.c - the sums behind the figures, from roll-ups: whole days of UTC from those by day, the edges of the period from those by
 * hour, what is not by operator, script, result or direction from the hours of the project. So a month costs the same on any number of calls. */
#include "domain/calendar/calendar.h"
#include "domain/role/role.h"
#include "domain/statistics/statistics_priv.h"
#include "engine/zone/zone.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS = 8192 };
_Static_assert(SLOTS >= 2 * STAT_ROWS, "the hash stays half empty");

const char *const stat_bys[] = {"none", "project", "operator", "day", "hour", "script", "base", "result", NULL};
const char *const stat_directions[] = {"", "out", "in", NULL};

/* What the sums of calls are in a roll-up. */
static const char *const call_sums[STAT_CALL_SUMS] = {[STAT_CALLS] = "calls",
        [STAT_INCOMING] = "CASE WHEN h.direction = 'in' THEN h.calls ELSE 0 END",
        [STAT_ANSWERED] = "answered",
        [STAT_DIALOGUES] = "dialogues",
        [STAT_LEADS] = "leads",
        [STAT_MEETINGS] = "meetings",
        [STAT_PRESENTATIONS] = "presentations",
        [STAT_SALES] = "sales",
        [STAT_REFUSALS] = "refusals",
        [STAT_CALLBACKS] = "callbacks",
        [STAT_TALK_MS] = "talk_ms"};
/* Which column a row's key is in the roll-ups of calls and of time at work, in invoices and in what was sent; NULL: it is not by that. */
static const struct {
	const char *calls, *work, *money, *sent;
} keys[STAT_BYS] = {[STAT_BY_NONE] = {"0", "0", "0", "0"},
        [STAT_BY_PROJECT] = {"h.project_id", "h.project_id", "i.project_id", "h.project_id"},
        [STAT_BY_OPERATOR] = {"h.operator_id", "h.user_id", NULL, "coalesce(h.user_id, 0)"},
        [STAT_BY_DAY] = {"h.hour", "h.hour", "day", "h.at - h.at % 3600000"},
        [STAT_BY_HOUR] = {"h.hour", "h.hour", NULL, "h.at - h.at % 3600000"},
        [STAT_BY_SCRIPT] = {"h.script_version_id", NULL, NULL, NULL},
        [STAT_BY_BASE] = {"h.base_id", NULL, NULL, NULL},
        [STAT_BY_RESULT] = {"h.result_id", NULL, NULL, NULL}};

static bool by_clock(const struct statistics *s)
{
	return s->ask.by == STAT_BY_DAY || s->ask.by == STAT_BY_HOUR;
}

bool stat_tells(const struct statistics *s, enum stat_sum sum, bool is_total)
{
	if (sum == STAT_WORKED_MS)
		return !s->ask.direction && (is_total || keys[s->ask.by].work);
	if (sum == STAT_LETTERS || sum == STAT_SMS || sum == STAT_FAXES)
		return !s->ask.direction && (is_total || keys[s->ask.by].sent);
	if (sum == STAT_INVOICED || sum == STAT_PAID || sum == STAT_UNPAID || sum == STAT_PLAN)
		return !s->ask.direction && !s->ask.operator_id && !s->own && (is_total || keys[s->ask.by].money);
	return true;
}

struct stat_row *stat_row_of(struct gathering *g, int64_t key)
{
	uint64_t at = (uint64_t)key * 0x9E3779B97F4A7C15u >> 51;

	while (g->slots[at] && g->slots[at]->key != key)
		at = (at + 1) % SLOTS;
	if (g->slots[at])
		return g->slots[at];
	if (g->s->n == STAT_ROWS) {
		g->full = true;
		return NULL;
	}
	g->slots[at] = &g->s->rows[g->s->n++];
	g->slots[at]->key = key;
	return g->slots[at];
}

void stat_add(struct gathering *g, int64_t key, enum stat_sum sum, int64_t v)
{
	struct stat_row *row = g->s->ask.by == STAT_BY_NONE || !stat_tells(g->s, sum, false) ? NULL : stat_row_of(g, key);

	g->s->total.sums[sum] += v;
	if (row)
		row->sums[sum] += v;
}

/* An hour's row: its day or its hour of the day in the asked zone; any other key is its own. */
static int64_t key_of(const struct gathering *g, int64_t key)
{
	struct zone_time t;

	if (!by_clock(g->s) || zone_local(g->s->ask.zone, key, &t, NULL))
		return key;
	return g->s->ask.by == STAT_BY_DAY ? date_days(t.date) : t.minute_of_day / 60;
}

void stat_projects(struct query *q, const struct statistics *s, bool with_none)
{
	query_add(q, " IN (SELECT id FROM project WHERE 1 = 1");
	if (s->ask.project_id) {
		query_add(q, " AND id = ");
		query_val(q, V(s->ask.project_id));
	}
	if (s->ask.team_of) {
		query_add(q, " AND id IN (SELECT project_id FROM member WHERE user_id = ");
		query_val(q, V(s->ask.team_of));
		query_add(q, ")");
	}
	if (s->ask.who && !s->own && s->ask.team_of != s->ask.who->user_id)
		access_scope(q, s->ask.who, SCOPE_PROJECT, "id");
	if (with_none && !s->ask.project_id && !s->ask.team_of)
		query_add(q, " UNION ALL SELECT 0");
	query_add(q, ")");
}

/* A roll-up's rows of the period and the filters. column: its moment; who: its operator. */
static void rollup_where(
        struct query *q, const struct statistics *s, const char *column, int64_t from, int64_t until, const char *who)
{
	bool all = s->own || (s->ask.who && s->ask.who->role && !s->ask.who->role->reach[SCOPE_PROJECT]);

	query_add(q, " WHERE h.project_id");
	stat_projects(q, s, all);
	query_add(q, " AND ");
	query_name(q, column);
	query_add(q, " >= ");
	query_val(q, V(from));
	query_add(q, " AND ");
	query_name(q, column);
	query_add(q, " < ");
	query_val(q, V(until));
	if (s->ask.operator_id) {
		query_add(q, " AND ");
		query_name(q, who);
		query_add(q, " = ");
		query_val(q, V(s->ask.operator_id));
	}
	if (s->own)
		access_scope(q, s->ask.who, SCOPE_SELF, who);
}

/* One roll-up: which it is, and how its rows are read. */
struct source {
	const char *table, *moment, *key, *who;
	const char *const *sums;
	size_t n;
	enum stat_sum first;
};

static int add_source(struct gathering *g, const struct source *o, int64_t from, int64_t until, struct fault *f)
{
	const struct statistics *s = g->s;
	struct query *q = query_new(g->a);
	struct rows r;
	int err;

	query_add(q, "SELECT ");
	query_piece(q, o->key);
	for (size_t i = 0; i < o->n; i++) {
		query_add(q, ", CAST(SUM(");
		query_piece(q, o->sums[i]);
		query_add(q, ") AS BIGINT)");
	}
	query_add(q, " FROM ");
	query_piece(q, o->table);
	rollup_where(q, s, o->moment, from, until, o->who);
	if (s->ask.direction && o->first == STAT_CALLS) {
		query_add(q, " AND h.direction = ");
		query_val(q, V(str_of(stat_directions[s->ask.direction])));
	}
	query_add(q, " GROUP BY 1");
	err = db_ask(g->db, g->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f))) {
		int64_t key = key_of(g, rows_int(&r, 0));
		for (size_t i = 0; i < o->n; i++)
			stat_add(g, key, o->first + (enum stat_sum)i, rows_int(&r, (int)i + 1));
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* The period in up to three pieces: the hours before the first whole day, the days, the hours after the last. */
static int add_pieces(struct gathering *g, const struct source *hours, const struct source *days, struct fault *f)
{
	int64_t from = g->s->from_at, until = g->s->until_at;
	int64_t first = (from + CLOCK_DAY - 1) / CLOCK_DAY * CLOCK_DAY, last = until / CLOCK_DAY * CLOCK_DAY;
	int err;

	if (by_clock(g->s) || first >= last)
		return add_source(g, hours, from, until, f);
	err = first > from ? add_source(g, hours, from, first, f) : 0;
	if (!err)
		err = add_source(g, days, first, last, f);
	return err || last >= until ? err : add_source(g, hours, last, until, f);
}

static int add_calls(struct gathering *g, struct fault *f)
{
	const struct statistics *s = g->s;
	const char *key = keys[s->ask.by].calls;
	const struct source project = {"project_hour h", "h.hour", key, "h.project_id", call_sums, STAT_CALL_SUMS,
	                            STAT_CALLS},
	                    hours = {"call_hour h", "h.hour", key, "h.operator_id", call_sums, STAT_CALL_SUMS, STAT_CALLS},
	                    days = {"call_day h", "h.day", key, "h.operator_id", call_sums, STAT_CALL_SUMS, STAT_CALLS};
	bool finer = s->own || s->ask.operator_id || s->ask.by == STAT_BY_OPERATOR || s->ask.by == STAT_BY_SCRIPT ||
	             s->ask.by == STAT_BY_BASE || s->ask.by == STAT_BY_RESULT;

	return finer ? add_pieces(g, &hours, &days, f) : add_source(g, &project, s->from_at, s->until_at, f);
}

/* Time at work that still runs: what of it lies in the period so far, hour by hour. */
static void add_running(struct gathering *g, const struct rows *r)
{
	int64_t until = g->s->until_at < g->s->ask.now ? g->s->until_at : g->s->ask.now;
	int64_t from = rows_int(r, 2) > g->s->from_at ? rows_int(r, 2) : g->s->from_at;

	while (from < until) {
		int64_t hour = from / CLOCK_HOUR * CLOCK_HOUR, next = hour + CLOCK_HOUR < until ? hour + CLOCK_HOUR : until;
		int64_t key = by_clock(g->s)                     ? key_of(g, hour)
		              : g->s->ask.by == STAT_BY_OPERATOR ? rows_int(r, 0)
		                                                 : rows_int(r, 1);
		stat_add(g, key, STAT_WORKED_MS, next - from);
		from = next;
	}
}

static int add_open_spans(struct gathering *g, struct fault *f)
{
	struct query *q = query_new(g->a);
	struct rows r;
	int err;

	query_add(q,
	        "SELECT h.user_id, coalesce(h.project_id, 0), h.from_at FROM (SELECT user_id, coalesce(project_id, 0) AS "
	        "project_id, from_at, state, pause_reason_id FROM state_span WHERE to_at IS NULL) h LEFT JOIN pause_reason r "
	        "ON r.id = h.pause_reason_id");
	rollup_where(q, g->s, "h.from_at", 0, g->s->until_at, "h.user_id");
	query_add(q, " AND (h.state <> 'pause' OR r.paid = 1)");
	err = db_ask(g->db, g->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		add_running(g, &r);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

#define PAY " h LEFT JOIN pause_reason r ON r.id = h.pause"

static int add_work(struct gathering *g, struct fault *f)
{
	static const char *const worked[] = {"CASE WHEN h.pause = 0 OR r.paid = 1 THEN h.ms ELSE 0 END"};
	const char *key = keys[g->s->ask.by].work ? keys[g->s->ask.by].work : "0";
	const struct source hours = {"work_hour" PAY, "h.hour", key, "h.user_id", worked, 1, STAT_WORKED_MS},
	                    all = {"work_project" PAY, "h.hour", key, "h.project_id", worked, 1, STAT_WORKED_MS},
	                    days = {"work_day" PAY, "h.day", key, "h.user_id", worked, 1, STAT_WORKED_MS};
	int err = 0;

	if (!stat_tells(g->s, STAT_WORKED_MS, true))
		return 0;
	err = g->s->own || g->s->ask.operator_id || g->s->ask.by == STAT_BY_OPERATOR
	              ? add_pieces(g, &hours, &days, f)
	              : add_source(g, &all, g->s->from_at, g->s->until_at, f);
	return err ? err : add_open_spans(g, f);
}

/* What went to contacts from their cards and was not refused on the way. */
static int add_sent(struct gathering *g, struct fault *f)
{
#define WENT(kind) "CASE WHEN h.kind = '" kind "' AND h.state IN ('sent', 'delivered') THEN 1 ELSE 0 END"
	static const char *const sums[] = {WENT("letter"), WENT("sms"), WENT("fax")};
	const char *key = keys[g->s->ask.by].sent ? keys[g->s->ask.by].sent : "0";
	const struct source sent = {"sending h", "h.at", key, "h.user_id", sums, COUNT(sums), STAT_LETTERS};

	return stat_tells(g->s, STAT_LETTERS, true) ? add_source(g, &sent, g->s->from_at, g->s->until_at, f) : 0;
}

/* Invoices by the day of that column, into two sums or one. */
static int add_invoices(struct gathering *g, const char *day, const char *more, enum stat_sum sum, struct fault *f)
{
	const char *key = keys[g->s->ask.by].money;
	struct query *q = query_new(g->a);
	struct rows r;
	int err;

	query_add(q, "SELECT ");
	query_piece(q, !key ? "0" : g->s->ask.by == STAT_BY_DAY ? day : key);
	query_add(q, ", CAST(SUM(i.sum_kop) AS BIGINT) FROM invoice i WHERE i.state <> 'cancelled' AND i.project_id");
	stat_projects(q, g->s, false);
	query_add(q, " AND ");
	query_name(q, day);
	query_add(q, " >= ");
	query_val(q, V(calendar_iso(g->a, g->s->ask.from)));
	query_add(q, " AND ");
	query_name(q, day);
	query_add(q, " <= ");
	query_val(q, V(calendar_iso(g->a, g->s->ask.to)));
	query_piece(q, more);
	query_add(q, " GROUP BY 1");
	err = db_ask(g->db, g->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f))) {
		struct date d = {0};
		bool dated = g->s->ask.by == STAT_BY_DAY && date_parse(rows_str(&r, 0), &d);
		stat_add(g, dated ? date_days(d) : rows_int(&r, 0), sum, rows_int(&r, 1));
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int add_money(struct gathering *g, struct fault *f)
{
	int err = 0;

	if (!stat_tells(g->s, STAT_INVOICED, true) || !g->s->ask.who || !may(g->s->ask.who, MAY_SEE_MONEY))
		return 0;
	err = add_invoices(g, "i.issued_on", "", STAT_INVOICED, f);
	if (!err)
		err = add_invoices(g, "i.issued_on", " AND i.state = 'issued'", STAT_UNPAID, f);
	return err ? err : add_invoices(g, "i.paid_on", " AND i.state = 'paid'", STAT_PAID, f);
}

/* The results that promise a call, for the journal's filter. */
static int load_callback_results(struct gathering *g, struct fault *f)
{
	enum { NAMED = 60 };
	struct query *q = query_new(g->a);
	struct text t = {.a = g->a};
	struct rows r;
	size_t n = 0;
	int err;

	query_add(q, "SELECT id FROM result WHERE effect = 'callback' AND project_id");
	stat_projects(q, g->s, false);
	query_add(q, " ORDER BY id LIMIT 61");
	err = db_ask(g->db, g->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f))) {
		if (n++)
			text_lit(&t, ",");
		text_add_int(&t, rows_int(&r, 0));
	}
	rows_done(&r);
	if (n && n <= NAMED)
		g->s->callback_results = text_str(&t);
	return err == ENOENT ? 0 : err;
}

static int period(struct statistics *s, struct fault *f)
{
	int err = 0;

	if (s->ask.to < s->ask.from || s->ask.to - s->ask.from >= STAT_DAYS)
		return fail(f, EINVAL, "to", "range", "from comes first, and at most three years lie between them");
	err = zone_instant(s->ask.zone, date_of_days(s->ask.from), 0, &s->from_at, f);
	if (!err)
		err = zone_instant(s->ask.zone, date_of_days(s->ask.to + 1), 0, &s->until_at, f);
	if (!err) { /* sums are kept by full hours of UTC */
		s->from_at -= s->from_at % CLOCK_HOUR;
		s->until_at -= s->until_at % CLOCK_HOUR;
	}
	return err;
}

/* Each day up to today has its row, whatever happened. */
static void add_days(struct gathering *g)
{
	struct zone_time t;

	if (g->s->ask.by != STAT_BY_DAY || zone_local(g->s->ask.zone, g->s->ask.now, &t, NULL))
		return;
	for (int64_t day = g->s->ask.from; day <= g->s->ask.to && day <= date_days(t.date); day++)
		(void)stat_row_of(g, day);
}

static int by_key(const void *x, const void *y)
{
	const struct stat_row *a = x, *b = y;

	return (a->key > b->key) - (a->key < b->key);
}

static int by_calls(const void *x, const void *y)
{
	const struct stat_row *a = x, *b = y;
	int64_t more = b->sums[STAT_CALLS] - a->sums[STAT_CALLS];

	return more ? (more > 0) - (more < 0) : by_key(x, y);
}

int statistics_load(
        struct db *db, struct arena *a, const struct stat_ask *ask, bool english, struct statistics *ret, struct fault *f)
{
	struct gathering g = {.db = db, .a = a, .s = ret, .slots = NEW_N(a, struct stat_row *, SLOTS)};
	int err;

	assert(ask->who || ask->project_id);
	*ret = (struct statistics){.ask = *ask, .rows = NEW_N(a, struct stat_row, STAT_ROWS)};
	ret->own = ask->who && !may(ask->who, MAY_SEE_REPORT) && !may(ask->who, MAY_SEE_CALLS) &&
	           ask->team_of != ask->who->user_id;
	if (ask->who && ask->who->project_id)
		ret->ask.project_id = ask->who->project_id;
	err = period(ret, f);
	if (err)
		return err;
	add_days(&g);
	err = add_calls(&g, f);
	if (!err)
		err = add_work(&g, f);
	if (!err)
		err = add_sent(&g, f);
	if (!err)
		err = add_money(&g, f);
	if (!err && stat_tells(ret, STAT_PLAN, true))
		err = stat_plan(&g, f);
	if (!err)
		err = load_callback_results(&g, f);
	if (!err && g.full)
		err = fail(
		        f, EINVAL, "by", "rows", "that would be more rows than fit: choose a shorter period or a project");
	if (err)
		return err;
	qsort(ret->rows, ret->n, sizeof(*ret->rows), by_clock(ret) ? by_key : by_calls);
	return stat_names(&g, english, f);
}
