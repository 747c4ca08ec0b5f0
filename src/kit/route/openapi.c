/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openapi.c - the mounted routes as an OpenAPI 3.1 document: the front end's types and the tests' schemas come from it. */
#include "kit/route/route_priv.h"

static void put(struct json_out *w, const char *key, const char *value)
{
	json_key(w, key);
	json_add_text(w, str_of(value));
}

static void put_ref_to(struct json_out *w, const char *kind, const char *name, const char *suffix)
{
	char z[120];

	snprintf(z, sizeof(z), "#/components/%s/%s%s", kind, name, suffix);
	json_open(w, '{');
	put(w, "$ref", z);
	json_close(w, '}');
}

static void put_ref(struct json_out *w, const char *name, const char *suffix)
{
	put_ref_to(w, "schemas", name, suffix);
}

static void put_param(struct json_out *w, str name, const char *in, const char *type, const char *doc)
{
	json_open(w, '{');
	json_key(w, "name");
	json_add_text(w, name);
	put(w, "in", in);
	json_key(w, "required");
	json_add_bool(w, !strcmp(in, "path"));
	if (doc)
		put(w, "description", doc);
	json_key(w, "schema");
	json_open(w, '{');
	put(w, "type", type);
	json_close(w, '}');
	json_close(w, '}');
}

static bool asks_version(const struct mount *m)
{
	return m->resource && m->route.method == HTTP_PATCH && shape_field(&m->resource->entity->shape, STR("version"));
}

/* What every list takes; an operation refers to them. */
static const struct {
	const char *name, *type, *doc;
} of_list[] = {
        {"q", "string", "Looks into the searched fields"},
        {"sort", "string", "Fields with commas between, - for falling"},
        {"limit", "integer", "Rows of a page, 1 to 500"},
        {"after", "string", "The next of the page before"},
        {"total", "integer", "1: count the rows, up to 10 000"},
        {"format", "string", "json, csv or xlsx"},
};

static void put_params(struct json_out *w, const struct mount *m)
{
	json_key(w, "parameters");
	json_open(w, '[');
	for (size_t i = 0; i < m->n; i++)
		if (m->seg[i].kind != SEGMENT_LITERAL)
			put_param(w, m->seg[i].text, "path", m->seg[i].kind == SEGMENT_NUMBER ? "integer" : "string", NULL);
	for (size_t i = 0; m->route.gives_list && i < COUNT(of_list); i++)
		put_ref_to(w, "parameters", of_list[i].name, "");
	if (asks_version(m))
		put_param(w, STR("If-Match"), "header", "string", "The version the change begins from");
	json_close(w, ']');
}

static void open_content(struct json_out *w, const char *type)
{
	json_key(w, "content");
	json_open(w, '{');
	json_key(w, type);
	json_open(w, '{');
	json_key(w, "schema");
}

static void close_content(struct json_out *w)
{
	json_close(w, '}');
	json_close(w, '}');
}

/* What a route takes: its shape, or for a resource its entity without what the server gives. */
static const char *body_of(const struct mount *m, const char **ret_suffix)
{
	*ret_suffix = m->route.method == HTTP_PATCH && m->resource ? "_change" : "_in";
	if (m->route.takes)
		return m->route.takes->name;
	if (m->resource && (m->route.method == HTTP_POST || m->route.method == HTTP_PATCH) && !m->route.upload)
		return m->resource->entity->shape.name;
	return NULL;
}

static void put_body(struct json_out *w, const struct mount *m)
{
	const char *suffix, *name = body_of(m, &suffix);

	if (!name && !m->route.upload)
		return;
	json_key(w, "requestBody");
	json_open(w, '{');
	json_key(w, "required");
	json_add_bool(w, true);
	open_content(w, name ? "application/json" : "application/octet-stream");
	if (name)
		put_ref(w, name, suffix);
	else
		json_add_raw(w, STR("{\"type\":\"string\",\"format\":\"binary\"}"));
	close_content(w);
	json_close(w, '}');
}

/* The list of a resource shows rows of a view, with fields of its own. */
static bool is_view(const struct mount *m)
{
	return m->resource && m->resource->list && m->route.gives_list;
}

