/* SPDX-License-Identifier: GPL-3.0-or-later */
/* static_test.c - the front end's files, over TLS with a certificate of our own, which is also renewed while the server runs. */
#include "engine/http/cert.h"
#include "engine/http/client_priv.h"
#include "engine/http/static.h"

#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

static char dir[] = "/tmp/static_test_XXXXXX";
static char cert[64], key[64];
static struct http_server *server;
static struct http_static *files;
static const char *const names[] = {"zvonar.example", "127.0.0.1", "::1"};

static void serve(struct http_request *q, void *arg)
{
	(void)arg;
	if (!http_static_serve(files, q, "n0nce"))
		q->status = 404;
}

static void put_file(const char *name, const char *z)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, z, strlen(z)), (ssize_t)strlen(z));
	close(fd);
}

/* A session with these priorities; without any, one that believes the certificate in the file only. NULL when the handshake fails. */
static gnutls_session_t shake(int fd, const char *priorities, gnutls_certificate_credentials_t cred)
{
	gnutls_session_t tls;

	assert_int_equal(gnutls_init(&tls, GNUTLS_CLIENT), 0);
	if (priorities)
		assert_int_equal(gnutls_priority_set_direct(tls, priorities, NULL), 0);
	else
		gnutls_set_default_priority(tls);
	if (!priorities)
		gnutls_session_set_verify_cert(tls, "zvonar.example", 0);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, cred);
	gnutls_transport_set_int(tls, fd);
	gnutls_handshake_set_timeout(tls, 3000);
	if (gnutls_handshake(tls) == 0)
		return tls;
	gnutls_deinit(tls);
	return NULL;
}

static bool shakes(const char *priorities)
{
	gnutls_certificate_credentials_t cred;
	int fd = dial(http_port(server));
	gnutls_session_t tls;

	gnutls_certificate_allocate_credentials(&cred);
	tls = shake(fd, priorities, cred);
	if (tls)
		gnutls_deinit(tls);
	gnutls_certificate_free_credentials(cred);
	close(fd);
	return tls;
}

/* Ask over TLS, trusting the certificate in the file only. */
static const char *ask(const char *path, const char *headers)
{
	static char z[200000];
	gnutls_certificate_credentials_t cred;
	int fd = dial(http_port(server));
	gnutls_session_t tls;
	size_t n = 0;

	gnutls_certificate_allocate_credentials(&cred);
	assert_true(gnutls_certificate_set_x509_trust_file(cred, cert, GNUTLS_X509_FMT_PEM) > 0);
	tls = shake(fd, NULL, cred);
	assert_non_null(tls);
	n = (size_t)snprintf(z, sizeof(z), "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", path, headers);
	assert_int_equal(gnutls_record_send(tls, z, n), (ssize_t)n);
	n = 0;
	for (ssize_t got = 1; got > 0 && n<sizeof(z) - 1; n += got> 0 ? (size_t)got : 0)
		got = gnutls_record_recv(tls, z + n, sizeof(z) - 1 - n);
	z[n] = 0;
	gnutls_deinit(tls);
	gnutls_certificate_free_credentials(cred);
	close(fd);
	return z;
}

static void test_index(void **state)
{
	const char *a = ask("/", "");

	(void)state;
	assert_status(a, 200);
	assert_has(a, "<script nonce=\"n0nce\"></script><i n0nce>");
	assert_has(a, "Cache-Control: no-store\r\n");
	assert_has(a, "Strict-Transport-Security: max-age=31536000\r\n");
	assert_has(ask("/projects/5/report", ""), "n0nce");
	assert_has(ask("/index.html", ""), "n0nce");
	assert_status(ask("/none.js", ""), 404);
	assert_status(ask("/assets/../index.html", ""), 400);
	assert_status(ask("/.hidden", ""), 404);
}

static void test_files(void **state)
{
	char etag[40], header[80];
	const char *a = ask("/assets/index-BxYz_-12.js", "Accept-Encoding: gzip, br\r\n");

	(void)state;
	assert_has(a, "\r\n\r\nbrotli");
	assert_has(a, "Content-Encoding: br\r\n");
	assert_has(a, "Cache-Control: public, max-age=31536000, immutable\r\n");
	assert_has(a, "Vary: Accept-Encoding\r\n");
	assert_has(a, "Content-Type: text/javascript");
	assert_has(a, "X-Content-Type-Options: nosniff\r\n");
	assert_has(ask("/assets/index-BxYz_-12.js", "Accept-Encoding: gzip\r\n"), "\r\n\r\ngzipped");
	assert_has(ask("/assets/index-BxYz_-12.js", "Accept-Encoding: br;q=0\r\n"), "\r\n\r\nplain");
	a = ask("/icon.svg", "");
	assert_has(a, "Cache-Control: no-cache\r\n");
	assert_int_equal(sscanf(strstr(a, "ETag: "), "ETag: %38s", etag), 1);
	snprintf(header, sizeof(header), "If-None-Match: %s\r\n", etag);
	assert_status(ask("/icon.svg", header), 304);
}

