/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c - is a script graph well-formed. */
#include "base/utf8.h"
#include "domain/script/script.h"

static const char *const stage_kinds[] = {"contact", "orientation", "options", "decision", "exit", "conflict", NULL};
static const char *const node_types[] = {"say", "ask", "objection", "end", NULL};

static int bad(struct fault *f, struct arena *a, str place, const char *code, const char *what)
{
	return fail(f, EINVAL, str_z(a, place), code, "%s", what);
}

static bool among(str word, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (str_eq(word, str_of(words[i])))
			return true;
	return false;
}

/* Only these members, so that a typo is not kept silently. */
static int members_known(struct arena *a, struct json object, str place, const char *const *names, struct fault *f)
{
	void *iter = NULL;
	struct json value;
	str key;

	if (json_kind(object) != JSON_OBJECT)
		return bad(f, a, place, "object", "an object is needed here");
	while (json_next(object, &iter, &key, &value))
		if (!among(key, names))
			return bad(f, a, str_printf(a, "%.*s.%.*s", STR_ARG(place), STR_ARG(key)), "unknown",
			        "there is no such member");
	return 0;
}

/* A text member of at most max characters; needed: it must be there and not be empty. */
static int text_member(
        struct arena *a, struct json object, str place, const char *key, size_t max, bool needed, struct fault *f)
{
	struct json v = json_get(object, key);
	str s = {0}, at = str_printf(a, "%.*s.%s", STR_ARG(place), key);

	if (json_kind(v) != JSON_ABSENT && json_kind(v) != JSON_NULL && !json_text(v, &s))
		return bad(f, a, at, "text", "a text is needed here");
	if (needed && s.n == 0)
		return bad(f, a, at, "required", "this cannot be empty");
	if (utf8_count(s) > max)
		return bad(f, a, at, "long", "the text is too long");
	return 0;
}

static bool has_id(struct json list, str id, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (str_eq(json_get_text(json_at(list, i), "id"), id))
			return true;
	return false;
}

/* The id of item i: there, and not used before in the list. */
static int id_unique(struct arena *a, struct json list, size_t i, str place, struct fault *f)
{
	int err = text_member(a, json_at(list, i), place, "id", 40, true, f);

	if (!err && has_id(list, json_get_text(json_at(list, i), "id"), i))
		err = bad(f, a, str_printf(a, "%.*s.id", STR_ARG(place)), "twice", "this id is used twice");
	return err;
}

static int check_stage(struct arena *a, struct json stages, size_t i, struct fault *f)
{
	static const char *const names[] = {"id", "name", "kind", NULL};
	str place = str_printf(a, "graph.stages[%zu]", i);
	struct json stage = json_at(stages, i);
	int err = members_known(a, stage, place, names, f);

	if (!err)
		err = id_unique(a, stages, i, place, f);
	if (!err)
		err = text_member(a, stage, place, "name", 100, true, f);
	if (!err && !among(json_get_text(stage, "kind"), stage_kinds))
		err = bad(f, a, str_printf(a, "%.*s.kind", STR_ARG(place)), "word", "this is no kind of stage");
	return err;
}

static int check_answer(struct arena *a, struct json nodes, struct json answers, size_t i, str node_place, struct fault *f)
{
	static const char *const names[] = {"id", "label", "to", "set", NULL};
	str place = str_printf(a, "%.*s.answers[%zu]", STR_ARG(node_place), i), to;
	struct json answer = json_at(answers, i);
	int err = members_known(a, answer, place, names, f);

	if (!err)
		err = id_unique(a, answers, i, place, f);
	if (!err)
		err = text_member(a, answer, place, "label", 200, true, f);
	if (!err)
		err = text_member(a, answer, place, "to", 40, false, f);
	to = json_get_text(answer, "to");
	if (!err && to.n && !has_id(nodes, to, json_count(nodes)))
		err = bad(
		        f, a, str_printf(a, "%.*s.to", STR_ARG(place)), "no_step", "it leads to a step that does not exist");
	return err;
}

static int check_node_texts(struct arena *a, struct json node, str place, struct fault *f)
{
	static const struct {
		const char *key;
		size_t max;
	} texts[] = {{"title", 200}, {"text", GRAPH_TEXT}, {"tone", 200}, {"hint", 2000}, {"stage", 40}};
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(texts); i++)
		err = text_member(a, node, place, texts[i].key, texts[i].max, false, f);
	return err;
}

