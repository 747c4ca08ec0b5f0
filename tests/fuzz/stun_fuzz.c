/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stun_fuzz.c - what comes to a browser's port before anybody is trusted: STUN as libre reads it, and what we make of it. */
#include "engine/tel/ice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct tel_ice ice;
	static struct udp_sock *us;
	struct sa src, local;
	struct mbuf *mb;

	if (!us) {
		sa_set_str(&local, "127.0.0.1", 0);
		if (libre_init() || tel_ice_init(&ice, STR("peer")) || udp_listen(&us, &local, NULL, NULL))
			abort();
		snprintf(ice.username, sizeof(ice.username), "ours:peer");
		snprintf(ice.pwd, sizeof(ice.pwd), "0123456789abcdef0123456789abcdef");
	}
	sa_set_str(&src, "127.0.0.1", 9);
	mb = mbuf_alloc(n ? n : 1);
	mbuf_write_mem(mb, data, n);
	mb->pos = 0;
	if (tel_ice_kind(mb) == TEL_ICE_STUN)
		tel_ice_check(&ice, us, &src, mb);
	mem_deref(mb);
	return 0;
}
