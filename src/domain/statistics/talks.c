/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talks.c - how each operator talks: the middle of his talk figures (engine/audio/talk.h) over days, over HTTP and as a table. Who is asked about
 * and in which projects is what the figures by operator say. */
#include "domain/calendar/calendar.h"
#include "domain/role/role.h"
#include "domain/statistics/statistics_priv.h"
#include "kit/app/app.h"

#include <math.h>
#include <stdlib.h>

/* Of fewer talks a middle says nothing; it is taken of the last ones of the period, since more do not move it. */
enum { TALKS_LEAST = 30, TALKS_MOST = 1000 };

/* What a talk is measured by. per: of what is stored in one of what is shown; limit: more in one talk is worth a look (0: none). */
static const struct measure {
	const char *key, *ru, *en, *sql;
	enum figure_unit unit;
	double per, limit;
} measures[] = {
        {"share", "Доля речи оператора, %", "Operator's share of speech, %", "h.share_pct", UNIT_SHARE, 1},
        {"first_word", "Первое слово после ответа, с", "First word after the answer, s", "h.first_word_ms", UNIT_SECONDS,
                1000, 2},
        {"latency", "Отвечает через, с", "Answers within, s", "h.latency_ms", UNIT_SECONDS, 1000},
        {"latency_p90", "Девять ответов из десяти — за, с", "Nine answers out of ten within, s", "h.latency_p90_ms",
                UNIT_SECONDS, 1000},
        {"contact_latency", "Клиент отвечает через, с", "The contact answers within, s", "h.contact_latency_ms",
                UNIT_SECONDS, 1000},
        {"monologue", "Самый длинный монолог, с", "Longest monologue, s", "h.monologue_ms", UNIT_SECONDS, 1000, 150},
        {"story", "Самый длинный рассказ клиента, с", "The contact's longest speech, s", "h.story_ms", UNIT_SECONDS, 1000},
        {"switches", "Смен говорящего в минуту", "Changes of speaker per minute", "h.switches_per_min", UNIT_COUNT, 1},
        {"silence", "Оба молчат, %", "Both silent, %", "h.silence_ms * 1000 / h.talk_ms", UNIT_SHARE, 10},
        {"longest_silence", "Самая длинная тишина, с", "Longest silence, s", "h.longest_silence_ms", UNIT_SECONDS, 1000, 10},
        {"overlap", "Говорят вместе, %", "Both speak at once, %", "h.overlap_ms * 1000 / h.talk_ms", UNIT_SHARE, 10},
        {"interruptions", "Перебивает клиента, раз", "Interrupts the contact, times", "h.interruptions", UNIT_COUNT, 1},
        {"contact_interruptions", "Клиент перебивает, раз", "The contact interrupts, times", "h.contact_interruptions",
                UNIT_COUNT, 1},
};
enum { MEASURES = COUNT(measures) };

/* One measure of one operator. low, high: where the middle of all his talks may be, 95 %. */
struct middle {
	bool told;
	double middle, low, high;
	int64_t over; /* talks over the limit */
};
struct talks_row {
	const struct stat_row *who;
	int64_t talks;
	struct middle of[MEASURES];
};
struct talks {
	struct statistics s;
	struct talks_row *rows;
	size_t n;
	double *values; /* of one measure after the other, TALKS_MOST each: of the operator that is looked at */
	size_t told[MEASURES];
};

static void put_query(struct query *q, const struct talks *t, int64_t operator_id)
{
	query_add(q, "SELECT ");
	for (size_t i = 0; i < MEASURES; i++) {
		if (i)
			query_add(q, ", ");
		query_piece(q, measures[i].sql);
	}
	query_add(q, " FROM talk h WHERE h.operator_id = ");
	query_val(q, V(operator_id));
	query_add(q, " AND h.at >= ");
	query_val(q, V(t->s.from_at));
	query_add(q, " AND h.at < ");
	query_val(q, V(t->s.until_at));
	query_add(q, " AND h.valid = 1 AND h.project_id");
	stat_projects(q, &t->s, false);
	if (t->s.ask.direction) {
		query_add(q, " AND EXISTS (SELECT 1 FROM call c WHERE c.id = h.call_id AND c.direction = ");
		query_val(q, V(str_of(stat_directions[t->s.ask.direction])));
		query_add(q, ")");
	}
	query_add(q, " ORDER BY h.at DESC LIMIT ");
	query_val(q, V((int64_t)TALKS_MOST));
}

static void take(struct talks *t, const struct rows *r)
{
	for (size_t i = 0; i < MEASURES; i++) {
		struct val v = rows_get(r, (int)i);
		double x = v.type == VAL_REAL ? v.u.r : (double)val_int(v);
		if (v.type != VAL_NULL)
			t->values[i * TALKS_MOST + t->told[i]++] = x / measures[i].per;
	}
}

static int by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* The interval by ranks: it asks nothing of how the values lie. Of an even number the lower of the two in the middle. */
static struct middle middle_of(double *values, size_t n, double limit)
{
	size_t low = (size_t)(((double)n - 1.96 * sqrt((double)n)) / 2);
	struct middle m = {.told = true};

