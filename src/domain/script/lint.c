/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lint.c - what an experienced author would notice in a script: dead ends and circles without a way out, steps nobody reaches, an
 * interrogation instead of an orientation («не более 5–7 открытых вопросов»), phrases that only make a conflict worse, names of things that are
 * not there. */
#include "base/utf8.h"
#include "callflow/spoken.h"
#include "domain/script/script.h"

enum { OPEN_QUESTIONS_MAX = 7, LINTS_MAX = 500 };

enum code {
	EMPTY,
	NO_TEXT,
	DEAD_END,
	CIRCLE,
	UNREACHABLE,
	NO_CONFLICT,
	MANY_QUESTIONS,
	FORBIDDEN,
	UNKNOWN_FIELD,
	UNKNOWN_RESULT,
	UNKNOWN_ARTICLE,
	SAME_ANSWER,
	TO_FILL,
	EXCLAMATION
};
const char *const lint_codes[] = {"empty", "no_text", "dead_end", "circle", "unreachable", "no_conflict", "many_questions",
        "forbidden", "unknown_field", "unknown_result", "unknown_article", "same_answer", "to_fill", "exclamation", NULL};

/* Never to be said to an angry person (the source text on conflicts), nor a promise nobody can keep. Lower case. */
static const char *const never_said[] = {
        "успокойтесь", "не нервничайте", "вы не правы", "calm down", "don't be nervous", NULL};

struct linter {
	struct arena *a;
	struct json graph, nodes;
	const struct lint_names *names;
	size_t *ways;
	bool *reached, *ends; /* from the start or the conflict; an end can be reached from here */
	struct lint *found;
	size_t n;
};

static void say(struct linter *l, enum code code, bool error, str node, str what)
{
	if (l->n < LINTS_MAX)
		l->found[l->n++] = (struct lint){lint_codes[code], error, node, what};
}

static size_t node_index(const struct linter *l, str id)
{
	for (size_t i = 0; i < json_count(l->nodes); i++)
		if (str_eq(json_get_text(json_at(l->nodes, i), "id"), id))
			return i;
	return SIZE_MAX;
}

static bool is_end(struct json node)
{
	return str_eq(json_get_text(node, "type"), STR("end"));
}

/* Where each answer leads: the table is filled once, SIZE_MAX is nowhere. */
static void find_ways(struct linter *l)
{
	size_t n = json_count(l->nodes);

	l->ways = NEW_N(l->a, size_t, n * GRAPH_ANSWERS + 1);
	for (size_t i = 0; i < n; i++) {
		struct json answers = json_get(json_at(l->nodes, i), "answers");
		for (size_t k = 0; k < GRAPH_ANSWERS; k++)
			l->ways[i * GRAPH_ANSWERS + k] =
			        k < json_count(answers) ? node_index(l, json_get_text(json_at(answers, k), "to")) : SIZE_MAX;
	}
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
		const size_t *ways = l->ways + stack[--n] * GRAPH_ANSWERS;
		for (size_t i = 0; i < GRAPH_ANSWERS; i++) {
			if (ways[i] == SIZE_MAX || l->reached[ways[i]])
				continue;
			l->reached[ways[i]] = true;
			stack[n++] = ways[i];
		}
	}
}

static bool leads_out(const struct linter *l, size_t node)
{
	for (size_t i = 0; i < GRAPH_ANSWERS; i++) {
		size_t next = l->ways[node * GRAPH_ANSWERS + i];
		if (next != SIZE_MAX && l->ends[next])
			return true;
	}
	return false;
}

/* From the ends backwards, until nothing new is found. */
static void find_ends(struct linter *l)
{
	bool more = true;

	for (size_t i = 0; i < json_count(l->nodes); i++)
		l->ends[i] = is_end(json_at(l->nodes, i));
	while (more) {
		more = false;
		for (size_t i = 0; i < json_count(l->nodes); i++) {
			if (l->ends[i] || !leads_out(l, i))
				continue;
			l->ends[i] = more = true;
		}
	}
}

static void lint_merge_fields(struct linter *l, str id, str text)
{
	for (size_t from = 0, open, close; (open = str_find(text, '{', from)) < text.n; from = close) {
		str name;
		close = str_find(text, '}', open);
		name = str_trim(str_sub(text, open + 1, close));
		if (close == text.n || !spoken_name_known(name, l->names->keys, l->names->n_keys))
			say(l, UNKNOWN_FIELD, true, id, name);
	}
}

/* What the template left to the author, in square brackets. */
static void lint_to_fill(struct linter *l, str id, str text)
{
	size_t open = str_find(text, '[', 0), close = str_find(text, ']', open);

	if (close < text.n)
		say(l, TO_FILL, false, id, str_sub(text, open + 1, close));
}

static void lint_words(struct linter *l, str id, struct json node)
{
	str text = json_get_text(node, "text"), lower = utf8_lower(l->a, text);
	struct json forbidden = json_get(node, "forbidden");

	for (size_t i = 0; never_said[i]; i++)
		if (str_find_str(lower, str_of(never_said[i]), 0) < lower.n)
			say(l, FORBIDDEN, false, id, str_of(never_said[i]));
	for (size_t i = 0; i < json_count(forbidden); i++) {
		str phrase = {0};
		if (json_text(json_at(forbidden, i), &phrase) && phrase.n &&
		        str_find_str(lower, utf8_lower(l->a, phrase), 0) < lower.n)
			say(l, FORBIDDEN, true, id, phrase);
	}
	if (str_find(text, '!', 0) < text.n)
		say(l, EXCLAMATION, false, id, (str){0});
}