static void put_list(struct json_out *w, const struct mount *m)
{
	json_open(w, '{');
	put(w, "type", "object");
	json_key(w, "properties");
	json_open(w, '{');
	json_key(w, "rows");
	json_open(w, '{');
	put(w, "type", "array");
	json_key(w, "items");
	put_ref(w, m->route.gives->name, is_view(m) ? "_listed" : "");
	json_close(w, '}');
	json_key(w, "next");
	json_add_raw(w, STR("{\"type\":[\"string\",\"null\"]}"));
	json_key(w, "total");
	json_add_raw(w,
	        STR("{\"type\":\"integer\",\"maximum\":10000,\"description\":\"Rows of the filter, where total=1 asked\"}"));
	json_key(w, "total_more");
	json_add_raw(w, STR("{\"type\":\"boolean\",\"description\":\"There are more than total\"}"));
	json_close(w, '}');
	json_key(w, "required");
	json_add_raw(w, STR("[\"rows\",\"next\"]"));
	json_close(w, '}');
}

/* A form that the handlers of several routes print (the seat's): the mount that gives it first, else NULL. */
static const struct mount *shared_form(const struct router *r, const struct mount *m)
{
	const struct mount *first = NULL;
	size_t n = 0;

	for (const struct mount *i = r->mounts; m->route.schema && i < r->mounts + r->n; i++)
		if (i->route.schema && !strcmp(i->route.schema, m->route.schema)) {
			first = first ? first : i;
			n++;
		}
	return n > 1 ? first : NULL;
}

/* It is named by that mount's path, "seat_answer". */
static void name_form(const struct mount *m, char *z, size_t max)
{
	size_t at = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->seg[i].kind == SEGMENT_LITERAL && at < max)
			at += (size_t)snprintf(z + at, max - at, "%.*s_", (int)m->seg[i].text.n, m->seg[i].text.p);
	if (at < max)
		snprintf(z + at, max - at, "answer");
}

static void put_form(struct json_out *w, const struct router *r, const struct mount *m)
{
	const struct mount *first = shared_form(r, m);
	char name[80];

	if (first) {
		name_form(first, name, sizeof(name));
		put_ref(w, name, "");
	} else {
		json_add_raw(w, m->route.schema ? str_of(m->route.schema) : STR("{}"));
	}
}

static const char *good_status(const struct mount *m)
{
	if (m->route.makes)
		return "201";
	return m->route.gives || m->route.gives_raw ? "200" : "204";
}

static void put_answers(struct json_out *w, const struct router *r, const struct mount *m)
{
	json_key(w, "responses");
	json_open(w, '{');
	json_key(w, good_status(m));
	json_open(w, '{');
	put(w, "description", m->route.gives || m->route.gives_raw ? "Done" : "Done, nothing to tell");
	if (m->route.gives || m->route.gives_raw) {
		open_content(w, m->route.gives_raw ? m->route.gives_raw : "application/json");
		if (!m->route.gives)
			put_form(w, r, m);
		else if (m->route.gives_list)
			put_list(w, m);
		else
			put_ref(w, m->route.gives->name, "");
		close_content(w);
	}
	json_close(w, '}');
	json_key(w, "default");
	put_ref_to(w, "responses", "fault", "");
	json_close(w, '}');
}

static void put_operation(struct json_out *w, const struct router *r, const struct mount *m)
{
	char method[8] = "", *z = method;

	for (const char *c = http_method_names[m->route.method]; *c && z < method + 7; c++)
		*z++ = (char)(*c | 0x20);
	json_key(w, method);
	json_open(w, '{');
	put(w, "summary", m->route.doc);
	if (m->route.right == OPEN_TO_ALL) {
		json_key(w, "security");
		json_add_raw(w, STR("[]"));
	}
	put_params(w, m);
	put_body(w, m);
	put_answers(w, r, m);
	json_close(w, '}');
}

static str path_of(const struct mount *m, struct arena *a)
{
	return m->route.public_path ? str_of(m->route.path) : str_printf(a, "/api%s", m->route.path);
}

