/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert.c - made with OpenSSL, since libre 1.1.0's own self-signed certificate fails with OpenSSL 3. */
#include "engine/tel/cert.h"

#include "base/rand.h"
#include "engine/tel/re.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/* DTLS_SEND_MAX: a datagram; every connection has a buffer of that size, 16 kB if nothing is said. */
enum { VALID_S = 400 * 86400, PEM_MAX = 4096, DTLS_SEND_MAX = 1400 };

static X509 *sign(EVP_PKEY *key)
{
	static const unsigned char name[] = "zvonar";
	X509 *cert = X509_new();
	X509_NAME *subject = cert ? X509_get_subject_name(cert) : NULL;
	uint32_t serial;
	bool ok;

	rand_bytes(&serial, sizeof(serial));
	ok = cert && X509_set_version(cert, 2) && ASN1_INTEGER_set(X509_get_serialNumber(cert), serial >> 1) &&
	     X509_gmtime_adj(X509_getm_notBefore(cert), -86400) && X509_gmtime_adj(X509_getm_notAfter(cert), VALID_S) &&
	     X509_set_pubkey(cert, key) && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) &&
	     X509_set_issuer_name(cert, subject) && X509_sign(cert, key, EVP_sha256());
	if (!ok) {
		X509_free(cert);
		cert = NULL;
	}
	return cert;
}

/* The octets of a memory BIO as text in z. */
static size_t take(BIO *bio, char z[PEM_MAX])
{
	int n = bio ? BIO_read(bio, z, PEM_MAX - 1) : 0;

	BIO_free(bio);
	z[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static int make_pem(char cert_z[PEM_MAX], char key_z[PEM_MAX])
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = key ? sign(key) : NULL;
	BIO *cert_bio = BIO_new(BIO_s_mem()), *key_bio = BIO_new(BIO_s_mem());
	bool ok = cert && PEM_write_bio_X509(cert_bio, cert) &&
	          PEM_write_bio_PrivateKey(key_bio, key, NULL, NULL, 0, NULL, NULL);

	ok = take(cert_bio, cert_z) && ok;
	ok = take(key_bio, key_z) && ok;
	X509_free(cert);
	EVP_PKEY_free(key);
	return ok ? 0 : EIO;
}

static int context(struct tls **ret, enum tls_method method, const char *cert, const char *key)
{
	struct tls *tls = NULL;
	int err = tls_alloc(&tls, method, NULL, NULL);

	if (!err)
		err = tls_set_certificate_pem(tls, cert, strlen(cert), key, strlen(key));
	if (err)
		mem_deref(tls);
	else
		*ret = tls;
	return err;
}

int tel_cert_new(struct tls **dtls, struct tls **sips, struct fault *f)
{
	char cert[PEM_MAX], key[PEM_MAX];
	struct tls *d = NULL, *s = NULL;
	int err = make_pem(cert, key);

	if (!err)
		err = context(&d, TLS_METHOD_DTLS, cert, key);
	if (!err)
		err = tls_set_srtp(d, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80");
	if (!err)
		err = context(&s, TLS_METHOD_SSLV23, cert, key);
	OPENSSL_cleanse(key, sizeof(key));
	if (err) {
		mem_deref(d);
		return fail(f, err, NULL, "certificate", "the own certificate cannot be made");
	}
	tls_set_verify_client(d);
	SSL_CTX_set_max_send_fragment(tls_openssl_context(d), DTLS_SEND_MAX);
	SSL_CTX_set_min_proto_version(tls_openssl_context(d), DTLS1_2_VERSION);
	SSL_CTX_set_min_proto_version(tls_openssl_context(s), TLS1_2_VERSION);
	*dtls = d;
	*sips = s;
	return 0;
}
