/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totp.c - the second factor: codes by time (RFC 6238), by liboath. */
#include "base/rand.h"
#include "domain/user/user_priv.h"

#include <oath.h>

enum { STEP_S = 30, SECRET_BYTES = 20 };

#define ENTITY struct totp
static const struct field totp_fields[] = {
        F_STR(secret, 1, 100, "The secret, base32, to be typed into an app"),
        F_STR(uri, 1, 400, "The same as otpauth://, to be drawn as a QR code"),
};
#undef ENTITY
const struct shape totp_shape = SHAPE_OF(totp, totp_fields, "A second factor to be set up");

#define ENTITY struct totp_code
static const struct field code_fields[] = {F_STR(code, 6, 6, "Six digits from the app", .flags = REQUIRED)};
#undef ENTITY
const struct shape totp_code_shape = SHAPE_OF(totp_code, code_fields, "A code of the second factor");

#define ENTITY struct password_only
static const struct field password_fields[] = {F_STR(password, 1, 1000, "The password", .flags = REQUIRED | SECRET)};
#undef ENTITY
const struct shape password_only_shape = SHAPE_OF(password_only, password_fields, "A password");

str totp_new_secret(struct arena *a)
{
	char bytes[SECRET_BYTES], *z = NULL;
	size_t n = 0;
	str ret;

	rand_bytes(bytes, sizeof bytes);
	if (oath_base32_encode(bytes, sizeof bytes, &z, &n) != OATH_OK)
		abort(); /* only when memory is out */
	ret = str_copy(a, (str){z, strlen(z)});
	free(z);
	return ret;
}

static void add_percent(struct text *t, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		             (c && strchr("-._~", c));

		if (plain)
			text_add_char(t, (char)c);
		else
			text_addf(t, "%%%02X", c);
	}
}

str totp_uri(struct arena *a, str company, str login, str secret)
{
	struct text t = {.a = a};

	text_lit(&t, "otpauth://totp/");
	add_percent(&t, company);
	text_lit(&t, ":");
	add_percent(&t, login);
	text_lit(&t, "?secret=");
	add_percent(&t, secret);
	text_lit(&t, "&issuer=");
	add_percent(&t, company);
	return text_str(&t);
}

int64_t totp_step(struct arena *a, str secret, str code, int64_t last, int64_t now)
{
	int64_t step = now / 1000 / STEP_S, found = 0;
	char *bytes = NULL, otp[8];
	size_t n = 0;

	for (size_t i = 0; i < code.n; i++)
		if (code.p[i] < '0' || code.p[i] > '9')
			return 0;
	if (code.n != 6 || oath_base32_decode(str_z(a, secret), secret.n, &bytes, &n) != OATH_OK)
		return 0;
	/* A step early or late for clocks that differ; all three are computed, so that time tells nothing. */
	for (int64_t s = step - 1; s <= step + 1; s++)
		if (oath_totp_generate(bytes, n, (time_t)(s * STEP_S), STEP_S, 0, 6, otp) == OATH_OK &&
		        str_eq_secret((str){otp, 6}, code) && s > last)
			found = s;
	free(bytes);
	return found;
}

int totp_use(struct db *db, int64_t user_id, int64_t step, struct fault *f)
{
	int64_t changed = 0;
	int err = db_run(db, "UPDATE \"user\" SET totp_last = ?2, totp_on = 1 WHERE id = ?1 AND totp_last < ?2",
	        VALS(V(user_id), V(step)), &changed, f);

	if (!err && !changed)
		err = fail(f, EKEYREJECTED, "code", "code", "this code was used already: wait for the next");
	return err;
}

struct totp_change {
	struct request *q;
	str secret;
	int64_t step;
	const char *verb;
};

static int noted(struct totp_change *c, struct db *db, struct arena *a, struct fault *f)
{
	struct audit e = {
	        .who = c->q->who, .entity = "user", .verb = c->verb, .row_id = c->q->who->user_id, .peer = c->q->http->peer};

	return audit_add(db, a, &e, c->q->now, f);
}

static int keep_secret(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct totp_change *c = arg;

	(void)a;
	return db_run(db, "UPDATE \"user\" SET totp_secret = ?2, totp_last = 0 WHERE id = ?1 AND totp_on = 0",
	        VALS(V(c->q->who->user_id), V(c->secret)), NULL, f);
}

int totp_begin(struct request *q)
{
	struct totp_change c = {.q = q, .secret = totp_new_secret(q->a)};
	struct account u;
	struct settings s;
	struct totp out;
	int err = in_person(q);

	if (!err)
		err = account_by_id(q->db, q->a, q->who->user_id, &u, &q->fault);
	if (!err && u.totp_on)
		err = fail(&q->fault, EALREADY, NULL, "totp_on", "the second factor is on: turn it off first");
	if (!err)
		err = settings_load(q->db, q->a, &s, &q->fault);
	if (!err)
		err = request_write(q, keep_secret, &c);
	if (err)
		return err;
	out = (struct totp){c.secret, totp_uri(q->a, settings_sender_name(&s, q->who->language), u.login, c.secret)};
	request_give(q, &totp_shape, &out);
	return 0;
}

/* The first who sets the house up and has a second factor makes it the rule, unless somebody has said otherwise. */
static int totp_for_all(struct db *db, struct arena *a, const struct by *by, struct fault *f)
{
	struct audit e = {.who = by->who,
	        .entity = "setting",
	        .verb = "changed",
	        .peer = by->peer,
	        .diff = STR("{\"require_totp\":[false,true]}")};
	int64_t changed = 0;
	int err;

	if (!may(by->who, MAY_SET_UP))
		return 0;
	err = db_run(db,
	        "INSERT INTO setting (key, value, changed_at) VALUES ('require_totp', '1', ?1) ON CONFLICT (key) DO NOTHING",
	        VALS(V(by->now)), &changed, f);
	return err || !changed ? err : audit_add(db, a, &e, by->now, f);
}

static int turn_on(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct totp_change *c = arg;
	struct by by = request_by(c->q);
	int err = totp_use(db, c->q->who->user_id, c->step, f);

	if (!err)
		err = noted(c, db, a, f);
	return err ? err : totp_for_all(db, a, &by, f);
}

int totp_confirm(struct request *q)
{
	const struct totp_code *in = q->body;
	struct totp_change c = {.q = q, .verb = "totp_on"};
	struct account u;
	int err = in_person(q);

	if (!err)
		err = account_by_id(q->db, q->a, q->who->user_id, &u, &q->fault);
	if (!err && !u.totp_secret.n)
		err = fail(&q->fault, EALREADY, NULL, "totp_secret", "ask for a secret first");
	if (!err && !(c.step = totp_step(q->a, u.totp_secret, in->code, u.totp_last, q->now)))
		err = fail(&q->fault, EINVAL, "code", "code", "the code does not match: is the clock of the phone right?");
	return err ? err : request_write(q, turn_on, &c);
}

static int turn_off(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct totp_change *c = arg;
	int err = db_run(db, "UPDATE \"user\" SET totp_on = 0, totp_secret = NULL, totp_last = 0 WHERE id = ?1",
	        VALS(V(c->q->who->user_id)), NULL, f);

	return err ? err : noted(c, db, a, f);
}

int totp_off(struct request *q)
{
	const struct password_only *in = q->body;
	struct totp_change c = {.q = q, .verb = "totp_off"};
	struct account u;
	int err = in_person(q);

	if (!err)
		err = account_by_id(q->db, q->a, q->who->user_id, &u, &q->fault);
	if (!err)
		err = own_password(q, &u, in->password, "password");
	return err ? err : request_write(q, turn_off, &c);
}
