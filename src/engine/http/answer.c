/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.c - from what a handler left in the request to a response of libmicrohttpd, with the headers every answer has. */
#include "engine/http/http_priv.h"

#include "base/log.h"
#include "engine/json/json.h"

enum { PACK_FROM = 1024 };

static const struct {
	const char *name, *value;
} usual[] = {
        {"X-Content-Type-Options", "nosniff"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Referrer-Policy", "no-referrer"},
        {"Permissions-Policy", "microphone=(self), camera=(), geolocation=(), display-capture=()"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Cache-Control", "no-store"},
};

static bool has_header(const struct exchange *x, const char *name)
{
	for (const struct header *h = x->more; h; h = h->next)
		if (str_eq_nocase(h->name, str_of(name)))
			return true;
	return false;
}

void http_answer_header(struct http_request *q, const char *name, str value)
{
	struct exchange *x = q->raw;
	struct header *h;

	if (str_find(value, '\n', 0) < value.n || str_find(value, '\r', 0) < value.n || str_find(value, 0, 0) < value.n) {
		log_warn("http", "header %s with a line break left out", name);
		return;
	}
	h = NEW(&q->a, struct header);
	h->name = str_copy(&q->a, str_of(name));
	h->value = str_copy(&q->a, value.p ? value : STR(""));
	*x->more_end = h;
	x->more_end = &h->next;
}

static void add_headers(struct exchange *x)
{
	struct MHD_Response *r = x->response;

	MHD_add_response_header(r, "X-Request-Id", x->q.id);
	for (size_t i = 0; i < COUNT(usual); i++)
		if (!has_header(x, usual[i].name))
			MHD_add_response_header(r, usual[i].name, usual[i].value);
	if (x->q.tls)
		MHD_add_response_header(r, "Strict-Transport-Security", "max-age=31536000");
	if (x->refused || atomic_load(&x->s->stopping))
		MHD_add_response_header(r, "Connection", "close");
	for (const struct header *h = x->more; h; h = h->next)
		MHD_add_response_header(r, h->name.p, h->value.p);
}

static bool worth_packing(const struct exchange *x)
{
	str type = str_of(x->q.type);

	return x->q.out.n >= PACK_FROM && (str_starts(type, STR("application/json")) || str_starts(type, STR("text/"))) &&
	       !has_header(x, "Content-Encoding");
}

static struct MHD_Response *from_text(struct exchange *x)
{
	str body = text_str(&x->q.out), packed;

	if (worth_packing(x)) {
		http_answer_header(&x->q, "Vary", STR("Accept-Encoding"));
		packed = head_accepts(x, STR("gzip")) ? gzip_pack(&x->q.a, body) : (str){0};
		if (packed.p) {
			body = packed;
			http_answer_header(&x->q, "Content-Encoding", STR("gzip"));
		}
	}
	if (body.n && !has_header(x, "Content-Type"))
		http_answer_header(&x->q, "Content-Type", str_of(x->q.type));
	x->length = (int64_t)body.n;
	return MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
}

static void finish(struct exchange *x, struct MHD_Response *r)
{
	if (!r)
		abort(); /* out of memory */
	x->response = r;
	add_headers(x);
	if (x->q.status >= 100 && x->q.status < 600)
		atomic_fetch_add(&x->s->by_class[x->q.status / 100], 1);
}

void answer_make(struct exchange *x)
{
	struct MHD_Response *r;

	if (x->q.stream)
		r = stream_answer(x);
	else if (x->q.file)
		r = answer_file(x);
	else
		r = from_text(x);
	if (r)
		finish(x, r);
	else
		answer_refusal(x);
}

/* What the handler said of the answer it meant (attachment, a year in the cache) does not hold for a refusal of it. */
static void drop_headers(struct exchange *x)
{
	struct header **at = &x->more;

	while (*at)
		if (str_eq((*at)->name, STR("Content-Range")))
			at = &(*at)->next;
		else
			*at = (*at)->next;
	x->more_end = at;
}

void answer_refusal(struct exchange *x)
{
	struct json_out w = {.t = &x->q.out};

	drop_headers(x);
	x->q.status = x->refused;
	x->q.type = "application/json";
	x->q.out = (struct text){.a = &x->q.a};
	json_open(&w, '{'), json_key(&w, "error"), json_open(&w, '{');
	json_key(&w, "code"), json_add_text(&w, str_of(x->fault.code));
	json_key(&w, "field"), json_add_null(&w);
	json_key(&w, "what"), json_add_text(&w, str_of(x->fault.what));
	json_close(&w, '}'), json_close(&w, '}');
	if (x->refused == 405)
		http_answer_header(&x->q, "Allow", STR("GET, HEAD, POST, PUT, PATCH, DELETE"));
	if (x->refused == 503)
		http_answer_header(&x->q, "Retry-After", STR("1"));
	log_debug("http", "%d %s: %s", x->refused, x->fault.code, x->fault.what);
	finish(x, from_text(x));
}
