/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.c - fields and rules of our numbers. */
#include "domain/number/number.h"

#include "domain/role/role.h"

#define ENTITY struct number
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_PHONE(e164, "The number people call", .flags = REQUIRED | SEARCHED),
        F_STR(alias, 1, 64, "What the carrier's calls name instead of it: a login, a short number", .flags = NULLABLE),
        F_REF(trunk_id, "trunk", "The trunk it comes over; null: any", .flags = NULLABLE | STAFF_ONLY),
        F_REF(queue_id, "queue", "The queue it leads to", .flags = REQUIRED),
        F_REF(flow_id, "call_flow", "What is heard before; null: straight to the queue", .flags = NULLABLE),
        F_STR(source, 1, 100, "Where people have it from: the advertising channel; new callers are registered with it",
                .flags = NULLABLE | SEARCHED),
        F_BOOL(disabled, "Not answered"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
const struct entity number_entity = ENTITY_OF(number, fields, "number", "A number of ours that people call");

static void fill(struct request *q, void *new)
{
	((struct number *)new)->created_at = q->now;
}

static bool plain(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct number *n = new;
	struct val project, flow[2];
	int err;

	(void)old;
	if (!n)
		return 0;
	if (!plain(n->alias))
		return fail(&q->fault, EINVAL, "alias", "text", "one word, without spaces");
	err = db_one(
	        q->db, q->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(n->queue_id)), &project, 1, &q->fault);
	if (!err && val_int(project) != n->project_id)
		return fail(&q->fault, EINVAL, "queue_id", "other_project", "the queue is another project's");
	if (err || !n->flow_id)
		return err;
	err = db_one(
	        q->db, q->a, "SELECT project_id, running FROM flow WHERE id = ?1", VALS(V(n->flow_id)), flow, 2, &q->fault);
	if (!err && val_int(flow[0]) != n->project_id)
		return fail(&q->fault, EINVAL, "flow_id", "other_project", "the flow is another project's");
	if (!err && !val_int(flow[1]))
		return fail(&q->fault, EINVAL, "flow_id", "flow_not_running",
		        "no version of this flow runs yet: publish one, or propose it to the customer");
	return err;
}

static const struct resource number_resource = {
        .entity = &number_entity,
        .path = "/projects/{project_id}/numbers",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "e164",
        .check = check,
        .fill = fill,
};

int number_rows(struct db *db, struct arena *a, int64_t node_id, struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, MESSAGE_ROWS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT n.e164, n.alias, n.trunk_id, n.project_id, n.queue_id, p.records, n.flow_id, p.after_flow_id, (SELECT e.address FROM placement l JOIN "
	        "node e ON e.id = l.node_id WHERE l.project_id = n.project_id AND l.node_id <> ?1) FROM number n JOIN project p ON p.id = "
	        "n.project_id WHERE n.disabled = 0 AND p.state = 'running' ORDER BY n.id LIMIT 2000",
	        VALS(V(node_id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		rows[n++] = (struct message){.kind = ROW_NUMBER,
		        .number = rows_str(&r, 0),
		        .alias = rows_str(&r, 1),
		        .trunk = rows_int(&r, 2),
		        .project = rows_int(&r, 3),
		        .queue = rows_int(&r, 4),
		        .records = rows_int(&r, 5) != 0,
		        .flow = rows_int(&r, 6),
		        .after = rows_int(&r, 7),
		        .host = rows_str(&r, 8)};
	rows_done(&r);
	if (err != ENOENT)
		return err;
	*ret = (struct message_rows){rows, n};
	return 0;
}

static const struct resource *const resources[] = {&number_resource, NULL};
const struct module number_module = {.name = "number", .resources = resources};
