/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula.c - counting a tree over one row, and what cells turn into. */
#include "engine/formula/formula.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/formula/formula_priv.h"

#include <math.h>

/* Years 1 to 9999 as days since 1970. */
#define DAY_MIN (-719162.0)
#define DAY_MAX 2932896.0

struct cell cell_number(double v)
{
	return isfinite(v) ? (struct cell){.type = CELL_NUMBER, .number = v} : cell_error(CELL_RANGE);
}

struct cell cell_day(double days)
{
	days = floor(days);
	return days >= DAY_MIN && days <= DAY_MAX ? (struct cell){.type = CELL_DATE, .number = days}
	                                          : cell_error(CELL_RANGE);
}

struct cell cell_str(str text)
{
	return (struct cell){.type = CELL_TEXT, .text = utf8_cut(text, FORMULA_TEXT)};
}

const char *cell_error_name(enum cell_error e)
{
	static const char *const names[] = {
	        [CELL_ZERO] = "zero", [CELL_KIND] = "kind", [CELL_RANGE] = "range", [CELL_GONE] = "gone"};

	return names[e];
}

/* Blanks between digits, no-break ones too, and a comma for the point. */
bool formula_number(str text, double *ret)
{
	char digits[64];
	size_t n = 0;

	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == ' ' || str_starts(str_sub(text, i, text.n), STR("\u00a0"))) {
			i += text.p[i] != ' ';
			continue;
		}
		if (n == sizeof(digits))
			return false;
		digits[n++] = text.p[i] == ',' ? '.' : text.p[i];
	}
	return parse_real((str){digits, n}, ret);
}

bool formula_day(str text, double *ret_days)
{
	char iso[11];
	struct date d;

	text = str_trim(text);
	if (text.n != 10)
		return false;
	memcpy(iso, text.p, 10);
	if (iso[2] == '.' && iso[5] == '.') {
		memcpy(iso, text.p + 6, 4);
		memcpy(iso + 5, text.p + 3, 2);
		memcpy(iso + 8, text.p, 2);
		iso[4] = iso[7] = '-';
	}
	if (!date_parse((str){iso, 10}, &d))
		return false;
	*ret_days = (double)date_days(d);
	return true;
}

str cell_text(struct arena *a, const struct cell *c)
{
	struct date d;

	switch (c->type) {
	case CELL_TEXT: return c->text;
	case CELL_BOOL: return c->number != 0 ? STR("yes") : STR("no");
	case CELL_DATE: d = date_of_days((int64_t)c->number); return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
	case CELL_NUMBER:
		/* What differs in the 15th digit was said by the machine, not by people: 0.1 + 0.2 is 0.3. */
		return str_printf(a, "%.15g", c->number == 0 ? 0.0 : c->number);
	case CELL_EMPTY:
	case CELL_ERROR: break;
	}
	return (str){0};
}

struct cell to_number(struct cell c)
{
	double v;

	switch (c.type) {
	case CELL_EMPTY: return cell_number(0);
	case CELL_TEXT:
		if (!str_trim(c.text).n)
			return cell_number(0);
		return formula_number(c.text, &v) ? cell_number(v) : cell_error(CELL_KIND);
	case CELL_DATE: return cell_error(CELL_KIND);
	case CELL_BOOL: return cell_number(c.number);
	case CELL_NUMBER:
	case CELL_ERROR: break;
	}
	return c;
}

struct cell to_text(struct cell c, struct arena *a)
{
	return c.type == CELL_ERROR ? c : cell_str(cell_text(a, &c));
}

struct cell to_date(struct cell c)
{
	double days;

	if (c.type == CELL_TEXT && str_trim(c.text).n)
		return formula_day(c.text, &days) ? cell_day(days) : cell_error(CELL_KIND);
	if (c.type == CELL_EMPTY || c.type == CELL_TEXT)
		return (struct cell){0};
	return c.type == CELL_DATE || c.type == CELL_ERROR ? c : cell_error(CELL_KIND);
}

struct cell to_bool(struct cell c, struct arena *a)
{
	str t = c.type == CELL_TEXT ? utf8_lower(a, str_trim(c.text)) : (str){0};

	if (c.type == CELL_ERROR)
		return c;
	if (c.type == CELL_TEXT)
		return cell_bool(t.n && !str_eq(t, STR("no")) && !str_eq(t, STR("нет")) && !str_eq(t, STR("0")));
	return cell_bool(c.type == CELL_DATE || (c.type != CELL_EMPTY && c.number != 0));
}

