/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event.h - what just changed, told to whoever watches: rows of the table event, written in the transaction of the change
 * and pushed to the event streams after its commit. Kept a day, so a browser that comes back replays what it missed. */
#ifndef KIT_EVENT_EVENT_H
#define KIT_EVENT_EVENT_H

#include "engine/db/store.h"
#include "engine/http/http.h"
#include "kit/access/access.h"

/* Whom it concerns: a person who reaches the project and the customer (0: none) and holds the right; or, when user_id is set,
 * that user alone. What has neither project, customer nor user is told to our own people only. */
struct event {
	const char *entity; /* "contact", "call", "seat" */
	const char *verb;   /* "created" "changed" "removed", or the entity's own */
	int64_t row_id, project_id, customer_id, user_id;
	uint64_t right; /* 0: anybody in reach */
	bool staff_only;
	str body; /* JSON object with what the watcher needs at once, or absent */
};
/* In a writing closure. */
int event_add(struct db *db, struct arena *a, const struct event *e, struct fault *f) MUST_USE;

/* An event as it stands in the table: id is its number, growing. */
struct event_row {
	int64_t id, at;
	struct event e;
};
/* Up to limit rows after a position, in order. ret holds limit rows. */
int events_read(struct db *db, struct arena *a, int64_t after, int64_t limit, struct event_row *ret, size_t *ret_n,
        struct fault *f) MUST_USE;
/* Does it concern w, who reaches these projects and customers? */
bool event_concerns(const struct event *e, const struct who *w, const struct reach *projects, const struct reach *customers);
/* Who must have every event, however long he is away: none is dropped before he had it. In writing closures. Begin: from now on, unless he reads
 * already. Move: *ret_moved false when another did meanwhile. */
int event_reader_begin(struct db *db, struct arena *a, const char *name, struct fault *f) MUST_USE;
int event_reader_move(struct db *db, const char *name, int64_t from, int64_t to, bool *ret_moved, struct fault *f) MUST_USE;
int event_reader_end(struct db *db, const char *name, struct fault *f) MUST_USE;
/* How far he is. ENOENT: he reads none. */
int event_reader_position(struct db *db, struct arena *a, const char *name, int64_t *ret, struct fault *f) MUST_USE;

/* The hub: reads new events after each commit and pushes them to the streams. One per process. */
struct event_hub;
int event_hub_start(struct store *s, struct event_hub **ret, struct fault *f) MUST_USE;
/* Ends the thread. Then stop http, which ends the streams, then free. */
void event_hub_stop(struct event_hub *h);
void event_hub_free(struct event_hub *h);
/* The position to hand out with a snapshot: events after it are not in the snapshot. */
int event_position(struct db *db, struct arena *a, int64_t *ret, struct fault *f) MUST_USE;
/* A stream for w, to be made the answer of his request: replays what he may see after position after (below 0: from now), then
 * follows. When what came after that position cannot be replayed, the stream begins with an event "lost" and follows from now: all must be
 * read again. A who whose session ends, whose role changes or who is disabled is cut within 5 s; what he reaches follows his projects as
 * fast. w is copied. worker */
int event_hub_attach(struct event_hub *h, struct http_server *server, struct db *db, const struct who *w, int64_t after,
        struct http_stream **ret, struct fault *f) MUST_USE;
/* Listeners inside the process (dialer): called on the hub's thread for each event; must only wake somebody. */
void event_hub_listen(struct event_hub *h, void (*fn)(const struct event *e, int64_t id, void *arg), void *arg);
int64_t event_hub_streams(struct event_hub *h);
/* Drop events older than a day that every reader had, in pieces. A job. */
int event_purge(struct store *s, int64_t now, struct fault *f) MUST_USE;

#endif
