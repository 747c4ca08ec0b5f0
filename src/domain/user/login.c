/* SPDX-License-Identifier: GPL-3.0-or-later */
/* login.c - logging in and out, and coming by a link. Everything a stranger can see is the same for a login that exists and one that
 * does not: limits, time (the hash is always computed), answer. */
#include "base/rand.h"
#include "base/utf8.h"
#include "domain/user/user_priv.h"
#include "engine/crypto/crypto.h"

struct login {
	str login, password, code;
};
#define ENTITY struct login
static const struct field login_fields[] = {
        F_STR(login, 1, 200, "Login", .flags = REQUIRED),
        F_STR(password, 1, 1000, "Password", .flags = REQUIRED | SECRET),
        F_STR(code, 0, 6, "Six digits, for who has a second factor", .flags = NULLABLE),
};
#undef ENTITY
const struct shape login_shape = SHAPE_OF(login, login_fields, "Who logs in");

struct link_open_in {
	str token, password;
};
#define ENTITY struct link_open_in
static const struct field open_fields[] = {F_STR(token, 1, 100, "The last part of the link", .flags = REQUIRED | SECRET),
        F_STR(password, 0, 200, "What a link with a password asks for", .flags = NULLABLE | SECRET)};
#undef ENTITY
const struct shape link_open_shape = {.name = "link_open",
        .doc = "The secret of a link",
        .fields = open_fields,
        .n = COUNT(open_fields),
        .size = sizeof(struct link_open_in)};

struct link_opened_out {
	int64_t project_id;
};
#define ENTITY struct link_opened_out
static const struct field opened_fields[] = {F_INT(project_id, 1, INT64_MAX, "The project whose report it opens")};
#undef ENTITY
const struct shape link_opened_shape = {.name = "link_opened",
        .doc = "What a link opens",
        .fields = opened_fields,
        .n = COUNT(opened_fields),
        .size = sizeof(struct link_opened_out)};

/* The device cookie: "nonce.mac"; the mac ties the nonce to a login, so that one's device says nothing about another's. */

static const char *device_name(const struct request *q)
{
	return q->http->tls ? "__Host-device" : "device";
}

static str device_subject(struct arena *a, str login, str nonce)
{
	return str_printf(a, "%.*s\n%.*s", STR_ARG(login), STR_ARG(nonce));
}

/* The nonce of a cookie that is ours and this login's, else absent. */
static str device_of(struct request *q, str login)
{
	str nonce, rest = http_cookie(q->http, device_name(q));

	if (!rest.p || !str_cut(&rest, '.', &nonce) || !rest.p)
		return (str){0};
	return token_verify(q->app->pepper, "device", device_subject(q->a, login, nonce), rest) ? nonce : (str){0};
}

static void device_cookie(struct request *q, str login)
{
	char nonce[44], mac[44];

	if (device_of(q, login).n)
		return;
	rand_token(nonce);
	token_sign(q->app->pepper, "device", device_subject(q->a, login, str_of(nonce)), mac);
	http_answer_header(q->http, "Set-Cookie",
	        str_printf(q->a, "%s=%s.%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000%s", device_name(q), nonce,
	                mac, q->http->tls ? "; Secure" : ""));
}

int entry_open(struct entry *e, struct db *db, struct arena *a, struct fault *f)
{
	struct request *q = e->q;
	struct who himself = {.user_id = e->user_id};
	struct audit seen = {
	        .who = &himself, .entity = "user", .verb = "logged_in", .row_id = e->user_id, .peer = q->http->peer};
	int err = 0;

	/* What the browser carried before ends: nothing set before logging in is worth anything afterwards (fixation). */
	if (q->who->session_id)
		err = session_close(db, q->who->session_id, f);
	if (!err)
		err = session_open(db, a, e->user_id, SESSION_PERSON, 0, 0, q->http->peer, q->now, e->token, f);
	if (!err)
		err = db_run(db, "UPDATE \"user\" SET seen_at = ?2 WHERE id = ?1", VALS(V(e->user_id), V(q->now)), NULL, f);
	return err ? err : audit_add(db, a, &seen, q->now, f);
}

