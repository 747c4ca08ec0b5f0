/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality.c - counting packets as RFC 3550 does, and the E-model. */
#include "engine/tel/quality.h"

#include <math.h>

enum {
	JUMP = 3000,    /* packets: more is another stream under the same name (RFC 3550 A.1) */
	STRANGE_S = 10, /* a time between two packets that says nothing about the network */
	RTT_MOST_US = 10000000,
};
#define NTP_1970 2208988800 /* seconds from 1900 */

void tel_reception_source(struct tel_reception *r)
{
	r->expected = tel_reception_expected(r);
	r->came = tel_reception_came(r);
	r->started = false;
	r->here = 0;
}

static void begin(struct tel_reception *r, uint16_t seq)
{
	if (r->started)
		tel_reception_source(r);
	r->started = true;
	r->base = r->highest = 0x10000u + seq; /* room for those before it that come later */
	r->transit = 0;
}

void tel_reception_pass(struct tel_reception *r, uint16_t seq)
{
	int ahead = (int16_t)(uint16_t)(seq - (uint16_t)r->highest);

	if (!r->started || ahead > JUMP || ahead < -JUMP)
		begin(r, seq);
	else if (ahead > 0)
		r->highest += (uint32_t)ahead;
	else if (r->highest + (uint32_t)ahead < r->base)
		r->base = r->highest + (uint32_t)ahead;
	r->here++;
}

void tel_reception_take(struct tel_reception *r, uint16_t seq, uint32_t ts, int64_t now_us, uint32_t clock)
{
	uint32_t transit = (uint32_t)((uint64_t)now_us * clock / 1000000) - ts, was = r->transit;
	int64_t d;

	tel_reception_pass(r, seq);
	r->transit = transit ? transit : 1; /* 0: no packet before */
	d = (int32_t)(transit - was);
	if (d < 0)
		d = -d;
	if (was && d < (int64_t)clock * STRANGE_S)
		r->jitter += (uint32_t)d - ((r->jitter + 8) >> 4);
}

uint64_t tel_reception_expected(const struct tel_reception *r)
{
	return r->expected + (r->started ? (uint64_t)(r->highest - r->base) + 1 : 0);
}

uint64_t tel_reception_came(const struct tel_reception *r)
{
	return r->came + r->here;
}

/* Reports -------------------------------------------------------------------------------------------------------------- */

static uint64_t ntp_of(int64_t utc_ms)
{
	return (uint64_t)(utc_ms / 1000 + NTP_1970) << 32 | (uint64_t)(utc_ms % 1000) * 4294967296u / 1000;
}

static uint32_t middle(uint64_t ntp)
{
	return (uint32_t)(ntp >> 16);
}

static void measure_round(struct tel_quality *q, const struct tel_rtcp_block *b, int64_t utc_ms)
{
	int64_t us;

	if (!b->lsr || (b->lsr != q->sent_middle && b->lsr != q->sent_before))
		return; /* an answer to a report we did not send */
	us = (int64_t)(int32_t)(middle(ntp_of(utc_ms)) - b->lsr - b->dlsr) * 1000000 / 65536;
	if (us > RTT_MOST_US || us < -20000)
		return;
	us = us < 1000 ? 1000 : us; /* two clocks of milliseconds: nothing under one */
	q->rtt_us = q->rtt_us ? q->rtt_us + (us - q->rtt_us) / 4 : us;
}

bool tel_quality_read(struct tel_quality *q, const uint8_t *p, size_t n, uint32_t own_ssrc, int64_t utc_ms, int64_t now_us)
{
	struct tel_rtcp_in in;

	if (!tel_rtcp_read(p, n, own_ssrc, &in))
		return false;
	if (in.has_sender) {
		q->peer_middle = in.ntp_middle;
		q->peer_at_us = now_us;
	}
	if (in.has_block) {
		q->far_known = true;
		q->far_lost = in.block.lost;
		q->far_jitter = in.block.jitter;
		measure_round(q, &in.block, utc_ms);
	}
	return true;
}

/* What was lost since the report before, of 256; and in all, within its 24 bits. */
static void fill_losses(struct tel_reception *r, struct tel_rtcp_block *b)
{
	uint64_t expected = tel_reception_expected(r), came = tel_reception_came(r);
	int64_t lost = (int64_t)(expected - came), due = (int64_t)(expected - r->told_expected),
	        missing = due - (int64_t)(came - r->told_came), share = due > 0 && missing > 0 ? missing * 256 / due : 0;

	b->lost = (int32_t)(lost > 0x7fffff ? 0x7fffff : lost < -0x800000 ? -0x800000 : lost);
	b->fraction = (uint8_t)(share > 255 ? 255 : share);
	r->told_expected = expected;
	r->told_came = came;
}

size_t tel_quality_write(struct tel_quality *q, struct tel_rtcp_out *o, uint32_t peer_ssrc, int64_t utc_ms, int64_t now_us,
        uint8_t p[TEL_RTCP_MAX])
{
	struct tel_rtcp_block b = {.ssrc = peer_ssrc, .highest = q->rx.highest, .jitter = q->rx.jitter >> 4};

	o->ntp = ntp_of(utc_ms);
	if (q->rx.started) {
		fill_losses(&q->rx, &b);
		if (q->peer_at_us) {
			b.lsr = q->peer_middle;
			b.dlsr = (uint32_t)((now_us - q->peer_at_us) * 65536 / 1000000);
		}
		o->block = &b;
	}
	if (o->sender) {
		q->sent_before = q->sent_middle;
		q->sent_middle = middle(o->ntp);
	}
	return tel_rtcp_write(p, o);
}

/* The E-model ---------------------------------------------------------------------------------------------------------- */

double tel_mos(double loss, double delay_ms)
{
	const double best = 93.2, concealed = 25.1, worst = 95;
	double late = delay_ms > 177.3 ? 0.11 * (delay_ms - 177.3) : 0, percent = 100 * fmin(fmax(loss, 0), 1);
	double r = best - 0.024 * delay_ms - late - worst * percent / (percent + concealed);

	r = fmin(fmax(r, 0), 100);
	return fmax(1, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r));
}
