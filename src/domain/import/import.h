/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.h - an import: a file on its way into a base. Uploaded, looked at (preview), corrected (PATCH), started as a job, done; its rejected rows
 * can be fetched, and it can be undone while nobody has called what it brought. */
#ifndef DOMAIN_IMPORT_IMPORT_H
#define DOMAIN_IMPORT_IMPORT_H

#include "domain/import/load.h"
#include "kit/job/job.h"

enum import_state {
	IMPORT_UPLOADED,
	IMPORT_RUNNING,
	IMPORT_DONE,
	IMPORT_FAILED,
	IMPORT_UNDOING,
	IMPORT_UNDONE,
	IMPORT_STATES
};
extern const char *const import_states[IMPORT_STATES + 1];

struct import {
	int64_t id, version, project_id, base_id, file_id;
	str file_name, file_sha256;
	int64_t rejects_file_id, same_as_id;
	int state;
	str reading, mapping; /* JSON; absent: guessed */
	int64_t rows_total, rows_done, accepted, duplicates, rejected, skipped;
	str error;
	bool held; /* what it brought waits for the customer's approval */
	int64_t author_id, created_at, started_at, loaded_at, ended_at;
};
extern const struct entity import_entity;
extern const struct module import_module;

/* The command line's: a row for the import of l->path into l->base_id, then load_run, then its end. l->import_id and project_id are set here.
 * With l->alone all of it is one transaction: a failure leaves nothing, not even the row. */
int import_by_hand(struct load *l, struct arena *a, struct fault *f) MUST_USE;
/* Country of a base's numbers. ENOENT "none" when there is no such base. */
int import_country(const char *db_url, int64_t base_id, struct arena *a, str *ret, struct fault *f) MUST_USE;

#endif
