/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.c - looking at addresses. */
#include "engine/net/net.h"

#include <arpa/inet.h>
#include <sys/socket.h>

bool net_link_local(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)sa)->sin_addr.s_addr) >> 16) == 0xa9fe;
	if (sa->sa_family == AF_INET6) {
		const struct in6_addr *in6 = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;

		return IN6_IS_ADDR_LINKLOCAL(in6) ||
		       (IN6_IS_ADDR_V4MAPPED(in6) && in6->s6_addr[12] == 169 && in6->s6_addr[13] == 254);
	}
	return false;
}
