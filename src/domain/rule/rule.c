/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.c - the fields of rules, their exceptions and the calendar. */
#include "domain/rule/rule.h"

#include "domain/role/role.h"
#include "kit/phone/phone.h"

const char *const rule_kind_words[] = {"hours_workday", "hours_day_off", "no_days_off", "per_day", "per_week", "per_month",
        "gap", "consent", "no_automatic", "caller_number", "caller_label", "list", "abandoned_lock", "abandoned_share",
        "ring", "record_notice", NULL};
const char *const purpose_words[] = {"", "advertising", "service", "survey", "collection", NULL};
static const char *const day_kinds[] = {"off", "working", NULL};

struct rule_exception {
	int64_t id, version, project_id, rule_id;
	bool applies;
	str reason;
	int64_t author_id, created_at;
};
struct day_off {
	int64_t id, version;
	str jurisdiction, day;
	int kind;
	str name;
};

#define ENTITY struct rule
static const struct field rule_fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(jurisdiction, 2, 2, "Country by two letters: RU, GB, US", .flags = REQUIRED | SEARCHED),
        F_WORD(purpose, purpose_words, "Which calls it is for; empty: all", .flags = NULLABLE),
        F_WORD(kind, rule_kind_words, "What it forbids or bounds", .flags = REQUIRED),
        F_INT(value, 0, 100000,
                "By kind: calls, minutes, hours, seconds or characters; abandoned_share in tenths of a per cent; 1: it holds"),
        F_INT(days, 0, 366, "Over so many days: abandoned_share; greatest age of the register: list"),
        F_INT(from_min, 0, 1440, "Hours: from this minute of the called party's day"),
        F_INT(to_min, 0, 1440, "Hours: to this minute"),
        F_STR(list, 0, 100, "Kind list: name of the register", .flags = NULLABLE),
        F_DATE(valid_from, "First day it holds", .flags = NULLABLE),
        F_DATE(valid_to, "Last day it holds", .flags = NULLABLE),
        F_BOOL(disabled, "Off: holds only in projects that switch it on"),
        F_STR(source, 0, 300, "Law or decree it comes from", .flags = NULLABLE | SEARCHED),
        F_STR(note, 0, 1000, "What to know about it", .flags = NULLABLE | SEARCHED | UNSORTED),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
#define ENTITY struct rule_exception
static const struct field exception_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "In which project", .flags = REQUIRED | FIXED),
        F_REF(rule_id, "rule", "Which rule", .flags = REQUIRED | FIXED),
        F_BOOL(applies, "On, though it is off for all; else off here"),
        F_STR(reason, 3, 1000, "Why", .flags = REQUIRED | SEARCHED),
        F_REF(author_id, "user", "Who decided so", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
#define ENTITY struct day_off
static const struct field day_fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(jurisdiction, 2, 2, "Country by two letters", .flags = REQUIRED),
        F_DATE(day, "Which day", .flags = REQUIRED),
        F_WORD(kind, day_kinds, "Off, or a weekend day that is worked"),
        F_STR(name, 0, 200, "What it is", .flags = NULLABLE | SEARCHED),
};
#undef ENTITY
const struct entity rule_entity = ENTITY_OF(rule, rule_fields, "rule", "A rule of the law for calls, between two days");
const struct entity rule_exception_entity = ENTITY_OF(
        rule_exception, exception_fields, "rule_exception", "A rule switched off or on in one project, with the reason");
const struct entity day_off_entity = ENTITY_OF(day_off, day_fields, "day_off", "An official day off, or a worked weekend");

static int country_check(struct request *q, str country)
{
	return phone_country_valid(str_z(q->a, country))
	               ? 0
	               : fail(&q->fault, EINVAL, "jurisdiction", "country", "two capital letters of a country: RU, GB, US");
}

static int rule_check(struct request *q, const void *old, void *new)
{
	const struct rule *r = new;

	(void)old;
	if (!r)
		return 0;
	if (r->valid_from.n && r->valid_to.n && str_cmp(r->valid_to, r->valid_from) < 0)
		return fail(&q->fault, EINVAL, "valid_to", "term", "the rule ends before it begins");
	if ((r->kind == RULE_HOURS_WORKDAY || r->kind == RULE_HOURS_DAY_OFF) && r->from_min >= r->to_min)
		return fail(&q->fault, EINVAL, "to_min", "hours", "the hours end before they begin");
	if (r->kind == RULE_LIST && (!r->list.n || !r->days))
		return fail(
		        &q->fault, EINVAL, "list", "missing", "name the register and the days after which it is too old");
	return country_check(q, r->jurisdiction);
}

static void rule_fill(struct request *q, void *new)
{
	struct rule *r = new;

	r->value = 1;
	r->to_min = 1440;
	r->created_at = q->now;
}

static int day_check(struct request *q, const void *old, void *new)
{
	const struct day_off *d = new;

	(void)old;
	return d ? country_check(q, d->jurisdiction) : 0;
}

static void exception_fill(struct request *q, void *new)
{
	struct rule_exception *e = new;

	e->author_id = q->who->user_id;
	e->created_at = q->now;
}

static const struct resource rule_resource = {
        .entity = &rule_entity,
        .path = "/rules",
        .read = MAY_RUN_PROJECT,
        .write = MAY_CHANGE_RULES,
        .remove = MAY_CHANGE_RULES,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "jurisdiction,kind",
        .check = rule_check,
        .fill = rule_fill,
};
static const struct resource day_resource = {
        .entity = &day_off_entity,
        .path = "/days_off",
        .read = MAY_RUN_PROJECT,
        .write = MAY_CHANGE_RULES,
        .remove = MAY_CHANGE_RULES,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "-day",
        .check = day_check,
        .imports = true,
};
const struct resource rule_exception_resource = {
        .entity = &rule_exception_entity,
        .path = "/projects/{project_id}/rule_exceptions",
        .read = MAY_RUN_PROJECT,
        .write = MAY_CHANGE_RULES,
        .remove = MAY_CHANGE_RULES,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
        .fill = exception_fill,
};
static const struct resource *const resources[] = {&rule_resource, &day_resource, &rule_exception_resource, NULL};
const struct module rule_module = {.name = "rule", .resources = resources};
