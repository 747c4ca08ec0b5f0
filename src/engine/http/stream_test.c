/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream_test.c - event streams: sent, closed, vanished, too slow; and the server's end with everything open. */
#include "engine/http/client_priv.h"

#include <pthread.h>

static struct http_server *server;
static _Atomic int gone_count;
static _Atomic(struct http_stream *) last_stream;
static _Atomic bool hold; /* /hold waits while it is set */

static void stream_gone(struct http_stream *st, void *arg)
{
	(void)st, (void)arg;
	atomic_fetch_add(&gone_count, 1);
}

static void serve_stream(struct http_request *q)
{
	struct http_stream *st = http_stream_new(server, stream_gone, NULL);

	http_stream_push(st, STR("data: hello\n\n"));
	q->stream = st;
	atomic_store(&last_stream, st);
}

static void serve(struct http_request *q, void *arg)
{
	(void)arg;
	if (str_eq(q->path, STR("/stream")))
		serve_stream(q);
	while (str_eq(q->path, STR("/hold")) && atomic_load(&hold))
		usleep(2000);
	if (!q->stream)
		text_addf(&q->out, "answer of %.*s", STR_ARG(q->path));
}

static int open_stream(void)
{
	int fd = dial(http_port(server));

	atomic_store(&last_stream, NULL);
	say(fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_has(hear_until(fd, "data: hello", 2000), "Content-Type: text/event-stream");
	return fd;
}

static void test_stream(void **state)
{
	int before = atomic_load(&gone_count), fd = open_stream();
	struct http_stream *st = atomic_load(&last_stream);

	(void)state;
	assert_true(http_stream_push(st, STR("id: 1\ndata: {}\n\n")));
	assert_has(hear_until(fd, "data: {}\n\n", 2000), "id: 1");
	for (int i = 0; i < 1000; i++)
		assert_true(http_stream_push(st, STR("data: again\n\n")));
	assert_true(http_stream_push(st, STR("data: last\n\n")));
	assert_has(hear_until(fd, "last", 2000), "again");
	http_stream_close(st);
	assert_has(hear_until(fd, "0\r\n\r\n", 2000), "0\r\n");
	assert_true(comes_to(&gone_count, before + 1, 2000));
	say(fd, "GET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	assert_has(hear(fd), "answer of /after");
	close(fd);
}

static void test_stream_vanished(void **state)
{
	int before = atomic_load(&gone_count), fd = open_stream();
	struct http_stream *st = atomic_load(&last_stream);

	(void)state;
	close(fd);
	(void)http_stream_push(st, STR("data: anybody\n\n"));
	usleep(50000);
	if (atomic_load(&gone_count) == before)
		(void)http_stream_push(st, STR("data: there\n\n"));
	assert_true(comes_to(&gone_count, before + 1, 2000));
}

static void test_stream_slow(void **state)
{
	static char much[64 * 1024];
	int before = atomic_load(&gone_count), fd = open_stream(), i;
	struct http_stream *st = atomic_load(&last_stream);

	(void)state;
	memset(much, 'x', sizeof(much));
	for (i = 0; i < 2000 && http_stream_push(st, (str){much, sizeof(much)}); i++)
		usleep(1000);
	assert_true(i > 3 && i < 200);
	assert_true(comes_to(&gone_count, before + 1, 2000));
	close(fd);
}

static void test_stream_never_sent(void **state)
{
	int before = atomic_load(&gone_count);
	struct http_stream *st = http_stream_new(server, stream_gone, NULL);

	(void)state;
	assert_true(http_stream_push(st, STR("x")));
	http_stream_close(st);
	assert_int_equal(atomic_load(&gone_count), before + 1);
	assert_status(ask_port(http_port(server), "HEAD /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 200);
	assert_true(comes_to(&gone_count, before + 2, 2000));
}

/* --- the end --- */

static void *release_later(void *arg)
{
	(void)arg;
	usleep(300000);
	atomic_store(&hold, false);
	return NULL;
}

/* Streams, suspended requests, half requests and idle connections open: what is under way is answered, nothing aborts. */
static void test_stop_with_all_open(void **state)
{
	int streams[20], held, half = dial(http_port(server)), idle = dial(http_port(server)),
	                       before = atomic_load(&gone_count);
	int64_t from;
	pthread_t t;

	(void)state;
	for (size_t i = 0; i < COUNT(streams); i++)
		streams[i] = open_stream();
	atomic_store(&hold, true);
	say(held = dial(http_port(server)), "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
	say(half, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
	usleep(100000);
	pthread_create(&t, NULL, release_later, NULL);
	from = clock_mono_ms();
	http_stop(server);
	assert_true(clock_mono_ms() - from < 5000);
	server = NULL;
	pthread_join(t, NULL);
	assert_has(hear(held), "answer of /hold");
	assert_int_equal(atomic_load(&gone_count), before + (int)COUNT(streams));
	for (size_t i = 0; i < COUNT(streams); i++) {
		assert_true(closes(streams[i], 500));
		close(streams[i]);
	}
	close(held), close(half), close(idle);
}
static int start(void **state)
{
	static const struct http_settings settings = {.listen = "127.0.0.1:0",
	        .workers = 4,
	        .body_max = 100000,
	        .upload_dir = "/tmp",
	        .header_ms = 2000,
	        .idle_ms = 2000,
	        .body_rate_min = 200,
	        .body_grace_ms = 1000,
	        .serve = serve};
	struct fault f = {0};

	(void)state;
	if (http_start(&settings, &server, &f))
		fail_msg("%s", f.what);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_stream), cmocka_unit_test(test_stream_vanished),
	        cmocka_unit_test(test_stream_slow), cmocka_unit_test(test_stream_never_sent),
	        cmocka_unit_test(test_stop_with_all_open)};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, start, stop);
}
