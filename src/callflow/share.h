/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.h - how a trunk's channels, or its calls per second, are shared out among the tel nodes, so that their sum is never above what the
 * trunk takes (docs/adr/0057). Pure: who is asked twice says the same.
 *
 * Each node has a grant: the most it may use. A grant grows before the node is told, and shrinks only after the node has said that it keeps
 * to less; so one that died, is cut off or is slow is counted with all it may still use. */
#ifndef CALLFLOW_SHARE_H
#define CALLFLOW_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct share {
	int64_t granted; /* the most it may use: all it was ever told and has not given back */
	int64_t used;    /* of that what it cannot give back: channels with calls; nothing of calls per second */
	int64_t wants;   /* what it could use at once beside that */
	bool live;       /* somebody speaks with it; whoever is not keeps its grant, whatever it wants */
	int64_t to;      /* out: what it is to have */
	int64_t gap;     /* share_out's own */
};
/* What each is to have: first what is used, then what is wanted, then something for calls that nobody asked for yet, each evenly. whole: all
 * that is left is given too, as always when one is alone; else it stays free for whoever needs it first, and is not lost with a node. As
 * long as nobody runs short and nobody holds much too much, all keep what they have. The sum of to is at most limit, unless those who are not
 * live hold more already. */
void share_out(int64_t limit, bool whole, struct share *shares, size_t n);

/* What shares[i] may be told now: more than its grant only out of what is in no grant. Less: its grant shrinks when it has answered. */
int64_t share_grant(int64_t limit, const struct share *shares, size_t n, size_t i);

#endif
