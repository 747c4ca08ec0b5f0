/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conn.c - the list of connections and the thread that looks at their deadlines: libmicrohttpd's own timeout only covers silence,
 * a client that sends a byte now and then would stay for ever. A connection is ended by shutting its socket down; the epoll thread
 * then closes it as if the client had gone. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static void print_peer(const struct sockaddr *sa, char *z, size_t n)
{
	const void *address = NULL;

	*z = 0;
	if (sa && sa->sa_family == AF_INET)
		address = &((const struct sockaddr_in *)sa)->sin_addr;
	else if (sa && sa->sa_family == AF_INET6)
		address = &((const struct sockaddr_in6 *)sa)->sin6_addr;
	if (!address || !inet_ntop(sa->sa_family, address, z, (socklen_t)n))
		*z = 0;
	if (str_starts(str_of(z), STR("::ffff:")) && strchr(z, '.'))
		memmove(z, z + 7, strlen(z + 7) + 1);
}

static void conn_open(struct http_server *s, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *address = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct conn *c = calloc(1, sizeof(*c));
	int silent_ms = STREAM_STUCK_MS;

	if (!c || !fd)
		abort();
	c->s = s;
	c->fd = fd->connect_fd;
	print_peer(address ? address->client_addr : NULL, c->peer, sizeof(c->peer));
	atomic_init(&c->since, clock_mono_ms());
	/* data nobody takes, be it a vanished client or one that never reads, ends the connection in the kernel too */
	setsockopt(c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent_ms, sizeof(silent_ms));
	pthread_mutex_lock(&s->conns_lock);
	c->next = s->conns;
	if (c->next)
		c->next->prev = c;
	s->conns = c;
	pthread_mutex_unlock(&s->conns_lock);
	atomic_fetch_add(&s->n_conns, 1);
	*context = c;
}

/* libmicrohttpd closes the socket after this, so nobody can shut down a descriptor that is another's by then. */
static void conn_close(struct http_server *s, struct conn *c)
{
	pthread_mutex_lock(&s->conns_lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	pthread_mutex_unlock(&s->conns_lock);
	atomic_fetch_sub(&s->n_conns, 1);
	free(c);
}

void conn_notify(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		conn_open(cls, mhd, context);
	else if (*context)
		conn_close(cls, *context);
}

void conn_phase(struct conn *c, enum phase phase)
{
	atomic_store(&c->since, clock_mono_ms());
	if (phase == PHASE_BODY)
		atomic_store(&c->bytes, 0);
	atomic_store(&c->phase, (int)phase);
}

static bool body_slow(const struct conn *c, int64_t lasted)
{
	const struct http_settings *set = &c->s->set;
	int64_t grace = set->body_grace_ms ? set->body_grace_ms : 10 * CLOCK_SECOND;

	return lasted > grace && atomic_load(&c->bytes) < (lasted - grace) * set->body_rate_min / 1000;
}

static bool overdue(const struct conn *c, int64_t now)
{
	int64_t lasted = now - atomic_load(&c->since);

	switch ((enum phase)atomic_load(&c->phase)) {
	case PHASE_IDLE: return lasted > c->s->set.idle_ms;
	case PHASE_FRESH:
	case PHASE_HEAD: return lasted > c->s->set.header_ms;
	case PHASE_BODY: return body_slow(c, lasted);
	case PHASE_LINGER: return lasted > LINGER_MS;
	case PHASE_SEND: return lasted > atomic_load(&c->allow_ms);
	case PHASE_WORK:
	case PHASE_STREAM: return false;
	}
	return false;
}

static void sweep(struct http_server *s, int64_t now)
{
	pthread_mutex_lock(&s->conns_lock);
	for (struct conn *c = s->conns; c; c = c->next)
		if (overdue(c, now))
			shutdown(c->fd, SHUT_RDWR);
	pthread_mutex_unlock(&s->conns_lock);
}

void conns_cut(struct http_server *s, bool all)
{
	pthread_mutex_lock(&s->conns_lock);
	for (struct conn *c = s->conns; c; c = c->next) {
		int phase = atomic_load(&c->phase);
		if (all || phase == PHASE_FRESH || phase == PHASE_IDLE || phase == PHASE_HEAD || phase == PHASE_LINGER)
			shutdown(c->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&s->conns_lock);
}

static void *sweeper_run(void *arg)
{
	struct http_server *s = arg;
	bool stop = false;

	while (!stop) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += (long)SWEEP_MS * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_mutex_lock(&s->sweep_lock);
		if (!s->sweeper_stop)
			pthread_cond_timedwait(&s->sweep_wake, &s->sweep_lock, &until);
		stop = s->sweeper_stop;
		pthread_mutex_unlock(&s->sweep_lock);
		sweep(s, clock_mono_ms());
		streams_sweep(s, clock_mono_ms());
	}
	return NULL;
}

int sweeper_start(struct http_server *s, struct fault *f)
{
	int err = pthread_create(&s->sweeper, NULL, sweeper_run, s);

	s->sweeper_runs = !err;
	return err ? fail(f, err, NULL, "threads", "no more threads: %s", strerror(err)) : 0;
}

void sweeper_stop(struct http_server *s)
{
	if (!s->sweeper_runs)
		return;
	pthread_mutex_lock(&s->sweep_lock);
	s->sweeper_stop = true;
	pthread_cond_signal(&s->sweep_wake);
	pthread_mutex_unlock(&s->sweep_lock);
	pthread_join(s->sweeper, NULL);
	s->sweeper_runs = false;
}
