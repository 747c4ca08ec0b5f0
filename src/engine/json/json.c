/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c - jansson reads and judges the text; what it found is copied into compact nodes in the arena and given back at once,
 * so a document needs no freeing of its own. */
#include "engine/json/json.h"

#include "base/utf8.h"

/* jansson has kinds and a function of the same names: its are renamed while its header is read, so only these may be used here. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_REAL JANSSON_REAL
#define JSON_NULL JANSSON_NULL
#define json_real jansson_real
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_REAL
#undef JSON_NULL
#undef json_real

enum { DEPTH_MAX = 32 };

struct member;
struct node {
	enum json_kind kind;
	size_t n; /* bytes of a text, items of an array, members of an object */
	union {
		int64_t whole;
		double real;
		bool truth;
		const char *text;
		const struct node *items;
		const struct member *members;
	};
};
struct member {
	str key;
	struct node value;
};

static void copy_value(struct arena *a, json_t *from, struct node *to);

static void copy_array(struct arena *a, json_t *from, struct node *to)
{
	struct node *items = NEW_N(a, struct node, to->n = json_array_size(from));

	for (size_t i = 0; i < to->n; i++)
		copy_value(a, json_array_get(from, i), &items[i]);
	to->items = items;
}

static void copy_object(struct arena *a, json_t *from, struct node *to)
{
	struct member *m = NEW_N(a, struct member, to->n = json_object_size(from));

	to->members = m;
	for (void *it = json_object_iter(from); it; it = json_object_iter_next(from, it), m++) {
		m->key = str_copy(a, (str){json_object_iter_key(it), json_object_iter_key_len(it)});
		copy_value(a, json_object_iter_value(it), &m->value);
	}
}

static struct node text_node(str s)
{
	return (struct node){JSON_TEXT, s.n, {.text = s.p}};
}

/* As deep as the document, that is at most DEPTH_MAX. */
static void copy_value(struct arena *a, json_t *from, struct node *to)
{
	switch (json_typeof(from)) {
	case JANSSON_NULL: *to = (struct node){JSON_NULL}; break;
	case JSON_TRUE: *to = (struct node){JSON_BOOL, 0, {.truth = true}}; break;
	case JSON_FALSE: *to = (struct node){JSON_BOOL, 0, {.truth = false}}; break;
	case JSON_INTEGER: *to = (struct node){JSON_INT, 0, {.whole = json_integer_value(from)}}; break;
	case JANSSON_REAL: *to = (struct node){JSON_REAL, 0, {.real = json_real_value(from)}}; break;
	case JSON_STRING: *to = text_node(str_copy(a, (str){json_string_value(from), json_string_length(from)})); break;
	case JANSSON_ARRAY: to->kind = JSON_ARRAY, copy_array(a, from, to); break;
	case JANSSON_OBJECT: to->kind = JSON_OBJECT, copy_object(a, from, to); break;
	}
}

/* Where nesting first passes DEPTH_MAX, or doc.n. Looked for before jansson, which would go two thousand deep on the stack. */
static size_t too_deep_at(str doc)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < doc.n; i++) {
		char c = doc.p[i];
		if (quoted)
			quoted = c != '"', i += c == '\\';
		else if (c == '"')
			quoted = true;
		else if ((c == '[' || c == '{') && ++depth > DEPTH_MAX)
			return i;
		else if (c == ']' || c == '}')
			depth--;
	}
	return doc.n;
}

static int line_at(str doc, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at && i < doc.n; i++)
		line += doc.p[i] == '\n';
	return line;
}

/* The text between the quotes of the string that ends before end; escapes stay as they are written. */
static str string_before(str doc, size_t end)
{
	size_t from;

	if (end > doc.n || end < 2)
		return STR("");
	for (from = end - 1; from > 0; from--)
		if (doc.p[from - 1] == '"' && (from < 2 || doc.p[from - 2] != '\\'))
			break;
	return str_sub(doc, from, end - 1);
}

static int fail_read(struct arena *a, str doc, const json_error_t *e, struct fault *f)
{
	enum json_error_code code = json_error_code(e);
	size_t at = e->position > 0 ? (size_t)e->position : 0;
	const char *why = str_z(a, utf8_clean(a, str_of(e->text)));

	if (code == json_error_duplicate_key)
		return fail(f, EINVAL, str_z(a, utf8_cut(string_before(doc, at), sizeof(f->field) - 1)), "json_twice",
		        "line %d, column %d: the key is there twice", e->line, e->column);
	if (code == json_error_numeric_overflow)
		return fail(f, EINVAL, NULL, "json_number", "line %d, column %d: the number is out of range", e->line,
		        e->column);
	return fail(f, EINVAL, NULL, "json", "line %d, column %d: %s", e->line, e->column, why);
}