static void test_old_tls_is_refused(void **state)
{
	(void)state;
	assert_true(shakes("NORMAL:-VERS-ALL:+VERS-TLS1.3"));
	assert_true(shakes("NORMAL:-VERS-ALL:+VERS-TLS1.2"));
	assert_false(shakes("NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"));
	assert_false(shakes("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC"));
	assert_false(shakes("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA"));
}

static void test_renewed(void **state)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	gnutls_certificate_credentials_t cred;
	gnutls_session_t old;
	int fd = dial(http_port(server));
	char z[4096] = {0};
	struct fault f = {0};
	struct stat st;
	int64_t ends = 0;

	(void)state;
	gnutls_certificate_allocate_credentials(&cred);
	assert_true(gnutls_certificate_set_x509_trust_file(cred, cert, GNUTLS_X509_FMT_PEM) > 0);
	old = shake(fd, NULL, cred);
	assert_non_null(old);
	assert_int_equal(http_cert_make(cert, key, names, COUNT(names), &f), 0);
	assert_int_equal(http_reload_tls(server, &f), 0);
	assert_has(ask("/", ""), "n0nce");
	assert_int_equal(gnutls_record_send(old, get, sizeof(get) - 1), (ssize_t)sizeof(get) - 1);
	assert_true(gnutls_record_recv(old, z, sizeof(z) - 1) > 0);
	assert_status(z, 200);
	gnutls_deinit(old);
	close(fd);
	fd = dial(http_port(server));
	assert_null(shake(fd, NULL, cred)); /* who believes only the old one */
	close(fd);
	gnutls_certificate_free_credentials(cred);
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(http_cert_ends(cert, &ends, &f), 0);
	assert_true(ends > clock_ms() + 800 * (int64_t)CLOCK_DAY && ends < clock_ms() + 825 * (int64_t)CLOCK_DAY);
	put_file("key.pem", "-----BEGIN nonsense");
	assert_int_equal(http_cert_make(cert, key, names, COUNT(names), NULL), 0);
	assert_int_equal(rename(key, cert), 0);
	assert_int_equal(http_reload_tls(server, &f), EINVAL);
	assert_int_equal(http_cert_ends(cert, &ends, &f), EINVAL);
}

static void test_no_index(void **state)
{
	struct http_static *s = NULL;
	char empty[128];
	struct fault f = {0};

	(void)state;
	snprintf(empty, sizeof(empty), "%s/assets", dir);
	assert_int_equal(http_static_load(empty, &s, &f), EINVAL);
	assert_int_equal(http_static_load("/none", &s, &f), ENOENT);
}

static int start(void **state)
{
	struct http_settings settings = {.listen = "127.0.0.1:0",
	        .cert = cert,
	        .key = key,
	        .workers = 2,
	        .body_max = 1000,
	        .upload_dir = "/tmp",
	        .header_ms = 3000,
	        .idle_ms = 3000,
	        .body_rate_min = 200,
	        .serve = serve};
	char assets[64];
	struct fault f = {0};

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
	snprintf(key, sizeof(key), "%s/key.pem", dir);
	snprintf(assets, sizeof(assets), "%s/assets", dir);
	assert_int_equal(mkdir(assets, 0700), 0);
	put_file("index.html", "<script nonce=\"%NONCE%\"></script><i %NONCE%>");
	put_file("icon.svg", "<svg/>");
	put_file(".hidden", "x");
	put_file("assets/index-BxYz_-12.js", "plain");
	put_file("assets/index-BxYz_-12.js.br", "brotli");
	put_file("assets/index-BxYz_-12.js.gz", "gzipped");
	if (http_static_load(dir, &files, &f) || http_cert_make(cert, key, names, COUNT(names), &f) ||
	        http_start(&settings, &server, &f))
		fail_msg("%s", f.what);
	return 0;
}

static int stop(void **state)
{
	static const char *const left[] = {"index.html", "icon.svg", ".hidden", "cert.pem", "key.pem",
	        "assets/index-BxYz_-12.js", "assets/index-BxYz_-12.js.br", "assets/index-BxYz_-12.js.gz", "assets"};
	char path[128];

	(void)state;
	http_stop(server);
	http_static_free(files);
	for (size_t i = 0; i < COUNT(left); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, left[i]);
		(void)remove(path);
	}
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_index), cmocka_unit_test(test_files),
	        cmocka_unit_test(test_old_tls_is_refused), cmocka_unit_test(test_no_index), cmocka_unit_test(test_renewed)};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, start, stop);
}
