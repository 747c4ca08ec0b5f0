/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http.c - the server's life: its socket, libmicrohttpd's daemon, workers and sweeper, and their orderly end. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/rand.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EPOLL_THREADS = 2, BACKLOG = 1024, CONNECTIONS_DEFAULT = 20000, SPARE_FILES = 512 };

/* "HOST:PORT" or "[::1]:PORT". */
static int split_listen(struct arena *a, const char *listen, char **host, char **port, struct fault *f)
{
	str s = str_of(listen);
	size_t at = s.n;
	int64_t number;

	while (at > 0 && s.p[at - 1] != ':')
		at--;
	if (at == 0 || !parse_int(str_sub(s, at, s.n), 0, 65535, &number))
		return fail(f, EINVAL, "listen", "listen", "listen is HOST:PORT");
	*port = str_z(a, str_sub(s, at, s.n));
	s = str_sub(s, 0, at - 1);
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_sub(s, 1, s.n - 1);
	*host = s.n ? str_z(a, s) : NULL;
	return 0;
}

static int bind_one(const struct addrinfo *ai)
{
	int on = 1, fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) || listen(fd, BACKLOG)) {
		int err = errno;
		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

static int port_of(int fd)
{
	struct sockaddr_storage sa = {0};
	socklen_t n = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &n))
		return 0;
	return ntohs(
	        sa.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&sa)->sin6_port : ((struct sockaddr_in *)&sa)->sin_port);
}

static int open_listen(struct http_server *s, struct fault *f)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *list = NULL;
	struct arena a = {0};
	char *host = NULL, *port = NULL;
	int err = split_listen(&a, s->set.listen, &host, &port, f);

	if (!err && getaddrinfo(host, port, &hints, &list))
		err = fail(f, EINVAL, "listen", "listen", "%s: no such address", s->set.listen);
	for (const struct addrinfo *ai = list; ai && s->listen_fd < 0; ai = ai->ai_next)
		s->listen_fd = bind_one(ai);
	if (!err && s->listen_fd < 0)
		err = fail(f, errno, "listen", "listen", "%s: %s", s->set.listen, strerror(errno));
	if (list)
		freeaddrinfo(list);
	arena_free(&a);
	if (!err)
		s->port = port_of(s->listen_fd);
	return err;
}

/* A connection is a descriptor. */
static void raise_files(unsigned connections)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) || r.rlim_cur >= connections + SPARE_FILES)
		return;
	r.rlim_cur = connections + SPARE_FILES;
	if (r.rlim_max != RLIM_INFINITY && r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) || r.rlim_cur < connections)
		log_warn("http", "only %llu files may be open: fewer connections than wished",
		        (unsigned long long)r.rlim_cur);
}

/* What libmicrohttpd complains of is the peers' doing, hence only for those who look closely. */
__attribute__((format(printf, 2, 0))) static void daemon_says(void *cls, const char *fmt, va_list ap)
{
	char z[200];

	(void)cls;
	vsnprintf(z, sizeof(z), fmt, ap);
	log_debug("http", "%.*s", STR_ARG(str_trim(str_of(z))));
}

