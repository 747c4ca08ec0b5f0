/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c - event streams. The connection sleeps (suspended) while nothing waits to be sent; a push wakes it. Whether it sleeps is decided
 * and done under the stream's lock, since libmicrohttpd must never resume what is not suspended. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/log.h"

#include <sys/socket.h>

enum { CAP_MIN = 512, SEND_BUFFER = 64 * 1024 };

struct http_stream *http_stream_new(struct http_server *s, void (*gone)(struct http_stream *st, void *arg), void *arg)
{
	struct http_stream *st = calloc(1, sizeof(*st));

	if (!st)
		abort();
	st->s = s;
	st->gone = gone;
	st->arg = arg;
	st->max = STREAM_REPLAY_MAX;
	pthread_mutex_init(&st->lock, NULL);
	return st;
}

static void stream_free(struct http_stream *st)
{
	if (st->gone)
		st->gone(st, st->arg);
	pthread_mutex_destroy(&st->lock);
	free(st->p);
	free(st);
}

/* Under the lock. */
static void wake(struct http_stream *st)
{
	if (!st->suspended)
		return;
	st->suspended = false;
	MHD_resume_connection(st->mhd);
}

/* Under the lock: room for more bytes behind n. */
static bool make_room(struct http_stream *st, size_t more)
{
	size_t unsent = st->n - st->from, cap = st->cap ? st->cap : CAP_MIN;
	char *p;

	if (unsent + more > st->max)
		return false;
	if (st->cap - st->n >= more)
		return true;
	if (st->from)
		memmove(st->p, st->p + st->from, unsent);
	st->from = 0;
	st->n = unsent;
	while (cap < unsent + more)
		cap *= 2;
	if (cap != st->cap) {
		p = realloc(st->p, cap);
		if (!p)
			return false;
		st->p = p;
		st->cap = cap;
	}
	return true;
}

/* Under the lock. The descriptor is still the connection's while st->conn is set. */
static void drop(struct http_stream *st, const char *why)
{
	if (st->dropped)
		return;
	log_info("http", "an event stream is cut: %s", why);
	st->dropped = true;
	if (st->conn)
		shutdown(st->conn->fd, SHUT_RDWR);
	wake(st);
}

static bool push_locked(struct http_stream *st, str text)
{
	if (st->closed || st->dropped)
		return false;
	if (!make_room(st, text.n)) {
		drop(st, "its reader is too slow");
		return false;
	}
	if (text.n)
		memcpy(st->p + st->n, text.p, text.n);
	st->n += text.n;
	st->beat_at = clock_mono_ms() + BEAT_MS;
	if (!st->stuck_since)
		st->stuck_since = clock_mono_ms();
	wake(st);
	return true;
}

bool http_stream_push(struct http_stream *st, str text)
{
	bool taken;

	pthread_mutex_lock(&st->lock);
	taken = push_locked(st, text);
	pthread_mutex_unlock(&st->lock);
	return taken;
}

void http_stream_close(struct http_stream *st)
{
	bool never_sent;

	pthread_mutex_lock(&st->lock);
	st->closed = true;
	never_sent = !st->mhd;
	wake(st);
	pthread_mutex_unlock(&st->lock);
	if (never_sent)
		stream_free(st);
}

/* Under the lock: what waits, up to max. */
static ssize_t take(struct http_stream *st, char *to, size_t max)
{
	size_t n = st->n - st->from < max ? st->n - st->from : max;

	memcpy(to, st->p + st->from, n);
	st->from += n;
	st->stuck_since = st->from == st->n ? 0 : clock_mono_ms();
	if (st->from == st->n) {
		st->from = st->n = 0;
		st->max = STREAM_UNSENT_MAX;
		if (st->cap > CAP_MIN) { /* thousands of streams rest with nothing to send */
			free(st->p);
			st->p = NULL;
			st->cap = 0;
		}
	}
	return (ssize_t)n;
}

/* libmicrohttpd wants bytes. */
static ssize_t give(void *cls, uint64_t at, char *to, size_t max)
{
	struct http_stream *st = cls;
	ssize_t n = 0;

	(void)at;
	pthread_mutex_lock(&st->lock);
	if (st->dropped) {
		n = MHD_CONTENT_READER_END_WITH_ERROR;
	} else if (st->from < st->n) {
		n = take(st, to, max);
	} else if (st->closed) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		st->suspended = true;
		MHD_suspend_connection(st->mhd);
	}
	pthread_mutex_unlock(&st->lock);
	return n;
}

/* The answer is over, sent or not. */
static void down(void *cls)
{
	struct http_stream *st = cls;
	struct http_server *s = st->s;

	pthread_mutex_lock(&s->streams_lock);
	if (st->prev)
		st->prev->next = st->next;
	else
		s->streams = st->next;
	if (st->next)
		st->next->prev = st->prev;
	pthread_mutex_unlock(&s->streams_lock);
	pthread_mutex_lock(&st->lock);
	st->closed = true;
	st->conn = NULL;
	pthread_mutex_unlock(&st->lock);
	stream_free(st);
	atomic_fetch_sub(&s->n_streams, 1);
}

struct MHD_Response *stream_answer(struct exchange *x)
{
	struct http_stream *st = x->q.stream;
	struct http_server *s = x->s;
	int buffer = SEND_BUFFER;

	http_answer_header(&x->q, "Content-Type", STR("text/event-stream"));
	http_answer_header(&x->q, "X-Accel-Buffering", STR("no"));
	/* what the kernel holds for a reader that does not read counts too */
	setsockopt(x->c->fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	pthread_mutex_lock(&st->lock);
	st->conn = x->c;
	st->mhd = x->mhd;
	if (st->n - st->from > STREAM_UNSENT_MAX)
		st->max = st->n - st->from + STREAM_UNSENT_MAX;
	else
		st->max = STREAM_UNSENT_MAX;
	st->beat_at = clock_mono_ms() + BEAT_MS;
	pthread_mutex_unlock(&st->lock);
	atomic_fetch_add(&s->n_streams, 1);
	pthread_mutex_lock(&s->streams_lock);
	st->next = s->streams;
	if (st->next)
		st->next->prev = st;
	s->streams = st;
	if (atomic_load(&s->stopping)) /* streams_close was before us */
		st->closed = true;
	pthread_mutex_unlock(&s->streams_lock);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CAP_MIN, give, st, down);
}

/* All streams end: before the server stops. */
void streams_close(struct http_server *s)
{
	pthread_mutex_lock(&s->streams_lock);
	for (struct http_stream *st = s->streams; st; st = st->next) {
		pthread_mutex_lock(&st->lock);
		st->closed = true;
		wake(st);
		pthread_mutex_unlock(&st->lock);
	}
	pthread_mutex_unlock(&s->streams_lock);
}

void streams_sweep(struct http_server *s, int64_t now)
{
	pthread_mutex_lock(&s->streams_lock);
	for (struct http_stream *st = s->streams; st; st = st->next) {
		pthread_mutex_lock(&st->lock);
		if (st->stuck_since && now - st->stuck_since > STREAM_STUCK_MS)
			drop(st, "its reader takes nothing");
		else if (now >= st->beat_at)
			(void)push_locked(st, STR(":\n\n"));
		pthread_mutex_unlock(&st->lock);
	}
	pthread_mutex_unlock(&s->streams_lock);
}
