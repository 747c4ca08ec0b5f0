/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip_phone.c - the login of one's own phone. Kept is H(login:realm:secret) by both algorithms, never the secret: 128 random bits, so that
 * nobody finds it from the hash, and no password a person uses elsewhere. */
#include "domain/user/sip_phone.h"

#include "base/rand.h"
#include "domain/user/user_priv.h"
#include "engine/tel/digest.h"
#include "engine/tel/registrar.h"

enum { SECRET_LETTERS = 22, PHONES_MAX = 2000 };

struct sip_phone_made {
	str login, secret, realm;
};
#define ENTITY struct sip_phone_made
static const struct field made_fields[] = {
        F_STR(login, 1, 40, "User name and authentication name of the phone"),
        F_STR(secret, 1, 40, "Its password; never shown again"),
        F_STR(realm, 1, 40, "Its realm or domain, should the phone ask"),
};
#undef ENTITY
static const struct shape made_shape = {
        "sip_phone_made", "A phone's login just made", made_fields, COUNT(made_fields), sizeof(struct sip_phone_made)};

struct sip_phone_change {
	bool in_use;
};
#define ENTITY struct sip_phone_change
static const struct field change_fields[] = {F_BOOL(in_use, "I work by it instead of the browser", .flags = REQUIRED)};
#undef ENTITY
static const struct shape change_shape = {
        "sip_phone_change", "How I work", change_fields, COUNT(change_fields), sizeof(struct sip_phone_change)};

/* The change is told to him and to the dialler, and stands in the trail. */
static int changed(struct request *q, struct db *db, struct arena *a, const char *verb, struct fault *f)
{
	struct audit e = {
	        .who = q->who, .entity = "sip_phone", .verb = verb, .row_id = q->who->user_id, .peer = q->http->peer};
	int err = audit_add(db, a, &e, q->now, f);

	return err ? err
	           : event_add(db, a,
	                     &(struct event){.entity = "sip_phone",
	                             .verb = verb,
	                             .row_id = q->who->user_id,
	                             .user_id = q->who->user_id},
	                     f);
}

static void hash(
        struct arena *a, const struct sip_phone_made *m, enum tel_digest_algorithm algorithm, char ret[TEL_DIGEST_HEX])
{
	tel_digest_hash(algorithm, str_printf(a, "%.*s:" TEL_REALM ":%.*s", STR_ARG(m->login), STR_ARG(m->secret)), ret);
}

struct making {
	struct request *q;
	struct sip_phone_made made;
};

static int make_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct making *m = arg;
	struct request *q = m->q;
	char md5[TEL_DIGEST_HEX], sha[TEL_DIGEST_HEX];
	struct val login;
	int err = db_one(db, a, "SELECT login FROM sip_phone WHERE user_id = ?1", VALS(V(q->who->user_id)), &login, 1, f);

	if (err && err != ENOENT)
		return err;
	if (!err)
		m->made.login = str_copy(q->a, val_str(login));
	hash(a, &m->made, TEL_DIGEST_MD5, md5);
	hash(a, &m->made, TEL_DIGEST_SHA256, sha);
	err = db_run(db,
	        "INSERT INTO sip_phone (user_id, login, ha1_md5, ha1_sha256, in_use, created_at) VALUES (?1, ?2, ?3, ?4, 1, ?5) ON CONFLICT "
	        "(user_id) DO UPDATE SET ha1_md5 = excluded.ha1_md5, ha1_sha256 = excluded.ha1_sha256, registered = 0, "
	        "version = sip_phone.version + 1",
	        VALS(V(q->who->user_id), V(m->made.login), V(str_of(md5)), V(str_of(sha)), V(q->now)), NULL, f);
	return err ? err : changed(q, db, a, "made", f);
}

static int phone_make(struct request *q)
{
	struct making m = {.q = q, .made.realm = STR(TEL_REALM)};
	char random[44];
	uint32_t tail;
	int err = in_person(q);

	if (err)
		return err;
	rand_token(random);
	rand_bytes(&tail, sizeof(tail));
	m.made.secret = str_copy(q->a, str_sub(str_of(random), 0, SECRET_LETTERS));
	m.made.login = str_printf(
	        q->a, "p%lld-%08x", (long long)q->who->user_id, tail); /* not to be guessed: who has none is unheard */
	err = request_write(q, make_write, &m);
	if (!err)
		request_give(q, &made_shape, &m.made);
	return err;
}

static int change_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	const struct sip_phone_change *in = q->body;
	int64_t n = 0;
	int err = db_run(db, "UPDATE sip_phone SET in_use = ?2, version = version + 1 WHERE user_id = ?1",
	        VALS(V(q->who->user_id), V((int64_t)in->in_use)), &n, f);

	if (!err && !n)
		err = fail(f, EINVAL, "in_use", "no_phone", "make a login for the phone first");
	return err ? err : changed(q, db, a, "changed", f);
}

static int phone_change(struct request *q)
{
	return request_write(q, change_write, q);
}

