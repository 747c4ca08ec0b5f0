/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session.c - who asks: sessions of browsers and API tokens, kept as hashes. */
#include "kit/access/access.h"

#include "base/rand.h"
#include "engine/crypto/crypto.h"

enum { TOUCH_MS = 60 * 1000 };

static const char *const kinds[] = {[SESSION_PERSON] = "person", [SESSION_LINK] = "link"};

int session_open(struct db *db, struct arena *a, int64_t user_id, enum session_kind kind, int64_t project_id,
        int64_t link_id, const char *peer, int64_t now, char ret_token[44], struct fault *f)
{
	char token[44], hash[SHA256_HEX];
	int err;

	(void)a;
	rand_token(token);
	sha256_hex(str_of(token), hash);
	err = db_run(db,
	        "INSERT INTO session (token_hash, kind, user_id, project_id, peer, created_at, seen_at, expires_at, link_id) "
	        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8)",
	        VALS(V(str_of(hash)), V(str_of(kinds[kind])), val_ref(user_id), val_ref(project_id), V(str_of(peer)), V(now),
	                V(now + SESSION_MAX_MS), val_ref(link_id)),
	        NULL, f);
	if (!err)
		memcpy(ret_token, token, sizeof(token));
	return err;
}

int session_close(struct db *db, int64_t session_id, struct fault *f)
{
	return db_run(db, "DELETE FROM session WHERE id = ?1", VALS(V(session_id)), NULL, f);
}

int session_close_all(struct db *db, int64_t user_id, int64_t keep_id, bool tokens, struct fault *f)
{
	int err = db_run(db, "DELETE FROM session WHERE user_id = ?1 AND id <> ?2", VALS(V(user_id), V(keep_id)), NULL, f);

	if (!err && tokens)
		err = db_run(db, "DELETE FROM api_token WHERE user_id = ?1", VALS(V(user_id)), NULL, f);
	return err;
}

int session_keep(struct db *db, int64_t user_id, int64_t now, struct fault *f)
{
	return db_run(db, "UPDATE session SET seen_at = ?2 WHERE user_id = ?1 AND seen_at < ?2 AND seen_at > ?3",
	        VALS(V(user_id), V(now), V(now - SESSION_IDLE_MS)), NULL, f);
}

/* The person behind a session or token: the last columns of both questions, from column PERSON on. */
#define PERSON_COLUMNS "u.id, u.role, u.customer_id, u.login, u.name, u.language, u.disabled"
enum { PERSON = 7, LINK = PERSON + 7 }; /* LINK: bare and revoked, of a session that came by one */

/* What is left of a role for a token that serves one project. */
static const struct role *narrowed(struct arena *a, const struct role *role)
{
	struct role *r = NEW(a, struct role);

	*r = *role;
	r->may &= access_rules()->narrowed;
	return r;
}

static int person_of(struct arena *a, const struct rows *r, struct who *w)
{
	const struct role *role = access_role(str_z(a, rows_str(r, PERSON + 1)));

	if (!role || rows_int(r, PERSON + 6))
		return ENOENT;
	w->user_id = rows_int(r, PERSON);
	w->role = w->project_id ? narrowed(a, role) : role;
	w->customer_id = rows_int(r, PERSON + 2);
	w->login = rows_str(r, PERSON + 3);
	w->name = rows_str(r, PERSON + 4);
	w->language = rows_str(r, PERSON + 5);
	return 0;
}

/* The columns: id, kind, project_id, seen_at, expires_at, customer of the project, its language. */
static int who_of_session(struct arena *a, const struct rows *r, int64_t now, struct who *w, int64_t *seen_at)
{
	*seen_at = rows_int(r, 3);
	if (now >= rows_int(r, 4) || now - *seen_at >= SESSION_IDLE_MS)
		return ENOENT;
	*w = (struct who){.session_id = rows_int(r, 0), .project_id = rows_int(r, 2), .by_cookie = true};
	if (!str_eq(rows_str(r, 1), str_of(kinds[SESSION_LINK])))
		return person_of(a, r, w);
	if (rows_int(r, LINK + 1))
		return ENOENT;
	w->by_link = true;
	w->role = rows_int(r, LINK) ? access_rules()->bare : access_rules()->link;
	w->customer_id = rows_int(r, 5);
	w->language = rows_str(r, 6);
	return w->customer_id ? 0 : ENOENT; /* the project is gone */
}

/* The columns: id, -, project_id, used_at, expires_at, addresses, -. */
static int who_of_token(struct arena *a, const struct rows *r, int64_t now, struct who *w, int64_t *seen_at)
{
	int64_t expires_at = rows_int(r, 4);

	*seen_at = rows_int(r, 3);
	if (expires_at && now >= expires_at)
		return ENOENT;
	*w = (struct who){.token_id = rows_int(r, 0), .project_id = rows_int(r, 2), .addresses = rows_str(r, 5)};
	return person_of(a, r, w);
}

/* The columns: id, language, linked_at, used_at. It serves until it is closed: nobody stands before a board to log it in again. */
static int who_of_wall(struct arena *a, const struct rows *r, int64_t now, struct who *w, int64_t *seen_at)
{
	(void)a;
	(void)now;
	*seen_at = rows_int(r, 3);
	*w = (struct who){.wall_id = rows_int(r, 0),
	        .wall_since = rows_int(r, 2),
	        .role = access_rules()->wall,
	        .language = rows_str(r, 1)};
	return 0;
}

