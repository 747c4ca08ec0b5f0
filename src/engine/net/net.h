/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.h - where we may be sent: hosts come from an administrator's settings, and still never are link-local, where clouds keep their secrets. */
#ifndef ENGINE_NET_NET_H
#define ENGINE_NET_NET_H

#include "base/str.h"

#include <stdbool.h>

struct sockaddr;
/* May a connection go there? Link-local addresses (169.254/16, fe80::/10, in any of their forms) and multicast never; loopback, private and
 * other addresses that are not of the internet only where inside is set. Any thread. */
bool net_may(const struct sockaddr *to, bool inside);

/* Addresses and networks by commas: "203.0.113.7, 10.0.0.0/8, 2001:db8::/32". Is each of them one? Is address (text) in it? Pure. */
bool net_list_good(str list);
bool net_listed(str list, str address);

#endif
