/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.c - one row per change. */
#include "kit/audit/audit.h"

int audit_add(struct db *db, struct arena *a, const struct audit *e, int64_t now, struct fault *f)
{
	(void)a;
	return db_run(db,
	        "INSERT INTO audit (at, user_id, peer, entity, verb, row_id, project_id, diff) VALUES (?1, ?2, ?3, ?4, ?5, "
	        "?6, ?7, ?8)",
	        VALS(V(now), val_ref(e->who ? e->who->user_id : 0), V(str_of(e->peer)), V(str_of(e->entity)),
	                V(str_of(e->verb)), V(e->row_id), val_ref(e->project_id), V(e->diff)),
	        NULL, f);
}
