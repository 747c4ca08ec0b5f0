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

struct app; /* kit/app/app.h: settings, hub, jobs */
struct resource;
struct route;

/* A request on its worker. */
struct request {
	struct arena *a;
	struct http_request *http;
	struct app *app;
	struct store *store;
	struct db *db;   /* for reading */
	bool one_moment; /* what db shows is of one moment: request_read_on ends that */
	struct event_hub *hub;
	const struct who *who; /* never NULL; who->role NULL for nobody */
	int64_t now;
	int64_t id[3]; /* the {id} and {…_id} of the path, in order: numbers from 1 */
	str word[3];   /* the other {…} of the path, in order: not empty */
	const struct route *route;
	const struct resource *resource; /* of a route made for one, else NULL */
	struct json in;                  /* the parsed body, absent when none */
	void *body;                      /* the body as the shape route.takes, or NULL */
	uint64_t seen;                   /* which of its fields were sent */
	struct json_out out;             /* print the answer here */
	str current;                     /* with ESTALE: the row as it is now, put into the answer beside the error */
	struct fault fault;
};

/* Rights with a meaning of their own beside the bits of domain/role. */
#define OPEN_TO_ALL ((uint64_t)1 << 63) /* no log-in needed: log-in itself, health, signed links */
#define ANY_PERSON ((uint64_t)1 << 62)  /* any logged-in person: own profile */
#define ANY_SESSION ((uint64_t)1 << 61) /* the same, or who came by a signed link: GET /me, events */

struct route {
	enum http_method method;
	const char *path;              /* below /api: "/projects/{id}/stop" */
	uint64_t right;                /* all bits must be held; never 0 */
	int (*run)(struct request *q); /* 0 or an errno value with q->fault filled */
	const char *doc;               /* one sentence for OpenAPI */
	const struct shape *takes;     /* the body; NULL: none */
	const struct shape *gives;     /* the answer; NULL: no body (204) unless gives_raw */
	bool gives_list;               /* {"rows":[…],"next":…} of gives */
	/* a content type the handler answers with itself: "text/csv", "audio/ogg", "text/event-stream", or "application/json" */
	const char *gives_raw;
	const char *
	        schema; /* the form of an "application/json" the handler prints itself: a JSON Schema, as it stands in OpenAPI */
	bool makes;     /* something new comes of it: 201 instead of 200 */
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
	const char *sort;          /* default: "-id" */
	const struct entity *list; /* read lists through this view instead (same id); NULL: entity */
	/* Conditions on rows beside the scope, as " AND (…)": for rows that belong to one of several. NULL: none. */
	void (*reach)(const struct request *q, struct query *where);
	/* Rules across fields, on the worker before the write: old NULL when made, new NULL when removed. May change new. */
	int (*check)(struct request *q, const void *old, void *new);
	/* In the writing closure: after the row was written; before it is removed, new NULL, so that what hangs on it goes first. */
	int (*changed)(struct request *q, struct db *db, const void *old, const void *new, struct fault *f);
	/* In the writing closure: writes a changed row of a view by hand, and sets its version in new. ESTALE when that moved on. NULL: the
	 * entity is a table. */
	int (*update)(struct request *q, struct db *db, struct arena *a, const void *old, void *new, struct fault *f);
	/* On the zeroed row before the body is laid over it: defaults, and what the server gives (owner, moment). */
	void (*fill)(struct request *q, void *new);
	bool silent;  /* no events */
	bool imports; /* POST path/import takes CSV or XLSX of its fields */
};
/* Mounted for each resource: GET path (json; ?format=csv|xlsx exports all rows of the filter), POST path, GET/PATCH/DELETE
 * path/{id}. {project_id} in path is a column: it filters lists and is set in what is made. Every FIELD_REF a client may set
 * is looked up in the resource of the entity it names: it must exist within reach. */

/* Inside handlers: */
/* The row by id within reach, or ENOENT. */
int resource_find(const struct resource *r, struct request *q, int64_t id, void *row) MUST_USE;
/* store_write with the request's things. */
int request_write(struct request *q, store_fn *fn, void *arg) MUST_USE;
/* For a GET that takes long, or waits for what is written meanwhile: from here on it reads what there is then. */
void request_read_on(struct request *q);
/* The row is newer than the one the client changed: ESTALE, with the row for the answer. */
int request_stale(struct request *q, const struct shape *s, const void *row) MUST_USE;
/* Give the browser its session's token, or take it away (NULL). "__Host-sid" over TLS; "sid" on plain HTTP, for loopback only. */
void request_cookie(struct request *q, const char *token);
/* Who does it, from where and when: a person, or who NULL: the program itself. */
struct by {
	const struct who *who;
	const char *peer;
	int64_t now;
};
struct by request_by(const struct request *q);
/* Audit and event of a change of a row of r that was written by hand; in the closure. */
int resource_changed(const struct resource *r, const struct by *by, struct db *db, struct arena *a, const char *verb,
        const void *old, const void *new, struct fault *f) MUST_USE;
/* The same for a handler. */
int request_changed(struct request *q, struct db *db, const struct resource *r, const char *verb, const void *old,
        const void *new, struct fault *f) MUST_USE;
/* Answer with shape_to_json of row. */
void request_give(struct request *q, const struct shape *s, const void *row);
/* A list of an entity (or a view of one) by a handler of its own: q->http's filters, sort and page over from, which holds the
 * query up to its " WHERE …" after the columns: "SELECT <entity_columns> FROM t WHERE 1 = 1 AND …". Prints rows, next, and total where it is asked for. */
int request_list(struct request *q, const struct entity *e, struct query *where, const char *sort) MUST_USE;

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
/* Is this the path of a route outside /api? */
bool router_is_public(const struct router *r, str path);
/* What proves who asks, for http_settings. epoll thread */
str request_secret(const struct http_request *q, void *arg);
bool router_wants_upload(const struct router *r, enum http_method method, str path);
/* Each mounted route, for OpenAPI, the authorisation matrix and tests. */
size_t router_count(const struct router *r);
const struct route *router_at(const struct router *r, size_t i, const struct resource **ret_resource);
/* A row of an entity as w reads it by the API, into out. ENOENT when he may not, or there is none. Reads only. */
int router_row(const struct router *r, const char *entity, struct db *db, struct arena *a, const struct who *w, int64_t id,
        int64_t now, struct json_out *out, struct fault *f) MUST_USE;
/* Has the program rows of that name? */
bool router_knows(const struct router *r, const char *entity);
void router_openapi(const struct router *r, struct text *t);

/* The one place where a failure becomes a status:
 * EINVAL 400, EKEYREJECTED 401, EACCES 403, ENOENT 404, EEXIST and EALREADY 409, ESTALE 412, EOPNOTSUPP 405, EMSGSIZE
 * and EFBIG 413, EMEDIUMTYPE 415, EDQUOT 429, EBUSY and EAGAIN 503, ETIMEDOUT 504, ENOSPC 507, anything else 500. */
int http_status_of(int err);

#endif
