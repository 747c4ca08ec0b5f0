/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relay.c - two offsets, chosen anew whenever the source does not go on from where it was. */
#include "engine/tel/relay.h"

enum { JUMP_PACKETS = 100, JUMP_CLOCK = 8000 * 60 };

static void follow(struct tel_relay *r, const struct tel_stream *next, uint16_t seq, uint32_t ts)
{
	r->follows = true;
	r->first = next->seq;
	r->seq_add = (uint16_t)(next->seq - seq);
	r->ts_add = next->ts - ts;
}

/* Packets ahead of what the stream sends next; negative: behind. */
static int ahead(const struct tel_relay *r, const struct tel_stream *next, uint16_t seq)
{
	return (int16_t)(uint16_t)(seq + r->seq_add - next->seq);
}

/* A step forward in packets whose clock goes back, or far forward, is another clock. */
static bool goes_on(const struct tel_relay *r, const struct tel_stream *next, uint16_t seq, uint32_t ts)
{
	int packets = ahead(r, next, seq);
	int32_t clock = (int32_t)(ts + r->ts_add - next->ts);

	if (packets < -JUMP_PACKETS || packets > JUMP_PACKETS)
		return false;
	return packets < 0 || (clock >= 0 && clock < JUMP_CLOCK);
}

bool tel_relay_number(struct tel_relay *r, struct tel_stream *next, uint16_t *seq, uint32_t *ts, uint32_t length)
{
	if (!r->follows || !goes_on(r, next, *seq, *ts))
		follow(r, next, *seq, *ts);
	*seq = (uint16_t)(*seq + r->seq_add);
	*ts += r->ts_add;
	if ((int16_t)(uint16_t)(*seq - next->seq) < 0)
		return (int16_t)(uint16_t)(*seq - r->first) >= 0;
	next->seq = (uint16_t)(*seq + 1);
	next->ts = *ts + length;
	return true;
}

void tel_relay_skip(struct tel_relay *r, const struct tel_stream *next, uint16_t seq)
{
	int packets = ahead(r, next, seq);

	if (r->follows && packets >= 0 && packets <= JUMP_PACKETS)
		r->seq_add = (uint16_t)(next->seq - seq - 1);
}
