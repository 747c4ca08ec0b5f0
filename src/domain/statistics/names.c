/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c - what the rows of an answer are called, in Russian and English. */
#include "domain/statistics/statistics_priv.h"

#include "domain/calendar/calendar.h"

/* by: the heading of the column; none: the row without one; sql: names by id. A person from outside is not told our operators' names. */
static const struct {
	const char *ru, *en, *none_ru, *none_en, *sql;
} kinds[STAT_BYS] = {
        [STAT_BY_NONE] = {"Всего", "In all", "", "", NULL},
        [STAT_BY_PROJECT] = {"Проект", "Project", "Без проекта", "No project", "SELECT id, name, '' FROM project WHERE id"},
        [STAT_BY_OPERATOR] = {"Оператор", "Operator", "Без оператора", "No operator",
                "SELECT id, name, '' FROM \"user\" WHERE id"},
        [STAT_BY_DAY] = {"День", "Day", "", "", NULL},
        [STAT_BY_HOUR] = {"Час", "Hour", "", "", NULL},
        [STAT_BY_SCRIPT] = {"Версия скрипта", "Script version", "Без скрипта", "No script",
                "SELECT v.id, CAST(v.number AS TEXT), p.name FROM script_version v JOIN project p ON p.id = v.project_id WHERE v.id"},
        [STAT_BY_RESULT] = {"Результат", "Result", "Без результата", "No result",
                "SELECT r.id, r.name, p.name FROM result r JOIN project p ON p.id = r.project_id WHERE r.id"},
};

const char *stat_by_name(enum stat_by by, bool english)
{
	return english ? kinds[by].en : kinds[by].ru;
}

static const char *const months_ru[] = {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
        "октября", "ноября", "декабря"};
static const char *const months_en[] = {"January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December"};

static str day_words(struct arena *a, int64_t day, bool english)
{
	struct date d = date_of_days(day);

	return str_printf(a, "%d %s %d", d.day, (english ? months_en : months_ru)[d.month - 1], d.year);
}

str stat_period(struct arena *a, const struct stat_ask *ask, bool english)
{
	if (ask->from == ask->to)
		return day_words(a, ask->from, english);
	return str_printf(
	        a, "%.*s — %.*s", STR_ARG(day_words(a, ask->from, english)), STR_ARG(day_words(a, ask->to, english)));
}

static str name_of(const struct gathering *g, const struct rows *r, bool english)
{
	str name = rows_str(r, 1), project = rows_str(r, 2);

	if (g->s->ask.by == STAT_BY_OPERATOR && g->s->ask.who && g->s->ask.who->role->outside)
		return str_printf(g->a, english ? "Operator no. %lld" : "Оператор № %lld", (long long)rows_int(r, 0));
	if (g->s->ask.by == STAT_BY_SCRIPT)
		name = str_printf(g->a, english ? "Version %.*s" : "Версия %.*s", STR_ARG(name));
	return project.n && !g->s->ask.project_id ? str_printf(g->a, "%.*s · %.*s", STR_ARG(name), STR_ARG(project)) : name;
}

/* So many names at a time, for a query holds so many values. */
enum { PIECE = 150 };

static int name_piece(struct gathering *g, struct stat_row *rows, size_t n, bool english, struct fault *f)
{
	struct query *q = query_new(g->a);
	struct rows r;
	int err;

	query_piece(q, kinds[g->s->ask.by].sql);
	for (size_t i = 0; i < n; i++) {
		query_piece(q, i ? ", " : " IN (");
		query_val(q, V(rows[i].key));
	}
	query_add(q, ")");
	err = db_ask(g->db, g->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		for (size_t i = 0; i < n; i++)
			if (rows[i].key == rows_int(&r, 0))
				rows[i].name = name_of(g, &r, english);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int stat_names(struct gathering *g, bool english, struct fault *f)
{
	struct statistics *s = g->s;
	int err = 0;

	s->total.name = english ? STR("In all") : STR("Всего");
	for (size_t i = 0; i < s->n; i++) {
		struct stat_row *row = &s->rows[i];
		if (s->ask.by == STAT_BY_DAY)
			row->name = calendar_iso(g->a, row->key);
		else if (s->ask.by == STAT_BY_HOUR)
			row->name = str_printf(g->a, "%02lld:00", (long long)row->key);
		else
			row->name = row->key ? str_printf(g->a, "№ %lld", (long long)row->key)
			                     : str_of(english ? kinds[s->ask.by].none_en : kinds[s->ask.by].none_ru);
	}
	for (size_t from = 0; !err && kinds[s->ask.by].sql && from < s->n; from += PIECE)
		err = name_piece(g, s->rows + from, s->n - from < PIECE ? s->n - from : PIECE, english, f);
	return err;
}
