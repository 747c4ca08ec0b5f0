/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oauth.h - an access token for a mail server that takes no passwords: a refresh token (RFC 6749, 6), which somebody got from the provider once, is
 * handed in at the provider's token endpoint, which answers with a token for an hour or so. It keeps nothing. Any thread; blocks, 20 s at most. */
#ifndef ENGINE_MAIL_OAUTH_H
#define ENGINE_MAIL_OAUTH_H

#include "base/arena.h"
#include "base/fault.h"

enum {
	OAUTH_TOKEN_MAX = 8192,   /* bytes of a token */
	OAUTH_ANSWER_MAX = 65536, /* of the endpoint's answer: what is longer is none */
	OAUTH_LIFE_S = 600,       /* of a token whose end the endpoint does not tell */
};
struct oauth_client {
	str url;                                     /* as net_url_good takes it */
	str client_id, client_secret, refresh_token; /* client_secret may be absent */
	bool inside; /* the endpoint may stand in a closed network or on this machine (engine/net) */
};
struct oauth_token {
	str access_token;
	str refresh_token; /* absent: the one that was handed in goes on */
	int64_t life_s;
};
/* Text in the arena. Codes: oauth_name, oauth_inside, oauth_endpoint (not reached, or it fails: 5xx, 429), oauth_certificate, oauth_redirect (never followed: what is
 * handed in is for this address alone), oauth_answer (it says what is no token). EACCES "oauth_refused": it does not accept what was handed in,
 * and will not until a person does something. */
int oauth_renew(const struct oauth_client *c, struct arena *a, struct oauth_token *ret, struct fault *f) MUST_USE;

/* What a client says first to a server that asks for such a token, before base64: XOAUTH2 as Google and Microsoft describe it; OAUTHBEARER, RFC 7628. In the arena. */
str oauth_xoauth2(struct arena *a, str login, str token);
str oauth_bearer(struct arena *a, str login, str token, const char *host, int port);

#endif
