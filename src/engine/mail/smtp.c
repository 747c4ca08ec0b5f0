/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp.c - one letter to one server by libcurl. What the server and we said is watched to tell a person exactly where it stopped. */
#include "base/parse.h"
#include "engine/mail/mail.h"
#include "engine/net/net.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

const char *const mail_phase_names[MAIL_PHASES + 1] = {
        "resolve", "connect", "greet", "secure", "login", "sender", "recipient", "data", "done", NULL};

/* One handing over. */
struct talk {
	struct mail_report *report;
	str mime;
	size_t given; /* bytes of mime handed to curl */
	bool inside;  /* it may go to closed networks */
	bool token;   /* logs in with a token */
	bool over;    /* we said QUIT: what comes now is politeness, not the reason */
};

/* The server's lines come here as "headers". */
static size_t heard(char *p, size_t size, size_t n, void *arg)
{
	const struct talk *t = arg;
	struct mail_report *r = t->report;
	str line = str_trim((str){p, size * n});
	int64_t code;
	size_t out = 0;

	if (t->over)
		return size * n;
	/* What does not look like SMTP ends the talk unseen, so that a wrong port cannot be used to read another service's banner. */
	if (!parse_int(str_sub(line, 0, 3), 200, 599, &code) || (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-'))
		return 0;
	r->code = (int)code;
	for (size_t i = 0; i < line.n && out < sizeof r->reply - 1; i++)
		r->reply[out++] = (char)(line.p[i] >= ' ' && line.p[i] < 127 ? line.p[i] : '?');
	r->reply[out] = 0;
	return size * n;
}

/* What we say: only the verb is looked at, never what follows it. */
static int said(CURL *curl, curl_infotype type, char *p, size_t n, void *arg)
{
	static const struct {
		const char *verb;
		enum mail_phase phase;
	} verbs[] = {{"EHLO", MAIL_GREET}, {"HELO", MAIL_GREET}, {"STARTTLS", MAIL_SECURE}, {"AUTH", MAIL_LOGIN},
	        {"MAIL", MAIL_SENDER}, {"RCPT", MAIL_RECIPIENT}, {"DATA", MAIL_DATA}};
	struct talk *t = arg;
	struct mail_report *r = t->report;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT)
		return 0;
	t->over |= str_starts((str){p, n}, STR("QUIT"));
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (str_starts((str){p, n}, str_of(verbs[i].verb)) && verbs[i].phase > r->phase)
			r->phase = verbs[i].phase;
	r->secured |= r->phase == MAIL_SECURE;
	r->logged_in |= r->phase == MAIL_LOGIN;
	return 0;
}

static size_t give(char *p, size_t size, size_t n, void *arg)
{
	struct talk *t = arg;
	size_t left = t->mime.n - t->given, take = size * n < left ? size * n : left;

	memcpy(p, t->mime.p + t->given, take);
	t->given += take;
	return take;
}

/* Called with each resolved address, before the connection. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct talk *t = arg;

	(void)purpose;
	t->report->phase = MAIL_CONNECT;
	if (!net_may(&to->addr, t->inside))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

struct cause {
	const char *code, *what;
};

static struct cause cause_of_phase(enum mail_phase phase)
{
	static const struct cause causes[MAIL_PHASES] = {
	        [MAIL_RESOLVE] = {"smtp_name", "the name of the mail server is not known"},
	        [MAIL_CONNECT] = {"smtp_refused", "the mail server refuses the connection: check host and port"},
	        [MAIL_GREET] = {"smtp_greeting", "there is no mail server at this port, or it turns us away"},
	        [MAIL_SECURE] = {"smtp_tls", "the mail server does not start TLS here"},
	        [MAIL_LOGIN] = {"smtp_login", "the mail server does not accept the login and password"},
	        [MAIL_SENDER] = {"smtp_sender", "the mail server does not accept the sender's address"},
	        [MAIL_RECIPIENT] = {"smtp_recipient", "the mail server does not accept the recipient's address"},
	        [MAIL_DATA] = {"smtp_letter", "the mail server does not accept the letter"},
	        [MAIL_DONE] = {"smtp_lost", "the connection to the mail server broke"},
	};

	return causes[phase];
}

static struct cause cause_of(CURLcode rc, const struct talk *t)
{
	const struct mail_report *r = t->report;

	switch ((int)rc) {
	case CURLE_OPERATION_TIMEDOUT: return (struct cause){"smtp_timeout", "the mail server does not answer in time"};
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return (struct cause){"smtp_certificate", "the certificate of the mail server is not one we trust"};
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_USE_SSL_FAILED: return cause_of_phase(MAIL_SECURE);
	case CURLE_LOGIN_DENIED:
		return t->token ? (struct cause){"smtp_token", "the mail server does not accept the token for this login"}
		                : cause_of_phase(MAIL_LOGIN);
	case CURLE_COULDNT_RESOLVE_HOST: return cause_of_phase(MAIL_RESOLVE);
	case CURLE_COULDNT_CONNECT: return cause_of_phase(MAIL_CONNECT);
	default: return r->code < 400 && r->phase > MAIL_GREET ? cause_of_phase(MAIL_DONE) : cause_of_phase(r->phase);
	}
}

static void phase_of_failure(CURLcode rc, struct mail_report *r)
{
	if (rc == CURLE_LOGIN_DENIED)
		r->phase = MAIL_LOGIN;
	if (rc == CURLE_PEER_FAILED_VERIFICATION || rc == CURLE_SSL_CONNECT_ERROR || rc == CURLE_USE_SSL_FAILED)
		r->phase = MAIL_SECURE;
	/* RFC 3463: 5.1.x is a bad address. Other refusals (relaying, policy, quota) end when somebody mends the settings. */
	r->lasting = r->code >= 500 && r->phase == MAIL_RECIPIENT && strncmp(r->reply + 3, " 5.1.", 5) == 0;
}

