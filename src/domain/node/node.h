/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node.h - the machines of the house. An app node leads a tel node while it holds the tel's lease: it alone stores the tel's events and dials
 * for the projects that live there. Each taking has a number, the epoch, and each command carries one; tel refuses an older one. So a
 * leader who wakes too late can do nothing, whatever he believes (docs/adr/0028). Moments here are of the database's clock. */
#ifndef DOMAIN_NODE_NODE_H
#define DOMAIN_NODE_NODE_H

#include "kit/route/route.h"

/* A lease lasts LEASE_MS and is renewed each second. A tel that heard of no renewal for FENCE_MS, by its own clock, stops dialling and hangs
 * up what nobody answered; not earlier than LOST_MS after the end of its lease it is given up and its projects move:
 * LEASE_MS + LOST_MS > FENCE_MS, and the fence counts from before the renewal. */
enum { LEASE_MS = 5000, LEASE_EVERY_MS = 1000, FENCE_MS = 7000, LOST_MS = 4000 };

struct node {
	int64_t id;
	const char *role; /* "app", "tel" */
	str uid, name, address, boot;
	int64_t calls, legs, lag_ms;
};
/* In a writing closure: it runs now, is neither lost nor gone, and its boot is known as its own. Sets id; a new tel gets a lease nobody holds. */
int node_put(struct db *db, struct arena *a, struct node *n, struct fault *f) MUST_USE;
/* In a writing closure: it was stopped in order, and what it led is free. */
int node_left(struct db *db, int64_t id, struct fault *f) MUST_USE;

/* One hold of a lease. */
struct lease {
	int64_t node_id, app_id, epoch;
	bool forever;               /* of a database that has one server: never renewed */
	bool orphaned;              /* tel says that its leader is gone: his time needs not run out */
	int64_t patience_ms;        /* who leads many already lets others go first */
	const struct node *figures; /* renewing: what the page shows of it */
	/* out */
	int64_t moved_at; /* projects came to it then */
};
/* In writing closures. Take it, also from oneself: a new epoch. ENOENT: another holds it. */
int lease_take(struct db *db, struct arena *a, struct lease *l, struct fault *f) MUST_USE;
/* ENOENT: it is not ours any more. */
int lease_renew(struct db *db, struct arena *a, struct lease *l, struct fault *f) MUST_USE;

/* Where a project lives; 0: nowhere yet. Reads only. */
int placement_of(struct db *db, struct arena *a, int64_t project_id, int64_t *ret_node, struct fault *f) MUST_USE;
/* The same in a writing closure, and it gets the emptiest tel node that is not lost when it has none. ENOENT: there is no such node. */
int placement_make(struct db *db, struct arena *a, int64_t project_id, int64_t *ret_node, struct fault *f) MUST_USE;
/* All running projects, and those where somebody sits, have a place after this. In a writing closure. */
int placements_make(struct db *db, struct arena *a, struct fault *f) MUST_USE;

enum { LOST_AT_ONCE = 8 };
/* Tel nodes whose lease nobody could renew for LOST_MS, not yet given up; at most LOST_AT_ONCE. Reads only. */
int nodes_silent(struct db *db, struct arena *a, int64_t ret[LOST_AT_ONCE], size_t *ret_n, struct fault *f) MUST_USE;
/* In a writing closure: it is given up and its projects live elsewhere, if there is an elsewhere. ENOENT: another was faster, or it is back. */
int node_lose(struct db *db, struct arena *a, int64_t id, struct fault *f) MUST_USE;

/* In a writing closure: a project lives on this tel node from now on, its operators too. ENOENT: no such node; EALREADY: the node does not work now,
 * or the project runs or has calls that go on. */
int placement_move(struct db *db, struct arena *a, int64_t project_id, int64_t node_id, struct fault *f) MUST_USE;
/* In a writing closure. ENOENT; EALREADY while it is here, or projects live there. */
int node_forget(struct db *db, struct arena *a, int64_t id, struct fault *f) MUST_USE;
extern const struct module node_module;

/* A condition on a column that names a tel process: of node ?1, or of none that is known. */
#define BOOT_IS_HERE(column) "(" column " NOT IN (SELECT boot FROM tel_boot WHERE node_id <> ?1))"
/* A condition on a column that names a project: it does not live on another node than ?1. */
#define PROJECT_IS_HERE(column) \
	"(NOT EXISTS (SELECT 1 FROM placement here WHERE here.project_id = " column " AND here.node_id <> ?1))"

#endif
