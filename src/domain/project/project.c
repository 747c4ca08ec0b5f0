/* SPDX-License-Identifier: GPL-3.0-or-later */
/* project.c - the fields of a project and of its members, and the rules across them. */
#include "base/utf8.h"
#include "callflow/operator.h"
#include "domain/project/project_priv.h"
#include "domain/project/project_schema.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"
#include "kit/phone/phone.h"

const char *const project_types[] = {
        "cold_calls", "inbound_line", "survey", "after_sale", "win_back", "base_processing", "remote_manager", NULL};
const char *const project_states[] = {"draft", "handed_over", "ready", "running", "stopped", "finished", NULL};
const char *const project_modes[] = {"manual", "preview", "progressive", "predictive", "agentless", NULL};
const char *const abandon_windows[] = {"day", "month", NULL};
const char *const takes_first_words[] = {"retries", "fresh", NULL};
const char *const promised_when_words[] = {"first", "in_turn", NULL};
const char *const fresh_by_words[] = {"base", "quota", NULL};
static const char *const languages[] = {"ru", "en", NULL};

#define HOURS_SCHEMA \
	"{\"type\":\"array\",\"minItems\":7,\"maxItems\":7,\"items\":{\"oneOf\":[{\"type\":\"null\"}," \
	"{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1440}" \
	"}]}}"
#define WORKING_DAYS "[[540,1260],[540,1260],[540,1260],[540,1260],[540,1260],null,null]"

#define ENTITY struct project
static const struct field project_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(customer_id, "customer", "Who pays for it", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 200, "Name, unique among the customer's projects", .flags = REQUIRED | SEARCHED),
        F_WORD(type, project_types, "What kind of work it is", .flags = REQUIRED),
        F_WORD(state, project_states, "Where it is in its life", .flags = GIVEN),
        F_STR(stopped_reason, 0, 1000, "Why it was stopped", .flags = NULLABLE | GIVEN | UNSORTED),
        F_TIME(stopped_at, "When it was stopped", .flags = NULLABLE | GIVEN),
        F_REF(pm_id, "user", "Project manager", .flags = NULLABLE),
        F_WORD(mode, project_modes, "How contacts are dialled"),
        F_STR(goal, 0, 2000, "Goal of a call: what counts as success", .flags = NULLABLE | UNSORTED),
        F_STR(offer, 0, 4000, "What is offered", .flags = NULLABLE | UNSORTED),
        F_STR(task, 0, 4000, "The customer's task, from the hand-over", .flags = NULLABLE | UNSORTED),
        F_INT(volume_dialogues, 0, 10000000, "Dialogues ordered"),
        F_INT(plan_per_day, 0, 100000, "Dialogues planned for a working day"),
        F_DATE(starts_on, "First day of the term", .flags = NULLABLE),
        F_DATE(ends_on, "Last day of the term", .flags = NULLABLE),
        F_STR(timezone, 1, 64, "Time zone of the project: of its letters, and of contacts whose own is unknown"),
        F_WORD(language, languages, "Language of its letters"),
        F_REF(trunk_id, "trunk", "Line it dials over", .flags = NULLABLE | STAFF_ONLY),
        F_PHONE(caller_number, "Number the called party sees; the line's own when empty", .flags = NULLABLE | STAFF_ONLY),
        F_STR(caller_label, 0, CALLER_LABEL_MAX, "Name shown with the number, where carriers pass it on",
                .flags = NULLABLE | STAFF_ONLY),
        F_INT(ring_s, 10, 120, "How long it rings before «no answer», s"),
        F_INT(wrap_up_s, 0, 600, "Time to save the result after a talk, s"),
        F_INT(preview_s, 5, 600, "Time to look at a card before it is passed on, s"),
        F_WORD(preview_then, operator_preview_names,
                "What happens when that time is over: he pauses and the card goes back, the next card, or it is dialled"),
        F_INT(dialogue_s, 0, 600, "A talk at least this long is a dialogue, s"),
        F_INT(attempts_total, 1, 50, "Attempts a contact gets in all"),
        F_INT(attempts_day, 1, 20, "Attempts a contact gets in a day"),
        F_INT(attempts_week, 1, 50, "Attempts a number gets in seven days"),
        F_INT(attempt_gap_min, 0, 10080, "Least time between two attempts, min"),
        F_INT(stick_min, 0, 1440,
                "A retry waits so long for the operator who talked last, while he is at work here, min; 0: anybody's at once"),
        F_WORD(takes_first, takes_first_words, "After what was promised: retries that are due, or contacts never called"),
        F_WORD(promised_when, promised_when_words,
                "A promised call that is due: before all others, or in its turn among the retries; never behind contacts never called"),
        F_WORD(fresh_by, fresh_by_words,
                "Contacts never called: base by base from the east, or those whose quota is filled least"),
        F_JSON(hours, HOURS_SCHEMA,
                "Calling hours by weekday, Monday first: minutes of the called party's day [from, to), or null",
                .flags = UNSORTED),
        F_BOOL(calls_days_off, "Official days off are dialled as well"),
        F_STR(jurisdiction, 2, 2, "Country whose rules hold, by two letters"),
        F_WORD(purpose, purpose_words, "What the calls are for: decides which rules hold; empty: not said, none holds",
                .flags = NULLABLE),
        F_REAL(abandon_max, 1, 10, "Predictive: most calls answered by a person that may find no operator within 2 s, %"),
        F_WORD(abandon_window, abandon_windows, "Over what it is counted: a day, or 30 days"),
        F_STR(abandoned_text, 0, 290, "What such a person hears; our name and number when empty",
                .flags = NULLABLE | UNSORTED),
        F_REF(flow_id, "call_flow", "Agentless: what whoever answers hears", .flags = NULLABLE),
        F_INT(lines_max, 1, 1000, "Agentless: calls at once, within what the lines take"),
        F_INT(calls_per_min, 0, 6000, "Agentless: new calls a minute; 0: as many as the lines take"),
        F_STR(machine_text, 0, 500, "Agentless: what an answering machine is left; it is hung up on when empty",
                .flags = NULLABLE | UNSORTED),
        F_REF(after_flow_id, "call_flow", "What a customer is asked when the operator has ended the talk",
                .flags = NULLABLE),
        F_BOOL(amd, "Predictive and agentless: answering machines are told from people first", .flags = GIVEN | STAFF_ONLY),
        F_BOOL(records, "Calls are recorded"),
        F_BOOL(record_notice, "The called party is told of the recording at the start"),
        F_STR(notice_text, 0, 290, "What our voice then says to both at the start of the talk; empty: the operator says it",
                .flags = NULLABLE | UNSORTED),
        F_BOOL(letter_on, "The evening letter is sent"),
        F_INT(letter_minute, 0, 1439, "When it is sent: minute of the project's day"),
        F_STR(letter_to, 0, 1000, "Addresses of the evening letter, separated by commas", .flags = NULLABLE | UNSORTED),
        F_INT(link_days, 1, 365, "How many days the link of a letter opens the report"),
        F_INT(accept_days, 0, 30, "Working days the customer has to reject a lead; 0: leads are not accepted one by one"),
        F_BOOL(customer_approves,
                "Changes of script, base and strategy are approved by the customer before they are dialled"),
        F_STR(peculiarities, 0, 4000, "What is peculiar about the customer; never shown to him",
                .flags = NULLABLE | STAFF_ONLY | UNSORTED),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
