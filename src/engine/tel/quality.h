/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality.h - how a stream arrives and how it is likely to sound: reception by RFC 3550 (A.1, A.3, A.8), the round trip from RTCP, and an
 * estimate of the mean opinion by the E-model (ITU-T G.107) as Cole and Rosenbluth reduced it for VoIP (ACM SIGCOMM CCR 31(2), 2001):
 *
 *   R = 93.2 - Id - Ie,eff      Id = 0.024 d + 0.11 (d - 177.3) for d over 177.3 ms, one way
 *   Ie,eff = Ie + (95 - Ie) Ppl / (Ppl + Bpl)      Ie 0, Bpl 25.1: G.711 with loss concealment (ITU-T G.113 appendix I)
 *   MOS = 1 + 0.035 R + 7e-6 R (R - 60) (100 - R)
 *
 * 4.4 is a faultless telephone line; under 3.6 many complain, under 3.1 nearly all (G.107 annex B). Opus has no figures of ITU-T and is
 * taken for G.711: it hears loss about as well. Pure; time is given. */
#ifndef ENGINE_TEL_QUALITY_H
#define ENGINE_TEL_QUALITY_H

#include "engine/tel/rtcp.h"

/* Of the stream one end hears. Zeroed: nothing came yet. */
struct tel_reception {
	bool started;
	uint32_t base, highest;  /* sequence numbers, extended */
	uint64_t here;           /* packets of this source */
	uint64_t expected, came; /* of the sources before */
	uint32_t transit;        /* of the last packet, clock units */
	uint32_t jitter;         /* 16 times the estimate, clock units */
	uint64_t told_expected, told_came;
};
/* A packet of audio: its numbers, when it came, and how many units the RTP clock has in a second. */
void tel_reception_take(struct tel_reception *r, uint16_t seq, uint32_t ts, int64_t now_us, uint32_t clock);
/* A packet without audio in the same numbers (a key, comfort noise). */
void tel_reception_pass(struct tel_reception *r, uint16_t seq);
/* Another source begins: its numbers have nothing to do with those before. */
void tel_reception_source(struct tel_reception *r);
uint64_t tel_reception_expected(const struct tel_reception *r);
uint64_t tel_reception_came(const struct tel_reception *r);

/* One leg: what comes, and what its far end says of what we send. Zeroed: nothing known. */
struct tel_quality {
	struct tel_reception rx;
	uint32_t peer_middle, sent_middle, sent_before; /* of sender reports: the far end's last, our last two */
	int64_t peer_at_us;                             /* when that one came */
	int64_t rtt_us;                                 /* smoothed; 0: not known */
	bool far_known;
	int32_t far_lost;
	uint32_t far_jitter; /* clock units */
};
/* The far end's reports, about the stream own_ssrc. False: no RTCP. */
bool tel_quality_read(struct tel_quality *q, const uint8_t *p, size_t n, uint32_t own_ssrc, int64_t utc_ms, int64_t now_us);
/* Our report: o has ssrc, and with sender its ts, packets and octets. peer_ssrc is that of rx. Returns octets in p. */
size_t tel_quality_write(struct tel_quality *q, struct tel_rtcp_out *o, uint32_t peer_ssrc, int64_t utc_ms, int64_t now_us,
        uint8_t p[TEL_RTCP_MAX]);

/* 1 to 4.4 for a share of packets lost (0 to 1) and a delay from mouth to ear. */
double tel_mos(double loss, double delay_ms);

#endif