static int remove_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	int err = db_run(db, "DELETE FROM sip_phone WHERE user_id = ?1", VALS(V(q->who->user_id)), NULL, f);

	return err ? err : changed(q, db, a, "removed", f);
}

static int phone_remove(struct request *q)
{
	return request_write(q, remove_write, q);
}

static void put_text(struct json_out *w, const char *key, str s)
{
	json_key(w, key);
	if (s.n)
		json_add_text(w, s);
	else
		json_add_null(w);
}

static int phone_get(struct request *q)
{
	struct val v[6] = {0};
	int err = db_one(q->db, q->a,
	        "SELECT login, in_use, registered, agent, address, seen_at FROM sip_phone WHERE user_id = ?1",
	        VALS(V(q->who->user_id)), v, COUNT(v), &q->fault);

	if (err && err != ENOENT)
		return err;
	json_open(&q->out, '{');
	put_text(&q->out, "login", err ? (str){0} : val_str(v[0]));
	json_key(&q->out, "in_use");
	json_add_bool(&q->out, !err && val_int(v[1]));
	json_key(&q->out, "registered");
	json_add_bool(&q->out, !err && val_int(v[2]));
	put_text(&q->out, "agent", err ? (str){0} : val_str(v[3]));
	put_text(&q->out, "address", err ? (str){0} : val_str(v[4]));
	json_key(&q->out, "seen_at");
	if (!err && val_int(v[5]))
		json_add_int(&q->out, val_int(v[5]));
	else
		json_add_null(&q->out);
	json_close(&q->out, '}');
	return 0;
}

#define PHONE_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"login\",\"in_use\",\"registered\",\"agent\",\"address\",\"seen_at\"],\"properties\":{" \
	"\"login\":{\"type\":[\"string\",\"null\"]},\"in_use\":{\"type\":\"boolean\"},\"registered\":{\"type\":\"boolean\"}," \
	"\"agent\":{\"type\":[\"string\",\"null\"]},\"address\":{\"type\":[\"string\",\"null\"]},\"seen_at\":{\"type\":[\"integer\",\"null\"]}}}"

static const struct route routes[] = {
        {HTTP_GET, "/me/sip_phone", MAY_SIT, phone_get,
                "My SIP phone: its login, and whether it is registered; login null: none", .gives_raw = "application/json",
                .schema = PHONE_SCHEMA},
        {HTTP_POST, "/me/sip_phone", MAY_SIT, phone_make,
                "Make a login for my SIP phone, or a new secret for it; shown once", NULL, &made_shape, .makes = true},
        {HTTP_PATCH, "/me/sip_phone", MAY_SIT, phone_change,
                "Work by my SIP phone, or by the browser, from the next shift on", &change_shape},
        {HTTP_DELETE, "/me/sip_phone", MAY_SIT, phone_remove, "Take my SIP phone's login away"},
        {0},
};

const struct module sip_phone_module = {.name = "sip_phone", .routes = routes};

/* For the dialler -------------------------------------------------------------------------------------------------------- */

int sip_phone_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, PHONES_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT p.user_id, p.login, p.ha1_sha256, p.ha1_md5, p.registered FROM sip_phone p JOIN \"user\" u ON u.id = p.user_id WHERE "
	        "u.disabled = 0 ORDER BY p.user_id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && n < PHONES_MAX && !(err = rows_next(&r, f)))
		rows[n++] = (struct message){.kind = ROW_PHONE,
		        .operator_id = rows_int(&r, 0),
		        .login = rows_str(&r, 1),
		        .ha1_sha256 = rows_str(&r, 2),
		        .ha1_md5 = rows_str(&r, 3),
		        .up = rows_int(&r, 4) != 0};
	rows_done(&r);
	if (err && err != ENOENT)
		return err;
	*ret = (struct message_rows){rows, n};
	return 0;
}

int sip_phone_in_use(struct db *db, struct arena *a, int64_t user_id, bool *ret, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT in_use FROM sip_phone WHERE user_id = ?1", VALS(V(user_id)), &v, 1, f);

	*ret = !err && val_int(v) != 0;
	return err == ENOENT ? 0 : err;
}

int sip_phone_event(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	int64_t n = 0;
	int err =
	        m->up ? db_run(db,
	                        "UPDATE sip_phone SET registered = 1, agent = ?2, address = ?3, seen_at = ?4 WHERE user_id = ?1",
	                        VALS(V(m->operator_id), V(m->text), V(m->host), V(m->at)), &n, f)
	              : db_run(db, "UPDATE sip_phone SET registered = 0, seen_at = ?2 WHERE user_id = ?1",
	                        VALS(V(m->operator_id), V(m->at)), &n, f);

	if (err || !n)
		return err;
	return event_add(db, a,
	        &(struct event){.entity = "sip_phone", .verb = "state", .row_id = m->operator_id, .user_id = m->operator_id},
	        f);
}

int sip_phone_forget(struct db *db, struct fault *f)
{
	return db_run(db, "UPDATE sip_phone SET registered = 0 WHERE registered = 1", NO_VALS, NULL, f);
}
