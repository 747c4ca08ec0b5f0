/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire.c - sockets that do not block, waited for by poll, so that a silent server costs its patience and no more. */
#include "engine/mail/wire.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

enum { PATIENCE_S = 30, CONNECT_MS = 15 * CLOCK_SECOND, BUFFER = 32 << 10 };

struct mail_wire {
	int fd;
	SSL_CTX *context;
	SSL *tls; /* NULL: plain */
	int64_t patience_ms;
	size_t at, n; /* of buffer: what was read and not taken */
	char buffer[BUFFER];
};

/* Where mail goes ------------------------------------------------------------------------------------------------------------ */

static bool may_four(uint32_t ip, bool inside)
{
	static const struct {
		uint32_t net;
		int bits;
	} closed[] = {{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8}, {0xac100000, 12},
	        {0xc0000000, 24}, {0xc0a80000, 16}, {0xc6120000, 15}};

	if (ip >> 16 == 0xa9fe || ip >> 28 >= 0xe)
		return false;
	for (size_t i = 0; i < COUNT(closed) && !inside; i++)
		if (ip >> (32 - closed[i].bits) == closed[i].net >> (32 - closed[i].bits))
			return false;
	return true;
}

static bool may_six(const struct in6_addr *ip, bool inside)
{
	static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};
	uint32_t four = (uint32_t)ip->s6_addr[12] << 24 | (uint32_t)ip->s6_addr[13] << 16 | (uint32_t)ip->s6_addr[14] << 8 |
	                ip->s6_addr[15];

	if (IN6_IS_ADDR_LINKLOCAL(ip) || IN6_IS_ADDR_MULTICAST(ip))
		return false;
	if (IN6_IS_ADDR_V4MAPPED(ip) || memcmp(ip->s6_addr, translated, sizeof translated) == 0)
		return may_four(four, inside);
	/* fc00::/7, and ::/8 with loopback and the unspecified address */
	return inside || ((ip->s6_addr[0] & 0xfe) != 0xfc && ip->s6_addr[0] != 0);
}

bool mail_wire_may(const struct sockaddr *to, bool inside)
{
	if (to->sa_family == AF_INET)
		return may_four(ntohl(((const struct sockaddr_in *)(const void *)to)->sin_addr.s_addr), inside);
	return to->sa_family == AF_INET6 && may_six(&((const struct sockaddr_in6 *)(const void *)to)->sin6_addr, inside);
}

/* Connecting ----------------------------------------------------------------------------------------------------------------- */

static bool ready(int fd, short events, int64_t until_ms)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int64_t left = until_ms - clock_mono_ms();
		int n = poll(&p, 1, left > 0 ? (int)left : 0);

		if (n < 0 && errno == EINTR)
			continue;
		return n > 0;
	}
}

static int connect_one(const struct addrinfo *to)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err = 0;
	socklen_t n = sizeof err;

	if (fd < 0)
		return -1;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
		return fd;
	if (errno == EINPROGRESS && ready(fd, POLLOUT, clock_mono_ms() + CONNECT_MS) &&
	        getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) == 0 && err == 0)
		return fd;
	close(fd);
	return -1;
}

int mail_wire_open(const struct mail_server *s, struct mail_wire **ret, bool *ret_resolved, struct fault *f)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *all = NULL;
	bool refused = false;
	char port[16];
	struct mail_wire *w;
	int fd = -1;

	*ret_resolved = false;
	snprintf(port, sizeof port, "%d", s->port);
	if (getaddrinfo(s->host, port, &hints, &all) != 0)
		return fail(f, EIO, NULL, "imap_name", "the name of the mail server is not known");
	*ret_resolved = true;
	for (const struct addrinfo *one = all; one && fd < 0; one = one->ai_next) {
		bool may = mail_wire_may(one->ai_addr, s->inside);

		refused |= !may;
		fd = may ? connect_one(one) : -1;
	}
	freeaddrinfo(all);
	if (fd < 0 && refused)
		return fail(f, EIO, NULL, "imap_inside",
		        "the mail server is inside a closed network: an administrator allows that in the settings");
	if (fd < 0)
		return fail(f, EIO, NULL, "imap_refused", "the mail server refuses the connection: check host and port");
	w = calloc(1, sizeof *w);
	if (!w) {
		close(fd);
		return fail(f, ENOMEM, NULL, "memory", "no memory to speak to the mail server");
	}
	w->fd = fd;
	w->patience_ms = (s->timeout_s ? s->timeout_s : PATIENCE_S) * CLOCK_SECOND;
	*ret = w;
	return 0;
}

void mail_wire_free(struct mail_wire *w)
{
	if (!w)
		return;
	SSL_free(w->tls);
	SSL_CTX_free(w->context);
	close(w->fd);
	free(w);
}

/* TLS ------------------------------------------------------------------------------------------------------------------------ */

/* OpenSSL writes without MSG_NOSIGNAL: a peer that is gone must not end the process. */
static void no_pipe_signal(void)
{
	signal(SIGPIPE, SIG_IGN);
}

