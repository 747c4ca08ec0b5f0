/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypto.h - hashes, message codes, passwords and tokens: thin over libsodium, so that one folder knows it.
 * Any thread, unless said. */
#ifndef ENGINE_CRYPTO_CRYPTO_H
#define ENGINE_CRYPTO_CRYPTO_H

#include "base/arena.h"
#include "base/fault.h"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 65 };

/* SHA-256 (FIPS 180-4). ret_hex: 64 digits and a NUL. */
void sha256(str s, uint8_t ret[SHA256_BYTES]);
void sha256_hex(str s, char ret_hex[SHA256_HEX]);
/* Piece by piece: init, add as often as needed, hex once. One thread at a time. */
struct sha256 {
	crypto_hash_sha256_state state;
};
void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);
void sha256_done(struct sha256 *h, uint8_t ret[SHA256_BYTES]);
void sha256_done_hex(struct sha256 *h, char ret_hex[SHA256_HEX]);
/* Of an open file from its position to its end; ret_bytes, unless NULL, gets how many there were. Blocks on the disk. */
int sha256_fd(int fd, char ret_hex[SHA256_HEX], int64_t *ret_bytes, struct fault *f) MUST_USE;

/* HMAC-SHA-256 (RFC 2104) with a key of 32 bytes. */
void hmac_sha256(const uint8_t key[32], str s, uint8_t ret[SHA256_BYTES]);
/* The same with a key of any length, as other programs hold it. */
void hmac_sha256_any(str key, str s, uint8_t ret[SHA256_BYTES]);
/* HMAC-SHA-1, where a protocol asks for it: passwords of relays. */
enum { SHA1_BYTES = 20 };
void hmac_sha1_any(str key, str s, uint8_t ret[SHA1_BYTES]);
struct hmac {
	crypto_auth_hmacsha256_state state;
};
void hmac_init(struct hmac *h, const uint8_t key[32]);
void hmac_add(struct hmac *h, str s);
void hmac_done(struct hmac *h, uint8_t ret[SHA256_BYTES]);

/* Equal, in a time that depends on n only. (For text: str_eq_secret.) */
bool bytes_eq_secret(const void *a, const void *b, size_t n);

/* base64url without padding (RFC 4648, section 5), in the arena. Decoding refuses anything else with the absent str. */
str base64url(struct arena *a, const void *p, size_t n);
str base64url_decode(struct arena *a, str text);

/* The same in base64 with padding (RFC 4648, section 4), as signed notes and PEM want it. */
str base64_plain(struct arena *a, const void *p, size_t n);
str base64_plain_decode(struct arena *a, str text);

/* Ed25519 (RFC 8032). The key pair is made of the 32 bytes of key_load; the public half is for everybody. */
enum { SIGN_PUBLIC = 32, SIGN_BYTES = 64 };
void sign_public(const uint8_t key[32], uint8_t ret_public[SIGN_PUBLIC]);
void sign_make(const uint8_t key[32], str s, uint8_t ret[SIGN_BYTES]);
bool sign_good(const uint8_t public[SIGN_PUBLIC], str s, const uint8_t signature[SIGN_BYTES]);

/* A secret made from the server's key: 256 bits in 43 characters and a NUL, the same for the same purpose and subject. Whoever has the
 * database alone cannot make it, so a letter can be archived without the link it carried and yet be built again byte for byte.
 * purpose is a constant ("letter link"); about must be unguessable or unique (a Message-ID). */
void token_sign(const uint8_t key[32], const char *purpose, str about, char ret_token[44]);
/* Is token what token_sign gives? Constant time. */
bool token_verify(const uint8_t key[32], const char *purpose, str about, str token);

/* Passwords: Argon2id (RFC 9106), 64 MiB, 3 passes, 1 lane, over HMAC(pepper, password); about 190 ms here. One hash at a time in the
 * process, so that talks keep their processor; PASSWORD_QUEUE more may wait, then EDQUOT "busy". The queue is half of the
 * workers: a flood of guesses never takes them all. Call outside of transactions. */
enum { PASSWORD_QUEUE = 16, PASSWORD_BYTES_MAX = 1024 };
/* The text to store ("$argon2id$v=19$m=65536,t=3,p=1$…"), in the arena. */
int password_hash(const uint8_t pepper[32], str password, struct arena *a, str *ret, struct fault *f) MUST_USE;
/* *ret_right tells whether password made stored. An absent stored costs the same and is never right: the answer for a login
 * that does not exist takes as long as for one that does. */
int password_verify(const uint8_t pepper[32], str password, str stored, bool *ret_right, struct fault *f) MUST_USE;
/* How many hashes were made or checked since the start: for tests of the limits and for /metrics. */
int64_t password_hashes(void);

/* The server's own key: 32 random bytes in a file only its owner reads, made when it is missing. EINVAL when the file has another
 * length. Once at start. */
int key_load(const char *path, uint8_t ret[32], struct fault *f) MUST_USE;

/* Overwrite n bytes in a way no compiler drops. */
void forget(void *p, size_t n);

#endif
