/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_http.c - the do-not-call list, «why is it not dialled» for a contact, and the waterfall of a base. */
#include "base/clock.h"
#include "domain/gate/gate.h"
#include "domain/gate/gate_schema.h"
#include "domain/role/role.h"

struct do_not_call {
	int64_t id, version;
	str e164;
	int level;
	int64_t customer_id, project_id, owner_id;
	str reason;
	int64_t call_id, author_id, created_at;
};
enum { LEVEL_ALL, LEVEL_CUSTOMER, LEVEL_PROJECT };
static const char *const levels[] = {"all", "customer", "project", NULL};

#define ENTITY struct do_not_call
static const struct field do_not_call_fields[] = {
        F_ID(),
        F_VERSION(),
        F_PHONE(e164, "The number", .flags = REQUIRED | FIXED | SEARCHED),
        F_WORD(level, levels, "Whose calls it forbids: everybody's, a customer's, a project's", .flags = REQUIRED | FIXED),
        F_REF(customer_id, "customer", "The customer of the level customer", .flags = NULLABLE | FIXED),
        F_REF(project_id, "project", "The project of the level project", .flags = NULLABLE | FIXED),
        F_INT(owner_id, 0, 0, "Number of that customer or project, 0 for all", .flags = GIVEN | UNLISTED),
        F_STR(reason, 0, 300, "Why", .flags = NULLABLE | SEARCHED),
        F_REF(call_id, "journal", "The call in which it was asked", .flags = GIVEN | NULLABLE),
        F_REF(author_id, "user", "Who wrote it down", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
static const struct entity do_not_call_entity =
        ENTITY_OF(do_not_call, do_not_call_fields, "do_not_call", "A number that is not called");

static int do_not_call_check(struct request *q, const void *old, void *new)
{
	struct do_not_call *r = new;

	(void)old;
	if (!r)
		return 0;
	if ((r->level == LEVEL_CUSTOMER) != (r->customer_id != 0))
		return fail(&q->fault, EINVAL, "customer_id", "level", "the level customer, and only it, names a customer");
	if ((r->level == LEVEL_PROJECT) != (r->project_id != 0))
		return fail(&q->fault, EINVAL, "project_id", "level", "the level project, and only it, names a project");
	r->owner_id = r->level == LEVEL_CUSTOMER ? r->customer_id : r->project_id;
	return 0;
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

static const struct resource do_not_call_resource = {
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

static int contact_why(struct request *q)
{
	struct gate_project p;
	struct gate_contact c;
	struct gate_phone phone;
	struct gate_answer answer;
	int64_t left;
	int err = gate_contact(q->db, q->a, q->id[0], &c, &q->fault);

	if (!err)
		err = access_project(q->db, q->a, q->who, c.project_id, &q->fault);
	if (!err)
		err = gate_project(q->db, q->a, c.project_id, &p, &q->fault);
	if (!err)
		err = gate_phone(q->db, q->a, c.id, c.callback_phone_id, &phone, &left, &q->fault);
	if (!err)
		err = gate_decide(q->db, q->a, &p, &c, phone.e164, false, q->now, &answer, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "may");
	json_add_bool(&q->out, answer.allowed);
	json_key(&q->out, "rule");
	json_add_text(&q->out, str_of(gate_rule_names[answer.rule]));
	json_key(&q->out, "what");
	json_add_text(&q->out, str_of(gate_rule_what(answer.rule)));
	json_key(&q->out, "until");
	if (answer.until)
		json_add_int(&q->out, answer.until);
	else
		json_add_null(&q->out);
	json_close(&q->out, '}');
	return 0;
}

/* A zone of the base outside its calling hours now: " WHEN c.timezone = ?n THEN 'hours'". The contacts without a zone of their own
 * are counted by the project's. */
static int closed_zones(struct request *q, const struct gate_project *p, int64_t base_id, struct query *sql)
{
	struct rows r;
	bool open;
	int64_t until;
	int err = db_ask(
	        q->db, q->a, "SELECT DISTINCT timezone FROM contact WHERE base_id = ?1", VALS(V(base_id)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault))) {
		str zone = rows_str(&r, 0);
		err = gate_open(p, gate_zone(p, zone, (str){0}), q->now, &open, &until, &q->fault);
		if (err || open || sql->n > QUERY_VALS - 20)
			continue;
		if (zone.p) {
			query_add(sql, " WHEN c.timezone = ");
			query_val(sql, V(zone));
		} else {
			query_add(sql, " WHEN c.timezone IS NULL");
		}
		query_add(sql, " THEN 'hours'");
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* The gate's rules as one CASE, in their order, so that every contact of the base falls on exactly one step. */
static int waterfall_query(struct request *q, const struct gate_project *p, int64_t base_id, bool active, struct query *sql)
{
	int err;

	query_add(sql,
	        "SELECT code, COUNT(*) FROM (SELECT CASE WHEN c.state = 'closed' THEN 'closed_' || "
	        "COALESCE(c.closed_reason, "
	        "'result') WHEN c.state = 'reserved' THEN 'reserved' WHEN NOT EXISTS (SELECT 1 FROM phone h WHERE "
	        "h.contact_id "
	        "= c.id AND h.state = 'good') THEN 'no_number' WHEN NOT EXISTS (SELECT 1 FROM phone h WHERE h.contact_id = "
	        "c.id AND h.state = 'good' AND NOT EXISTS (SELECT 1 FROM do_not_call d WHERE d.e164 = h.e164 AND (d.level = "
	        "'all' OR (d.level = 'customer' AND d.owner_id = ");
	query_val(sql, V(p->customer_id));
	query_add(sql, ") OR (d.level = 'project' AND d.owner_id = ");
	query_val(sql, V(p->id));
	query_add(sql, ")))) THEN 'do_not_call'");
	err = closed_zones(q, p, base_id, sql);
	if (err)
		return err;
	query_add(sql,
	        " WHEN EXISTS (SELECT 1 FROM callback k WHERE k.contact_id = c.id AND k.state = 'open' AND k.due_at > ");
	query_val(sql, V(q->now));
	query_add(sql, ") THEN 'callback_later' WHEN c.attempts >= ");
	query_val(sql, V(p->rules.total));
	query_add(sql, " THEN 'attempts_total' WHEN c.state = 'due' AND c.due_at > ");
	query_val(sql, V(q->now));
	query_add(sql, " THEN 'gap'");
	if (!active)
		query_add(sql, " WHEN 1 = 1 THEN 'base_not_active'");
	if (!p->script_version_id)
		query_add(sql, " WHEN 1 = 1 THEN 'script_not_active'");
	if (!p->running)
		query_add(sql, " WHEN 1 = 1 THEN 'project_not_running'");
	if (!p->trunk_up)
		query_add(sql, " WHEN 1 = 1 THEN 'trunk_down'");
	query_add(sql, " ELSE 'diallable' END AS code FROM contact c WHERE c.state <> 'hidden' AND c.base_id = ");
	query_val(sql, V(base_id));
	query_add(sql, ") x GROUP BY code");
	return 0;
}

static const char *const waterfall_codes[] = {"closed_result", "closed_attempts", "closed_do_not_call", "closed_no_number",
        "closed_finished", "closed_undone", "reserved", "no_number", "do_not_call", "hours", "callback_later",
        "attempts_total", "gap", "base_not_active", "script_not_active", "project_not_running", "trunk_down", "diallable",
        NULL};

static int waterfall_print(struct request *q, struct query *sql)
{
	int64_t counts[COUNT(waterfall_codes)] = {0}, loaded = 0;
	struct rows r;
	int err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault))) {
		int i = call_word(waterfall_codes, rows_str(&r, 0));
		loaded += rows_int(&r, 1);
		if (i >= 0)
			counts[i] += rows_int(&r, 1);
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "loaded");
	json_add_int(&q->out, loaded);
	json_key(&q->out, "diallable");
	json_add_int(&q->out, counts[COUNT(waterfall_codes) - 2]);
	json_key(&q->out, "steps");
	json_open(&q->out, '[');
	for (size_t i = 0; waterfall_codes[i + 1]; i++) {
		if (!counts[i])
			continue;
		json_open(&q->out, '{');
		json_key(&q->out, "code");
		json_add_text(&q->out, str_of(waterfall_codes[i]));
		json_key(&q->out, "contacts");
		json_add_int(&q->out, counts[i]);
		json_close(&q->out, '}');
	}
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

static int base_waterfall(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct gate_project p;
	struct val v[2];
	int err =
	        db_one(q->db, q->a, "SELECT project_id, state FROM base WHERE id = ?1", VALS(V(q->id[0])), v, 2, &q->fault);

	if (!err)
		err = access_project(q->db, q->a, q->who, val_int(v[0]), &q->fault);
	if (!err)
		err = gate_project(q->db, q->a, val_int(v[0]), &p, &q->fault);
	if (!err)
		err = waterfall_query(q, &p, q->id[0], str_eq(val_str(v[1]), STR("active")), sql);
	return err ? err : waterfall_print(q, sql);
}

static const struct route routes[] = {
        {HTTP_GET, "/contacts/{id}/why", MAY_SEE_PROJECTS, contact_why,
                "May the contact be dialled now, and if not, by which rule", .gives_raw = "application/json",
                .schema = WHY_SCHEMA},
        {HTTP_GET, "/bases/{id}/waterfall", MAY_SEE_BASE, base_waterfall,
                "How many contacts of the base each rule keeps from being dialled now", .gives_raw = "application/json",
                .schema = WATERFALL_SCHEMA},
        {0},
};
static const struct resource *const resources[] = {&do_not_call_resource, NULL};
const struct module gate_module = {.name = "gate", .resources = resources, .routes = routes};
