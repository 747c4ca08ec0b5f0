/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http_test.c - a real server on a free port, spoken to over raw sockets: what is answered, what is refused, who is cut. */
#include "engine/http/client_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

static struct http_server *server;
static struct http_settings settings;
static char dir[] = "/tmp/http_test_XXXXXX";
static char page_path[64], once_path[64];
static _Atomic bool hold; /* /hold waits while it is set */

/* --- the other side --- */

static void serve_params(struct http_request *q)
{
	text_addf(&q->out, "%s %.*s", http_method_names[q->method], STR_ARG(q->path));
	for (size_t i = 0; i < q->n_params; i++)
		text_addf(&q->out, "|%.*s=%.*s", STR_ARG(q->params[i].name), STR_ARG(q->params[i].value));
	text_addf(&q->out, "|%s", q->peer);
	q->type = "text/plain";
}

static void serve_upload(struct http_request *q)
{
	struct stat st = {0};

	if (q->upload.path && stat(q->upload.path, &st))
		fail_msg("%s is not there", q->upload.path);
	text_addf(&q->out, "%lld %lld %.*s %.*s", (long long)q->upload.bytes, (long long)st.st_size, STR_ARG(q->upload.name),
	        STR_ARG(q->upload.type));
}

static void serve(struct http_request *q, void *arg)
{
	(void)arg;
	if (http_cookie(q, "who").n)
		http_asker(q, (uint64_t)http_cookie(q, "who").p[0], true);
	if (str_eq(q->path, STR("/echo"))) {
		text_add(&q->out, q->body);
	} else if (str_eq(q->path, STR("/big"))) {
		for (int i = 0; i < 3000; i++)
			text_lit(&q->out, "{\"company\":\"Ромашка\",\"phone\":\"+74951234567\"},");
	} else if (str_eq(q->path, STR("/file"))) {
		q->file = page_path;
		http_answer_header(q, "Cache-Control", STR("private, max-age=60"));
		q->type = "audio/ogg";
	} else if (str_eq(q->path, STR("/once"))) {
		q->file = once_path;
		q->file_once = true;
	} else if (str_eq(q->path, STR("/upload"))) {
		serve_upload(q);
	} else if (str_eq(q->path, STR("/hold"))) {
		while (atomic_load(&hold))
			usleep(2000);
		text_lit(&q->out, "held");
	} else if (str_eq(q->path, STR("/cookie"))) {
		text_add(&q->out, http_cookie(q, "sid"));
		http_answer_header(q, "Set-Cookie", STR("a=b\r\nEvil: 1"));
		http_answer_header(q, "Cache-Control", STR("private"));
	} else {
		serve_params(q);
	}
}

static str secret(const struct http_request *q, void *arg)
{
	(void)arg;
	return http_cookie(q, "who");
}

static bool wants_upload(const struct http_request *q, void *arg)
{
	(void)arg;
	return str_eq(q->path, STR("/upload"));
}

#define ask(z) ask_port(http_port(server), z)
#define GET(path) ask("GET " path " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

/* --- what is answered --- */

