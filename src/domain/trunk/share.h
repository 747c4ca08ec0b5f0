/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.h - the rows of what each tel node may use of each trunk (callflow/share.h, docs/adr/0057). */
#ifndef DOMAIN_TRUNK_SHARE_H
#define DOMAIN_TRUNK_SHARE_H

#include "callflow/message.h"
#include "domain/node/node.h"

/* A look at the shares of one node by who leads it. */
struct shares {
	const struct lease *lease; /* of the node */
	struct message_rows loads; /* how it uses them, as it said last; n 0: it did not say yet */
	bool answered;             /* loads come after what it was told last */
	const int64_t *wanted;     /* trunks over which app would dial, had the node a share */
	size_t n_wanted;
	/* out */
	struct message_rows rows; /* ROW_SHARE of each trunk: what it is told */
	bool changed;             /* the rows here are to change (shares_look), or did (shares_put) */
	bool told;                /* and so what it is told */
	bool alone;               /* no other node has or wants any: nothing to share */
	bool kept;                /* a lost node still holds some: shares_put again in a while */
	bool waits;               /* it did not yet give back what it was told to */
};
/* Reads only. */
int shares_look(struct db *db, struct arena *a, struct shares *x, struct fault *f) MUST_USE;
/* In a writing closure: look again, one leader at a time, and keep it. ENOENT: the lease is not ours any more. */
int shares_put(struct db *db, struct arena *a, struct shares *x, struct fault *f) MUST_USE;

/* A lost node keeps what it may still hold: not new calls (its fence), but its talks, as long as the longest lasts (callflow/call.h). Those whose
 * carrier another node sent a BYE are over SHARES_BYE_MS after. In a writing closure, before its calls are ended; with bye: somebody says so. */
enum { SHARES_BYE_MS = 60 * 1000, SHARES_KEPT_MS = 4 * 3600 * 1000 + 60 * 1000 };
int shares_lost(struct db *db, int64_t node_id, bool bye, struct fault *f) MUST_USE;

#endif