#define ENTITY struct member
static const struct field member_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project", .flags = REQUIRED | FIXED),
        F_REF(user_id, "user", "Who works in it", .flags = REQUIRED | FIXED),
        F_TIME(created_at, "Since when", .flags = GIVEN),
};
#undef ENTITY

const struct entity project_entity =
        ENTITY_OF(project, project_fields, "project", "What a customer ordered and how it is dialled");
const struct entity member_entity = ENTITY_OF(member, member_fields, "member", "A person's place in a project");

int hours_parse(struct arena *a, str text, struct hours *ret, struct fault *f)
{
	struct hours h = {0};
	struct json doc;
	int err = json_parse(a, text, &doc, f);

	if (!err && (json_kind(doc) != JSON_ARRAY || json_count(doc) != 7))
		err = EINVAL;
	for (size_t i = 0; !err && i < 7; i++) {
		struct json day = json_at(doc, i);
		int64_t from, to;
		if (json_kind(day) == JSON_NULL)
			continue;
		if (json_count(day) != 2 || !json_int(json_at(day, 0), &from) || !json_int(json_at(day, 1), &to) ||
		        from < 0 || from >= to || to > 1440)
			err = EINVAL;
		else
			h.from[i] = (int)from, h.to[i] = (int)to;
	}
	if (err)
		return fail(
		        f, EINVAL, "hours", "hours", "seven days are needed, Monday first: null or [from, to] in minutes");
	*ret = h;
	return 0;
}

static void project_fill(struct request *q, void *new)
{
	struct project *p = new;

	p->created_at = q->now;
	p->mode = MODE_PROGRESSIVE;
	p->timezone = STR("Europe/Moscow");
	p->hours = STR(WORKING_DAYS);
	p->ring_s = 30;
	p->wrap_up_s = 30;
	p->preview_s = 30;
	p->dialogue_s = 20;
	p->attempts_total = 10;
	p->attempts_day = 3;
	p->attempts_week = 7;
	p->jurisdiction = STR("RU");
	p->attempt_gap_min = 120;
	p->abandon_max = 3;
	p->lines_max = 10;
	p->records = true;
	p->letter_on = true;
	p->letter_minute = 19 * 60;
	p->link_days = 14;
	p->accept_days = 3;
	if (q->who->role && str_eq(str_of(q->who->role->name), STR("project_manager")))
		p->pm_id = q->who->user_id;
}

