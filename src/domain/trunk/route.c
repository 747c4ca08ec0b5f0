/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route.c - rules that lead numbers to trunks, and the ways of one call by them. */
#include "callflow/routing.h"
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"

enum { ROUTES_MAX = 1000 };

#define ENTITY struct trunk_route
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Of which project; null: of all that dial over a carrier", .flags = NULLABLE),
        F_STR(prefix, 0, 16, "How the number begins: +7495; empty: every number"),
        F_REF(trunk_id, "trunk", "Over which line", .flags = REQUIRED),
        F_INT(place, 1, 99, "Among rules of one prefix the least is tried first, the others when it fails"),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
static const struct entity route_entity =
        ENTITY_OF(trunk_route, fields, "trunk_route", "Numbers that begin so go over this line");

static bool is_prefix(str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return !s.n || (s.p[0] == '+' && s.n > 1);
}

static int check(struct request *q, const void *old, void *new)
{
	const struct trunk_route *r = new;
	struct val kind;
	int err;

	(void)old;
	if (!r)
		return 0;
	if (!is_prefix(r->prefix))
		return fail(&q->fault, EINVAL, "prefix", "prefix",
		        "+ and the first digits of the number with its country, or nothing");
	err = db_one(q->db, q->a, "SELECT kind FROM trunk WHERE id = ?1", VALS(V(r->trunk_id)), &kind, 1, &q->fault);
	if (!err && str_eq(val_str(kind), STR("practice")))
		return fail(&q->fault, EINVAL, "trunk_id", "practice", "nobody is led from a carrier to the practice line");
	return err;
}

static void fill(struct request *q, void *new)
{
	struct trunk_route *r = new;

	r->prefix = STR("");
	r->place = 1;
	r->created_at = q->now;
}

const struct resource trunk_route_resource = {
        .entity = &route_entity,
        .path = "/trunk_routes",
        .read = MAY_SET_UP,
        .write = MAY_SET_UP,
        .remove = MAY_SET_UP,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "prefix,place",
        .check = check,
        .fill = fill,
};

/* Rules whose trunk is on, for this project and this number; a project on the practice line has none. */
static int rules_of(struct db *db, struct arena *a, int64_t project_id, int64_t own_trunk, str number,
        struct routing_rule *ret, size_t *ret_n, struct fault *f)
{
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT r.project_id, r.trunk_id, r.prefix, r.place FROM trunk_route r JOIN trunk t ON t.id = r.trunk_id WHERE "
	        "t.disabled = 0 AND (r.project_id IS NULL OR r.project_id = ?1) AND r.prefix = substr(?3, 1, length(r.prefix)) AND "
	        "NOT EXISTS (SELECT 1 FROM trunk o WHERE o.id = ?2 AND o.kind = 'practice') ORDER BY r.id LIMIT 1000",
	        VALS(V(project_id), V(own_trunk), V(number)), &r, f);

	while (!err && n < ROUTES_MAX && !(err = rows_next(&r, f)))
		ret[n++] = (struct routing_rule){.project_id = rows_int(&r, 0),
		        .trunk_id = rows_int(&r, 1),
		        .prefix = rows_str(&r, 2),
		        .place = rows_int(&r, 3)};
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

static int shown(struct db *db, struct arena *a, int64_t trunk_id, int64_t project_id, str caller, int64_t now, str *ret,
        struct fault *f)
{
	struct val own;
	int err = caller_choose(db, a, trunk_id, project_id, now, ret, f);

	if (!err && !ret->n)
		*ret = caller;
	if (err || ret->n)
		return err;
	err = db_one(db, a, "SELECT caller_number FROM trunk WHERE id = ?1", VALS(V(trunk_id)), &own, 1, f);
	if (!err)
		*ret = val_str(own);
	return err;
}

/* The trunks of a call in order, and of each whether it may call the number now. */
struct way {
	int64_t trunk;
	struct toll_answer toll;
};

static int ways_of(struct db *db, struct arena *a, int64_t project_id, int64_t own_trunk, str number, int64_t now,
        struct way ret[ROUTING_TRUNKS], size_t *ret_n, struct fault *f)
{
	struct routing_rule *rules = NEW_N(a, struct routing_rule, ROUTES_MAX);
	int64_t trunks[ROUTING_TRUNKS];
	size_t n = 0;
	int err = rules_of(db, a, project_id, own_trunk, number, rules, &n, f);

	if (!err)
		n = routing_choose(rules, n, project_id, own_trunk, number, trunks);
	for (size_t i = 0; i < n && !err; i++) {
		ret[i].trunk = trunks[i];
		err = toll_of_trunk(db, a, trunks[i], number, now, &ret[i].toll, f);
	}
	if (!err)
		*ret_n = n;
	return err;
}

int trunk_ways(struct db *db, struct arena *a, int64_t project_id, int64_t own_trunk, str caller, str number, int64_t now,
        struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, ROUTING_TRUNKS);
	struct way ways[ROUTING_TRUNKS];
	size_t n, n_rows = 0;
	int err = ways_of(db, a, project_id, own_trunk, number, now, ways, &n, f);

	for (size_t i = 0; !err && i < n; i++) {
		if (ways[i].toll.toll != TOLL_OK)
			continue;
		rows[n_rows] = (struct message){.kind = ROW_ROUTE, .trunk = ways[i].trunk};
		err = shown(db, a, ways[i].trunk, project_id, caller, now, &rows[n_rows++].from, f);
	}
	if (!err && n && !n_rows)
		return fail(f, EPERM, "number", "toll", "no line of the project may call this number now");
	if (!err)
		*ret = (struct message_rows){rows, n_rows};
	return err;
}

int trunk_toll(struct db *db, struct arena *a, int64_t project_id, int64_t own_trunk, str number, int64_t now,
        struct toll_answer *ret, struct fault *f)
{
	struct way ways[ROUTING_TRUNKS];
	size_t n, best = 0;
	int err = ways_of(db, a, project_id, own_trunk, number, now, ways, &n, f);

	for (size_t i = 1; !err && i < n; i++)
		if (ways[i].toll.toll < ways[best].toll.toll ||
		        (ways[i].toll.toll == TOLL_HOUR && ways[best].toll.toll == TOLL_HOUR &&
		                ways[i].toll.until < ways[best].toll.until))
			best = i;
	if (!err)
		*ret = n ? ways[best].toll : (struct toll_answer){0};
	return err;
}
