/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx.h - Excel workbooks: writing one sheet row by row, reading one sheet row by row, both in bounded memory.
 * Written by libxlsxwriter; read by libarchive and expat in a child process with limits, since such files come from strangers. */
#ifndef ENGINE_XLSX_XLSX_H
#define ENGINE_XLSX_XLSX_H

#include "base/arena.h"
#include "base/fault.h"

/* Writing. Rows from top to bottom, cells in any order within a row; one thread at a time. */
struct xlsx_column {
	const char *title; /* UTF-8; not owned, read by xlsx_create only */
	int width;         /* characters; 0: from the title */
};
struct xlsx_out;
/* A file at path with one sheet, its header row in bold, frozen, with a filter on it. tmp_dir: where rows wait until the end
 * (constant memory); NULL: the system's. */
int xlsx_create(const char *path, const char *sheet, const char *tmp_dir, const struct xlsx_column *columns, size_t n,
        struct xlsx_out **ret, struct fault *f) MUST_USE;
/* The next cell of the row. Text stays text: "=1+1" and "+7916…" are never formulas or numbers. Longer than 32767 characters is cut, as
 * the format demands; the absent str leaves the cell empty. */
void xlsx_put_text(struct xlsx_out *x, str s);
void xlsx_put_int(struct xlsx_out *x, int64_t v); /* beyond 2^53 as text: a sheet would round it */
void xlsx_put_real(struct xlsx_out *x, double v);
void xlsx_put_bool(struct xlsx_out *x, bool v);
/* A moment as date and time of the wall clock: utc_ms plus offset_min. */
void xlsx_put_time(struct xlsx_out *x, int64_t utc_ms, int offset_min);
/* "2026-03-12"; anything else is put as text. */
void xlsx_put_date(struct xlsx_out *x, str date);
void xlsx_put_none(struct xlsx_out *x);
void xlsx_end_row(struct xlsx_out *x);
/* Write the file out and free x; a failure of any step before is told here: ENOSPC, EIO, EFBIG (over 1 048 576 rows). NULL path was
 * given up: xlsx_cancel frees without a file. */
int xlsx_finish(struct xlsx_out *x, struct fault *f) MUST_USE;
void xlsx_cancel(struct xlsx_out *x);

/* Reading. The child may take 256 MB, 300 s of processor time; a workbook of more than 2000 entries, 2 GB unpacked, or packed more than
 * 200 times is refused (EINVAL "zip_bomb"), a file that is none with EINVAL "not_xlsx", a broken one with EINVAL "broken". */
struct xlsx_row {
	int64_t number; /* of the sheet, from 1; rows the file leaves out come as empty ones */
	const str *cells;
	size_t n;
	const char *bad; /* NULL, or "cell_too_long" "too_many_cells" */
};
struct xlsx;
/* sheet: its name, or absent for the first one that is visible. Cells come as text: numbers whole where they are whole, dates as
 * 2026-03-12 or 2026-03-12 09:41, TRUE and FALSE, of formulas the value last computed. A cell merged downwards is repeated in each
 * row of its merge; one merged to the right in the first 30 rows is repeated in each column. */
int xlsx_open(const char *path, str sheet, struct xlsx **ret, struct fault *f) MUST_USE;
/* Names of the visible sheets, as they stand in the workbook; asked for before the first row, and gone with it. */
const str *xlsx_sheets(const struct xlsx *x, size_t *ret_n);
/* ENOENT (no fault) at the end. Cells live until the next call. */
int xlsx_next(struct xlsx *x, struct xlsx_row *ret, struct fault *f) MUST_USE;
/* Thousandths of the sheet read so far. */
int xlsx_position(const struct xlsx *x);
void xlsx_close(struct xlsx *x);

#endif
