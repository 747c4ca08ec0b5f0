/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leads.c - which tel nodes this process leads: it takes their leases, renews each while it hears the node, and gives up nodes that nobody
 * hears. That two lead one node for a moment is expected; what only one may do is decided by the epoch, at tel. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/trunk/share.h"
#include "kit/app/app.h"

enum { HEARD_MS = 3000, EARLY_MS = 500, PATIENCE_MS = 500 };

static struct {
	struct app *app;
	struct node me;
	struct tie ties[WIRES_MAX];
	int64_t started_at, turned_at, seen_at; /* monotonic */
	bool forever;                           /* one server, one lease: SQLite */
	bool hurry;                             /* somebody has no leader */
} the;

static int put_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	return node_put(db, a, arg, f);
}

static int left_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)a;
	return node_left(db, *(const int64_t *)arg, f);
}

int leads_start(struct app *app, struct fault *f)
{
	const struct app_settings *s = &app->settings;
	struct arena a = {0};
	int err;

	the.app = app;
	the.forever = store_engine(app->store) == DB_SQLITE;
	the.started_at = clock_mono_ms();
	the.me = (struct node){.role = "app",
	        .uid = str_of(s->node_uid),
	        .name = str_of(s->node_name),
	        .address = str_of(s->public_url),
	        .boot = wire_app_boot()};
	err = store_write(app->store, NULL, &a, put_write, &the.me, f);
	arena_free(&a);
	return err;
}

void leads_stop(void)
{
	struct arena a = {0};
	struct fault f = {0};

	if (the.me.id && store_write(the.app->store, NULL, &a, left_write, &the.me.id, &f))
		log_warn("node", "the leases are not given back, they run out: %s", f.what);
	arena_free(&a);
	for (size_t i = 0; i < COUNT(the.ties); i++) {
		arena_free(&the.ties[i].a);
		arena_free(&the.ties[i].hello_arena);
		arena_free(&the.ties[i].came.a);
		shares_free(the.ties + i);
	}
}

struct tie *leads_tie(size_t i)
{
	the.ties[i].w = wire_at(i);
	return the.ties + i;
}

static void step_down(struct tie *t, const char *why)
{
	if (t->leads)
		log_warn("node", "%.*s is not led from here any more: %s", STR_ARG(t->node.name), why);
	t->leads = t->joined = false;
	t->hello = (struct message){0};
	t->shares.loads.n = 0;
	t->shares.answered = false;
	wire_set(t->w, t->node.id, t->node.boot, 0, false);
}

void leads_lost(struct tie *t)
{
	step_down(t, "the connection broke");
	t->node.id = 0;
	t->came.n = t->came.stored = 0; /* it is said again to whoever leads */
}

/* A node that is back has not told us of its end: the older connection is dead. */
static void drop_older(const struct tie *t)
{
	for (size_t i = 0; i < wire_count(); i++) {
		struct tie *o = the.ties + i;
		if (o == t || o->node.id != t->node.id)
			continue;
		wire_break(o->w, "it came back by another connection");
		leads_lost(o);
	}
}

void leads_node(struct tie *t, const struct message *m, struct db *db, struct arena *a)
{
	struct fault f = {0};

	if (!t->node.id || !str_eq(t->node.boot, m->boot)) {
		arena_reset(&t->a);
		t->node = (struct node){.role = "tel",
		        .uid = m->uid.n ? str_copy(&t->a, m->uid) : STR("local"),
		        .name = m->name.n ? str_copy(&t->a, m->name) : STR("tel"),
		        .address = str_copy(&t->a, m->host),
		        .boot = str_copy(&t->a, m->boot)};
		if (store_write(the.app->store, db, a, put_write, &t->node, &f)) {
			log_error("node", "%.*s cannot be noted: %s", STR_ARG(t->node.name), f.what);
			wire_break(t->w, "it could not be noted");
			return;
		}
		drop_older(t);
	}
	t->orphaned = !m->up;
	the.hurry |= t->orphaned && !t->leads;
	if (t->leads && m->epoch > t->lease.epoch)
		step_down(t, "another took its lease");
	if (!t->leads)
		wire_set(t->w, t->node.id, t->node.boot, m->epoch, m->up && m->epoch);
}

static bool heard(const struct tie *t)
{
	return the.forever || clock_mono_ms() - wire_heard_at(t->w) < HEARD_MS;
}

static int take_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	return lease_take(db, a, arg, f);
}

static int renew_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	return lease_renew(db, a, arg, f);
}

static void take(struct tie *t, struct db *db, struct arena *a)
{
	struct fault f = {0};
	int64_t held = 0, begun = clock_mono_ms();
	int err;

	for (size_t i = 0; i < wire_count(); i++)
		held += the.ties[i].leads && the.ties + i != t;
	t->lease = (struct lease){.node_id = t->node.id,
	        .app_id = the.me.id,
	        .forever = the.forever,
	        .orphaned = t->orphaned,
	        .patience_ms = held * PATIENCE_MS};
	err = store_write(the.app->store, db, a, take_write, &t->lease, &f);
	if (err == ENOENT)
		return;
	if (err) {
		log_error("node", "the lease of %.*s: %s", STR_ARG(t->node.name), f.what);
		return;
	}
	t->leads = true;
	t->joined = false;
	t->hello = (struct message){0}; /* an older one says nothing about now */
	t->held_at = begun;
	t->moved_at = t->lease.moved_at;
	log_info("node", "%.*s is led from here, epoch %lld", STR_ARG(t->node.name), (long long)t->lease.epoch);
	wire_set(t->w, t->node.id, t->node.boot, t->lease.epoch, false);
	wire_send(t->w, &(struct message){.kind = CMD_HELLO, .app_boot = wire_app_boot(), .epoch = t->lease.epoch});
}

