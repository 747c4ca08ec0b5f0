/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heads.h - signed heads: every five minutes of the clock, and so at every day's end, for each log that has grown; and when somebody wants one
 * now. The signer (engine/ledger/signer.h) runs on one node of the house; the others know its heads by the database. */
#ifndef DOMAIN_LEDGER_HEADS_H
#define DOMAIN_LEDGER_HEADS_H

#include "domain/ledger/ledger.h"
#include "kit/app/app.h"

enum { HEADS_EVERY_MS = 5 * 60 * 1000 };

int heads_start(struct app *app, struct fault *f) MUST_USE;
void heads_stop(struct app *app);

/* A head of all records there are, unless the last one is. ECONNREFUSED: not from here, or not now; EPERM: the signer refuses (the house is
 * told by an alarm). Outside of transactions; any thread. */
int head_now(const struct app *app, struct db *db, struct arena *a, int64_t project_id, struct fault *f) MUST_USE;

/* What stands in the report and the letter. size 0: no head yet. */
struct ledger_state {
	int64_t records, size, at;
	str root, key, fingerprint, trouble; /* root: base64; key: key.pub */
};
int ledger_state(struct db *db, struct arena *a, int64_t project_id, struct ledger_state *ret, struct fault *f) MUST_USE;

#endif
