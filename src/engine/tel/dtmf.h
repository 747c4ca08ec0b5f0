/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dtmf.h - telephone events (RFC 4733): reading them with each key reported once, and sending a queue of digits. Loop thread. */
#ifndef ENGINE_TEL_DTMF_H
#define ENGINE_TEL_DTMF_H

#include "base/str.h"

enum { TEL_DTMF_QUEUE = 64, TEL_EVENT_SIZE = 4 };

/* Reading: zeroed is ready. */
struct tel_dtmf_in {
	uint32_t ts;
	bool seen;
};
/* The digit of an event packet the first time its key is seen, 0 otherwise; a packet of an earlier key that comes late is none. */
char tel_dtmf_read(struct tel_dtmf_in *d, uint32_t ts, const uint8_t *payload, size_t n);

/* Sending: zeroed is ready. One call per tick. */
struct tel_dtmf_out {
	char queue[TEL_DTMF_QUEUE];
	size_t n;
	int tick;    /* within the digit at the front */
	uint32_t ts; /* where that digit began */
};
/* EINVAL for a sign that is no key, ENOSPC when they do not fit: then none is queued. */
int tel_dtmf_queue(struct tel_dtmf_out *d, const char *digits, size_t n) MUST_USE;

/* What this tick sends for the queue. */
struct tel_dtmf_step {
	char digit;                      /* 0: nothing, audio may go */
	bool tone;                       /* within the tone (false: the pause behind it) */
	bool marker;                     /* first packet of it */
	int tick;                        /* of the digit, for tones in band */
	uint32_t ts;                     /* of the event packet */
	uint8_t payload[TEL_EVENT_SIZE]; /* of the event packet */
};
/* now_ts is the RTP time of this tick in the stream's clock, tick_ts the length of a tick in the event's clock. */
void tel_dtmf_step(struct tel_dtmf_out *d, uint32_t now_ts, uint32_t tick_ts, struct tel_dtmf_step *ret);

#endif