static void tell_lease(struct tie *t)
{
	bool runs = !the.forever && t->tel_clock;

	wire_send(t->w, &(struct message){.kind = CMD_LEASE, .ms = runs ? FENCE_MS : 0, .since = runs ? t->tel_clock : 0});
}

void leads_joined(struct tie *t)
{
	t->joined = true;
	t->orphaned = false;
	wire_set(t->w, t->node.id, t->node.boot, t->lease.epoch, true);
	tell_lease(t);
}

/* What tel is told then counts from what it said before this began. */
static void renew(struct tie *t, struct db *db, struct arena *a)
{
	struct fault f = {0};
	int64_t begun = clock_mono_ms();
	int err;

	t->lease.figures = &t->node;
	err = store_write(the.app->store, db, a, renew_write, &t->lease, &f);
	if (err == ENOENT)
		step_down(t, "another took its lease");
	else if (err)
		log_error("node", "the lease of %.*s is not renewed: %s", STR_ARG(t->node.name), f.what);
	if (err)
		return;
	t->held_at = begun;
	if (t->joined)
		tell_lease(t);
	if (t->joined && t->lease.moved_at > t->moved_at)
		take(t, db, a); /* compare anew: projects came */
}

static void look_at(struct tie *t, struct db *db, struct arena *a)
{
	if (!t->node.id)
		return;
	if (t->leads && the.forever && clock_mono_ms() - t->held_at < CLOCK_MINUTE)
		return;
	if (t->leads && heard(t))
		renew(t, db, a);
	else if (t->leads && clock_mono_ms() - t->held_at >= LEASE_MS)
		step_down(t, "nothing is heard of it");
	else if (!t->leads && heard(t))
		take(t, db, a);
}

/* Nodes given up ------------------------------------------------------------------------------------------------------- */

struct losing {
	int64_t node_id, now;
	struct after *after;
	int64_t epoch;
};

static int lose_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct losing *l = arg;
	int err = node_lose(db, a, l->node_id, f);

	*l->after = (struct after){.node_id = l->node_id, .epoch = l->epoch, .frames = {.a = a}};
	if (!err)
		err = shares_lost(db, l->node_id, l->epoch > 0, f);
	return err ? err : rejoin_lost(db, a, l->node_id, l->now, l->after, f);
}

static struct tie *any_joined(void)
{
	for (size_t i = 0; i < wire_count(); i++)
		if (the.ties[i].joined)
			return the.ties + i;
	return NULL;
}

static void lose(int64_t node_id, struct db *db, struct arena *a)
{
	struct tie *by = any_joined(); /* says the farewell to whom the dead one spoke with */
	struct losing l = {
	        .node_id = node_id, .now = clock_ms(), .after = NEW(a, struct after), .epoch = by ? by->lease.epoch : 0};
	struct fault f = {0};
	int err = store_write(the.app->store, db, a, lose_write, &l, &f);

	if (err == ENOENT)
		return;
	if (err) {
		log_error("node", "node %lld cannot be given up: %s", (long long)node_id, f.what);
		return;
	}
	log_error("node", "node %lld is lost: its calls are over, its projects move", (long long)node_id);
	if (by)
		wire_send_frames(by->w, text_str(&l.after->frames));
	if (l.after->jobs)
		job_wake(the.app->jobs);
}

/* Not before everybody who is there had his time to connect to us. */
static void look_for_lost(struct db *db, struct arena *a)
{
	int64_t ids[LOST_AT_ONCE];
	struct fault f = {0};
	size_t n = 0;

	if (the.forever || clock_mono_ms() - the.started_at < LEASE_MS + LOST_MS)
		return;
	if (nodes_silent(db, a, ids, &n, &f))
		log_error("node", "nodes: %s", f.what);
	for (size_t i = 0; i < n; i++)
		lose(ids[i], db, a);
}

void leads_turn(struct db *db, struct arena *a)
{
	int64_t now = clock_mono_ms();
	struct fault f = {0};

	if (now - the.turned_at < LEASE_EVERY_MS && !the.hurry)
		return;
	the.turned_at = now;
	the.hurry = false;
	for (size_t i = 0; i < wire_count(); i++)
		look_at(leads_tie(i), db, a);
	look_for_lost(db, a);
	if (now - the.seen_at < (the.forever ? CLOCK_MINUTE : LEASE_EVERY_MS))
		return;
	the.seen_at = now;
	if (store_write(the.app->store, db, a, put_write, &the.me, &f))
		log_error("node", "this node is not noted: %s", f.what);
}

bool leads(int64_t node_id)
{
	for (size_t i = 0; i < wire_count(); i++) {
		const struct tie *t = the.ties + i;
		if (t->joined && t->node.id == node_id)
			return the.forever || clock_mono_ms() - t->held_at < LEASE_MS - EARLY_MS;
	}
	return false;
}
