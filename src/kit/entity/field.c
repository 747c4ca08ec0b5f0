/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c - the only places where a field's C type matters: load, take, check; and its value as text. */
#include "kit/entity/entity_priv.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "kit/phone/phone.h"

#include <inttypes.h>

enum { TEXT_MAX = 1000000 };

bool field_visible(const struct field *f, const struct who *who)
{
	return !(f->flags & STAFF_ONLY && who && who->role && who->role->outside);
}

bool val_same(struct val a, struct val b)
{
	if (a.type != b.type)
		return false;
	switch (a.type) {
	case VAL_NULL: return true;
	case VAL_INT: return a.u.i == b.u.i;
	case VAL_REAL: return !(a.u.r < b.u.r) && !(a.u.r > b.u.r);
	case VAL_TEXT: return str_eq(a.u.s, b.u.s);
	}
	return false;
}

struct val field_load(const struct field *f, const void *row)
{
	const char *p = (const char *)row + f->at;
	bool nullable = f->flags & NULLABLE;
	double r;
	int64_t i;
	int word;

	switch ((enum field_type)f->type) {
	case FIELD_BOOL: return val_i(*(const bool *)p);
	case FIELD_REAL: r = *(const double *)p; return nullable && r == 0 ? (struct val){0} : val_r(r);
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_REF: i = *(const int64_t *)p; return nullable && !i ? (struct val){0} : val_i(i);
	case FIELD_WORD: word = *(const int *)p; return nullable && !word ? (struct val){0} : val_s(str_of(f->words[word]));
	case FIELD_STR:
	case FIELD_DATE:
	case FIELD_PHONE:
	case FIELD_EMAIL:
	case FIELD_JSON: return val_s(*(const str *)p);
	}
	return (struct val){0};
}

static int word_index(const struct field *f, str s)
{
	for (int i = 0; f->words[i]; i++)
		if (str_eq(s, str_of(f->words[i])))
			return i;
	return -1;
}

static bool is_whole(struct val v)
{
	return v.type == VAL_INT || v.type == VAL_NULL;
}

int field_take(const struct field *f, void *row, struct val v, struct fault *fault)
{
	char *p = (char *)row + f->at;
	int word;

	switch ((enum field_type)f->type) {
	case FIELD_BOOL:
		if (!is_whole(v))
			break;
		*(bool *)p = val_int(v) != 0;
		return 0;
	case FIELD_REAL:
		if (v.type == VAL_TEXT)
			break;
		*(double *)p = v.type == VAL_REAL ? v.u.r : (double)val_int(v);
		return 0;
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_REF:
		if (!is_whole(v))
			break;
		*(int64_t *)p = val_int(v);
		return 0;
	case FIELD_WORD:
		word = v.type == VAL_NULL ? 0 : word_index(f, val_str(v));
		if (word < 0)
			break;
		*(int *)p = word;
		return 0;
	case FIELD_STR:
	case FIELD_DATE:
	case FIELD_PHONE:
	case FIELD_EMAIL:
	case FIELD_JSON:
		if (v.type != VAL_TEXT && v.type != VAL_NULL)
			break;
		*(str *)p = val_str(v);
		return 0;
	}
	return fail(fault, EINVAL, f->name, "type", "%s cannot hold this value", f->name);
}

static int wrong_type(const struct field *f, const char *wanted, struct fault *fault)
{
	return fail(fault, EINVAL, f->name, "type", "%s must be %s", f->name, wanted);
}

static int check_whole(const struct field *f, struct val v, struct fault *fault)
{
	if (v.type != VAL_INT)
		return wrong_type(f, "a whole number", fault);
	if (f->type == FIELD_REF && v.u.i <= 0)
		return fail(fault, EINVAL, f->name, "range", "%s must be the number of a %s", f->name, f->refers);
	if ((f->min || f->max) && (v.u.i < f->min || v.u.i > f->max))
		return fail(
		        fault, EINVAL, f->name, "range", "%s must be from %" PRId64 " to %" PRId64, f->name, f->min, f->max);
	return 0;
}

static int check_real(const struct field *f, struct val v, struct fault *fault)
{
	double r = v.type == VAL_REAL ? v.u.r : (double)val_int(v);

	if (v.type == VAL_TEXT)
		return wrong_type(f, "a number", fault);
	if ((f->min || f->max) && (r < (double)f->min || r > (double)f->max))
		return fail(
		        fault, EINVAL, f->name, "range", "%s must be from %" PRId64 " to %" PRId64, f->name, f->min, f->max);
	return 0;
}

static int check_text(const struct field *f, struct val v, struct fault *fault)
{
	int64_t max = f->max ? f->max : TEXT_MAX, n;

	if (v.type != VAL_TEXT)
		return wrong_type(f, "text", fault);
	if (!utf8_valid(v.u.s))
		return fail(fault, EINVAL, f->name, "text", "%s must be UTF-8 without NUL", f->name);
	n = (int64_t)utf8_count(v.u.s);
	if (n < f->min || n > max)
		return fail(fault, EINVAL, f->name, "length", "%s must have %" PRId64 " to %" PRId64 " characters", f->name,
		        f->min, max);
	return 0;
}

