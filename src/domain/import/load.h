/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.h - a file through the eyes of its plan, and into a base: parsed on the caller's thread, written by a second one in pieces of at
 * most 10 ms, hidden until all of it is in. */
#ifndef DOMAIN_IMPORT_LOAD_H
#define DOMAIN_IMPORT_LOAD_H

#include "domain/contact/contact.h"
#include "domain/import/row.h"
#include "engine/db/store.h"

struct import_counts {
	int64_t rows, by_status[ROW_STATUSES], unique_phones, unique_contacts;
};
/* Called for each record in order; texts live until it returns. A non-zero return ends the scan. */
typedef int scan_fn(void *arg, const struct import_row *row, const struct source_row *source,
        const struct numbers_verdict *v, int permille, struct fault *f);
/* Read the file to its end. numbers holds what is known before. *stop, when given, ends it with ECANCELED. */
int import_scan(const char *path, const struct plan *p, struct numbers *numbers, scan_fn *each, void *arg, const bool *stop,
        struct import_counts *ret, struct fault *f) MUST_USE;

struct load {
	struct store *store;
	const char *path;
	const struct plan *plan;
	int64_t import_id, project_id, base_id, now;
	scan_fn *each; /* as of import_scan, after the row was taken; or NULL */
	void *arg;
	const bool *stop;
	struct db *
	        alone; /* nobody else uses the database: all in the transaction that is open here, nothing hidden; or NULL */
	bool held; /* given by load_run: the base is dialled and the customer approves, so what comes stays hidden until he does */
	struct import_counts counts;
};
/* Load all of it and make it visible. What an earlier, broken run of this import left is taken away first; one that had all rows in is only made
 * visible. What a failed run leaves is hidden: the next one takes it away, or import_settle. */
int load_run(struct load *l, struct fault *f) MUST_USE;
/* What an import holds back is shown: the customer approved it. import_id, project_id and base_id of l are given; may be run again. */
int load_release(struct load *l, struct fault *f) MUST_USE;
/* Take away what the import brought and nobody has called; what was merged into older contacts too. In pieces. *ret_left: contacts that stay. */
int load_undo(struct store *s, int64_t import_id, int64_t *ret_left, struct fault *f) MUST_USE;

#endif
