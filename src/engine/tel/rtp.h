/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp.h - plain RTP towards a trunk: a pair of ports, audio taken from the addresses the trunk named and no others.
 * Sockets are read at the loop's beat (loop.h), from a poll of their own: waking for each packet would cost more than the packet. Once
 * its source is known a socket is read by the crew (crew.h); until then, and everything else: loop thread. */
#ifndef ENGINE_TEL_RTP_H
#define ENGINE_TEL_RTP_H

#include "engine/tel/leg.h"
#include "engine/tel/re.h"

struct tel_rtp;

/* The pair of sockets and a leg over it that the caller owns; *port is ours. */
int tel_rtp_new(struct tel_rtp **ret, struct tel_leg **leg, uint16_t *port) MUST_USE;
/* Where the SDP says to send, and the address its signalling comes from: a trunk behind NAT sends from there. From the first packet of
 * either on, that packet's port is where we send. */
void tel_rtp_remote(struct tel_rtp *r, const struct sa *sdp, const struct sa *signalling);
/* SRTP from now on, both ways, with these keys of TEL_SRTP_KEY octets (RFC 3711, AES_CM_128_HMAC_SHA1_80). The own key is taken once: a
 * re-INVITE may change the far side's. */
int tel_rtp_secure(struct tel_rtp *r, const uint8_t *own, const uint8_t *far) MUST_USE;
/* Nothing in or out any more, though a bridge may still hold the leg. */
void tel_rtp_close(struct tel_rtp *r);
/* Take all packets that came; at each beat of the loop. */
void tel_rtp_beat(void);

#endif
