/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http.c - what benches of the API are measured with, and against: a load of keep-alive connections, a server that gives a constant
 * through the whole path of ours (epoll thread, queue, worker, resume), and libmicrohttpd alone.
 * usage: bench-http constant BYTES          prints its port, serves until its input ends
 *        bench-http bare BYTES              the same by libmicrohttpd alone, answered on its epoll threads
 *        bench-http load PORT CONNECTIONS SECONDS PATH [HEADER: VALUE …]
 *                                           each connection says one of the headers; prints requests/s, p50 and p99 in µs, answers that were not 200 */
#include "engine/http/http.h"
#include "base/clock.h"
#include "base/parse.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1000, ANSWER_MAX = 1 << 20, SAMPLES_MAX = 4000000 };

static char constant[ANSWER_MAX];
static int64_t constant_bytes;

/* --- servers --- */

static void serve(struct http_request *q, void *arg)
{
	(void)arg;
	q->type = "application/octet-stream"; /* not packed */
	text_add(&q->out, (str){constant, (size_t)constant_bytes});
}

static enum MHD_Result answer_bare(void *cls, struct MHD_Connection *c, const char *url, const char *method,
        const char *version, const char *data, size_t *n, void **context)
{
	struct MHD_Response *r;
	enum MHD_Result sent;

	(void)cls, (void)url, (void)method, (void)version, (void)data, (void)n;
	if (!*context) {
		*context = constant;
		return MHD_YES;
	}
	r = MHD_create_response_from_buffer((size_t)constant_bytes, constant, MHD_RESPMEM_PERSISTENT);
	sent = MHD_queue_response(c, 200, r);
	MHD_destroy_response(r);
	return sent;
}

static int wait_for_end(int port)
{
	char c;

	printf("%d\n", port);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}

static int run_constant(void)
{
	struct http_settings s = {.listen = "127.0.0.1:0",
	        .workers = 32,
	        .body_max = 1000,
	        .upload_dir = "/tmp",
	        .header_ms = 60000,
	        .idle_ms = 60000,
	        .body_rate_min = 100,
	        .serve = serve};
	struct http_server *server;
	struct fault f = {0};

	if (http_start(&s, &server, &f)) {
		fprintf(stderr, "%s\n", f.what);
		return 1;
	}
	wait_for_end(http_port(server));
	http_stop(server);
	return 0;
}

static int run_bare(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer_bare, NULL,
	        MHD_OPTION_SOCK_ADDR, &sa, MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);

	if (!d)
		return 1;
	wait_for_end(MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	MHD_stop_daemon(d);
	return 0;
}

/* --- the load --- */

struct asker {
	int fd;
	int64_t from;
	size_t head, got, want; /* of the answer: bytes of head (0: not all there), so far, whole */
	char z[4096];
};

static struct asker askers[CONNECTIONS_MAX];
static int64_t *samples;
static size_t n_samples;
static int64_t not_ok;
static char questions[CONNECTIONS_MAX][1024];

static void ask(struct asker *a)
{
	const char *question = questions[a - askers];

	a->from = clock_mono_us();
	a->head = a->got = a->want = 0;
	if (send(a->fd, question, strlen(question), MSG_NOSIGNAL) != (ssize_t)strlen(question)) {
		perror("send");
		exit(1);
	}
}

static void read_head(struct asker *a)
{
	const char *end, *length;

	a->z[a->got < sizeof(a->z) ? a->got : sizeof(a->z) - 1] = 0;
	end = strstr(a->z, "\r\n\r\n");
	length = strcasestr(a->z, "\r\nContent-Length: ");
	if (!end || !length)
		return;
	a->head = (size_t)(end + 4 - a->z);
	a->want = a->head + strtoull(length + 18, NULL, 10);
	not_ok += strncmp(a->z, "HTTP/1.1 200 ", 13) != 0;
}

/* Some of an answer came; when it is whole the next question goes. */
static void hear(struct asker *a)
{
	static char rest[65536];
	bool in_head = a->head == 0;
	ssize_t n = recv(a->fd, in_head ? a->z + a->got : rest, in_head ? sizeof(a->z) - 1 - a->got : sizeof(rest), 0);

	if (n <= 0) {
		fprintf(stderr, "a connection was closed\n");
		exit(1);
	}
	a->got += (size_t)n;
	if (in_head)
		read_head(a);
	if (a->head && a->got >= a->want) {
		if (n_samples < SAMPLES_MAX)
			samples[n_samples++] = clock_mono_us() - a->from;
		ask(a);
	}
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int run_load(int port, int64_t n, int64_t seconds)
{
	struct sockaddr_in sa = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int epoll = epoll_create1(EPOLL_CLOEXEC), on = 1;
	int64_t end = clock_mono_us() + seconds * 1000000;
	struct epoll_event e[256];

	for (int i = 0; i < n; i++) {
		struct epoll_event add = {.events = EPOLLIN, .data = {.ptr = &askers[i]}};
		askers[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		setsockopt(askers[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (connect(askers[i].fd, (struct sockaddr *)&sa, sizeof(sa)) ||
		        epoll_ctl(epoll, EPOLL_CTL_ADD, askers[i].fd, &add)) {
			perror("connect");
			return 1;
		}
		ask(&askers[i]);
	}
	while (clock_mono_us() < end) {
		int ready = epoll_wait(epoll, e, 256, 1000);
		for (int i = 0; i < ready; i++)
			hear(e[i].data.ptr);
	}
	qsort(samples, n_samples, sizeof(*samples), by_value);
	printf("%lld %lld %lld %lld\n", (long long)n_samples / seconds, n_samples ? (long long)samples[n_samples / 2] : 0,
	        n_samples ? (long long)samples[n_samples * 99 / 100] : 0, (long long)not_ok);
	return 0;
}

static void write_questions(int64_t n, const char *path, char **headers, int n_headers)
{
	for (int64_t i = 0; i < n; i++)
		snprintf(questions[i], sizeof(questions[i]), "GET %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", path,
		        n_headers ? headers[i % n_headers] : "", n_headers ? "\r\n" : "");
}

int main(int argc, char **argv)
{
	int64_t port, connections, seconds;
	str what = str_of(argc > 2 ? argv[1] : "");

	signal(SIGPIPE, SIG_IGN);
	memset(constant, 'x', sizeof(constant));
	if (str_eq(what, STR("load")) && argc > 5 && parse_int(str_of(argv[2]), 1, 65535, &port) &&
	        parse_int(str_of(argv[3]), 1, CONNECTIONS_MAX, &connections) &&
	        parse_int(str_of(argv[4]), 1, 3600, &seconds)) {
		samples = calloc(SAMPLES_MAX, sizeof(*samples));
		write_questions(connections, argv[5], argv + 6, argc - 6);
		return run_load((int)port, connections, seconds);
	}
	if (argc == 3 && parse_int(str_of(argv[2]), 0, ANSWER_MAX, &constant_bytes)) {
		if (str_eq(what, STR("constant")))
			return run_constant();
		if (str_eq(what, STR("bare")))
			return run_bare();
	}
	fprintf(stderr, "usage: bench-http constant BYTES | bare BYTES | load PORT CONNECTIONS SECONDS PATH [HEADER …]\n");
	return 2;
}
