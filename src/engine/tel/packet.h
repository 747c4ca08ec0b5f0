/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packet.h - the memory of one datagram of sound, which goes round between the socket and the jitter buffer instead of through malloc. A packet
 * is a libre object and an mbuf: whoever keeps it refs it, and the last mem_deref gives it back to the thread it is on. Any thread. */
#ifndef ENGINE_TEL_PACKET_H
#define ENGINE_TEL_PACKET_H

#include "engine/tel/re.h"

/* A copy of n octets; one of the usual size (20 ms of G.711 or Opus, SRTP and header extensions) is a packet that goes round, others are
 * mbufs of their own. NULL: no memory. */
struct mbuf *tel_packet_new(const uint8_t *p, size_t n);
/* Free what this thread keeps; before it ends. */
void tel_packet_done(void);

#endif
