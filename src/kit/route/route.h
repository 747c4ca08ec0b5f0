/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route.h - from a path to a handler: rights, CSRF, body, answer. And resources: create, read, list, change, remove, export and
 * import of an entity from one const row. The only CRUD in the server.
 *
 * A route is a row; the right cannot be forgotten because a row without one stops the server at start. */
#ifndef KIT_ROUTE_ROUTE_H
#define KIT_ROUTE_ROUTE_H

#include "engine/db/store.h"
#include "engine/http/http.h"
#include "kit/access/access.h"
#include "kit/audit/audit.h"
#include "kit/entity/entity.h"
#include "kit/event/event.h"

struct app; /* server/app.h: store, hub, jobs, settings; handlers of domain folders get what they need from request */

/* A request on its worker. */
struct request {
	struct arena *a;
	struct http_request *http;
	struct app *app;
	struct store *store;
	struct db *db; /* for reading */
	struct event_hub *hub;
	const struct who *who; /* never NULL; who->role NULL for nobody */
	int64_t now;
	int64_t id[3];       /* the {…} of the path that are numbers, in order */
	str word[3];         /* the {…} of the path as text, in order */
	struct json in;      /* the parsed body, absent when none */
	void *body;          /* the body as the shape route.takes, or NULL */
	uint64_t seen;       /* which of its fields were sent */
	struct json_out out; /* print the answer here */
	struct fault fault;
};

/* Rights with a meaning of their own beside the bits of domain/role. */
#define OPEN_TO_ALL ((uint64_t)1 << 63) /* no log-in needed: log-in itself, health, signed links */
#define ANY_PERSON ((uint64_t)1 << 62)  /* any logged-in person: own profile, events */

struct route {
	enum http_method method;
	const char *path;              /* below /api: "/projects/{id}/stop" */
	uint64_t right;                /* all bits must be held; never 0 */
	int (*run)(struct request *q); /* 0 or an errno value with q->fault filled */
	const char *doc;               /* one sentence for OpenAPI */
	const struct shape *takes;     /* the body; NULL: none */
	const struct shape *gives;     /* the answer; NULL: no body (204) unless gives_raw */
	bool gives_list;               /* {"rows":[…],"next":…} of gives */
	const char *
	        gives_raw; /* a content type the handler answers with itself: "text/csv", "audio/ogg", "text/event-stream", or "application/json" */
	bool upload;      /* the body is streamed to disk: q->http->upload */
	bool public_path; /* mounted at / instead of /api: /healthz */
};

/* An entity over HTTP. Events and audit are written for each change. Rights are required; remove may be 0: it cannot be removed. */
struct resource {
	const struct entity *entity;
	const char *path; /* "/projects"; a resource below another names its parent: "/projects/{project_id}/members" */
	uint64_t read, write, remove;
	bool not_made;    /* no POST here: made by its own route */
	bool not_changed; /* no PATCH */
	enum scope scope;
	const char *scope_column;
	const char *sort;          /* default: "-created_at" */
	const struct entity *list; /* read lists through this view instead (same id); NULL: entity */
	/* Rules across fields, on the worker before the write: old NULL when made, new NULL when removed. May change new. */
	int (*check)(struct request *q, const void *old, void *new);
	/* In the writing closure, after the row was written. */
	int (*changed)(struct request *q, struct db *db, const void *old, const void *new, struct fault *f);
	/* Values the server gives when a row is made (owner, moment). */
	void (*fill)(struct request *q, void *new);
	bool silent;  /* no events */
	bool imports; /* POST path/import takes CSV or XLSX of its fields */
};
/* Mounted for each resource: GET path (json; ?format=csv|xlsx exports all rows of the filter), POST path, GET/PATCH/DELETE path/{id}. */

/* Inside handlers: */
/* The row by id within reach, or ENOENT. */
int resource_find(const struct resource *r, struct request *q, int64_t id, void *row) MUST_USE;
/* store_write with the request's things. */
int request_write(struct request *q, store_fn *fn, void *arg) MUST_USE;
/* Audit and event of a change made by a handler of its own; in the closure. */
int request_changed(struct request *q, struct db *db, const struct resource *r, const char *verb, const void *old,
        const void *new, struct fault *f) MUST_USE;
/* Answer with shape_to_json of row. */
void request_give(struct request *q, const struct shape *s, const void *row);

/* What a domain folder offers; server/modules.c lists them all. */
struct job_kind;
struct module {
	const char *name;
	const struct resource *const *resources;        /* NULL-ended, or NULL */
	const struct route *routes;                     /* ended by a zero row, or NULL */
	const struct job_kind *jobs;                    /* ended by a zero row, or NULL */
	int (*start)(struct app *app, struct fault *f); /* after migration, before the first request; or NULL */
	void (*stop)(struct app *app);
};

struct router;
/* EINVAL, naming the row, when a row lacks a right, two rows share method and path, or an entity is ill-made. */
int router_new(const struct module *const *modules, size_t n, struct router **ret, struct fault *f) MUST_USE;
void router_free(struct router *r);
/* Resolve and run. The request's http answer is complete afterwards. worker */
void router_serve(const struct router *r, struct request *q);
bool router_wants_upload(const struct router *r, enum http_method method, str path);
/* Each mounted route, for OpenAPI, the authorisation matrix and tests. */
size_t router_count(const struct router *r);
const struct route *router_at(const struct router *r, size_t i, const struct resource **ret_resource);
void router_openapi(const struct router *r, struct text *t);

/* The one place where a failure becomes a status. */
int http_status_of(int err);

#endif
