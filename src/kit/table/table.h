/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - a table on its way to a person, as CSV or XLSX: rows go into a temporary file in bounded memory, the file is sent and
 * removed. No cell is ever taken for a formula. One thread at a time. */
#ifndef KIT_TABLE_TABLE_H
#define KIT_TABLE_TABLE_H

#include "engine/http/http.h"
#include "engine/xlsx/xlsx.h"

struct table;

/* format: "csv" or "xlsx" (EINVAL otherwise). name: of the file offered, without its ending, in ASCII. columns as xlsx_create takes them.
 * dir: where the temporary file goes. offset_min: times are shown on the clock that is so far from UTC. */
int table_open(struct arena *a, const char *dir, str format, const char *name, const struct xlsx_column *columns, size_t n,
        int offset_min, struct table **ret, struct fault *f) MUST_USE;
void table_text(struct table *t, str s); /* absent: an empty cell */
void table_int(struct table *t, int64_t v);
void table_real(struct table *t, double v);
void table_time(struct table *t, int64_t utc_ms); /* 0: an empty cell */
void table_end_row(struct table *t);
/* Complete the file and keep it: its path, the caller's from now on. t is gone afterwards, whatever the return. */
int table_finish(struct table *t, const char **ret_path, struct fault *f) MUST_USE;
/* Complete the file and make it q's answer. t is gone afterwards, whatever the return. */
int table_send(struct table *t, struct http_request *q, struct fault *f) MUST_USE;
/* Give it up, without an answer. */
void table_drop(struct table *t);

#endif
