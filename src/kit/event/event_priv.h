/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event_priv.h - between the table (event.c), who may see what (watcher.c) and the hub (hub.c). */
#ifndef KIT_EVENT_EVENT_PRIV_H
#define KIT_EVENT_EVENT_PRIV_H

#include "kit/event/event.h"

/* Can what came after this position not be replayed? The events are gone; or the position is beyond now, of a database that was since
 * put back from a backup. */
int events_lost(struct db *db, struct arena *a, int64_t after, int64_t now, bool *ret, struct fault *f) MUST_USE;
/* The event as an event stream carries it. */
str event_text(const struct event_row *e, struct arena *a);

/* One stream and the person at its end. Only the hub's thread looks inside; st is NULL once the connection is gone. */
struct watcher {
	struct watcher *next;
	struct http_stream *st;
	struct arena a; /* of who and reach; made anew with each check */
	struct who who;
	struct reach projects, customers;
	int64_t at;                    /* the last event considered; below 0: from now */
	int64_t joined_ms, checked_ms; /* moments: attached; who and reach read */
};
struct watcher *watcher_new(const struct who *w, int64_t after);
void watcher_free(struct watcher *w);
/* Read again who it is and what he reaches. ENOENT when he may watch no longer: log-in ended, disabled, another role. */
int watcher_check(struct watcher *w, struct db *db, int64_t now, struct fault *f) MUST_USE;

#endif
