/* SPDX-License-Identifier: GPL-3.0-or-later */
/* functions.c - what a formula may call. */
#include "base/clock.h"
#include "base/utf8.h"
#include "engine/formula/formula_priv.h"

#include <math.h>

static struct cell arg(const struct formula_node *n, size_t i, const struct formula_row *row)
{
	return i < n->n ? node_count(n->args[i], row) : (struct cell){0};
}

static struct cell text_arg(const struct formula_node *n, size_t i, const struct formula_row *row)
{
	return to_text(arg(n, i, row), row->a);
}

static struct cell run_if(const struct formula_node *n, const struct formula_row *row)
{
	struct cell when = to_bool(arg(n, 0, row), row->a);

	return when.type == CELL_ERROR ? when : arg(n, when.number != 0 ? 1 : 2, row);
}

/* The value that ends the series: "no" for and(), "yes" for or(). */
static struct cell series(const struct formula_node *n, const struct formula_row *row, bool end)
{
	for (size_t i = 0; i < n->n; i++) {
		struct cell c = to_bool(arg(n, i, row), row->a);
		if (c.type == CELL_ERROR || (c.number != 0) == end)
			return c;
	}
	return cell_bool(!end);
}

static struct cell run_and(const struct formula_node *n, const struct formula_row *row)
{
	return series(n, row, false);
}

static struct cell run_or(const struct formula_node *n, const struct formula_row *row)
{
	return series(n, row, true);
}

static struct cell run_not(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = to_bool(arg(n, 0, row), row->a);

	return c.type == CELL_ERROR ? c : cell_bool(c.number == 0);
}

static struct cell run_empty(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = arg(n, 0, row);

	if (c.type == CELL_ERROR)
		return c;
	return cell_bool(c.type == CELL_EMPTY || (c.type == CELL_TEXT && !str_trim(c.text).n));
}

static struct cell run_if_error(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = arg(n, 0, row);

	return c.type == CELL_ERROR ? arg(n, 1, row) : c;
}

/* join(", "; [city]; [address]): what is empty is left out. */
static struct cell run_join(const struct formula_node *n, const struct formula_row *row)
{
	struct cell between = text_arg(n, 0, row);
	struct text t = {.a = row->a};

	if (between.type == CELL_ERROR)
		return between;
	for (size_t i = 1; i < n->n && t.n < FORMULA_TEXT; i++) {
		struct cell c = text_arg(n, i, row);
		if (c.type == CELL_ERROR)
			return c;
		if (!str_trim(c.text).n)
			continue;
		if (t.n)
			text_add(&t, between.text);
		text_add(&t, c.text);
	}
	return cell_str(text_str(&t));
}

/* Of the arguments that hold anything. */
static struct cell fold(const struct formula_node *n, const struct formula_row *row, double (*step)(double, double))
{
	struct cell all = {0};

	for (size_t i = 0; i < n->n; i++) {
		struct cell c = arg(n, i, row);
		if (c.type == CELL_EMPTY || (c.type == CELL_TEXT && !str_trim(c.text).n))
			continue;
		c = to_number(c);
		if (c.type == CELL_ERROR)
			return c;
		all = cell_number(all.type == CELL_EMPTY ? c.number : step(all.number, c.number));
		if (all.type == CELL_ERROR)
			return all;
	}
	return all;
}

static double plus(double x, double y)
{
	return x + y;
}

static struct cell run_sum(const struct formula_node *n, const struct formula_row *row)
{
	return fold(n, row, plus);
}

static struct cell run_min(const struct formula_node *n, const struct formula_row *row)
{
	return fold(n, row, fmin);
}

static struct cell run_max(const struct formula_node *n, const struct formula_row *row)
{
	return fold(n, row, fmax);
}

static struct cell run_abs(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = to_number(arg(n, 0, row));

	return c.type == CELL_ERROR ? c : cell_number(fabs(c.number));
}

