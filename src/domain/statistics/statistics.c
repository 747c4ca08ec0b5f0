/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics.c - the statistics over HTTP: one path, as JSON, or with format as CSV, XLSX or PDF. */
#include "base/parse.h"
#include "domain/calendar/calendar.h"
#include "domain/role/role.h"
#include "domain/statistics/statistics_priv.h"
#include "domain/statistics/statistics_schema.h"
#include "engine/zone/zone.h"
#include "kit/app/app.h"

static const char *const unit_names[] = {[UNIT_COUNT] = "count",
        [UNIT_HOURS] = "hours",
        [UNIT_SECONDS] = "seconds",
        [UNIT_SHARE] = "share",
        [UNIT_MONEY] = "money"};

const char *stat_unit(enum figure_unit unit)
{
	return unit_names[unit];
}

static int word_param(struct request *q, const char *name, const char *const *words, int *ret)
{
	str given = http_param(q->http, name);

	for (int i = 0; given.n && words[i]; i++)
		if (str_eq(given, str_of(words[i]))) {
			*ret = i;
			return 0;
		}
	return given.n ? fail(&q->fault, EINVAL, name, "word", "it is none of the words this knows") : 0;
}

static int id_param(struct request *q, const char *name, int64_t *ret)
{
	str given = http_param(q->http, name);

	if (given.n && !parse_int(given, 1, INT64_MAX, ret))
		return fail(&q->fault, EINVAL, name, "type", "a number from 1");
	return 0;
}

static int day_param(struct request *q, const char *name, int64_t *ret)
{
	str given = http_param(q->http, name);
	struct date d;

	if (!given.n)
		return 0;
	if (!date_parse(given, &d))
		return fail(&q->fault, EINVAL, name, "date", "a day as 2026-03-12");
	*ret = date_days(d);
	return 0;
}

/* The zone that was asked for, else the project's, else the house's usual one. */
static int zone_param(struct request *q, struct stat_ask *ask)
{
	struct val zone;
	int err = 0;

	ask->zone = http_param(q->http, "zone");
	if (ask->zone.n)
		return zone_valid(ask->zone) ? 0 : fail(&q->fault, EINVAL, "zone", "zone", "there is no such time zone");
	ask->zone = STR("Europe/Moscow");
	if (ask->project_id)
		err = db_one(q->db, q->a, "SELECT timezone FROM project WHERE id = ?1", VALS(V(ask->project_id)), &zone, 1,
		        &q->fault);
	if (!err && ask->project_id)
		ask->zone = val_str(zone);
	return err == ENOENT ? 0 : err;
}

int stat_ask_of(struct request *q, struct stat_ask *ret)
{
	struct zone_time today;
	int by = STAT_BY_DAY, direction = BOTH_WAYS, err;

	*ret = (struct stat_ask){.who = q->who, .now = q->now};
	err = word_param(q, "by", stat_bys, &by);
	if (!err)
		err = word_param(q, "direction", stat_directions, &direction);
	if (!err)
		err = id_param(q, "project_id", &ret->project_id);
	if (!err)
		err = id_param(q, "operator_id", &ret->operator_id);
	if (!err)
		err = zone_param(q, ret);
	if (!err)
		err = zone_local(ret->zone, q->now, &today, &q->fault);
	if (err)
		return err;
	ret->by = (enum stat_by)by;
	ret->direction = (enum stat_direction)direction;
	ret->from = ret->to = date_days(today.date);
	err = day_param(q, "from", &ret->from);
	return err ? err : day_param(q, "to", &ret->to);
}

/* The filter of the journal for all calls of the answer, or for a row's. */
static void journal_where(struct text *t, const struct statistics *s, int64_t from, int64_t until)
{
	text_addf(t, "asked_at>=%lld&asked_at<=%lld&ended_at=!null", (long long)from, (long long)until - 1);
	if (s->ask.project_id && s->ask.by != STAT_BY_PROJECT)
		text_addf(t, "&project_id=%lld", (long long)s->ask.project_id);
	if (s->ask.operator_id && s->ask.by != STAT_BY_OPERATOR)
		text_addf(t, "&operator_id=%lld", (long long)s->ask.operator_id);
	if (s->ask.direction)
		text_addf(t, "&direction=%s", stat_directions[s->ask.direction]);
}

