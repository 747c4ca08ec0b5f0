/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken.c - merge fields found, checked and filled; how a value is read out stands in spoken_say.c. */
#include "callflow/spoken.h"

#include "base/utf8.h"

const char *const spoken_names[] = {"contact.company", "contact.city", "contact.industry", "contact.activity",
        "contact.address", "contact.site", "contact.email", "person.name", "person.position", "operator.name",
        "project.name", "customer.name", NULL};

#define OF_FORM STR("field.")

bool spoken_name_known(str name, const str *keys, size_t n_keys)
{
	for (size_t i = 0; spoken_names[i]; i++)
		if (str_eq(name, str_of(spoken_names[i])))
			return true;
	for (size_t i = 0; i < n_keys && str_starts(name, OF_FORM); i++)
		if (str_eq(str_sub(name, OF_FORM.n, name.n), keys[i]))
			return true;
	return false;
}

/* "name:format|fallback" */
static void read_field(str inside, struct spoken_part *ret)
{
	size_t bar = str_find(inside, '|', 0), colon;
	str head = str_sub(inside, 0, bar);

	colon = str_find(head, ':', 0);
	ret->name = str_trim(str_sub(head, 0, colon));
	ret->format = colon < head.n ? str_trim(str_sub(head, colon + 1, head.n)) : (str){0};
	ret->fallback = bar < inside.n ? str_trim(str_sub(inside, bar + 1, inside.n)) : (str){0};
}

bool spoken_next(str words, size_t *at, struct spoken_part *ret)
{
	size_t open = str_find(words, '{', *at), close = str_find(words, '}', open);

	if (*at >= words.n)
		return false;
	*ret = (struct spoken_part){.text = str_sub(words, *at, close < words.n ? open : words.n)};
	if (close < words.n)
		read_field(str_sub(words, open + 1, close), ret);
	*at = close < words.n ? close + 1 : words.n;
	return true;
}

static const struct spoken_format *format_find(str name)
{
	for (const struct spoken_format *s = spoken_formats; s->name; s++)
		if (str_eq(str_of(s->name), name))
			return s;
	return NULL;
}

/* Checking ------------------------------------------------------------------------------------------------------------- */

enum { SHOWN = 40 };

static int bad(struct fault *f, const char *field, const char *code, const char *what, str about)
{
	return fail(f, EINVAL, field, code, "%s: «%.*s»", what, STR_ARG(utf8_cut(about, SHOWN)));
}

static int check_braces(str words, const char *field, struct fault *f)
{
	size_t open = words.n;

	for (size_t i = 0; i < words.n; i++) {
		if (words.p[i] == '{' && open < words.n)
			break;
		if (words.p[i] == '}' && open == words.n)
			return bad(f, field, "spoken_unopened", "a brace that closes and was not opened",
			        str_sub(words, i, words.n));
		if (words.p[i] == '{')
			open = i;
		if (words.p[i] == '}')
			open = words.n;
	}
	return open == words.n
	               ? 0
	               : bad(f, field, "spoken_unclosed", "a brace that is not closed", str_sub(words, open, words.n));
}

int spoken_check(str words, const char *field, const str *keys, size_t n_keys, struct fault *f)
{
	struct spoken_part p;
	size_t at = 0;
	int err = check_braces(words, field, f);

	while (!err && spoken_next(words, &at, &p)) {
		if (!p.name.p)
			continue;
		if (!p.name.n)
			err = bad(f, field, "spoken_empty", "braces without a field", p.text);
		else if (!spoken_name_known(p.name, keys, n_keys))
			err = bad(f, field, "spoken_field", "no such field", p.name);
		else if (p.format.p && !format_find(p.format))
			err = bad(f, field, "spoken_format", "no such way to read a value out", p.format);
	}
	return err;
}

/* Filling -------------------------------------------------------------------------------------------------------------- */

static str value_of(str name, const struct spoken_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(values[i].name, name))
			return str_trim(values[i].value);
	return (str){0};
}

/* A value cannot add braces, and a line break in it is a pause like any other. */
static void add_plain(struct text *t, str value)
{
	for (size_t i = 0; i < value.n; i++)
		text_add_char(t, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
}

static bool say(struct text *t, enum language l, const struct spoken_part *p, str value)
{
	const struct spoken_format *s = p->format.n ? format_find(p->format) : NULL;
	struct text said = {.a = t->a};

	if (!value.n)
		return false;
	if (!s)
		add_plain(t, value);
	else if (!s->say(&said, l, value))
		return false;
	else
		text_add(t, text_str(&said));
	return true;
}

static void leave_out(struct text *t, const struct spoken_part *p, struct spoken *ret)
{
	while (t->n && t->p[t->n - 1] == ' ')
		t->n--;
	if (!p->fallback.p && !ret->gaps++)
		ret->gap = p->name;
}

void spoken_fill(
        struct arena *a, str words, enum language l, const struct spoken_value *values, size_t n, struct spoken *ret)
{
	struct text t = {.a = a};
	struct spoken_part p;
	size_t at = 0;

	*ret = (struct spoken){.gaps = 0};
	while (spoken_next(words, &at, &p)) {
		text_add(&t, p.text);
		if (!p.name.p || say(&t, l, &p, value_of(p.name, values, n)))
			continue;
		if (p.fallback.n)
			text_add(&t, p.fallback);
		else
			leave_out(&t, &p, ret);
	}
	ret->text = str_trim(text_str(&t));
}
