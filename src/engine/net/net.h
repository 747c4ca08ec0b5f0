/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.h - where we may be sent: hosts come from an administrator's settings, and still never are link-local, where clouds keep their secrets. */
#ifndef ENGINE_NET_NET_H
#define ENGINE_NET_NET_H

#include <stdbool.h>

struct sockaddr;
/* May a connection go there? Link-local addresses (169.254/16, fe80::/10, in any of their forms) and multicast never; loopback, private and
 * other addresses that are not of the internet only where inside is set. Any thread. */
bool net_may(const struct sockaddr *to, bool inside);

#endif
