/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erasure_priv.h - what the files of this folder share. */
#ifndef DOMAIN_ERASURE_ERASURE_PRIV_H
#define DOMAIN_ERASURE_ERASURE_PRIV_H

#include "domain/erasure/erasure.h"

/* The imports a contact, or a person or a number of it, came with: a row cannot be taken out of their files. ?1: the contact. */
#define ERASURE_IMPORTS \
	"SELECT import_id FROM contact WHERE id = ?1 UNION SELECT import_id FROM person WHERE contact_id = ?1 UNION SELECT import_id FROM " \
	"phone WHERE contact_id = ?1"
/* Nothing of it may be under way: a call, a fax, a recording that is not kept yet. EALREADY says what is. Reads only. */
int erasure_at_rest(struct db *db, struct arena *a, int64_t contact_id, struct fault *f) MUST_USE;

/* preview.c: GET /contacts/{id}/erasure */
int erasure_preview(struct request *q);
extern const char erasure_preview_schema[];

#endif
