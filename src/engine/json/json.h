/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.h - reading JSON (jansson, strict: UTF-8, no duplicate keys, depth ≤ 32, whole 64-bit numbers) and
 * printing it straight into a text. Any thread; a parsed document is never changed, so many may read it. */
#ifndef ENGINE_JSON_JSON_H
#define ENGINE_JSON_JSON_H

#include "base/fault.h"
#include "base/text.h"

enum json_kind { JSON_ABSENT, JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

/* A value in a document; a small handle, copied freely, valid while the document is. Zero is absent. */
struct json {
	const void *node;
};

/* Parse doc. The document lives as long as the arena. EINVAL with code "json" names line and what is wrong;
 * code "json_depth", "json_twice" (field names the key) and "json_number" (out of range) say what they mean. */
int json_parse(struct arena *a, str doc, struct json *ret, struct fault *f) MUST_USE;

enum json_kind json_kind(struct json v);
/* Members and items; absent when there is none or v is no object or array. */
struct json json_get(struct json v, const char *key);
struct json json_at(struct json v, size_t i);
size_t json_count(struct json v); /* of an array or object, 0 for others */
/* Step through an object: start with *iter NULL. Keys are UTF-8 without NUL. */
bool json_next(struct json object, void **iter, str *key, struct json *value);
/* False when v is of another kind. A whole number is a real too. Text points into the document. */
bool json_int(struct json v, int64_t *ret);
/* Hidden: jansson has a json_real of its own, which this one would replace inside it. */
__attribute__((visibility("hidden"))) bool json_real(struct json v, double *ret);
bool json_bool(struct json v, bool *ret);
bool json_text(struct json v, str *ret);
/* Shorthands with a value for absent or another kind. */
str json_get_text(struct json v, const char *key);
int64_t json_get_int(struct json v, const char *key, int64_t otherwise);
bool json_get_bool(struct json v, const char *key, bool otherwise);
/* v as compact text, members in the order of the document. */
void json_put(struct text *t, struct json v);

/* Printing. A writer puts the commas: json_open(w, '{'), json_key(w, "id"), json_add_int(w, 5), json_close(w, '}'). */
struct json_out {
	struct text *t;
	bool comma; /* the next value or key needs one */
};
void json_open(struct json_out *w, char bracket);
void json_close(struct json_out *w, char bracket);
void json_key(struct json_out *w, const char *key);
void json_key_str(struct json_out *w, str key);
void json_add_text(struct json_out *w, str s); /* absent prints null; ill-formed UTF-8 is cleaned */
void json_add_int(struct json_out *w, int64_t v);
void json_add_real(struct json_out *w, double v); /* shortest that reads back the same; NaN and infinity print null */
void json_add_bool(struct json_out *w, bool v);
void json_add_null(struct json_out *w);
void json_add_raw(struct json_out *w, str json); /* already JSON: a stored document; absent or empty prints null */
/* A key with its value. */
void json_member_text(struct json_out *w, const char *key, str s);
void json_member_int(struct json_out *w, const char *key, int64_t v);
/* s quoted and escaped, "<" too, so that JSON put into a page cannot end its script. */
void json_put_str(struct text *t, str s);

#endif
