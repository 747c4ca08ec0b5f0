/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http_priv.h - what the files of the server share.
 *
 * An exchange is one request and its answer. It belongs to the epoll thread of its connection until that suspends the connection and puts it into
 * the queue, to a worker until that resumes the connection, then to the epoll thread again; away says which.
 * Locks, never two at once but a stream's inside `streams_lock`: conns_lock, queue_lock, streams_lock, stream.lock, tls.lock. */
#ifndef ENGINE_HTTP_HTTP_PRIV_H
#define ENGINE_HTTP_HTTP_PRIV_H

#include "engine/http/http.h"
#include "engine/http/multipart.h"
#include "engine/http/target.h"

#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	HEADERS_BYTES_MAX = 10 * 1024, /* above: 431; the connection's own buffer holds POOL_BYTES */
	HEADERS_MAX = 100,
	/* of a connection: holds the headers; half of it is touched, so it is what an idle stream costs */
	POOL_BYTES = 16 * 1024,
	PIECE_BYTES = 128 * 1024, /* of an upload, written by a worker */
	QUEUE_PER_WORKER = 64,
	STREAM_UNSENT_MAX = 256 * 1024,
	STREAM_REPLAY_MAX = 8 * 1024 * 1024,
	STREAM_STUCK_MS = 30 * 1000,
	BEAT_MS = 15 * 1000,
	SWEEP_MS = 250,
	SEND_GRACE_MS = 30 * 1000,
	LINGER_MS = 10 * 1000, /* how long the rest of a refused body is still taken, so that the client reads why */
	STOP_MS = 10 * 1000
};

/* What a connection is at, for its deadline; fresh: no request has come yet. */
enum phase { PHASE_FRESH, PHASE_IDLE, PHASE_HEAD, PHASE_BODY, PHASE_LINGER, PHASE_WORK, PHASE_SEND, PHASE_STREAM };

/* One TCP connection, in the server's list from accept to close. */
struct conn {
	struct conn *prev, *next;
	struct http_server *s;
	int fd;
	char peer[48];
	_Atomic int phase;
	_Atomic int64_t since, bytes, allow_ms; /* of the phase: begin, body bytes so far, what sending may last */
};

struct header {
	str name, value;
	struct header *next; /* of an answer's */
};

/* An upload on its way: pieces gather in exchange.body and go to disk on a worker, so no epoll thread waits for a disk. */
struct upload_sink {
	int fd; /* -1 until the first piece */
	int64_t came, written;
	bool form; /* multipart/form-data */
	struct multipart parts;
	const char *path;
};

struct exchange {
	struct http_request q; /* first: http_request.raw points back here */
	struct http_server *s;
	struct conn *c;
	struct MHD_Connection *mhd;
	struct exchange *next; /* in the queue */
	str target;            /* as it came */
	struct header *headers;
	size_t n_headers;
	struct header *more, **more_end; /* headers of the answer */
	struct text body;
	int64_t expected;         /* of the body: Content-Length, -1 chunked */
	struct upload_sink *sink; /* NULL: the body stays in memory */
	bool begun, head;
	bool write; /* on the worker: write the piece, do not serve yet */
	_Atomic bool away;
	struct fault fault;  /* why it is refused, with */
	int refused;         /* the status, or 0 */
	struct asker *asker; /* whose it counts as; NULL: not known */
	int64_t began_us;
	int64_t length; /* of the answer's body */
	struct MHD_Response *response;
	int64_t queued_us;
};

struct http_stream {
	struct http_stream *prev, *next; /* in the server's list */
	struct http_server *s;
	pthread_mutex_t lock;
	struct conn *conn; /* NULL until the answer is made and after it is down */
	struct MHD_Connection *mhd;
	char *p; /* unsent: p[from, n) */
	size_t from, n, cap, max;
	bool suspended, closed, dropped;
	int64_t beat_at, stuck_since; /* since when the oldest unsent byte waits; 0: nothing waits */
	void (*gone)(struct http_stream *st, void *arg);
	void *arg;
};

/* Who is served by whom: almost all by the common workers, who ask much by a few of their own, customers and the house apart. */
enum crowd { CROWD_ALL, CROWD_HOUSE, CROWD_OUTSIDE, CROWDS };

/* Exchanges of a crowd that wait for its workers, under queue_lock. */
struct queue {
	pthread_cond_t filled;
	struct exchange *first, **last;
};

