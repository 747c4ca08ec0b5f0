/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger.h - the verifiable log of a project (Q10): a record for each ended call, and for each later word about it (its result, its
 * recording, a correction, an erasure), written in the transaction of what it records and never changed. Signed heads of it leave the
 * house, so what was acknowledged yesterday cannot be changed, left out or added today unnoticed (docs/ledger.md, docs/adr/0031). */
#ifndef DOMAIN_LEDGER_LEDGER_H
#define DOMAIN_LEDGER_LEDGER_H

#include "engine/ledger/pack.h"
#include "kit/route/route.h"

extern const struct module ledger_module;

/* In a writing closure, each; written as the transaction's last act, from what the rows are then. */
/* The call ended, or what is known of it changed: its first record, or one that says what is new; none when nothing is. */
int ledger_call(struct db *db, int64_t project_id, int64_t call_id, struct fault *f) MUST_USE;
/* Calls are made by this text from now on. */
int ledger_script(struct db *db, int64_t project_id, int64_t version_id, str graph, struct fault *f) MUST_USE;
/* Somebody took the records away: as a file of that form, so many. */
int ledger_export(struct db *db, int64_t project_id, str form, int64_t count, int64_t actor, struct fault *f) MUST_USE;
/* At once: value and salt of these fields (bits of enum leaf_field) in every record of the call are gone, and a record of each says so. */
int ledger_erase(struct db *db, struct arena *a, int64_t project_id, int64_t call_id, uint32_t fields, str basis,
        int64_t actor, struct fault *f) MUST_USE;

/* Whether all logs hold: numbers, hashes, openings, heads, and beside them the calls and the files of their recordings. Reads only. */
typedef void ledger_find_fn(void *arg, str what, int64_t rows);
int ledger_check(struct db *db, struct arena *a, ledger_find_fn *find, void *arg, struct fault *f) MUST_USE;

#endif
