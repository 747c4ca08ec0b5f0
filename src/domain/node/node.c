/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node.c - the rows of nodes, leases and places. All moments by the database's clock, so that no machine's own counts. */
#include "domain/node/node.h"

#include "base/clock.h"
#include "domain/role/role.h"
#include "kit/event/event.h"
#include "kit/query/query.h"

/* As good as for ever, for a house of one server. */
#define FOREVER_MS (100 * 365 * (int64_t)CLOCK_DAY)

static int put_row(struct db *db, struct arena *a, struct node *n, struct fault *f)
{
	struct query *q = query_new(a);
	struct val id;
	int err;

	query_add(q, "INSERT INTO node (uid, role, name, address, boot, started_at, seen_at) SELECT ");
	query_val(q, V(n->uid));
	query_add(q, ", ");
	query_val(q, V(str_of(n->role)));
	query_add(q, ", ");
	query_val(q, V(n->name));
	query_add(q, ", ");
	query_val(q, V(n->address));
	query_add(q, ", ");
	query_val(q, V(n->boot));
	query_add(q, ", t.now, t.now FROM (SELECT ");
	query_word(q, db, DB_NOW_MS);
	query_add(q,
	        " AS now) t WHERE 1 = 1 ON CONFLICT (uid, role) DO UPDATE SET name = excluded.name, address = excluded.address, started_at = "
	        "CASE WHEN node.boot = excluded.boot THEN node.started_at ELSE excluded.started_at END, boot = excluded.boot, seen_at = "
	        "excluded.seen_at, left_at = NULL, lost_at = NULL RETURNING id");
	err = db_one(db, a, QUERY(q), &id, 1, f);
	if (!err)
		n->id = val_int(id);
	return err;
}

int node_put(struct db *db, struct arena *a, struct node *n, struct fault *f)
{
	int err = put_row(db, a, n, f);

	if (err || strcmp(n->role, "tel") != 0)
		return err;
	err = db_run(
	        db, "INSERT INTO lease (node_id) VALUES (?1) ON CONFLICT (node_id) DO NOTHING", VALS(V(n->id)), NULL, f);
	if (!err)
		err = db_run(db,
		        "INSERT INTO tel_boot (boot, node_id, at) VALUES (?1, ?2, ?3) ON CONFLICT (boot) DO NOTHING",
		        VALS(V(n->boot), V(n->id), V(clock_ms())), NULL, f);
	return err;
}

int node_left(struct db *db, int64_t id, struct fault *f)
{
	int err = db_run(db, "UPDATE lease SET app_id = NULL, until_at = 0 WHERE app_id = ?1", VALS(V(id)), NULL, f);

	return err ? err : db_run(db, "UPDATE node SET left_at = seen_at WHERE id = ?1", VALS(V(id)), NULL, f);
}

/* "UPDATE lease SET … until_at = now + its length", as far as the condition. */
static struct query *until(struct db *db, struct arena *a, const struct lease *l)
{
	struct query *q = query_new(a);

	query_add(q, "UPDATE lease SET app_id = ");
	query_val(q, V(l->app_id));
	query_add(q, ", until_at = ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, " + ");
	query_val(q, V(l->forever ? FOREVER_MS : (int64_t)LEASE_MS));
	return q;
}

int lease_take(struct db *db, struct arena *a, struct lease *l, struct fault *f)
{
	struct query *q = until(db, a, l);
	struct val v[2];
	int err;

	query_add(q, ", epoch = epoch + 1 WHERE node_id = ");
	query_val(q, V(l->node_id));
	query_add(q, " AND (app_id = ");
	query_val(q, V(l->app_id));
	query_add(q, " OR ");
	query_val(q, V((int64_t)l->orphaned));
	query_add(q, " = 1 OR until_at + ");
	query_val(q, V(l->patience_ms));
	query_add(q, " < ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, ") RETURNING epoch, (SELECT moved_at FROM node WHERE node.id = lease.node_id)");
	err = db_one(db, a, QUERY(q), v, 2, f);
	if (err)
		return err;
	l->epoch = val_int(v[0]);
	l->moved_at = val_int(v[1]);
	return db_run(db, "UPDATE node SET lost_at = NULL WHERE id = ?1", VALS(V(l->node_id)), NULL, f);
}

int lease_renew(struct db *db, struct arena *a, struct lease *l, struct fault *f)
{
	struct query *q = until(db, a, l);
	struct val v;
	int err;

	query_add(q, " WHERE node_id = ");
	query_val(q, V(l->node_id));
	query_add(q, " AND app_id = ");
	query_val(q, V(l->app_id));
	query_add(q, " AND epoch = ");
	query_val(q, V(l->epoch));
	query_add(q, " RETURNING (SELECT moved_at FROM node WHERE node.id = lease.node_id)");
	err = db_one(db, a, QUERY(q), &v, 1, f);
	if (err)
		return err;
	l->moved_at = val_int(v);
	q = query_new(a);
	query_add(q, "UPDATE node SET seen_at = ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, ", calls = ");
	query_val(q, V(l->figures->calls));
	query_add(q, ", legs = ");
	query_val(q, V(l->figures->legs));
	query_add(q, ", lag_ms = ");
	query_val(q, V(l->figures->lag_ms));
	query_add(q, " WHERE id = ");
	query_val(q, V(l->node_id));
	return db_run(db, QUERY(q), NULL, f);
}

/* Something about a node moved; who leads tells tel nodes whose numbers are where, the page reads the rest. */
static int moved(struct db *db, struct arena *a, int64_t id, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "node", .verb = verb, .row_id = id, .right = MAY_SET_UP, .staff_only = true}, f);
}