/* Addresses and arguments are decoded by target.c. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *z)
{
	(void)cls, (void)mhd;
	return strlen(z);
}

static int start_daemon(struct http_server *s, struct fault *f)
{
	unsigned connections = s->set.connections_max ? s->set.connections_max : CONNECTIONS_DEFAULT;
	struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)(uintptr_t)tls_certificate},
	        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities}, {MHD_OPTION_END, 0, NULL}};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	unsigned flags =
	        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (s->tls ? MHD_USE_TLS : 0);

	raise_files(connections);
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_handle, s, MHD_OPTION_EXTERNAL_LOGGER, daemon_says, s,
	        MHD_OPTION_LISTEN_SOCKET, s->listen_fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)EPOLL_THREADS,
	        MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->set.per_address_max,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	        MHD_OPTION_NOTIFY_CONNECTION, conn_notify, s, MHD_OPTION_NOTIFY_COMPLETED, exchange_done, s,
	        MHD_OPTION_URI_LOG_CALLBACK, exchange_new, s, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, s,
	        MHD_OPTION_ARRAY, s->tls ? tls : none, MHD_OPTION_END);
	return s->daemon ? 0 : fail(f, EIO, NULL, "http", "libmicrohttpd does not start");
}

static struct http_server *server_new(const struct http_settings *set)
{
	struct http_server *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->set = *set;
	s->listen_fd = -1;
	s->turns = turns_new();
	rand_bytes(&s->boot, sizeof(s->boot));
	pthread_mutex_init(&s->conns_lock, NULL);
	pthread_mutex_init(&s->queue_lock, NULL);
	queues_init(s);
	pthread_mutex_init(&s->streams_lock, NULL);
	pthread_mutex_init(&s->sweep_lock, NULL);
	pthread_cond_init(&s->sweep_wake, NULL);
	return s;
}

int http_start(const struct http_settings *set, struct http_server **ret, struct fault *f)
{
	struct http_server *s = server_new(set);
	int err = set->cert ? tls_new(set->cert, set->key, &s->tls, f) : 0;

	if (!err)
		err = open_listen(s, f);
	if (!err)
		err = workers_start(s, f);
	if (!err)
		err = sweeper_start(s, f);
	if (err) {
		http_stop(s);
		return err;
	}
	*ret = s; /* before the first request, whose handler may ask for it */
	err = start_daemon(s, f);
	if (err) {
		*ret = NULL;
		http_stop(s);
	}
	return err;
}

/* Wait until count has come down to none, for at most ms. */
static bool wait_for(_Atomic int64_t *count, int64_t ms)
{
	for (int64_t end = clock_mono_ms() + ms; atomic_load(count) > 0; usleep(5000))
		if (clock_mono_ms() > end)
			return false;
	return true;
}

/* New requests are refused, waiting connections cut, streams ended, the rest gets its time. Afterwards nothing is suspended. */
static void wind_down(struct http_server *s)
{
	atomic_store(&s->stopping, true);
	(void)MHD_quiesce_daemon(s->daemon); /* our socket again */
	conns_cut(s, false);
	streams_close(s);
	if (!wait_for(&s->open, STOP_MS))
		log_warn("http", "stopping with %lld requests under way", (long long)atomic_load(&s->open));
	conns_cut(s, true);
	(void)wait_for(&s->queued, STOP_MS);
	workers_stop(s);
	streams_close(s);
	(void)wait_for(&s->n_streams, STOP_MS);
	sweeper_stop(s);
	MHD_stop_daemon(s->daemon);
}

void http_stop(struct http_server *s)
{
	if (!s)
		return;
	if (s->daemon) {
		wind_down(s);
	} else {
		workers_stop(s);
		sweeper_stop(s);
	}
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	tls_free(s->tls);
	free(s->turns);
	pthread_mutex_destroy(&s->conns_lock);
	pthread_mutex_destroy(&s->queue_lock);
	queues_free(s);
	pthread_mutex_destroy(&s->streams_lock);
	pthread_mutex_destroy(&s->sweep_lock);
	pthread_cond_destroy(&s->sweep_wake);
	free(s);
}

int http_port(const struct http_server *s)
{
	return s->port;
}

int http_reload_tls(struct http_server *s, struct fault *f)
{
	return s->tls ? tls_load(s->tls, f) : fail(f, EINVAL, NULL, "tls", "the server runs without TLS");
}

void http_figures(struct http_server *s, struct http_figures *ret)
{
	*ret = (struct http_figures){.requests = atomic_load(&s->requests),
	        .connections = atomic_load(&s->n_conns),
	        .streams = atomic_load(&s->n_streams),
	        .workers_busy = atomic_load(&s->busy),
	        .queue = atomic_load(&s->queued),
	        .refused = atomic_load(&s->refused),
	        .latency_us_sum = atomic_load(&s->latency_sum)};
	for (size_t i = 0; i < COUNT(ret->by_class); i++)
		ret->by_class[i] = atomic_load(&s->by_class[i]);
	for (size_t i = 0; i < COUNT(ret->latency_le); i++)
		ret->latency_le[i] = atomic_load(&s->latency[i]);
}
