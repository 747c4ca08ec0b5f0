/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export.c - the sheet as a file: the same rows, columns, filters and order as on the screen. */
#include "base/utf8.h"
#include "domain/report/report_priv.h"
#include "engine/zone/zone.h"
#include "kit/app/app.h"
#include "kit/table/table.h"

/* Headings of the fixed columns, as the screen has them (web/src/i18n/texts), a talk with its unit. */
static const struct {
	const char *key, *ru, *en;
	int width;
} headings[] = {
        {"last_at", "Звонок", "Called", 18},
        {"company", "Компания", "Company", 32},
        {"industry", "Отрасль", "Industry", 20},
        {"activity", "Деятельность", "Activity", 30},
        {"city", "Город", "City", 18},
        {"address", "Адрес", "Address", 32},
        {"site", "Сайт", "Site", 20},
        {"email", "Почта", "E-mail", 24},
        {"fax", "Факс", "Fax", 16},
        {"persons", "Контактные лица", "People", 30},
        {"phones", "Телефоны", "Phones", 20},
        {"result", "Результат", "Result", 20},
        {"comment", "Комментарий", "Comment", 40},
        {"number", "Набранный номер", "Number called", 16},
        {"talk_ms", "Разговор, с", "Talk, s", 12},
        {"attempts", "Попыток", "Attempts", 10},
        {"operator", "Оператор", "Operator", 24},
        {"verdict", "Решение по лиду", "Lead verdict", 16},
};

static struct xlsx_column heading(struct arena *a, const struct report_column *c, bool english)
{
	for (size_t i = 0; i < COUNT(headings); i++)
		if (!c->label.n && str_eq(str_of(headings[i].key), str_of(c->key)))
			return (struct xlsx_column){english ? headings[i].en : headings[i].ru, headings[i].width};
	return (struct xlsx_column){str_z(a, c->label), 24};
}

static void put_field(struct table *t, const struct field *field, const struct report_row *row, struct arena *a)
{
	struct val v = field_load(field, row);

	if (str_eq(str_of(field->name), STR("talk_ms")))
		table_int(t, val_int(v) / CLOCK_SECOND);
	else if (field->type == FIELD_TIME)
		table_time(t, val_int(v));
	else if (field->type == FIELD_INT)
		table_int(t, val_int(v));
	else
		table_text(t, field_print(field, row, a));
}

static void put_counted(struct table *t, const struct cell *c, struct arena *a)
{
	if (c->type == CELL_NUMBER)
		table_real(t, c->number);
	else
		table_text(t, c->type == CELL_ERROR ? cell_mark(c->error) : cell_text(a, c));
}

/* What goes into the file: n of the sheet's columns, by their index. */
struct file {
	struct table *t;
	const struct report_sheet *sheet;
	size_t *columns, n;
};

static void put_cells(const struct file *file, const struct report_row *row, const struct report_extra *e, struct arena *a)
{
	struct table *t = file->t;

	for (size_t k = 0; k < file->n; k++) {
		size_t i = file->columns[k];
		const struct report_column *c = &file->sheet->columns[i];
		switch (c->kind) {
		case COLUMN_FIELD: put_field(t, c->field, row, a); break;
		case COLUMN_PERSONS: table_text(t, e->persons); break;
		case COLUMN_PHONES: table_text(t, e->phones); break;
		case COLUMN_SURVEY:
		case COLUMN_ANSWER: table_text(t, e->answers[i]); break;
		case COLUMN_MARK: table_text(t, e->marks[i].value); break;
		case COLUMN_FORMULA: put_counted(t, &e->cells[i], a); break;
		}
	}
	table_end_row(t);
}

/* A chunk of rows, with memory of its own that is given back after it. */
static int put_chunk(struct request *q, const struct file *file, const struct report_row *rows, size_t n)
{
	struct report_extra extra[REPORT_CHUNK];
	struct arena a = {0};
	int err = report_extras(q->db, &a, file->sheet, rows, n, extra, &q->fault);

	for (size_t i = 0; !err && i < n; i++)
		put_cells(file, &rows[i], &extra[i], &a);
	arena_free(&a);
	return err;
}

/* Rows come through one cursor, so the file is one state of the sheet. */
static int put_all(struct request *q, const struct file *file, struct query *query)
{
	struct report_row *chunk = NEW_N(q->a, struct report_row, REPORT_CHUNK);
	struct arena texts = {0};
	struct rows r;
	size_t n = 0;
	int err = db_ask(q->db, &texts, QUERY(query), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault))) {
		err = entity_from_row(&report_row_entity, &r, 0, &chunk[n++], &q->fault);
		if (err || n < REPORT_CHUNK)
			continue;
		err = put_chunk(q, file, chunk, n);
		n = 0;
		arena_reset(&texts);
	}
	rows_done(&r);
	if (err == ENOENT)
		err = n ? put_chunk(q, file, chunk, n) : 0;
	arena_free(&texts);
	return err;
}

/* columns=company,mark.7: those, in this order; without it all the reader gets. */
static int choose(struct request *q, struct file *file)
{
	const struct report_sheet *sheet = file->sheet;
	str keys = http_param(q->http, "columns"), key;

	file->columns = NEW_N(q->a, size_t, REPORT_COLUMNS);
	for (; !keys.n && file->n < sheet->n; file->n++)
		file->columns[file->n] = file->n;
	while (str_cut(&keys, ',', &key)) {
		size_t at = report_column_find(sheet, key);
		if (at >= sheet->n || file->n == REPORT_COLUMNS)
			return fail(&q->fault, EINVAL, "columns", "column_gone", "there is no column «%.*s»",
			        (int)utf8_cut(key, 60).n, key.p);
		file->columns[file->n++] = at;
	}
	return 0;
}

int report_export(struct request *q, const struct report_sheet *sheet, const struct project *p, struct query *query)
{
	struct xlsx_column *columns = NEW_N(q->a, struct xlsx_column, REPORT_COLUMNS);
	struct file file = {.sheet = sheet};
	bool english = str_eq(q->who->language, STR("en"));
	struct zone_time clock;
	int err = zone_local(p->timezone, q->now, &clock, &q->fault);

	if (!err)
		err = choose(q, &file);
	for (size_t i = 0; i < file.n; i++)
		columns[i] = heading(q->a, &sheet->columns[file.columns[i]], english);
	if (!err)
		err = table_open(q->a, q->app->settings.data_dir, http_param(q->http, "format"), "report", columns, file.n,
		        clock.offset_min, &file.t, &q->fault);
	if (err)
		return err;
	err = put_all(q, &file, query);
	if (!err)
		return table_send(file.t, q->http, &q->fault);
	table_drop(file.t);
	return err;
}