/* It stands between quotes in a SIP header, and the law bounds its length. */
static int label_check(struct request *q, const struct project *p)
{
	struct law law;
	int64_t most;
	int err;

	for (size_t i = 0; i < p->caller_label.n; i++)
		if ((unsigned char)p->caller_label.p[i] < ' ' || p->caller_label.p[i] == '"' || p->caller_label.p[i] == '\\')
			return fail(
			        &q->fault, EINVAL, "caller_label", "text", "no quotes, backslashes or control characters");
	err = law_load(q->db, q->a, p->id, p->jurisdiction, (enum purpose)p->purpose, q->now, &law, &q->fault);
	most = err ? 0 : law.of[RULE_CALLER_LABEL].value;
	if (most && (int64_t)utf8_count(p->caller_label) > most)
		return fail(&q->fault, EINVAL, "caller_label", "label_long", "the rules allow at most %lld characters here",
		        (long long)most);
	return err;
}

/* Does it lead to people, or record? Its steps are checked where flows are; here only their kinds matter. */
static bool flow_leads_on_text(struct arena *a, str graph)
{
	struct json doc, steps;

	if (json_parse(a, graph, &doc, NULL))
		return false;
	steps = json_get(doc, "nodes");
	for (size_t i = 0; i < json_count(steps); i++) {
		str type = json_get_text(json_at(steps, i), "type");
		if (str_eq(type, STR("queue")) || str_eq(type, STR("outside")) || str_eq(type, STR("voicemail")))
			return true;
	}
	return false;
}

/* Flows of its own; what follows a talk leads to nobody. */
static int flows_check(struct request *q, const struct project *p)
{
	int64_t ids[] = {p->flow_id, p->after_flow_id};
	static const char *const fields[] = {"flow_id", "after_flow_id"};
	struct val v;
	int err = 0;

	for (size_t i = 0; i < COUNT(ids) && !err; i++) {
		if (!ids[i])
			continue;
		err = db_one(q->db, q->a, "SELECT graph FROM flow WHERE id = ?1 AND project_id = ?2",
		        VALS(V(ids[i]), V(p->id)), &v, 1, &q->fault);
		if (err == ENOENT)
			err = fail(&q->fault, EINVAL, fields[i], "other_project", "the flow is another project's");
		else if (!err && !val_str(v).n)
			err = fail(&q->fault, EINVAL, fields[i], "flow_not_running",
			        "no version of this flow runs yet: publish one, or propose it to the customer");
		else if (!err && i && flow_leads_on_text(q->a, val_str(v)))
			err = fail(&q->fault, EINVAL, fields[i], "flow_after",
			        "this flow follows talks: it may ask and say, and lead to nobody");
	}
	return err;
}

/* Is there anybody at the customer's who could approve? */
static int approver_known(struct request *q, const struct project *p, bool *ret)
{
	struct val v;
	int err = db_one(q->db, q->a,
	        "SELECT (SELECT COUNT(*) FROM customer WHERE id = ?1 AND email IS NOT NULL) + (SELECT COUNT(*) FROM \"user\" "
	        "WHERE customer_id = ?1 AND disabled = 0)",
	        VALS(V(p->customer_id)), &v, 1, &q->fault);

	*ret = !err && val_int(v) > 0;
	return err;
}

/* The customer approves where somebody of his can be asked; who leads the project does not take that from him alone. */
static int approval_check(struct request *q, const struct project *was, struct project *p)
{
	const struct field *field = shape_field(&project_entity.shape, STR("customer_approves"));
	bool said = q->seen >> (field - project_fields) & 1, known = true;
	int err = 0;

	if (!was && !said)
		p->customer_approves = true;
	if (p->customer_approves && (!was || !was->customer_approves))
		err = approver_known(q, p, &known);
	if (!err && !known && !said)
		p->customer_approves = false;
	else if (!err && !known)
		err = fail(&q->fault, EINVAL, "customer_approves", "nobody_to_ask",
		        "the customer has neither a user nor an e-mail address: nobody could approve");
	if (!err && was && was->customer_approves && !p->customer_approves && was->state != PROJECT_DRAFT &&
	        !may(q->who, MAY_CHANGE_CUSTOMERS))
		err = fail(&q->fault, EACCES, "customer_approves", "right",
		        "only a director takes the approval of changes from the customer");
	if (!err && was && was->customer_approves && p->customer_approves)
		err = strategy_fixed(q, was, p);
	return err;
}

