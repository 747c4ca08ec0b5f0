/* SPDX-License-Identifier: GPL-3.0-or-later */
/* colleague.c - the people of the customer's own company as he sees them in the portal. Everybody sees who else is there; who manages the
 * company invites, changes and disables. The house makes the first of them, who manages; a colleague logs in with his address. */
#include "domain/user/user_priv.h"

/* More people than a customer has on a project; a stop for who would fill the table. */
enum { COLLEAGUES_MAX = 100 };

struct colleague {
	int64_t id, version, customer_id, created_at, seen_at;
	str login, name, email, phone;
	int role;
	bool manages_company, disabled;
};

#define ENTITY struct colleague
static const struct field colleague_fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(login, 2, 64, "What the person logs in with", .flags = GIVEN | SEARCHED),
        F_STR(name, 1, 200, "Name as colleagues see it", .flags = REQUIRED | SEARCHED),
        F_EMAIL(email, "For the invitation, and the login of who is new", .flags = NULLABLE | SEARCHED),
        F_PHONE(phone, "Telephone", .flags = NULLABLE),
        F_WORD(role, role_names, "customer", .flags = GIVEN | UNLISTED),
        F_REF(customer_id, "customer", "The company", .flags = GIVEN | UNLISTED),
        F_BOOL(manages_company, "Invites and changes colleagues"),
        F_BOOL(disabled, "May not log in"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
        F_TIME(seen_at, "When he was last here", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity colleague_entity =
        ENTITY_OF(colleague, colleague_fields, "\"user\"", "A person of the customer's own company");

static int may_manage(struct request *q)
{
	struct val manages = {0};
	int err = db_one(q->db, q->a, "SELECT manages_company FROM \"user\" WHERE id = ?1", VALS(V(q->who->user_id)),
	        &manages, 1, &q->fault);

	if (!err && !val_int(manages))
		err = fail(&q->fault, EACCES, NULL, "right", "only who manages the company's people changes them");
	return err;
}

static int check_room(struct request *q)
{
	struct val n = {0};
	int err = db_one(q->db, q->a, "SELECT COUNT(*) FROM \"user\" WHERE customer_id = ?1", VALS(V(q->who->customer_id)),
	        &n, 1, &q->fault);

	if (!err && val_int(n) >= COLLEAGUES_MAX)
		err = fail(&q->fault, EDQUOT, NULL, "colleagues", "a company has at most a hundred people here");
	return err;
}

static int colleague_check(struct request *q, const void *was, void *is)
{
	const struct colleague *old = was;
	struct colleague *new = is;
	int err = may_manage(q);

	if (err)
		return err;
	if (old && old->id == q->who->user_id && new->disabled)
		return fail(&q->fault, EINVAL, "disabled", "self", "nobody disables himself");
	if (old && old->id == q->who->user_id && !new->manages_company)
		return fail(&q->fault, EINVAL, "manages_company", "self",
		        "give it to a colleague, who may then take it from you");
	if (old)
		return 0;
	if (!new->email.n)
		return fail(&q->fault, EINVAL, "email", "required", "say where the invitation goes");
	if (user_login_form(q->a, new->email, &new->login, NULL))
		return fail(&q->fault, EINVAL, "email", "login",
		        "a colleague logs in with his address: it has Latin letters, digits and . _ - @ only, 64 at most");
	return check_room(q);
}

static void colleague_fill(struct request *q, void *row)
{
	struct colleague *c = row;

	c->created_at = q->now;
	c->customer_id = q->who->customer_id;
	c->role = (int)(q->who->role - roles);
}

static int colleague_changed(struct request *q, struct db *db, const void *was, const void *is, struct fault *f)
{
	const struct colleague *old = was, *new = is;

	if (!old)
		return user_welcome(q, db, new->id, f);
	return new->disabled && !old->disabled ? session_close_all(db, new->id, 0, true, f) : 0;
}

const struct resource colleague_resource = {
        .entity = &colleague_entity,
        .path = "/colleagues",
        .read = MAY_SEE_COLLEAGUES,
        .write = MAY_SEE_COLLEAGUES,
        .scope = SCOPE_CUSTOMER,
        .scope_column = "customer_id",
        .sort = "name",
        .check = colleague_check,
        .changed = colleague_changed,
        .fill = colleague_fill,
};

int colleague_invite(struct request *q)
{
	struct colleague c;
	int err = resource_find(&colleague_resource, q, q->id[0], &c);

	if (!err)
		err = may_manage(q);
	return err ? err : user_send_invitation(q, c.id);
}
