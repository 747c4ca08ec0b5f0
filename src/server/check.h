/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.h - is the database in order: its pages, its references, its files, its roll-ups? */
#ifndef SERVER_CHECK_H
#define SERVER_CHECK_H

#include "engine/db/db.h"

enum { CHECK_FINDINGS = 2000 };
struct finding {
	const char *what; /* "reference call.contact_id", "file", "roll-ups", "ledger", "integrity" */
	str detail;
	int64_t rows;
};
struct check {
	struct finding finding[CHECK_FINDINGS];
	size_t n;
};
/* All of it within one snapshot; what is wrong goes to ret. files_dir: DATA/files, or NULL when the files are not here. */
int check_all(struct db *db, struct arena *a, const char *files_dir, struct check *ret, struct fault *f) MUST_USE;
/* Count the roll-ups anew, in one transaction on db, with all who would change calls and contacts kept out. */
int check_repair(struct db *db, struct fault *f) MUST_USE;

#endif
