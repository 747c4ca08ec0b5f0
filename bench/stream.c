/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - thousands of open event streams, one event to all each second: how long until each browser has it, and what a stream costs
 * in memory. The server (engine/http) is a process of its own; all browsers are one epoll loop on the same machine, so its work is in the figure.
 * usage: bench-stream [streams [events]] */
#include "base/clock.h"
#include "base/parse.h"
#include "engine/http/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STREAMS_MAX = 20000, LIMIT_P99_MS = 250, LIMIT_KB = 30 };

/* --- the server process --- */

static struct http_server *server;
static struct http_stream *streams[STREAMS_MAX];
static size_t n_streams;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void gone(struct http_stream *st, void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_streams; i++)
		if (streams[i] == st) {
			streams[i] = streams[--n_streams];
			break;
		}
	pthread_mutex_unlock(&lock);
}

static void serve(struct http_request *q, void *arg)
{
	(void)arg;
	q->stream = http_stream_new(server, gone, NULL);
	pthread_mutex_lock(&lock);
	if (n_streams < STREAMS_MAX)
		streams[n_streams++] = q->stream;
	pthread_mutex_unlock(&lock);
}

static void push_all(void)
{
	char z[200];
	int n = snprintf(z, sizeof(z),
	        "id: 1\ndata: {\"at\":%lld,\"entity\":\"contact\",\"verb\":\"changed\",\"id\":123456,\"project_id\":7}\n\n",
	        (long long)clock_mono_us());

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_streams; i++)
		http_stream_push(streams[i], (str){z, (size_t)n});
	pthread_mutex_unlock(&lock);
}

/* Each byte that comes is an event to send; the end is the end. */
static int serve_until_closed(int commands, int answers)
{
	struct http_settings s = {.listen = "127.0.0.1:0",
	        .workers = 32,
	        .connections_max = STREAMS_MAX,
	        .body_max = 1000,
	        .upload_dir = "/tmp",
	        .header_ms = 60000,
	        .idle_ms = 60000,
	        .body_rate_min = 100,
	        .serve = serve};
	struct fault f = {0};
	int port;
	char c;

	if (http_start(&s, &server, &f)) {
		fprintf(stderr, "%s\n", f.what);
		return 1;
	}
	port = http_port(server);
	if (write(answers, &port, sizeof(port)) != sizeof(port))
		return 1;
	while (read(commands, &c, 1) == 1)
		push_all();
	http_stop(server);
	return 0;
}

/* --- the browsers --- */

static int64_t rss_kb(pid_t pid)
{
	char path[64], z[128] = {0};
	long long size, resident;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	file = fopen(path, "r");
	if (!file || !fgets(z, sizeof(z), file) || sscanf(z, "%lld %lld", &size, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int open_stream(int port, int epoll)
{
	static const char ask[] = "GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: "
	                          "sid=0123456789012345678901234567890123456789012\r\n\r\n";
	struct sockaddr_in sa = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct epoll_event e = {.events = EPOLLIN, .data = {.fd = fd}};

	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)) || send(fd, ask, sizeof(ask) - 1, 0) < 0 ||
	        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e)) {
		perror("stream");
		exit(1);
	}
	return fd;
}

/* Read whatever comes until want texts with the mark arrived; the delays of events go to us (which may be NULL). */
static size_t hear(int epoll, const char *mark, size_t want, int64_t *us)
{
	struct epoll_event e[512];
	size_t got = 0;
	int n;

	while (got < want && (n = epoll_wait(epoll, e, 512, 5000)) > 0) {
		for (int i = 0; i < n; i++) {
			char z[4096];
			ssize_t bytes = recv(e[i].data.fd, z, sizeof(z) - 1, 0);
			const char *at;
			if (bytes <= 0) {
				epoll_ctl(epoll, EPOLL_CTL_DEL, e[i].data.fd, NULL);
				continue;
			}
			z[bytes] = 0;
			at = strstr(z, mark);
			if (at && us && got < want)
				us[got] = clock_mono_us() - strtoll(at + strlen(mark), NULL, 10);
			got += at != NULL;
		}
	}
	return got;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int measure(pid_t pid, int port, int commands, size_t n, size_t events)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int64_t before = rss_kb(pid), *us = calloc(n * events, sizeof(*us)), p99, each;
	size_t got = 0;

	for (size_t i = 0; i < n; i += 100) {
		size_t some = n - i < 100 ? n - i : 100;
		for (size_t j = 0; j < some; j++)
			(void)open_stream(port, epoll);
		if (hear(epoll, "text/event-stream", some, NULL) != some) {
			fprintf(stderr, "streams do not open\n");
			return 1;
		}
	}
	for (size_t i = 0; i < events; i++) {
		usleep(i ? 700000 : 0);
		if (write(commands, "e", 1) != 1)
			return 1;
		got += hear(epoll, "\"at\":", n, us + got);
	}
	each = (rss_kb(pid) - before) * 1024 / (int64_t)n;
	qsort(us, got, sizeof(*us), by_value);
	p99 = got ? us[got * 99 / 100] : 0;
	printf("stream: %.1f ms p99 of %zu streams, median %.1f ms, %zu of %zu events heard (limit: %d ms, ratio %.2f)\n",
	        (double)p99 / 1000, n, got ? (double)us[got / 2] / 1000 : 0, got, n * events, LIMIT_P99_MS,
	        (double)p99 / 1000 / LIMIT_P99_MS);
	printf("stream memory: %.1f kB each (limit: %d kB, ratio %.2f)\n", (double)each / 1000, LIMIT_KB,
	        (double)each / 1000 / LIMIT_KB);
	free(us);
	return got != n * events || p99 > LIMIT_P99_MS * 1000 || each > LIMIT_KB * 1000;
}

int main(int argc, char **argv)
{
	int64_t n = 5000, events = 10;
	int commands[2], answers[2], port = 0, bad;
	struct rlimit files;
	pid_t pid;

	if ((argc > 1 && !parse_int(str_of(argv[1]), 1, STREAMS_MAX, &n)) ||
	        (argc > 2 && !parse_int(str_of(argv[2]), 1, 1000, &events))) {
		fprintf(stderr, "usage: bench-stream [streams [events]]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) || pipe(commands) || pipe(answers) || (pid = fork()) < 0) {
		perror("bench-stream");
		return 1;
	}
	if (pid == 0) {
		close(commands[1]);
		return serve_until_closed(commands[0], answers[1]);
	}
	close(commands[0]);
	close(answers[1]);
	if (read(answers[0], &port, sizeof(port)) != sizeof(port))
		return 1;
	bad = measure(pid, port, commands[1], (size_t)n, (size_t)events);
	close(commands[1]);
	waitpid(pid, NULL, 0);
	return bad;
}
