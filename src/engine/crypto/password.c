/* SPDX-License-Identifier: GPL-3.0-or-later */
/* password.c - Argon2id behind a gate: one hash at a time, a short queue, then "busy". */
#include "base/parse.h"
#include "engine/crypto/crypto.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

enum { PASSES = 3, MEMORY = 64 << 20 };

/* The gate is a singleton since what it guards, the processor, is one. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int waiting;
static _Atomic int64_t hashes;

static int gate_enter(struct fault *f)
{
	if (atomic_fetch_add(&waiting, 1) > PASSWORD_QUEUE) {
		atomic_fetch_sub(&waiting, 1);
		return fail(f, EDQUOT, NULL, "busy", "too many log-ins at once: try again in a few seconds");
	}
	pthread_mutex_lock(&gate);
	atomic_fetch_add(&hashes, 1);
	return 0;
}

static void gate_leave(void)
{
	pthread_mutex_unlock(&gate);
	atomic_fetch_sub(&waiting, 1);
}

/* What Argon2id sees: without the pepper, which is no part of the database, a stolen hash cannot even be guessed at. */
static void peppered(const uint8_t pepper[32], str password, char ret_hex[SHA256_HEX])
{
	uint8_t mac[SHA256_BYTES];

	hmac_sha256(pepper, password, mac);
	print_hex(mac, sizeof mac, ret_hex);
	forget(mac, sizeof mac);
}

static int checked(str password, struct fault *f)
{
	if (sodium_init() < 0)
		return fail(f, EIO, NULL, "random", "the system gives no randomness");
	if (password.n > PASSWORD_BYTES_MAX)
		return fail(f, EINVAL, "password", "too_long", "a password has at most %d bytes", PASSWORD_BYTES_MAX);
	return 0;
}

int password_hash(const uint8_t pepper[32], str password, struct arena *a, str *ret, struct fault *f)
{
	char seen[SHA256_HEX], stored[crypto_pwhash_STRBYTES];
	int err = checked(password, f);

	if (!err)
		err = gate_enter(f);
	if (err)
		return err;
	peppered(pepper, password, seen);
	if (crypto_pwhash_str_alg(stored, seen, strlen(seen), PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		err = fail(f, ENOMEM, NULL, "memory", "no memory for a password hash");
	gate_leave();
	forget(seen, sizeof seen);
	if (!err)
		*ret = str_copy(a, str_of(stored));
	return err;
}

/* The same work as checking a stored hash, for a login that has none. */
static void hash_nothing(const char seen[SHA256_HEX])
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES] = "nobody's salt";
	unsigned char out[32];

	if (crypto_pwhash(out, sizeof out, seen, strlen(seen), salt, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		forget(out, sizeof out);
}

int password_verify(const uint8_t pepper[32], str password, str stored, bool *ret_right, struct fault *f)
{
	char seen[SHA256_HEX], z[crypto_pwhash_STRBYTES] = "";
	bool right = false;
	int err = checked(password, f);

	if (!err)
		err = gate_enter(f);
	if (err)
		return err;
	peppered(pepper, password, seen);
	if (stored.p && stored.n < sizeof z) {
		memcpy(z, stored.p, stored.n);
		right = crypto_pwhash_str_verify(z, seen, strlen(seen)) == 0;
	} else {
		hash_nothing(seen);
	}
	gate_leave();
	forget(seen, sizeof seen);
	*ret_right = right;
	return 0;
}

int64_t password_hashes(void)
{
	return atomic_load(&hashes);
}