static bool has_key(const struct lint_names *names, str key)
{
	for (size_t i = 0; i < names->n_keys; i++)
		if (str_eq(key, names->keys[i]))
			return true;
	return false;
}

static bool has_id(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* Names of things outside the script. */
static void lint_names(struct linter *l, str id, struct json node)
{
	struct json fields = json_get(node, "fields"), articles = json_get(node, "articles");
	int64_t result = json_get_int(node, "result_id", 0), article;
	str key = {0};

	for (size_t i = 0; i < json_count(fields); i++)
		if (!json_text(json_at(fields, i), &key) || !has_key(l->names, key))
			say(l, UNKNOWN_FIELD, true, id, key);
	if (result && !has_id(l->names->results, l->names->n_results, result))
		say(l, UNKNOWN_RESULT, true, id, (str){0});
	for (size_t i = 0; i < json_count(articles); i++)
		if (!json_int(json_at(articles, i), &article) || !has_id(l->names->articles, l->names->n_articles, article))
			say(l, UNKNOWN_ARTICLE, false, id, (str){0});
}

/* Two answers an operator cannot tell apart; returns whether any leads on. */
static bool lint_answers(struct linter *l, str id, struct json answers)
{
	bool leads_on = false;

	for (size_t i = 0; i < json_count(answers); i++) {
		str label = utf8_lower(l->a, str_trim(json_get_text(json_at(answers, i), "label")));
		leads_on |= json_get_text(json_at(answers, i), "to").n > 0;
		for (size_t k = 0; k < i; k++)
			if (str_eq(label, utf8_lower(l->a, str_trim(json_get_text(json_at(answers, k), "label")))))
				say(l, SAME_ANSWER, false, id, json_get_text(json_at(answers, i), "label"));
	}
	return leads_on;
}

static void lint_node(struct linter *l, size_t i)
{
	struct json node = json_at(l->nodes, i);
	str id = json_get_text(node, "id");
	bool leads_on = lint_answers(l, id, json_get(node, "answers")), end = is_end(node);

	if (!l->reached[i])
		say(l, UNREACHABLE, false, id, (str){0});
	if (!leads_on && !end)
		say(l, DEAD_END, true, id, (str){0});
	else if (l->reached[i] && !l->ends[i])
		say(l, CIRCLE, true, id, (str){0});
	if (json_get_text(node, "text").n == 0)
		say(l, NO_TEXT, !end, id, (str){0});
	lint_names(l, id, node);
	lint_merge_fields(l, id, json_get_text(node, "text"));
	lint_to_fill(l, id, json_get_text(node, "text"));
	lint_words(l, id, node);
}

/* What a step asks: each question mark, and at least one. */
static int questions(struct json node)
{
	str text = json_get_text(node, "text");
	int n = 0;

	for (size_t at = 0; (at = str_find(text, '?', at)) < text.n; at++)
		n += at + 1 == text.n || text.p[at + 1] != '?';
	return n ? n : 1;
}

/* Open questions in each stage of orientation: those of steps that ask. */
static void lint_questions(struct linter *l)
{
	struct json stages = json_get(l->graph, "stages");

	for (size_t s = 0; s < json_count(stages); s++) {
		str stage = json_get_text(json_at(stages, s), "id");
		int asked = 0;
		if (!str_eq(json_get_text(json_at(stages, s), "kind"), STR("orientation")))
			continue;
		for (size_t i = 0; i < json_count(l->nodes); i++)
			if (str_eq(json_get_text(json_at(l->nodes, i), "stage"), stage) &&
			        str_eq(json_get_text(json_at(l->nodes, i), "type"), STR("ask")))
				asked += questions(json_at(l->nodes, i));
		if (asked > OPEN_QUESTIONS_MAX)
			say(l, MANY_QUESTIONS, false, (str){0}, json_get_text(json_at(stages, s), "name"));
	}
}

int graph_lint(
        struct arena *a, str text, const struct lint_names *names, const struct lint **ret, size_t *ret_n, struct fault *f)
{
	struct linter l = {.a = a, .names = names};
	int err = json_parse(a, text, &l.graph, f);

	if (err)
		return err;
	l.nodes = json_get(l.graph, "nodes");
	l.reached = NEW_N(a, bool, json_count(l.nodes) + 1);
	l.ends = NEW_N(a, bool, json_count(l.nodes) + 1);
	l.found = NEW_N(a, struct lint, LINTS_MAX);
	if (json_count(l.nodes) == 0)
		say(&l, EMPTY, true, (str){0}, (str){0});
	else if (!json_get_text(l.graph, "conflict").n)
		say(&l, NO_CONFLICT, false, (str){0}, (str){0});
	find_ways(&l);
	reach(&l, json_get_text(l.graph, "start"));
	reach(&l, json_get_text(l.graph, "conflict"));
	find_ends(&l);
	for (size_t i = 0; i < json_count(l.nodes); i++)
		lint_node(&l, i);
	lint_questions(&l);
	*ret = l.found;
	*ret_n = l.n;
	return 0;
}
