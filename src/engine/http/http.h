/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http.h - an HTTP/1.1 server over libmicrohttpd: connections wait on its epoll threads, each request is handed to a worker
 * thread that may block, the answer resumes the connection. It knows paths and bytes, not users or routes.
 *
 * Limits are at this door: header and body sizes, deadlines for drip-fed headers and bodies (minimum rate), connections in all and per
 * address, Content-Length with Transfer-Encoding refused, methods known. What is refused here is answered as JSON,
 * {"error":{"code","field","what"}}, like everything else; only what libmicrohttpd itself cannot read (a request line that is none, more than
 * about 13 kB before the headers end, a broken chunk) gets its own short page or a closed connection.
 *
 * Every answer carries X-Request-Id and the security headers (nosniff, same-origin CORP and COOP, no-referrer, Permissions-Policy, a
 * Content-Security-Policy that allows nothing, Cache-Control: no-store, over TLS HSTS) unless the handler set that header itself.
 * JSON and text over 1 kB is compressed for those who take gzip. */
#ifndef ENGINE_HTTP_HTTP_H
#define ENGINE_HTTP_HTTP_H

#include "base/fault.h"
#include "base/text.h"

struct http_server;
struct http_stream;

/* HEAD is served as GET (serve sees HTTP_GET) and its body left out. */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHODS };
extern const char *const http_method_names[HTTP_METHODS + 1];

struct http_param {
	str name, value; /* percent-decoded, well-formed UTF-8 without NUL */
};

/* A file that came as body: streamed to disk while it arrived. */
struct http_upload {
	const char *path; /* of the temporary file, removed after the request unless renamed away; NULL: none */
	str name; /* file name the client gave (header X-File-Name, percent-encoded, or multipart), cleaned of folders */
	str type; /* Content-Type it claimed */
	int64_t bytes;
};

/* One request and its answer, on one worker at a time. Everything lives in the arena until the answer is sent. */
struct http_request {
	struct arena a;
	enum http_method method;
	str path;  /* percent-decoded after splitting, always begins with "/"; "..", "//" and encoded slashes are refused */
	str query; /* as it came */
	const struct http_param *params; /* of the query */
	size_t n_params;
	str body;                  /* the whole body when it was not an upload */
	struct http_upload upload; /* set when the body was streamed to disk */
	char peer[48];             /* address of the client; of the last untrusted hop behind a configured proxy */
	char id[24];               /* request id, in each log line and in X-Request-Id */
	bool tls;
	void *raw; /* the server's own */

	/* the answer: */
	int status;       /* 200 until set */
	const char *type; /* "application/json" until set */
	struct text out;  /* the body, unless one of the next two is used */
	const char *file; /* send this file instead (Range, ETag and If-None-Match answered), not deleted unless: */
	bool file_once;   /* unlink it when it has been sent */
	struct http_stream *stream; /* turn the connection into an event stream */
};

/* A request header by name, without case; absent when there is none. */
str http_header(const struct http_request *q, const char *name);
/* The value of a cookie, or absent. */
str http_cookie(const struct http_request *q, const char *name);
/* A parameter of the query, or absent. */
str http_param(const struct http_request *q, const char *name);
/* Add a header to the answer; both are copied. Line breaks in value are refused (the header is left out and logged). */
void http_answer_header(struct http_request *q, const char *name, str value);

/* worker: this request, and others with its secret from now on, count as the asker's; outside: of a crowd of its own. Who asks much
 * waits for himself and not others for him (turn.c); who lets too many wait is answered 429. Requests whose asker is not known wait
 * for nobody. */
void http_asker(struct http_request *q, uint64_t id, bool outside);

struct http_settings {
	const char *listen;     /* "HOST:PORT", "[::1]:PORT"; port 0 picks a free one */
	const char *cert, *key; /* PEM files for TLS ≥ 1.2, or NULL */
	unsigned workers;       /* about 32; who asks much has a few of his own beside them */
	unsigned cores;         /* of the machine; 0: as it says */
	unsigned connections_max, per_address_max;
	size_t body_max;        /* of a body kept in memory */
	int64_t upload_max;     /* of a body streamed to disk */
	const char *upload_dir; /* for temporary files */
	int header_ms, idle_ms; /* deadlines: all headers, and an idle kept-alive connection */
	int body_rate_min;      /* bytes a second a body must arrive with, and be taken with, after the grace */
	int body_grace_ms;      /* 0: 10 s */
	const char *
	        proxies; /* addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, with commas between, or NULL */
	/* A figure of 0 means no limit for connections_max and per_address_max. */
	/* Before the body is read, on an epoll thread, so it must not block: shall this path's body be streamed to disk? */
	bool (*wants_upload)(const struct http_request *q, void *arg);
	/* epoll thread: what the request proves by whom it is (a cookie, a token), absent: nothing. NULL: nobody proves anything. */
	str (*secret)(const struct http_request *q, void *arg);
	/* worker: fill the answer. q and all it points to live until the answer is sent. */
	void (*serve)(struct http_request *q, void *arg);
	/* once on each worker thread, around its life: for a database connection of its own (http_worker_data). */
	void *(*worker_start)(void *arg);
	void (*worker_stop)(void *data, void *arg);
	void *arg;
};

int http_start(const struct http_settings *s, struct http_server **ret, struct fault *f) MUST_USE;
/* How many workers such a server has in all. */
unsigned http_workers(const struct http_settings *s);
/* Answer what is under way (resume all suspended first: libmicrohttpd aborts otherwise), then stop. */
void http_stop(struct http_server *s);
int http_port(const struct http_server *s);
/* What worker_start gave, on that worker. */
void *http_worker_data(void);
/* Load certificate and key again without dropping a connection. */
int http_reload_tls(struct http_server *s, struct fault *f) MUST_USE;

struct http_figures {
	int64_t requests, connections, streams, workers_busy, queue, refused;
	int64_t by_class[6]; /* answers 1xx … 5xx */
	int64_t latency_us_sum;
	int64_t latency_le[12]; /* histogram: ≤ 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000 ms, above */
};
void http_figures(struct http_server *s, struct http_figures *ret);

/* Event streams (text/event-stream). A stream belongs to the hub that made it; http sends what is pushed, a comment every 15 s so that a
 * vanished client shows, and drops a client whose unsent text passes 256 kB or who took nothing of it for 30 s. What is pushed
 * before the answer is sent (a replay) may be 8 MB. gone comes on an epoll thread and must not block long; from inside
 * http_stream_close for a stream that was never made the answer of a request. */
struct http_stream *http_stream_new(struct http_server *s, void (*gone)(struct http_stream *st, void *arg), void *arg);
/* Copy text into the stream's buffer; false when the stream is closed or was dropped for slowness. Any thread. */
bool http_stream_push(struct http_stream *st, str text);
/* End it from our side; gone is called once the connection is down, and only then it is freed. Any thread. */
void http_stream_close(struct http_stream *st);

#endif
