/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaf.c - the one table of a record's fields, from which come its bytes, its line of JSON and the comparison of the two. */
#include "engine/ledger/leaf.h"

#include "base/parse.h"
#include "base/utf8.h"

#include <string.h>

const char *const leaf_types[LEAF_TYPES + 1] = {"", "call", "amend", "erase", "export", "config", NULL};
const char *const leaf_fields[LEAF_FIELDS + 1] = {
        "phone", "company", "person", "result", "reason", "comment", "answers", "operator", "recording", "correction", NULL};

enum kind { NUMBER, TYPE, MASK, TEXT, BYTES, UUID };
enum { VERSION = 1, COMMITMENT = 64 }; /* the tag of a commitment is COMMITMENT + its field */

#define ROW(tag, kind, member) \
	{ \
		tag, kind, offsetof(struct leaf, member), sizeof(((struct leaf *)0)->member), #member \
	}
static const struct row {
	uint8_t tag;
	enum kind kind;
	size_t at, size;
	const char *name;
} rows[] = {
        ROW(1, TYPE, type),
        ROW(2, BYTES, log),
        ROW(3, NUMBER, seq),
        ROW(4, NUMBER, at),
        ROW(5, BYTES, build),
        ROW(6, NUMBER, about),
        ROW(7, UUID, call),
        ROW(8, TEXT, direction),
        ROW(9, NUMBER, started_at),
        ROW(10, NUMBER, ended_at),
        ROW(11, TEXT, cause),
        ROW(12, NUMBER, attempt),
        ROW(13, NUMBER, script_id),
        ROW(14, NUMBER, result_id),
        ROW(15, NUMBER, result_at),
        ROW(16, TEXT, counts_as),
        ROW(17, MASK, fields),
        ROW(18, NUMBER, actor),
        ROW(19, TEXT, basis),
        ROW(20, TEXT, name),
        ROW(21, BYTES, digest),
        ROW(22, NUMBER, count),
};

static int64_t number_of(const struct row *r, const struct leaf *l)
{
	return *(const int64_t *)((const char *)l + r->at);
}

static str text_of(const struct row *r, const struct leaf *l)
{
	return utf8_cut(*(const str *)((const char *)l + r->at), LEAF_TEXT_MAX);
}

static str bytes_of(const struct row *r, const struct leaf *l)
{
	static const uint8_t none[SHA256_BYTES];
	const char *p = (const char *)l + r->at;

	return (str){p, memcmp(p, none, r->size) ? r->size : 0};
}

static void put(struct text *t, uint8_t tag, str value)
{
	if (!value.n)
		return;
	text_add_char(t, (char)tag);
	text_add_char(t, (char)value.n);
	text_add(t, value);
}

static void put_number(struct text *t, uint8_t tag, int64_t v)
{
	char bytes[8];
	size_t n = 0;

	for (int shift = 56; shift >= 0; shift -= 8)
		if (n || (uint64_t)v >> shift & 0xff)
			bytes[n++] = (char)((uint64_t)v >> shift & 0xff);
	put(t, tag, (str){bytes, n});
}

str leaf_encode(const struct leaf *l, struct arena *a)
{
	struct text t = {.a = a};

	text_add_char(&t, VERSION);
	for (const struct row *r = rows; r < rows + COUNT(rows); r++) {
		switch (r->kind) {
		case NUMBER:
		case TYPE:
		case MASK: put_number(&t, r->tag, number_of(r, l)); break;
		case TEXT: put(&t, r->tag, text_of(r, l)); break;
		case BYTES:
		case UUID: put(&t, r->tag, bytes_of(r, l)); break;
		}
	}
	for (unsigned f = 0; f < LEAF_FIELDS; f++)
		if (l->has >> f & 1)
			put(&t, (uint8_t)(COMMITMENT + f), (str){(const char *)l->c[f].h, SHA256_BYTES});
	return text_str(&t);
}

