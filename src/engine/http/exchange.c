/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exchange.c - one request through libmicrohttpd's calls: the address, the headers, pieces of the body, the end, and again for
 * the answer when a worker has made it. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/log.h"

static void new_id(struct http_server *s, char id[24])
{
	snprintf(id, 24, "%08x%010llx", s->boot,
	        (unsigned long long)atomic_fetch_add(&s->request_count, 1) & 0xFFFFFFFFFFull);
}

/* libmicrohttpd would parse the query too, into a buffer that a few hundred parameters fill, and then lose its way (0.9.75 overwrites
 * the state its own refusal set). Its own copy of the address ends here at the question mark. */
static void end_at_query(const char *uri)
{
	char *query = strchr((char *)(uintptr_t)uri, '?');

	if (query)
		query[query[1] != 0] = 0;
}

void *exchange_new(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct arena a = {0};
	struct exchange *x = NEW(&a, struct exchange);

	x->target = str_copy(&a, str_of(uri ? uri : ""));
	if (uri)
		end_at_query(uri);
	x->q.a = a;
	x->q.raw = x;
	x->q.status = 200;
	x->q.type = "application/json";
	x->q.out.a = x->body.a = &x->q.a;
	x->s = cls;
	x->mhd = mhd;
	x->c = info->socket_context;
	x->more_end = &x->more;
	x->q.tls = x->s->tls;
	memcpy(x->q.peer, x->c->peer, sizeof(x->q.peer));
	new_id(x->s, x->q.id);
	conn_phase(x->c, PHASE_HEAD);
	atomic_fetch_add(&x->s->requests, 1);
	atomic_fetch_add(&x->s->open, 1);
	return x;
}

void exchange_done(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;
	struct arena a;

	(void)cls, (void)mhd, (void)why;
	if (!x)
		return;
	if (x->response)
		MHD_destroy_response(x->response);
	upload_drop(x);
	conn_phase(x->c, PHASE_IDLE);
	atomic_fetch_sub(&x->s->open, 1);
	a = x->q.a;
	arena_free(&a); /* x lies in it */
	*context = NULL;
}

void exchange_refuse(struct exchange *x, int status, const char *code, const char *what)
{
	if (x->refused)
		return;
	x->refused = status;
	(void)fail(&x->fault, EINVAL, NULL, code, "%s", what);
	atomic_fetch_add(&x->s->refused, 1);
}

static enum MHD_Result send_answer(struct exchange *x)
{
	enum MHD_Result sent;

	if (x->q.stream) {
		conn_phase(x->c, PHASE_STREAM);
	} else {
		int64_t rate = x->s->set.body_rate_min > 0 ? x->s->set.body_rate_min : 1000;
		atomic_store(&x->c->allow_ms, SEND_GRACE_MS + x->length * 1000 / rate);
		conn_phase(x->c, PHASE_SEND);
	}
	sent = MHD_queue_response(x->mhd, (unsigned)x->q.status, x->response);
	MHD_destroy_response(x->response);
	x->response = NULL;
	return sent;
}

static enum MHD_Result refuse_now(struct exchange *x)
{
	answer_refusal(x);
	return send_answer(x);
}

/* Is the body small enough to be worth asking for? */
static void judge_length(struct exchange *x, bool upload)
{
	int64_t max = upload ? x->s->set.upload_max : (int64_t)x->s->set.body_max;

	if (x->expected > max)
		exchange_refuse(x, 413, "too_big", upload ? "the file is too big" : "the body is too big");
}

/* The headers are in. What cannot be believed is answered at once, which ends the connection; for other refusals the body
 * is let pass first (for LINGER_MS), since a client that still writes would never read why. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
	bool hard, waits;

	x->begun = true;
	head_read(x, method, version, &hard);
	if (atomic_load(&x->s->stopping))
		exchange_refuse(x, 503, "stopping", "the server is stopping");
	if (!x->refused) {
		bool upload = x->expected != 0 && x->s->set.wants_upload && x->s->set.wants_upload(&x->q, x->s->set.arg);
		judge_length(x, upload);
		if (!x->refused && upload)
			upload_begin(x);
	}
	waits = str_eq_nocase(http_header(&x->q, "Expect"), STR("100-continue"));
	if (x->refused && (hard || waits || x->expected == 0))
		return refuse_now(x);
	conn_phase(x->c, x->refused ? PHASE_LINGER : PHASE_BODY);
	return MHD_YES;
}

/* To a worker. False when too many wait. */
static bool hand_over(struct exchange *x, bool write)
{
	if (!worker_admits(x->s, x))
		return false;
	x->write = write;
	x->queued_us = clock_mono_us();
	atomic_store(&x->away, true);
	MHD_suspend_connection(x->mhd);
	worker_queue(x->s, x);
	return true;
}

/* What fits into the piece of an upload; the rest is offered again when the worker has written it. */
static size_t take_piece(struct exchange *x, str bytes)
{
	str fits = str_sub(bytes, 0, PIECE_BYTES - x->body.n);

	text_add(&x->body, fits);
	x->sink->came += (int64_t)fits.n;
	atomic_fetch_add(&x->c->bytes, (int64_t)fits.n);
	if (x->sink->came > x->s->set.upload_max)
		exchange_refuse(x, 413, "too_big", "the file is too big");
	else if (x->body.n == PIECE_BYTES)
		(void)hand_over(x, true);
	return fits.n;
}

/* Some of the body: *n comes back as what is left for later. */
static enum MHD_Result take(struct exchange *x, str bytes, size_t *n)
{
	size_t used = bytes.n;
	bool refused = x->refused;

	if (!refused && x->sink) {
		used = take_piece(x, bytes);
	} else if (!refused && x->body.n + bytes.n > x->s->set.body_max) {
		exchange_refuse(x, 413, "too_big", "the body is too big");
	} else if (!refused) {
		text_add(&x->body, bytes);
		atomic_fetch_add(&x->c->bytes, (int64_t)bytes.n);
	}
	if (x->refused && !refused)
		conn_phase(x->c, PHASE_LINGER);
	*n = x->refused ? 0 : bytes.n - used;
	return MHD_YES;
}

static enum MHD_Result complete(struct exchange *x)
{
	if (!x->sink)
		x->q.body = text_str(&x->body);
	conn_phase(x->c, PHASE_WORK);
	return x->refused || !hand_over(x, false) ? refuse_now(x) : MHD_YES;
}

enum MHD_Result exchange_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
        const char *version, const char *data, size_t *n, void **context)
{
	struct exchange *x = *context;

	(void)cls, (void)mhd, (void)url;
	if (!x)
		return MHD_NO;
	if (atomic_load(&x->away)) /* several chunks at once: the rest waits for the worker */
		return MHD_YES;
	if (x->response)
		return send_answer(x);
	if (!x->begun)
		return begin(x, method, version);
	if (*n)
		return take(x, (str){data, *n}, n);
	return complete(x);
}
