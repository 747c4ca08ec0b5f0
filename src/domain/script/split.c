/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split.c - starting, stopping and following a split test: fields, rules, and which contact hears what. */
#include "domain/script/split.h"

#include "domain/ledger/ledger.h"
#include "domain/role/role.h"
#include "domain/script/script_priv.h"

static const char *const states[] = {"running", "stopped", NULL};
const char *const split_goals[] = {"lead", "meeting", "presentation", "sale", NULL};

#define ENTITY struct split
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_REF(a_id, "script_version", "The version that was active when it began", .flags = GIVEN),
        F_REF(b_id, "script_version", "The one it is tried against: was active before", .flags = REQUIRED | FIXED),
        F_WORD(goal, split_goals, "What counts as success, said before it begins", .flags = FIXED),
        F_WORD(state, states, "Running or stopped", .flags = GIVEN),
        F_REF(started_by, "user", "Who started it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_TIME(started_at, "When", .flags = GIVEN),
        F_REF(stopped_by, "user", "Who stopped it; null: another version was approved",
                .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_TIME(stopped_at, "When", .flags = NULLABLE | GIVEN),
        F_STR(stopped_why, 0, 300, "Why", .flags = NULLABLE | GIVEN | UNSORTED),
};
#undef ENTITY
const struct entity split_entity = ENTITY_OF(split, fields, "split", "Two versions of a script tried against each other");

/* Which one a contact hears ----------------------------------------------------------------------------------------------- */

/* The finaliser of SplitMix64: neighbours fall apart. */
int split_side(int64_t split_id, int64_t contact_id)
{
	uint64_t x = (uint64_t)contact_id * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)split_id * UINT64_C(0xd1342543de82ef95);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (int)((x ^ (x >> 31)) & 1);
}

int split_assign(struct db *db, struct arena *a, int64_t project_id, int64_t contact_id, int64_t now, int64_t *version_id,
        struct fault *f)
{
	struct val v[3], kept;
	int64_t joined = 0;
	int err = contact_id ? db_one(db, a, "SELECT id, a_id, b_id FROM split WHERE project_id = ?1 AND state = 'running'",
	                               VALS(V(project_id)), v, 3, f)
	                     : ENOENT;

	if (err)
		return err == ENOENT ? 0 : err;
	err = db_run(db,
	        "INSERT INTO split_contact (split_id, contact_id, script_version_id, assigned_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
	        "(split_id, contact_id) DO NOTHING",
	        VALS(v[0], V(contact_id), v[1 + split_side(val_int(v[0]), contact_id)], V(now)), &joined, f);
	if (!err)
		err = db_one(db, a, "SELECT script_version_id FROM split_contact WHERE split_id = ?1 AND contact_id = ?2",
		        VALS(v[0], V(contact_id)), &kept, 1, f);
	if (!err && joined)
		err = split_joined(db, val_int(v[0]), val_int(kept), f);
	if (!err)
		*version_id = val_int(kept);
	return err;
}

/* Its life ---------------------------------------------------------------------------------------------------------------- */

static void fill(struct request *q, void *new)
{
	struct split *s = new;

	s->started_by = q->who->user_id;
	s->started_at = q->now;
}

static int check(struct request *q, const void *old, void *new)
{
	struct split *s = new;
	struct val v[3] = {0};
	int err = db_one(q->db, q->a,
	        "SELECT (SELECT MAX(id) FROM script_version WHERE project_id = ?1 AND state = 'active'), (SELECT COUNT(*) FROM "
	        "script_version WHERE id = ?2 AND project_id = ?1 AND state = 'retired' AND approved_at IS NOT NULL), (SELECT COUNT(*) "
	        "FROM split WHERE project_id = ?1 AND state = 'running')",
	        VALS(V(s->project_id), V(s->b_id)), v, 3, &q->fault);

	(void)old;
	if (!err && !val_int(v[0]))
		err = fail(&q->fault, EINVAL, "project_id", "no_script",
		        "the project has no active version to try another against");
	if (!err && !val_int(v[1]))
		err = fail(&q->fault, EINVAL, "b_id", "not_approved",
		        "only a version that was approved and in use before is tried against the active one");
	if (!err && val_int(v[2]))
		err = fail(&q->fault, EALREADY, NULL, "running", "a test is running in this project: stop it first");
	if (!err)
		s->a_id = val_int(v[0]);
	return err;
}