int placement_of(struct db *db, struct arena *a, int64_t project_id, int64_t *ret_node, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT node_id FROM placement WHERE project_id = ?1", VALS(V(project_id)), &v, 1, f);

	if (!err || err == ENOENT)
		*ret_node = err ? 0 : val_int(v);
	return err == ENOENT ? 0 : err;
}

/* The tel node with the fewest projects; 0: there is none. One asks at a time, or two would find the same one empty. */
static int emptiest(struct db *db, struct arena *a, int64_t *ret, struct fault *f)
{
	struct query *q = query_new(a);
	struct val v[2];
	int err;

	query_add(q, "SELECT id FROM node WHERE role = 'tel' ORDER BY id ");
	query_word(q, db, DB_FOR_UPDATE);
	err = db_one(db, a, QUERY(q), v, 1, f);
	if (!err)
		err = db_one(db, a,
		        "SELECT n.id, (SELECT COUNT(*) FROM placement p WHERE p.node_id = n.id) AS places FROM node n WHERE n.role = 'tel' AND n.lost_at "
		        "IS NULL ORDER BY places, n.id LIMIT 1",
		        NO_VALS, v, 2, f);

	if (!err || err == ENOENT)
		*ret = err ? 0 : val_int(v[0]);
	return err == ENOENT ? 0 : err;
}

int placement_make(struct db *db, struct arena *a, int64_t project_id, int64_t *ret_node, struct fault *f)
{
	int64_t node_id = 0;
	int err = placement_of(db, a, project_id, ret_node, f);

	if (err || *ret_node)
		return err;
	err = emptiest(db, a, &node_id, f);
	if (!err) /* somebody may have placed it while we waited */
		err = placement_of(db, a, project_id, ret_node, f);
	if (!err && *ret_node)
		return 0;
	if (err || !node_id)
		return err ? err : ENOENT;
	err = db_run(db,
	        "INSERT INTO placement (project_id, node_id, since_at) VALUES (?1, ?2, ?3) ON CONFLICT (project_id) DO NOTHING",
	        VALS(V(project_id), V(node_id), V(clock_ms())), NULL, f);
	if (!err)
		err = moved(db, a, node_id, "changed", f);
	return err ? err : placement_of(db, a, project_id, ret_node, f);
}

enum { PLACES_AT_ONCE = 500 };

static int ids_of(struct db *db, struct arena *a, const char *sql, int64_t arg, int64_t *ret, size_t *ret_n, struct fault *f)
{
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a, sql, VALS(V(arg)), &r, f);

	while (!err && n < PLACES_AT_ONCE && !(err = rows_next(&r, f)))
		ret[n++] = rows_int(&r, 0);
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

int placements_make(struct db *db, struct arena *a, struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, PLACES_AT_ONCE), node_id;
	size_t n = 0;
	int err = ids_of(db, a,
	        "SELECT p.id FROM project p WHERE p.id > ?1 AND (p.state = 'running' OR EXISTS (SELECT 1 FROM shift s WHERE s.project_id = "
	        "p.id AND s.ended_at IS NULL)) AND NOT EXISTS (SELECT 1 FROM placement l WHERE l.project_id = p.id) ORDER BY p.id LIMIT 500",
	        0, ids, &n, f);

	for (size_t i = 0; i < n && !err; i++)
		err = placement_make(db, a, ids[i], &node_id, f);
	return err == ENOENT ? 0 : err;
}

