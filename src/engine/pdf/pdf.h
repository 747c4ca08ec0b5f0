/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pdf.h - a document to print and to send: A4 pages of headings, paragraphs, facts, tables and signatures, set by Pango and drawn by cairo
 * (docs/adr/0037). It flows from top to bottom; a table goes on over pages with its titles on each; a number stands at the foot of a page.
 * Texts are UTF-8 without control characters but line feeds. What fails is told once, by pdf_finish. One thread at a time. */
#ifndef ENGINE_PDF_PDF_H
#define ENGINE_PDF_PDF_H

#include "base/arena.h"
#include "base/fault.h"

struct pdf;

enum pdf_align { PDF_LEFT, PDF_RIGHT, PDF_CENTRE };
struct pdf_column {
	str title;
	double share; /* of the width, beside the other columns' */
	enum pdf_align align;
};
/* Pages as black and white dots in place of a file: page is given each as it is full, rows of width / 8 bytes (width: a multiple of 32), the leftmost dot the
 * highest bit, 1 black, lent until it returns; its error is pdf_finish's. Greys become black or nothing, a table's titles have no ground. A page that is
 * narrower than width stands in the middle. */
struct pdf_raster {
	int width, length;
	double x_dpi, y_dpi;
	int (*page)(const uint8_t *rows, void *arg, struct fault *f);
	void *arg;
};
struct pdf_about {
	str title, author;               /* of the file's own properties */
	str foot;                        /* at the foot of each page, beside its number */
	int64_t made_at;                 /* ms; 0: not said */
	bool wide;                       /* the long side lies below */
	const struct pdf_raster *raster; /* NULL: a PDF; lives until pdf_finish, which gives no bytes then */
};

/* A new document in the arena, to be ended by pdf_finish. ENOMEM. */
int pdf_new(struct pdf **ret, struct arena *a, const struct pdf_about *about, struct fault *f) MUST_USE;
/* level 1: the document's own, 2: a part's. Never alone at the end of a page. */
void pdf_heading(struct pdf *p, int level, str text);
void pdf_text(struct pdf *p, str text);
/* Small and pale: what a figure means, where it comes from. */
void pdf_note(struct pdf *p, str text);
/* "name   value", one below the other; an absent value is a dash. */
void pdf_fact(struct pdf *p, str name, str value);
/* Up to PDF_COLUMNS columns; the titles are left out when all are empty. Rows follow, each with a text per column, until pdf_table_end. A cell is cut
 * with an ellipsis after PDF_CELL_LINES lines. */
enum { PDF_COLUMNS = 24, PDF_CELL_LINES = 40 };
void pdf_table(struct pdf *p, const struct pdf_column *columns, size_t n);
void pdf_row(struct pdf *p, const str *cells);
/* A row of sums: bold, a line above. */
void pdf_sum(struct pdf *p, const str *cells);
void pdf_table_end(struct pdf *p);
/* What follows begins on a new page, unless nothing stands on this one. */
void pdf_page(struct pdf *p);
/* Two parties beside each other: who signs, a line for the signature and one for the name below. */
void pdf_signatures(struct pdf *p, const str who[2], const str name[2]);
/* Its bytes, in the arena; the document is gone, whatever it returns. EIO: it could not be made; or what the raster's page said. */
int pdf_finish(struct pdf *p, str *ret, struct fault *f) MUST_USE;

#endif
