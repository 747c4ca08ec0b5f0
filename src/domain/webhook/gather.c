/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.c - reads every event once, after its commit, and makes a delivery of each that a webhook asks for and its owner may see. */
#include "domain/webhook/webhook_priv.h"

#include "kit/app/app.h"

enum { BATCH = 500, BATCHES = 20, WEBHOOKS_MAX = 200, KEEP_MS = 14 * CLOCK_DAY, PURGE_PIECE = 2000 };

const char webhook_reader[] = "webhook";

struct hook {
	struct webhook w;
	struct who who;
	struct reach projects, customers;
	uint32_t kinds;
	bool sees; /* who, reach and kinds are good */
};

struct gathering {
	struct hook *hooks;
	size_t n;
	struct event_row rows[BATCH];
	size_t n_rows;
	int64_t from, to, now;
	bool moved;
};

static int hooks_load(struct db *db, struct arena *a, struct gathering *g, struct fault *f)
{
	struct query *q = query_new(a);
	struct rows r;
	int err;

	g->hooks = NEW_N(a, struct hook, WEBHOOKS_MAX);
	query_add(q, "SELECT ");
	entity_columns(&webhook_entity, q);
	query_add(q, " FROM webhook WHERE disabled = 0 ORDER BY id LIMIT 200");
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		err = entity_from_row(&webhook_entity, &r, 0, &g->hooks[g->n++].w, f);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int hook_look(struct db *db, struct arena *a, struct hook *h, struct fault *f)
{
	int err = webhook_who(db, a, &h->w, &h->who, f);

	if (!err)
		err = access_reach(db, a, &h->who, SCOPE_PROJECT, &h->projects, f);
	if (!err)
		err = access_reach(db, a, &h->who, SCOPE_CUSTOMER, &h->customers, f);
	h->sees = !err && webhook_kinds_read(a, h->w.kinds, &h->kinds);
	return err == ENOENT ? 0 : err;
}

static const struct webhook_kind *kind_of(const struct hook *h, const struct event *e)
{
	for (size_t i = 0; i < WEBHOOK_KINDS; i++)
		if (h->kinds >> i & 1 && !strcmp(webhook_kinds[i].entity, e->entity) &&
		        (!webhook_kinds[i].verb || !strcmp(webhook_kinds[i].verb, e->verb)))
			return &webhook_kinds[i];
	return NULL;
}

static int deliver(struct db *db, const struct hook *h, const struct event_row *r, int64_t now, struct fault *f)
{
	const struct webhook_kind *k = h->sees && r->e.row_id ? kind_of(h, &r->e) : NULL;

	if (!k || !event_concerns(&r->e, &h->who, &h->projects, &h->customers))
		return 0;
	return db_run(db,
	        "INSERT INTO webhook_delivery (webhook_id, event_id, kind, verb, entity, row_id, project_id, at, next_at) "
	        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (webhook_id, event_id) DO NOTHING",
	        VALS(V(h->w.id), V(r->id), V(str_of(k->name)), V(str_of(r->e.verb)), V(str_of(k->row)), V(r->e.row_id),
	                val_ref(r->e.project_id), V(r->at), V(now)),
	        NULL, f);
}

/* Closure. Another node may have been there. */
static int gather_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct gathering *g = arg;
	int err = event_reader_move(db, webhook_reader, g->from, g->to, &g->moved, f);

	(void)a;
	for (size_t i = 0; !err && g->moved && i < g->n_rows; i++)
		for (size_t k = 0; !err && k < g->n; k++)
			err = deliver(db, &g->hooks[k], &g->rows[i], g->now, f);
	return err;
}

static int begin_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)arg;
	return event_reader_begin(db, a, webhook_reader, f);
}

/* Closure. Somebody may have made one meanwhile. */
static int end_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct val n;
	int err = db_one(db, a, "SELECT COUNT(*) FROM webhook WHERE disabled = 0", NO_VALS, &n, 1, f);

	(void)arg;
	return err || val_int(n) ? err : event_reader_end(db, webhook_reader, f);
}

/* Closure: one job for each webhook that has something due. */
static int wish_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct gathering *g = arg;
	int err = 0;

	for (size_t i = 0; !err && i < g->n; i++)
		if (g->hooks[i].sees)
			err = job_add(db, a, "webhook_send", g->hooks[i].w.id, (str){0}, g->now,
			        str_printf(a, "webhook:%lld", (long long)g->hooks[i].w.id).p, f);
	return err;
}

/* Which of them have something to send now? The others' sees is taken away. */
static int only_due(struct db *db, struct arena *a, struct gathering *g, bool *ret_any, struct fault *f)
{
	int err = 0;

	*ret_any = false;
	for (size_t i = 0; !err && i < g->n; i++) {
		struct val v;
		err = db_one(db, a,
		        "SELECT 1 FROM webhook w WHERE w.id = ?1 AND w.next_at <= ?2 AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE "
		        "d.webhook_id = w.id AND d.state = 'waiting' AND d.next_at <= ?2)",
		        VALS(V(g->hooks[i].w.id), V(g->now)), &v, 1, f);
		g->hooks[i].sees = g->hooks[i].sees && !err;
		*ret_any |= g->hooks[i].sees;
		err = err == ENOENT ? 0 : err;
	}
	return err;
}

static int read_on(struct app *app, struct db *db, struct arena *a, struct gathering *g, struct fault *f)
{
	int err = 0;

	g->moved = true;
	for (int i = 0; !err && g->moved && i < BATCHES; i++) {
		err = events_read(db, a, g->from, BATCH, g->rows, &g->n_rows, f);
		if (err || !g->n_rows)
			break;
		g->to = g->rows[g->n_rows - 1].id;
		err = store_write(app->store, db, a, gather_write, g, f);
		g->from = g->to;
	}
	return err;
}

int webhook_gather(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct gathering *g = NEW(a, struct gathering);
	int err = hooks_load(db, a, g, f), reads = event_reader_position(db, a, webhook_reader, &g->from, f);
	bool any = false;

	(void)job;
	g->now = clock_ms();
	if (!err && !g->n)
		return reads ? 0 : store_write(app->store, db, a, end_write, NULL, f);
	if (!err && reads)
		return reads == ENOENT ? store_write(app->store, db, a, begin_write, NULL, f) : reads;
	for (size_t i = 0; !err && i < g->n; i++)
		err = hook_look(db, a, &g->hooks[i], f);
	if (!err)
		err = read_on(app, db, a, g, f);
	if (!err)
		err = only_due(db, a, g, &any, f);
	if (!err && any)
		err = store_write(app->store, db, a, wish_write, g, f);
	if (!err && any)
		job_wake(app->jobs);
	return err;
}

struct purge {
	int64_t before, gone;
};

static int purge_piece(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct purge *p = arg;

	(void)a;
	return db_run(db,
	        "DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery WHERE at < ?1 LIMIT ?2)",
	        VALS(V(p->before), V(PURGE_PIECE)), &p->gone, f);
}

int webhook_purge(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct purge p = {clock_ms() - KEEP_MS, PURGE_PIECE};
	int err = 0;

	(void)db;
	(void)job;
	while (!err && p.gone == PURGE_PIECE)
		err = store_write(app->store, db, a, purge_piece, &p, f);
	return err;
}
