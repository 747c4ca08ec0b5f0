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

struct moving {
	struct request *q;
	struct base b;
	enum base_state to;
	const char *verb;
};

static int move_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct base was;
	int err = entity_get(&base_entity, db, a, m->b.id, &m->b, f);

	if (err)
		return err;
	if ((m->to == BASE_RETIRED) != (m->b.state == BASE_ACTIVE))
		return fail(f, EALREADY, "state", "wrong_state", "a base that is %s cannot become %s",
		        base_states[m->b.state], base_states[m->to]);
	was = m->b;
	m->b.state = m->to;
	if (m->to == BASE_ACTIVE) {
		m->b.approved_by = m->q->who->user_id;
		m->b.approved_at = m->q->now;
	}
	err = entity_update(&base_entity, db, a, &m->b, f);
	return err ? err : request_changed(m->q, db, &base_resource, m->verb, &was, &m->b, f);
}

static int base_move(struct request *q, enum base_state to, const char *verb)
{
	struct moving m = {.q = q, .to = to, .verb = verb};
	int err = resource_find(&base_resource, q, q->id[0], &m.b);

	if (!err)
		err = request_write(q, move_write, &m);
	if (!err)
		request_give(q, &base_entity.shape, &m.b);
	return err;
}

static int base_approve(struct request *q)
{
	return base_move(q, BASE_ACTIVE, "approved");
}

static int base_retire(struct request *q)
{
	return base_move(q, BASE_RETIRED, "retired");
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
