/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.c - which addresses we may be sent to. */
#include "engine/net/net.h"
#include "base/parse.h"

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

/* An address as 16 bytes: IPv4 as its mapped form. False: it is none. ret_bits: how many of them an address of its kind has before its own. */
static bool bytes_of(str text, uint8_t ret[16], int *ret_bits)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char z[INET6_ADDRSTRLEN + 1];

	if (!text.n || text.n >= sizeof z)
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = 0;
	memcpy(ret, mapped, sizeof mapped);
	*ret_bits = 96;
	if (inet_pton(AF_INET, z, ret + 12) == 1)
		return true;
	*ret_bits = 0;
	return inet_pton(AF_INET6, z, ret) == 1;
}

static bool network(str text, uint8_t ret[16], int *ret_bits)
{
	str address;
	int64_t bits = 128;
	int before;

	str_cut(&text, '/', &address);
	if (!bytes_of(address, ret, &before) || (text.p && !parse_int(text, 0, 128 - before, &bits)))
		return false;
	*ret_bits = text.p ? before + (int)bits : 128;
	return true;
}

static bool begins_alike(const uint8_t *a, const uint8_t *b, int bits)
{
	int rest = bits % 8;

	if (memcmp(a, b, (size_t)bits / 8) != 0)
		return false;
	return !rest || (a[bits / 8] ^ b[bits / 8]) >> (8 - rest) == 0;
}

bool net_list_good(str list)
{
	uint8_t bytes[16];
	str part;
	int bits;

	while (str_cut(&list, ',', &part))
		if (!network(str_trim(part), bytes, &bits))
			return false;
	return true;
}

bool net_listed(str list, str address)
{
	uint8_t its[16], net[16];
	str part;
	int bits;

	if (!bytes_of(address, its, &bits))
		return false;
	while (str_cut(&list, ',', &part))
		if (network(str_trim(part), net, &bits) && begins_alike(its, net, bits))
			return true;
	return false;
}