static bool take_number(str v, int64_t *ret)
{
	uint64_t n = 0;

	if (v.n > 8 || !v.p[0])
		return false;
	for (size_t i = 0; i < v.n; i++)
		n = n << 8 | (uint8_t)v.p[i];
	*ret = (int64_t)n;
	return *ret > 0;
}

static bool take(struct leaf *l, uint8_t tag, str v)
{
	const struct row *r = rows;

	if (tag >= COMMITMENT && tag < COMMITMENT + LEAF_FIELDS && v.n == SHA256_BYTES) {
		memcpy(l->c[tag - COMMITMENT].h, v.p, v.n);
		l->has |= 1u << (tag - COMMITMENT);
		return true;
	}
	while (r < rows + COUNT(rows) && r->tag != tag)
		r++;
	if (r == rows + COUNT(rows))
		return false;
	switch (r->kind) {
	case NUMBER: return take_number(v, (int64_t *)((char *)l + r->at));
	case TYPE: return take_number(v, &l->type) && l->type < LEAF_TYPES;
	case MASK: return take_number(v, &l->fields) && l->fields < 1 << LEAF_FIELDS;
	case TEXT: *(str *)((char *)l + r->at) = v; return v.n <= LEAF_TEXT_MAX && utf8_valid(v);
	case BYTES:
	case UUID:
		if (v.n == r->size)
			memcpy((char *)l + r->at, v.p, v.n);
		return v.n == r->size && bytes_of(r, l).n;
	}
	return false;
}

bool leaf_decode(str bytes, struct leaf *ret)
{
	struct leaf l = {0};
	int last = 0;
	size_t i = 1;

	if (bytes.n < 1 || bytes.n > LEAF_BYTES_MAX || bytes.p[0] != VERSION)
		return false;
	while (i < bytes.n) {
		uint8_t tag = (uint8_t)bytes.p[i], n = i + 1 < bytes.n ? (uint8_t)bytes.p[i + 1] : 0;
		if (tag <= last || !n || i + 2 + n > bytes.n || !take(&l, tag, str_sub(bytes, i + 2, i + 2 + n)))
			return false;
		last = tag;
		i += 2u + n;
	}
	*ret = l;
	return l.type && l.seq && l.at && bytes_of(&rows[1], &l).n;
}

/* Commitments ---------------------------------------------------------------------------------------------------------- */

static void salt_of(const uint8_t secret[SALT_BYTES], unsigned field, uint8_t ret[SALT_BYTES])
{
	char what[4] = {'c', 's', '1', (char)field};

	hmac_sha256(secret, (str){what, sizeof what}, ret);
}

static struct hash commitment(const struct leaf *l, unsigned field, str value, const uint8_t salt[SALT_BYTES])
{
	char head[3 + 16 + 8 + 1 + 4] = "cc1";
	struct hmac mac;
	struct hash ret;

	memcpy(head + 3, l->log, 16);
	for (int i = 0; i < 8; i++)
		head[19 + i] = (char)((uint64_t)l->seq >> (56 - 8 * i));
	head[27] = (char)field;
	for (int i = 0; i < 4; i++)
		head[28 + i] = (char)(value.n >> (24 - 8 * i));
	hmac_init(&mac, salt);
	hmac_add(&mac, (str){head, sizeof head});
	hmac_add(&mac, value);
	hmac_done(&mac, ret.h);
	return ret;
}

void leaf_commit(
        struct leaf *l, const uint8_t secret[SALT_BYTES], const str value[LEAF_FIELDS], struct arena *a, str *ret_text)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	uint8_t salt[SALT_BYTES];

	l->has = 0;
	json_open(&w, '{');
	json_member_text(&w, "secret", base64url(a, secret, SALT_BYTES));
	for (unsigned f = 0; f < LEAF_FIELDS; f++) {
		if (!value[f].p)
			continue;
		salt_of(secret, f, salt);
		l->c[f] = commitment(l, f, value[f], salt);
		l->has |= 1u << f;
		json_member_text(&w, leaf_fields[f], value[f]);
	}
	json_close(&w, '}');
	*ret_text = l->has ? text_str(&t) : (str){0};
}