/* One "@" with something before it and a dotted name after it, without blanks: the rest is the mail server's to say. */
static bool is_email(str s)
{
	size_t at = str_find(s, '@', 0), dot;

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 127 || strchr("<>,;\"\\()", s.p[i]))
			return false;
	if (at == 0 || at > 64 || at + 3 > s.n || str_find(s, '@', at + 1) < s.n)
		return false;
	dot = str_find(s, '.', at + 1);
	return dot > at + 1 && dot + 1 < s.n && s.p[s.n - 1] != '.';
}

int field_check(const struct field *f, struct val v, struct fault *fault)
{
	struct date day;
	int err;

	if (v.type == VAL_NULL)
		return f->flags & NULLABLE ? 0 : fail(fault, EINVAL, f->name, "null", "%s must not be null", f->name);
	switch ((enum field_type)f->type) {
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_REF: return check_whole(f, v, fault);
	case FIELD_REAL: return check_real(f, v, fault);
	case FIELD_BOOL: return v.type == VAL_INT && (v.u.i | 1) == 1 ? 0 : wrong_type(f, "true or false", fault);
	case FIELD_WORD:
		if (v.type != VAL_TEXT)
			return wrong_type(f, "a word", fault);
		if (!v.u.s.n || word_index(f, v.u.s) < 0)
			return fail(fault, EINVAL, f->name, "word", "%s has no such word", f->name);
		return 0;
	case FIELD_STR:
	case FIELD_PHONE:
	case FIELD_JSON: return check_text(f, v, fault);
	case FIELD_DATE:
		if (v.type != VAL_TEXT || !date_parse(v.u.s, &day))
			return fail(fault, EINVAL, f->name, "date", "%s must be a day like 2026-03-12", f->name);
		return 0;
	case FIELD_EMAIL:
		err = check_text(f, v, fault);
		if (!err && !is_email(v.u.s))
			err = fail(fault, EINVAL, f->name, "email", "%s must be an e-mail address", f->name);
		return err;
	}
	return EINVAL;
}

/* A number a person wrote, in the one form it is stored in. */
static int normalise_phone(const struct field *f, struct val *v, struct arena *a, struct fault *fault)
{
	str e164, ext = {0};
	int err = phone_parse(v->u.s, "RU", a, &e164, &ext, fault);

	if (!err && ext.p)
		err = fail(fault, EINVAL, f->name, "phone_ext", "%s takes no extension", f->name);
	if (!err)
		*v = val_s(e164);
	else if (fault)
		snprintf(fault->field, sizeof(fault->field), "%s", f->name);
	return err;
}

int field_store(const struct field *f, void *row, struct val v, struct arena *a, struct fault *fault)
{
	int err = field_check(f, v, fault);

	if (!err && f->type == FIELD_PHONE && v.type == VAL_TEXT)
		err = normalise_phone(f, &v, a, fault);
	return err ? err : field_take(f, row, v, fault);
}

/* As text, and back. */

str field_print(const struct field *f, const void *row, struct arena *a)
{
	struct val v = field_load(f, row);
	struct text t = {.a = a};
	char z[32];

	if (v.type == VAL_NULL || v.type == VAL_TEXT)
		return val_str(v);
	if (f->type == FIELD_BOOL)
		return v.u.i ? STR("yes") : STR("no");
	if (f->type == FIELD_TIME) {
		clock_iso(v.u.i, z);
		return str_copy(a, str_of(z));
	}
	field_put_json(f, v, &(struct json_out){.t = &t});
	return text_str(&t);
}

static int cell_bool(const struct field *f, str s, struct val *ret, struct fault *fault)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", "нет", "да", NULL};

	for (int i = 0; words[i]; i++)
		if (str_eq(s, str_of(words[i]))) {
			*ret = val_i(i & 1);
			return 0;
		}
	return wrong_type(f, "yes or no", fault);
}

int field_cell(const struct field *f, str s, struct arena *a, struct val *ret, struct fault *fault)
{
	struct json doc;
	int64_t i;
	double r;

	switch ((enum field_type)f->type) {
	case FIELD_BOOL: return cell_bool(f, s, ret, fault);
	case FIELD_INT:
	case FIELD_REF:
		if (!parse_int(s, INT64_MIN, INT64_MAX, &i))
			return wrong_type(f, "a whole number", fault);
		*ret = val_i(i);
		return 0;
	case FIELD_TIME:
		if (!parse_int(s, INT64_MIN, INT64_MAX, &i) && !clock_parse(s, &i))
			return wrong_type(f, "a moment: milliseconds or RFC 3339", fault);
		*ret = val_i(i);
		return 0;
	case FIELD_REAL:
		if (!parse_real(s, &r))
			return wrong_type(f, "a number", fault);
		*ret = val_r(r);
		return 0;
	case FIELD_JSON:
		if (json_parse(a, s, &doc, fault))
			return wrong_type(f, "a JSON document", fault);
		*ret = val_s(s);
		return 0;
	case FIELD_WORD:
	case FIELD_STR:
	case FIELD_DATE:
	case FIELD_PHONE:
	case FIELD_EMAIL: *ret = val_s(s); return 0;
	}
	return EINVAL;
}

int field_parse(const struct field *f, void *row, str cell, struct arena *a, struct fault *fault)
{
	struct val v = {0};
	int err = 0;

	if (cell.n || !(f->flags & NULLABLE))
		err = field_cell(f, cell.p ? cell : STR(""), a, &v, fault);
	return err ? err : field_store(f, row, v, a, fault);
}
