/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ice.h - ICE-lite (RFC 8445 section 2.5): we answer checks and never send any; the browser picks the pair. The time of the
 * last check is its consent to go on receiving (RFC 7675). Loop thread. */
#ifndef ENGINE_TEL_ICE_H
#define ENGINE_TEL_ICE_H

#include "base/str.h"
#include "engine/tel/re.h"

enum { TEL_ICE_SOURCES = 8, TEL_UFRAG = 8, TEL_PWD = 32 };

struct tel_ice {
	char ufrag[TEL_UFRAG + 1], pwd[TEL_PWD + 1]; /* ours */
	char username[320];                          /* "ours:theirs": what a check must say */
	struct sa sources[TEL_ICE_SOURCES];          /* that passed a check, the newest first */
	size_t n_sources;
	struct sa peer; /* where we send: the first that passed, then the nominated */
	bool has_peer, nominated;
	int64_t checked_ms; /* when a check last passed; 0: never */
};

/* Draw our half; theirs is their ufrag. EINVAL when it is no ice-char text of 4 to 256 (RFC 8839 section 5.4). */
int tel_ice_init(struct tel_ice *ice, str theirs) MUST_USE;

/* What a datagram is to a browser's socket. */
enum tel_ice_packet { TEL_ICE_DROP, TEL_ICE_STUN, TEL_ICE_DTLS, TEL_ICE_RTP };
enum tel_ice_packet tel_ice_kind(const struct mbuf *mb);

/* A check that came from src; answered through us when it is right. True when the peer changed or was found by it. */
bool tel_ice_check(struct tel_ice *ice, struct udp_sock *us, const struct sa *src, struct mbuf *mb);
/* Did this source pass a check? */
bool tel_ice_verified(const struct tel_ice *ice, const struct sa *src);

#endif
