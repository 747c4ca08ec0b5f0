/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.h - digest authentication as a server (RFC 7616, RFC 8760): nonces that carry their own age, and the answer to one. libre knows MD5
 * only and believes any nonce. Pure functions over text. Any thread. */
#ifndef ENGINE_TEL_DIGEST_H
#define ENGINE_TEL_DIGEST_H

#include "base/str.h"

/* In the order in which they are offered: the first is preferred. */
enum tel_digest_algorithm { TEL_DIGEST_SHA256, TEL_DIGEST_MD5, TEL_DIGESTS };
extern const char *const tel_digest_names[TEL_DIGESTS]; /* "SHA-256", "MD5" */
enum { TEL_DIGEST_HEX = 65, TEL_NONCE = 80, TEL_NONCE_MS = 300000 };

/* H(login:realm:secret) or any other H(text), in hex and a NUL. */
void tel_digest_hash(enum tel_digest_algorithm algorithm, str text, char ret[TEL_DIGEST_HEX]);

/* A nonce made now for who asks from this address; good for TEL_NONCE_MS. */
void tel_nonce_make(const uint8_t key[32], str address, int64_t now, char ret[TEL_NONCE]);
/* When it was made, 0: not by us, or for another address. */
int64_t tel_nonce_made_at(const uint8_t key[32], str address, str nonce);

/* "Digest username=…, …" taken apart; a member that is not there is absent. EINVAL: none, of another algorithm, or without qop=auth. */
struct tel_digest {
	str username, realm, nonce, uri, response, cnonce, nc;
	enum tel_digest_algorithm algorithm;
	int64_t count; /* nc */
};
int tel_digest_read(str header, struct tel_digest *ret) MUST_USE;
/* Was it made with the secret behind ha1 (of its algorithm) for this method? Constant time. */
bool tel_digest_right(const struct tel_digest *d, str method, const char *ha1);

#endif
