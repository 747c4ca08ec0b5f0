/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.h - where we may be sent: hosts come from an administrator's settings, and still never are link-local, where clouds keep their secrets. */
#ifndef ENGINE_NET_NET_H
#define ENGINE_NET_NET_H

#include <stdbool.h>

struct sockaddr;
/* An address of 169.254/16 or fe80::/10, in any of its forms. Any thread. */
bool net_link_local(const struct sockaddr *sa);

#endif
