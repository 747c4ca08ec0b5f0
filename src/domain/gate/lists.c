/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lists.c - what the gate looks numbers up in: do-not-call, consents, the numbering plan. */
#include "base/clock.h"
#include "domain/gate/gate.h"
#include "domain/role/role.h"

struct do_not_call {
	int64_t id, version;
	str e164;
	int level;
	int64_t customer_id, project_id, register_id, owner_id;
	str reason;
	int64_t call_id, author_id, created_at;
};
enum { LEVEL_ALL, LEVEL_CUSTOMER, LEVEL_PROJECT, LEVEL_REGISTER };
static const char *const levels[] = {"all", "customer", "project", "register", NULL};

#define ENTITY struct do_not_call
static const struct field do_not_call_fields[] = {
        F_ID(),
        F_VERSION(),
        F_PHONE(e164, "The number", .flags = REQUIRED | FIXED | SEARCHED),
        F_WORD(level, levels,
                "Whose calls it forbids: everybody's, a customer's, a project's; or a register's, for projects of its jurisdiction",
                .flags = REQUIRED | FIXED),
        F_REF(customer_id, "customer", "The customer of the level customer", .flags = NULLABLE | FIXED),
        F_REF(project_id, "project", "The project of the level project", .flags = NULLABLE | FIXED),
        F_REF(register_id, "register", "The register of the level register: loaded there", .flags = NULLABLE | GIVEN),
        F_INT(owner_id, 0, 0, "Number of that customer, project or register, 0 for all", .flags = GIVEN | UNLISTED),
        F_STR(reason, 0, 300, "Why", .flags = NULLABLE | SEARCHED),
        F_REF(call_id, "journal", "The call in which it was asked", .flags = GIVEN | NULLABLE),
        F_REF(author_id, "user", "Who wrote it down", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
static const struct entity do_not_call_entity =
        ENTITY_OF(do_not_call, do_not_call_fields, "do_not_call", "A number that is not called");

/* Closure: not only the result of a call wants it any more, so that no correction takes it off (list_entry_of_call). */
static int stand_by_itself(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct do_not_call *r = arg;

	(void)a;
	return db_run(db,
	        "UPDATE do_not_call SET version = version + 1 WHERE e164 = ?1 AND level = ?2 AND owner_id = ?3 AND call_id IS NOT NULL",
	        VALS(V(r->e164), V(str_of(levels[r->level])), V(r->owner_id)), NULL, f);
}

/* Somebody writes down, or loads, what a result has listed already: he is told that it is there, and it stays from now on. */
static int asked_as_well(struct request *q, struct do_not_call *r)
{
	struct val id;
	int err = db_one(q->db, q->a,
	        "SELECT id FROM do_not_call WHERE e164 = ?1 AND level = ?2 AND owner_id = ?3 AND call_id IS NOT NULL AND version = 1",
	        VALS(V(r->e164), V(str_of(levels[r->level])), V(r->owner_id)), &id, 1, &q->fault);

	if (err)
		return err == ENOENT ? 0 : err;
	return request_write(q, stand_by_itself, r);
}

static int do_not_call_check(struct request *q, const void *old, void *new)
{
	struct do_not_call *r = new;

	if (!r)
		return 0;
	if ((r->level == LEVEL_CUSTOMER) != (r->customer_id != 0))
		return fail(&q->fault, EINVAL, "customer_id", "level", "the level customer, and only it, names a customer");
	if ((r->level == LEVEL_PROJECT) != (r->project_id != 0))
		return fail(&q->fault, EINVAL, "project_id", "level", "the level project, and only it, names a project");
	if (r->level == LEVEL_REGISTER)
		return fail(&q->fault, EINVAL, "level", "level", "numbers of a register are loaded into the register");
	r->owner_id = r->level == LEVEL_CUSTOMER ? r->customer_id : r->project_id;
	return old ? 0 : asked_as_well(q, r);
}

static void do_not_call_fill(struct request *q, void *new)
{
	struct do_not_call *r = new;

	r->author_id = q->who->user_id;
	r->created_at = q->now;
}

/* A rule of a customer or a project is seen by those who reach that one; a rule for all by everybody with the right. */
static void do_not_call_reach(const struct request *q, struct query *where)
{
	query_add(where, " AND (project_id IS NULL OR project_id IN (SELECT id FROM project WHERE 1 = 1");
	access_scope(where, q->who, SCOPE_PROJECT, "id");
	query_add(where, ")) AND (customer_id IS NULL OR customer_id IN (SELECT id FROM customer WHERE 1 = 1");
	access_scope(where, q->who, SCOPE_CUSTOMER, "id");
	query_add(where, "))");
}

const struct resource do_not_call_resource = {
        .entity = &do_not_call_entity,
        .path = "/do_not_call",
        .read = MAY_SEE_BASE,
        .write = MAY_CHANGE_BASE,
        .remove = MAY_CHANGE_BASE,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "-id",
        .reach = do_not_call_reach,
        .check = do_not_call_check,
        .fill = do_not_call_fill,
        .imports = true,
};

int list_entry_of_call(struct db *db, struct arena *a, str e164, int64_t call_id, int64_t *ret_id, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "SELECT id FROM do_not_call WHERE e164 = ?1 AND level = 'customer' AND call_id = ?2 AND author_id IS NOT NULL AND version = 1",
	        VALS(V(e164), V(call_id)), &id, 1, f);

	*ret_id = err ? 0 : val_int(id);
	return err == ENOENT ? 0 : err;
}

int list_entry_lift(struct db *db, struct arena *a, int64_t id, const struct by *by, bool *ret, struct fault *f)
{
	struct do_not_call row;
	int64_t gone = 0;
	int err = entity_get(&do_not_call_entity, db, a, id, &row, f);

	if (!err)
		err = db_run(db, "DELETE FROM do_not_call WHERE id = ?1 AND version = 1", VALS(V(id)), &gone, f);
	*ret = gone > 0;
	return err || !gone ? (err == ENOENT ? 0 : err)
	                    : resource_changed(&do_not_call_resource, by, db, a, "removed", &row, NULL, f);
}

struct consent {
	int64_t id, version, customer_id, project_id;
	str e164;
	int kind;
	str text_version;
	int64_t given_at, revoked_at;
	str proof;
	int64_t author_id, created_at;
};
static const char *const consent_kinds[] = {"advertising", "service", "recording", NULL};

#define ENTITY struct consent
static const struct field consent_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(customer_id, "customer", "Whose calls", .flags = REQUIRED | FIXED),
        F_REF(project_id, "project", "Only for this project; null: all of the customer", .flags = NULLABLE | FIXED),
        F_PHONE(e164, "The number", .flags = REQUIRED | FIXED | SEARCHED),
        F_WORD(kind, consent_kinds, "What was agreed to"),
        F_STR(text_version, 1, 100, "Which text was agreed to", .flags = REQUIRED),
        F_TIME(given_at, "When", .flags = REQUIRED),
        F_TIME(revoked_at, "When it was taken back", .flags = NULLABLE),
        F_STR(proof, 0, 1000, "The proof: where the form, the record or the log is kept", .flags = NULLABLE | SEARCHED),
        F_REF(author_id, "user", "Who entered it", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
static const struct entity consent_entity = ENTITY_OF(consent, consent_fields, "consent", "A consent to be called");

static int consent_check(struct request *q, const void *old, void *new)
{
	const struct consent *c = new;
	struct val v;
	int err;

	(void)old;
	if (!c)
		return 0;
	if (c->given_at > q->now + CLOCK_MINUTE)
		return fail(&q->fault, EINVAL, "given_at", "range", "a moment that is past");
	if (c->revoked_at && c->revoked_at < c->given_at)
		return fail(&q->fault, EINVAL, "revoked_at", "range", "it is taken back after it was given");
	if (!c->project_id)
		return 0;
	err = db_one(q->db, q->a, "SELECT 1 FROM project WHERE id = ?1 AND customer_id = ?2",
	        VALS(V(c->project_id), V(c->customer_id)), &v, 1, &q->fault);
	return err == ENOENT ? fail(&q->fault, EINVAL, "project_id", "reference", "a project of this customer") : err;
}

/* Whoever waited for it alone is due at once. */
static int consent_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct consent *c = new;

	(void)old;
	return !c || c->revoked_at
	               ? 0
	               : db_run(db,
	                         "UPDATE contact SET due_at = ?2 WHERE state = 'due' AND why_not = 'consent' AND id IN "
	                         "(SELECT contact_id FROM phone WHERE e164 = ?1)",
	                         VALS(V(c->e164), V(q->now)), NULL, f);
}

static void consent_fill(struct request *q, void *new)
{
	struct consent *c = new;

	c->author_id = q->who->user_id;
	c->created_at = q->now;
}

const struct resource consent_resource = {
        .entity = &consent_entity,
        .path = "/consents",
        .read = MAY_SEE_BASE,
        .write = MAY_CHANGE_BASE,
        .scope = SCOPE_CUSTOMER,
        .scope_column = "customer_id",
        .sort = "-id",
        .check = consent_check,
        .changed = consent_changed,
        .fill = consent_fill,
        .imports = true,
};

struct number_range {
	int64_t id, version, from_number, to_number;
	str zones, region;
};
#define DIGITS_MAX 999999999999999
#define ENTITY struct number_range
static const struct field range_fields[] = {
        F_ID(),
        F_VERSION(),
        F_INT(from_number, 1, DIGITS_MAX, "First number, digits with the code of the country: 79161230000",
                .flags = REQUIRED),
        F_INT(to_number, 1, DIGITS_MAX, "Last number", .flags = REQUIRED),
        F_STR(zones, 1, 300, "Its time zones with commas: hours must be open in all of them", .flags = REQUIRED),
        F_STR(region, 0, 200, "Where it is", .flags = NULLABLE | SEARCHED),
};
#undef ENTITY
static const struct entity range_entity =
        ENTITY_OF(number_range, range_fields, "number_range", "A range of the numbering plan and its time zones");

static int range_check(struct request *q, const void *old, void *new)
{
	const struct number_range *r = new;
	struct val v;
	int err = 0;

	(void)old;
	if (!r)
		return 0;
	if (r->to_number < r->from_number)
		return fail(&q->fault, EINVAL, "to_number", "range", "the range ends before it begins");
	for (size_t at = 0; at < r->zones.n;) {
		size_t comma = str_find(r->zones, ',', at), end = comma < r->zones.n ? comma : r->zones.n;
		if (!zone_valid(str_trim(str_sub(r->zones, at, end))))
			return fail(&q->fault, EINVAL, "zones", "timezone",
			        "names of time zones with commas: Asia/Omsk,Asia/Tomsk");
		at = end + 1;
	}
	err = db_one(q->db, q->a, "SELECT id FROM number_range WHERE from_number <= ?2 AND to_number >= ?1 AND id <> ?3",
	        VALS(V(r->from_number), V(r->to_number), V(r->id)), &v, 1, &q->fault);
	return err == ENOENT ? 0
	       : err         ? err
	                     : fail(&q->fault, EEXIST, "from_number", "taken", "it overlaps a range that is there");
}

const struct resource range_resource = {
        .entity = &range_entity,
        .path = "/number_ranges",
        .read = MAY_RUN_PROJECT,
        .write = MAY_CHANGE_RULES,
        .remove = MAY_CHANGE_RULES,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "from_number",
        .check = range_check,
        .imports = true,
};