static void test_answers(void **state)
{
	const char *a = GET("/a%20b/%D0%96?x=1&y=a+b%2F&empty=&z");

	(void)state;
	assert_status(a, 200);
	assert_has(a, "GET /a b/Ж|x=1|y=a b/|empty=|z=|127.0.0.1");
	assert_has(a, "X-Content-Type-Options: nosniff\r\n");
	assert_has(a, "Cross-Origin-Resource-Policy: same-origin\r\n");
	assert_has(a, "Cross-Origin-Opener-Policy: same-origin\r\n");
	assert_has(a, "Referrer-Policy: no-referrer\r\n");
	assert_has(a, "Permissions-Policy: microphone=(self)");
	assert_has(a, "Cache-Control: no-store\r\n");
	assert_has(a, "X-Request-Id: ");
	assert_null(strstr(a, "Strict-Transport"));
	a = ask("HEAD /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	assert_status(a, 200);
	assert_has(a, "Content-Length: 1");
	assert_null(strstr(a, "company"));
	a = ask("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
	        "chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n");
	assert_has(a, "\r\n\r\nabcdefg");
}

static void test_headers_of_an_answer(void **state)
{
	const char *a = ask("GET /cookie HTTP/1.1\r\nHost: x\r\nCookie: other=1; sid=secret\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_has(a, "\r\n\r\nsecret");
	assert_has(a, "Cache-Control: private\r\n");
	assert_null(strstr(a, "no-store"));
	assert_null(strstr(a, "Evil"));
}

static void test_keep_alive_and_pipelining(void **state)
{
	int fd = dial(http_port(server));
	const char *a;

	(void)state;
	say(fd, "GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_has(hear_until(fd, "127.0.0.1", 2000), "GET /one");
	say(fd, "GET /two HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nthreeGET "
	        "/four HTTP/1.1\r\nHost: "
	        "x\r\nConnection: close\r\n\r\n");
	a = hear(fd);
	assert_has(a, "GET /two");
	assert_has(strstr(a, "GET /two"), "three");
	assert_has(strstr(a, "three"), "GET /four");
	close(fd);
}

static void test_gzip(void **state)
{
	const char *a = ask("GET /big HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip;q=0.8\r\nConnection: close\r\n\r\n");

	(void)state;
	assert_has(a, "Content-Encoding: gzip\r\n");
	assert_has(a, "Vary: Accept-Encoding\r\n");
	a = ask("GET /big HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=0\r\nConnection: close\r\n\r\n");
	assert_null(strstr(a, "Content-Encoding"));
	assert_has(a, "company");
}

static void test_file_and_ranges(void **state)
{
	char etag[64], z[300];
	const char *a = GET("/file"), *at = strstr(a, "ETag: ");

	(void)state;
	assert_status(a, 200);
	assert_has(a, "\r\n\r\n0123456789");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "ETag: %60s", etag), 1);
#define RANGE(r) ask("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: " r "\r\n\r\n")
	assert_status(a = RANGE("bytes=2-4"), 206);
	assert_has(a, "Content-Range: bytes 2-4/10\r\n");
	assert_has(a, "\r\n\r\n234");
	assert_has(RANGE("bytes=7-"), "bytes 7-9/10");
	assert_has(RANGE("bytes=-3"), "bytes 7-9/10");
	assert_has(RANGE("bytes=-30"), "bytes 0-9/10");
	assert_has(RANGE("bytes=5-99999999999999"), "bytes 5-9/10");
	assert_status(a = RANGE("bytes=10-"), 416);
	assert_has(a, "bytes */10");
	assert_has(a, "Cache-Control: no-store\r\n");
	assert_null(strstr(a, "ETag"));
	assert_status(RANGE("bytes=-0"), 416);
	assert_status(RANGE("bytes=4-2"), 200);
	assert_status(RANGE("bytes=1-2,4-5"), 200);
	assert_status(RANGE("bytes=99999999999999999999-"), 200);
	assert_status(RANGE("lines=1-2"), 200);
	snprintf(z, sizeof(z), "GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: \"x\", %s\r\n\r\n",
	        etag);
	assert_status(ask(z), 304);
	snprintf(z, sizeof(z),
	        "GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes=1-1\r\nIf-Range: \"old\"\r\n\r\n");
	assert_status(ask(z), 200);
	assert_has(GET("/once"), "only once");
	assert_int_equal(access(once_path, F_OK), -1);
	assert_status(GET("/once"), 410);
}

/* Only a proxy of ours is believed, and of what it says the last hop that is none of ours. */
static void test_proxies(void **state)
{
	static const char get[] =
	        "GET /one HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.1\r\n"
	        "X-Forwarded-Proto: https\r\n\r\n";
	struct http_settings behind = settings;
	struct http_server *proxied = NULL;
	struct fault f = {0};
	const char *a = ask(get);

	(void)state;
	assert_has(a, "|127.0.0.1");
	assert_null(strstr(a, "Strict-Transport"));
	behind.proxies = "127.0.0.1, 10.0.0.1";
	assert_int_equal(http_start(&behind, &proxied, &f), 0);
	a = ask_port(http_port(proxied), get);
	assert_has(a, "|1.2.3.4");
	assert_has(a, "Strict-Transport-Security");
	http_stop(proxied);
}

/* --- what is refused --- */

static void test_bad_targets(void **state)
{
	(void)state;
	assert_status(GET("/a%2Fb"), 400);
	assert_status(GET("/a%5cb"), 400);
	assert_status(GET("/a%"), 400);
	assert_status(GET("/a%zz"), 400);
	assert_status(GET("/a%00b"), 400);
	assert_status(GET("/%FF"), 400);
	assert_status(GET("/%C0%AE%C0%AE/x"), 400);
	assert_status(GET("/.."), 400);
	assert_status(GET("/a/../b"), 400);
	assert_status(GET("/a/%2e%2e/b"), 400);
	assert_status(GET("/a/./b"), 400);
	assert_status(GET("//a"), 400);
	assert_status(GET("/a?x=%0"), 400);
	assert_status(GET("/a?x=%00"), 400);
	assert_status(GET("/a?x=%ED%A0%80"), 400);
	assert_status(GET("http://x/a"), 400);
	assert_status(GET("*"), 400);
	assert_status(GET("/a#b"), 400);
	assert_status(GET("/a b"), 400);
	assert_status(GET("/a/"), 200);
}

static void test_bad_methods_and_headers(void **state)
{
	const char *a = ask("BREW / HTTP/1.1\r\nHost: x\r\n\r\n");
	char *z;

	(void)state;
	assert_status(a, 405);
	assert_has(a, "Allow: GET, HEAD, POST");
	assert_has(a, "X-Content-Type-Options: nosniff");
	assert_has(a, "{\"error\":{\"code\":\"method\"");
	assert_status(ask("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"), 405);
	assert_status(ask("GET / HTTP/1.1\r\n\r\n"), 400);
	assert_status(ask("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), 400);
	assert_status(ask("GET / HTTP/1.1\r\nHost: x\r\nA b: y\r\n\r\n"), 400);
	assert_status(ask("GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello"), 400);
	assert_status(ask("GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n"), 400);
	z = calloc(1, 40000);
	memcpy(z, "GET / HTTP/1.1\r\nHost: x\r\nA: ", 28);
	memset(z + 28, 'a', 12000);
	memcpy(z + 12028, "\r\n\r\n", 5);
	assert_status(a = ask(z), 431);
	assert_has(a, "nosniff");
	memset(z + 28, 'a', 39000);
	assert_status(ask(z), 431);
	free(z);
}

static void test_smuggling(void **state)
{
#define SMUGGLE(headers, body) \
	ask("POST /echo HTTP/1.1\r\nHost: x\r\n" headers "\r\n" body "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
	static const char *const tries[] = {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
	        "Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
	        "Content-Length: +3\r\n", "Content-Length: 3, 3\r\n", "Content-Length: 0x3\r\n", "Content-Length: -1\r\n",
	        "Content-Length: 99999999999999999999999\r\n",
	        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n",
	        "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n",
	        "Transfer-Encoding : chunked\r\n", "Content-Length: 3\r\n Transfer-Encoding: chunked\r\n"};
	char z[600];

	(void)state;
	for (size_t i = 0; i < COUNT(tries); i++) {
		snprintf(z, sizeof(z),
		        "POST /echo HTTP/1.1\r\nHost: x\r\n%s\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
		        tries[i]);
		const char *a = ask(z);
		if ((strncmp(a, "HTTP/1.1 4", 10) != 0 && *a) || strstr(a, "/smuggled"))
			fail_msg("%s gave: %.300s", tries[i], a);
	}
	assert_null(strstr(SMUGGLE("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"), "smuggled"));
	assert_status(ask("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
}

static void test_big_bodies(void **state)
{
	char *z = calloc(1, 300000);
	int n = snprintf(z, 200, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
	const char *a;

	(void)state;
	memset(z + n, 'a', 200000);
	assert_status(a = ask(z), 413);
	assert_has(a, "Connection: close");
	n = snprintf(z, 200, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n30D40\r\n");
	memset(z + n, 'a', 200000);
	memcpy(z + n + 200000, "\r\n0\r\n\r\n", 8);
	assert_status(ask(z), 413);
	assert_status(ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\nExpect: 100-continue\r\n\r\n"), 413);
	assert_has(ask("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\nExpect: "
	               "100-continue\r\n\r\nabc"),
	        "100 Continue");
	free(z);
}

/* --- uploads --- */

static const char *upload(const char *headers, const char *body, size_t n)
{
	static char z[1 << 19];
	int head = snprintf(z, sizeof(z),
	        "POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n", n, headers);
	int fd = dial(http_port(server));
	const char *a;

	memcpy(z + head, body, n);
	say_n(fd, z, (size_t)head + n);
	a = hear(fd);
	close(fd);
	return a;
}

/* Temporary files still there after a moment. */
static int files_left(void)
{
	int n = -1;

	for (int64_t end = clock_mono_ms() + 1000; n != 0 && clock_mono_ms() < end; usleep(5000)) {
		DIR *d = opendir(dir);
		n = 0;
		for (struct dirent *e; (e = readdir(d));)
			n += strncmp(e->d_name, "upload-", 7) == 0;
		closedir(d);
	}
	return n;
}

static void test_uploads(void **state)
{
	static char z[400000];
	const char *form = "--b\r\nContent-Disposition: form-data; "
	                   "name=\"note\"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; "
	                   "name=\"file\"; filename=\"../../a/\xD0\x96 b.csv\"\r\nContent-Type: "
	                   "text/csv\r\n\r\n1;2\r\n--cx\r\n3\r\n--b--\r\n";

	(void)state;
	memset(z, 'a', sizeof(z));
	assert_has(upload("X-File-Name: ..%2F%D0%91%D0%B0%D0%B7%D0%B0.xlsx\r\nContent-Type: text/csv\r\n", z, 300000),
	        "300000 300000 База.xlsx text/csv");
	assert_has(upload("X-File-Name: a%E2%80%AEfdp.exe\r\n", "x", 1), "1 1 afdp.exe ");
	assert_has(upload("X-File-Name: ..\r\n", "x", 1), "1 1 file ");
	assert_has(
	        upload("Content-Type: multipart/form-data; boundary=b\r\n", form, strlen(form)), "12 12 Ж b.csv text/csv");
	assert_status(upload("Content-Type: multipart/form-data; boundary=b\r\n", form, strlen(form) - 5), 400);
	assert_status(upload("Content-Type: multipart/form-data\r\n", form, strlen(form)), 400);
	assert_status(upload("Content-Type: multipart/form-data; boundary=c\r\n", form, strlen(form)), 400);
	assert_status(upload("", z, sizeof(z)), 413);
	assert_int_equal(files_left(), 0);
}

static void test_chunked_upload(void **state)
{
	char chunk[5000];
	int fd = dial(http_port(server));

	(void)state;
	say(fd, "POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
	memset(chunk, 'z', sizeof(chunk));
	memcpy(chunk, "400\r\n", 5);
	memcpy(chunk + 5 + 1024, "\r\n", 2);
	for (int i = 0; i < 340; i++)
		say_n(fd, chunk, 5 + 1024 + 2);
	say(fd, "0\r\n\r\n");
	assert_has(hear(fd), "348160 348160 file ");
	close(fd);
	fd = dial(http_port(server));
	say(fd, "POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 420; i++)
		say_n(fd, chunk, 5 + 1024 + 2);
	say(fd, "0\r\n\r\n");
	assert_status(hear(fd), 413);
	close(fd);
	fd = dial(http_port(server));
	say(fd, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\nabc");
	usleep(50000);
	close(fd);
	assert_int_equal(files_left(), 0);
}

/* --- who is cut --- */

struct drip {
	int fd;
	const char *head;
	_Atomic bool stop;
};

static void *drip_run(void *arg)
{
	struct drip *d = arg;

	say(d->fd, d->head);
	while (!atomic_load(&d->stop)) {
		if (send(d->fd, "a", 1, MSG_NOSIGNAL) < 0)
			break;
		usleep(50000);
	}
	return NULL;
}

/* Others are served while it drips, and it is cut. */
static void assert_drip_cut(const char *head)
{
	struct drip d = {.fd = dial(http_port(server)), .head = head};
	int64_t from = clock_mono_ms();
	pthread_t t;

	pthread_create(&t, NULL, drip_run, &d);
	assert_status(GET("/other"), 200);
	assert_true(closes(d.fd, 4000));
	assert_true(clock_mono_ms() - from >= 500);
	atomic_store(&d.stop, true);
	pthread_join(t, NULL);
	close(d.fd);
}

static void test_drips_are_cut(void **state)
{
	(void)state;
	assert_drip_cut("GET /");
	assert_drip_cut("GET / HTTP/1.1\r\nHost: x\r\nA: ");
	assert_drip_cut("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
	assert_drip_cut("POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n");
}

static void test_idle_is_cut(void **state)
{
	int fd = dial(http_port(server)), silent = dial(http_port(server));

	(void)state;
	say(fd, "GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_has(hear_until(fd, "127.0.0.1", 2000), "GET /one");
	assert_true(closes(silent, 3000));
	assert_true(closes(fd, 4000));
	close(fd);
	close(silent);
}

/* Idle connections up to the limit do not keep others waiting, and go. */
static void test_many_idle(void **state)
{
	enum { MANY = 1000 };
	static int fds[MANY];
	struct http_figures f;
	int64_t from;

	(void)state;
	for (int i = 0; i < MANY; i++)
		fds[i] = dial(http_port(server));
	from = clock_mono_ms();
	assert_status(GET("/other"), 200);
	assert_true(clock_mono_ms() - from < 500);
	http_figures(server, &f);
	assert_true(f.connections > MANY / 2);
	for (int i = 0; i < MANY; i++) {
		assert_true(closes(fds[i], 3000));
		close(fds[i]);
	}
}

static bool served(int fd)
{
	say(fd, "GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
	return strstr(hear_until(fd, "127.0.0.1", 1000), "GET /one");
}

static void test_address_is_bounded(void **state)
{
	struct http_settings few = settings;
	struct http_server *small = NULL;
	struct fault f = {0};
	int fds[5], more;

	(void)state;
	few.per_address_max = COUNT(fds);
	assert_int_equal(http_start(&few, &small, &f), 0);
	for (size_t i = 0; i < COUNT(fds); i++)
		assert_true(served(fds[i] = dial(http_port(small))));
	more = dial(http_port(small));
	assert_true(closes(more, 1000));
	close(more);
	close(fds[0]);
	usleep(100000);
	assert_true(served(fds[0] = dial(http_port(small))));
	for (size_t i = 0; i < COUNT(fds); i++)
		close(fds[i]);
	http_stop(small);
}

static void test_queue_is_bounded(void **state)
{
	enum { ASKERS = 4 * 64 + 40 };
	static int fds[ASKERS];
	int busy = 0;

	(void)state;
	atomic_store(&hold, true);
	for (int i = 0; i < ASKERS; i++)
		say(fds[i] = dial(http_port(server)), "GET /hold HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	usleep(300000);
	atomic_store(&hold, false);
	for (int i = 0; i < ASKERS; i++) {
		busy += strncmp(hear(fds[i]), "HTTP/1.1 503", 12) == 0;
		close(fds[i]);
	}
	assert_true(busy > 0 && busy < 60);
}

static void hold_as(int *fds, int n, const char *who)
{
	for (int i = 0; i < n; i++) {
		char z[200];
		snprintf(z, sizeof(z), "GET /hold HTTP/1.1\r\nHost: x\r\nCookie: who=%s\r\nConnection: close\r\n\r\n", who);
		say(fds[i] = dial(http_port(server)), z);
	}
	usleep(300000);
}

/* Let them go; how many were refused as too many. */
static int let_go(int *fds, int n)
{
	int many = 0;

	atomic_store(&hold, false);
	for (int i = 0; i < n; i++) {
		many += strncmp(hear(fds[i]), "HTTP/1.1 429", 12) == 0;
		close(fds[i]);
	}
	return many;
}

#define AS(who) ask("GET /a HTTP/1.1\r\nHost: x\r\nCookie: who=" who "\r\nConnection: close\r\n\r\n")

/* Trial W11: who asks much waits for himself. */
static void test_each_has_his_turn(void **state)
{
	struct http_settings more = settings;
	struct http_server *small = server;
	struct http_figures now;
	struct fault f = {0};
	int fds[60];

	(void)state;
	more.workers = 10;
	more.cores = 2;
	assert_int_equal(http_start(&more, &server, &f), 0);
	assert_status(AS("a"), 200);
	assert_status(AS("b"), 200);
	atomic_store(&hold, true);
	hold_as(fds, 12, "a");
	http_figures(server, &now);
	assert_int_equal(now.workers_busy, 6); /* as many as a browser asks at once */
	assert_status(AS("b"), 200);           /* while the other six wait */
	assert_int_equal(let_go(fds, 12), 0);
	atomic_store(&hold, true);
	hold_as(fds, 3, "a"); /* six had 300 ms each: one at a time from now on */
	http_figures(server, &now);
	assert_int_equal(now.workers_busy, 1);
	hold_as(fds + 3, 3, "b");
	http_figures(server, &now);
	assert_int_equal(now.workers_busy, 4);
	hold_as(fds + 6, 40, "a"); /* two wait, 30 more may */
	assert_int_equal(let_go(fds, 46), 10);
	http_stop(server);
	server = small;
}

static int start(void **state)
{
	struct fault f = {0};
	int fd;

	(void)state;
	settings = (struct http_settings){.listen = "127.0.0.1:0",
	        .workers = 4,
	        .connections_max = 4000,
	        .body_max = 100000,
	        .upload_max = 400000 - 1,
	        .upload_dir = dir,
	        .header_ms = 1000,
	        .idle_ms = 1500,
	        .body_rate_min = 200,
	        .body_grace_ms = 1000,
	        .wants_upload = wants_upload,
	        .secret = secret,
	        .serve = serve};
	if (!mkdtemp(dir))
		return -1;
	snprintf(page_path, sizeof(page_path), "%s/page", dir);
	snprintf(once_path, sizeof(once_path), "%s/once", dir);
	fd = open(page_path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, "0123456789", 10), 10);
	close(fd);
	fd = open(once_path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, "only once", 9), 9);
	close(fd);
	if (http_start(&settings, &server, &f))
		fail_msg("%s", f.what);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	unlink(page_path);
	unlink(once_path);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers), cmocka_unit_test(test_headers_of_an_answer),
	        cmocka_unit_test(test_keep_alive_and_pipelining), cmocka_unit_test(test_gzip),
	        cmocka_unit_test(test_file_and_ranges), cmocka_unit_test(test_proxies), cmocka_unit_test(test_bad_targets),
	        cmocka_unit_test(test_bad_methods_and_headers), cmocka_unit_test(test_smuggling),
	        cmocka_unit_test(test_big_bodies), cmocka_unit_test(test_uploads), cmocka_unit_test(test_chunked_upload),
	        cmocka_unit_test(test_drips_are_cut), cmocka_unit_test(test_idle_is_cut), cmocka_unit_test(test_many_idle),
	        cmocka_unit_test(test_address_is_bounded), cmocka_unit_test(test_queue_is_bounded),
	        cmocka_unit_test(test_each_has_his_turn)};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, start, stop);
}
