/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media_fuzz.c - what the far end of a call may send: RTP with voice, keys and comfort noise, and RTCP, to a leg of each codec that is bridged
 * with another, recorded frame by frame. The input is packets: a length, what it is, then so many octets; between them the tick passes. */
#include "engine/tel/bridge.h"
#include "engine/tel/re.h"
#include "engine/tel/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Of the exact length, so that an octet too far is seen. */
static struct mbuf *packet_of(const uint8_t *data, size_t n)
{
	struct mbuf *mb = mbuf_alloc(n ? n : 1);

	mbuf_write_mem(mb, data, n);
	mb->pos = 0;
	return mb;
}

static int sent(void *arg, struct mbuf *mb)
{
	(void)arg;
	if (mbuf_get_left(mb) < 8 || mb->pos < 32)
		abort(); /* whoever encrypts it needs room in front */
	return 0;
}

static void pressed(char digit, void *arg)
{
	(void)arg;
	if (!strchr("0123456789*#ABCD", digit))
		abort();
}

static void take(struct tel_leg *leg, uint8_t kind, const uint8_t *data, size_t n)
{
	struct mbuf *mb = packet_of(data, n);
	struct tel_rtcp_in in;

	if (kind & 1)
		tel_leg_rtcp(leg, mb);
	else
		tel_leg_rtp(leg, mb);
	tel_rtcp_read(data, n, 0, &in);
	mem_deref(mb);
	if (!(kind & 2))
		return;
	tel_leg_tell();
	tel_leg_tick_in();
	tel_bridge_tick();
	tel_leg_tick_out();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct tel_leg_way way = {.send = sent, .send_rtcp = sent};
	const struct tel_leg_format format = {.codec = n ? (enum tel_codec)(data[0] % TEL_CODECS) : TEL_PCMA,
	        .pt = 8,
	        .event_pt = 101,
	        .event_clock = 8000};
	struct tel_leg *leg[2] = {NULL};
	struct tel_bridge *b = NULL;
	struct tel_leg_figures figures;
	struct tel_sound sound;

	for (int i = 0; i < 2; i++)
		if (tel_leg_new(&leg[i], &way, NULL) || tel_leg_start(leg[i], &format))
			abort();
	tel_leg_handle(leg[0], &(struct tel_leg_handlers){.dtmf = pressed});
	if (tel_bridge_new(&b, leg[1], leg[0]))
		abort();
	for (size_t at = 1; at + 2 <= n;) {
		size_t length = data[at] < n - at - 2 ? data[at] : n - at - 2;
		take(leg[data[at + 1] >> 7], data[at + 1], data + at + 2, length);
		at += 2 + length;
	}
	tel_leg_figures(leg[0], &figures);
	tel_sound_of(&(struct tel_leg_figures){0}, &figures, &sound);
	if (figures.jitter_ms < 0 || sound.mos < 0 || sound.mos > 4.5 || sound.far_mos > 4.5 || sound.lost < 0)
		abort();
	mem_deref(b);
	mem_deref(leg[0]);
	mem_deref(leg[1]);
	return 0;
}
