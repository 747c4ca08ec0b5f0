/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inbound_priv.h - what inbound.c (numbers and queues) and ivr.c (flows) share of a call to us, or of one we dialled that walks through a flow. */
#ifndef EXCHANGE_INBOUND_PRIV_H
#define EXCHANGE_INBOUND_PRIV_H

#include "callflow/spoken.h"
#include "exchange/house.h"

struct flow_table;
struct own_words;

/* A queue outlives its row while somebody waits in it. */
struct queue {
	struct le le;
	int64_t id, project;
	struct queue_rules rules;
	struct queue_seen seen;
	int64_t last_id;        /* whom its last call went to */
	char *offer, *thanks;   /* words of the offer to be called back, and for whom takes it; NULL: none */
	int64_t announce_ms;    /* so often who waits hears his place; 0: never */
	enum language language; /* in which */
	bool has_members, told; /* told: in the list being taken over */
};
struct inbound {
	struct le le; /* of those who wait */
	struct line *line;
	struct queue *queue;     /* NULL: of one we dialled, before a step led it to one */
	struct flow_table *flow; /* what it walks through; NULL: straight to the queue */
	struct flow_run run;
	struct own_words *own;           /* said in this call alone; NULL: nothing is */
	bool leaves_word;                /* the caller speaks for our recording */
	int64_t since;                   /* its place; 0: never in a queue */
	int64_t operator_id;             /* with whom he spoke last; 0: not known */
	int64_t avoids, avoids_until;    /* who gave it to the queue, and until when he does not get it back; 0: nobody */
	struct seat *rings[QUEUE_RINGS]; /* at whose seats it rings */
	size_t n_rings;
	bool unanswered;  /* one of them did not take it */
	uint64_t lot;     /* for a queue that draws */
	int64_t taken_at; /* out of this queue; 0: not yet */
	bool waits;
	bool offered, offering;   /* he heard that he may be called back; hears it now */
	bool leaves_ticket;       /* he took it: thanks, and the call ends */
	struct tel_saying *place; /* his place, while it is being made; NULL */
	bool hears_place;         /* it plays */
	int64_t place_at;         /* when he hears it next */
};

struct queue *queue_find(int64_t id);                             /* borrowed; NULL */
struct flow_table *flow_find(int64_t id);                         /* the same */
bool inbound_serves(const struct seat *s, const struct queue *q); /* with whatever skill */
/* His place among those who wait in the same queue, from 1; who is to be called back counts. */
int64_t inbound_place(const struct inbound *in);
struct queue_operator inbound_operator(const struct queue *q, const struct seat *s); /* as the queue sees him */
void announce_begin(struct inbound *in);                                             /* he waits from now on, with music */
void announce_end(struct inbound *in);                                               /* he waits no more */
struct inbound *inbound_of(struct line *l); /* made when it has none; NULL: no memory */
void inbound_wait(struct line *l); /* it waits in in->queue, or somebody takes it at once; without a queue it ends */
struct own_words *ivr_own_words(const struct message_rows *rows); /* made at once, while it rings; NULL: none */
void inbound_leave(struct inbound *in);                           /* it waits no more */
struct seat *inbound_best(struct inbound *in);                    /* of those who are free; NULL: nobody is */

/* ring.c */
bool ring_has_room(const struct inbound *in);     /* may it ring at one more seat? */
void ring_at(struct inbound *in, struct seat *s); /* he is free */
void ring_begin(struct inbound *in);              /* at as many of those who are free as may be */
void ring_end(struct inbound *in);                /* it waits no more: nowhere */

/* offer.c: to be called back instead of waiting. */
void offer_watch(struct inbound *in, int64_t now); /* once a second while it waits */
bool offer_tick(struct line *l);                   /* true: what is heard now is the offer's business */
bool offer_digit(struct line *l, char digit);      /* true: the key was an answer to it */
void offer_take(struct line *l, struct queue *q);  /* he wants it, out of this queue */

/* tickets.c: those who are to be called back, as app told them. */
/* How many of them are before who waits in q like w. */
int64_t ticket_before(const struct queue *q, const struct queue_waiter *w, int64_t now);
/* Is a ticket next for him, before the caller (NULL: nobody)? Then he is held for it and app is told. */
bool ticket_turn(struct seat *s, const struct queue_waiter *caller);

#endif
