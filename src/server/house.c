/* SPDX-License-Identifier: GPL-3.0-or-later */
/* house.c - routes of the house itself. */
#include "server/house.h"

#include "base/clock.h"
#include "base/parse.h"
#include "kit/app/app.h"

static str openapi;

void house_openapi_set(str document)
{
	openapi = document;
}

/* The process answers: nothing else is looked at. */
static int healthz(struct request *q)
{
	text_lit(q->out.t, "{\"ok\":true}");
	return 0;
}

/* It can serve: the database answers. */
static int readyz(struct request *q)
{
	struct val one;
	int err = db_one(q->db, q->a, "SELECT 1", NO_VALS, &one, 1, &q->fault);

	if (err)
		return EBUSY;
	text_lit(q->out.t, "{\"ok\":true}");
	return 0;
}

static int describe(struct request *q)
{
	text_add(q->out.t, openapi);
	return 0;
}

/* A browser that comes back sends Last-Event-ID; a page that just loaded its snapshot says ?after=. */
static int events(struct request *q)
{
	str last = http_header(q->http, "Last-Event-ID"), after = http_param(q->http, "after");
	int64_t from = -1;
	int err;

	if (!last.p)
		last = after;
	if (last.p && !parse_int(last, 0, INT64_MAX, &from))
		return fail(&q->fault, EINVAL, "after", "type", "after must be a position: a whole number");
	err = event_hub_attach(q->hub, q->app->http, q->db, q->who, from, &q->http->stream, &q->fault);
	q->http->type = "text/event-stream";
	return err == ENOENT ? EKEYREJECTED : err;
}

static const struct route routes[] = {{HTTP_GET, "/healthz", OPEN_TO_ALL, healthz, "Is the process alive",
                                              .gives_raw = "application/json", .public_path = true},
        {HTTP_GET, "/readyz", OPEN_TO_ALL, readyz, "Can it serve: does the database answer", .gives_raw = "application/json",
                .public_path = true},
        {HTTP_GET, "/metrics", OPEN_TO_ALL, house_metrics, "Figures for Prometheus: from this machine, or who may set up",
                .gives_raw = "text/plain", .public_path = true},
        {HTTP_GET, "/openapi.json", OPEN_TO_ALL, describe, "This document", .gives_raw = "application/json"},
        {HTTP_GET, "/events", ANY_SESSION, events, "What changes from now on, as server-sent events",
                .gives_raw = "text/event-stream"},
        {0}};

/* Every hour: what nobody can use any more. */

static int drop_sessions(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const int64_t *now = arg;

	(void)a;
	return db_run(db, "DELETE FROM session WHERE expires_at < ?1", VALS(V(*now)), NULL, f);
}

static int tidy(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t now = clock_ms();
	int err = event_purge(app->store, now, f);

	(void)job;
	return err ? err : store_write(app->store, db, a, drop_sessions, &now, f);
}

static const struct job_kind jobs[] = {{.name = "tidy",
                                               .run = tidy,
                                               .base_ms = CLOCK_MINUTE,
                                               .every_ms = CLOCK_HOUR,
                                               .doc = "Drops old events and spent sessions"},
        {0}};

const struct module house_module = {.name = "house", .routes = routes, .jobs = jobs};
