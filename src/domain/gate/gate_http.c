/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_http.c - «why is it not dialled» for a contact, what holds for a project, and the waterfall of a base. */
#include "base/clock.h"
#include "domain/gate/gate.h"
#include "domain/gate/gate_schema.h"
#include "domain/role/role.h"

static void put_int_or_null(struct json_out *w, const char *key, int64_t n)
{
	json_key(w, key);
	if (n)
		json_add_int(w, n);
	else
		json_add_null(w);
}

static int put_refusals(struct db *db, struct arena *a, int64_t contact_id, struct json_out *w, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, "SELECT at, rule, number FROM refusal WHERE contact_id = ?1 ORDER BY id DESC LIMIT 10",
	        VALS(V(contact_id)), &r, f);

	json_key(w, "refusals");
	json_open(w, '[');
	while (!err && !(err = rows_next(&r, f))) {
		json_open(w, '{');
		json_key(w, "at");
		json_add_int(w, rows_int(&r, 0));
		json_key(w, "rule");
		json_add_text(w, rows_str(&r, 1));
		json_key(w, "number");
		json_add_text(w, rows_str(&r, 2));
		json_close(w, '}');
	}
	rows_done(&r);
	json_close(w, ']');
	return err == ENOENT ? 0 : err;
}

int gate_why(struct db *db, struct arena *a, const struct gate_contact *c, const struct gate_answer *answer,
        struct json_out *w, struct fault *f)
{
	struct val source = {0};
	int err = answer->rule_id
	                  ? db_one(db, a, "SELECT source FROM rule WHERE id = ?1", VALS(V(answer->rule_id)), &source, 1, f)
	                  : 0;

	if (err && err != ENOENT)
		return err;
	json_open(w, '{');
	json_key(w, "may");
	json_add_bool(w, answer->allowed);
	json_key(w, "rule");
	json_add_text(w, str_of(gate_rule_names[answer->rule]));
	json_key(w, "what");
	json_add_text(w, str_of(gate_rule_what(answer->rule)));
	put_int_or_null(w, "until", answer->until);
	put_int_or_null(w, "rule_id", answer->rule_id);
	json_key(w, "source");
	json_add_text(w, val_str(source));
	err = put_refusals(db, a, c->id, w, f);
	json_close(w, '}');
	return err;
}

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
	return gate_why(q->db, q->a, &c, &answer, &q->out, &q->fault);
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
		if (err || open || query_full(sql))
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

#define OF_NUMBER \
	"o.e164 = h.e164 AND o.customer_id = p.customer_id AND (o.project_id IS NULL OR o.project_id = p.id) AND o.kind <> 'recording'"
/* No good number of the contact has a consent where the law asks for one, or has it still. */
static void consent_step(const struct gate_project *p, int64_t now, struct query *sql)
{
	query_add(sql,
	        " WHEN NOT EXISTS (SELECT 1 FROM phone h JOIN project p ON p.id = h.project_id WHERE h.contact_id = c.id AND h.state = "
	        "'good' AND (");
	if (!p->law.of[RULE_CONSENT].value)
		query_add(sql, "NOT EXISTS (SELECT 1 FROM consent o WHERE " OF_NUMBER " AND o.revoked_at IS NOT NULL) OR ");
	query_add(sql, "EXISTS (SELECT 1 FROM consent o WHERE " OF_NUMBER " AND " CONSENT_STANDS("o", "p.id"));
	if (p->purpose == PURPOSE_ADVERTISING)
		query_add(sql, " AND o.kind = 'advertising'");
	query_add(sql, " AND o.given_at <= ");
	query_val(sql, V(now));
	query_add(sql, "))) THEN 'consent'");
}

/* The gate's rules as one CASE, in their order, so that every contact of the base falls on exactly one step. */
static int waterfall_query(struct request *q, const struct gate_project *p, int64_t base_id, bool active, struct query *sql)
{
	int err;

	query_add(sql,
	        "SELECT code, COUNT(*) FROM (SELECT CASE WHEN c.state = 'closed' THEN 'closed_' || COALESCE(c.closed_reason, 'result') WHEN c.state = "
	        "'reserved' THEN 'reserved' WHEN NOT EXISTS (SELECT 1 FROM phone h WHERE h.contact_id = c.id AND h.state = 'good' AND NOT EXISTS "
	        "(SELECT 1 FROM do_not_call d WHERE d.e164 = h.e164 AND (d.level = 'all' OR (d.level = 'customer' AND d.owner_id = ");
	query_val(sql, V(p->customer_id));
	query_add(sql, ") OR (d.level = 'project' AND d.owner_id = ");
	query_val(sql, V(p->id));
	query_add(sql,
	        ") OR (d.level = 'register' AND d.owner_id IN (SELECT id FROM register WHERE disabled = 0 AND jurisdiction = ");
	query_val(sql, V(p->jurisdiction));
	query_add(sql,
	        "))))) THEN CASE WHEN EXISTS (SELECT 1 FROM phone h WHERE h.contact_id = c.id AND h.state = 'good') THEN "
	        "'do_not_call' ELSE 'no_number' END");
	consent_step(p, q->now, sql);
	if (p->quotas) {
		query_add(sql,
		        " WHEN EXISTS (SELECT 1 FROM quota u WHERE u.filled_at IS NOT NULL AND u.value = CASE u.field WHEN 'city' THEN c.city WHEN "
		        "'industry' THEN c.industry ELSE c.timezone END AND u.project_id = ");
		query_val(sql, V(p->id));
		query_add(sql, ") THEN 'quota_full'");
	}
	err = closed_zones(q, p, base_id, sql);
	if (err)
		return err;
	query_add(sql, " WHEN c.id IN (SELECT k.contact_id FROM callback k WHERE k.project_id = ");
	query_val(sql, V(p->id));
	query_add(sql, " AND k.state = 'open' AND k.due_at > ");
	query_val(sql, V(q->now));
	query_add(sql, ") THEN 'callback_later' WHEN c.attempts >= ");
	query_val(sql, V(p->rules.total));
	query_add(sql, " THEN 'attempts_total' WHEN c.state = 'due' AND c.due_at > ");
	query_val(sql, V(q->now));
	query_add(sql, " THEN 'gap'");
	if (gate_of_project(p) != GATE_OK) {
		query_add(sql, " WHEN 1 = 1 THEN ");
		query_val(sql, V(str_of(gate_rule_names[gate_of_project(p)])));
	}
	if (!active)
		query_add(sql, " WHEN 1 = 1 THEN 'base_not_active'");
	if (gate_agreed(p) != GATE_OK) {
		query_add(sql, " WHEN 1 = 1 THEN ");
		query_val(sql, V(str_of(gate_rule_names[gate_agreed(p)])));
	}
	if (!p->running)
		query_add(sql, " WHEN 1 = 1 THEN 'project_not_running'");
	if (!p->trunk_up)
		query_add(sql, " WHEN 1 = 1 THEN 'trunk_down'");
	else if (!p->trunk_room)
		query_add(sql, " WHEN 1 = 1 THEN 'trunk_hour'");
	query_add(sql, " ELSE 'diallable' END AS code FROM contact c WHERE c.state <> 'hidden' AND c.base_id = ");
	query_val(sql, V(base_id));
	query_add(sql, ") x GROUP BY code");
	return 0;
}

