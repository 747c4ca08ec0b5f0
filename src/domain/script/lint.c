/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lint.c - what an experienced author would notice in a script: dead ends, steps nobody reaches, an interrogation instead of an
 * orientation («не более 5–7 открытых вопросов»), phrases that only make a conflict worse, unknown merge fields. */
#include "base/utf8.h"
#include "callflow/spoken.h"
#include "domain/script/script.h"

enum { OPEN_QUESTIONS_MAX = 7, LINTS_MAX = 500 };

/* Never to be said to an angry person (the source text on conflicts), nor a promise nobody can keep. Lower case. */
static const char *const never_said[] = {
        "успокойтесь", "не нервничайте", "вы не правы", "calm down", "don't be nervous", NULL};

struct linter {
	struct arena *a;
	struct json graph, nodes;
	const str *keys;
	size_t n_keys;
	bool *reached;
	struct lint *found;
	size_t n;
};

static void say(struct linter *l, const char *code, bool error, str node, str what)
{
	if (l->n < LINTS_MAX)
		l->found[l->n++] = (struct lint){code, error, node, what};
}

static size_t node_index(const struct linter *l, str id)
{
	for (size_t i = 0; i < json_count(l->nodes); i++)
		if (str_eq(json_get_text(json_at(l->nodes, i), "id"), id))
			return i;
	return SIZE_MAX;
}

/* Depth first from id; each step once, so a loop in the script ends. */
static void reach(struct linter *l, str id)
{
	size_t *stack = NEW_N(l->a, size_t, json_count(l->nodes) + 1), n = 0, first = node_index(l, id);

	if (first == SIZE_MAX || l->reached[first])
		return;
	l->reached[first] = true;
	stack[n++] = first;
	while (n) {
		struct json answers = json_get(json_at(l->nodes, stack[--n]), "answers");
		for (size_t i = 0; i < json_count(answers); i++) {
			size_t next = node_index(l, json_get_text(json_at(answers, i), "to"));
			if (next == SIZE_MAX || l->reached[next])
				continue;
			l->reached[next] = true;
			stack[n++] = next;
		}
	}
}

static void lint_merge_fields(struct linter *l, str id, str text)
{
	for (size_t from = 0, open, close; (open = str_find(text, '{', from)) < text.n; from = close) {
		str name;
		close = str_find(text, '}', open);
		name = str_trim(str_sub(text, open + 1, close));
		if (close == text.n || !spoken_name_known(name, l->keys, l->n_keys))
			say(l, "unknown_field", true, id, name);
	}
}

static void lint_words(struct linter *l, str id, struct json node)
{
	str text = json_get_text(node, "text"), lower = utf8_lower(l->a, text);
	struct json forbidden = json_get(node, "forbidden");

	for (size_t i = 0; never_said[i]; i++)
		if (str_find_str(lower, str_of(never_said[i]), 0) < lower.n)
			say(l, "forbidden", false, id, str_of(never_said[i]));
	for (size_t i = 0; i < json_count(forbidden); i++) {
		str phrase = {0};
		if (json_text(json_at(forbidden, i), &phrase) && phrase.n &&
		        str_find_str(lower, utf8_lower(l->a, phrase), 0) < lower.n)
			say(l, "forbidden", true, id, phrase);
	}
	if (str_find(text, '!', 0) < text.n)
		say(l, "exclamation", false, id, (str){0});
}

static void lint_node(struct linter *l, size_t i)
{
	struct json node = json_at(l->nodes, i), answers = json_get(node, "answers"), fields = json_get(node, "fields");
	str id = json_get_text(node, "id"), type = json_get_text(node, "type");
	bool leads_on = false;

	for (size_t k = 0; k < json_count(answers); k++)
		leads_on |= json_get_text(json_at(answers, k), "to").n > 0;
	if (!l->reached[i])
		say(l, "unreachable", false, id, (str){0});
	if (!leads_on && !str_eq(type, STR("end")))
		say(l, "dead_end", true, id, (str){0});
	if (json_get_text(node, "text").n == 0)
		say(l, "no_text", !str_eq(type, STR("end")), id, (str){0});
	for (size_t k = 0; k < json_count(fields); k++) {
		str key = {0};
		bool known = false;
		for (size_t n = 0; json_text(json_at(fields, k), &key) && n < l->n_keys; n++)
			known |= str_eq(key, l->keys[n]);
		if (!known)
			say(l, "unknown_field", true, id, key);
	}
	lint_merge_fields(l, id, json_get_text(node, "text"));
	lint_words(l, id, node);
}

/* Open questions in each stage of orientation: steps that ask. */
static void lint_questions(struct linter *l)
{
	struct json stages = json_get(l->graph, "stages");

	for (size_t s = 0; s < json_count(stages); s++) {
		str stage = json_get_text(json_at(stages, s), "id");
		int asked = 0;
		if (!str_eq(json_get_text(json_at(stages, s), "kind"), STR("orientation")))
			continue;
		for (size_t i = 0; i < json_count(l->nodes); i++)
			asked += str_eq(json_get_text(json_at(l->nodes, i), "stage"), stage) &&
			         str_eq(json_get_text(json_at(l->nodes, i), "type"), STR("ask"));
		if (asked > OPEN_QUESTIONS_MAX)
			say(l, "many_questions", false, (str){0}, json_get_text(json_at(stages, s), "name"));
	}
}

int graph_lint(
        struct arena *a, str text, const str *keys, size_t n_keys, const struct lint **ret, size_t *ret_n, struct fault *f)
{
	struct linter l = {.a = a, .keys = keys, .n_keys = n_keys};
	int err = json_parse(a, text, &l.graph, f);

	if (err)
		return err;
	l.nodes = json_get(l.graph, "nodes");
	l.reached = NEW_N(a, bool, json_count(l.nodes) + 1);
	l.found = NEW_N(a, struct lint, LINTS_MAX);
	if (json_count(l.nodes) == 0)
		say(&l, "empty", true, (str){0}, (str){0});
	reach(&l, json_get_text(l.graph, "start"));
	reach(&l, json_get_text(l.graph, "conflict"));
	for (size_t i = 0; i < json_count(l.nodes); i++)
		lint_node(&l, i);
	lint_questions(&l);
	*ret = l.found;
	*ret_n = l.n;
	return 0;
}
