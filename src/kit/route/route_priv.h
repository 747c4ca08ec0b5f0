/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route_priv.h - what the files of this folder share: the mounted routes. */
#ifndef KIT_ROUTE_ROUTE_PRIV_H
#define KIT_ROUTE_ROUTE_PRIV_H

#include "kit/route/route.h"

enum { SEGMENTS_MAX = 8, PARAMS_MAX = 3, ROUTE_BUCKETS = 512 };

enum segment_kind { SEGMENT_LITERAL, SEGMENT_NUMBER, SEGMENT_WORD };
struct segment {
	enum segment_kind kind;
	str text; /* the literal, or the name between the braces */
};
/* A route where it hangs. struct request points to the route inside. */
struct mount {
	struct route route;
	const struct resource *resource;
	const struct router *router;
	struct segment seg[SEGMENTS_MAX];
	size_t n;
	const struct mount *next; /* of its bucket, in the order of mounting */
};
struct router {
	struct arena a;
	struct mount *mounts;
	size_t n, cap;
	const struct mount *buckets[ROUTE_BUCKETS]; /* by number of parts and the second one */
	const struct resource **resources;
	size_t n_resources;
};
static inline const struct mount *mount_of(const struct request *q)
{
	return (const struct mount *)((const char *)q->route - offsetof(struct mount, route));
}

/* The mount of method and path with q->id and q->word filled. ENOENT; EOPNOTSUPP when the path knows other methods. */
int router_find(
        const struct router *r, enum http_method method, str path, struct request *q, const struct mount **ret) MUST_USE;
/* The resource whose rows an entity of this name are, or NULL. */
const struct resource *router_resource(const struct router *r, const char *entity);

/* The routes of a resource: list, make, read, change, remove, import. Ended by a zero row, in the arena; paths may repeat. */
const struct route *resource_routes(const struct resource *r, struct arena *a);

/* Ids the path names besides {id}: a condition on their columns for lists and finding, values in a new row. */
void parents_where(const struct request *q, struct query *sql);
void parents_set(const struct request *q, void *row);
/* ENOENT unless each parent exists within reach. */
int parents_check(struct request *q) MUST_USE;
/* Each reference a client may set and that differs from old (NULL: all) exists within reach. EINVAL "ref" */
int refs_check(struct request *q, const void *old, const void *new) MUST_USE;

/* All rows of a listing as csv or xlsx: q->http answers with a file. where: the query up to its conditions. */
int export_rows(
        struct request *q, const struct entity *e, const struct query *where, const struct listing *l, str format) MUST_USE;

/* POST path/import. */
int resource_import(struct request *q) MUST_USE;
extern const char import_schema[];

/* Who asks: q->who. EKEYREJECTED for a bearer token that is none. */
int request_identify(struct request *q) MUST_USE;
/* May he, and did his own browser mean it: EKEYREJECTED, EACCES. */
int request_allow(struct request *q) MUST_USE;

#endif