static const char *const waterfall_codes[] = {"closed_result", "closed_attempts", "closed_do_not_call", "closed_no_number",
        "closed_finished", "closed_undone", "reserved", "no_number", "do_not_call", "consent", "quota_full", "hours",
        "callback_later", "attempts_total", "gap", "automatic", "caller_number", "register_old", "record_notice",
        "base_not_active", "script_not_active", "flow_not_chosen", "project_not_running", "trunk_down", "trunk_hour",
        "diallable", NULL};

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

static int rule_line(struct request *q, const struct rows *r)
{
	struct json_out *w = &q->out;
	struct rule rule;
	int err = entity_get(&rule_entity, q->db, q->a, rows_int(r, 0), &rule, &q->fault);

	if (err)
		return err;
	json_open(w, '{');
	shape_members_to_json(&rule_entity.shape, &rule, q->who, false, w);
	json_key(w, "applies");
	json_add_bool(w, rows_int(r, 1) != 0);
	put_int_or_null(w, "exception_id", rows_int(r, 2));
	json_key(w, "exception_version");
	json_add_int(w, rows_int(r, 3));
	json_key(w, "reason");
	json_add_text(w, rows_str(r, 4));
	json_close(w, '}');
	return 0;
}

/* What holds for a project, row by row, and whether it keeps the project from dialling at all. */
static int project_rules(struct request *q)
{
	struct gate_project p;
	struct rows r;
	enum gate_rule blocks;
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err)
		err = gate_project(q->db, q->a, q->id[0], &p, &q->fault);
	if (err)
		return err;
	p.by_hand = p.mode == MODE_PREVIEW;
	blocks = gate_of_project(&p);
	json_open(&q->out, '{');
	json_key(&q->out, "blocks");
	json_add_text(&q->out, blocks ? str_of(gate_rule_names[blocks]) : (str){0});
	json_key(&q->out, "rules");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a,
	        "SELECT r.id, COALESCE(e.applies, 1 - r.disabled), e.id, e.version, e.reason FROM rule r JOIN project p ON p.id = ?1 AND "
	        "p.jurisdiction = r.jurisdiction AND (r.purpose IS NULL OR r.purpose = p.purpose) LEFT JOIN rule_exception e ON "
	        "e.rule_id = r.id AND e.project_id = ?1 WHERE p.purpose IS NOT NULL ORDER BY r.kind, r.id",
	        VALS(V(q->id[0])), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		err = rule_line(q, &r);
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/rules", MAY_RUN_PROJECT, project_rules,
                "The rules of its jurisdiction and purpose, which of them hold, and what keeps it from dialling",
                .gives_raw = "application/json", .schema = PROJECT_RULES_SCHEMA},
        {HTTP_GET, "/contacts/{id}/why", MAY_SEE_PROJECTS, contact_why,
                "May the contact be dialled now, and if not, by which rule", .gives_raw = "application/json",
                .schema = WHY_SCHEMA},
        {HTTP_GET, "/bases/{id}/waterfall", MAY_SEE_BASE, base_waterfall,
                "How many contacts of the base each rule keeps from being dialled now", .gives_raw = "application/json",
                .schema = WATERFALL_SCHEMA},
        {HTTP_POST, "/registers/{id}/numbers", MAY_CHANGE_RULES, register_add, "Add the numbers of a file, one a row",
                .upload = true, .gives_raw = "application/json", .schema = REGISTER_LOADED_SCHEMA},
        {HTTP_PUT, "/registers/{id}/numbers", MAY_CHANGE_RULES, register_replace,
                "The file is the whole register: numbers that are not in it leave", .upload = true,
                .gives_raw = "application/json", .schema = REGISTER_LOADED_SCHEMA},
        {0},
};
static const struct resource *const resources[] = {
        &do_not_call_resource, &register_resource, &consent_resource, &range_resource, &quota_resource, NULL};
const struct module gate_module = {.name = "gate", .resources = resources, .routes = routes};