	qsort(values, n, sizeof(*values), by_value);
	m.middle = values[(n - 1) / 2];
	m.low = values[low];
	m.high = values[n - 1 - low];
	for (size_t i = n; limit > 0 && i && values[i - 1] > limit; i--)
		m.over++;
	return m;
}

static int load_row(struct db *db, struct arena *a, struct talks *t, const struct stat_row *who, struct fault *f)
{
	struct talks_row *row = &t->rows[t->n++];
	struct query *q = query_new(a);
	struct rows r;
	int err;

	*row = (struct talks_row){.who = who};
	memset(t->told, 0, sizeof(t->told));
	put_query(q, t, who->key);
	err = db_ask(db, a, QUERY(q), &r, f);
	for (; !err && !(err = rows_next(&r, f)); row->talks++)
		take(t, &r);
	rows_done(&r);
	if (err != ENOENT)
		return err;
	for (size_t i = 0; i < MEASURES; i++)
		if (t->told[i] >= TALKS_LEAST)
			row->of[i] = middle_of(t->values + i * TALKS_MOST, t->told[i], measures[i].limit);
	return 0;
}

static int load(struct request *q, struct stat_ask *ask, bool english, struct talks *ret)
{
	int err;

	ask->by = STAT_BY_OPERATOR;
	*ret = (struct talks){.values = NEW_N(q->a, double, (size_t)MEASURES *TALKS_MOST)};
	err = statistics_load(q->db, q->a, ask, english, &ret->s, &q->fault);
	if (err)
		return err;
	ret->rows = NEW_N(q->a, struct talks_row, ret->s.n + 1);
	for (size_t i = 0; !err && i < ret->s.n; i++)
		if (ret->s.rows[i].key)
			err = load_row(q->db, q->a, ret, &ret->s.rows[i], &q->fault);
	return err;
}

static double tenths(double x)
{
	return round(x * 10) / 10;
}

static void put_figures(struct json_out *w, bool english)
{
	json_key(w, "figures");
	json_open(w, '[');
	for (size_t i = 0; i < MEASURES; i++) {
		json_open(w, '{');
		json_member_text(w, "key", str_of(measures[i].key));
		json_member_text(w, "name", str_of(english ? measures[i].en : measures[i].ru));
		json_member_text(w, "unit", str_of(stat_unit(measures[i].unit)));
		json_key(w, "limit");
		if (measures[i].limit > 0)
			json_add_real(w, measures[i].limit);
		else
			json_add_null(w);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_row(struct json_out *w, const struct talks_row *row)
{
	json_open(w, '{');
	json_member_int(w, "key", row->who->key);
	json_member_text(w, "name", row->who->name);
	json_member_int(w, "talks", row->talks);
	json_key(w, "middles");
	json_open(w, '[');
	for (size_t i = 0; i < MEASURES; i++) {
		const struct middle *m = &row->of[i];
		if (!m->told) {
			json_add_null(w);
			continue;
		}
		json_open(w, '{');
		json_key(w, "value");
		json_add_real(w, tenths(m->middle));
		json_key(w, "low");
		json_add_real(w, tenths(m->low));
		json_key(w, "high");
		json_add_real(w, tenths(m->high));
		json_member_int(w, "over", m->over);
		json_close(w, '}');
	}
	json_close(w, ']');
	json_close(w, '}');
}

static int send_table(struct request *q, const struct talks *t, str format, bool english)
{
	struct xlsx_column columns[MEASURES + 2] = {{stat_by_name(STAT_BY_OPERATOR, english), 32},
	        {english ? "Talks (figures from 30)" : "Разговоров (показатели от 30)", 16}};
	struct table *table;
	int err = stat_may_export(q, &t->s);

	for (size_t i = 0; i < MEASURES; i++)
		columns[i + 2] = (struct xlsx_column){english ? measures[i].en : measures[i].ru, 16};
	if (!err)
		err = table_open(q->a, stat_dir(q->app, q->a), format, "talks", columns, MEASURES + 2, 0, &table, &q->fault);
	if (err)
		return err;
	for (const struct talks_row *row = t->rows; row < t->rows + t->n; row++) {
		table_text(table, row->who->name);
		table_int(table, row->talks);
		for (size_t i = 0; i < MEASURES; i++)
			if (row->of[i].told)
				table_real(table, tenths(row->of[i].middle));
			else
				table_text(table, (str){0});
		table_end_row(table);
	}
	return table_send(table, q->http, &q->fault);
}

int talks_answer(struct request *q)
{
	str format = http_param(q->http, "format");
	bool english = stat_english(q);
	struct json_out *w = &q->out;
	struct stat_ask ask;
	struct talks t;
	int err = q->who->role->outside ? ENOENT : stat_ask_of(q, &ask);

	if (!err)
		err = load(q, &ask, english, &t);
	if (err || format.n)
		return err ? err : send_table(q, &t, format, english);
	json_open(w, '{');
	json_member_int(w, "least", TALKS_LEAST);
	json_member_int(w, "most", TALKS_MOST);
	put_figures(w, english);
	json_key(w, "rows");
	json_open(w, '[');
	for (const struct talks_row *row = t.rows; row < t.rows + t.n; row++)
		put_row(w, row);
	json_close(w, ']');
	json_close(w, '}');
	return 0;
}