void entry_cookies(const struct entry *e)
{
	request_cookie(e->q, e->token);
	device_cookie(e->q, e->login);
}

bool totp_missing(const struct account *u, const struct settings *s)
{
	struct arena a = {0};
	const struct role *role = access_role(str_z(&a, u->role));

	arena_free(&a);
	return s->require_totp && !u->totp_on && role && (role->may & MAY_SET_UP);
}

/* One try to log in. */
struct
try {
	struct request *q;
	struct guess guess;
	struct account u;
	struct entry entry;
	int64_t step; /* of the code; 0: none was needed */
	bool all;
	str secret; /* a new one for who must set a second factor up now */
};

static int try_count(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct try *t = arg;

	return guess_count(db, a, &t->guess, t->q->now, f);
}

static int try_forgive(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct try *t = arg;

	return guess_forgive(db, a, &t->guess, t->all, f);
}

static int try_enter(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct try *t = arg;
	int err = t->step ? totp_use(db, t->u.id, t->step, f) : 0;

	if (!err)
		err = guess_forgive(db, a, &t->guess, true, f);
	return err ? err : entry_open(&t->entry, db, a, f);
}

static int try_secret(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct try *t = arg;
	int err = db_run(db, "UPDATE \"user\" SET totp_secret = ?2, totp_last = 0 WHERE id = ?1 AND totp_on = 0",
	        VALS(V(t->u.id), V(t->secret)), NULL, f);

	return err ? err : guess_forgive(db, a, &t->guess, false, f);
}

static int password_right(struct try *t, str password)
{
	struct request *q = t->q;
	bool right = false;
	int err = request_write(q, try_count, t);

	if (!err)
		err = account_by_login(q->db, q->a, t->guess.login, &t->u, &q->fault);
	if (!err)
		err = password_verify(
		        q->app->pepper, password, t->u.disabled ? (str){0} : t->u.password_hash, &right, &q->fault);
	if (!err && !right)
		err = fail(&q->fault, EKEYREJECTED, NULL, "login", "login or password is wrong");
	if (err == EDQUOT)
		http_answer_header(q->http, "Retry-After", STR("60"));
	return err;
}

/* The password was right and the second factor is still to be set up: the answer carries the secret for it. */
static int answer_secret(struct try *t, const struct settings *s)
{
	struct request *q = t->q;
	int err;

	t->secret = totp_new_secret(q->a);
	err = request_write(q, try_secret, t);
	if (err)
		return err;
	q->http->status = 401;
	json_open(&q->out, '{');
	json_key(&q->out, "error");
	json_add_raw(
	        &q->out, STR("{\"code\":\"totp_needed\",\"field\":\"code\",\"what\":\"set up the second factor first\"}"));
	json_key(&q->out, "secret");
	json_add_text(&q->out, t->secret);
	json_key(&q->out, "uri");
	json_add_text(&q->out, totp_uri(q->a, settings_sender_name(s, t->u.language), t->u.login, t->secret));
	json_close(&q->out, '}');
	return 0;
}

/* The second factor. A password without a code is no guess: it is taken back, once for each time it was counted, so that codes
 * cannot be guessed in between for nothing. */
static int code_right(struct try *t, str code)
{
	struct request *q = t->q;
	int err;

	if (!code.n) {
		err = request_write(q, try_forgive, t);
		return err ? err
		           : fail(&q->fault, EKEYREJECTED, "code", "code_needed", "the code of the second factor is needed");
	}
	t->step = totp_step(q->a, t->u.totp_secret, code, t->u.totp_last, q->now);
	return t->step ? 0 : fail(&q->fault, EKEYREJECTED, "code", "code", "the code is wrong or was used already");
}

static int enter(struct try *t)
{
	int err;

	t->entry.user_id = t->u.id;
	t->entry.login = t->guess.login;
	err = request_write(t->q, try_enter, t);
	if (err)
		return err;
	entry_cookies(&t->entry);
	return me_give(t->q, t->q->db, t->u.id, 0);
}

