/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - thousands of open event streams, one event to all each second: how long until each browser has it, and what a stream costs
 * in memory. All browsers are one epoll loop on the same machine, so its work is in the figure.
 * usage: bench-stream door STREAMS EVENTS                 engine/http alone, in a process of its own
 *        bench-stream house PORT PID COOKIE STREAMS EVENTS  a running server: streams of /api/events, each event a customer made,
 *                                                         from the request to each browser; PID is the app's, for its memory */
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

/* One load: whom to ask, as whom, how much. */
struct load {
	int64_t port, pid, n, events;
	const char *cookie;
	int commands; /* the door's: a byte is an event; -1: the event is a request */
	int maker;    /* connection that makes customers */
};

static int dial(int64_t port)
{
	struct sockaddr_in sa = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		perror("connect");
		exit(1);
	}
	return fd;
}

static void say(int fd, const char *z, size_t n)
{
	if (send(fd, z, n, MSG_NOSIGNAL) != (ssize_t)n) {
		perror("send");
		exit(1);
	}
}

static void open_stream(const struct load *l, int epoll)
{
	char z[400];
	int n = snprintf(z, sizeof(z),
	        "GET /api/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nCookie: sid=%s\r\n\r\n",
	        l->cookie);
	struct epoll_event e = {.events = EPOLLIN, .data = {.fd = dial(l->port)}};

	say(e.data.fd, z, (size_t)n);
	epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e);
}

/* Read whatever comes until want texts with the mark arrived. us, unless NULL: the delay of each since the moment from. */
static size_t hear(int epoll, const char *mark, size_t want, int64_t from, int64_t *us)
{
	struct epoll_event e[512];
	size_t got = 0;
	int n;

	while (got < want && (n = epoll_wait(epoll, e, 512, 5000)) > 0) {
		for (int i = 0; i < n && got < want; i++) {
			char z[4096];
			ssize_t bytes = recv(e[i].data.fd, z, sizeof(z) - 1, 0);
			if (bytes <= 0) {
				epoll_ctl(epoll, EPOLL_CTL_DEL, e[i].data.fd, NULL);
				continue;
			}
			z[bytes] = 0;
			if (!strstr(z, mark))
				continue;
			if (us)
				us[got] = clock_mono_us() - from;
			got++;
		}
	}
	return got;
}

static void open_streams(const struct load *l, int epoll, int64_t n)
{
	for (int64_t i = 0; i < n; i += 100) {
		size_t some = (size_t)(n - i < 100 ? n - i : 100);
		for (size_t j = 0; j < some; j++)
			open_stream(l, epoll);
		if (hear(epoll, "text/event-stream", some, 0, NULL) != some) {
			fprintf(stderr, "streams do not open\n");
			exit(1);
		}
	}
}

/* One event; the moment it was asked for. */
static int64_t make_event(const struct load *l, int64_t i)
{
	char z[600], body[100], answer[4096];
	int n = snprintf(body, sizeof(body), "{\"name\":\"stream %lld\"}", (long long)i);
	int64_t from = clock_mono_us();

	if (l->commands >= 0) {
		if (write(l->commands, "e", 1) != 1)
			exit(1);
		return from;
	}
	n = snprintf(z, sizeof(z),
	        "POST /api/customers HTTP/1.1\r\nHost: localhost\r\nCookie: sid=%s\r\nX-Zvonar: 1\r\nSec-Fetch-Site: "
	        "same-origin\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	        l->cookie, n, body);
	say(l->maker, z, (size_t)n);
	n = (int)recv(l->maker, answer, sizeof(answer) - 1, 0);
	if (n < 12 || strncmp(answer, "HTTP/1.1 201", 12) != 0) {
		fprintf(stderr, "no customer could be made: %.*s\n", n > 0 ? n : 0, answer);
		exit(1);
	}
	return from;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int measure(const struct load *l, const char *name)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int64_t *us = calloc((size_t)(l->n * l->events), sizeof(*us)), warm = l->n / 5, before, p99, each;
	size_t got = 0, all = (size_t)(l->n * l->events);

	open_streams(l, epoll, warm); /* the workers' caches and stacks are no stream's */
	before = rss_kb((pid_t)l->pid);
	open_streams(l, epoll, l->n - warm);
	for (int64_t i = 0; i < l->events; i++) {
		int64_t from = make_event(l, i);
		got += hear(epoll, "\ndata: {", (size_t)l->n, from, us + got);
		usleep(700000);
	}
	each = (rss_kb((pid_t)l->pid) - before) * 1024 / (l->n - warm);
	qsort(us, got, sizeof(*us), by_value);
	p99 = got ? us[got * 99 / 100] : 0;
	printf("stream_%s: %.1f ms p99 (median %.1f ms, %lld streams, %zu of %zu events heard; limit: %d ms, ratio %.2f)\n",
	        name, (double)p99 / 1000, got ? (double)us[got / 2] / 1000 : 0, (long long)l->n, got, all, LIMIT_P99_MS,
	        (double)p99 / 1000 / LIMIT_P99_MS);
	printf("stream_%s_memory: %.1f kB each (limit: %d kB, ratio %.2f)\n", name, (double)each / 1000, LIMIT_KB,
	        (double)each / 1000 / LIMIT_KB);
	free(us);
	return got != all || p99 > LIMIT_P99_MS * 1000 || each > LIMIT_KB * 1000;
}

static int measure_door(struct load l)
{
	int commands[2], answers[2], port = 0, bad;
	pid_t pid;

	if (pipe(commands) || pipe(answers) || (pid = fork()) < 0)
		return 1;
	if (pid == 0) {
		close(commands[1]);
		return serve_until_closed(commands[0], answers[1]);
	}
	close(commands[0]);
	close(answers[1]);
	if (read(answers[0], &port, sizeof(port)) != sizeof(port))
		return 1;
	l.port = port;
	l.pid = pid;
	l.commands = commands[1];
	bad = measure(&l, "door");
	close(commands[1]);
	waitpid(pid, NULL, 0);
	return bad;
}

static void raise_files(void)
{
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char **argv)
{
	struct load l = {.cookie = "0123456789012345678901234567890123456789012", .commands = -1};
	bool door = argc == 4 && str_eq(str_of(argv[1]), STR("door")),
	     house = argc == 7 && str_eq(str_of(argv[1]), STR("house"));

	signal(SIGPIPE, SIG_IGN);
	raise_files();
	if (!(door || house) || !parse_int(str_of(argv[argc - 2]), 1, STREAMS_MAX, &l.n) ||
	        !parse_int(str_of(argv[argc - 1]), 1, 1000, &l.events) ||
	        (house && (!parse_int(str_of(argv[2]), 1, 65535, &l.port) ||
	                          !parse_int(str_of(argv[3]), 1, INT32_MAX, &l.pid)))) {
		fprintf(stderr, "usage: bench-stream door STREAMS EVENTS | house PORT PID COOKIE STREAMS EVENTS\n");
		return 2;
	}
	if (door)
		return measure_door(l);
	l.cookie = argv[4];
	l.maker = dial(l.port);
	return measure(&l, "house");
}
