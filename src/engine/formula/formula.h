/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula.h - a small, safe language for a column that is counted from other columns of its row: if([talk_ms] > 60, "long", "short").
 *
 *   expression   comparison: = <> < <= > >=   join of texts: &   + - * /   unary -   ( )
 *   value        12.5   "text" or «text» ("" is a quote in it)   [column]   name(…; …), arguments parted by "," or ";"
 *   functions    see the table in functions.c: each has an English and a Russian name, in any case of letters
 *
 * No loops, no names of one's own, no access to anything but the columns of the row: a formula is parsed once into a tree of at most
 * FORMULA_NODES nodes and FORMULA_DEPTH levels, and each text it makes is cut at FORMULA_TEXT bytes, so any formula ends soon.
 * Empty counts as 0, as "" and as no. A text that reads as a number ("1 200,50") is one where a number is wanted. What cannot be counted
 * gives a cell with an error, never a guess. Any thread. */
#ifndef ENGINE_FORMULA_FORMULA_H
#define ENGINE_FORMULA_FORMULA_H

#include "base/arena.h"
#include "base/fault.h"

enum { FORMULA_BYTES = 2000, FORMULA_NODES = 100, FORMULA_DEPTH = 24, FORMULA_TEXT = 1000, FORMULA_COLUMNS = 30 };

enum cell_type { CELL_EMPTY, CELL_NUMBER, CELL_TEXT, CELL_DATE, CELL_BOOL, CELL_ERROR };
enum cell_error {
	CELL_ZERO,  /* divided by zero */
	CELL_KIND,  /* a text where a number or a date is wanted */
	CELL_RANGE, /* a number too large, a date that is none */
	CELL_GONE,  /* a column it reads is no longer there */
};
struct cell {
	enum cell_type type;
	enum cell_error error;
	double number; /* CELL_NUMBER; CELL_DATE: days since 1970-01-01; CELL_BOOL: 0 or 1 */
	str text;      /* CELL_TEXT */
};

struct formula {
	const struct formula_node *root;
	str columns[FORMULA_COLUMNS]; /* what stands between its brackets, each once */
	size_t n_columns;
};
/* EINVAL, field as given, code "formula_…", saying what is wrong and quoting where. The tree lives in the arena; text may go. */
int formula_parse(struct arena *a, str text, const char *field, struct formula **ret, struct fault *f) MUST_USE;

/* What a row gives: cells[i] for columns[i] of the formula; today: days since 1970-01-01, where the reader is. */
struct formula_row {
	const struct cell *cells;
	int64_t today;
	struct arena *a; /* for the texts it makes */
};
struct cell formula_count(const struct formula *formula, const struct formula_row *row);

/* A cell out of stored text: a number as people write it, else absent. */
bool formula_number(str text, double *ret);
/* "2026-03-12" or "12.03.2026" as days since 1970-01-01. */
bool formula_day(str text, double *ret_days);
/* As text: numbers in the shortest form that reads back the same, dates "2026-03-12", "yes" and "no"; absent when empty or an error. */
str cell_text(struct arena *a, const struct cell *c);
/* "zero", "kind", "range", "gone". */
const char *cell_error_name(enum cell_error e);

#endif
