/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert.c - key and self-signed certificate by GnuTLS. */
#include "engine/http/cert.h"

#include "base/clock.h"
#include "base/rand.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <unistd.h>

enum { DAYS = 820, PATH_BYTES = 4096 };

static int fail_tls(int err, struct fault *f)
{
	return err < 0 ? fail(f, EINVAL, NULL, "tls_cert", "no certificate could be made: %s", gnutls_strerror(err)) : 0;
}

/* The file is there whole or not at all. */
static int write_file(const char *path, mode_t mode, const gnutls_datum_t *pem, struct fault *f)
{
	char next[PATH_BYTES];
	int fd, err = 0;

	if (snprintf(next, sizeof(next), "%s.new", path) >= (int)sizeof(next))
		return fail(f, ENAMETOOLONG, NULL, "tls_cert", "the path is too long");
	(void)unlink(next);
	fd = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return fail(f, errno, NULL, "tls_cert", "%s: %s", next, strerror(errno));
	if (write(fd, pem->data, pem->size) != (ssize_t)pem->size || fsync(fd))
		err = errno ? errno : EIO;
	if (close(fd) && !err)
		err = errno;
	if (!err && rename(next, path))
		err = errno;
	return err ? fail(f, err, NULL, "tls_cert", "%s: %s", path, strerror(err)) : 0;
}

static int add_name(gnutls_x509_crt_t crt, const char *name)
{
	unsigned char address[16];

	if (inet_pton(AF_INET, name, address) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address, 4, GNUTLS_FSAN_APPEND);
	if (inet_pton(AF_INET6, name, address) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address, 16, GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(
	        crt, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

/* What a certificate says besides names and key. */
static int fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
	time_t now = (time_t)(clock_ms() / 1000);
	unsigned char serial[16];
	const char cn[] = "Zvonar";
	int err = 0;

	rand_bytes(serial, sizeof(serial));
	serial[0] &= 0x7F;
	err = err < 0 ? err : gnutls_x509_crt_set_version(crt, 3);
	err = err < 0 ? err : gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
	err = err < 0 ? err : gnutls_x509_crt_set_activation_time(crt, now - 86400);
	err = err < 0 ? err : gnutls_x509_crt_set_expiration_time(crt, now + (time_t)DAYS * 86400);
	err = err < 0 ? err : gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn, sizeof(cn) - 1);
	err = err < 0 ? err : gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	err = err < 0 ? err : gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	err = err < 0 ? err : gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	err = err < 0 ? err : gnutls_x509_crt_set_key(crt, key);
	return err;
}

static int make(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *const *names, size_t n)
{
	int err = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);

	err = err < 0 ? err : fill(crt, key);
	for (size_t i = 0; err >= 0 && i < n; i++)
		err = add_name(crt, names[i]);
	return err < 0 ? err : gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

static int write_both(
        gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *cert_path, const char *key_path, struct fault *f)
{
	gnutls_datum_t pem = {0};
	int err = fail_tls(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem), f);

	if (!err)
		err = write_file(key_path, 0600, &pem, f);
	if (pem.data)
		gnutls_memset(pem.data, 0, pem.size);
	gnutls_free(pem.data);
	pem = (gnutls_datum_t){0};
	if (!err)
		err = fail_tls(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem), f);
	if (!err)
		err = write_file(cert_path, 0644, &pem, f);
	gnutls_free(pem.data);
	return err;
}

int http_cert_make(const char *cert, const char *key, const char *const *names, size_t n, struct fault *f)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_x509_privkey_t priv = NULL;
	int err = fail_tls(gnutls_x509_crt_init(&crt), f);

	if (!err)
		err = fail_tls(gnutls_x509_privkey_init(&priv), f);
	if (!err)
		err = fail_tls(make(crt, priv, names, n), f);
	if (!err)
		err = write_both(crt, priv, cert, key, f);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (priv)
		gnutls_x509_privkey_deinit(priv);
	return err;
}

int http_cert_ends(const char *cert, int64_t *ret, struct fault *f)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t pem = {0};
	int err = gnutls_load_file(cert, &pem);
	time_t ends;

	if (err >= 0)
		err = gnutls_x509_crt_init(&crt);
	if (err >= 0)
		err = gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM);
	ends = err >= 0 ? gnutls_x509_crt_get_expiration_time(crt) : 0;
	if (crt)
		gnutls_x509_crt_deinit(crt);
	gnutls_free(pem.data);
	if (err < 0 || ends < 0)
		return fail(f, EINVAL, NULL, "tls_cert", "%s: %s", cert, gnutls_strerror(err));
	*ret = (int64_t)ends * 1000;
	return 0;
}