/* The verifiable log says that the other version is spoken by as well. */
static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct split *s = new;
	struct val graph;
	int err =
	        old ? 0 : db_one(db, q->a, "SELECT graph FROM script_version WHERE id = ?1", VALS(V(s->b_id)), &graph, 1, f);

	return old || err ? err : ledger_script(db, s->project_id, s->b_id, val_str(graph), f);
}

const struct resource split_resource = {
        .entity = &split_entity,
        .path = "/projects/{project_id}/splits",
        .read = MAY_SEE_REPORT,
        .write = MAY_RUN_PROJECT,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
        .check = check,
        .changed = changed,
        .fill = fill,
};

static int stop(const struct by *by, struct db *db, struct arena *a, const struct split *was, str why, struct split *ret,
        struct fault *f)
{
	int err;

	*ret = *was;
	ret->state = SPLIT_STOPPED;
	ret->stopped_by = by->who ? by->who->user_id : 0;
	ret->stopped_at = by->now;
	ret->stopped_why = why;
	err = entity_change(&split_entity, db, a, was, ret, f);
	return err ? err : resource_changed(&split_resource, by, db, a, "stopped", was, ret, f);
}

int split_end(const struct by *by, struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	struct split was, now;
	struct val id;
	int err = db_one(
	        db, a, "SELECT id FROM split WHERE project_id = ?1 AND state = 'running'", VALS(V(project_id)), &id, 1, f);

	if (!err)
		err = entity_get(&split_entity, db, a, val_int(id), &was, f);
	if (err)
		return err == ENOENT ? 0 : err;
	return stop(by, db, a, &was, STR("replaced"), &now, f);
}

struct stopping {
	struct request *q;
	const struct split_stop_body *body;
	struct split s;
};

/* What is kept becomes the active one, if it is not. */
static int stop_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct stopping *x = arg;
	struct by by = request_by(x->q);
	struct script_version v;
	struct split was;
	int err = entity_get(&split_entity, db, a, x->q->id[0], &was, f);

	if (!err && was.state != SPLIT_RUNNING)
		err = fail(f, EALREADY, "state", "wrong_state", "this test has been stopped already");
	if (!err)
		err = stop(&by, db, a, &was, x->body->why, &x->s, f);
	if (!err && x->body->keep_id == was.b_id)
		err = script_move(&by, db, a, was.b_id, SCRIPT_ACTIVE, (str){0}, &v, f);
	return err;
}

int split_stop(struct request *q)
{
	struct stopping x = {.q = q, .body = q->body};
	int64_t keep = x.body->keep_id;
	int err = resource_find(&split_resource, q, q->id[0], &x.s);

	if (!err && keep && keep != x.s.a_id && keep != x.s.b_id)
		err = fail(&q->fault, EINVAL, "keep_id", "reference", "keep one of the two versions that were tried");
	if (!err && keep == x.s.b_id)
		err = project_by_customer(q->db, q->a, x.s.project_id, &q->fault);
	if (!err)
		err = request_write(q, stop_write, &x);
	if (!err)
		request_give(q, &split_entity.shape, &x.s);
	return err;
}

#define ENTITY struct split_stop_body
static const struct field stop_fields[] = {
        F_REF(keep_id, "script_version", "Which of the two is used from now on; null: the active one", .flags = NULLABLE),
        F_STR(why, 0, 300, "Why it ends", .flags = NULLABLE),
};
#undef ENTITY
const struct shape split_stop_shape = SHAPE_OF(split_stop_body, stop_fields, "Stopping a split test");
