/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - OpenSSL follows the chain; the name is compared here. */
#include "engine/tel/verify.h"

#include "engine/tel/re.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum { HOSTS_MAX = 64, HOST_OCTETS = 256, DEPTH_MAX = 8 };

static struct {
	struct {
		char name[HOST_OCTETS];
		int count;
	} hosts[HOSTS_MAX];
	size_t n;
	char why[120];
} verify;

static size_t find(const char *host)
{
	size_t i = 0;

	while (i < verify.n && strcmp(verify.hosts[i].name, host) != 0)
		i++;
	return i;
}

void tel_verify_expect(const char *host)
{
	size_t i = find(host);

	if (i == HOSTS_MAX)
		return;
	if (i == verify.n) {
		snprintf(verify.hosts[i].name, HOST_OCTETS, "%s", host);
		verify.hosts[verify.n++].count = 0;
	}
	verify.hosts[i].count++;
}

void tel_verify_forget(const char *host)
{
	size_t i = find(host);

	if (i < verify.n && --verify.hosts[i].count == 0)
		verify.hosts[i] = verify.hosts[--verify.n];
}

const char *tel_verify_why(void)
{
	return verify.why;
}

static bool named(X509 *cert)
{
	for (size_t i = 0; i < verify.n; i++)
		if (X509_check_host(cert, verify.hosts[i].name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1 ||
		        X509_check_ip_asc(cert, verify.hosts[i].name, 0) == 1)
			return true;
	return false;
}

/* Called for each certificate of the chain, the carrier's own last. */
static int on_certificate(int ok, X509_STORE_CTX *ctx)
{
	if (ok && X509_STORE_CTX_get_error_depth(ctx) == 0 && !named(X509_STORE_CTX_get_current_cert(ctx))) {
		X509_STORE_CTX_set_error(ctx, X509_V_ERR_HOSTNAME_MISMATCH);
		ok = 0;
	}
	snprintf(verify.why, sizeof(verify.why), "%s",
	        ok ? "" : X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
	return ok;
}

int tel_verify_init(struct tls *context)
{
	SSL_CTX *ctx = tls_openssl_context(context);

	if (!SSL_CTX_set_default_verify_paths(ctx))
		return EIO;
	SSL_CTX_set_verify_depth(ctx, DEPTH_MAX);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_certificate);
	return 0;
}
