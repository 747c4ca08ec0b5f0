/* SPDX-License-Identifier: GPL-3.0-or-later */
/* post.h - a POST to an address that somebody entered: the name is resolved once and the connection goes to what it gave, if we may go there
 * (net.h); no redirect is followed, no proxy asked. Any thread; blocks, 10 s at most. */
#ifndef ENGINE_NET_POST_H
#define ENGINE_NET_POST_H

#include "base/arena.h"
#include "base/fault.h"

/* Where we may be sent: https, or http on this machine; no user, no fragment. Pure. */
bool net_url_good(str url);

enum net_phase { NET_RESOLVE, NET_CONNECT, NET_SECURE, NET_ANSWER, NET_DONE };
enum { NET_PHASES = NET_DONE + 1, NET_WORDS_MAX = 500 };
extern const char *const net_phase_names[NET_PHASES + 1];

struct net_post {
	str url, body;
	const char *const *headers; /* "Name: value" */
	size_t n_headers;
	bool inside; /* it may go into a closed network or to this machine */
};
struct net_answer {
	enum net_phase phase; /* where it ended */
	bool secured;         /* over TLS */
	int status;           /* 0: none came */
	str words;            /* the first of the body, as text */
};
/* 0: it was taken, 2xx. Codes: post_url, post_inside, post_name, post_refused, post_certificate, post_tls, post_timeout, post_answer (no HTTP),
 * post_redirect, post_status. ret is filled in any case. */
int net_post(const struct net_post *p, struct arena *a, struct net_answer *ret, struct fault *f) MUST_USE;

#endif
