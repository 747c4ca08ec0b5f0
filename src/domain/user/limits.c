/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.c - how often somebody may guess a password. Counted before anything is hashed, by login whether it exists or not, so that the
 * limits tell nothing. Three windows:
 *   one login from one address (or from a device the person has used before)   10 in 5 minutes
 *   one login from all strange devices together                               20 in a minute
 *   one address, all logins together                                         100 in 10 minutes
 * A flood of guesses fills the last two, but the person's own browser has a device cookie (OWASP) and its own window only: nobody
 * can lock another out. */
#include "base/clock.h"
#include "domain/user/user_priv.h"
#include "engine/crypto/crypto.h"

#include <arpa/inet.h>

struct window {
	str key;
	int64_t most, ms;
	bool stays; /* a success does not clear it */
};

static str hashed(struct arena *a, const char *kind, str one, str two)
{
	char z[SHA256_HEX];

	sha256_hex(str_printf(a, "%s\n%.*s\n%.*s", kind, STR_ARG(one), STR_ARG(two)), z);
	return str_copy(a, str_of(z));
}

/* A network of IPv6 hosts counts as one: its owner has 2^64 addresses. */
static str place_of(struct arena *a, const char *peer)
{
	struct in6_addr six;

	if (inet_pton(AF_INET6, peer, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six))
		return str_of(peer);
	return str_printf(a, "%02x%02x%02x%02x%02x%02x%02x%02x::/64", six.s6_addr[0], six.s6_addr[1], six.s6_addr[2],
	        six.s6_addr[3], six.s6_addr[4], six.s6_addr[5], six.s6_addr[6], six.s6_addr[7]);
}

enum { WINDOWS = 3 };

/* The address first: one that guesses at thousands of logins is stopped before it leaves a row for each. */
static size_t windows_of(struct arena *a, const struct guess *g, struct window ret[WINDOWS])
{
	str place = place_of(a, g->peer);

	if (g->device.n) {
		ret[0] = (struct window){hashed(a, "device", g->login, g->device), 10, 5 * CLOCK_MINUTE, false};
		return 1;
	}
	ret[0] = (struct window){hashed(a, "address", place, (str){0}), 100, 10 * CLOCK_MINUTE, true};
	ret[1] = (struct window){hashed(a, "pair", g->login, place), 10, 5 * CLOCK_MINUTE, false};
	ret[2] = (struct window){hashed(a, "login", g->login, (str){0}), 20, CLOCK_MINUTE, false};
	return 3;
}

static int count(struct db *db, struct arena *a, const struct window *w, int64_t now, struct fault *f)
{
	struct val n;
	int err = db_one(db, a,
	        "INSERT INTO login_try (key, fails, window_at) VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET "
	        "fails = CASE WHEN login_try.window_at <= ?3 THEN 1 ELSE login_try.fails + 1 END, "
	        "window_at = CASE WHEN login_try.window_at <= ?3 THEN ?2 ELSE login_try.window_at END RETURNING fails",
	        VALS(V(w->key), V(now), V(now - w->ms)), &n, 1, f);

	if (!err && val_int(n) > w->most)
		err = fail(f, EDQUOT, NULL, "too_often", "too many tries: wait a few minutes");
	return err;
}

int guess_count(struct db *db, struct arena *a, const struct guess *g, int64_t now, struct fault *f)
{
	struct window w[WINDOWS];
	size_t n = windows_of(a, g, w);
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = count(db, a, &w[i], now, f);
	return err;
}

int guess_forgive(struct db *db, struct arena *a, const struct guess *g, bool all, struct fault *f)
{
	struct window w[WINDOWS];
	size_t n = windows_of(a, g, w);
	int err = 0;

	/* All: the person is in, what was counted for him is forgotten; the address keeps what it guessed at others. */
	for (size_t i = 0; i < n && !err; i++)
		err = db_run(db,
		        all && !w[i].stays ? "DELETE FROM login_try WHERE key = ?1"
		                           : "UPDATE login_try SET fails = fails - 1 WHERE key = ?1 AND fails > 0",
		        VALS(V(w[i].key)), NULL, f);
	return err;
}

int reset_count(struct db *db, struct arena *a, const struct guess *g, int64_t now, struct fault *f)
{
	const struct window w[] = {{hashed(a, "reset address", place_of(a, g->peer), (str){0}), 20, CLOCK_HOUR, true},
	        {hashed(a, "reset login", g->login, (str){0}), 3, CLOCK_HOUR, true}};
	int err = 0;

	for (size_t i = 0; i < COUNT(w) && !err; i++)
		err = count(db, a, &w[i], now, f);
	return err;
}

static int tidy(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	int64_t now = *(const int64_t *)arg;
	int err = db_run(db, "DELETE FROM login_try WHERE key IN (SELECT key FROM login_try WHERE window_at < ?1 LIMIT 500)",
	        VALS(V(now - CLOCK_DAY)), NULL, f);

	(void)a;
	if (!err)
		err = db_run(db, "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket WHERE expires_at < ?1 LIMIT 500)",
		        VALS(V(now - 30 * (int64_t)CLOCK_DAY)), NULL, f);
	return err;
}

int tries_tidy(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t now = clock_ms();

	(void)job;
	return store_write(app->store, db, a, tidy, &now, f);
}