#define SESSION_SQL \
	"SELECT s.id, s.kind, s.project_id, s.seen_at, s.expires_at, p.customer_id, p.language, " PERSON_COLUMNS \
	", k.bare, k.revoked" \
	" FROM session s LEFT JOIN \"user\" u ON u.id = s.user_id LEFT JOIN project p ON p.id = s.project_id LEFT JOIN link k ON k.id = s.link_id WHERE "
#define TOKEN_SQL \
	"SELECT t.id, 0, t.project_id, t.used_at, t.expires_at, t.addresses, 0, " PERSON_COLUMNS \
	" FROM api_token t JOIN \"user\" u ON u.id = t.user_id WHERE "

/* Asked for by hash (a request) or by id (a stream that goes on). */
struct question {
	const char *by_hash, *by_id;
	int (*who)(struct arena *a, const struct rows *r, int64_t now, struct who *w, int64_t *seen_at);
};
static const struct question session_question = {SESSION_SQL "s.token_hash = ?1", SESSION_SQL "s.id = ?1", who_of_session};
static const struct question token_question = {TOKEN_SQL "t.token_hash = ?1", TOKEN_SQL "t.id = ?1", who_of_token};
static const struct question wall_question = {"SELECT id, language, linked_at, used_at FROM wall WHERE token_hash = ?1",
        "SELECT id, language, linked_at, used_at FROM wall WHERE id = ?1 AND token_hash IS NOT NULL", who_of_wall};

static int find(struct db *db, struct arena *a, const struct question *ask, const char *sql, struct val key, int64_t now,
        struct who *ret, bool *ret_touch, struct fault *f)
{
	struct who w;
	int64_t seen_at;
	struct rows rows;
	int err = db_ask(db, a, sql, &key, 1, &rows, f);

	if (!err)
		err = rows_next(&rows, f);
	if (!err)
		err = ask->who(a, &rows, now, &w, &seen_at);
	rows_done(&rows);
	if (err)
		return err;
	*ret = w;
	*ret_touch = now - seen_at >= TOUCH_MS;
	return 0;
}

int access_of_cookie(
        struct db *db, struct arena *a, str token, int64_t now, struct who *ret, bool *ret_touch, struct fault *f)
{
	char hash[SHA256_HEX];

	sha256_hex(token, hash);
	return find(db, a, &session_question, session_question.by_hash, V(str_of(hash)), now, ret, ret_touch, f);
}

int access_of_token(
        struct db *db, struct arena *a, str token, int64_t now, struct who *ret, bool *ret_touch, struct fault *f)
{
	char hash[SHA256_HEX];
	int err;

	sha256_hex(token, hash);
	err = find(db, a, &token_question, token_question.by_hash, V(str_of(hash)), now, ret, ret_touch, f);
	return err != ENOENT ? err
	                     : find(db, a, &wall_question, wall_question.by_hash, V(str_of(hash)), now, ret, ret_touch, f);
}

int access_again(struct db *db, struct arena *a, const struct who *w, int64_t now, struct who *ret, struct fault *f)
{
	const struct question *ask = w->session_id ? &session_question : w->wall_id ? &wall_question : &token_question;
	int64_t id = w->session_id ? w->session_id : w->wall_id ? w->wall_id : w->token_id;
	bool touch;
	int err = find(db, a, ask, ask->by_id, V(id), now, ret, &touch, f);

	return !err && ret->wall_since != w->wall_since ? ENOENT : err;
}

int access_of_user(struct db *db, struct arena *a, int64_t user_id, struct who *ret, struct fault *f)
{
	struct who w = {0};
	struct rows rows;
	int err = db_ask(db, a, "SELECT 0, 0, 0, 0, 0, 0, 0, " PERSON_COLUMNS " FROM \"user\" u WHERE u.id = ?1",
	        VALS(V(user_id)), &rows, f);

	if (!err)
		err = rows_next(&rows, f);
	if (!err)
		err = person_of(a, &rows, &w);
	rows_done(&rows);
	if (!err)
		*ret = w;
	return err;
}

int access_touch(struct db *db, const struct who *w, int64_t now, struct fault *f)
{
	int err;

	if (w->wall_id)
		return db_run(db, "UPDATE wall SET used_at = ?2 WHERE id = ?1", VALS(V(w->wall_id), V(now)), NULL, f);
	if (w->token_id)
		return db_run(db, "UPDATE api_token SET used_at = ?2 WHERE id = ?1", VALS(V(w->token_id), V(now)), NULL, f);
	err = db_run(db, "UPDATE session SET seen_at = ?2 WHERE id = ?1", VALS(V(w->session_id), V(now)), NULL, f);
	if (!err && w->user_id)
		err = db_run(db, "UPDATE \"user\" SET seen_at = ?2 WHERE id = ?1", VALS(V(w->user_id), V(now)), NULL, f);
	return err;
}

int access_export_locked(struct db *db, struct arena *a, const struct who *w, bool *ret, struct fault *f)
{
	struct val v[2];
	int err;

	*ret = false;
	if (!w->role || !w->role->outside || !w->user_id)
		return 0;
	err = db_one(db, a,
	        "SELECT totp_on, (SELECT value FROM setting WHERE key = 'totp_exports') FROM \"user\" WHERE id = ?1",
	        VALS(V(w->user_id)), v, COUNT(v), f);
	*ret = !err && !val_int(v[0]) && str_eq(val_str(v[1]), STR("1"));
	return err;
}
