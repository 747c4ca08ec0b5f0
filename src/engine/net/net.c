/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.c - which addresses we may be sent to. */
#include "engine/net/net.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

static bool may_four(uint32_t ip, bool inside)
{
	static const struct {
		uint32_t net;
		int bits;
	} closed[] = {{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8}, {0xac100000, 12},
	        {0xc0000000, 24}, {0xc0a80000, 16}, {0xc6120000, 15}};

	if (ip >> 16 == 0xa9fe || ip >> 28 >= 0xe)
		return false;
	for (size_t i = 0; i < COUNT(closed) && !inside; i++)
		if (ip >> (32 - closed[i].bits) == closed[i].net >> (32 - closed[i].bits))
			return false;
	return true;
}

static bool may_six(const struct in6_addr *ip, bool inside)
{
	static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};
	uint32_t four = (uint32_t)ip->s6_addr[12] << 24 | (uint32_t)ip->s6_addr[13] << 16 | (uint32_t)ip->s6_addr[14] << 8 |
	                ip->s6_addr[15];

	if (IN6_IS_ADDR_LINKLOCAL(ip) || IN6_IS_ADDR_MULTICAST(ip))
		return false;
	if (IN6_IS_ADDR_V4MAPPED(ip) || memcmp(ip->s6_addr, translated, sizeof translated) == 0)
		return may_four(four, inside);
	/* fc00::/7, and ::/8 with loopback and the unspecified address */
	return inside || ((ip->s6_addr[0] & 0xfe) != 0xfc && ip->s6_addr[0] != 0);
}

bool net_may(const struct sockaddr *to, bool inside)
{
	if (to->sa_family == AF_INET)
		return may_four(ntohl(((const struct sockaddr_in *)(const void *)to)->sin_addr.s_addr), inside);
	return to->sa_family == AF_INET6 && may_six(&((const struct sockaddr_in6 *)(const void *)to)->sin6_addr, inside);
}
