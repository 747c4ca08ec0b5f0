/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells.c - the formulas of a row. */
#include "domain/report/report_priv.h"
#include "engine/zone/zone.h"

str cell_mark(enum cell_error e)
{
	static const char *const marks[] = {[CELL_ZERO] = "÷0", [CELL_KIND] = "≠123", [CELL_RANGE] = "∞", [CELL_GONE] = "∅"};

	return str_of(marks[e]);
}

static struct cell text_cell(str text)
{
	return text.n ? (struct cell){.type = CELL_TEXT, .text = text} : (struct cell){0};
}

/* A moment is its day in the project's zone; a talk is seconds, as in the file. */
static struct cell field_cell_of(
        struct arena *a, const struct report_sheet *s, const struct field *field, const struct report_row *row)
{
	struct val v = field_load(field, row);
	struct zone_time t;

	if (v.type == VAL_NULL)
		return (struct cell){0};
	if (str_eq(str_of(field->name), STR("talk_ms")))
		return (struct cell){.type = CELL_NUMBER, .number = (double)(val_int(v) / CLOCK_SECOND)};
	if (field->type == FIELD_INT)
		return (struct cell){.type = CELL_NUMBER, .number = (double)val_int(v)};
	if (field->type == FIELD_TIME)
		return val_int(v) && !zone_local(s->timezone, val_int(v), &t, NULL)
		               ? (struct cell){.type = CELL_DATE, .number = (double)date_days(t.date)}
		               : (struct cell){0};
	return text_cell(field_print(field, row, a));
}

static struct cell answer_cell(const struct report_column *c, str value)
{
	struct cell cell = text_cell(value);

	if (!value.n)
		return cell;
	if (str_eq(str_of(c->type), STR("number")) && formula_number(value, &cell.number))
		cell.type = CELL_NUMBER;
	else if (str_eq(str_of(c->type), STR("date")) && formula_day(value, &cell.number))
		cell.type = CELL_DATE;
	else if (str_eq(str_of(c->type), STR("yes_no")))
		cell = (struct cell){.type = CELL_BOOL, .number = str_eq(value, STR("yes")) || str_eq(value, STR("1"))};
	return cell;
}

static struct cell cell_of(
        struct arena *a, const struct report_sheet *s, size_t i, const struct report_row *row, const struct report_extra *e)
{
	const struct report_column *c = &s->columns[i];

	switch (c->kind) {
	case COLUMN_FIELD: return field_cell_of(a, s, c->field, row);
	case COLUMN_PERSONS: return text_cell(e->persons);
	case COLUMN_PHONES: return text_cell(e->phones);
	case COLUMN_ANSWER:
	case COLUMN_SURVEY: return answer_cell(c, e->answers[i]);
	case COLUMN_MARK: return text_cell(e->marks[i].value);
	case COLUMN_FORMULA: return e->cells[i];
	}
	return (struct cell){0};
}

void report_cells(struct arena *a, const struct report_sheet *sheet, const struct report_row *row, struct report_extra *e)
{
	struct cell cells[FORMULA_COLUMNS];
	struct arena work = {0};

	for (size_t i = 0; i < sheet->n_order; i++) {
		size_t at = sheet->order[i];
		const struct report_column *c = &sheet->columns[at];
		struct cell got;
		for (size_t k = 0; k < c->formula->n_columns; k++)
			cells[k] = c->reads[k] == SIZE_MAX ? (struct cell){.type = CELL_ERROR, .error = CELL_GONE}
			                                   : cell_of(&work, sheet, c->reads[k], row, e);
		got = formula_count(c->formula, &(struct formula_row){cells, sheet->today, &work});
		got.text = str_copy(a, got.text);
		e->cells[at] = got;
		arena_reset(&work);
	}
	arena_free(&work);
}