/* What sales began gets its manager when its hand-over is complete (domain/handover), not before. */
static int pm_check(struct request *q, const struct project *was, const struct project *p)
{
	struct val v;
	int err;

	if (!p->pm_id || p->pm_id == was->pm_id || was->state != PROJECT_DRAFT)
		return 0;
	err = db_one(q->db, q->a, "SELECT id FROM handover WHERE id = ?1 AND sales_id IS NOT NULL", VALS(V(p->id)), &v, 1,
	        &q->fault);
	return err == ENOENT ? 0
	       : err         ? err
	                     : fail(&q->fault, EINVAL, "pm_id", "not_handed_over", "the project is not handed over yet");
}

static int project_check(struct request *q, const void *old, void *new)
{
	const struct project *was = old, *p = new;
	struct hours ignored;

	if (!p)
		return was->state == PROJECT_DRAFT ? 0
		                                   : fail(&q->fault, EINVAL, "state", "not_draft",
		                                             "only a draft can be removed: finish the project instead");
	if (was && was->state == PROJECT_FINISHED)
		return fail(&q->fault, EINVAL, "state", "finished", "a finished project does not change");
	if (!zone_valid(p->timezone))
		return fail(&q->fault, EINVAL, "timezone", "timezone", "there is no such time zone");
	if (!phone_country_valid(str_z(q->a, p->jurisdiction)))
		return fail(&q->fault, EINVAL, "jurisdiction", "country", "two capital letters of a country: RU, GB, US");
	if (p->starts_on.n && p->ends_on.n && str_cmp(p->ends_on, p->starts_on) < 0)
		return fail(&q->fault, EINVAL, "ends_on", "term", "the term ends before it starts");
	if (p->caller_label.n && label_check(q, p))
		return EINVAL;
	if (was && pm_check(q, was, p))
		return q->fault.err;
	if ((p->flow_id || p->after_flow_id) && flows_check(q, p))
		return q->fault.err;
	if (approval_check(q, was, new))
		return q->fault.err;
	return hours_parse(q->a, p->hours, &ignored, &q->fault);
}

static int project_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct project *was = old, *p = new;

	if (!was)
		return p ? project_first_things(db, p->id, f) : 0;
	/* What it is dialled by when the customer begins to approve is what was agreed so far. */
	if (p && p->customer_approves && !was->customer_approves && p->state >= PROJECT_RUNNING)
		return strategy_keep(q, db, p, f);
	return 0;
}

static void member_fill(struct request *q, void *new)
{
	struct member *m = new;

	m->created_at = q->now;
}

/* People of a customer see their projects by being his people, not as members. */
static int member_check(struct request *q, const void *old, void *new)
{
	const struct member *m = new;
	struct val outside;
	int err;

	(void)old;
	if (!m)
		return 0;
	err = db_one(
	        q->db, q->a, "SELECT customer_id FROM \"user\" WHERE id = ?1", VALS(V(m->user_id)), &outside, 1, &q->fault);
	if (!err && outside.type != VAL_NULL)
		err = fail(&q->fault, EINVAL, "user_id", "outside",
		        "people of a customer see their projects without being members");
	return err;
}

const struct resource project_resource = {
        .entity = &project_entity,
        .path = "/projects",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "id",
        .sort = "-created_at",
        .check = project_check,
        .changed = project_changed,
        .fill = project_fill,
};

static const struct resource member_resource = {
        .entity = &member_entity,
        .path = "/projects/{project_id}/members",
        .read = MAY_SEE_USERS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "created_at",
        .check = member_check,
        .fill = member_fill,
};

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/readiness", MAY_SEE_PROJECTS, project_readiness, "What keeps the project from running",
                .gives_raw = "application/json", .schema = READINESS_SCHEMA},
        {HTTP_POST, "/projects/{id}/ready", MAY_RUN_PROJECT, project_ready, "Everything is there: it may start",
                .gives = &project_entity.shape},
        {HTTP_POST, "/strategies/{id}/copy", MAY_RUN_PROJECT, strategy_copy, "A new draft with the same values",
                .gives = &strategy_entity.shape, .makes = true},
        {HTTP_GET, "/projects/{id}/overview", MAY_SEE_PROJECTS, project_overview,
                "Plan against fact: today, in all, day by day", .gives_raw = "application/json", .schema = OVERVIEW_SCHEMA},
        {0}};

static const struct resource *const resources[] = {&project_resource, &member_resource, &strategy_resource, NULL};

static const struct job_kind jobs[] = {
        {.name = "forecast",
                .run = project_forecasts,
                .every_ms = 10 * CLOCK_MINUTE,
                .doc = "Looks how long the bases of running projects last"},
        {0},
};
const struct module project_module = {.name = "project", .resources = resources, .routes = routes, .jobs = jobs};
