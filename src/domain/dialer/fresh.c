/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fresh.c - contacts never called: base by base, in each from the east to the west; or those whose quota is filled least, among the next of them in
 * that order. */
#include "domain/dialer/dialer_priv.h"

enum { ZONES = 64, LOOKED_AT = 1000 };

struct zone_here {
	str name; /* absent: contacts without a zone, called in the project's */
	int offset_min;
};

static int by_offset(const void *x, const void *y)
{
	const struct zone_here *a = x, *b = y;

	return b->offset_min - a->offset_min;
}

static int zone_add(
        const struct gate_project *p, str name, int64_t now, struct zone_here ret[ZONES], size_t *n, struct fault *f)
{
	struct zone_time t;
	int64_t until;
	bool open = false;
	str at = gate_zone(p, name, (str){0});
	int err = gate_open(p, at, now, &open, &until, f);

	if (!err)
		err = zone_local(at, now, &t, f);
	if (!err && (open || !name.p)) /* without a zone of its own a number may still tell another one */
		ret[(*n)++] = (struct zone_here){name, t.offset_min};
	return err;
}

/* The zones of a base that are open now, east first. From one zone to the next in the index: as fast with a million contacts. */
static int open_zones(struct db *db, struct arena *a, const struct gate_project *p, int64_t base_id, int64_t now,
        struct zone_here ret[ZONES], size_t *ret_n, struct fault *f)
{
	struct val v;
	str last = STR("");
	size_t n = 0;
	int err = db_one(db, a, "SELECT id FROM contact WHERE base_id = ?1 AND state = 'fresh' AND timezone IS NULL LIMIT 1",
	        VALS(V(base_id)), &v, 1, f);

	if (!err)
		err = zone_add(p, (str){0}, now, ret, &n, f);
	else if (err == ENOENT)
		err = 0;
	while (!err && n < ZONES) {
		err = db_one(db, a,
		        "SELECT MIN(timezone) FROM contact WHERE base_id = ?1 AND state = 'fresh' AND timezone > ?2",
		        VALS(V(base_id), V(last)), &v, 1, f);
		if (err || v.type == VAL_NULL)
			break;
		last = val_str(v);
		err = zone_add(p, last, now, ret, &n, f);
	}
	qsort(ret, n, sizeof(ret[0]), by_offset);
	*ret_n = n;
	return err;
}

/* The next of a base and zone; true in *ret_enough: no more are wanted. */
typedef int zone_fn(void *arg, struct db *db, struct arena *a, int64_t base_id, str zone, bool *ret_enough, struct fault *f);

/* The zones that are open, base by base and east first. */
static int each_zone(
        struct db *db, struct arena *a, const struct gate_project *p, int64_t now, zone_fn *fn, void *arg, struct fault *f)
{
	struct zone_here zones[ZONES];
	int64_t bases[32];
	struct rows r;
	size_t n_zones, n = 0;
	bool enough = false;
	int err = db_ask(db, a,
	        "SELECT id FROM base WHERE project_id = ?1 AND state = 'active' ORDER BY priority DESC, id LIMIT 32",
	        VALS(V(p->id)), &r, f);

	while (!err && n < COUNT(bases) && !(err = rows_next(&r, f)))
		bases[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t b = 0; b < n && !err && !enough; b++) {
		err = open_zones(db, a, p, bases[b], now, zones, &n_zones, f);
		for (size_t z = 0; z < n_zones && !err && !enough; z++)
			err = fn(arg, db, a, bases[b], zones[z].name, &enough, f);
	}
	return err;
}

static int in_order(void *arg, struct db *db, struct arena *a, int64_t base_id, str zone, bool *ret_enough, struct fault *f)
{
	struct candidates *c = arg;
	int err =
	        zone.p ? candidates_add(c, db, a,
	                         "SELECT id, 0 FROM contact WHERE base_id = ?1 AND state = 'fresh' AND timezone = ?2 ORDER BY id LIMIT 12",
	                         VALS(V(base_id), V(zone)), f)
	               : candidates_add(c, db, a,
	                         "SELECT id, 0 FROM contact WHERE base_id = ?1 AND state = 'fresh' AND timezone IS NULL ORDER BY id LIMIT 12",
	                         VALS(V(base_id)), f);

	*ret_enough = c->n >= CANDIDATES;
	return err;
}

/* How far the quota of each is filled; of none: after all that have one. */
struct looking {
	struct quota_fill *strata;
	size_t n_strata, n;
	struct looked {
		int64_t id, filled;
		size_t place;
	} at[LOOKED_AT];
};

static int64_t filled_of(const struct looking *l, const struct rows *r)
{
	int64_t least = QUOTA_FULL;

	for (const struct quota_fill *q = l->strata; q < l->strata + l->n_strata; q++)
		if (q->filled < least && str_eq(rows_str(r, 1 + q->field), q->value))
			least = q->filled;
	return least;
}

static int look(void *arg, struct db *db, struct arena *a, int64_t base_id, str zone, bool *ret_enough, struct fault *f)
{
	struct looking *l = arg;
	struct rows r;
	int err =
	        zone.p ? db_ask(db, a,
	                         "SELECT id, city, industry, timezone FROM contact WHERE base_id = ?1 AND state = 'fresh' AND timezone = ?2 "
	                         "ORDER BY id LIMIT 500",
	                         VALS(V(base_id), V(zone)), &r, f)
	               : db_ask(db, a,
	                         "SELECT id, city, industry, timezone FROM contact WHERE base_id = ?1 AND state = 'fresh' AND timezone IS "
	                         "NULL ORDER BY id LIMIT 500",
	                         VALS(V(base_id)), &r, f);

	while (!err && l->n < LOOKED_AT && !(err = rows_next(&r, f))) {
		l->at[l->n] = (struct looked){rows_int(&r, 0), filled_of(l, &r), l->n};
		l->n++;
	}
	rows_done(&r);
	*ret_enough = l->n == LOOKED_AT;
	return err == ENOENT ? 0 : err;
}

static int by_filled(const void *x, const void *y)
{
	const struct looked *a = x, *b = y;

	return a->filled != b->filled ? (a->filled > b->filled) - (a->filled < b->filled)
	                              : (a->place > b->place) - (a->place < b->place);
}

static int by_quota(
        struct candidates *c, struct db *db, struct arena *a, const struct gate_project *p, int64_t now, struct fault *f)
{
	struct looking *l = NEW(a, struct looking);
	int err = quota_fills(db, a, p->id, &l->strata, &l->n_strata, f);

	if (!err)
		err = each_zone(db, a, p, now, look, l, f);
	qsort(l->at, l->n, sizeof(l->at[0]), by_filled);
	for (size_t i = 0; i < l->n && i < CANDIDATES && c->n < COUNT(c->of) && !err; i++)
		c->of[c->n++] = (struct candidate){.id = l->at[i].id};
	return err;
}

int fresh_ones(
        struct candidates *c, struct db *db, struct arena *a, const struct gate_project *p, int64_t now, struct fault *f)
{
	return p->fresh_by == FRESH_BY_QUOTA ? by_quota(c, db, a, p, now, f) : each_zone(db, a, p, now, in_order, c, f);
}