struct worker {
	pthread_t thread;
	struct http_server *s;
	enum crowd crowd;
};

struct tls;

struct http_server {
	struct http_settings set;
	struct MHD_Daemon *daemon;
	int listen_fd, port;
	struct tls *tls;
	uint32_t boot;
	_Atomic uint64_t request_count;
	_Atomic bool stopping;

	pthread_mutex_t conns_lock;
	struct conn *conns;

	pthread_mutex_t queue_lock;
	struct queue queues[CROWDS];
	struct turns *turns;
	bool workers_stop;
	struct worker *workers; /* the common ones first */
	unsigned n_workers, n_common;

	pthread_mutex_t streams_lock;
	struct http_stream *streams;

	pthread_t sweeper;
	pthread_mutex_t sweep_lock;
	pthread_cond_t sweep_wake;
	bool sweeper_stop, sweeper_runs;

	_Atomic int64_t requests, n_conns, n_streams, busy, queued, refused, open; /* open: exchanges not yet complete */
	_Atomic int64_t by_class[6], latency_sum, latency[12];
};

/* conn.c: any thread but where said. */
void conn_notify(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode what);
void conn_phase(struct conn *c, enum phase phase);
int sweeper_start(struct http_server *s, struct fault *f) MUST_USE;
void sweeper_stop(struct http_server *s);
/* Shut down connections that wait for a request (all: whatever they do). */
void conns_cut(struct http_server *s, bool all);

/* exchange.c: epoll thread. */
void *exchange_new(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
        const char *version, const char *data, size_t *n, void **context);
void exchange_done(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why);
/* Remember a refusal; the first one counts. */
void exchange_refuse(struct exchange *x, int status, const char *code, const char *what);

/* head.c: read and judge the headers; x->refused is set when they are refused, and *hard when the framing itself cannot be believed. */
void head_read(struct exchange *x, const char *method, const char *version, bool *ret_hard);

/* Does the client take this content coding? */
bool head_accepts(const struct exchange *x, str coding);

/* upload.c */
void upload_begin(struct exchange *x);  /* epoll thread */
void upload_flush(struct exchange *x);  /* worker */
void upload_finish(struct exchange *x); /* worker: the request's upload is set */
void upload_drop(struct exchange *x);   /* close and remove the file */

/* worker.c */
void queues_init(struct http_server *s);
void queues_free(struct http_server *s);
int workers_start(struct http_server *s, struct fault *f) MUST_USE;
void workers_stop(struct http_server *s);
/* May it wait? False, and it is refused, when too many do, in all or of this asker's; else it must be queued. */
bool worker_admits(struct http_server *s, struct exchange *x);
void worker_queue(struct http_server *s, struct exchange *x);

/* answer.c: make x->response from the request's answer, or from its refusal. */
void answer_make(struct exchange *x);
void answer_refusal(struct exchange *x);
/* file.c */
struct MHD_Response *answer_file(struct exchange *x);
/* turn.c: under queue_lock. */
struct turns *turns_new(void);
/* Find whose it is and count it as waiting; false when too many of his wait already. */
bool turn_wait(struct exchange *x);
/* Who serves it. What waits for the common workers is asked again when one of them is free: its asker may have had much meanwhile. */
enum crowd turn_crowd(const struct exchange *x);
/* May it run now, as to how many of his run? */
bool turn_has(const struct exchange *x);
void turn_begin(struct exchange *x);
void turn_end(struct exchange *x);

/* gzip.c: whole text in gzip form, in the arena; absent when it would not get smaller. worker or epoll thread */
str gzip_pack(struct arena *a, str text);
void gzip_thread_done(void);

/* stream.c */
struct MHD_Response *stream_answer(struct exchange *x);
void streams_close(struct http_server *s);
void streams_sweep(struct http_server *s, int64_t now);

/* tls.c */
int tls_new(const char *cert, const char *key, struct tls **ret, struct fault *f) MUST_USE;
int tls_load(struct tls *t, struct fault *f) MUST_USE;
void tls_free(struct tls *t);
/* For MHD_OPTION_HTTPS_CERT_CALLBACK2. GnuTLS gives no argument of ours, so there is at most one server with TLS in a process. */
int tls_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certs,
        unsigned *n_certs, gnutls_ocsp_data_st **ocsp, unsigned *n_ocsp, gnutls_privkey_t *key, unsigned *flags);
extern const char tls_priorities[];

#endif
