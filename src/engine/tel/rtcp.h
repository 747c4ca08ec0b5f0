/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtcp.h - the little of RTCP that is spoken here (RFC 3550 section 6): sender and receiver reports with one block, and a name. Written and
 * read over plain octets, so that nothing from the network reaches more code than this. Pure; any thread. */
#ifndef ENGINE_TEL_RTCP_H
#define ENGINE_TEL_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEL_RTCP_MAX = 128 };

/* What one end says of the stream it hears. */
struct tel_rtcp_block {
	uint32_t ssrc;    /* of that stream */
	uint8_t fraction; /* lost since the report before, of 256 */
	int32_t lost;     /* in all; negative: some came twice */
	uint32_t highest; /* sequence number, extended */
	uint32_t jitter;  /* units of its RTP clock */
	uint32_t lsr;     /* middle of the NTP time in the last sender report, 0: none came */
	uint32_t dlsr;    /* since then, 1/65536 s */
};

struct tel_rtcp_out {
	uint32_t ssrc;
	bool sender; /* packets went out: the next four count */
	uint64_t ntp;
	uint32_t ts, packets, octets;
	const struct tel_rtcp_block *block; /* NULL: nobody is heard */
};
/* Into at most TEL_RTCP_MAX octets; their number. */
size_t tel_rtcp_write(uint8_t *p, const struct tel_rtcp_out *o);

struct tel_rtcp_in {
	bool has_sender, has_block;
	uint32_t sender_ssrc;
	uint32_t ntp_middle;         /* of the sender report */
	struct tel_rtcp_block block; /* about own_ssrc */
};
/* What a compound packet says of the stream own_ssrc, and of its sender's clock. False for what is no RTCP; a part that lies about its length
 * ends the reading. */
bool tel_rtcp_read(const uint8_t *p, size_t n, uint32_t own_ssrc, struct tel_rtcp_in *ret);

#endif
