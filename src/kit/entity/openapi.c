/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openapi.c - a shape as an OpenAPI 3.1 schema (JSON Schema 2020-12). What the front end needs beyond it is under "x-…". */
#include "kit/entity/entity_priv.h"

static const char *const use_suffix[] = {
        [SHAPE_ANSWER] = "", [SHAPE_LISTED] = "_listed", [SHAPE_IN] = "_in", [SHAPE_CHANGE] = "_change"};
static const char *const type_names[] = {
        "int", "bool", "real", "str", "time", "date", "word", "ref", "phone", "email", "json"};

static void put_pair(struct json_out *w, const char *key, const char *value)
{
	json_key(w, key);
	json_add_text(w, str_of(value));
}

static const char *json_type(const struct field *f)
{
	switch ((enum field_type)f->type) {
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_REF: return "integer";
	case FIELD_BOOL: return "boolean";
	case FIELD_REAL: return "number";
	case FIELD_STR:
	case FIELD_DATE:
	case FIELD_WORD:
	case FIELD_PHONE:
	case FIELD_EMAIL: return "string";
	case FIELD_JSON: return NULL;
	}
	return NULL;
}

static void put_type(const struct field *f, struct json_out *w)
{
	const char *type = json_type(f);

	if (!type)
		return;
	json_key(w, "type");
	if (f->flags & NULLABLE)
		json_open(w, '[');
	json_add_text(w, str_of(type));
	if (f->flags & NULLABLE) {
		json_add_text(w, STR("null"));
		json_close(w, ']');
	}
}

static void put_words(const struct field *f, struct json_out *w)
{
	json_key(w, "enum");
	json_open(w, '[');
	for (const char *const *word = f->words; *word; word++)
		if (**word)
			json_add_text(w, str_of(*word));
	if (f->flags & NULLABLE)
		json_add_null(w);
	json_close(w, ']');
}

static void put_bounds(const struct field *f, struct json_out *w)
{
	bool text = field_is_text(f);

	if (f->type == FIELD_JSON || (!f->min && !f->max))
		return;
	json_key(w, text ? "minLength" : "minimum");
	json_add_int(w, f->min);
	json_key(w, text ? "maxLength" : "maximum");
	json_add_int(w, f->max);
}

static void put_format(const struct field *f, struct json_out *w)
{
	if (f->type == FIELD_DATE)
		put_pair(w, "format", "date");
	else if (f->type == FIELD_EMAIL)
		put_pair(w, "format", "email");
	else if (f->type == FIELD_INT || f->type == FIELD_TIME || f->type == FIELD_REF)
		put_pair(w, "format", "int64");
}

static void put_flags(const struct field *f, struct json_out *w)
{
	static const struct {
		uint16_t flag;
		const char *key;
	} flags[] = {{GIVEN, "readOnly"}, {SECRET, "writeOnly"}, {FIXED, "x-fixed"}, {STAFF_ONLY, "x-staff-only"},
	        {SEARCHED, "x-searched"}, {UNSORTED, "x-unsorted"}, {UNLISTED, "x-unlisted"}};

	for (size_t i = 0; i < COUNT(flags); i++)
		if (f->flags & flags[i].flag) {
			json_key(w, flags[i].key);
			json_add_bool(w, true);
		}
}

static void put_field(const struct field *f, struct json_out *w)
{
	json_key(w, f->name);
	json_open(w, '{');
	put_pair(w, "description", f->doc);
	put_type(f, w);
	put_format(f, w);
	put_bounds(f, w);
	if (f->words)
		put_words(f, w);
	if (f->schema) {
		json_key(w, "x-form");
		json_add_raw(w, str_of(f->schema));
		json_key(w, "x-nullable");
		json_add_bool(w, f->flags & NULLABLE);
	}
	put_pair(w, "x-type", type_names[f->type]);
	if (f->refers)
		put_pair(w, "x-refers", f->refers);
	put_flags(f, w);
	json_close(w, '}');
}

static bool is_part(const struct field *f, enum shape_use use)
{
	return use <= SHAPE_LISTED ? !(f->flags & SECRET) : !(f->flags & GIVEN);
}

/* Answers hold every field, but a list leaves some out and a reader from outside does not see all. */
static bool is_required(const struct field *f, enum shape_use use)
{
	switch (use) {
	case SHAPE_ANSWER:
	case SHAPE_LISTED: return !(f->flags & (UNLISTED | STAFF_ONLY));
	case SHAPE_IN: return f->flags & REQUIRED;
	case SHAPE_CHANGE: return false;
	}
	return false;
}

void shape_openapi(const struct shape *s, enum shape_use use, struct json_out *w)
{
	char name[80];

	snprintf(name, sizeof(name), "%s%s", s->name, use_suffix[use]);
	json_key(w, name);
	json_open(w, '{');
	put_pair(w, "type", "object");
	put_pair(w, "description", s->doc);
	json_key(w, "properties");
	json_open(w, '{');
	for (const struct field *f = s->fields; f < s->fields + s->n; f++)
		if (is_part(f, use))
			put_field(f, w);
	json_close(w, '}');
	json_key(w, "required");
	json_open(w, '[');
	for (const struct field *f = s->fields; f < s->fields + s->n; f++)
		if (is_part(f, use) && is_required(f, use))
			json_add_text(w, str_of(f->name));
	json_close(w, ']');
	json_key(w, "additionalProperties");
	json_add_bool(w, false);
	json_close(w, '}');
}
