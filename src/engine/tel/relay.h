/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relay.h - the numbers of packets that are passed on as they come (docs/adr/0018): the far end of a leg sees one stream, with one SSRC,
 * whether its packets are another leg's or our own. Order, gaps and losses of the source stay visible, so that the receiver's own
 * jitter buffer does what it would do without us. Pure; no time, no sockets. */
#ifndef ENGINE_TEL_RELAY_H
#define ENGINE_TEL_RELAY_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: not following a source; the next packet continues the stream where it stands. */
struct tel_relay {
	bool follows;
	uint16_t seq_add, first; /* first: of the stream, since it follows this source */
	uint32_t ts_add;
};
/* What a stream sends next. */
struct tel_stream {
	uint16_t seq;
	uint32_t ts;
};

/* A source's packet of length clock units: seq and ts become the stream's, which moves on. A source that jumps is followed from where the
 * stream stands. False: older than what this stream sent before it followed the source; not to be sent. */
bool tel_relay_number(struct tel_relay *r, struct tel_stream *next, uint16_t *seq, uint32_t *ts, uint32_t length);
/* The source's packet is not passed on (a key, comfort noise): no gap in the numbers. */
void tel_relay_skip(struct tel_relay *r, const struct tel_stream *next, uint16_t seq);

#endif
