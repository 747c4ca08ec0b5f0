/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load_priv.h - a piece: rows gathered for one transaction. */
#ifndef DOMAIN_IMPORT_LOAD_PRIV_H
#define DOMAIN_IMPORT_LOAD_PRIV_H

#include "domain/import/load.h"

/* How long a piece may take: with SQLite all other writers wait for it, with PostgreSQL nobody does. */
enum { PIECE_ROWS = 2000, PIECE_MS = 6, PIECE_MS_POSTGRES = 80 };

struct piece_contact {
	uint32_t contact; /* its number in numbers */
	str text[10];     /* company industry activity city address site email fax timezone note */
};
struct piece_person {
	uint32_t contact;
	bool merged; /* of a duplicate: added unless the contact has that name */
	struct row_person p;
};
struct piece_phone {
	uint32_t contact;
	int32_t person; /* index of a piece_person, or -1 */
	int32_t position;
	str e164, ext;
};
struct piece_join {
	uint32_t gone, keep;
};
struct piece {
	struct arena a, scratch; /* scratch: of the closure, emptied when it begins */
	struct piece_contact *contacts;
	struct piece_person *persons;
	struct piece_phone *phones;
	struct piece_join *joins;
	size_t n_contacts, n_persons, n_phones, n_joins, rows;
	struct import_counts counts; /* so far, this piece included */
	int permille;
	bool tell; /* an event goes with it */
	const struct load *load;
	struct placed *placed;
	int64_t *new_ids; /* of contacts, once written */
	int64_t took_us;
};
/* Ids of contacts by their number; the writing thread's own. */
struct placed {
	int64_t *ids;
	size_t n, cap;
	uint32_t known; /* numbers below it are contacts the base had before */
};
/* The closure. */
int piece_write(struct db *db, struct arena *a, void *arg, struct fault *f) MUST_USE;
/* After its commit: keep the ids. */
int piece_placed(struct piece *p, struct fault *f) MUST_USE;

/* load_db.c: does an earlier run have all rows in? And l->held. */
int load_is_loaded(struct load *l, bool *ret, struct fault *f) MUST_USE;
/* The one flag: from here on the import is finished, whatever happens. */
int load_mark(struct load *l, struct fault *f) MUST_USE;
/* Hidden contacts become fresh, in pieces, unless they are held. May be run again. */
int load_show(struct load *l, struct fault *f) MUST_USE;

#endif
