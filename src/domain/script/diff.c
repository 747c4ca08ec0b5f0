/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.c - two versions of a script side by side, for people: steps that came, went and changed, with their words marked. */
#include "domain/script/script.h"
#include "domain/script/words_diff.h"

/* Two versions of a script side by side. */
struct scripts {
	struct arena *a;
	struct json old, new; /* old: an empty one when nothing was dialled before */
	struct json_out *w;
};

static str stage_of(struct json graph, struct json node)
{
	struct json stages = json_get(graph, "stages");
	str id = json_get_text(node, "stage");

	for (size_t i = 0; i < json_count(stages); i++)
		if (str_eq(json_get_text(json_at(stages, i), "id"), id))
			return json_get_text(json_at(stages, i), "name");
	return (str){0};
}

static str titled(struct json graph, const char *member)
{
	return json_get_text(graph_node(graph, json_get_text(graph, member)), "title");
}

/* An answer as people know it: «Соединю → Разговор с ЛПР». */
static str answer_at(struct scripts *s, struct json graph, struct json node, size_t i)
{
	struct json answer = json_at(json_get(node, "answers"), i);
	str to = json_get_text(graph_node(graph, json_get_text(answer, "to")), "title"),
	    label = json_get_text(answer, "label");

	return to.n ? str_printf(s->a, "%.*s → %.*s", STR_ARG(label), STR_ARG(to)) : label;
}

static bool answers(struct scripts *s, struct json graph, struct json node, str wanted)
{
	for (size_t i = 0; i < json_count(json_get(node, "answers")); i++)
		if (str_eq(answer_at(s, graph, node, i), wanted))
			return true;
	return false;
}

/* What of the answers came and went; returns whether anything did. */
static bool put_answers(struct scripts *s, struct json old, struct json new)
{
	bool any = false;

	json_key(s->w, "answers");
	json_open(s->w, '[');
	for (size_t i = 0; i < json_count(json_get(old, "answers")); i++) {
		str one = answer_at(s, s->old, old, i);
		if (answers(s, s->new, new, one))
			continue;
		words_put(s->w, WORDS_REMOVED, one);
		any = true;
	}
	for (size_t i = 0; i < json_count(json_get(new, "answers")); i++) {
		str one = answer_at(s, s->new, new, i);
		if (answers(s, s->old, old, one))
			continue;
		words_put(s->w, WORDS_ADDED, one);
		any = true;
	}
	json_close(s->w, ']');
	return any;
}

static bool differs(struct arena *a, struct json old, struct json new, const char *member)
{
	struct text was = {.a = a}, is = {.a = a};
	enum json_kind k = json_kind(json_get(old, member)), n = json_kind(json_get(new, member));

	if ((k == JSON_ABSENT || k == JSON_NULL) && (n == JSON_ABSENT || n == JSON_NULL))
		return false;
	json_put(&was, json_get(old, member));
	json_put(&is, json_get(new, member));
	return !str_eq(text_str(&was), text_str(&is));
}

/* What else of a step changed, by name. */
static bool put_others(struct scripts *s, struct json old, struct json new)
{
	static const char *const members[] = {
	        "title", "type", "stage", "tone", "hint", "forbidden", "fields", "articles", "result_id"};
	bool any = false;

	json_key(s->w, "others");
	json_open(s->w, '[');
	for (size_t i = 0; i < COUNT(members); i++) {
		if (!differs(s->a, old, new, members[i]))
			continue;
		json_add_text(s->w, str_of(members[i]));
		any = true;
	}
	json_close(s->w, ']');
	return any;
}

/* One step, printed only when it changed: printed aside first. */
static void put_step(struct scripts *s, struct json old, struct json new, const char *what)
{
	bool gone = json_kind(new) != JSON_OBJECT, added = json_kind(old) != JSON_OBJECT, any = gone || added;
	struct json node = gone ? old : new;
	struct text aside = {.a = s->a};
	struct json_out out = {.t = &aside}, *w = s->w;

	s->w = &out;
	json_open(&out, '{');
	json_member_text(&out, "id", json_get_text(node, "id"));
	json_member_text(&out, "title", json_get_text(node, "title"));
	json_member_text(&out, "stage", stage_of(gone ? s->old : s->new, node));
	json_member_text(&out, "what", str_of(what));
	any |= !str_eq(json_get_text(old, "text"), json_get_text(new, "text"));
	json_key(&out, "words");
	words_diff_put(s->a, json_get_text(old, "text"), json_get_text(new, "text"), &out);
	any |= put_answers(s, old, new);
	if (!gone && !added)
		any |= put_others(s, old, new);
	json_close(&out, '}');
	s->w = w;
	if (any)
		json_add_raw(w, text_str(&aside));
}

static void put_steps(struct scripts *s)
{
	struct json old = json_get(s->old, "nodes"), new = json_get(s->new, "nodes");

	json_key(s->w, "steps");
	json_open(s->w, '[');
	for (size_t i = 0; i < json_count(new); i++) {
		struct json before = graph_node(s->old, json_get_text(json_at(new, i), "id"));
		put_step(s, before, json_at(new, i), json_kind(before) == JSON_OBJECT ? "changed" : "added");
	}
	for (size_t i = 0; i < json_count(old); i++)
		if (json_kind(graph_node(s->new, json_get_text(json_at(old, i), "id"))) != JSON_OBJECT)
			put_step(s, json_at(old, i), (struct json){0}, "removed");
	json_close(s->w, ']');
}

void script_diff(struct arena *a, struct json old, struct json new, struct json_out *w)
{
	struct scripts s = {.a = a, .old = old, .new = new, .w = w};
	str was = titled(old, "start"), is = titled(new, "start");

	json_member_text(w, "start", str_eq(was, is) ? (str){0} : is);
	put_steps(&s);
}
