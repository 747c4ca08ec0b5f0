/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.h - who changed what, from what, to what: rows of the table audit, only ever added, in the transaction of the change. */
#ifndef KIT_AUDIT_AUDIT_H
#define KIT_AUDIT_AUDIT_H

#include "kit/access/access.h"

struct audit {
	const struct who *who;     /* NULL: the program itself */
	const char *entity, *verb; /* "project", "changed" */
	int64_t row_id, project_id;
	str diff; /* {"name":["old","new"], …}; secrets appear as "•••"; absent when nothing to compare */
	const char *peer;
};
/* In a writing closure. */
int audit_add(struct db *db, struct arena *a, const struct audit *e, int64_t now, struct fault *f) MUST_USE;

#endif