static int explain(CURL *curl, CURLcode rc, const struct talk *t, struct fault *f)
{
	struct mail_report *r = t->report;
	double took = 0;
	struct cause c;

	if (rc == CURLE_OK) {
		r->phase = MAIL_DONE;
		return 0;
	}
	/* Connected, but nothing was said by us yet: it is the greeting that failed. */
	if (r->phase == MAIL_CONNECT && rc != CURLE_COULDNT_CONNECT &&
	        curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME, &took) == CURLE_OK && took > 0)
		r->phase = MAIL_GREET;
	phase_of_failure(rc, r);
	c = cause_of(rc, t);
	return fail(f, r->lasting ? EINVAL : EIO, NULL, c.code, "%s%s%s", c.what, r->reply[0] && r->code >= 400 ? ": " : "",
	        r->code >= 400 ? r->reply : "");
}

static CURLU *address_of(const struct mail_server *s)
{
	CURLU *u = curl_url();
	char port[16], path[300];
	bool six = strchr(s->host, ':') != NULL && s->host[0] != '[';
	char host[300];

	snprintf(port, sizeof port, "%d", s->port);
	snprintf(path, sizeof path, "/%s", s->helo && s->helo[0] ? s->helo : "localhost");
	snprintf(host, sizeof host, six ? "[%s]" : "%s", s->host);
	if (u && (curl_url_set(u, CURLUPART_SCHEME, s->tls == MAIL_TLS ? "smtps" : "smtp", 0) ||
	                 curl_url_set(u, CURLUPART_HOST, host, 0) || curl_url_set(u, CURLUPART_PORT, port, 0) ||
	                 curl_url_set(u, CURLUPART_PATH, path, 0))) {
		curl_url_cleanup(u);
		u = NULL;
	}
	return u;
}

static void set_up(CURL *c, const struct mail_server *s, struct talk *t)
{
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 15L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(s->timeout_s > 0 ? s->timeout_s : 120));
	curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, 60L);
	curl_easy_setopt(c, CURLOPT_USE_SSL, s->tls == MAIL_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, s->any_certificate ? 0L : 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, s->any_certificate ? 0L : 2L);
	if (s->login && s->login[0]) {
		curl_easy_setopt(c, CURLOPT_USERNAME, s->login);
		curl_easy_setopt(c, CURLOPT_PASSWORD, s->password && !s->token ? s->password : "");
	}
	if (s->token) { /* and nothing else, whatever the server offers */
		curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, s->token);
		curl_easy_setopt(c, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
	}
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, heard);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, said);
	curl_easy_setopt(c, CURLOPT_DEBUGDATA, t);
	curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
}

static void init(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

int mail_send(const struct mail_server *s, str from, str to, str mime, struct mail_report *ret, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct talk t = {.report = ret, .mime = mime, .inside = s->inside, .token = s->token != NULL};
	char from_z[260], to_z[260];
	struct curl_slist *rcpt = NULL;
	CURLU *u;
	CURL *c;
	int err;

	*ret = (struct mail_report){0};
	if (!mail_address_valid(from) || !mail_address_valid(to))
		return fail(f, EINVAL, NULL, "address", "the address of sender or recipient is none");
	pthread_once(&once, init);
	u = address_of(s);
	c = curl_easy_init();
	snprintf(from_z, sizeof from_z, "<%.*s>", STR_ARG(from));
	snprintf(to_z, sizeof to_z, "<%.*s>", STR_ARG(to));
	rcpt = curl_slist_append(NULL, to_z);
	if (u && c && rcpt) {
		set_up(c, s, &t);
		curl_easy_setopt(c, CURLOPT_CURLU, u);
		curl_easy_setopt(c, CURLOPT_MAIL_FROM, from_z);
		curl_easy_setopt(c, CURLOPT_MAIL_RCPT, rcpt);
		err = explain(c, curl_easy_perform(c), &t, f);
	} else {
		err = fail(f, EINVAL, NULL, "smtp_name", "the name of the mail server is none");
	}
	curl_slist_free_all(rcpt);
	curl_easy_cleanup(c);
	curl_url_cleanup(u);
	return err;
}
