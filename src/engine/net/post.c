/* SPDX-License-Identifier: GPL-3.0-or-later */
/* post.c - a POST by libcurl to an address that somebody entered, and what came back. */
#include "engine/net/post.h"

#include "base/text.h"
#include "base/utf8.h"
#include "engine/net/net.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/socket.h>

enum { CONNECT_S = 5, WHOLE_S = 10 };

const char *const net_phase_names[NET_PHASES + 1] = {"resolve", "connect", "secure", "reply", "done", NULL};

static bool near(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0;
}

/* One part of an address; false: it has none. */
static bool part(CURLU *u, CURLUPart which, char **ret)
{
	*ret = NULL;
	return curl_url_get(u, which, ret, 0) == CURLUE_OK;
}

bool net_url_good(str url)
{
	struct arena a = {0};
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL, *fragment = NULL;
	bool good = u && url.n && !curl_url_set(u, CURLUPART_URL, str_z(&a, url), 0) && part(u, CURLUPART_SCHEME, &scheme) &&
	            part(u, CURLUPART_HOST, &host) && !part(u, CURLUPART_USER, &user) &&
	            !part(u, CURLUPART_FRAGMENT, &fragment) &&
	            (strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && near(host)));

	for (size_t i = 0; i < url.n; i++)
		good = good && (unsigned char)url.p[i] > ' ' && (unsigned char)url.p[i] < 0x7f;
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_free(fragment);
	curl_url_cleanup(u);
	arena_free(&a);
	return good;
}

struct posting {
	struct arena *a;
	struct text heard;
	enum net_phase phase;
	bool inside, refused; /* refused: an address it may not be at */
};

/* No more is kept than a person reads; what follows is taken and forgotten, as long as the time lasts. */
static size_t hear(char *p, size_t size, size_t n, void *arg)
{
	struct posting *x = arg;
	size_t room = NET_WORDS_MAX - x->heard.n, got = size * n;

	text_add(&x->heard, (str){p, got < room ? got : room});
	return got;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct posting *x = arg;

	(void)purpose;
	x->phase = NET_CONNECT;
	if (!net_may(&to->addr, x->inside)) {
		x->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void set_up(CURL *c, const struct net_post *p, struct curl_slist *headers, struct posting *x)
{
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_URL, str_z(x->a, p->url));
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)p->body.n);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, p->body.p);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, x);
}

static int silent(CURLcode rc, struct posting *x, struct fault *f)
{
	if (x->refused)
		return fail(f, EIO, NULL, "post_inside",
		        "the address is inside a closed network: an administrator allows that in the settings");
	switch ((int)rc) {
	case CURLE_COULDNT_RESOLVE_HOST: return fail(f, EIO, NULL, "post_name", "the name of the machine is not known");
	case CURLE_COULDNT_CONNECT: return fail(f, EIO, NULL, "post_refused", "the machine refuses the connection");
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		x->phase = NET_SECURE;
		return fail(f, EIO, NULL, "post_certificate", "its certificate is not one we trust");
	case CURLE_SSL_CONNECT_ERROR:
		x->phase = NET_SECURE;
		return fail(f, EIO, NULL, "post_tls", "it does not speak TLS there");
	case CURLE_OPERATION_TIMEDOUT: return fail(f, EIO, NULL, "post_timeout", "no answer in 10 seconds");
	default:
		x->phase = NET_ANSWER;
		return fail(f, EIO, NULL, "post_answer", "what it says is no answer of a web server");
	}
}

static int answered(long status, str words, struct fault *f)
{
	if (status >= 200 && status < 300)
		return 0;
	if (status >= 300 && status < 400)
		return fail(
		        f, EIO, NULL, "post_redirect", "it sends us elsewhere, and we do not go there: HTTP %ld", status);
	return fail(f, EIO, NULL, "post_status", "it does not take it: HTTP %ld%s%.*s", status, words.n ? ": " : "",
	        STR_ARG(utf8_cut(words, 150)));
}

static int perform(CURL *c, struct posting *x, struct net_answer *ret, struct fault *f)
{
	CURLcode rc = curl_easy_perform(c);
	long status = 0;
	double tcp = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c, CURLINFO_CONNECT_TIME, &tcp);
	ret->status = (int)status;
	ret->words = utf8_clean(x->a, text_str(&x->heard));
	if (tcp > 0)
		x->phase = NET_ANSWER;
	/* A status is an answer, though what follows it may break off. */
	return ret->status ? answered(status, ret->words, f) : silent(rc, x, f);
}

static void init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

int net_post(const struct net_post *p, struct arena *a, struct net_answer *ret, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct posting x = {.a = a, .heard = {.a = a}, .inside = p->inside};
	struct curl_slist *headers = NULL;
	CURL *c;
	int err;

	*ret = (struct net_answer){.secured = str_starts(p->url, STR("https:"))};
	if (!net_url_good(p->url))
		return fail(f, EINVAL, NULL, "post_url", "the address is an https address");
	pthread_once(&once, init);
	c = curl_easy_init();
	if (!c)
		return fail(f, ENOMEM, NULL, "memory", "no memory to speak to another machine");
	for (size_t i = 0; i < p->n_headers; i++)
		headers = curl_slist_append(headers, p->headers[i]);
	set_up(c, p, headers, &x);
	err = perform(c, &x, ret, f);
	ret->phase = err ? x.phase : NET_DONE;
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return err;
}