static bool prepare(struct mail_wire *w, const char *host, bool any_certificate)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	unsigned char ip[16];
	bool address = inet_pton(AF_INET, host, ip) == 1 || inet_pton(AF_INET6, host, ip) == 1;

	pthread_once(&once, no_pipe_signal);
	w->context = SSL_CTX_new(TLS_client_method());
	if (!w->context || SSL_CTX_set_min_proto_version(w->context, TLS1_2_VERSION) != 1)
		return false;
	SSL_CTX_set_default_verify_paths(w->context);
	SSL_CTX_set_verify(w->context, any_certificate ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
	w->tls = SSL_new(w->context);
	if (!w->tls || SSL_set_fd(w->tls, w->fd) != 1)
		return false;
	if (address)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(w->tls), host) == 1;
	return SSL_set_tlsext_host_name(w->tls, host) == 1 && SSL_set1_host(w->tls, host) == 1;
}

/* What OpenSSL waits for, until then. */
static bool again(struct mail_wire *w, int done, int64_t until)
{
	switch (SSL_get_error(w->tls, done)) {
	case SSL_ERROR_WANT_READ: return ready(w->fd, POLLIN, until);
	case SSL_ERROR_WANT_WRITE: return ready(w->fd, POLLOUT, until);
	default: return false;
	}
}

int mail_wire_secure(struct mail_wire *w, const char *host, bool any_certificate, struct fault *f)
{
	int64_t until = clock_mono_ms() + w->patience_ms;
	bool good = prepare(w, host, any_certificate);
	int done = 0;

	w->at = w->n = 0;
	while (good && (done = SSL_connect(w->tls)) != 1)
		good = again(w, done, until);
	if (good)
		return 0;
	if (w->tls && SSL_get_verify_result(w->tls) != X509_V_OK && !any_certificate)
		return fail(f, EIO, NULL, "imap_certificate", "the certificate of the mail server is not one we trust");
	return fail(f, EIO, NULL, "imap_tls", "the mail server does not start TLS here");
}

/* Bytes ---------------------------------------------------------------------------------------------------------------------- */

static int lost(int64_t until, struct fault *f)
{
	if (clock_mono_ms() >= until)
		return fail(f, EIO, NULL, "imap_timeout", "the mail server does not answer in time");
	return fail(f, EIO, NULL, "imap_lost", "the connection to the mail server broke");
}

static ssize_t put(struct mail_wire *w, str s, int64_t until)
{
	ssize_t done;

	if (w->tls) {
		while ((done = SSL_write(w->tls, s.p, (int)(s.n < BUFFER ? s.n : BUFFER))) <= 0)
			if (!again(w, (int)done, until))
				return -1;
		return done;
	}
	while ((done = send(w->fd, s.p, s.n, MSG_NOSIGNAL)) < 0)
		if ((errno != EAGAIN && errno != EINTR) || !ready(w->fd, POLLOUT, until))
			return -1;
	return done;
}

int mail_wire_write(struct mail_wire *w, str s, struct fault *f)
{
	int64_t until = clock_mono_ms() + w->patience_ms;

	while (s.n) {
		ssize_t done = put(w, s, until);

		if (done <= 0)
			return lost(until, f);
		s = str_sub(s, (size_t)done, s.n);
		until = clock_mono_ms() + w->patience_ms;
	}
	return 0;
}

/* More into the buffer, which is empty. */
static int fill(struct mail_wire *w, struct fault *f)
{
	int64_t until = clock_mono_ms() + w->patience_ms;
	ssize_t n;

	w->at = w->n = 0;
	if (w->tls)
		while ((n = SSL_read(w->tls, w->buffer, BUFFER)) <= 0 && again(w, (int)n, until))
			;
	else
		while ((n = recv(w->fd, w->buffer, BUFFER, 0)) < 0 && (errno == EAGAIN || errno == EINTR) &&
		        ready(w->fd, POLLIN, until))
			;
	if (n <= 0)
		return lost(until, f);
	w->n = (size_t)n;
	return 0;
}

int mail_wire_line(struct mail_wire *w, struct text *t, size_t max, struct fault *f)
{
	for (;;) {
		int err = w->at == w->n ? fill(w, f) : 0;
		str seen = {w->buffer + w->at, w->n - w->at};
		size_t end;

		if (err)
			return err;
		end = str_find(seen, '\n', 0);
		if (t->n + end > max)
			return fail(f, EMSGSIZE, NULL, "imap_line", "the mail server speaks in lines that have no end");
		text_add(t, str_sub(seen, 0, end));
		w->at += end < seen.n ? end + 1 : end;
		if (end < seen.n)
			break;
	}
	if (t->n && t->p[t->n - 1] == '\r')
		t->n--;
	return 0;
}

int mail_wire_bytes(struct mail_wire *w, struct text *t, size_t n, struct fault *f)
{
	while (n) {
		int err = w->at == w->n ? fill(w, f) : 0;
		size_t take = w->n - w->at < n ? w->n - w->at : n;

		if (err)
			return err;
		text_add(t, (str){w->buffer + w->at, take});
		w->at += take;
		n -= take;
	}
	return 0;
}

bool mail_wire_waits(struct mail_wire *w, int ms)
{
	return w->at < w->n || (w->tls && SSL_has_pending(w->tls)) || ready(w->fd, POLLIN, clock_mono_ms() + ms);
}
