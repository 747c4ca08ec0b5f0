/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oauth.c - one question to a token endpoint by libcurl, and what may be believed of its answer. */
#include "engine/mail/oauth.h"

#include "base/parse.h"
#include "base/text.h"
#include "engine/json/json.h"
#include "engine/net/net.h"
#include "engine/net/post.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <pthread.h>
#include <unistd.h>

enum { CONNECT_S = 10, WHOLE_S = 20, LIFE_MAX_S = 24 * 3600, WORDS_MAX = 160 };

/* The question --------------------------------------------------------------------------------------------------------------- */

struct asking {
	struct text heard;
	bool inside, refused, too_long; /* refused: an address it may not be at */
	long status;
};

static size_t hear(char *p, size_t size, size_t n, void *arg)
{
	struct asking *x = arg;

	if (x->heard.n + size * n > OAUTH_ANSWER_MAX) {
		x->too_long = true;
		return 0;
	}
	text_add(&x->heard, (str){p, size * n});
	return size * n;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct asking *x = arg;

	(void)purpose;
	if (!net_may(&to->addr, x->inside)) {
		x->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void add_param(struct text *t, CURL *curl, const char *name, str value)
{
	char *coded = value.n ? curl_easy_escape(curl, value.p, (int)value.n) : NULL;

	if (coded)
		text_addf(t, "&%s=%s", name, coded);
	curl_free(coded);
}

static void set_up(CURL *curl, const char *url, const char *body, struct asking *x)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)WHOLE_S);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, x);
}

static int silent(CURLcode rc, const struct asking *x, struct fault *f)
{
	if (x->too_long)
		return fail(f, EIO, NULL, "oauth_answer", "what the token endpoint says is no token");
	if (x->refused)
		return fail(f, EIO, NULL, "oauth_inside",
		        "the token endpoint is inside a closed network: an administrator allows that in the settings");
	switch ((int)rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return fail(f, EIO, NULL, "oauth_name", "the name of the token endpoint is not known");
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return fail(f, EIO, NULL, "oauth_certificate", "the certificate of the token endpoint is not one we trust");
	default: return fail(f, EIO, NULL, "oauth_endpoint", "the token endpoint does not answer");
	}
}

static int ask(const struct oauth_client *c, struct arena *a, struct asking *x, struct fault *f)
{
	CURL *curl = curl_easy_init();
	struct text body = {.a = a};
	CURLcode rc;

	if (!curl)
		return fail(f, ENOMEM, NULL, "memory", "no memory to ask for a token");
	text_lit(&body, "grant_type=refresh_token");
	add_param(&body, curl, "refresh_token", c->refresh_token);
	add_param(&body, curl, "client_id", c->client_id);
	add_param(&body, curl, "client_secret", c->client_secret);
	set_up(curl, str_z(a, c->url), text_z(&body), x);
	rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &x->status);
	curl_easy_cleanup(curl);
	return rc == CURLE_OK ? 0 : silent(rc, x, f);
}

/* The answer ----------------------------------------------------------------------------------------------------------------- */

/* A token goes into lines of mail servers: it holds nothing but what can stand there (RFC 6750, 2.1, and more widely what is printable). */
static bool token_good(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n <= OAUTH_TOKEN_MAX;
}

/* Providers give the seconds as a number, some as a text. */
static int64_t life(struct json answer)
{
	str text = json_get_text(answer, "expires_in");
	int64_t s;

	if (!json_int(json_get(answer, "expires_in"), &s) && !parse_int(text, 0, INT32_MAX, &s))
		s = OAUTH_LIFE_S;
	return s < 0 ? 0 : s > LIFE_MAX_S ? LIFE_MAX_S : s;
}

/* As much of its words as a person may read. */
static str words(struct arena *a, str s)
{
	char *z = arena_alloc(a, WORDS_MAX);
	size_t n = 0;

	while (n < WORDS_MAX && n < s.n) {
		z[n] = (char)((unsigned char)s.p[n] >= ' ' && (unsigned char)s.p[n] < 0x7f ? s.p[n] : '?');
		n++;
	}
	return (str){z, n};
}

/* RFC 6749, 5.2. What a person must mend is told apart from what ends by itself. */
static int refused(struct arena *a, long status, struct json answer, struct fault *f)
{
	str error = words(a, json_get_text(answer, "error")), more = words(a, json_get_text(answer, "error_description"));

	if (status >= 300 && status < 400)
		return fail(f, EIO, NULL, "oauth_redirect", "the token endpoint sends us elsewhere, and we do not go there");
	if (status == 429 || status >= 500 || str_eq(error, STR("temporarily_unavailable")) ||
	        str_eq(error, STR("server_error")))
		return fail(f, EIO, NULL, "oauth_endpoint", "the token endpoint does not answer: HTTP %ld", status);
	if (!error.n)
		return fail(f, EIO, NULL, "oauth_answer", "what the token endpoint says is no token: HTTP %ld", status);
	return fail(f, EACCES, NULL, "oauth_refused", "the token endpoint refuses: %.*s%s%.*s", STR_ARG(error),
	        more.n ? ": " : "", STR_ARG(more));
}

static int understand(struct arena *a, const struct asking *x, struct oauth_token *ret, struct fault *f)
{
	struct oauth_token t;
	struct json answer = {0};
	struct fault own = {0};
	str type;

	if (json_parse(a, text_str(&x->heard), &answer, &own))
		answer = (struct json){0};
	if (x->status != 200)
		return refused(a, x->status, answer, f);
	t = (struct oauth_token){.access_token = json_get_text(answer, "access_token"),
	        .refresh_token = json_get_text(answer, "refresh_token"),
	        .life_s = life(answer)};
	type = json_get_text(answer, "token_type");
	if (!t.access_token.n || !token_good(t.access_token) || !token_good(t.refresh_token) ||
	        (type.n && !str_eq_nocase(type, STR("bearer"))))
		return fail(f, EIO, NULL, "oauth_answer", "what the token endpoint says is no token");
	*ret = t;
	return 0;
}

static void init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

int oauth_renew(const struct oauth_client *c, struct arena *a, struct oauth_token *ret, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct asking x = {.heard = {.a = a}, .inside = c->inside};
	int err;

	if (!net_url_good(c->url))
		return fail(f, EINVAL, NULL, "oauth_name", "the token endpoint is an https address");
	pthread_once(&once, init);
	err = ask(c, a, &x, f);
	return err ? err : understand(a, &x, ret, f);
}

/* What is said to a mail server ---------------------------------------------------------------------------------------------- */

str oauth_xoauth2(struct arena *a, str login, str token)
{
	return str_printf(a, "user=%.*s\001auth=Bearer %.*s\001\001", STR_ARG(login), STR_ARG(token));
}

/* RFC 5801, 4: "," and "=" in a name. */
str oauth_bearer(struct arena *a, str login, str token, const char *host, int port)
{
	struct text t = {.a = a};

	text_lit(&t, "n,a=");
	for (size_t i = 0; i < login.n; i++)
		if (login.p[i] == ',' || login.p[i] == '=')
			text_add(&t, login.p[i] == ',' ? STR("=2C") : STR("=3D"));
		else
			text_add_char(&t, login.p[i]);
	text_addf(&t, ",\001host=%s\001port=%d\001auth=Bearer %.*s\001\001", host, port, STR_ARG(token));
	return text_str(&t);
}
