/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head.c - the headers of a request: collected, bounded, and refused wherever two readers of the same bytes could disagree
 * (RFC 9112, 6.3 and 11.2). */
#include "engine/http/http_priv.h"

#include "base/parse.h"

const char *const http_method_names[HTTP_METHODS + 1] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", NULL};

str http_header(const struct http_request *q, const char *name)
{
	const struct exchange *x = q->raw;

	for (size_t i = 0; i < x->n_headers; i++)
		if (str_eq_nocase(x->headers[i].name, str_of(name)))
			return x->headers[i].value;
	return (str){0};
}

str http_cookie(const struct http_request *q, const char *name)
{
	const struct exchange *x = q->raw;

	for (size_t i = 0; i < x->n_headers; i++) {
		str rest = x->headers[i].value, part;
		if (!str_eq_nocase(x->headers[i].name, STR("Cookie")))
			continue;
		while (str_cut(&rest, ';', &part)) {
			size_t at = str_find(part, '=', 0);
			if (at < part.n && str_eq(str_trim(str_sub(part, 0, at)), str_of(name)))
				return str_trim(str_sub(part, at + 1, part.n));
		}
	}
	return (str){0};
}

str http_param(const struct http_request *q, const char *name)
{
	for (size_t i = 0; i < q->n_params; i++)
		if (str_eq(q->params[i].name, str_of(name)))
			return q->params[i].value;
	return (str){0};
}

bool head_accepts(const struct exchange *x, str wanted)
{
	str rest = http_header(&x->q, "Accept-Encoding"), part;

	while (str_cut(&rest, ',', &part)) {
		str coding = str_trim(str_sub(part, 0, str_find(part, ';', 0))),
		    q = str_sub(part, str_find_str(part, STR("q="), 0), part.n);
		if (str_eq_nocase(coding, wanted))
			return q.n == 0 || str_cmp(q, STR("q=0.001")) >= 0; /* a weight of nothing refuses */
	}
	return false;
}

static enum MHD_Result count_header(
        void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value, size_t n)
{
	size_t *count = cls;

	(void)kind, (void)key, (void)key_n, (void)value, (void)n;
	++*count;
	return MHD_YES;
}

/* Blanks and tabs only: other control characters are to be seen, and refused. */
static str trim_blanks(str s)
{
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s.p++, s.n--;
	return s;
}

static enum MHD_Result keep_header(
        void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value, size_t n)
{
	struct exchange *x = cls;

	(void)kind;
	if (x->n_headers < HEADERS_MAX)
		x->headers[x->n_headers++] = (struct header){str_copy(&x->q.a, (str){key, key_n}),
		        trim_blanks(str_copy(&x->q.a, (str){value ? value : "", value ? n : 0}))};
	return MHD_YES;
}

static size_t count_of(const struct exchange *x, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n_headers; i++)
		n += str_eq_nocase(x->headers[i].name, str_of(name));
	return n;
}

/* RFC 9110, 5.6.2. */
static bool is_token(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", s.p[i]))
			return false;
	return s.n > 0;
}

static bool good_value(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7F)
			return false;
	return true;
}

static bool good_headers(const struct exchange *x)
{
	for (size_t i = 0; i < x->n_headers; i++)
		if (!is_token(x->headers[i].name) || !good_value(x->headers[i].value))
			return false;
	return true;
}

/* How the body is framed: why it cannot be believed, or NULL. */
static const char *framing(struct exchange *x, bool http11)
{
	str length = http_header(&x->q, "Content-Length"), coding = http_header(&x->q, "Transfer-Encoding");

	x->expected = 0;
	if (count_of(x, "Content-Length") > 1 || count_of(x, "Transfer-Encoding") > 1 || (length.p && coding.p))
		return "Content-Length and Transfer-Encoding: one of them, once";
	if (coding.p && (!http11 || !str_eq_nocase(coding, STR("chunked"))))
		return "of transfer codings only chunked is known";
	if (length.p && !parse_int(length, 0, INT64_MAX, &x->expected))
		return "Content-Length is no length";
	if (coding.p)
		x->expected = -1;
	return NULL;
}

static bool method_of(const char *name, struct exchange *x)
{
	for (int i = 0; i < HTTP_METHODS; i++) {
		if (!str_eq(str_of(name), str_of(http_method_names[i])))
			continue;
		x->head = i == HTTP_HEAD;
		x->q.method = x->head ? HTTP_GET : (enum http_method)i;
		return true;
	}
	return false;
}

static bool listed(const char *list, str address)
{
	str rest = str_of(list), part;

	while (str_cut(&rest, ',', &part))
		if (str_eq(str_trim(part), address))
			return true;
	return false;
}

/* Behind a proxy of ours: the last hop it saw that is none of ours. */
static void read_forwarded(struct exchange *x)
{
	str chain = http_header(&x->q, "X-Forwarded-For");
	size_t end = chain.n;

	if (!x->s->set.proxies || !listed(x->s->set.proxies, str_of(x->q.peer)))
		return;
	while (chain.p && end > 0) {
		size_t from = end;
		str hop;
		while (from > 0 && chain.p[from - 1] != ',')
			from--;
		hop = str_trim(str_sub(chain, from, end));
		if (hop.n == 0 || hop.n >= sizeof(x->q.peer))
			break;
		snprintf(x->q.peer, sizeof(x->q.peer), "%.*s", STR_ARG(hop));
		if (!listed(x->s->set.proxies, hop))
			break;
		end = from ? from - 1 : 0;
	}
	x->q.tls = x->q.tls || str_eq(http_header(&x->q, "X-Forwarded-Proto"), STR("https"));
}

static void read_target(struct exchange *x)
{
	struct target t;
	struct fault f = {0};

	if (target_parse(&x->q.a, x->target, &t, &f)) {
		exchange_refuse(x, 400, f.code, f.what);
		return;
	}
	x->q.path = t.path;
	x->q.query = t.query;
	x->q.params = t.params;
	x->q.n_params = t.n_params;
}

void head_read(struct exchange *x, const char *method, const char *version, bool *ret_hard)
{
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	bool http11 = str_eq(str_of(version), STR("HTTP/1.1"));
	const char *why;
	size_t n = 0;

	*ret_hard = true;
	MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, count_header, &n);
	if (n > HEADERS_MAX || (size && size->header_size > HEADERS_BYTES_MAX)) {
		exchange_refuse(x, 431, "headers", "the headers are too long");
		return;
	}
	x->headers = NEW_N(&x->q.a, struct header, n ? n : 1);
	MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, keep_header, x);
	why = framing(x, http11);
	if (!good_headers(x))
		exchange_refuse(x, 400, "headers", "a header is not well formed");
	else if (why)
		exchange_refuse(x, 400, "framing", why);
	else if (count_of(x, "Host") > 1 || (http11 && count_of(x, "Host") == 0))
		exchange_refuse(x, 400, "host", "Host: once");
	if (x->refused)
		return;
	*ret_hard = false;
	if (!method_of(method, x))
		exchange_refuse(x, 405, "method", "the method is none of ours");
	read_forwarded(x);
	read_target(x);
}
