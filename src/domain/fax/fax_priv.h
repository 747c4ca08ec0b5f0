/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax_priv.h - between the files of the folder. */
#ifndef DOMAIN_FAX_FAX_PRIV_H
#define DOMAIN_FAX_FAX_PRIV_H

#include "domain/fax/fax.h"
#include "domain/sending/sending.h"

enum fax_stand { FAX_WAITING, FAX_CALLING, FAX_TRANSFERRING, FAX_DELIVERED, FAX_GIVEN_UP, FAX_UNKNOWN, FAX_WITHDRAWN };
extern const char *const fax_states[];
/* The event of its change. In a writing closure. */
int fax_told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f) MUST_USE;
/* A person takes it back. In a writing closure; *ret_project: whose it is. EALREADY: it waits no more. */
int fax_withdraw(struct db *db, struct arena *a, int64_t id, int64_t now, int64_t *ret_project, struct fault *f) MUST_USE;

#endif
