/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_out.cpp - one sheet through libxlsxwriter in constant memory: a row is gone to disk when the next begins.
 * C++ only because the library's headers name a function that base/banned.h bans in C. */
#include <xlsxwriter.h>

extern "C" {
#include "base/clock.h"
#include "base/utf8.h"
#include "engine/xlsx/xlsx.h"
}

enum { ROWS_MAX = 1048576, TEXT_MAX = 32767 };

struct xlsx_out {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *date, *time;
	lxw_row_t row;
	lxw_col_t column, columns;
	struct arena a;    /* x lives in it */
	struct arena cell; /* the cell at hand */
	int err;           /* of the first step that failed */
};

static int err_of(lxw_error e)
{
	if (e == LXW_NO_ERROR)
		return 0;
	return errno == ENOSPC ? ENOSPC : e == LXW_ERROR_MEMORY_MALLOC_FAILED ? ENOMEM : EIO;
}

static void note(struct xlsx_out *x, lxw_error e)
{
	if (e != LXW_NO_ERROR && !x->err)
		x->err = err_of(e);
}

static void header(struct xlsx_out *x, const struct xlsx_column *columns, size_t n)
{
	lxw_format *bold = workbook_add_format(x->book);

	format_set_bold(bold);
	format_set_bottom(bold, LXW_BORDER_THIN);
	format_set_bg_color(bold, 0xEDF2F7);
	for (size_t i = 0; i < n; i++) {
		size_t width = columns[i].width ? (size_t)columns[i].width : utf8_count(str_of(columns[i].title)) + 4;
		note(x, worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, (double)(width < 8 ? 8 : width), NULL));
		note(x, worksheet_write_string(x->sheet, 0, (lxw_col_t)i, columns[i].title, bold));
	}
	worksheet_freeze_panes(x->sheet, 1, 0);
	x->row = 1;
}

int xlsx_create(const char *path, const char *sheet, const char *tmp_dir, const struct xlsx_column *columns, size_t n,
        struct xlsx_out **ret, struct fault *f)
{
	struct arena a = {};
	struct xlsx_out *x = NEW(&a, struct xlsx_out);
	lxw_workbook_options options = {};

	options.constant_memory = LXW_TRUE;
	options.tmpdir = tmp_dir ? str_z(&a, str_of(tmp_dir)) : NULL;
	x->a = a;
	x->columns = (lxw_col_t)n;
	x->book = workbook_new_opt(path, &options);
	x->sheet = x->book ? workbook_add_worksheet(x->book, sheet) : NULL;
	if (!x->sheet) {
		if (x->book)
			lxw_workbook_free(x->book);
		a = x->a;
		arena_free(&a);
		return fail(f, EIO, NULL, "xlsx", "the workbook cannot be made");
	}
	x->date = workbook_add_format(x->book);
	format_set_num_format(x->date, "yyyy-mm-dd");
	x->time = workbook_add_format(x->book);
	format_set_num_format(x->time, "yyyy-mm-dd hh:mm:ss");
	header(x, columns, n);
	*ret = x;
	return 0;
}

/* At most TEXT_MAX UTF-16 units, as the format counts: never more than bytes. */
static str cut(str s)
{
	size_t units = 0, i = 0;

	if (s.n <= TEXT_MAX)
		return s;
	while (i < s.n && units < TEXT_MAX)
		units += utf8_next(s, &i) > 0xFFFF ? 2 : 1;
	return str_sub(s, 0, i);
}

void xlsx_put_text(struct xlsx_out *x, str s)
{
	if (s.p) {
		arena_reset(&x->cell);
		s = utf8_clean(&x->cell, s);
		if (s.n)
			note(x, worksheet_write_string(x->sheet, x->row, x->column, str_z(&x->cell, cut(s)), NULL));
	}
	x->column++;
}

void xlsx_put_int(struct xlsx_out *x, int64_t v)
{
	char z[24];

	if (v > (int64_t)1 << 53 || v < -((int64_t)1 << 53)) {
		snprintf(z, sizeof(z), "%lld", (long long)v);
		xlsx_put_text(x, str_of(z));
	} else {
		xlsx_put_real(x, (double)v);
	}
}

void xlsx_put_real(struct xlsx_out *x, double v)
{
	if (__builtin_isfinite(v))
		note(x, worksheet_write_number(x->sheet, x->row, x->column, v, NULL));
	x->column++;
}

void xlsx_put_bool(struct xlsx_out *x, bool v)
{
	note(x, worksheet_write_boolean(x->sheet, x->row, x->column++, v, NULL));
}

/* Days since 1899-12-30, as sheets count: right from March 1900 on. */
static double serial(int64_t ms)
{
	return (double)ms / CLOCK_DAY + 25569;
}

void xlsx_put_time(struct xlsx_out *x, int64_t utc_ms, int offset_min)
{
	note(x, worksheet_write_number(
	                x->sheet, x->row, x->column++, serial(utc_ms + offset_min * (int64_t)CLOCK_MINUTE), x->time));
}

void xlsx_put_date(struct xlsx_out *x, str date)
{
	struct date d = {};

	if (!date_parse(date, &d)) {
		xlsx_put_text(x, date);
		return;
	}
	note(x, worksheet_write_number(x->sheet, x->row, x->column++, serial(date_days(d) * CLOCK_DAY), x->date));
}

void xlsx_put_none(struct xlsx_out *x)
{
	x->column++;
}

void xlsx_end_row(struct xlsx_out *x)
{
	if (x->row + 1 >= ROWS_MAX && !x->err)
		x->err = EFBIG;
	if (x->row + 1 < ROWS_MAX)
		x->row++;
	x->column = 0;
}

static void free_out(struct xlsx_out *x)
{
	struct arena a = x->a;

	arena_free(&x->cell);
	arena_free(&a);
}

int xlsx_finish(struct xlsx_out *x, struct fault *f)
{
	int err;

	if (x->columns)
		worksheet_autofilter(x->sheet, 0, 0, x->row > 1 ? x->row - 1 : 0, (lxw_col_t)(x->columns - 1));
	errno = 0;
	note(x, workbook_close(x->book));
	err = x->err;
	free_out(x);
	if (err == EFBIG)
		return fail(f, EFBIG, NULL, "xlsx_rows", "a sheet holds 1048576 rows: narrow the filter or take CSV");
	return err ? fail(f, err, NULL, "xlsx", "the workbook cannot be written") : 0;
}

void xlsx_cancel(struct xlsx_out *x)
{
	lxw_workbook_free(x->book);
	free_out(x);
}