/* A path with all its methods, at its first mount. */
static void put_path(struct json_out *w, const struct router *r, size_t first, struct arena *a)
{
	str path = path_of(&r->mounts[first], a);

	for (size_t i = 0; i < first; i++)
		if (str_eq(path_of(&r->mounts[i], a), path))
			return;
	json_key_str(w, path);
	json_open(w, '{');
	for (size_t i = first; i < r->n; i++)
		if (str_eq(path_of(&r->mounts[i], a), path))
			put_operation(w, r, &r->mounts[i]);
	json_close(w, '}');
}

struct printed {
	const char *name;
	enum shape_use use;
};

static void put_shape(struct json_out *w, const struct shape *s, enum shape_use use, struct printed *done, size_t *n)
{
	for (size_t i = 0; s && i < *n; i++)
		if (!strcmp(done[i].name, s->name) && done[i].use == use)
			return;
	if (!s)
		return;
	done[(*n)++] = (struct printed){s->name, use};
	shape_openapi(s, use, w);
}

static void put_named_form(struct json_out *w, const struct mount *m)
{
	char name[80];

	name_form(m, name, sizeof(name));
	json_key(w, name);
	json_add_raw(w, str_of(m->route.schema));
}

static void put_schemas(struct json_out *w, const struct router *r, struct arena *a)
{
	struct printed *done = NEW_N(a, struct printed, r->n * 4 + 1);
	size_t n = 0;

	json_key(w, "fault");
	json_add_raw(w, STR("{\"type\":\"object\",\"properties\":{\"error\":{\"type\":\"object\",\"properties\":{"
	                    "\"code\":{\"type\":\"string\"},\"field\":{\"type\":[\"string\",\"null\"]},\"what\":{\"type\":"
	                    "\"string\"}},"
	                    "\"required\":[\"code\",\"field\",\"what\"]},\"current\":{}},\"required\":[\"error\"]}"));
	for (const struct mount *m = r->mounts; m < r->mounts + r->n; m++) {
		if (shared_form(r, m) == m)
			put_named_form(w, m);
		put_shape(w, m->route.gives, is_view(m) ? SHAPE_LISTED : SHAPE_ANSWER, done, &n);
		put_shape(w, m->route.takes, SHAPE_IN, done, &n);
		if (!m->resource)
			continue;
		if (m->route.method == HTTP_POST && !m->route.upload)
			put_shape(w, &m->resource->entity->shape, SHAPE_IN, done, &n);
		if (m->route.method == HTTP_PATCH)
			put_shape(w, &m->resource->entity->shape, SHAPE_CHANGE, done, &n);
	}
}

/* What many operations refer to by name. */
static void put_shared(struct json_out *w)
{
	json_key(w, "parameters");
	json_open(w, '{');
	for (size_t i = 0; i < COUNT(of_list); i++) {
		json_key(w, of_list[i].name);
		put_param(w, str_of(of_list[i].name), "query", of_list[i].type, of_list[i].doc);
	}
	json_close(w, '}');
	json_key(w, "responses");
	json_open(w, '{');
	json_key(w, "fault");
	json_open(w, '{');
	put(w, "description", "It failed; code and what say why");
	open_content(w, "application/json");
	put_ref(w, "fault", "");
	close_content(w);
	json_close(w, '}');
	json_close(w, '}');
}

void router_openapi(const struct router *r, struct text *t)
{
	struct json_out w = {.t = t};

	json_open(&w, '{');
	put(&w, "openapi", "3.1.0");
	json_key(&w, "info");
	json_add_raw(
	        &w, STR("{\"title\":\"Zvonar\",\"version\":\"0.1.0\",\"description\":\"Moments are UTC milliseconds.\"}"));
	json_key(&w, "security");
	json_add_raw(&w, STR("[{\"cookie\":[]},{\"bearer\":[]}]"));
	json_key(&w, "paths");
	json_open(&w, '{');
	for (size_t i = 0; i < r->n; i++)
		put_path(&w, r, i, t->a);
	json_close(&w, '}');
	json_key(&w, "components");
	json_open(&w, '{');
	json_key(&w, "securitySchemes");
	json_add_raw(&w, STR("{\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-sid\"},"
	                     "\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
	put_shared(&w);
	json_key(&w, "schemas");
	json_open(&w, '{');
	put_schemas(&w, r, t->a);
	json_close(&w, '}');
	json_close(&w, '}');
	json_close(&w, '}');
}
