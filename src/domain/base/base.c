/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base.c - the fields of a base and the moves of its life. */
#include "domain/base/base.h"
#include "domain/role/role.h"
#include "kit/phone/phone.h"

const char *const base_states[BASE_STATES + 1] = {"draft", "proposed", "approved", "declined", "active", "retired", NULL};

#define ENTITY struct base
static const struct field base_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project it belongs to", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 200, "Name, unique in the project", .flags = REQUIRED | SEARCHED),
        F_WORD(state, base_states, "Where it is in its life: only an active one is dialled", .flags = GIVEN),
        F_INT(priority, -100, 100, "Bases of higher priority are dialled first"),
        F_STR(country, 2, 2, "Country of numbers written without its code: two letters, RU"),
        F_REF(approved_by, "user", "Who approved it", .flags = NULLABLE | GIVEN),
        F_TIME(approved_at, "When it was approved", .flags = NULLABLE | GIVEN),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity base_entity = ENTITY_OF(base, base_fields, "base", "Contacts that were found or bought together");

static void base_fill(struct request *q, void *new)
{
	struct base *b = new;

	b->created_at = q->now;
	b->country = STR("RU");
}

static int base_check(struct request *q, const void *old, void *new)
{
	const struct base *was = old, *b = new;
	struct val any;
	int err;

	if (b && !phone_country_valid(str_z(q->a, b->country)))
		return fail(&q->fault, EINVAL, "country", "phone_country", "there is no such country");
	if (b)
		return 0;
	err = db_one(q->db, q->a,
	        "SELECT 1 WHERE EXISTS (SELECT 1 FROM contact WHERE base_id = ?1) OR EXISTS "
	        "(SELECT 1 FROM import WHERE base_id = ?1)",
	        VALS(V(was->id)), &any, 1, &q->fault);
	if (err == ENOENT)
		return 0;
	return err ? err : fail(&q->fault, EEXIST, NULL, "in_use", "the base has contacts or imports: retire it instead");
}

const struct resource base_resource = {
        .entity = &base_entity,
        .path = "/projects/{project_id}/bases",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_CHANGE_BASE,
        .remove = MAY_CHANGE_BASE,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
        .check = base_check,
        .fill = base_fill,
};

/* From which states each may be entered. */
enum { NOT_DIALLED = 1 << BASE_DRAFT | 1 << BASE_PROPOSED | 1 << BASE_APPROVED | 1 << BASE_DECLINED | 1 << BASE_RETIRED };
static const unsigned from[] = {
        [BASE_DRAFT] = 1u << BASE_PROPOSED | 1u << BASE_APPROVED,
        [BASE_PROPOSED] = NOT_DIALLED & ~(1u << BASE_APPROVED),
        [BASE_APPROVED] = 1u << BASE_PROPOSED,
        [BASE_DECLINED] = 1u << BASE_PROPOSED,
        [BASE_ACTIVE] = NOT_DIALLED,
        [BASE_RETIRED] = 1u << BASE_ACTIVE,
};
static const char *const verbs[] = {"withdrawn", "proposed", "agreed", "declined", "approved", "retired"};

int base_move(const struct by *by, struct db *db, struct arena *a, int64_t id, enum base_state to, struct base *ret,
        struct fault *f)
{
	struct base was;
	int err = entity_get(&base_entity, db, a, id, &was, f);

	if (!err && !(from[to] & 1u << was.state))
		err = fail(f, EALREADY, "state", "wrong_state", "a base that is %s cannot become %s", base_states[was.state],
		        base_states[to]);
	if (err)
		return err;
	*ret = was;
	ret->state = to;
	if (to == BASE_APPROVED || (to == BASE_ACTIVE && was.state != BASE_APPROVED)) {
		ret->approved_by = by->who ? by->who->user_id : 0;
		ret->approved_at = by->now;
	}
	if (was.state == (int)to)
		return 0;
	err = entity_update(&base_entity, db, a, ret, f);
	return err ? err : resource_changed(&base_resource, by, db, a, verbs[to], &was, ret, f);
}

struct moving {
	struct request *q;
	struct base b;
	enum base_state to;
};

static int move_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct by by = request_by(m->q);

	return base_move(&by, db, a, m->q->id[0], m->to, &m->b, f);
}

static int move(struct request *q, enum base_state to)
{
	struct moving m = {.q = q, .to = to};
	int err = resource_find(&base_resource, q, q->id[0], &m.b);

	if (!err && to == BASE_ACTIVE)
		err = project_by_customer(q->db, q->a, m.b.project_id, &q->fault);
	if (!err)
		err = request_write(q, move_write, &m);
	if (!err)
		request_give(q, &base_entity.shape, &m.b);
	return err;
}

static int base_approve(struct request *q)
{
	return move(q, BASE_ACTIVE);
}

static int base_retire(struct request *q)
{
	return move(q, BASE_RETIRED);
}

static const struct route routes[] = {
        {HTTP_POST, "/bases/{id}/approve", MAY_RUN_PROJECT, base_approve, "The base may be dialled",
                .gives = &base_entity.shape},
        {HTTP_POST, "/bases/{id}/retire", MAY_RUN_PROJECT, base_retire, "The base is not dialled any more",
                .gives = &base_entity.shape},
        {0},
};
static const struct resource *const resources[] = {&base_resource, NULL};

const struct module base_module = {.name = "base", .resources = resources, .routes = routes};
