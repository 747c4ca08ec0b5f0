/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtcp_fuzz.c - reports of the far end: any octets, compounds made of parts whose lengths are mostly right, and what we write ourselves, which
 * must be read back as it was said. */
#include "engine/tel/leg.h"
#include "engine/tel/re.h"
#include "engine/tel/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { OURS = 0x01020304, PARTS = 6 };

static int sent(void *arg, struct mbuf *mb)
{
	(void)arg, (void)mb;
	return 0;
}

/* Of the exact length, so that an octet too far is seen. */
static void take(struct tel_leg *leg, const uint8_t *p, size_t n)
{
	struct mbuf *mb = mbuf_alloc(n ? n : 1);
	struct tel_rtcp_in in = {0};

	mbuf_write_mem(mb, p, n);
	mb->pos = 0;
	if (tel_rtcp_read(mb->buf, n, OURS, &in) && in.has_block && in.block.ssrc != OURS)
		abort(); /* what is said of others is not of us */
	tel_leg_rtcp(leg, mb);
	mem_deref(mb);
}

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* What we say ourselves, read by the other side. */
static void ours(const uint8_t *p)
{
	struct tel_rtcp_block block = {.ssrc = OURS,
	        .fraction = p[0],
	        .lost = (int32_t)(word(p + 1) & 0xffffff) - 0x800000,
	        .highest = word(p + 4),
	        .jitter = word(p + 8),
	        .lsr = word(p + 12),
	        .dlsr = word(p + 16)};
	struct tel_rtcp_out out = {.ssrc = word(p + 20),
	        .sender = p[24] & 1,
	        .ntp = (uint64_t)word(p + 4) << 32 | word(p + 8),
	        .ts = word(p + 12),
	        .packets = p[25],
	        .octets = p[26],
	        .block = p[24] & 2 ? &block : NULL};
	struct tel_rtcp_in in = {0};
	uint8_t octets[TEL_RTCP_MAX];
	size_t n = tel_rtcp_write(octets, &out);

	if (n > TEL_RTCP_MAX || n % 4 || !tel_rtcp_read(octets, n, OURS, &in) || in.has_block != (out.block != NULL) ||
	        in.has_sender != out.sender)
		abort();
	if (in.has_block &&
	        (in.block.fraction != block.fraction || in.block.lost != block.lost || in.block.highest != block.highest ||
	                in.block.jitter != block.jitter || in.block.lsr != block.lsr || in.block.dlsr != block.dlsr))
		abort();
	if (in.has_sender && (in.sender_ssrc != out.ssrc || in.ntp_middle != (uint32_t)(out.ntp >> 16)))
		abort();
}

/* Parts one after another, each with a head that fits it, unless the input says otherwise. */
static void compound(struct tel_leg *leg, const uint8_t *data, size_t n)
{
	uint8_t all[PARTS * 264];
	size_t length = 0;

	for (int i = 0; i < PARTS && n >= 4; i++) {
		size_t words = data[1] % 64, octets = words * 4 < n - 4 ? words * 4 : (n - 4) & ~(size_t)3;
		uint8_t *p = all + length;
		p[0] = (uint8_t)(0x80 | (data[0] & 0x3f));
		p[1] = (uint8_t)(200 + data[2] % 8);
		p[2] = 0;
		p[3] = (uint8_t)(data[3] & 0x80 ? data[3] : octets / 4);
		memcpy(p + 4, data + 4, octets);
		length += 4 + octets;
		data += 4 + octets;
		n -= 4 + octets;
	}
	take(leg, all, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct tel_leg_way way = {.send = sent, .send_rtcp = sent};
	const struct tel_leg_format format = {.codec = TEL_PCMA, .pt = 8, .event_pt = 101, .event_clock = 8000};
	struct tel_leg_figures f;
	struct tel_leg *leg = NULL;

	if (tel_leg_new(&leg, &way, NULL) || tel_leg_start(leg, &format))
		abort();
	take(leg, data, n);
	compound(leg, data, n);
	if (n >= 27)
		ours(data);
	tel_leg_figures(leg, &f);
	if (f.rtt_ms < 0 || f.far_jitter_ms < 0)
		abort();
	mem_deref(leg);
	return 0;
}
