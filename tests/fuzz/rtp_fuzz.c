/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp_fuzz.c - a sender of RTP that is well-formed and does as it likes with everything else: numbers and times that jump, sources that change,
 * payload types nobody agreed on, extensions, contributing sources and padding that lie, and the far end of our relay in another state. Where
 * media_fuzz.c is mostly stopped at the header, this comes to the jitter buffer and the codecs.
 *
 * The input is steps of eight octets, with payload after them. What is counted must add up, and a tick gives each leg's frame. */
#include "engine/tel/bridge.h"
#include "engine/tel/jitter.h"
#include "engine/tel/re.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int64_t sends, came;

static int sent(void *arg, struct mbuf *mb)
{
	(void)arg;
	if (mbuf_get_left(mb) < 12 || mb->pos < 32 || (mbuf_buf(mb)[0] & 0xc0) != 0x80)
		abort(); /* whoever encrypts it needs room in front; and it is RTP, or RTCP */
	sends++;
	return 0;
}

static int reported(void *arg, struct mbuf *mb)
{
	(void)arg;
	if (mbuf_get_left(mb) < 8)
		abort();
	return 0;
}

struct sender {
	uint16_t seq;
	uint32_t ts, ssrc;
};

static struct mbuf *packet(struct sender *s, const uint8_t step[8], const uint8_t *payload, size_t n)
{
	static const uint8_t types[] = {8, 0, 111, 13, 101, 9, 127, 72};
	struct mbuf *mb = mbuf_alloc(16 + n);
	uint8_t head = (uint8_t)(0x80 | (step[0] & 0x30) |
	                         (step[0] >> 4 & (step[7] & 0x80 ? 0xf : 0))); /* padding, extension, sources */

	s->seq = (uint16_t)(s->seq + (int8_t)step[1]);
	s->ts += step[2] & 0x80 ? (uint32_t)step[2] << 24 | step[3] : 160;
	s->ssrc += step[4] == 0xff;
	mbuf_write_u8(mb, head);
	mbuf_write_u8(mb, (uint8_t)(types[step[5] % sizeof(types)] | (step[5] & 0x80)));
	mbuf_write_u16(mb, htons(s->seq));
	mbuf_write_u32(mb, htonl(s->ts));
	mbuf_write_u32(mb, htonl(s->ssrc));
	mbuf_write_mem(mb, payload, n);
	mb->pos = 0;
	return mb;
}

static void tick(struct tel_leg *const leg[2])
{
	tel_leg_tell();
	tel_leg_tick_in();
	tel_bridge_tick();
	tel_leg_tick_out();
	if (!tel_leg_in(leg[0]) || !tel_leg_in(leg[1]))
		abort();
}

static void counted(const struct tel_leg *leg)
{
	struct tel_leg_figures f;
	struct tel_sound s;

	tel_leg_figures(leg, &f);
	tel_sound_of(&(struct tel_leg_figures){0}, &f, &s);
	if (f.came < 0 || f.late < 0 || f.expected < 0 || f.jitter_ms < 0 || f.buffer_ms < 0 || f.came > came ||
	        f.buffer_ms > 20 * TEL_JITTER_SLOTS)
		abort();
	if (!(s.mos >= 0 && s.mos <= 4.5) || s.lost < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct tel_leg_way way = {.send = sent, .send_rtcp = reported};
	struct sender senders[2] = {{65530, 0xfffffff0, 7}, {1, 1, 9}};
	struct tel_leg *leg[2] = {NULL};
	struct tel_bridge *b = NULL;

	sends = came = 0;
	for (int i = 0; i < 2; i++) {
		struct tel_leg_format format = {.codec = n ? (enum tel_codec)((data[0] >> 2 * i) % TEL_CODECS) : TEL_PCMA,
		        .pt = n && (data[0] >> 2 * i) % TEL_CODECS == TEL_OPUS ? 111 : 8,
		        .event_pt = n && data[0] & 0x40 ? 0 : 101,
		        .event_clock = 8000};
		if (tel_leg_new(&leg[i], &way, NULL) || tel_leg_start(leg[i], &format))
			abort();
	}
	if (tel_bridge_new(&b, leg[1], leg[0]))
		abort();
	for (size_t at = 1; at + 8 <= n;) {
		const uint8_t *step = data + at;
		size_t room = n - at - 8, length = step[6] < room ? step[6] : room;
		int who = step[7] & 1;
		struct mbuf *mb = packet(senders + who, step, step + 8, length);
		came++;
		tel_leg_rtp(leg[who], mb);
		mem_deref(mb);
		for (int i = step[7] >> 1 & 7; i > 0; i--)
			tick(leg);
		at += 8 + length;
	}
	tick(leg);
	counted(leg[0]);
	counted(leg[1]);
	mem_deref(b);
	mem_deref(leg[0]);
	mem_deref(leg[1]);
	return 0;
}