int json_parse(struct arena *a, str doc, struct json *ret, struct fault *f)
{
	size_t deep = too_deep_at(doc), nul = str_find(doc, 0, 0);
	struct node *node;
	json_error_t e;
	json_t *root;

	if (deep < doc.n)
		return fail(f, EINVAL, NULL, "json_depth", "line %d: nested deeper than %d", line_at(doc, deep), DEPTH_MAX);
	if (nul < doc.n) /* jansson takes one behind the value for the end */
		return fail(f, EINVAL, NULL, "json", "line %d: a NUL byte", line_at(doc, nul));
	root = json_loadb(doc.p ? doc.p : "", doc.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!root)
		return fail_read(a, doc, &e, f);
	node = NEW(a, struct node);
	copy_value(a, root, node);
	json_decref(root);
	ret->node = node;
	return 0;
}

static const struct node *node_of(struct json v, enum json_kind kind)
{
	const struct node *node = v.node;

	return node && node->kind == kind ? node : NULL;
}

enum json_kind json_kind(struct json v)
{
	return v.node ? ((const struct node *)v.node)->kind : JSON_ABSENT;
}

struct json json_get(struct json v, const char *key)
{
	const struct node *o = node_of(v, JSON_OBJECT);

	for (size_t i = 0; o && i < o->n; i++)
		if (str_eq(o->members[i].key, str_of(key)))
			return (struct json){&o->members[i].value};
	return (struct json){0};
}

struct json json_at(struct json v, size_t i)
{
	const struct node *array = node_of(v, JSON_ARRAY);

	return (struct json){array && i < array->n ? &array->items[i] : NULL};
}

size_t json_count(struct json v)
{
	enum json_kind kind = json_kind(v);

	return kind == JSON_ARRAY || kind == JSON_OBJECT ? ((const struct node *)v.node)->n : 0;
}

bool json_next(struct json object, void **iter, str *key, struct json *value)
{
	const struct node *o = node_of(object, JSON_OBJECT);
	const struct member *m;

	if (!o || o->n == 0)
		return false;
	m = *iter ? (const struct member *)*iter + 1 : o->members;
	if (m == o->members + o->n)
		return false;
	*key = m->key;
	value->node = &m->value;
	*iter = (void *)m;
	return true;
}

bool json_int(struct json v, int64_t *ret)
{
	const struct node *node = node_of(v, JSON_INT);

	if (node)
		*ret = node->whole;
	return node;
}

bool json_real(struct json v, double *ret)
{
	const struct node *real = node_of(v, JSON_REAL), *whole = node_of(v, JSON_INT);

	if (real || whole)
		*ret = real ? real->real : (double)whole->whole;
	return real || whole;
}

bool json_bool(struct json v, bool *ret)
{
	const struct node *node = node_of(v, JSON_BOOL);

	if (node)
		*ret = node->truth;
	return node;
}

bool json_text(struct json v, str *ret)
{
	const struct node *node = node_of(v, JSON_TEXT);

	if (node)
		*ret = (str){node->text, node->n};
	return node;
}

str json_get_text(struct json v, const char *key)
{
	str s = {0};

	(void)json_text(json_get(v, key), &s);
	return s;
}

int64_t json_get_int(struct json v, const char *key, int64_t otherwise)
{
	(void)json_int(json_get(v, key), &otherwise);
	return otherwise;
}

bool json_get_bool(struct json v, const char *key, bool otherwise)
{
	(void)json_bool(json_get(v, key), &otherwise);
	return otherwise;
}

static void put_items(struct json_out *w, const struct node *node);

static void put_value(struct json_out *w, const struct node *node)
{
	switch (node->kind) {
	case JSON_ABSENT:
	case JSON_NULL: json_add_null(w); break;
	case JSON_BOOL: json_add_bool(w, node->truth); break;
	case JSON_INT: json_add_int(w, node->whole); break;
	case JSON_REAL: json_add_real(w, node->real); break;
	case JSON_TEXT: json_add_text(w, (str){node->text, node->n}); break;
	case JSON_ARRAY:
	case JSON_OBJECT: put_items(w, node); break;
	}
}

static void put_items(struct json_out *w, const struct node *node)
{
	bool object = node->kind == JSON_OBJECT;

	json_open(w, object ? '{' : '[');
	for (size_t i = 0; i < node->n; i++) {
		if (object)
			json_key_str(w, node->members[i].key);
		put_value(w, object ? &node->members[i].value : &node->items[i]);
	}
	json_close(w, object ? '}' : ']');
}

void json_put(struct text *t, struct json v)
{
	struct json_out w = {.t = t};

	if (v.node)
		put_value(&w, v.node);
	else
		json_add_null(&w);
}
