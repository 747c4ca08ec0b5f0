/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export.c - all rows of a list as CSV or XLSX: read page by page into a file, so memory does not grow with the rows. */
#include "kit/route/route_priv.h"

#include "kit/app/app.h"
#include "kit/table/table.h"

enum { EXPORT_PAGE = 2000 };

static bool exported(const struct field *f, const struct who *who)
{
	return !(f->flags & SECRET) && field_visible(f, who);
}

static size_t columns_of(const struct entity *e, const struct who *who, struct xlsx_column *ret)
{
	size_t n = 0;

	for (const struct field *f = e->shape.fields; f < e->shape.fields + e->shape.n; f++)
		if (exported(f, who))
			ret[n++] = (struct xlsx_column){.title = f->name};
	return n;
}

/* In a sheet a moment is a date and a number a number; a CSV says what field_parse reads back. */
static void put_cell(struct table *t, const struct field *f, const void *row, bool sheet, struct arena *a)
{
	struct val v = field_load(f, row);

	if (v.type == VAL_NULL)
		table_text(t, (str){0});
	else if (f->type == FIELD_TIME && sheet)
		table_time(t, val_int(v));
	else if (f->type == FIELD_INT || f->type == FIELD_REF)
		table_int(t, val_int(v));
	else if (f->type == FIELD_REAL)
		table_real(t, v.type == VAL_REAL ? v.u.r : (double)val_int(v));
	else
		table_text(t, field_print(f, row, a));
}

struct writing {
	struct request *q;
	const struct entity *e;
	struct table *t;
	bool sheet;
};

/* One page; l->after moves behind it, absent when it was the last. */
static int put_page(const struct writing *w, const struct query *where, struct listing *l, struct arena *a)
{
	struct query *sql = query_new(a);
	void *row = arena_alloc(a, w->e->shape.size);
	struct rows rows;
	int64_t n = 0;
	int err;

	query_append(sql, where);
	err = listing_finish(w->e, l, a, sql, &w->q->fault);
	if (err)
		return err;
	l->after = (str){0};
	err = db_ask(w->q->db, a, QUERY(sql), &rows, &w->q->fault);
	while (!err && !(err = rows_next(&rows, &w->q->fault))) {
		if (n++ == l->limit) {
			l->after = listing_cursor(w->e, l, row, w->q->a);
			break;
		}
		err = entity_from_row(w->e, &rows, 0, row, &w->q->fault);
		for (const struct field *f = w->e->shape.fields; !err && f < w->e->shape.fields + w->e->shape.n; f++)
			if (exported(f, w->q->who))
				put_cell(w->t, f, row, w->sheet, a);
		table_end_row(w->t);
	}
	rows_done(&rows);
	return err == ENOENT ? 0 : err;
}

static const char *export_dir(const struct request *q)
{
	return str_z(q->a, str_printf(q->a, "%s/tmp", q->app->settings.data_dir));
}

int export_rows(struct request *q, const struct entity *e, const struct query *where, const struct listing *l, str format)
{
	struct writing w = {.q = q, .e = e, .sheet = str_eq(format, STR("xlsx"))};
	struct xlsx_column *columns = NEW_N(q->a, struct xlsx_column, e->shape.n);
	size_t n = columns_of(e, q->who, columns);
	struct listing page = *l;
	struct arena a = {0};
	int err;

	if (!may(q->who, access_rules()->exports))
		return fail(&q->fault, EACCES, NULL, "right", "your role may not export");
	err = table_open(q->a, export_dir(q), format, e->shape.name, columns, n, 0, &w.t, &q->fault);
	if (err)
		return err;
	page.limit = EXPORT_PAGE;
	do {
		err = put_page(&w, where, &page, &a);
		arena_reset(&a);
	} while (!err && page.after.n);
	arena_free(&a);
	if (!err)
		return table_send(w.t, q->http, &q->fault);
	table_drop(w.t);
	return err;
}
