/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.c - a node's rows of shares are written by who leads it alone, all leaders one after the other: what one adds is not given twice. */
#include "domain/trunk/share.h"

#include "callflow/share.h"
#include "kit/query/query.h"

enum { NODES_MAX = 64, CHANNELS = 0, PER_S = 1, KINDS = 2 };

/* One trunk: what it takes, and how its nodes stand. */
struct trunk_of {
	int64_t id, limit[KINDS];
	struct share shares[KINDS][NODES_MAX];
	size_t n, own; /* own: NODES_MAX, not seen yet */
	/* of the own node, as the row is */
	int64_t was[KINDS], told[KINDS], load[3];
	bool is_new;
};
/* What becomes of the own node's row. */
struct outcome {
	int64_t trunk_id, granted[KINDS], to[KINDS], load[3];
	bool differs;
};

static const char all[] =
        "SELECT t.id, t.channels, t.calls_per_s, n.id, CASE WHEN n.lost_at IS NULL THEN 1 ELSE 0 END, CASE WHEN s.trunk_id IS NULL "
        "THEN 1 ELSE 0 END, s.channels, s.calls_per_s, s.told_channels, s.told_calls_per_s, s.used, s.waiting, s.came "
        "FROM trunk t JOIN node n ON n.role = 'tel' LEFT JOIN trunk_share s ON s.trunk_id = t.id AND s.node_id = n.id "
        "WHERE (?1 = 0 OR n.id = ?1) ORDER BY t.id, n.id";

static void read_node(struct trunk_of *t, struct shares *x, struct rows *r)
{
	bool live = rows_int(r, 4) != 0, own = rows_int(r, 3) == x->lease->node_id;

	x->kept |= !live && rows_int(r, 6) > 0;
	if (t->n == NODES_MAX)
		return;
	t->shares[CHANNELS][t->n] = (struct share){
	        .granted = rows_int(r, 6), .used = rows_int(r, 10), .wants = rows_int(r, 11), .live = live || own};
	t->shares[PER_S][t->n] = (struct share){.granted = rows_int(r, 7), .wants = rows_int(r, 12), .live = live || own};
	if (own) {
		t->own = t->n;
		t->is_new = rows_int(r, 5) != 0;
		for (int k = 0; k < KINDS; k++) {
			t->was[k] = rows_int(r, 6 + k);
			t->told[k] = rows_int(r, 8 + k);
		}
		for (int k = 0; k < 3; k++)
			t->load[k] = rows_int(r, 10 + k);
	}
	t->n++;
}

/* What the node said, and what app would do there. */
static void take_load(struct trunk_of *t, const struct shares *x)
{
	struct share *channels = &t->shares[CHANNELS][t->own], *per_s = &t->shares[PER_S][t->own];

	for (size_t i = 0; i < x->loads.n; i++) {
		const struct message *row = x->loads.rows + i;
		if (row->trunk != t->id)
			continue;
		channels->used = row->calls_open;
		channels->wants = row->waiting;
		per_s->wants = row->came;
		if (!x->answered)
			continue;
		channels->granted = t->told[CHANNELS] > row->calls_open ? t->told[CHANNELS] : row->calls_open;
		per_s->granted = t->told[PER_S];
	}
	for (size_t i = 0; i < x->n_wanted; i++)
		if (x->wanted[i] == t->id) {
			channels->wants += !channels->wants;
			per_s->wants += !per_s->wants;
		}
}

static bool differs(const struct trunk_of *t, const struct outcome *o)
{
	bool differs = t->is_new || (t->n > 1 && memcmp(t->load, o->load, sizeof(t->load)) != 0);

	for (int k = 0; k < KINDS; k++)
		differs |= t->was[k] != o->granted[k] || t->told[k] != o->to[k];
	return differs;
}

/* What the own node is to be told, and what it is granted by that. */
static struct outcome decide(struct trunk_of *t, struct shares *x)
{
	struct outcome o = {.trunk_id = t->id};

	take_load(t, x);
	for (int k = 0; k < KINDS; k++) {
		const struct share *own = &t->shares[k][t->own];
		share_out(t->limit[k], k == PER_S, t->shares[k], t->n);
		o.to[k] = share_grant(t->limit[k], t->shares[k], t->n, t->own);
		o.granted[k] = o.to[k] > own->granted ? o.to[k] : own->granted;
		x->told |= o.to[k] != t->told[k];
		x->waits |= o.to[k] < o.granted[k];
	}
	o.load[0] = t->shares[CHANNELS][t->own].used;
	o.load[1] = t->shares[CHANNELS][t->own].wants;
	o.load[2] = t->shares[PER_S][t->own].wants;
	o.differs = differs(t, &o);
	x->changed |= o.differs;
	x->alone &= t->n == 1;
	return o;
}

