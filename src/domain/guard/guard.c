/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard.c - the rules one after another, and what they say as JSON. */
#include "domain/guard/guard_priv.h"

const char *const guard_rule_names[GUARD_RULES + 1] = {
        "SUBJECT", "EXCLAM", "SPELL", "PARA", "SIGN", "QUOTE", "CC", "ONE", NULL};

enum { VIOLATIONS_MAX = 500 };

/* In the order of their names. The signature is found before the rules that leave it alone. */
static void (*const rules[])(struct check *) = {
        check_sign, check_subject, check_exclam, check_spell, check_para, check_quote, check_copies, check_one};

void report(struct check *c, enum guard_rule rule, const char *field, size_t at, str text, const char *why)
{
	if (c->v.n == VIOLATIONS_MAX)
		return;
	if (c->v.n == c->cap) {
		struct guard_violation *more = NEW_N(c->a, struct guard_violation, c->cap ? c->cap * 2 : 16);

		if (c->v.n)
			memcpy(more, c->v.of, c->v.n * sizeof *more);
		c->v.of = more;
		c->cap = c->cap ? c->cap * 2 : 16;
	}
	c->v.of[c->v.n++] = (struct guard_violation){rule, field, (int64_t)at, text, why};
}

/* By rule; within one the order stays, which is by place. */
static void sort(struct guard_verdict *v)
{
	for (size_t i = 1; i < v->n; i++) {
		struct guard_violation one = v->of[i];
		size_t j = i;

		for (; j > 0 && v->of[j - 1].rule > one.rule; j--)
			v->of[j] = v->of[j - 1];
		v->of[j] = one;
	}
}

struct guard_verdict guard_check(struct arena *a, const struct guard_draft *d, struct speller *s)
{
	struct check c = {.a = a,
	        .d = d,
	        .s = s,
	        .subject = piece_of(a, "subject", d->letter.subject),
	        .body = piece_of(a, "body", d->letter.body)};

	mark_links(&c.subject);
	mark_cited(&c.subject);
	mark_names(&c.subject, d);
	mark_history(&c.body, d->has_parent ? &d->parent : NULL);
	mark_links(&c.body);
	mark_cited(&c.body);
	mark_names(&c.body, d);
	for (size_t i = 0; i < COUNT(rules); i++)
		rules[i](&c);
	sort(&c.v);
	return c.v;
}

void guard_put(struct json_out *w, const struct guard_verdict *v)
{
	json_open(w, '{');
	json_member_text(w, "verdict", v->n ? STR("fail") : STR("pass"));
	json_key(w, "violations");
	json_open(w, '[');
	for (size_t i = 0; i < v->n; i++) {
		json_open(w, '{');
		json_member_text(w, "rule", str_of(guard_rule_names[v->of[i].rule]));
		json_member_text(w, "field", str_of(v->of[i].field));
		json_member_int(w, "at", v->of[i].at);
		json_member_text(w, "text", v->of[i].text);
		json_member_text(w, "why", str_of(v->of[i].why));
		json_close(w, '}');
	}
	json_close(w, ']');
	json_close(w, '}');
}