int nodes_silent(struct db *db, struct arena *a, int64_t ret[LOST_AT_ONCE], size_t *ret_n, struct fault *f)
{
	struct query *q = query_new(a);
	struct rows r;
	size_t n = 0;
	int err;

	query_add(q,
	        "SELECT n.id FROM node n JOIN lease l ON l.node_id = n.id WHERE n.role = 'tel' AND n.lost_at IS NULL AND l.until_at + ");
	query_val(q, V((int64_t)LOST_MS));
	query_add(q, " < ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, " ORDER BY n.id");
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && n < LOST_AT_ONCE && !(err = rows_next(&r, f)))
		ret[n++] = rows_int(&r, 0);
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

/* Who leads it compares anew what is there with what should be. */
static int compare_again(struct db *db, struct arena *a, int64_t id, struct fault *f)
{
	struct query *q = query_new(a);

	query_add(q, "UPDATE node SET moved_at = ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, " WHERE id = ");
	query_val(q, V(id));
	return db_run(db, QUERY(q), NULL, f);
}

/* Each of its projects by itself, so that they spread over those who are left. */
static int move_all(struct db *db, struct arena *a, int64_t id, struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, PLACES_AT_ONCE), to = 0;
	size_t n = PLACES_AT_ONCE;
	int err = 0;

	while (!err && n == PLACES_AT_ONCE) {
		err = ids_of(db, a, "SELECT project_id FROM placement WHERE node_id = ?1 ORDER BY project_id LIMIT 500", id,
		        ids, &n, f);
		for (size_t i = 0; i < n && !err; i++) {
			err = emptiest(db, a, &to, f);
			if (err || !to)
				return err;
			err = db_run(db, "UPDATE placement SET node_id = ?2, since_at = ?3 WHERE project_id = ?1",
			        VALS(V(ids[i]), V(to), V(clock_ms())), NULL, f);
			if (!err)
				err = compare_again(db, a, to, f);
		}
	}
	return err;
}

static int may_move(struct db *db, struct arena *a, int64_t project_id, int64_t node_id, struct fault *f)
{
	struct query *q = query_new(a);
	struct val v[2];
	int err;

	query_add(q, "SELECT CASE WHEN lost_at IS NULL AND left_at IS NULL AND seen_at + 180000 > ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, " THEN 1 ELSE 0 END FROM node WHERE role = 'tel' AND id = ");
	query_val(q, V(node_id));
	err = db_one(db, a, QUERY(q), v, 1, f);
	if (!err && !val_int(v[0]))
		err = fail(f, EALREADY, NULL, "node_away", "this node does not work now");
	if (err)
		return err;
	err = db_one(db, a,
	        "SELECT CASE WHEN state = 'running' THEN 1 ELSE 0 END, (SELECT COUNT(*) FROM call c WHERE c.project_id = project.id AND "
	        "c.ended_at IS NULL) FROM project WHERE id = ?1",
	        VALS(V(project_id)), v, 2, f);
	if (err == ENOENT)
		return fail(f, EINVAL, "project_id", "reference", "no such project");
	if (!err && (val_int(v[0]) || val_int(v[1])))
		err = fail(f, EALREADY, "project_id", "works", "stop the project and let its calls end before it moves");
	return err;
}

int placement_move(struct db *db, struct arena *a, int64_t project_id, int64_t node_id, struct fault *f)
{
	int64_t was = 0;
	int err = may_move(db, a, project_id, node_id, f);

	if (!err)
		err = placement_of(db, a, project_id, &was, f);
	if (err || was == node_id)
		return err;
	err = db_run(db,
	        "INSERT INTO placement (project_id, node_id, since_at) VALUES (?1, ?2, ?3) ON CONFLICT (project_id) DO UPDATE SET "
	        "node_id = excluded.node_id, since_at = excluded.since_at",
	        VALS(V(project_id), V(node_id), V(clock_ms())), NULL, f);
	if (!err && was)
		err = compare_again(db, a, was, f);
	if (!err)
		err = compare_again(db, a, node_id, f);
	return err ? err : moved(db, a, node_id, "changed", f);
}

int node_lose(struct db *db, struct arena *a, int64_t id, struct fault *f)
{
	struct query *q = query_new(a);
	int64_t changed = 0;
	int err;

	query_add(q, "UPDATE node SET lost_at = ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, " WHERE id = ");
	query_val(q, V(id));
	query_add(q, " AND lost_at IS NULL AND EXISTS (SELECT 1 FROM lease l WHERE l.node_id = node.id AND l.until_at + ");
	query_val(q, V((int64_t)LOST_MS));
	query_add(q, " < ");
	query_word(q, db, DB_NOW_MS);
	query_add(q, ")");
	err = db_run(db, QUERY(q), &changed, f);
	if (err || !changed)
		return err ? err : ENOENT;
	err = move_all(db, a, id, f);
	return err ? err : moved(db, a, id, "lost", f);
}

int node_forget(struct db *db, struct arena *a, int64_t id, struct fault *f)
{
	static const char *const removals[] = {"DELETE FROM lease WHERE node_id = ?1",
	        "DELETE FROM trunk_share WHERE node_id = ?1", "UPDATE lease SET app_id = NULL WHERE app_id = ?1",
	        "DELETE FROM tel_boot WHERE node_id = ?1", "DELETE FROM node WHERE id = ?1"};
	struct query *q = query_new(a);
	struct val v[2];
	int err;

	query_add(q, "SELECT CASE WHEN lost_at IS NULL AND left_at IS NULL AND seen_at + 180000 > ");
	query_word(q, db, DB_NOW_MS);
	query_add(
	        q, " THEN 1 ELSE 0 END, (SELECT COUNT(*) FROM placement p WHERE p.node_id = node.id) FROM node WHERE id = ");
	query_val(q, V(id));
	err = db_one(db, a, QUERY(q), v, 2, f);
	if (!err && (val_int(v[0]) || val_int(v[1])))
		err = fail(f, EALREADY, NULL, "node_works", "the node works, or projects live on it");
	for (size_t i = 0; i < COUNT(removals) && !err; i++)
		err = db_run(db, removals[i], VALS(V(id)), NULL, f);
	return err ? err : moved(db, a, id, "removed", f);
}
