/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.c - parameters by a table, hashes by OpenSSL, nonces by HMAC. */
#include "engine/tel/digest.h"

#include "base/parse.h"
#include "base/rand.h"
#include "base/text.h"
#include "engine/crypto/crypto.h"

#include <openssl/evp.h>

enum { AGE_HEX = 16, SALT = 8, MAC = 16, TEXT_MAX = 1024, COUNT_HEX = 8 };

const char *const tel_digest_names[TEL_DIGESTS] = {"SHA-256", "MD5"};

void tel_digest_hash(enum tel_digest_algorithm algorithm, str text, char ret[TEL_DIGEST_HEX])
{
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	EVP_Digest(text.p, text.n, md, &n, algorithm == TEL_DIGEST_MD5 ? EVP_md5() : EVP_sha256(), NULL);
	print_hex(md, n, ret);
}

/* Nonces ----------------------------------------------------------------------------------------------------------------- */

/* The beginning of a nonce, signed together with the address. */
static void sign(const uint8_t key[32], str begin, str address, char ret[2 * MAC + 1])
{
	char z[TEXT_MAX];
	uint8_t mac[SHA256_BYTES];
	int n = snprintf(z, sizeof(z), "%.*s %.*s", STR_ARG(begin), STR_ARG(address));

	hmac_sha256(key, (str){z, (size_t)n}, mac);
	print_hex(mac, MAC, ret);
}

void tel_nonce_make(const uint8_t key[32], str address, int64_t now, char ret[TEL_NONCE])
{
	uint8_t salt[SALT];
	char salt_hex[2 * SALT + 1], mac[2 * MAC + 1], begin[AGE_HEX + 2 * SALT + 1];

	rand_bytes(salt, sizeof(salt));
	print_hex(salt, sizeof(salt), salt_hex);
	snprintf(begin, sizeof(begin), "%016llx%s", (unsigned long long)now, salt_hex);
	sign(key, str_of(begin), address, mac);
	snprintf(ret, TEL_NONCE, "%s%s", begin, mac);
}

int64_t tel_nonce_made_at(const uint8_t key[32], str address, str nonce)
{
	size_t begin = AGE_HEX + 2 * SALT;
	char mac[2 * MAC + 1];
	uint8_t age[AGE_HEX / 2];
	int64_t at = 0;

	if (nonce.n != begin + 2 * MAC || !parse_hex(str_sub(nonce, 0, AGE_HEX), age, sizeof(age)))
		return 0;
	sign(key, str_sub(nonce, 0, begin), address, mac);
	if (!str_eq_secret(str_of(mac), str_sub(nonce, begin, nonce.n)))
		return 0;
	for (size_t i = 0; i < sizeof(age); i++)
		at = at << 8 | age[i];
	return at;
}

/* The header ------------------------------------------------------------------------------------------------------------- */

/* name=value or name="value", the quotation without its marks; escapes do not stand in what we ask for. False: the end, or nonsense. */
static bool next_pair(str *rest, str *name, str *value)
{
	size_t end;

	*rest = str_trim(*rest);
	while (rest->n && rest->p[0] == ',')
		*rest = str_trim(str_sub(*rest, 1, rest->n));
	end = str_find(*rest, '=', 0);
	if (end == rest->n)
		return false;
	*name = str_trim(str_sub(*rest, 0, end));
	*rest = str_trim(str_sub(*rest, end + 1, rest->n));
	if (rest->n && rest->p[0] == '"') {
		end = str_find(*rest, '"', 1);
		if (end == rest->n)
			return false;
		*value = str_sub(*rest, 1, end);
		*rest = str_sub(*rest, end + 1, rest->n);
		return true;
	}
	end = str_find(*rest, ',', 0);
	*value = str_trim(str_sub(*rest, 0, end));
	*rest = str_sub(*rest, end, rest->n);
	return true;
}

static const struct {
	const char *name;
	size_t at;
} members[] = {
        {"username", offsetof(struct tel_digest, username)},
        {"realm", offsetof(struct tel_digest, realm)},
        {"nonce", offsetof(struct tel_digest, nonce)},
        {"uri", offsetof(struct tel_digest, uri)},
        {"response", offsetof(struct tel_digest, response)},
        {"cnonce", offsetof(struct tel_digest, cnonce)},
        {"nc", offsetof(struct tel_digest, nc)},
};

static int algorithm_of(str name, enum tel_digest_algorithm *ret)
{
	if (!name.p)
		name = STR("MD5"); /* RFC 2069 named none */
	for (int i = 0; i < TEL_DIGESTS; i++)
		if (str_eq_nocase(name, str_of(tel_digest_names[i]))) {
			*ret = (enum tel_digest_algorithm)i;
			return 0;
		}
	return EINVAL;
}

int tel_digest_read(str header, struct tel_digest *ret)
{
	struct tel_digest d = {0};
	str scheme, name, value, algorithm = {0}, qop = {0};
	uint8_t count[COUNT_HEX / 2];

	if (!str_cut(&header, ' ', &scheme) || !str_eq_nocase(scheme, STR("Digest")))
		return EINVAL;
	while (next_pair(&header, &name, &value)) {
		for (size_t i = 0; i < COUNT(members); i++)
			if (str_eq_nocase(name, str_of(members[i].name)))
				*(str *)((char *)&d + members[i].at) = value;
		if (str_eq_nocase(name, STR("algorithm")))
			algorithm = value;
		if (str_eq_nocase(name, STR("qop")))
			qop = value;
	}
	for (size_t i = 0; i < COUNT(members); i++)
		if (!((str *)((char *)&d + members[i].at))->p)
			return EINVAL;
	if (!str_eq(qop, STR("auth")) || algorithm_of(algorithm, &d.algorithm) || d.nc.n != COUNT_HEX ||
	        !parse_hex(d.nc, count, sizeof(count)))
		return EINVAL;
	for (size_t i = 0; i < sizeof(count); i++)
		d.count = d.count << 8 | count[i];
	*ret = d;
	return 0;
}

bool tel_digest_right(const struct tel_digest *d, str method, const char *ha1)
{
	char z[TEXT_MAX], ha2[TEL_DIGEST_HEX], want[TEL_DIGEST_HEX];
	int n = snprintf(z, sizeof(z), "%.*s:%.*s", STR_ARG(method), STR_ARG(d->uri));

	if (n < 0 || n >= (int)sizeof(z))
		return false;
	tel_digest_hash(d->algorithm, (str){z, (size_t)n}, ha2);
	n = snprintf(
	        z, sizeof(z), "%s:%.*s:%.*s:%.*s:auth:%s", ha1, STR_ARG(d->nonce), STR_ARG(d->nc), STR_ARG(d->cnonce), ha2);
	if (n < 0 || n >= (int)sizeof(z))
		return false;
	tel_digest_hash(d->algorithm, (str){z, (size_t)n}, want);
	return str_eq_secret(str_of(want), d->response);
}
