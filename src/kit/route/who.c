/* SPDX-License-Identifier: GPL-3.0-or-later */
/* who.c - who asks, whether he may, and whether his own browser meant it (CSRF). The only place that reads cookies and tokens. */
#include "kit/route/route_priv.h"

#include "base/log.h"
#include "engine/net/net.h"

static const char *cookie_name(const struct http_request *q)
{
	return q->tls ? "__Host-sid" : "sid";
}

str request_secret(const struct http_request *q, void *arg)
{
	str bearer = http_header(q, "Authorization");

	(void)arg;
	return bearer.n ? bearer : http_cookie(q, cookie_name(q));
}

/* Customers are a crowd of their own. Who is here by a link has no number: the project's counts. */
static void count_as(struct request *q)
{
	const struct who *w = q->who;

	if (w->role)
		http_asker(q->http, (uint64_t)(w->user_id ? w->user_id : -w->project_id), w->customer_id || !w->user_id);
}

void request_cookie(struct request *q, const char *token)
{
	http_answer_header(q->http, "Set-Cookie",
	        str_printf(q->a, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", cookie_name(q->http), token ? token : "",
	                q->http->tls ? "; Secure" : "", token ? "" : "; Max-Age=0"));
}

static int touch(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct request *q = arg;

	(void)a;
	return access_touch(db, q->who, q->now, f);
}

/* Once a minute: that the session is in use. Its failure (a full disk) is no reason to refuse the request. */
static void note_use(struct request *q)
{
	struct fault f = {0};

	if (store_write(q->store, q->db, q->a, touch, q, &f))
		log_warn("session", "could not note its use: %s", f.what);
}

int request_identify(struct request *q)
{
	struct who *w = NEW(q->a, struct who);
	str bearer = http_header(q->http, "Authorization"), cookie = http_cookie(q->http, cookie_name(q->http));
	bool old = false;
	int err = 0;

	q->who = w;
	if (str_starts(bearer, STR("Bearer "))) {
		err = access_of_token(q->db, q->a, str_sub(bearer, 7, bearer.n), q->now, w, &old, &q->fault);
		if (err == ENOENT)
			return fail(&q->fault, EKEYREJECTED, NULL, "token", "this token is not known, or no longer");
		if (!err && w->addresses.n && !net_listed(w->addresses, str_of(q->http->peer)))
			return fail(&q->fault, EKEYREJECTED, NULL, "token_address",
			        "this token does not serve from this address");
	} else if (cookie.n) {
		err = access_of_cookie(q->db, q->a, cookie, q->now, w, &old, &q->fault);
		if (err == ENOENT)
			err = 0; /* nobody: open routes answer, others ask to log in */
	}
	if (!err)
		count_as(q);
	if (!err && old)
		note_use(q);
	return err;
}

static int check_right(struct request *q)
{
	const struct who *w = q->who;
	uint64_t right = q->route->right;

	if (right == OPEN_TO_ALL)
		return 0;
	if (!w->role)
		return fail(&q->fault, EKEYREJECTED, NULL, "session", "log in first");
	if (right == ANY_SESSION)
		return 0;
	if (right == ANY_PERSON && (!w->user_id || (w->project_id && q->http->method != HTTP_GET)))
		return fail(&q->fault, EACCES, NULL, "right", "this is for a logged-in person");
	if (right != ANY_PERSON && !may(w, right))
		return fail(&q->fault, EACCES, NULL, "right", "your role may not do this");
	return 0;
}

/* "https://host:port" of the page that asks is where this request came. */
static bool is_own_origin(struct request *q, str origin)
{
	str host = http_header(q->http, "Host"), scheme = q->http->tls ? STR("https://") : STR("http://");

	return host.n && str_starts(origin, scheme) && str_eq_nocase(str_sub(origin, scheme.n, origin.n), host);
}

/* A browser says where the asking page stands: by Sec-Fetch-Site, older ones by Origin. */
static bool from_elsewhere(struct request *q)
{
	str site = http_header(q->http, "Sec-Fetch-Site"), origin = http_header(q->http, "Origin");

	if (site.p)
		return !str_eq(site, STR("same-origin"));
	return origin.p && !is_own_origin(q, origin);
}

static bool says_nothing(struct request *q)
{
	return !http_header(q->http, "Sec-Fetch-Site").p && !http_header(q->http, "Origin").p;
}

/* A cookie comes along unasked, so a change also needs what a foreign page cannot send. Without one (logging in, a ticket)
 * only a page that admits to be foreign is refused, so that programs may log in. */
static int check_csrf(struct request *q)
{
	bool changes = q->http->method != HTTP_GET && q->http->method != HTTP_HEAD, by_cookie = q->who->by_cookie;

	if (!changes || q->who->token_id)
		return 0;
	if (from_elsewhere(q) || (by_cookie && (says_nothing(q) || !http_header(q->http, "X-Zvonar").n)))
		return fail(&q->fault, EACCES, NULL, "csrf", "this request did not come from our own page");
	return 0;
}

/* Does it take tables out? A form other than JSON and paper, or a route that is for it. */
static bool exports(struct request *q)
{
	str format = http_param(q->http, "format");

	return (q->route->right < ANY_SESSION && q->route->right & access_rules()->exports) ||
	       (format.n && !str_eq(format, STR("json")) && !str_eq(format, STR("pdf")));
}

static int check_export(struct request *q)
{
	bool locked = false;
	int err = exports(q) ? access_export_locked(q->db, q->a, q->who, &locked, &q->fault) : 0;

	if (!err && locked)
		err = fail(&q->fault, EACCES, NULL, "totp_export",
		        "set a second factor up first: the house asks for it before tables are taken out");
	return err;
}

int request_allow(struct request *q)
{
	int err = check_csrf(q);

	if (!err)
		err = check_right(q);
	return err ? err : check_export(q);
}
