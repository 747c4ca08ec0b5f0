/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound.c - two moments of a leg's counts, and what was between them. */
#include "engine/tel/leg.h"
#include "engine/tel/quality.h"

/* Under a second of packets nothing is said. PACKET_MS: what a packet waits for before it goes. */
enum { LEAST_PACKETS = 50, PACKET_MS = 20 };

static int64_t since(int64_t from, int64_t to)
{
	return to > from ? to - from : 0;
}

static double opinion(int64_t expected, int64_t missing, double delay_ms)
{
	return expected < LEAST_PACKETS ? 0 : tel_mos((double)missing / (double)expected, delay_ms);
}

void tel_sound_of(const struct tel_leg_figures *from, const struct tel_leg_figures *to, struct tel_sound *ret)
{
	int64_t expected = since(from->expected, to->expected);
	double way_ms = (double)to->rtt_ms / 2 + PACKET_MS;
	struct tel_sound s = {.came = since(from->came, to->came),
	        .late = since(from->late, to->late),
	        .sent = since(from->sent, to->sent),
	        .jitter_ms = to->jitter_ms,
	        .buffer_ms = to->buffer_ms,
	        .rtt_ms = to->rtt_ms,
	        .far_known = to->far_known,
	        .far_lost = since(from->far_lost, to->far_lost),
	        .far_jitter_ms = to->far_jitter_ms};

	s.lost = since(s.came, expected);
	s.mos = opinion(expected, s.lost + s.late, way_ms + (double)s.buffer_ms);
	if (s.far_known) /* its own buffer is not told: twice the jitter holds nearly all */
		s.far_mos = opinion(s.sent, s.far_lost, way_ms + 2.0 * (double)s.far_jitter_ms);
	*ret = s;
}
