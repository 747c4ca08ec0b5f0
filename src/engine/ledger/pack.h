/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.h - what a customer has in his hands, and whether it holds: every record opened so far as he may see it (calls), every record's bytes
 * (leaves), the signed heads, the key, and what leads from each day's last head to the last of all (proofs). Told is each thing that is
 * wrong, by name. docs/ledger.md says what stands in the files. Any thread. */
#ifndef ENGINE_LEDGER_PACK_H
#define ENGINE_LEDGER_PACK_H

#include "engine/ledger/head.h"
#include "engine/ledger/leaf.h"

struct pack {
	str calls, leaves, heads, key, proofs;
};
/* Names of the files in a pack, in the order of struct pack. */
extern const char *const pack_files[5 + 1];

enum verdict_kind {
	VERDICT_BAD,     /* the record seq is not what was logged: field says where */
	VERDICT_MISSING, /* records seq to until are not there */
	VERDICT_ERASED,  /* no fault: field of seq was erased by the record `by` */
	VERDICT_CORRECTED, /* no fault: field of seq was corrected by the record `by`, from `was` to `now` as far as they are shown */
	VERDICT_REWRITTEN, /* between the heads of from and to, in records seq to until */
	VERDICT_BAD_HEAD,  /* the head number seq: field */
	VERDICT_BAD_FILE   /* a file of the pack cannot be read: field */
};
struct verdict {
	enum verdict_kind kind;
	int64_t project, seq, until, by;
	const char *field;
	str from, to; /* dates */
	str was, now; /* VERDICT_CORRECTED; absent: not shown */
};
typedef void verdict_fn(void *arg, const struct verdict *v);
/* As people read it: "BAD project 7 seq 1734 field result". */
str verdict_text(const struct verdict *v, struct arena *a);

struct pack_sum {
	int64_t project;
	uint64_t records, heads, opened, hidden, erased; /* fields: opened and good, not shown, erased */
	uint64_t signed_size;                            /* the last head's; records after it wait for the next */
	struct hash root;
	str date;
	str fingerprint;
	uint64_t corrected; /* calls' results, each time */
	uint64_t faults;    /* verdicts other than erased and corrected */
};
/* 0 when nothing is wrong, else EBADMSG. earlier, unless NULL: a pack got before, whose records and heads this one must go on from. */
int pack_verify(const struct pack *p, const struct pack *earlier, struct arena *a, verdict_fn *tell, void *arg,
        struct pack_sum *ret) MUST_USE;
/* The text of the proofs for these heads, a line each: "M N hash …". */
str pack_proofs(const struct tree *t, str heads, const uint8_t public[SIGN_PUBLIC], struct arena *a);
/* Put a record's bytes behind those of the others: length as 4 bytes, bytes. */
void pack_leaf(struct text *t, str bytes);
bool pack_leaf_next(str *rest, str *ret_bytes);

#endif
