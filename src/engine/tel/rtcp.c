/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtcp.c - octets of RFC 3550 sections 6.4 and 6.5. */
#include "engine/tel/rtcp.h"

#include <stdio.h>
#include <string.h>

enum { SR = 200, RR = 201, SDES = 202, CNAME = 1, VERSION = 2, HEAD = 8, SENDER = 20, BLOCK = 24, NAME = 8 };

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		*p++ = (uint8_t)(v >> (24 - 8 * i));
	return p;
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The first word of a part: how many blocks, which kind, and its length in words less one. */
static uint8_t *put_head(uint8_t *p, unsigned count, unsigned kind, size_t octets)
{
	return put32(p, (uint32_t)(VERSION << 30 | count << 24 | kind << 16 | (octets / 4 - 1)));
}

static uint8_t *put_block(uint8_t *p, const struct tel_rtcp_block *b)
{
	p = put32(p, b->ssrc);
	p = put32(p, (uint32_t)b->fraction << 24 | ((uint32_t)b->lost & 0xffffff));
	p = put32(p, b->highest);
	p = put32(p, b->jitter);
	p = put32(p, b->lsr);
	return put32(p, b->dlsr);
}

static uint8_t *put_name(uint8_t *p, uint32_t ssrc)
{
	char name[NAME + 1];

	p = put_head(p, 1, SDES, 4 + 4 + 2 + NAME + 2);
	p = put32(p, ssrc);
	snprintf(name, sizeof(name), "%08x", (unsigned)ssrc);
	*p++ = CNAME;
	*p++ = NAME;
	memcpy(p, name, NAME);
	memset(p + NAME, 0, 2); /* the end of the items, to a whole word */
	return p + NAME + 2;
}

size_t tel_rtcp_write(uint8_t *p, const struct tel_rtcp_out *o)
{
	uint8_t *at =
	        put_head(p, o->block ? 1 : 0, o->sender ? SR : RR, HEAD + (o->sender ? SENDER : 0) + (o->block ? BLOCK : 0));

	at = put32(at, o->ssrc);
	if (o->sender) {
		at = put32(at, (uint32_t)(o->ntp >> 32));
		at = put32(at, (uint32_t)o->ntp);
		at = put32(at, o->ts);
		at = put32(at, o->packets);
		at = put32(at, o->octets);
	}
	if (o->block)
		at = put_block(at, o->block);
	return (size_t)(put_name(at, o->ssrc) - p);
}

static struct tel_rtcp_block get_block(const uint8_t *p)
{
	uint32_t lost = get32(p + 4) & 0xffffff;

	return (struct tel_rtcp_block){.ssrc = get32(p),
	        .fraction = p[4],
	        .lost = (int32_t)(lost & 0x800000 ? lost | 0xff000000 : lost),
	        .highest = get32(p + 8),
	        .jitter = get32(p + 12),
	        .lsr = get32(p + 16),
	        .dlsr = get32(p + 20)};
}

/* One report of n octets, its head included. */
static void take(const uint8_t *p, size_t n, uint32_t own_ssrc, struct tel_rtcp_in *ret)
{
	size_t at = HEAD;

	if (n < HEAD)
		return;
	if (p[1] == SR && n >= HEAD + SENDER) {
		ret->has_sender = true;
		ret->sender_ssrc = get32(p + 4);
		ret->ntp_middle = get32(p + 8) << 16 | get32(p + 12) >> 16;
	}
	if (p[1] == SR)
		at += SENDER;
	for (int i = p[0] & 0x1f; i > 0 && at + BLOCK <= n; i--, at += BLOCK)
		if (get32(p + at) == own_ssrc) {
			ret->has_block = true;
			ret->block = get_block(p + at);
		}
}

bool tel_rtcp_read(const uint8_t *p, size_t n, uint32_t own_ssrc, struct tel_rtcp_in *ret)
{
	struct tel_rtcp_in in = {0};
	bool any = false;

	while (n >= 4 && p[0] >> 6 == VERSION) {
		size_t length = 4 * (1 + ((size_t)p[2] << 8 | p[3]));
		if (length > n)
			break;
		any |= p[1] >= SR && p[1] <= 207; /* APP, feedback and extended reports are none of ours, but RTCP */
		if (p[1] == SR || p[1] == RR)
			take(p, length, own_ssrc, &in);
		p += length;
		n -= length;
	}
	if (any)
		*ret = in;
	return any;
}
