/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dtmf.c - a digit is 5 ticks of tone (100 ms), its end said three times, then 60 ms of pause. */
#include "engine/tel/dtmf.h"

#include <errno.h>

enum { TONE_TICKS = 5, END_TICKS = 3, PAUSE_TICKS = 3, VOLUME = 10 };
enum { STRAGGLES = 48000 }; /* a second of the fastest clock, six of the usual one */

static const char keys[] = "0123456789*#ABCD";

char tel_dtmf_read(struct tel_dtmf_in *d, uint32_t ts, const uint8_t *payload, size_t n)
{
	/* the same key again, or the end of one before it that comes late: the network changed their order */
	if (n < TEL_EVENT_SIZE || payload[0] >= sizeof(keys) - 1 || (d->seen && d->ts - ts < STRAGGLES))
		return 0;
	d->seen = true;
	d->ts = ts;
	return keys[payload[0]];
}

int tel_dtmf_queue(struct tel_dtmf_out *d, const char *digits, size_t n)
{
	if (n > TEL_DTMF_QUEUE - d->n)
		return ENOSPC;
	for (size_t i = 0; i < n; i++)
		if (!digits[i] || !strchr(keys, digits[i]))
			return EINVAL;
	memcpy(d->queue + d->n, digits, n);
	d->n += n;
	return 0;
}

static void next_digit(struct tel_dtmf_out *d)
{
	memmove(d->queue, d->queue + 1, --d->n);
	d->tick = 0;
}

void tel_dtmf_step(struct tel_dtmf_out *d, uint32_t now_ts, uint32_t tick_ts, struct tel_dtmf_step *ret)
{
	uint32_t lasted;

	*ret = (struct tel_dtmf_step){0};
	if (!d->n)
		return;
	if (d->tick == 0)
		d->ts = now_ts;
	lasted = tick_ts * (uint32_t)(d->tick < TONE_TICKS ? d->tick + 1 : TONE_TICKS);
	ret->digit = d->queue[0];
	ret->tone = d->tick < TONE_TICKS + END_TICKS;
	ret->marker = d->tick == 0;
	ret->tick = d->tick;
	ret->ts = d->ts;
	ret->payload[0] = (uint8_t)(strchr(keys, d->queue[0]) - keys);
	ret->payload[1] = (uint8_t)((d->tick >= TONE_TICKS ? 0x80 : 0) | VOLUME);
	ret->payload[2] = (uint8_t)(lasted >> 8);
	ret->payload[3] = (uint8_t)lasted;
	if (++d->tick == TONE_TICKS + END_TICKS + PAUSE_TICKS)
		next_digit(d);
}
