/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_priv.h - what the files of this folder share. */
#ifndef DOMAIN_REPORT_REPORT_PRIV_H
#define DOMAIN_REPORT_REPORT_PRIV_H

#include "domain/project/project.h"
#include "domain/report/report.h"
#include "domain/report/verdict.h"
#include "engine/formula/formula.h"

enum { REPORT_CHUNK = 100, REPORT_COLUMNS = 300, FORM_COLUMNS = 100 };

enum column_kind { COLUMN_FIELD, COLUMN_PERSONS, COLUMN_PHONES, COLUMN_ANSWER, COLUMN_SURVEY, COLUMN_MARK, COLUMN_FORMULA };

/* One column of the sheet. key: "company", "answer.oil_volume", "survey.5", "mark.7", "calc.margin". */
struct report_column {
	const char *key;
	str label; /* of answers, marks and what the form renames; absent: the front end names the field */
	enum column_kind kind;
	const struct field *field; /* COLUMN_FIELD */
	int64_t ref_id;            /* of the form field, the question or the mark column */
	const char *type;
	str choices;
	bool personal;                 /* who comes without the right to personal data does not get it */
	bool inside;                   /* our own people alone */
	bool gone;                     /* a formula that reads what is no longer there */
	const struct formula *formula; /* COLUMN_FORMULA */
	const size_t *reads; /* COLUMN_FORMULA: for each of formula->columns its index in the sheet, SIZE_MAX: gone */
};

/* The columns a reader gets come first, n of them, in the order of the form; behind them, up to all, what only formulas read. */
struct report_sheet {
	struct report_column *columns;
	size_t n, all;
	size_t *order; /* n_order formulas, each after those it reads */
	size_t n_order;
	const struct entity *
	        row; /* report_row with what this reader does not get marked as STAFF_ONLY: not shown, sorted or filtered by */
	int64_t reader_id; /* who takes part in the talk under the rows, 0: he does not */
	str timezone;
	struct acceptance term; /* of its leads */
	int64_t today;          /* days since 1970-01-01 there */
};

struct report_mark {
	str value, author;
	int64_t version, changed_at;
};

/* What stands beside the columns of one row; indexes go with the sheet's columns. */
struct report_extra {
	str persons, phones;       /* as a person reads them */
	str *answers;              /* by column index */
	struct report_mark *marks; /* by column index */
	struct cell *cells;        /* of formulas, by column index */
	int64_t score;             /* the last one of the customer's people, of any talk with this contact; 0: none */
	int64_t comments,
	        unread; /* for a reader: how many stand under the row; of those that name him, how many he has not read */
};

/* columns.c: everything there is in the project, in the order of the house; no reader, no form. */
int report_all_columns(
        struct db *db, struct arena *a, int64_t project_id, struct report_sheet *ret, struct fault *f) MUST_USE;
/* columns.c: the sheet as w gets it, by the project's form. */
int report_columns(struct db *db, struct arena *a, const struct who *w, const struct project *p, int64_t now,
        struct report_sheet *ret, struct fault *f) MUST_USE;
size_t report_column_find(const struct report_sheet *sheet, str key); /* SIZE_MAX when there is none */
/* The next free column of the sheet; past the end one that nobody reads. */
struct report_column *report_column_new(struct report_sheet *sheet);

/* form.c: the form of a project laid over all columns: picks, renames and orders them, parses formulas. With strict whatever is wrong is EINVAL
 * naming it; without, what is gone is left out. */
int form_apply(struct arena *a, str columns_json, const struct report_sheet *all, bool strict, struct report_sheet *ret,
        struct fault *f) MUST_USE;
extern const struct resource report_form_resource, report_view_resource, talk_score_resource;
extern const struct entity report_call_entity;
int report_available(struct request *q); /* GET /projects/{id}/report/available */

/* What belongs to n ≤ REPORT_CHUNK rows, formulas counted; ret[i] for rows[i]. */
int report_extras(struct db *db, struct arena *a, const struct report_sheet *sheet, const struct report_row *rows, size_t n,
        struct report_extra *ret, struct fault *f) MUST_USE;
/* cells.c: counts the formulas of one row. */
void report_cells(struct arena *a, const struct report_sheet *sheet, const struct report_row *row, struct report_extra *e);
/* What a cell that could not be counted shows: never a figure, never empty without a reason. */
str cell_mark(enum cell_error e);

/* filter.c: " WHERE project …" with the filters of the request: those of fields, and mark.7=…, answer.key=…; last_at>=today is the day of the
 * project's own zone. */
int report_where(struct request *q, const struct report_sheet *sheet, struct query *where, struct listing *l) MUST_USE;

/* report.c: the columns of a project's sheet are others now; who has it open asks again. In a writing closure. */
int report_columns_event(struct db *db, struct arena *a, int64_t project_id, struct fault *f) MUST_USE;

/* order.c: does sort name a column of the customer's own? And the page in that order. */
bool report_order_asked(struct http_param p);
int report_ordered(struct request *q, const struct report_sheet *sheet);
/* order.c: all rows of a file, under the filters and in the order of the request. */
int report_file_query(struct request *q, const struct report_sheet *sheet, struct query *query) MUST_USE;
/* n rows as the answer; next: the cursor of the page behind, absent: none. */
int report_page_put(struct request *q, const struct report_sheet *sheet, const struct report_row *rows, size_t n, str next);

int report_list(struct request *q);
int report_columns_list(struct request *q);
int report_totals(struct request *q);
int report_mark_put(struct request *q);
int report_calls(struct request *q);
int report_vcard(struct request *q, const struct report_sheet *sheet, struct query *rows);
int report_export(struct request *q, const struct report_sheet *sheet, const struct project *p, struct query *rows);
void report_column_put(struct json_out *w, const struct report_column *c);

struct mark_body {
	str value;
	int64_t version;
};

#endif