int login_run(struct request *q)
{
	const struct login *in = q->body;
	str login = utf8_lower(q->a, str_trim(in->login));
	struct try t = {.q = q, .guess = {login, q->http->peer, device_of(q, login)}, .entry = {.q = q}};
	struct settings s;
	bool missing;
	int err = settings_load(q->db, q->a, &s, &q->fault);

	if (!err)
		err = password_right(&t, in->password);
	if (err)
		return err;
	missing = totp_missing(&t.u, &s);
	if (missing && (!in->code.n || !t.u.totp_secret.n))
		return answer_secret(&t, &s);
	if (missing || t.u.totp_on)
		err = code_right(&t, in->code);
	return err ? err : enter(&t);
}

static int logout_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;

	(void)a;
	return session_close(db, q->who->session_id, f);
}

int logout_run(struct request *q)
{
	int err = q->who->session_id ? request_write(q, logout_write, q) : 0;

	if (!err)
		request_cookie(q, NULL);
	return err;
}

struct opening {
	struct request *q;
	struct link link;
	char token[44];
};

static int opening_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct opening *o = arg;
	struct request *q = o->q;
	char hash[SHA256_HEX];
	int err = link_opened(db, &o->link, q->http->peer, utf8_clean(a, http_header(q->http, "User-Agent")), q->now, f);

	if (!err)
		err = session_open(
		        db, a, 0, SESSION_LINK, o->link.project_id, o->link.id, q->http->peer, q->now, o->token, f);
	sha256_hex(str_of(o->token), hash);
	/* The session dies with its link, not hours after it. */
	if (!err)
		err = db_run(db, "UPDATE session SET expires_at = ?2 WHERE token_hash = ?1 AND expires_at > ?2",
		        VALS(V(str_of(hash)), V(o->link.expires_at)), NULL, f);
	return err;
}

/* Guesses are counted as those of a login are. */
static int link_password(struct request *q, const struct link *l, str password)
{
	struct try t = {
	        .q = q, .guess = {str_printf(q->a, "link %lld", (long long)l->id), q->http->peer, {0}}, .all = false};
	bool right = false;
	int err;

	if (!l->password_hash.n)
		return 0;
	if (!password.n)
		return fail(&q->fault, EACCES, "password", "link_password", "this link asks for a password");
	err = request_write(q, try_count, &t);
	if (!err)
		err = password_verify(q->app->pepper, password, l->password_hash, &right, &q->fault);
	if (!err && !right)
		err = fail(&q->fault, EACCES, "password", "link_password", "this link asks for a password");
	return err ? err : request_write(q, try_forgive, &t);
}

int link_open(struct request *q)
{
	const struct link_open_in *in = q->body;
	struct opening o = {.q = q};
	struct link_opened_out out;
	struct fault f;
	int err = link_find(q->db, q->a, in->token, q->now, &o.link, &q->fault);

	if (err)
		return err;
	err = link_password(q, &o.link, in->password);
	if (err)
		return err;
	out.project_id = o.link.project_id;
	/* Who is logged in and sees the project anyway stays who he is. */
	if (!q->who->user_id || access_project(q->db, q->a, q->who, out.project_id, &f)) {
		err = request_write(q, opening_write, &o);
		if (!err)
			request_cookie(q, o.token);
	}
	if (!err)
		request_give(q, &link_opened_shape, &out);
	return err;
}

int in_person(struct request *q)
{
	if (q->who->user_id && q->who->session_id && !q->who->by_link)
		return 0;
	return fail(&q->fault, EACCES, NULL, "in_person", "this is done by the person himself, not by a program");
}

int own_password(struct request *q, const struct account *u, str password, const char *field)
{
	struct try t = {.q = q, .guess = {u->login, q->http->peer, device_of(q, u->login)}, .all = false};
	bool right = false;
	int err = request_write(q, try_count, &t);

	if (!err)
		err = password_verify(q->app->pepper, password, u->password_hash, &right, &q->fault);
	if (!err && !right)
		err = fail(&q->fault, EINVAL, field, "password", "this is not the present password");
	return err ? err : request_write(q, try_forgive, &t);
}
