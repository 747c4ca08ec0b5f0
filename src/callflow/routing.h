/* SPDX-License-Identifier: GPL-3.0-or-later */
/* routing.h - which trunks a call may take and in which order, how fast a trunk may be asked, and whether a caller number is answered less
 * than it was. Pure like call.h: times are passed in (ms of one clock). app chooses the order (domain/trunk), tel walks it (exchange/route.c). */
#ifndef CALLFLOW_ROUTING_H
#define CALLFLOW_ROUTING_H

#include "callflow/call.h"

/* DIAL_MS: a little before the call's own deadline in DIALLING (call.h), so that the trunk, not only the call, learns of the silence. */
enum { ROUTING_TRUNKS = 6, ROUTING_DIAL_MS = 9800, ROUTING_PATIENCE_MS = 4000 };

/* «Numbers that begin so go over this trunk.» */
struct routing_rule {
	int64_t project_id; /* 0: of all projects */
	int64_t trunk_id;
	str prefix;    /* "+7495"; empty: every number */
	int64_t place; /* among rules of one prefix: the least first */
};
/* The trunks for number in the order they are tried, each once; how many. A longer prefix comes before a shorter one, of one prefix the
 * project's own rule before that of all, then the place. own_trunk (0: none) is the project's rule for every number, in place 0. */
size_t routing_choose(const struct routing_rule *rules, size_t n, int64_t project_id, int64_t own_trunk, str number,
        int64_t ret[ROUTING_TRUNKS]);

/* A call that came to nothing over one trunk, while nothing rang, goes over the next: is it the trunk's fault? */
bool routing_goes_on(enum call_cause cause);
/* How long a trunk may be silent before the next is tried: its share of what is left of ROUTING_DIAL_MS since the first invitation.
 * others: how many come after it. 0: there is no time for it. */
int64_t routing_patience_ms(int64_t left_ms, size_t others);

/* New calls a second: a bucket that holds a second's worth and fills evenly, so that no second, wherever it begins, sees more than twice the
 * rate, and no burst more than the rate. */
struct bucket {
	int64_t per_s; /* 0: none; at most BUCKET_MOST, which is as good as no limit */
	int64_t room;  /* thousandths of calls */
	int64_t filled_at;
};
enum { BUCKET_MOST = 1000000 };
/* A new rate; a bucket that was never set is full. What is in it stays, or shares that go to and fro between nodes would be spent twice. */
void bucket_set(struct bucket *b, int64_t per_s, int64_t now);
/* Calls that may start now. */
int64_t bucket_room(struct bucket *b, int64_t now);
bool bucket_take(struct bucket *b, int64_t now);

/* A trunk that refuses calls is left in peace, or a storm of 503 eats a base in minutes: for as long as it asks (Retry-After), and after
 * REST_AFTER refusals in a row for 2 s, twice that each time, 64 s at most. lot: 0 to 99, up to a tenth more, so that not all who wait come
 * back at once. */
struct rest {
	int refusals; /* in a row */
	int64_t until;
};
enum { REST_AFTER = 5, REST_LEAST_MS = 2000, REST_MOST_MS = 64000, REST_ASKED_MOST_MS = 120000 };
/* It refused a call, asking to be left for asked_ms (0: it did not say). True: a rest begins, to its until. */
bool rest_refused(struct rest *r, int64_t asked_ms, int lot, int64_t now);
/* It did what a trunk is for, whatever became of the call. */
void rest_served(struct rest *r);
bool rest_on(const struct rest *r, int64_t now);

/* How often a caller number was dialled from, and answered. */
struct caller_count {
	int64_t dialled, answered;
};
enum { CALLER_LEAST_NOW = 50, CALLER_LEAST_BEFORE = 200 };
/* Is it answered less now than it was? One-sided test of two shares at 3 sigma (one false alarm in 740 looks), and by a quarter at the
 * least: a drop nobody would act on is no alarm. Fewer calls than CALLER_LEAST_… tell nothing. */
bool caller_fell(struct caller_count now, struct caller_count before);

#endif