static void journal_id(struct text *t, const char *column, int64_t id)
{
	if (id)
		text_addf(t, "&%s=%lld", column, (long long)id);
	else
		text_addf(t, "&%s=null", column);
}

/* Absent: no one filter lists them (an hour of several days). */
static str journal_of(struct arena *a, const struct statistics *s, const struct stat_row *row)
{
	static const char *const columns[STAT_BYS] = {[STAT_BY_PROJECT] = "project_id",
	        [STAT_BY_OPERATOR] = "operator_id",
	        [STAT_BY_SCRIPT] = "script_version_id",
	        [STAT_BY_BASE] = "base_id",
	        [STAT_BY_RESULT] = "result_id"};
	int64_t from = s->from_at, until = s->until_at;
	struct text t = {.a = a};
	bool one = row != &s->total;

	if (one && s->ask.by == STAT_BY_DAY &&
	        (zone_instant(s->ask.zone, date_of_days(row->key), 0, &from, NULL) ||
	                zone_instant(s->ask.zone, date_of_days(row->key + 1), 0, &until, NULL)))
		return (str){0};
	if (one && s->ask.by == STAT_BY_HOUR) {
		if (s->ask.from != s->ask.to || until - from != CLOCK_DAY)
			return (str){0};
		from += row->key * CLOCK_HOUR;
		until = from + CLOCK_HOUR;
	}
	journal_where(&t, s, from - from % CLOCK_HOUR, until - until % CLOCK_HOUR);
	if (one && s->ask.by == STAT_BY_BASE && !row->key) /* the journal has no word for calls of no base */
		return (str){0};
	if (one && columns[s->ask.by])
		journal_id(&t, columns[s->ask.by], row->key);
	return text_str(&t);
}

bool stat_english(const struct request *q)
{
	str language = http_param(q->http, "language");

	return str_eq(language.n ? language : q->who->language, STR("en"));
}

void stat_put_figures(struct json_out *w, const struct statistics *s, bool english)
{
	const struct figure *g[FIGURES_MAX];
	size_t n = figures_of(&s->ask, g);

	json_key(w, "figures");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		str journal = str_of(g[i]->journal);
		if (journal.n &&
		        str_eq(journal, STR("result_id"))) /* which results promise a call is not said by one word */
			journal = s->callback_results.n ? str_printf(w->t->a, "result_id=%.*s", STR_ARG(s->callback_results))
			                                : (str){0};
		json_open(w, '{');
		json_member_text(w, "key", str_of(g[i]->key));
		json_member_text(w, "name", str_of(figure_name(g[i], english)));
		json_member_text(w, "unit", str_of(stat_unit(g[i]->unit)));
		json_member_text(w, "source", str_of(english ? g[i]->source_en : g[i]->source_ru));
		json_key(w, "counted");
		json_add_bool(w, figure_has_source(g[i]));
		json_member_text(w, "journal", journal.n ? journal : (str){0});
		json_close(w, '}');
	}
	json_close(w, ']');
}

void stat_put_values(struct json_out *w, const char *key, const struct statistics *s, const struct stat_row *row)
{
	const struct figure *g[FIGURES_MAX];
	size_t n = figures_of(&s->ask, g);

	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		int64_t v = figure_value(g[i], s, row, row == &s->total);
		if (v == FIGURE_NONE)
			json_add_null(w);
		else if (figure_scale(g[i]) == 1)
			json_add_int(w, v);
		else
			json_add_real(w, (double)v / (double)figure_scale(g[i]));
	}
	json_close(w, ']');
}

static void put_row(struct json_out *w, const struct statistics *s, const struct stat_row *row)
{
	json_open(w, '{');
	json_member_int(w, "key", row->key);
	json_member_text(w, "name", row->name);
	json_member_text(w, "journal", journal_of(w->t->a, s, row));
	stat_put_values(w, "values", s, row);
	json_close(w, '}');
}

