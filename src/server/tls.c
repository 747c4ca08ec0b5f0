/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls.c - the certificate. */
#include "server/tls.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/http/cert.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <unistd.h>

enum { NAMES_MAX = 32 };
#define RENEW_MS (30LL * CLOCK_DAY)

/* The addresses of this machine as others on its networks see them. */
static size_t add_addresses(struct arena *a, const char **names, size_t n)
{
	char z[INET6_ADDRSTRLEN];
	struct ifaddrs *all;

	if (getifaddrs(&all))
		return n;
	for (struct ifaddrs *i = all; i && n < NAMES_MAX; i = i->ifa_next) {
		bool v4 = i->ifa_addr && i->ifa_addr->sa_family == AF_INET;
		if (v4 && !getnameinfo(i->ifa_addr, sizeof(struct sockaddr_in), z, sizeof(z), NULL, 0, NI_NUMERICHOST))
			names[n++] = str_copy(a, str_of(z)).p;
	}
	freeifaddrs(all);
	return n;
}

static int make(const struct config *c, struct arena *a, const struct tls_files *files, struct fault *f)
{
	const char *names[NAMES_MAX];
	char host[256] = "localhost";
	size_t n = 0;

	(void)gethostname(host, sizeof(host) - 1);
	names[n++] = host;
	if (strcmp(host, "localhost"))
		names[n++] = "localhost";
	if (c->public_ip)
		names[n++] = c->public_ip;
	n = add_addresses(a, names, n);
	log_info("app", "making a certificate of our own for %s and %zu more names", host, n - 1);
	return http_cert_make(files->cert, files->key, names, n, f);
}

int tls_prepare(const struct config *c, struct arena *a, struct tls_files *ret, struct fault *f)
{
	struct tls_files files = {0};
	str rest = str_of(c->tls), cert;
	int64_t ends;
	int err = 0;

	if (c->tls && !strcmp(c->tls, "auto")) {
		files.cert = config_path(c, a, "keys/tls.crt");
		files.key = config_path(c, a, "keys/tls.key");
		if (http_cert_ends(files.cert, &ends, NULL) || ends - clock_ms() < RENEW_MS)
			err = make(c, a, &files, f);
	} else if (c->tls) {
		(void)str_cut(&rest, ',', &cert);
		if (!cert.n || !rest.n)
			return fail(f, EINVAL, "--tls", "usage", "--tls takes CERT,KEY or auto");
		files.cert = str_z(a, cert);
		files.key = str_z(a, rest);
	}
	if (!err)
		*ret = files;
	return err;
}
