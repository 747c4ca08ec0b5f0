/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls.c - certificates by GnuTLS, asked for at each handshake, so that a renewed one is used without dropping anybody. */
#include "engine/http/http_priv.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

enum { CHAIN_MAX = 8 };

/* TLS 1.2 and 1.3, forward secrecy, authenticated encryption only. */
const char tls_priorities[] =
        "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+ECDHE-ECDSA:+ECDHE-RSA:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:"
        "+AEAD:+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:-SIGN-DSA-SHA1:+GROUP-X25519:+GROUP-SECP256R1:"
        "+GROUP-SECP384R1:+COMP-NULL:+CTYPE-SRV-X509:%SERVER_PRECEDENCE";

/* What was loaded once. A handshake may still read an older one, so they stay until the server ends: a few kilobytes per renewal. */
struct identity {
	struct identity *older;
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
};

struct tls {
	const char *cert, *key;
	pthread_mutex_t lock;
	struct identity *now;
};

/* The one of this process: GnuTLS gives its callback no argument. */
static _Atomic(struct tls *) the_tls;

static void identity_free(struct identity *id)
{
	for (unsigned i = 0; i < id->n; i++)
		gnutls_pcert_deinit(&id->chain[i]);
	if (id->key)
		gnutls_privkey_deinit(id->key);
	free(id);
}

static int load_chain(struct identity *id, const char *path, struct fault *f)
{
	gnutls_x509_crt_t *list = NULL;
	gnutls_datum_t pem;
	unsigned n = 0, chain = CHAIN_MAX;
	int err = gnutls_load_file(path, &pem);

	if (err < 0)
		return fail(f, EINVAL, NULL, "tls_cert", "%s: %s", path, gnutls_strerror(err));
	err = gnutls_x509_crt_list_import2(&list, &n, &pem, GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
	gnutls_free(pem.data);
	if (err >= 0)
		err = n > CHAIN_MAX ? GNUTLS_E_CERTIFICATE_LIST_UNSORTED
		                    : gnutls_pcert_import_x509_list(id->chain, list, (chain = n, &chain), 0);
	if (err >= 0)
		id->n = chain;
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	return err < 0 ? fail(f, EINVAL, NULL, "tls_cert", "%s: %s", path, gnutls_strerror(err)) : 0;
}

static int load_key(struct identity *id, const char *path, struct fault *f)
{
	gnutls_datum_t pem;
	int err = gnutls_load_file(path, &pem);

	if (err >= 0) {
		err = gnutls_privkey_init(&id->key);
		if (err >= 0)
			err = gnutls_privkey_import_x509_raw(id->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
		gnutls_memset(pem.data, 0, pem.size);
		gnutls_free(pem.data);
	}
	return err < 0 ? fail(f, EINVAL, NULL, "tls_key", "%s: %s", path, gnutls_strerror(err)) : 0;
}

/* A key of another certificate would only show at the first handshake. */
static int match(struct identity *id, struct fault *f)
{
	unsigned char ours[64], its[64];
	size_t n_ours = sizeof(ours), n_its = sizeof(its);
	gnutls_pubkey_t pub;
	int err = gnutls_pubkey_init(&pub);

	if (err >= 0) {
		err = gnutls_pubkey_import_privkey(pub, id->key, 0, 0);
		if (err >= 0)
			err = gnutls_pubkey_get_key_id(pub, GNUTLS_KEYID_USE_SHA256, ours, &n_ours);
		if (err >= 0)
			err = gnutls_pubkey_get_key_id(id->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, its, &n_its);
		gnutls_pubkey_deinit(pub);
	}
	if (err < 0 || n_ours != n_its || memcmp(ours, its, n_ours) != 0)
		return fail(f, EINVAL, NULL, "tls_key", "the key is not the certificate's");
	return 0;
}

int tls_load(struct tls *t, struct fault *f)
{
	struct identity *id = calloc(1, sizeof(*id));
	int err;

	if (!id)
		abort();
	err = load_chain(id, t->cert, f);
	if (!err)
		err = load_key(id, t->key, f);
	if (!err)
		err = match(id, f);
	if (err) {
		identity_free(id);
		return err;
	}
	pthread_mutex_lock(&t->lock);
	id->older = t->now;
	t->now = id;
	pthread_mutex_unlock(&t->lock);
	return 0;
}

int tls_new(const char *cert, const char *key, struct tls **ret, struct fault *f)
{
	struct tls *t = calloc(1, sizeof(*t)), *none = NULL;
	int err;

	if (!t)
		abort();
	t->cert = cert;
	t->key = key;
	pthread_mutex_init(&t->lock, NULL);
	err = tls_load(t, f);
	if (!err && !atomic_compare_exchange_strong(&the_tls, &none, t))
		err = fail(f, EBUSY, NULL, "tls", "there is a server with TLS in this process already");
	if (err)
		tls_free(t);
	else
		*ret = t;
	return err;
}

void tls_free(struct tls *t)
{
	struct tls *me = t;

	if (!t)
		return;
	atomic_compare_exchange_strong(&the_tls, &me, NULL);
	for (struct identity *id = t->now, *older; id; id = older) {
		older = id->older;
		identity_free(id);
	}
	pthread_mutex_destroy(&t->lock);
	free(t);
}

int tls_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certs,
        unsigned *n_certs, gnutls_ocsp_data_st **ocsp, unsigned *n_ocsp, gnutls_privkey_t *key, unsigned *flags)
{
	struct tls *t = atomic_load(&the_tls);
	struct identity *id;

	(void)session, (void)info;
	if (!t)
		return -1;
	pthread_mutex_lock(&t->lock);
	id = t->now;
	pthread_mutex_unlock(&t->lock);
	*certs = id->chain;
	*n_certs = id->n;
	*ocsp = NULL;
	*n_ocsp = 0;
	*key = id->key;
	*flags = 0; /* all of it stays ours */
	return 0;
}
