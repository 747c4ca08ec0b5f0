/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ports.h - the UDP ports of audio, and the addresses we are reached at. Loop thread. */
#ifndef ENGINE_TEL_PORTS_H
#define ENGINE_TEL_PORTS_H

#include "base/fault.h"

struct mbuf;
struct sa;
struct udp_sock;

enum { TEL_ADDRESSES_MAX = 16, TEL_ADDRESS_OCTETS = 48 };

/* low..high: ports to use. public_ip: the address others are told, NULL: this machine's own. */
int tel_ports_init(int low, int high, const char *public_ip, struct fault *f) MUST_USE;
/* A socket on a free even port of the range, on all IPv4 addresses; EADDRINUSE when 64 tries found none. odd, when not NULL, gets
 * the port after it (RTCP). The handlers get what no helper took. */
int tel_ports_listen(struct udp_sock **even, struct udp_sock **odd, uint16_t *port,
        void (*rtp_h)(const struct sa *src, struct mbuf *mb, void *arg),
        void (*rtcp_h)(const struct sa *src, struct mbuf *mb, void *arg), void *arg) MUST_USE;
/* Our addresses as browsers should try them, the public one first, loopback last; NULL-ended, valid until the next call. */
const char *const *tel_ports_addresses(void);
/* This machine's first address that is not loopback (127.0.0.1 when there is none). Valid until the next call here. */
const char *tel_ports_own(void);
/* The public address, or else the one this machine uses towards peer ("192.0.2.7"). */
void tel_ports_address_for(const char *peer, char z[TEL_ADDRESS_OCTETS]);

#endif
