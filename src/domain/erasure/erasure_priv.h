/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erasure_priv.h - what the files of this folder share. */
#ifndef DOMAIN_ERASURE_ERASURE_PRIV_H
#define DOMAIN_ERASURE_ERASURE_PRIV_H

#include "domain/contact/contact.h"
#include "domain/erasure/erasure.h"
#include "kit/app/app.h"
#include "kit/file/file.h"

/* The imports a contact, or a person or a number of it, came with: a row cannot be taken out of their files. ?1: the contact. */
#define ERASURE_IMPORTS \
	"SELECT import_id FROM contact WHERE id = ?1 UNION SELECT import_id FROM person WHERE contact_id = ?1 UNION SELECT import_id FROM " \
	"phone WHERE contact_id = ?1"
/* Nothing of it may be under way: a call, a fax, a recording that is not kept yet. EALREADY says what is. Reads only. */
int erasure_at_rest(struct db *db, struct arena *a, int64_t contact_id, struct fault *f) MUST_USE;

/* One erasure: by, a (where the files are kept), contact_id and reason go in; the rest comes out. */
struct erasing {
	struct by by;
	struct arena *a;
	int64_t contact_id;
	str reason;
	struct contact contact;
	struct file *files; /* to be unlinked after the commit */
	size_t n_files, cap;
	int64_t calls;
};
/* Closure. EALREADY: it is not at rest. */
int erase_write(struct db *db, struct arena *a, void *erasing, struct fault *f);

/* personal.c: GET /contacts/{id}/personal */
int personal_give(struct request *q);

/* retention.c */
int retention_house(struct request *q);
int retention_project(struct request *q);
int retention_put(struct request *q);
extern const struct shape retention_shape;
extern const char retention_schema[];
int retention_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* preview.c: GET /contacts/{id}/erasure */
int erasure_preview(struct request *q);
extern const char erasure_preview_schema[];

#endif