/* The own node's rows as they are to be, one of each trunk. */
static int look(struct db *db, struct arena *a, struct shares *x, struct outcome **ret, size_t *ret_n, struct fault *f)
{
	struct outcome *out = NEW_N(a, struct outcome, MESSAGE_ROWS_MAX);
	struct trunk_of *t = NEW(a, struct trunk_of);
	size_t n = 0;
	struct rows r;
	int err = db_ask(db, a, all, VALS(V(x->lease->forever ? x->lease->node_id : 0)), &r, f);

	x->changed = x->told = x->waits = x->kept = false;
	x->alone = true;
	while (!err && n < MESSAGE_ROWS_MAX) {
		err = rows_next(&r, f);
		if (t->id && (err || t->id != rows_int(&r, 0)) && t->own < t->n)
			out[n++] = decide(t, x);
		if (!err && t->id != rows_int(&r, 0))
			*t = (struct trunk_of){
			        .id = rows_int(&r, 0), .limit = {rows_int(&r, 1), rows_int(&r, 2)}, .own = NODES_MAX};
		if (!err)
			read_node(t, x, &r);
	}
	rows_done(&r);
	*ret = out;
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

static void print(struct arena *a, struct shares *x, const struct outcome *out, size_t n)
{
	struct message *rows = NEW_N(a, struct message, n + 1);

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct message){.kind = ROW_SHARE,
		        .trunk = out[i].trunk_id,
		        .channels = out[i].to[CHANNELS],
		        .calls_per_s = out[i].to[PER_S]};
	x->rows = (struct message_rows){rows, n};
}

int shares_look(struct db *db, struct arena *a, struct shares *x, struct fault *f)
{
	struct outcome *out;
	size_t n;
	int err = look(db, a, x, &out, &n, f);

	if (!err)
		print(a, x, out, n);
	return err;
}

/* Lost nodes ----------------------------------------------------------------------------------------------------------- */

int shares_lost(struct db *db, int64_t node_id, bool bye, struct fault *f)
{
	return db_run(db,
	        "UPDATE trunk_share SET calls_per_s = 0, told_channels = 0, told_calls_per_s = 0, waiting = 0, came = 0, farewells = ?2 * "
	        "(SELECT COUNT(*) FROM call c JOIN tel_boot b ON b.boot = c.tel_boot WHERE b.node_id = ?1 AND c.trunk_id = "
	        "trunk_share.trunk_id AND c.ended_at IS NULL AND c.dialog IS NOT NULL) WHERE node_id = ?1",
	        VALS(V(node_id), V((int64_t)bye)), NULL, f);
}

/* q: an update of shares as far as its condition goes, of nodes that were lost so long ago. */
static int since(struct db *db, struct query *q, int64_t ms, struct fault *f)
{
	query_add(q, " AND node_id IN (SELECT n.id FROM node n WHERE n.lost_at + ");
	query_val(q, V(ms));
	query_add(q, " < ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, ")");
	return db_run(db, QUERY(q), NULL, f);
}

/* What lost nodes held and cannot hold any more. */
static int over(struct db *db, struct arena *a, struct fault *f)
{
	struct query *told = query_new(a), *kept = query_new(a);
	int err;

	query_add(told,
	        "UPDATE trunk_share SET channels = CASE WHEN channels > farewells THEN channels - farewells ELSE 0 END, farewells = 0 "
	        "WHERE farewells > 0");
	query_add(kept, "UPDATE trunk_share SET channels = 0 WHERE channels > 0");
	err = since(db, told, SHARES_BYE_MS, f);
	return err ? err : since(db, kept, SHARES_KEPT_MS, f);
}

/* Keeping -------------------------------------------------------------------------------------------------------------- */

/* Nobody else decides until this is kept, and the lease is ours still. */
static int hold(struct db *db, struct arena *a, const struct lease *l, struct fault *f)
{
	struct query *q = query_new(a);
	struct rows r;
	bool ours = false;
	int err;

	query_add(q, "SELECT node_id, app_id, epoch FROM lease ORDER BY node_id ");
	query_word(q, db, DB_FOR_UPDATE);
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		ours |= rows_int(&r, 0) == l->node_id && rows_int(&r, 1) == l->app_id && rows_int(&r, 2) == l->epoch;
	rows_done(&r);
	return err == ENOENT && ours ? 0 : err;
}

static int put(struct db *db, const struct outcome *o, int64_t node_id, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO trunk_share (trunk_id, node_id, channels, calls_per_s, told_channels, told_calls_per_s, used, waiting, came) "
	        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (trunk_id, node_id) DO UPDATE SET channels = excluded.channels, "
	        "calls_per_s = excluded.calls_per_s, told_channels = excluded.told_channels, told_calls_per_s = "
	        "excluded.told_calls_per_s, used = excluded.used, waiting = excluded.waiting, came = excluded.came, farewells = 0",
	        VALS(V(o->trunk_id), V(node_id), V(o->granted[CHANNELS]), V(o->granted[PER_S]), V(o->to[CHANNELS]),
	                V(o->to[PER_S]), V(o->load[0]), V(o->load[1]), V(o->load[2])),
	        NULL, f);
}

int shares_put(struct db *db, struct arena *a, struct shares *x, struct fault *f)
{
	struct outcome *out;
	size_t n = 0;
	int err = hold(db, a, x->lease, f);

	if (!err)
		err = over(db, a, f);
	if (!err)
		err = look(db, a, x, &out, &n, f);
	for (size_t i = 0; i < n && !err; i++)
		if (out[i].differs)
			err = put(db, out + i, x->lease->node_id, f);
	if (!err)
		print(a, x, out, n);
	return err;
}
