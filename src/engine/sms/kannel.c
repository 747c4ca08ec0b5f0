/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kannel.c - one message to Kannel's sendsms by libcurl. What matters is to tell apart what was certainly not taken from what may have been. */
#include "base/text.h"
#include "base/utf8.h"
#include "engine/net/net.h"
#include "engine/sms/sms.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/socket.h>

const char *const sms_phase_names[SMS_PHASES + 1] = {
        "resolve", "connect", "secure", "answer", "login", "accept", "done", NULL};

/* Every byte but letters and digits. */
static void add_coded(struct text *t, str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			text_add_char(t, c);
		else
			text_addf(t, "%%%02X", (unsigned)(unsigned char)c);
	}
}

static void add_param(struct text *t, const char *name, str value)
{
	if (!value.n)
		return;
	text_addf(t, "%c%s=", str_find(text_str(t), '?', 0) < t->n ? '&' : '?', name);
	add_coded(t, value);
}

static void add_unit(struct text *t, uint32_t unit)
{
	text_addf(t, "%%%02X%%%02X", (unsigned)(unit >> 8 & 0xff), (unsigned)(unit & 0xff));
}

/* UTF-16BE: UCS-2 with pairs, as telephones take it. */
static void add_utf16(struct text *t, str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);
		if (c > 0xffff)
			add_unit(t, 0xd800 + ((c - 0x10000) >> 10));
		add_unit(t, c > 0xffff ? 0xdc00 + ((c - 0x10000) & 0x3ff) : c);
	}
}

static const char *address_of(struct arena *a, const struct sms_gateway *g, str to, str text, str report_url)
{
	struct text t = {.a = a};

	text_add(&t, str_of(g->url));
	add_param(&t, "username", str_of(g->login));
	add_param(&t, "password", str_of(g->password));
	add_param(&t, "from", str_of(g->from));
	add_param(&t, "to", to);
	add_param(&t, "dlr-mask", report_url.n ? STR("19") : (str){0}); /* delivered, failed, refused by the carrier */
	add_param(&t, "dlr-url", report_url);
	if (sms_measure(text).ucs2) {
		text_lit(&t, "&coding=2&charset=UTF-16BE&text=");
		add_utf16(&t, text);
	} else {
		text_lit(&t, "&coding=0&charset=UTF-8");
		add_param(&t, "text", text);
	}
	return text_z(&t);
}

static size_t heard(char *p, size_t size, size_t n, void *arg)
{
	struct sms_report *r = arg;
	size_t at = strlen(r->reply);

	for (size_t i = 0; i < size * n && at < sizeof r->reply - 1; i++)
		r->reply[at++] = (char)(p[i] >= ' ' && p[i] < 127 ? p[i] : ' ');
	r->reply[at] = 0;
	return size * n;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct sms_report *r = arg;

	(void)purpose;
	r->phase = SMS_CONNECT;
	if (!net_may(&to->addr, true))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* A failure as it is told. */
struct cause {
	enum sms_fate fate;
	enum sms_phase phase;
	const char *code, *what;
};

/* Nothing came back. Before the request was out nothing can have been taken. */
static struct cause silent(CURL *c, CURLcode rc, const struct sms_report *r)
{
	long out = 0;

	switch ((int)rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return (struct cause){SMS_NOT_TAKEN, SMS_RESOLVE, "sms_name", "the name of the SMS gateway is not known"};
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return (struct cause){SMS_NOT_TAKEN, SMS_SECURE, "sms_certificate",
		        "the certificate of the SMS gateway is not one we trust"};
	case CURLE_SSL_CONNECT_ERROR:
		return (struct cause){SMS_NOT_TAKEN, SMS_SECURE, "sms_tls", "the SMS gateway does not speak TLS here"};
	case CURLE_COULDNT_CONNECT:
		return (struct cause){SMS_NOT_TAKEN, SMS_CONNECT, "sms_refused",
		        "the SMS gateway refuses the connection: check host and port"};
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return (struct cause){SMS_NOT_TAKEN, SMS_RESOLVE, "sms_name", "the address of the SMS gateway is none"};
	default: break;
	}
	if (curl_easy_getinfo(c, CURLINFO_REQUEST_SIZE, &out) == CURLE_OK && out == 0)
		return (struct cause){SMS_NOT_TAKEN, r->phase, "sms_timeout", "the SMS gateway does not answer in time"};
	return (struct cause){SMS_UNKNOWN, SMS_ACCEPT, "sms_lost", "the SMS gateway took the message and did not answer"};
}

/* Kannel says 202 for what it took, 403 for a bad log-in, 400 for what it cannot read, 503 when it takes nothing now. */
static struct cause answered(const struct sms_report *r)
{
	int s = r->status;

	if (s == 202 || (s == 200 && (strncmp(r->reply, "0:", 2) == 0 || strncmp(r->reply, "3:", 2) == 0)))
		return (struct cause){SMS_TAKEN, SMS_DONE, NULL, NULL};
	if (s == 401 || s == 403)
		return (struct cause){
		        SMS_NOT_TAKEN, SMS_LOGIN, "sms_login", "the SMS gateway does not accept the login and password"};
	if (s == 503 || s == 429)
		return (struct cause){SMS_NOT_TAKEN, SMS_ACCEPT, "sms_busy", "the SMS gateway takes no messages now"};
	if (s == 400 || s == 413 || s == 414 || s == 422)
		return (struct cause){SMS_REFUSED, SMS_ACCEPT, "sms_message", "the SMS gateway does not accept the message"};
	if (s >= 500)
		return (struct cause){SMS_UNKNOWN, SMS_ACCEPT, "sms_lost",
		        "the SMS gateway failed, and whether the message went is not known"};
	return (struct cause){SMS_NOT_TAKEN, SMS_ANSWER, "sms_no_gateway", "there is no SMS gateway at this address"};
}

static void set_up(CURL *c, const struct sms_gateway *g, const char *address, struct sms_report *r)
{
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_URL, address);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L); /* an old one that breaks would be tried again by itself */
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(g->timeout_s > 0 ? g->timeout_s : 30));
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, g->any_certificate ? 0L : 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, g->any_certificate ? 0L : 2L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, heard);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, r);
}

static void init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

int sms_hand_over(const struct sms_gateway *g, str to, str text, str report_url, struct sms_report *ret, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct arena a = {0};
	struct cause why;
	long status = 0;
	CURLcode rc;
	CURL *c;

	pthread_once(&once, init);
	*ret = (struct sms_report){
	        .phase = SMS_RESOLVE, .fate = SMS_NOT_TAKEN, .secured = strncmp(g->url, "https:", 6) == 0};
	c = curl_easy_init();
	if (!c)
		return fail(f, ENOMEM, NULL, "memory", "no memory to speak to the SMS gateway");
	set_up(c, g, address_of(&a, g, to, text, report_url), ret);
	rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	ret->status = (int)status;
	/* An answer that broke off after its first line is an answer. */
	why = status ? answered(ret) : silent(c, rc, ret);
	curl_easy_cleanup(c);
	arena_free(&a);
	ret->fate = why.fate;
	ret->phase = why.phase;
	if (why.fate == SMS_TAKEN)
		return 0;
	return fail(f, why.fate == SMS_REFUSED ? EINVAL : EIO, NULL, why.code, "%s%s%s", why.what, ret->reply[0] ? ": " : "",
	        ret->reply);
}