bool leaf_opens(const struct leaf *l, enum leaf_field field, str value, const uint8_t salt[SALT_BYTES])
{
	return l->has >> field & 1 && hash_eq(commitment(l, field, value, salt), l->c[field]);
}

static bool take_bytes(str text, struct arena *a, uint8_t *ret, size_t n)
{
	str bytes = base64url_decode(a, text);

	if (bytes.p && bytes.n == n)
		memcpy(ret, bytes.p, n);
	return bytes.p && bytes.n == n;
}

/* [value, salt] */
static bool take_pair(struct json v, struct arena *a, unsigned f, struct opening *o)
{
	str salt;

	return json_kind(v) == JSON_ARRAY && json_count(v) == 2 && json_text(json_at(v, 0), &o->value[f]) &&
	       json_text(json_at(v, 1), &salt) && take_bytes(salt, a, o->salt[f], SALT_BYTES);
}

static int field_of(str name)
{
	for (int f = 0; f < LEAF_FIELDS; f++)
		if (str_eq(name, str_of(leaf_fields[f])))
			return f;
	return -1;
}

bool opening_read(str text, struct arena *a, struct opening *ret)
{
	struct opening o = {0};
	uint8_t secret[SALT_BYTES];
	struct json doc, v;
	void *iter = NULL;
	bool secretive = false, good = true;
	str key, s;

	*ret = o;
	if (!text.n)
		return true;
	if (json_parse(a, text, &doc, NULL) || json_kind(doc) != JSON_OBJECT)
		return false;
	if (json_text(json_get(doc, "secret"), &s))
		secretive = take_bytes(s, a, secret, sizeof secret);
	while (good && json_next(doc, &iter, &key, &v)) {
		int f = field_of(key);
		if (f >= 0 && json_kind(v) == JSON_ARRAY)
			good = take_pair(v, a, (unsigned)f, &o);
		else if (f >= 0 && secretive && json_text(v, &o.value[f]))
			salt_of(secret, (unsigned)f, o.salt[f]);
		else
			good = f < 0 && str_eq(key, STR("secret")) && secretive;
	}
	if (good)
		*ret = o;
	return good;
}

static void put_pairs(struct json_out *w, const struct opening *o, uint32_t mask)
{
	for (unsigned f = 0; f < LEAF_FIELDS; f++) {
		if (!(mask >> f & 1) || !o->value[f].p)
			continue;
		json_key(w, leaf_fields[f]);
		json_open(w, '[');
		json_add_text(w, o->value[f]);
		json_add_text(w, base64url(w->t->a, o->salt[f], SALT_BYTES));
		json_close(w, ']');
	}
}

str opening_without(const struct opening *o, uint32_t mask, struct arena *a)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	put_pairs(&w, o, ~mask);
	json_close(&w, '}');
	return t.n > 2 ? text_str(&t) : (str){0};
}

/* As a line ------------------------------------------------------------------------------------------------------------ */