static struct cell run_round(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = to_number(arg(n, 0, row)), places = to_number(arg(n, 1, row));
	double scale;

	if (c.type == CELL_ERROR || places.type == CELL_ERROR)
		return c.type == CELL_ERROR ? c : places;
	if (places.number < -15 || places.number > 15)
		return cell_error(CELL_RANGE);
	scale = pow(10, trunc(places.number));
	return cell_number(round(c.number * scale) / scale);
}

static struct cell run_number(const struct formula_node *n, const struct formula_row *row)
{
	return to_number(arg(n, 0, row));
}

static struct cell run_length(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = text_arg(n, 0, row);

	return c.type == CELL_ERROR ? c : cell_number((double)utf8_count(c.text));
}

static struct cell run_lower(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = text_arg(n, 0, row);

	return c.type == CELL_ERROR ? c : cell_str(utf8_lower(row->a, c.text));
}

static struct cell run_contains(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c = text_arg(n, 0, row), part = text_arg(n, 1, row);
	str in;

	if (c.type == CELL_ERROR || part.type == CELL_ERROR)
		return c.type == CELL_ERROR ? c : part;
	in = utf8_lower(row->a, c.text);
	return cell_bool(!part.text.n || str_find_str(in, utf8_lower(row->a, part.text), 0) < in.n);
}

static struct cell run_date(const struct formula_node *n, const struct formula_row *row)
{
	return to_date(arg(n, 0, row));
}

static struct cell run_today(const struct formula_node *n, const struct formula_row *row)
{
	(void)n;
	return cell_day((double)row->today);
}

static struct cell part_of_date(const struct formula_node *n, const struct formula_row *row, int part)
{
	struct cell c = to_date(arg(n, 0, row));
	struct date d;

	if (c.type != CELL_DATE)
		return c;
	d = date_of_days((int64_t)c.number);
	return cell_number(part == 0   ? d.year
	                   : part == 1 ? d.month
	                   : part == 2 ? d.day
	                               : date_weekday((int64_t)c.number) + 1);
}

static struct cell run_year(const struct formula_node *n, const struct formula_row *row)
{
	return part_of_date(n, row, 0);
}

static struct cell run_month(const struct formula_node *n, const struct formula_row *row)
{
	return part_of_date(n, row, 1);
}

static struct cell run_day(const struct formula_node *n, const struct formula_row *row)
{
	return part_of_date(n, row, 2);
}

static struct cell run_weekday(const struct formula_node *n, const struct formula_row *row)
{
	return part_of_date(n, row, 3);
}

static const struct formula_function functions[] = {
        {"if", "если", 2, 3, run_if},
        {"and", "и", 1, ARGS_MAX, run_and},
        {"or", "или", 1, ARGS_MAX, run_or},
        {"not", "не", 1, 1, run_not},
        {"empty", "пусто", 1, 1, run_empty},
        {"iferror", "еслиошибка", 2, 2, run_if_error},
        {"join", "соединить", 2, ARGS_MAX, run_join},
        {"contains", "содержит", 2, 2, run_contains},
        {"length", "длина", 1, 1, run_length},
        {"lower", "строчными", 1, 1, run_lower},
        {"sum", "сумма", 1, ARGS_MAX, run_sum},
        {"min", "мин", 1, ARGS_MAX, run_min},
        {"max", "макс", 1, ARGS_MAX, run_max},
        {"abs", "модуль", 1, 1, run_abs},
        {"round", "округл", 1, 2, run_round},
        {"number", "число", 1, 1, run_number},
        {"date", "дата", 1, 1, run_date},
        {"today", "сегодня", 0, 0, run_today},
        {"year", "год", 1, 1, run_year},
        {"month", "месяц", 1, 1, run_month},
        {"day", "день", 1, 1, run_day},
        {"weekday", "деньнедели", 1, 1, run_weekday},
};

const struct formula_function *function_find(str name)
{
	for (size_t i = 0; i < COUNT(functions); i++)
		if (str_eq(name, str_of(functions[i].en)) || str_eq(name, str_of(functions[i].ru)))
			return &functions[i];
	return NULL;
}
