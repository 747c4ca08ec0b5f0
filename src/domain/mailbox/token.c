/* SPDX-License-Identifier: GPL-3.0-or-later */
/* token.c - logging in at a box's servers. Where they take no passwords, by an access token: kept in the box's row with its end, used by all who read and
 * send, and fetched anew by one of them at a time, on whatever node, since a provider may make the older of two worthless. */
#include "domain/mailbox/mailbox_priv.h"

#include <time.h>

enum { MARGIN_MS = CLOCK_MINUTE, BUSY_MS = 30 * CLOCK_SECOND, LOOK_MS = 100 };

/* A box's tokens as they stand. */
struct standing {
	int64_t id, now;
	str spent; /* not to be had again: a server refused it; absent: none */
	str token; /* absent: one must be fetched */
	bool ours; /* by us; else somebody does it now */
	struct oauth_client client;
	struct oauth_token new; /* what came of it; no access_token: nothing */
};

#define TOKENS \
	"oauth_token, oauth_until, oauth_busy_until, oauth_url, oauth_client_id, oauth_client_secret, oauth_refresh_token"

static void read_row(struct standing *x, const struct val v[7])
{
	str token = val_str(v[0]);

	x->token = token.n && !str_eq(token, x->spent) && val_int(v[1]) - x->now >= MARGIN_MS ? token : (str){0};
	x->ours = val_int(v[2]) <= x->now;
	x->client.url = val_str(v[3]);
	x->client.client_id = val_str(v[4]);
	x->client.client_secret = val_str(v[5]);
	x->client.refresh_token = val_str(v[6]);
}

static int look(struct store *s, struct arena *a, struct standing *x, struct fault *f)
{
	struct db *db = store_take(s);
	struct val v[7];
	int err = db_one(db, a, "SELECT " TOKENS " FROM mailbox WHERE id = ?1", VALS(V(x->id)), v, COUNT(v), f);

	store_give(s, db);
	if (!err)
		read_row(x, v);
	return err;
}

/* Closure: is it for us to fetch one? The row is held while that is decided. */
static int claim(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct standing *x = arg;
	struct val v[7];
	int err = db_one(
	        db, a, "UPDATE mailbox SET tries = tries WHERE id = ?1 RETURNING " TOKENS, VALS(V(x->id)), v, COUNT(v), f);

	if (err)
		return err;
	read_row(x, v);
	return x->token.n || !x->ours ? 0
	                              : db_run(db, "UPDATE mailbox SET oauth_busy_until = ?2 WHERE id = ?1",
	                                        VALS(V(x->id), V(x->now + BUSY_MS)), NULL, f);
}

/* Closure: what came of it, unless a person has changed the box meanwhile. */
static int keep(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct standing *x = arg;

	(void)a;
	if (!x->new.access_token.n)
		return db_run(db, "UPDATE mailbox SET oauth_busy_until = 0 WHERE id = ?1 AND oauth_busy_until = ?2",
		        VALS(V(x->id), V(x->now + BUSY_MS)), NULL, f);
	return db_run(db,
	        "UPDATE mailbox SET oauth_token = ?2, oauth_until = ?3, oauth_busy_until = 0, oauth_refresh_token = COALESCE(?4, "
	        "oauth_refresh_token) WHERE id = ?1 AND oauth_refresh_token = ?5",
	        VALS(V(x->id), V(x->new.access_token), V(clock_ms() + x->new.life_s *CLOCK_SECOND), V(x->new.refresh_token),
	                V(x->client.refresh_token)),
	        NULL, f);
}

static int fetch(struct store *s, struct arena *a, struct standing *x, struct fault *f)
{
	int err = oauth_renew(&x->client, a, &x->new, f);
	int kept = store_write(s, NULL, a, keep, x, err ? NULL : f);

	return err ? err : kept;
}

static void a_moment(void)
{
	nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
}

int mailbox_log_in(
        struct store *s, struct arena *a, const struct mailbox *b, bool inside, struct mailbox_login *login, struct fault *f)
{
	struct standing x = {.id = b->id, .spent = str_of(login->token), .client = {.inside = inside}};
	int64_t until = clock_mono_ms() + BUSY_MS + CLOCK_SECOND;
	int err;

	if (b->auth != MAILBOX_BY_OAUTH) {
		*login = (struct mailbox_login){0};
		return 0;
	}
	do {
		x.now = clock_ms();
		err = look(s, a, &x, f);
		if (!err && !x.token.n && x.ours)
			err = store_write(s, NULL, a, claim, &x, f);
		if (err || x.token.n || x.ours)
			break;
		a_moment();
	} while (clock_mono_ms() < until);
	if (!err && !x.token.n && !x.ours)
		err = fail(f, EIO, NULL, "oauth_endpoint", "the token endpoint does not answer");
	if (!err && !x.token.n)
		err = fetch(s, a, &x, f);
	if (!err)
		*login = (struct mailbox_login){
		        .token = str_z(a, x.token.n ? x.token : x.new.access_token), .fresh = !x.token.n};
	return err;
}

int mailbox_imap_open(struct store *s, struct arena *a, const struct mailbox *b, bool inside, int timeout_s,
        struct imap **ret, enum imap_phase *ret_phase, struct fault *f)
{
	struct mail_server server = mailbox_imap(a, b, inside);
	struct mailbox_login login = {0};
	int err = mailbox_log_in(s, a, b, inside, &login, f);

	*ret_phase = IMAP_RESOLVE;
	if (err)
		return err;
	server.timeout_s = timeout_s;
	server.token = login.token;
	err = imap_open(&server, ret, ret_phase, f);
	if (err != EACCES || !login.token || login.fresh)
		return err;
	*f = (struct fault){0};
	err = mailbox_log_in(s, a, b, inside, &login, f);
	server.token = login.token;
	return err ? err : imap_open(&server, ret, ret_phase, f);
}

int mailbox_send(struct store *s, struct arena *a, const struct mailbox *b, const struct mailbox_parcel *p,
        struct mail_report *ret, struct fault *f)
{
	struct mail_server server = mailbox_smtp(a, b, p->inside);
	struct mailbox_login login = {0};
	int err = mailbox_log_in(s, a, b, p->inside, &login, f);

	*ret = (struct mail_report){0};
	if (err)
		return err;
	server.timeout_s = p->timeout_s;
	server.token = login.token;
	err = mail_send(&server, b->address, p->to, p->mime, ret, f);
	if (!err || ret->phase != MAIL_LOGIN || !login.token || login.fresh)
		return err;
	*f = (struct fault){0};
	err = mailbox_log_in(s, a, b, p->inside, &login, f);
	server.token = login.token;
	return err ? err : mail_send(&server, b->address, p->to, p->mime, ret, f);
}