static str uuid_text(const uint8_t b[16], char z[37])
{
	char hex[33];

	print_hex(b, 16, hex);
	snprintf(z, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	return (str){z, 36};
}

static void put_fields(struct json_out *w, int64_t mask)
{
	json_open(w, '[');
	for (int f = 0; f < LEAF_FIELDS; f++)
		if (mask >> f & 1)
			json_add_text(w, str_of(leaf_fields[f]));
	json_close(w, ']');
}

static bool is_there(const struct row *r, const struct leaf *l)
{
	if (r->kind == TEXT)
		return text_of(r, l).n;
	return r->kind == BYTES || r->kind == UUID ? bytes_of(r, l).n : number_of(r, l) != 0;
}

static void put_member(struct json_out *w, const struct row *r, const struct leaf *l)
{
	char z[37];

	switch (r->kind) {
	case NUMBER: json_add_int(w, number_of(r, l)); break;
	case TYPE: json_add_text(w, str_of(leaf_types[l->type])); break;
	case MASK: put_fields(w, l->fields); break;
	case TEXT: json_add_text(w, text_of(r, l)); break;
	case BYTES: json_add_text(w, base64url(w->t->a, (const char *)l + r->at, r->size)); break;
	case UUID: json_add_text(w, uuid_text(l->call, z)); break;
	}
}

void leaf_line(struct text *t, const struct leaf *l, const struct opening *o, uint32_t visible)
{
	struct json_out w = {.t = t};
	struct hash h = tree_leaf(leaf_encode(l, t->a));

	json_open(&w, '{');
	for (const struct row *r = rows; r < rows + COUNT(rows); r++)
		if (is_there(r, l)) {
			json_key(&w, r->name);
			put_member(&w, r, l);
		}
	json_member_text(&w, "leaf", base64url(t->a, h.h, sizeof h.h));
	json_key(&w, "opens");
	json_open(&w, '{');
	put_pairs(&w, o, visible);
	json_close(&w, '}');
	json_close(&w, '}');
}

int64_t leaf_line_seq(str line, struct arena *a)
{
	struct json doc;

	return json_parse(a, line, &doc, NULL) ? 0 : json_get_int(doc, "seq", 0);
}

/* The text of one member as both would print it. */
static bool same_member(struct json doc, const struct row *r, const struct leaf *l, struct arena *a)
{
	struct text said = {.a = a}, is = {.a = a};
	struct json_out w = {.t = &is};
	struct json v = json_get(doc, r->name);

	if (!is_there(r, l))
		return json_kind(v) == JSON_ABSENT;
	put_member(&w, r, l);
	json_put(&said, v);
	return str_eq(text_str(&said), text_str(&is));
}

static const char *opens_differ(struct json opens, const struct leaf *l, struct arena *a, struct opening *o)
{
	struct json v;
	void *iter = NULL;
	str key;

	while (json_next(opens, &iter, &key, &v)) {
		int f = field_of(key);
		if (f < 0)
			return "line";
		if (!take_pair(v, a, (unsigned)f, o) || !leaf_opens(l, (enum leaf_field)f, o->value[f], o->salt[f]))
			return leaf_fields[f];
	}
	return NULL;
}

const char *leaf_line_differs(str line, const struct leaf *l, struct arena *a, struct opening *ret)
{
	struct text again = {.a = a};
	const char *differs;
	struct json doc;
	struct hash h;

	*ret = (struct opening){0};
	if (json_parse(a, line, &doc, NULL) || json_kind(doc) != JSON_OBJECT)
		return "line";
	for (const struct row *r = rows; r < rows + COUNT(rows); r++)
		if (!same_member(doc, r, l, a))
			return r->name;
	differs = opens_differ(json_get(doc, "opens"), l, a, ret);
	if (differs)
		return differs;
	leaf_line(&again, l, ret, ~0u);
	if (str_eq(text_str(&again), line))
		return NULL;
	h = tree_leaf(leaf_encode(l, a));
	return str_eq(json_get_text(doc, "leaf"), base64url(a, h.h, sizeof h.h)) ? "line" : "leaf";
}

const char *leaf_differs(const struct leaf *l, str bytes)
{
	struct leaf other;

	if (!leaf_decode(bytes, &other))
		return "leaf";
	for (const struct row *r = rows; r < rows + COUNT(rows); r++) {
		bool is_text = r->kind == TEXT;
		if (is_text ? !str_eq(text_of(r, l), text_of(r, &other))
		            : memcmp((const char *)l + r->at, (const char *)&other + r->at, r->size) != 0)
			return r->name;
	}
	for (int f = 0; f < LEAF_FIELDS; f++)
		if ((l->has ^ other.has) >> f & 1 || !hash_eq(l->c[f], other.c[f]))
			return leaf_fields[f];
	return "leaf";
}