static int put_answer(struct request *q, const struct statistics *s, bool english)
{
	struct json_out *w = &q->out;

	json_open(w, '{');
	json_member_text(w, "by", str_of(stat_bys[s->ask.by]));
	json_member_text(w, "from", calendar_iso(q->a, s->ask.from));
	json_member_text(w, "to", calendar_iso(q->a, s->ask.to));
	json_member_text(w, "zone", s->ask.zone);
	json_member_int(w, "from_at", s->from_at);
	json_member_int(w, "until_at", s->until_at);
	stat_put_figures(w, s, english);
	json_key(w, "rows");
	json_open(w, '[');
	for (size_t i = 0; i < s->n; i++)
		put_row(w, s, &s->rows[i]);
	json_close(w, ']');
	json_key(w, "total");
	put_row(w, s, &s->total);
	json_close(w, '}');
	return 0;
}

int stat_may_export(struct request *q, const struct statistics *s)
{
	if (may(q->who, MAY_EXPORT) || s->own)
		return 0;
	return fail(&q->fault, EACCES, "format", "right", "your role may not take tables out");
}

int stat_send_pdf(struct request *q, str bytes, const char *name)
{
	q->http->type = "application/pdf";
	http_answer_header(q->http, "Content-Disposition", str_printf(q->a, "attachment; filename=\"%s.pdf\"", name));
	text_add(&q->http->out, bytes);
	return 0;
}

static int send_file(struct request *q, const struct statistics *s, str format, bool english)
{
	struct table *t;
	str bytes;
	int err = stat_may_export(q, s);

	if (err)
		return err;
	if (!str_eq(format, STR("pdf"))) {
		err = statistics_table(q->a, s, stat_dir(q->app, q->a), format, english, &t, &q->fault);
		return err ? err : table_send(t, q->http, &q->fault);
	}
	err = statistics_pdf(q->a, s, english ? STR("Statistics") : STR("Статистика"), english, &bytes, &q->fault);
	return err ? err : stat_send_pdf(q, bytes, "statistics");
}

static int answer(struct request *q)
{
	str format = http_param(q->http, "format");
	bool english = stat_english(q);
	struct statistics s;
	struct stat_ask ask;
	int err = stat_ask_of(q, &ask);

	if (!err && ask.project_id && may(q->who, MAY_SEE_PROJECTS))
		err = access_project(q->db, q->a, q->who, ask.project_id, &q->fault);
	if (!err)
		err = statistics_load(q->db, q->a, &ask, english, &s, &q->fault);
	if (err)
		return err;
	return format.n ? send_file(q, &s, format, english) : put_answer(q, &s, english);
}

static const struct route routes[] = {
        {HTTP_GET, "/statistics", MAY_SEE_STATISTICS, answer,
                "Figures over days of a zone (from, to: 2026-03-12, today unless said; zone: the project's unless said), in rows by: none, "
                "project, operator, day, hour, script, base or result, of one project_id, operator_id or direction (in, out). format: csv, xlsx or "
                "pdf; language: ru or en",
                .gives_raw = "application/json", .schema = STATISTICS_SCHEMA},
        {HTTP_GET, "/statistics/talks", MAY_SEE_STATISTICS, talks_answer,
                "How each operator talks: the middle of his talk figures over days (as in /statistics) with its 95 % interval, and how many talks are "
                "over a limit; null of fewer than 30 talks; of more than 1000 the last. format: csv or xlsx",
                .gives_raw = "application/json", .schema = TALKS_SCHEMA},
        {HTTP_GET, "/statistics/operators/{id}", MAY_SEE_STATISTICS, person_card,
                "The card of one who works at a seat: his figures over days (as in /statistics) beside the median of his team, and of his last weeks",
                .gives_raw = "application/json", .schema = CARD_SCHEMA},
        {HTTP_GET, "/statistics/operators/{id}/day", MAY_SEE_STATISTICS, person_day,
                "What he did in a day (from), by the clock and call by call. format: csv, xlsx or pdf",
                .gives_raw = "application/json", .schema = DAY_SCHEMA},
        {0},
};
const struct module statistics_module = {.name = "statistics", .routes = routes};