/* Numbers of articles, few enough to be read in a talk. */
static int check_articles(struct arena *a, struct json node, str place, struct fault *f)
{
	struct json list = json_get(node, "articles");
	bool absent = json_kind(list) == JSON_ABSENT || json_kind(list) == JSON_NULL, good = json_kind(list) == JSON_ARRAY;
	int64_t id;

	for (size_t i = 0; good && i < json_count(list); i++)
		good = json_int(json_at(list, i), &id) && id > 0;
	if (absent || (good && json_count(list) <= GRAPH_ARTICLES))
		return 0;
	return bad(f, a, str_printf(a, "%.*s.articles", STR_ARG(place)), "articles",
	        "a list of up to 10 articles is needed here");
}

static int check_node(struct arena *a, struct json graph, size_t i, struct fault *f)
{
	static const char *const names[] = {"id", "stage", "type", "title", "text", "tone", "forbidden", "hint", "fields",
	        "articles", "result_id", "answers", "x", "y", NULL};
	struct json nodes = json_get(graph, "nodes"), node = json_at(nodes, i), answers = json_get(node, "answers");
	str place = str_printf(a, "graph.nodes[%zu]", i), stage = json_get_text(node, "stage");
	int err = members_known(a, node, place, names, f);

	if (!err)
		err = id_unique(a, nodes, i, place, f);
	if (!err)
		err = check_node_texts(a, node, place, f);
	if (!err && !among(json_get_text(node, "type"), node_types))
		err = bad(f, a, str_printf(a, "%.*s.type", STR_ARG(place)), "word", "this is no type of step");
	if (!err && stage.n && !has_id(json_get(graph, "stages"), stage, json_count(json_get(graph, "stages"))))
		err = bad(f, a, str_printf(a, "%.*s.stage", STR_ARG(place)), "no_stage", "there is no such stage");
	if (!err)
		err = check_articles(a, node, place, f);
	if (!err && json_count(answers) > GRAPH_ANSWERS)
		err = bad(f, a, str_printf(a, "%.*s.answers", STR_ARG(place)), "many", "too many answers for one step");
	for (size_t k = 0; !err && k < json_count(answers); k++)
		err = check_answer(a, nodes, answers, k, place, f);
	return err;
}

struct json graph_node(struct json graph, str id)
{
	struct json nodes = json_get(graph, "nodes");

	for (size_t i = 0; i < json_count(nodes); i++)
		if (str_eq(json_get_text(json_at(nodes, i), "id"), id))
			return json_at(nodes, i);
	return (struct json){0};
}

static int check_pointer(struct arena *a, struct json graph, const char *key, bool needed, struct fault *f)
{
	struct json nodes = json_get(graph, "nodes");
	str id = json_get_text(graph, key), place = str_printf(a, "graph.%s", key);

	if (id.n ? has_id(nodes, id, json_count(nodes)) : !needed)
		return 0;
	return bad(f, a, place, "no_step", "it must name a step of the graph");
}

int graph_check(struct arena *a, str text, struct fault *f)
{
	static const char *const names[] = {"start", "conflict", "stages", "nodes", NULL};
	struct json graph, stages, nodes;
	int err = json_parse(a, text, &graph, f);

	if (err)
		return err;
	stages = json_get(graph, "stages");
	nodes = json_get(graph, "nodes");
	err = members_known(a, graph, STR("graph"), names, f);
	if (!err && (json_kind(stages) != JSON_ARRAY || json_kind(nodes) != JSON_ARRAY))
		err = bad(f, a, STR("graph"), "object", "it needs the lists stages and nodes");
	if (!err && (json_count(stages) > GRAPH_STAGES || json_count(nodes) > GRAPH_NODES))
		err = bad(f, a, STR("graph"), "many", "a script has at most 30 stages and 500 steps");
	for (size_t i = 0; !err && i < json_count(stages); i++)
		err = check_stage(a, stages, i, f);
	for (size_t i = 0; !err && i < json_count(nodes); i++)
		err = check_node(a, graph, i, f);
	if (!err)
		err = check_pointer(a, graph, "start", json_count(nodes) > 0, f);
	if (!err)
		err = check_pointer(a, graph, "conflict", false, f);
	return err;
}
