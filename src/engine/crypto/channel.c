/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel.c - the link between nodes: GnuTLS on a socket of ours. */
#include "engine/crypto/channel.h"

#include "base/str.h"

#include <gnutls/gnutls.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is not acknowledged by then breaks the connection. */
enum { UNREACHABLE_MS = 5000, BACKLOG = 32 };
#define WHO "zvonar"
static const char priorities[] =
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-KX-ALL:+ECDHE-PSK:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1";

struct channel {
	int fd;
	gnutls_session_t tls; /* NULL: plain */
	gnutls_psk_server_credentials_t as_server;
	gnutls_psk_client_credentials_t as_client;
	uint8_t key[CHANNEL_KEY];
	bool ready, half; /* half: a record is under way, and is to be finished before anything else is sent */
};

static int give_key(gnutls_session_t tls, const char *who, gnutls_datum_t *ret)
{
	const struct channel *c = gnutls_session_get_ptr(tls);

	if (strcmp(who, WHO) != 0)
		return -1;
	ret->data = gnutls_malloc(CHANNEL_KEY);
	if (!ret->data)
		return -1;
	memcpy(ret->data, c->key, CHANNEL_KEY);
	ret->size = CHANNEL_KEY;
	return 0;
}

static int credentials(struct channel *c, bool server)
{
	gnutls_datum_t key = {c->key, CHANNEL_KEY};
	int err;

	if (server) {
		err = gnutls_psk_allocate_server_credentials(&c->as_server);
		if (err)
			return err;
		gnutls_psk_set_server_credentials_function(c->as_server, give_key);
		return gnutls_credentials_set(c->tls, GNUTLS_CRD_PSK, c->as_server);
	}
	err = gnutls_psk_allocate_client_credentials(&c->as_client);
	if (!err)
		err = gnutls_psk_set_client_credentials(c->as_client, WHO, &key, GNUTLS_PSK_KEY_RAW);
	return err ? err : gnutls_credentials_set(c->tls, GNUTLS_CRD_PSK, c->as_client);
}

static int secure(struct channel *c, bool server)
{
	int err = gnutls_init(
	        &c->tls, (server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS | GNUTLS_NO_SIGNAL);

	if (err)
		return err;
	gnutls_session_set_ptr(c->tls, c);
	gnutls_transport_set_int(c->tls, c->fd);
	err = gnutls_priority_set_direct(c->tls, priorities, NULL);
	return err ? err : credentials(c, server);
}

struct channel *channel_new(int fd, const uint8_t key[CHANNEL_KEY], bool server)
{
	struct channel *c = calloc(1, sizeof(*c));

	if (!c) {
		close(fd);
		return NULL;
	}
	c->fd = fd;
	c->ready = !key;
	if (key)
		memcpy(c->key, key, CHANNEL_KEY);
	if (!key || !secure(c, server))
		return c;
	channel_free(c);
	return NULL;
}

void channel_free(struct channel *c)
{
	if (!c)
		return;
	if (c->tls)
		gnutls_deinit(c->tls);
	if (c->as_server)
		gnutls_psk_free_server_credentials(c->as_server);
	if (c->as_client)
		gnutls_psk_free_client_credentials(c->as_client);
	gnutls_memset(c->key, 0, sizeof(c->key));
	close(c->fd);
	free(c);
}

int channel_fd(const struct channel *c)
{
	return c->fd;
}

bool channel_ready(const struct channel *c)
{
	return c->ready;
}

bool channel_writes(const struct channel *c, bool has)
{
	return c->tls && !c->ready ? gnutls_record_get_direction(c->tls) == 1 : has;
}

bool channel_pending(const struct channel *c)
{
	return c->tls && gnutls_record_check_pending(c->tls) > 0;
}

/* What GnuTLS answers, as recv and send would. */
static ssize_t as_errno(ssize_t n)
{
	if (n >= 0)
		return n;
	if (n == GNUTLS_E_PREMATURE_TERMINATION)
		return 0;
	errno = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED ? EAGAIN : gnutls_error_is_fatal((int)n) ? EPROTO : EAGAIN;
	return -1;
}

/* 1: done. */
static ssize_t shake_hands(struct channel *c)
{
	int err = c->ready ? 0 : gnutls_handshake(c->tls);

	if (err)
		return as_errno(err);
	c->ready = true;
	return 1;
}

ssize_t channel_read(struct channel *c, void *p, size_t n)
{
	ssize_t ok = c->tls ? shake_hands(c) : 1;

	if (ok <= 0)
		return ok;
	return c->tls ? as_errno(gnutls_record_recv(c->tls, p, n)) : recv(c->fd, p, n, MSG_DONTWAIT);
}

ssize_t channel_write(struct channel *c, const void *p, size_t n)
{
	ssize_t ok = c->tls ? shake_hands(c) : 1;

	if (ok <= 0)
		return ok;
	if (!c->tls)
		return send(c->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	ok = c->half ? gnutls_record_send(c->tls, NULL, 0) : gnutls_record_send(c->tls, p, n);
	c->half = ok == GNUTLS_E_AGAIN || ok == GNUTLS_E_INTERRUPTED;
	return as_errno(ok);
}

/* Sockets -------------------------------------------------------------------------------------------------------------- */

static int look_up(const char *address, bool passive, struct channel_address *ret, struct fault *f)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : 0}, *list = NULL;
	const char *colon = strrchr(address, ':');
	char host[256];
	size_t n = colon ? (size_t)(colon - address) : 0;
	int err;

	if (!n || n >= sizeof(host))
		return fail(f, EINVAL, NULL, "address", "%s is no HOST:PORT", address);
	if (address[0] == '[' && address[n - 1] == ']') /* [::1]:7443 */
		snprintf(host, sizeof(host), "%.*s", (int)n - 2, address + 1);
	else
		snprintf(host, sizeof(host), "%.*s", (int)n, address);
	err = getaddrinfo(host, colon + 1, &hints, &list);
	if (err)
		return fail(f, EINVAL, NULL, "address", "%s: %s", address, gai_strerror(err));
	memcpy(ret->at, list->ai_addr, list->ai_addrlen);
	ret->n = list->ai_addrlen;
	freeaddrinfo(list);
	return 0;
}

int channel_look_up(const char *address, struct channel_address *ret, struct fault *f)
{
	return look_up(address, false, ret, f);
}

static int stream_socket(const struct channel_address *at)
{
	return socket(((const struct sockaddr *)at->at)->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static void make_lively(int fd)
{
	const int on = 1, ms = UNREACHABLE_MS;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

int channel_listen(const char *address, int *ret_fd, struct fault *f)
{
	struct channel_address at;
	const int on = 1;
	int err = look_up(address, true, &at, f), fd;

	if (err)
		return err;
	fd = stream_socket(&at);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	        bind(fd, (const struct sockaddr *)at.at, at.n) || listen(fd, BACKLOG))
		err = fail(f, errno, NULL, "address", "%s cannot be listened on: %s", address, strerror(errno));
	if (err && fd >= 0)
		close(fd);
	else
		*ret_fd = fd;
	return err;
}

int channel_accept(int fd)
{
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (peer >= 0)
		make_lively(peer);
	return peer;
}

int channel_connect(const struct channel_address *to)
{
	int fd = stream_socket(to);

	if (fd < 0)
		return -1;
	make_lively(fd);
	if (!connect(fd, (const struct sockaddr *)to->at, to->n) || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}