/* Texts without case. A number beside a text: as numbers when it is one, else as texts. Nothing is as good as 0 and as "". */
int cells_order(struct cell x, struct cell y, struct arena *a)
{
	bool texts = x.type == CELL_TEXT || y.type == CELL_TEXT, dates = x.type == CELL_DATE || y.type == CELL_DATE;
	struct cell as_x = dates ? to_date(x) : to_number(x), as_y = dates ? to_date(y) : to_number(y);
	bool both = x.type == CELL_TEXT && y.type == CELL_TEXT;
	bool empty = (texts || dates) && (x.type == CELL_EMPTY || y.type == CELL_EMPTY);

	if (!both && !empty && as_x.type == as_y.type && as_x.type != CELL_ERROR)
		return (as_x.number > as_y.number) - (as_x.number < as_y.number);
	return str_cmp(utf8_lower(a, to_text(x, a).text), utf8_lower(a, to_text(y, a).text));
}

static struct cell compare(char sign, struct cell x, struct cell y, struct arena *a)
{
	int order = cells_order(x, y, a);

	switch (sign) {
	case '=': return cell_bool(order == 0);
	case '!': return cell_bool(order != 0);
	case '<': return cell_bool(order < 0);
	case '{': return cell_bool(order <= 0);
	case '>': return cell_bool(order > 0);
	default: return cell_bool(order >= 0);
	}
}

static struct cell join(struct cell x, struct cell y, struct arena *a)
{
	struct text t = {.a = a};

	text_add(&t, to_text(x, a).text);
	text_add(&t, to_text(y, a).text);
	return cell_str(text_str(&t));
}

/* A date and a number of days give a date; two dates the days between. */
static struct cell add_days(char sign, struct cell x, struct cell y)
{
	if (sign == '-' && x.type == CELL_DATE && y.type == CELL_DATE)
		return cell_number(x.number - y.number);
	if (sign == '+' && y.type == CELL_DATE) {
		struct cell swap = x;
		x = y;
		y = swap;
	}
	y = to_number(y);
	if (x.type != CELL_DATE || y.type == CELL_ERROR || (sign != '+' && sign != '-'))
		return cell_error(CELL_KIND);
	return cell_day(sign == '+' ? x.number + y.number : x.number - y.number);
}

static struct cell reckon(char sign, struct cell x, struct cell y)
{
	if (x.type == CELL_DATE || y.type == CELL_DATE)
		return add_days(sign, x, y);
	x = to_number(x);
	y = to_number(y);
	if (x.type == CELL_ERROR || y.type == CELL_ERROR)
		return x.type == CELL_ERROR ? x : y;
	switch (sign) {
	case '+': return cell_number(x.number + y.number);
	case '-': return cell_number(x.number - y.number);
	case '*': return cell_number(x.number * y.number);
	default: return y.number == 0 ? cell_error(CELL_ZERO) : cell_number(x.number / y.number);
	}
}

static struct cell count_sign(const struct formula_node *n, const struct formula_row *row)
{
	struct cell x = node_count(n->args[0], row), y = node_count(n->args[1], row);

	if (x.type == CELL_ERROR || y.type == CELL_ERROR)
		return x.type == CELL_ERROR ? x : y;
	if (n->sign == '&')
		return join(x, y, row->a);
	return strchr("=!<{>}", n->sign) ? compare(n->sign, x, y, row->a) : reckon(n->sign, x, y);
}

struct cell node_count(const struct formula_node *n, const struct formula_row *row)
{
	struct cell c;

	switch (n->kind) {
	case NODE_VALUE: return n->value;
	case NODE_COLUMN:
		c = row->cells[n->column];
		if (c.type == CELL_TEXT)
			c.text = utf8_cut(c.text, FORMULA_TEXT);
		return c;
	case NODE_NEGATE:
		c = to_number(node_count(n->args[0], row));
		return c.type == CELL_ERROR ? c : cell_number(-c.number);
	case NODE_SIGN: return count_sign(n, row);
	case NODE_CALL: return n->fn->run(n, row);
	}
	return (struct cell){0};
}

struct cell formula_count(const struct formula *formula, const struct formula_row *row)
{
	struct cell c = node_count(formula->root, row);

	return c.type == CELL_TEXT && !c.text.n ? (struct cell){0} : c;
}
