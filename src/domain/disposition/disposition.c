/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disposition.c - fields and rules of results and of the form. */
#include "domain/disposition/disposition.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "domain/role/role.h"

const char *const counts_as_words[] = {"nothing", "lead", "meeting", "presentation", "sale", "refusal", NULL};
static const char *const types[] = {"text", "number", "choice", "date", "yes_no", NULL};

#define TEXTS_SCHEMA "{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\",\"maxLength\":200}}"
#define IDS_SCHEMA "{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"integer\"}}"

#define ENTITY struct result
static const struct field result_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_REF(parent_id, "result", "The node above it in the tree: a result with nodes below is only a heading",
                .flags = NULLABLE),
        F_INT(position, 0, 100000, "Order among its neighbours"),
        F_STR(name, 1, 100, "What the operator reads on the button", .flags = REQUIRED | SEARCHED),
        F_WORD(effect, life_effect_names, "What it does with the contact", .flags = REQUIRED),
        F_WORD(counts_as, counts_as_words, "What it counts as in the reports"),
        F_INT(retry_min, 0, 43200, "Effect «retry»: minutes until the next attempt"),
        F_INT(retry_most, 0, 50, "Effect «retry»: so many of it close the contact; 0: as many as it has attempts"),
        F_STR(hot_key, 1, 1, "Digit pressed with Alt", .flags = NULLABLE),
        F_BOOL(asks_comment, "A comment must be written"),
        F_BOOL(archived, "No longer offered; old calls keep it"),
};
#undef ENTITY
/* The ends of a call on which a project may have a word; what fails by our own fault is dialled again soon, whatever it says. */
static const char *const retry_causes[] = {"no_answer", "busy", "refused", "unreachable", "machine", "failed", NULL};
struct retry {
	int64_t id, version, project_id;
	int cause;
	int64_t pause_min, most;
};
#define ENTITY struct retry
static const struct field retry_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_WORD(cause, retry_causes, "How the call ended", .flags = REQUIRED),
        F_INT(pause_min, 1, 43200, "Minutes until the next attempt", .flags = REQUIRED),
        F_INT(most, 0, 50, "So many ends of this kind close the contact; 0: as many as it has attempts"),
};
#undef ENTITY
#define ENTITY struct form_field
static const struct field form_field_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_INT(position, 0, 100000, "Order in the form"),
        F_STR(key, 1, 40, "Name in script and export: latin letters, digits, underscore", .flags = REQUIRED | FIXED),
        F_STR(label, 1, 200, "The question as the operator reads it", .flags = REQUIRED | SEARCHED),
        F_WORD(type, types, "What kind of answer it takes"),
        F_JSON(choices, TEXTS_SCHEMA, "Answers to choose from, for the type «choice»", .flags = NULLABLE | UNSORTED),
        F_JSON(required_by, IDS_SCHEMA, "Results that cannot be saved without it", .flags = NULLABLE | UNSORTED),
        F_BOOL(archived, "No longer asked; answers given are kept"),
};
#undef ENTITY

const struct entity result_entity = ENTITY_OF(result, result_fields, "result", "What a talk can end with in a project");
static const struct entity retry_entity =
        ENTITY_OF(retry, retry_fields, "retry", "When a contact is dialled again after a call that found nobody");
const struct entity form_field_entity =
        ENTITY_OF(form_field, form_field_fields, "form_field", "A question of the project's form");

static int same_project(struct request *q, const struct result *r)
{
	struct val got[2];
	int err;

	err = db_one(q->db, q->a, "SELECT project_id, parent_id FROM result WHERE id = ?1", VALS(V(r->parent_id)), got, 2,
	        &q->fault);
	if (err && err != ENOENT)
		return err;
	if (err || val_int(got[0]) != r->project_id || r->parent_id == r->id)
		return fail(&q->fault, EINVAL, "parent_id", "parent",
		        "the node above must be another result of the same project");
	if (got[1].type != VAL_NULL)
		return fail(&q->fault, EINVAL, "parent_id", "depth", "the tree has two levels: results and their reasons");
	return 0;
}

