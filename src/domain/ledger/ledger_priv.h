/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger_priv.h - what the files of this folder share. */
#ifndef DOMAIN_LEDGER_LEDGER_PRIV_H
#define DOMAIN_LEDGER_LEDGER_PRIV_H

#include "domain/ledger/ledger.h"

/* A call as its rows say it, or as its records do: the plain fields of leaf, and the values. */
struct call_said {
	struct leaf leaf;
	str value[LEAF_FIELDS];
	uint32_t erased;   /* records: committed to, and no more to be opened */
	int64_t corrector; /* rows: who corrected it last */
	bool any;          /* records: there are some; leaf.seq is the first */
};
/* ENOENT: it is not there, was never dialled, or has neither ended nor a result. */
int call_as_rows(struct db *db, struct arena *a, int64_t call_id, struct call_said *ret, struct fault *f) MUST_USE;
int call_as_records(struct db *db, struct arena *a, int64_t call_id, struct call_said *ret, struct fault *f) MUST_USE;
/* The record of what is new in rows; false: nothing is. ret_values are those it commits to. */
bool call_news(const struct call_said *rows, const struct call_said *records, struct leaf *ret, str ret_values[LEAF_FIELDS]);

/* In a writing closure, as its last act: with the next number, in the log of the project, which it begins when there is none. */
int ledger_append(struct db *db, struct arena *a, int64_t project_id, int64_t call_id, struct leaf *l,
        const str values[LEAF_FIELDS], struct fault *f) MUST_USE;
int ledger_pack(struct request *q); /* GET /projects/{id}/ledger/pack */
bool leaf_of_row(str leaf_text, struct arena *a, struct leaf *ret, str *ret_bytes);

#endif
