/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_priv.h - what the files of this folder share. */
#ifndef DOMAIN_REPORT_REPORT_PRIV_H
#define DOMAIN_REPORT_REPORT_PRIV_H

#include "domain/project/project.h"
#include "domain/report/report.h"

enum { REPORT_CHUNK = 100, REPORT_COLUMNS = 300 };

/* One column of the sheet. key: "company", "answer.oil_volume", "survey.5", "mark.7". */
struct report_column {
	const char *key;
	str label; /* of answers and marks; absent: the front end names the field */
	enum { COLUMN_FIELD, COLUMN_PERSONS, COLUMN_PHONES, COLUMN_ANSWER, COLUMN_SURVEY, COLUMN_MARK } kind;
	const struct field *field; /* COLUMN_FIELD */
	int64_t ref_id;            /* of the form field, the question or the mark column */
	const char *type;
	str choices;
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
};

struct report_sheet {
	struct report_column *columns;
	size_t n;
};

/* The columns who may see, in the order of the sheet. */
int report_columns(struct db *db, struct arena *a, const struct who *w, int64_t project_id, struct report_sheet *ret,
        struct fault *f) MUST_USE;
/* What belongs to n ≤ REPORT_CHUNK contacts; ret[i] for ids[i]. */
int report_extras(struct db *db, struct arena *a, const struct report_sheet *sheet, const int64_t *ids, size_t n,
        struct report_extra *ret, struct fault *f) MUST_USE;

int report_list(struct request *q);
int report_columns_list(struct request *q);
int report_totals(struct request *q);
int report_mark_put(struct request *q);
int report_export(struct request *q, const struct report_sheet *sheet, const struct project *p, struct query *rows);

struct mark_body {
	str value;
	int64_t version;
};

#endif