static int result_check(struct request *q, const void *old, void *new)
{
	const struct result *r = new, *was = old;
	struct val used;
	int err = 0;

	if (!r) {
		err = db_one(q->db, q->a, "SELECT count(*) FROM call WHERE result_id = ?1", VALS(V(was->id)), &used, 1,
		        &q->fault);
		return err || !val_int(used)
		               ? err
		               : fail(&q->fault, EINVAL, "id", "used", "calls carry this result: archive it instead");
	}
	if (r->hot_key.n && (r->hot_key.p[0] < '1' || r->hot_key.p[0] > '9'))
		return fail(&q->fault, EINVAL, "hot_key", "hot_key", "a digit from 1 to 9");
	if (r->effect == LIFE_EFFECT_RETRY && r->retry_min == 0)
		return fail(&q->fault, EINVAL, "retry_min", "retry_min", "say after how many minutes to try again");
	return r->parent_id ? same_project(q, r) : 0;
}

static bool key_good(str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!(key.p[i] >= 'a' && key.p[i] <= 'z') &&
		        !(i && ((key.p[i] >= '0' && key.p[i] <= '9') || key.p[i] == '_')))
			return false;
	return true;
}

/* A JSON array whose items are all of one kind. */
static bool array_of(struct arena *a, str text, enum json_kind kind, size_t least)
{
	struct json doc;
	bool good;

	if (!text.n)
		return least == 0;
	good = !json_parse(a, text, &doc, NULL) && json_kind(doc) == JSON_ARRAY && json_count(doc) >= least;
	for (size_t i = 0; good && i < json_count(doc); i++)
		good = json_kind(json_at(doc, i)) == kind;
	return good;
}

static int form_field_check(struct request *q, const void *old, void *new)
{
	const struct form_field *field = new;

	(void)old;
	if (!field)
		return 0;
	if (!key_good(field->key))
		return fail(&q->fault, EINVAL, "key", "key", "small latin letters, digits and underscores, a letter first");
	if (!array_of(q->a, field->choices, JSON_TEXT, field->type == FORM_CHOICE ? 2 : 0))
		return fail(&q->fault, EINVAL, "choices", "choices", "a list of at least two answers to choose from");
	if (!array_of(q->a, field->required_by, JSON_INT, 0))
		return fail(&q->fault, EINVAL, "required_by", "required_by", "a list of results");
	return 0;
}

static bool is_choice(struct arena *a, str choices, str value)
{
	struct json doc;
	str one;

	if (json_parse(a, choices, &doc, NULL))
		return false;
	for (size_t i = 0; i < json_count(doc); i++)
		if (json_text(json_at(doc, i), &one) && str_eq(one, value))
			return true;
	return false;
}

int form_value_check(const struct form_field *field, str value, struct arena *a, struct fault *f)
{
	struct date date;
	double number;
	bool good = true;

	if (!value.n)
		return 0;
	switch ((enum form_field_type)field->type) {
	case FORM_TEXT: good = utf8_count(value) <= 2000; break;
	case FORM_NUMBER: good = parse_real(value, &number); break;
	case FORM_CHOICE: good = is_choice(a, field->choices, value); break;
	case FORM_DATE: good = date_parse(value, &date); break;
	case FORM_YES_NO: good = str_eq(value, STR("yes")) || str_eq(value, STR("no")); break;
	}
	return good ? 0 : fail(f, EINVAL, str_z(a, field->key), "answer", "this is not an answer the question takes");
}

static const struct resource result_resource = {
        .entity = &result_entity,
        .path = "/projects/{project_id}/results",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "position",
        .check = result_check,
};

static const struct resource form_field_resource = {
        .entity = &form_field_entity,
        .path = "/projects/{project_id}/form_fields",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "position",
        .check = form_field_check,
};

static const struct resource retry_resource = {
        .entity = &retry_entity,
        .path = "/projects/{project_id}/retries",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "cause",
};

static const struct resource *const resources[] = {&result_resource, &form_field_resource, &retry_resource, NULL};

const struct module disposition_module = {.name = "disposition", .resources = resources};
