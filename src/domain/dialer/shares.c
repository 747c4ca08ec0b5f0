/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shares.c - what each node we lead may use of each trunk: looked at twice a second and whenever a node says that it uses them otherwise, kept in the
 * database, then told. A grant grows before it is told and shrinks after the answer (docs/adr/0057). The dialler's thread alone. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/trunk/share.h"
#include "kit/app/app.h"

enum { LOOK_MS = 500, KEPT_MS = 5000, EPOCH_REQUESTS = 1 << 20 };

void shares_load(struct tie *t, const struct message *m)
{
	struct tie_shares *s = &t->shares;
	struct message *rows;

	arena_reset(&s->a);
	rows = NEW_N(&s->a, struct message, m->loads.n + 1);
	for (size_t i = 0; i < m->loads.n; i++) /* numbers only */
		rows[i] = m->loads.rows[i];
	s->loads = (struct message_rows){rows, m->loads.n};
	s->answered = s->request && m->request == s->request;
	s->news = true;
}

void shares_want(int64_t node_id, int64_t trunk_id)
{
	for (size_t i = 0; i < wire_count(); i++) {
		struct tie_shares *s = &leads_tie(i)->shares;
		bool known = leads_tie(i)->node.id != node_id || s->n_wanted == COUNT(s->wanted);
		for (size_t k = 0; k < s->n_wanted && !known; k++)
			known = s->wanted[k] == trunk_id;
		if (!known)
			s->wanted[s->n_wanted++] = trunk_id;
	}
}

static int put_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	return shares_put(db, a, arg, f);
}

static void tell(struct tie *t, const struct shares *x)
{
	struct tie_shares *s = &t->shares;

	s->request = t->lease.epoch * EPOCH_REQUESTS + ++s->told % EPOCH_REQUESTS;
	s->loads.n = 0;
	s->answered = false;
	wire_send(t->w, &(struct message){.kind = CMD_SHARES, .request = s->request, .shares = x->rows});
}

static void look(struct store *store, struct tie *t, struct db *db, struct arena *a, bool always)
{
	struct tie_shares *s = &t->shares;
	struct shares x = {.lease = &t->lease,
	        .loads = s->loads,
	        .answered = s->answered,
	        .wanted = s->wanted,
	        .n_wanted = s->n_wanted};
	struct fault f = {0};
	int64_t now = clock_mono_ms();
	bool again = s->again; /* nobody knows whether the last was kept */
	int err = shares_look(db, a, &x, &f);

	if (!err && (x.changed || (x.kept && now - s->kept_at >= KEPT_MS))) {
		s->kept_at = now;
		err = store_write(store, db, a, put_write, &x, &f);
	}
	s->news = false;
	s->looked_at = now;
	s->n_wanted = 0;
	s->again = err != 0;
	if (err == ENOENT)
		return; /* another leads it now */
	if (err) {
		s->quiet = false;
		log_error("dialer", "shares of trunks: %s", f.what);
		return;
	}
	s->quiet = x.alone && !x.waits;
	if (x.told || always || again)
		tell(t, &x);
}

void shares_tell(struct store *store, struct tie *t, struct db *db, struct arena *a)
{
	look(store, t, db, a, true);
}

void shares_turn(struct store *store, struct db *db, struct arena *a)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < wire_count(); i++) {
		struct tie *t = leads_tie(i);
		const struct tie_shares *s = &t->shares;
		bool due = !t->lease.forever && now - s->looked_at >= LOOK_MS;
		if (t->joined && (due || (!s->quiet && (s->news || s->n_wanted))))
			look(store, t, db, a, false);
	}
}

void shares_free(struct tie *t)
{
	arena_free(&t->shares.a);
}
