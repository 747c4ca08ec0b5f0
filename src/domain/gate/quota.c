/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quota.c - how many contacts of one kind a survey wants: filled by results, and then the rest of them is not dialled. */
#include "domain/disposition/disposition.h"
#include "domain/gate/gate.h"
#include "domain/role/role.h"

struct quota {
	int64_t id, version, project_id;
	int field;
	str value;
	int64_t result_id, target, got, filled_at, created_at;
};
static const char *const quota_fields_of[] = {"city", "industry", "timezone", NULL};

#define ENTITY struct quota
#define QUOTA_FIELDS \
	F_ID(), F_VERSION(), F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED), \
	        F_WORD(field, quota_fields_of, "By what of the contact", .flags = REQUIRED | FIXED), \
	        F_STR(value, 1, 300, "Which of them, as it stands in the contact", .flags = REQUIRED | FIXED | SEARCHED), \
	        F_REF(result_id, "result", "The result that counts", .flags = REQUIRED | FIXED), \
	        F_INT(target, 1, 10000000, "How many are wanted", .flags = REQUIRED), \
	        F_TIME(filled_at, "When it was filled: others of this kind are no longer dialled", \
	                .flags = GIVEN | NULLABLE), \
	        F_TIME(created_at, "When it was set", .flags = GIVEN)
static const struct field fields[] = {QUOTA_FIELDS};
static const struct field listed_fields[] = {
        QUOTA_FIELDS, F_INT(got, 0, 0, "How many there are", .flags = GIVEN | UNSORTED)};
#undef ENTITY
static const struct entity quota_entity = ENTITY_OF(quota, fields, "quota", "How many contacts of a kind a survey wants"),
                           quota_listed = ENTITY_OF(quota, listed_fields, "quota_seen", "A quota with how far it is filled");

static void fill(struct request *q, void *new)
{
	((struct quota *)new)->created_at = q->now;
}

#define OF_CONTACT(field) "CASE " field " WHEN 'city' THEN c.city WHEN 'industry' THEN c.industry ELSE c.timezone END"

static int check(struct request *q, const void *old, void *new)
{
	struct quota *u = new;
	struct val v[2];
	int err;

	(void)old;
	if (!u)
		return 0;
	err = db_one(q->db, q->a,
	        "SELECT (SELECT COUNT(*) FROM result WHERE id = ?1 AND project_id = ?2), (SELECT COUNT(*) FROM contact c WHERE c.project_id = "
	        "?2 AND c.last_result_id = ?1 AND ?4 = " OF_CONTACT("?3") ")",
	        VALS(V(u->result_id), V(u->project_id), V(str_of(quota_fields_of[u->field])), V(u->value)), v, 2, &q->fault);
	if (!err && !val_int(v[0]))
		return fail(&q->fault, EINVAL, "result_id", "reference", "no such result in this project");
	if (!err)
		u->filled_at = val_int(v[1]) >= u->target ? (u->filled_at ? u->filled_at : q->now) : 0;
	return err;
}

/* Those it kept from being dialled are asked about again. */
static int ask_again(struct db *db, int64_t project_id, int64_t now, struct fault *f)
{
	return db_run(db,
	        "UPDATE contact SET due_at = ?2 WHERE project_id = ?1 AND state = 'due' AND why_not = 'quota_full'",
	        VALS(V(project_id), V(now)), NULL, f);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct quota *u = new ? new : old;

	return !old || (new && u->filled_at) ? 0 : ask_again(db, u->project_id, q->now, f);
}

const struct resource quota_resource = {
        .entity = &quota_entity,
        .list = &quota_listed,
        .path = "/projects/{project_id}/quotas",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "field,value",
        .check = check,
        .changed = changed,
        .fill = fill,
};

int quota_full(struct db *db, struct arena *a, int64_t project_id, int64_t contact_id, bool *ret, struct fault *f)
{
	struct val n;
	int err = db_one(db, a,
	        "SELECT COUNT(*) FROM quota u JOIN contact c ON c.id = ?2 WHERE u.project_id = ?1 AND u.filled_at IS NOT NULL AND u.value = " OF_CONTACT(
	                "u.field"),
	        VALS(V(project_id), V(contact_id)), &n, 1, f);

	*ret = !err && val_int(n) > 0;
	return err;
}

int quota_fills(struct db *db, struct arena *a, int64_t project_id, struct quota_fill **ret, size_t *ret_n, struct fault *f)
{
	enum { MOST = 500 };
	struct quota_fill *all = NEW_N(a, struct quota_fill, MOST);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT u.field, u.value, (SELECT COUNT(*) FROM contact c WHERE c.project_id = u.project_id AND c.last_result_id = u.result_id AND "
	        "u.value = " OF_CONTACT(
	                "u.field") ") * 1000 / u.target FROM quota u WHERE u.project_id = ?1 ORDER BY u.id LIMIT 500",
	        VALS(V(project_id)), &r, f);

	while (!err && n < MOST && !(err = rows_next(&r, f)))
		all[n++] = (struct quota_fill){
		        call_word(quota_fields_of, rows_str(&r, 0)), str_copy(a, rows_str(&r, 1)), rows_int(&r, 2)};
	rows_done(&r);
	*ret = all;
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

int quota_note(struct db *db, int64_t contact_id, int64_t project_id, int64_t result_id, int64_t now, struct fault *f)
{
	return db_run(db,
	        "UPDATE quota SET filled_at = ?4, version = version + 1 WHERE project_id = ?1 AND result_id = ?2 AND filled_at IS NULL AND value = "
	        "(SELECT " OF_CONTACT(
	                "quota.field") " FROM contact c WHERE c.id = ?3) AND target <= (SELECT COUNT(*) FROM contact c WHERE "
	                               "c.project_id = ?1 AND c.last_result_id = ?2 AND quota.value = " OF_CONTACT(
	                                       "quota.field") ")",
	        VALS(V(project_id), V(result_id), V(contact_id), V(now)), NULL, f);
}

int quota_reopen(struct db *db, int64_t project_id, int64_t result_id, int64_t now, struct fault *f)
{
	int64_t n = 0;
	int err = db_run(db,
	        "UPDATE quota SET filled_at = NULL, version = version + 1 WHERE project_id = ?1 AND result_id = ?2 AND filled_at IS NOT NULL AND "
	        "target > (SELECT COUNT(*) FROM contact c WHERE c.project_id = ?1 AND c.last_result_id = ?2 AND quota.value = " OF_CONTACT(
	                "quota.field") ")",
	        VALS(V(project_id), V(result_id)), &n, f);

	return err || !n ? err : ask_again(db, project_id, now, f);
}
