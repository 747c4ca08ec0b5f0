/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_priv.h - reading a workbook, inside the child: the parts of the archive (xlsx_part.c), what the workbook says of its sheets, texts and
 * formats (xlsx_book.c), the rows of a sheet (xlsx_sheet.c). The parent's side is xlsx_in.c. One thread; the process ends afterwards. */
#ifndef ENGINE_XLSX_XLSX_PRIV_H
#define ENGINE_XLSX_XLSX_PRIV_H

#include "base/text.h"
#include "engine/xlsx/xlsx.h"

enum {
	XLSX_ENTRIES_MAX = 2000,
	XLSX_RATIO_MAX = 200,
	XLSX_SMALL = 64 << 20,     /* a part may always unpack to this */
	XLSX_TEXTS_MAX = 96 << 20, /* bytes of all shared texts */
	XLSX_CELL_MAX = 1 << 20,
	XLSX_CELLS_MAX = 4096,
	XLSX_DEPTH_MAX = 64,
	XLSX_MERGES_MAX = 200000,
	XLSX_SHEETS_MAX = 256,
};
#define XLSX_UNPACKED_MAX ((int64_t)2 << 30)

struct xlsx_merge {
	uint32_t top, left, bottom, right; /* from 1 */
};

struct book {
	int fd;
	int64_t bytes; /* of the file */
	struct arena a;
	char *workbook, *texts, *styles, *sheet; /* paths of the parts; NULL: there is none */
	str sheets[XLSX_SHEETS_MAX];             /* names of the visible ones */
	size_t n_sheets;
	bool from_1904;
	/* shared texts: text i is pool[at[i] … at[i + 1]) */
	char *pool;
	uint32_t *at;
	size_t n_texts, cap_texts, pool_n, pool_cap;
	uint8_t *formats; /* per style: 0 number, 1 date, 2 time, 3 both */
	size_t n_formats, cap_formats;
	struct xlsx_merge *merges;
	size_t n_merges, cap_merges;
};

/* Hand the part's bytes on, piece by piece; permille of its declared size. ENOENT (no fault) when there is no such part. */
typedef int part_fn(void *arg, const char *p, size_t n, int permille, struct fault *f);
int part_read(struct book *b, const char *name, part_fn *fn, void *arg, struct fault *f) MUST_USE;
/* Count and measure all entries before any is opened. */
int parts_check(struct book *b, struct fault *f) MUST_USE;

/* A part as XML. Names come without prefix. Document types are refused. */
struct xml {
	void (*start)(struct xml *x, const char *name, const char **attributes);
	void (*end)(struct xml *x, const char *name);
	void (*text)(struct xml *x, const char *p, size_t n);
	void *arg;
	void *parser;
	int depth, permille;
	int err; /* set by a handler to stop */
	struct fault *f;
};
int xml_read(struct book *b, const char *name, struct xml *x, struct fault *f) MUST_USE;
/* The value of an attribute, NULL when there is none; name without prefix. */
const char *xml_attribute(const char **attributes, const char *name);

/* sheet: its name, absent for the first visible one. */
int book_open(struct book *b, str sheet, struct fault *f) MUST_USE;
void book_free(struct book *b);
str book_text(const struct book *b, size_t i);
/* As text what a number of that style shows. */
void book_number(const struct book *b, str raw, size_t style, struct text *t);

struct row_out {
	int (*row)(void *arg, const struct xlsx_row *row, int permille, struct fault *f);
	void *arg;
};
int sheet_read(struct book *b, const struct row_out *out, struct fault *f) MUST_USE;

#endif
