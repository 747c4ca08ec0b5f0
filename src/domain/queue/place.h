/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place.h - a call's place in a queue: since when it waits there, and how that ended; and the figures of a queue counted from them. A call that
 * goes from queue to queue has a place in each. Functions run in a writing closure unless said otherwise. */
#ifndef DOMAIN_QUEUE_PLACE_H
#define DOMAIN_QUEUE_PLACE_H

#include "callflow/call.h"
#include "kit/route/route.h"

enum place_kind { PLACE_CALL, PLACE_TRANSFER, PLACE_TICKET, PLACE_KINDS };
enum place_way {
	PLACE_ANSWERED,
	PLACE_ABANDONED,  /* he hung up, or was given up, without an operator */
	PLACE_SHORT,      /* he hung up within PLACE_SHORT_MS: counted apart, nobody could have been that fast */
	PLACE_OVERFLOWED, /* his menu led him on: to other words, another queue */
	PLACE_CALLBACK,   /* he took a ticket instead of waiting */
	PLACE_FAILED,     /* a ticket: he could not be reached */
	PLACE_WAYS
};
enum { PLACE_SHORT_MS = 5000, PLACE_TARGET_S = 20 }; /* TARGET_S: of a queue without a target of its own */

/* What a call's new state means for its place. queue_id 0: it is in no queue (an end closes its place all the same). */
struct place_step {
	int64_t call_id, project_id, queue_id, at;
	enum call_state state;
	enum call_party by; /* of the end */
	bool talked;        /* an operator had it before this state */
};
int place_follow(struct db *db, struct arena *a, const struct place_step *s, struct fault *f) MUST_USE;
/* A new place; the id goes to *ret. */
int place_enter(struct db *db, struct arena *a, int64_t call_id, int64_t project_id, int64_t queue_id, enum place_kind kind,
        int64_t at, int64_t *ret, struct fault *f) MUST_USE;
/* The open place of a call (a ticket's left out) ends. *ret_since: when it began; 0: there was none. */
int place_leave(struct db *db, struct arena *a, int64_t call_id, enum place_way way, int64_t at, int64_t *ret_since,
        struct fault *f) MUST_USE;
/* The same for a place by its id. */
int place_close(struct db *db, struct arena *a, int64_t place_id, enum place_way way, int64_t at, struct fault *f) MUST_USE;

/* Roll-ups against a recount, and made anew: parts of call_rollups_check and _recount. */
int place_counts_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f) MUST_USE;
int place_counts_recount(struct db *db, struct arena *a, struct fault *f) MUST_USE;

/* Figures of a queue today, in its project's zone. Shares in percent, below 0: nothing to divide by. */
struct queue_figures {
	int64_t queue_id, project_id, target_s;
	str name, project;
	int64_t waiting, since;   /* now; since: the moment the longest of them began, 0: nobody waits */
	int64_t operators, ready; /* at work for the queue, and free now */
	int64_t offered, answered, answered_in, abandoned, abandoned_in, short_waits, overflowed, callbacks, wait_ms;
	int64_t tickets_open, tickets_reached, tickets_failed;
	double s1, s2, s3; /* answered in time of: answered and abandoned; answered; (and abandoned in time) all offered */
};
/* Of the queues of running projects in reach. Reads only. */
int queue_figures(struct db *db, struct arena *a, const struct who *who, int64_t now, struct queue_figures **ret,
        size_t *ret_n, struct fault *f) MUST_USE;
void queue_figures_put(struct json_out *w, const struct queue_figures *q); /* an object, as QUEUE_FIGURES_SCHEMA says */
#define QUEUE_FIGURES_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"queue_id\":{\"type\":\"integer\"},\"queue\":{\"type\":\"string\"}," \
	"\"project_id\":{\"type\":\"integer\"},\"project\":{\"type\":\"string\"},\"target_s\":{\"type\":\"integer\"}," \
	"\"waiting\":{\"type\":\"integer\"},\"waiting_since\":{\"type\":[\"integer\",\"null\"]}," \
	"\"operators\":{\"type\":\"integer\"},\"ready\":{\"type\":\"integer\"},\"offered\":{\"type\":\"integer\"}," \
	"\"answered\":{\"type\":\"integer\"},\"answered_in\":{\"type\":\"integer\"},\"abandoned\":{\"type\":\"integer\"}," \
	"\"abandoned_in\":{\"type\":\"integer\"},\"short_waits\":{\"type\":\"integer\"},\"overflowed\":{\"type\":\"integer\"}," \
	"\"callbacks\":{\"type\":\"integer\"},\"wait_ms\":{\"type\":\"integer\"},\"tickets_open\":{\"type\":\"integer\"}," \
	"\"tickets_reached\":{\"type\":\"integer\"},\"tickets_failed\":{\"type\":\"integer\"}," \
	"\"s1\":{\"type\":[\"number\",\"null\"]},\"s2\":{\"type\":[\"number\",\"null\"]},\"s3\":{\"type\":[\"number\",\"null\"]}}," \
	"\"required\":[\"queue_id\",\"queue\",\"project_id\",\"project\",\"target_s\",\"waiting\",\"waiting_since\"," \
	"\"operators\",\"ready\",\"offered\",\"answered\",\"answered_in\",\"abandoned\",\"abandoned_in\",\"short_waits\"," \
	"\"overflowed\",\"callbacks\",\"wait_ms\",\"tickets_open\",\"tickets_reached\",\"tickets_failed\",\"s1\",\"s2\",\"s3\"]}"
extern const struct route queue_routes[];

#endif
