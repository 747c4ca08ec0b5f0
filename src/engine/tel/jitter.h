/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jitter.h - puts packets in order and hands one out per tick. It starts with two packets of delay (40 ms), adds one when
 * packets come too late, and gives it back when there was more than enough for five seconds; so a clock that runs fast
 * or slow is followed too. What a burst left behind for a second is dropped: nobody talks with a delay of a second. A steady one does none of this: it
 * begins with TEL_JITTER_STEADY packets and leaves out nothing, since a modem hears every cut. Loop thread. */
#ifndef ENGINE_TEL_JITTER_H
#define ENGINE_TEL_JITTER_H

#include <stdbool.h>
#include <stdint.h>

struct mbuf;

enum { TEL_JITTER_SLOTS = 64, TEL_JITTER_LEAST = 2, TEL_JITTER_MOST = 10, TEL_JITTER_STEADY = 6 };

/* Zeroed is empty and ready. */
struct tel_jitter {
	struct mbuf *slots[TEL_JITTER_SLOTS]; /* by seq modulo */
	uint64_t passed;                      /* which of them have no audio to come */
	uint16_t next;                        /* the seq to hand out */
	bool started, filling, played;
	bool steady;                    /* kept by a reset */
	int held, target;               /* packets */
	int window, window_min, lates;  /* of the present five seconds */
	int burst;                      /* ticks for which more was held than it ever wants */
	uint64_t n_late, n_lost, n_got; /* since the start */
};

enum tel_jitter_got {
	TEL_JITTER_EMPTY,  /* nothing to play: silence */
	TEL_JITTER_LOST,   /* this one never came, later ones did: conceal */
	TEL_JITTER_PACKET, /* *ret is the caller's reference */
};

/* Take a reference to mb (its position at the payload) unless it is late or twice. */
void tel_jitter_put(struct tel_jitter *j, uint16_t seq, struct mbuf *mb);
/* What came by this number is no audio (a key, comfort noise): it is not waited for. */
void tel_jitter_pass(struct tel_jitter *j, uint16_t seq);
enum tel_jitter_got tel_jitter_get(struct tel_jitter *j, struct mbuf **ret);
/* Forget everything: another source begins. */
void tel_jitter_reset(struct tel_jitter *j);

#endif
