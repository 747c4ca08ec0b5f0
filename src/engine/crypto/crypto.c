/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypto.c - hashes, codes, tokens and the server's key. Passwords stand in password.c. */
#include "engine/crypto/crypto.h"
#include "base/parse.h"
#include "base/rand.h"

#include <fcntl.h>
#include <gnutls/crypto.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(
        crypto_hash_sha256_BYTES == SHA256_BYTES && crypto_auth_hmacsha256_KEYBYTES == 32, "libsodium is another one");

void sha256(str s, uint8_t ret[SHA256_BYTES])
{
	crypto_hash_sha256(ret, (const unsigned char *)s.p, s.n);
}

void sha256_hex(str s, char ret_hex[SHA256_HEX])
{
	uint8_t h[SHA256_BYTES];

	sha256(s, h);
	print_hex(h, sizeof h, ret_hex);
}

void sha256_init(struct sha256 *h)
{
	crypto_hash_sha256_init(&h->state);
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
	crypto_hash_sha256_update(&h->state, p, n);
}

void sha256_done(struct sha256 *h, uint8_t ret[SHA256_BYTES])
{
	crypto_hash_sha256_final(&h->state, ret);
}

void sha256_done_hex(struct sha256 *h, char ret_hex[SHA256_HEX])
{
	uint8_t sum[SHA256_BYTES];

	crypto_hash_sha256_final(&h->state, sum);
	print_hex(sum, sizeof sum, ret_hex);
}

int sha256_fd(int fd, char ret_hex[SHA256_HEX], int64_t *ret_bytes, struct fault *f)
{
	struct sha256 h;
	uint8_t piece[65536];
	int64_t bytes = 0;
	ssize_t n;

	sha256_init(&h);
	while ((n = read(fd, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(f, EIO, NULL, "file", "the file cannot be read: %s", strerror(errno));
		sha256_add(&h, piece, (size_t)n);
		bytes += n;
	}
	sha256_done_hex(&h, ret_hex);
	if (ret_bytes)
		*ret_bytes = bytes;
	return 0;
}

void hmac_sha256(const uint8_t key[32], str s, uint8_t ret[SHA256_BYTES])
{
	crypto_auth_hmacsha256(ret, (const unsigned char *)s.p, s.n, key);
}

void hmac_sha256_any(str key, str s, uint8_t ret[SHA256_BYTES])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.p, key.n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)s.p, s.n);
	crypto_auth_hmacsha256_final(&state, ret);
}

void hmac_sha1_any(str key, str s, uint8_t ret[SHA1_BYTES])
{
	if (gnutls_hmac_fast(GNUTLS_MAC_SHA1, key.p, key.n, s.p, s.n, ret))
		abort(); /* it has no memory */
}

void hmac_init(struct hmac *h, const uint8_t key[32])
{
	crypto_auth_hmacsha256_init(&h->state, key, 32);
}

void hmac_add(struct hmac *h, str s)
{
	crypto_auth_hmacsha256_update(&h->state, (const unsigned char *)s.p, s.n);
}

void hmac_done(struct hmac *h, uint8_t ret[SHA256_BYTES])
{
	crypto_auth_hmacsha256_final(&h->state, ret);
}

bool bytes_eq_secret(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

static str encode(struct arena *a, const void *p, size_t n, int variant)
{
	size_t size = sodium_base64_encoded_len(n, variant);
	char *z = arena_alloc(a, size);

	sodium_bin2base64(z, size, p, n, variant);
	return (str){z, size - 1};
}

static str decode(struct arena *a, str text, int variant)
{
	size_t n = 0, room = text.n / 4 * 3 + 3;
	unsigned char *bytes = arena_alloc(a, room);

	if (!text.p || sodium_base642bin(bytes, room, text.p, text.n, NULL, &n, NULL, variant) != 0)
		return (str){0};
	/* libsodium takes some bytes from 0x80 on for letters. */
	return str_eq(encode(a, bytes, n, variant), text) ? (str){(char *)bytes, n} : (str){0};
}

str base64url(struct arena *a, const void *p, size_t n)
{
	return encode(a, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

str base64url_decode(struct arena *a, str text)
{
	return decode(a, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

str base64_plain(struct arena *a, const void *p, size_t n)
{
	return encode(a, p, n, sodium_base64_VARIANT_ORIGINAL);
}

str base64_plain_decode(struct arena *a, str text)
{
	return decode(a, text, sodium_base64_VARIANT_ORIGINAL);
}

void sign_public(const uint8_t key[32], uint8_t ret_public[SIGN_PUBLIC])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(ret_public, secret, key);
	forget(secret, sizeof secret);
}

void sign_make(const uint8_t key[32], str s, uint8_t ret[SIGN_BYTES])
{
	uint8_t public[SIGN_PUBLIC], secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(public, secret, key);
	crypto_sign_detached(ret, NULL, (const unsigned char *)s.p, s.n, secret);
	forget(secret, sizeof secret);
}

bool sign_good(const uint8_t public[SIGN_PUBLIC], str s, const uint8_t signature[SIGN_BYTES])
{
	return crypto_sign_verify_detached(signature, (const unsigned char *)s.p, s.n, public) == 0;
}

void token_sign(const uint8_t key[32], const char *purpose, str about, char ret_token[44])
{
	crypto_auth_hmacsha256_state h;
	uint8_t mac[SHA256_BYTES];

	/* The NUL after purpose keeps ("a", "bc") and ("ab", "c") apart. */
	crypto_auth_hmacsha256_init(&h, key, 32);
	crypto_auth_hmacsha256_update(&h, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_auth_hmacsha256_update(&h, (const unsigned char *)about.p, about.n);
	crypto_auth_hmacsha256_final(&h, mac);
	sodium_bin2base64(ret_token, 44, mac, sizeof mac, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool token_verify(const uint8_t key[32], const char *purpose, str about, str token)
{
	char right[44];

	token_sign(key, purpose, about, right);
	return str_eq_secret(str_of(right), token);
}

static int key_read(int fd, uint8_t ret[32], struct fault *f)
{
	uint8_t bytes[33];
	ssize_t n = read(fd, bytes, sizeof bytes);

	if (n != 32)
		return fail(f, EINVAL, NULL, "key", "the key file must hold 32 bytes: restore it from the backup");
	memcpy(ret, bytes, 32);
	return 0;
}

/* Written beside and linked into place, so that two processes starting at once end up with one key, and never half of one. */
static int key_make(const char *path, struct fault *f)
{
	struct arena a = {0};
	uint8_t bytes[32];
	str beside = str_printf(&a, "%s.%d", path, (int)getpid());
	int fd = open(beside.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), err = 0;

	rand_bytes(bytes, sizeof bytes);
	if (fd < 0 || write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes || fsync(fd) != 0)
		err = fail(f, errno, NULL, "key", "the key file cannot be written: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	if (!err && link(beside.p, path) != 0 && errno != EEXIST)
		err = fail(f, errno, NULL, "key", "the key file cannot be put in place: %s", strerror(errno));
	unlink(beside.p);
	arena_free(&a);
	return err;
}

int key_load(const char *path, uint8_t ret[32], struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;

	if (fd < 0 && errno == ENOENT) {
		err = key_make(path, f);
		fd = err ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	}
	if (!err && fd < 0)
		err = fail(f, errno, NULL, "key", "the key file cannot be opened: %s", strerror(errno));
	if (!err)
		err = key_read(fd, ret, f);
	if (fd >= 0)
		close(fd);
	return err;
}

void forget(void *p, size_t n)
{
	sodium_memzero(p, n);
}
