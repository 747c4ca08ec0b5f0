/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packet.h - the memory of one datagram, which goes round between the socket and the jitter buffer instead of through malloc. A packet is a
 * libre object and an mbuf: whoever keeps it refs it, and the last mem_deref gives it back to the thread it is on. Any thread. */
#ifndef ENGINE_TEL_PACKET_H
#define ENGINE_TEL_PACKET_H

#include "engine/tel/re.h"

/* Longest datagram taken: 120 ms of G.711 with SRTP and header extensions. What is longer is dropped. */
enum { TEL_PACKET_ROOM = 1488 };

/* Empty, with all its room. NULL: no memory. */
struct mbuf *tel_packet_new(void);

#endif
