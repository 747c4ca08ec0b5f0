/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.c - what a change changes, for people: steps of the script with their words marked, settings with old and new, contacts that come and
 * go with a few of their names. Made once, as JSON; docs/adr/0033 has its form. */
#include "domain/base/base.h"
#include "domain/change/change_priv.h"
#include "domain/change/words_diff.h"
#include "domain/script/script.h"

enum { SAMPLES = 5 };

/* Two versions of a script side by side. */
struct scripts {
	struct arena *a;
	struct json old, new; /* old: an empty one when nothing was dialled before */
	struct json_out *w;
};

static struct json node_of(struct json graph, str id)
{
	struct json nodes = json_get(graph, "nodes");

	for (size_t i = 0; i < json_count(nodes); i++)
		if (str_eq(json_get_text(json_at(nodes, i), "id"), id))
			return json_at(nodes, i);
	return (struct json){0};
}

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
	return json_get_text(node_of(graph, json_get_text(graph, member)), "title");
}

static bool same_text(str a, str b)
{
	return a.n == b.n && str_eq(a, b);
}

static void put_piece(struct json_out *w, enum words_op op, str text)
{
	static const char *const signs[] = {[WORDS_SAME] = "=", [WORDS_ADDED] = "+", [WORDS_REMOVED] = "-"};

	json_open(w, '[');
	json_add_text(w, str_of(signs[op]));
	json_add_text(w, text);
	json_close(w, ']');
}

static void put_words(struct scripts *s, struct json old, struct json new)
{
	const struct words_piece *p;
	size_t n = words_diff(s->a, json_get_text(old, "text"), json_get_text(new, "text"), &p);

	json_key(s->w, "words");
	json_open(s->w, '[');
	for (size_t i = 0; i < n; i++)
		put_piece(s->w, p[i].op, p[i].text);
	json_close(s->w, ']');
}

/* An answer as people know it: «Соединю → Разговор с ЛПР». */
static str answer_at(struct scripts *s, struct json graph, struct json node, size_t i)
{
	struct json answer = json_at(json_get(node, "answers"), i);
	str to = json_get_text(node_of(graph, json_get_text(answer, "to")), "title"), label = json_get_text(answer, "label");

	return to.n ? str_printf(s->a, "%.*s → %.*s", STR_ARG(label), STR_ARG(to)) : label;
}

static bool answers(struct scripts *s, struct json graph, struct json node, str wanted)
{
	for (size_t i = 0; i < json_count(json_get(node, "answers")); i++)
		if (same_text(answer_at(s, graph, node, i), wanted))
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
		put_piece(s->w, WORDS_REMOVED, one);
		any = true;
	}
	for (size_t i = 0; i < json_count(json_get(new, "answers")); i++) {
		str one = answer_at(s, s->new, new, i);
		if (answers(s, s->old, old, one))
			continue;
		put_piece(s->w, WORDS_ADDED, one);
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
	return !same_text(text_str(&was), text_str(&is));
}

/* What else of a step changed, by name. */
static bool put_others(struct scripts *s, struct json old, struct json new)
{
	static const char *const members[] = {"title", "type", "stage", "tone", "hint", "forbidden", "fields", "result_id"};
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
	any |= !same_text(json_get_text(old, "text"), json_get_text(new, "text"));
	put_words(s, old, new);
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
		struct json before = node_of(s->old, json_get_text(json_at(new, i), "id"));
		put_step(s, before, json_at(new, i), json_kind(before) == JSON_OBJECT ? "changed" : "added");
	}
	for (size_t i = 0; i < json_count(old); i++)
		if (json_kind(node_of(s->new, json_get_text(json_at(old, i), "id"))) != JSON_OBJECT)
			put_step(s, json_at(old, i), (struct json){0}, "removed");
	json_close(s->w, ']');
}

static int put_script(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	struct scripts s = {.a = a, .w = w};
	struct val was[2] = {0}, new[2];
	int err = db_one(db, a, "SELECT graph, number FROM script_version WHERE project_id = ?1 AND state = 'active'",
	        VALS(V(c->project_id)), was, 2, f);

	if (err == ENOENT)
		was[0] = V(STR("{}"));
	err = err == ENOENT ? 0 : err;
	if (!err)
		err = db_one(db, a, "SELECT graph, number FROM script_version WHERE id = ?1", VALS(V(c->script_version_id)),
		        new, 2, f);
	if (!err)
		err = json_parse(a, val_str(was[0]), &s.old, f);
	if (!err)
		err = json_parse(a, val_str(new[0]), &s.new, f);
	if (err)
		return err;
	json_key(w, "script");
	json_open(w, '{');
	json_key(w, "from");
	if (val_int(was[1]))
		json_add_int(w, val_int(was[1]));
	else
		json_add_null(w);
	json_member_int(w, "to", val_int(new[1]));
	json_member_text(
	        w, "start", same_text(titled(s.old, "start"), titled(s.new, "start")) ? (str){0} : titled(s.new, "start"));
	put_steps(&s);
	json_close(w, '}');
	return 0;
}

/* Base ----------------------------------------------------------------------------------------------------------------- */

static int put_samples(struct db *db, struct arena *a, const char *sql, int64_t id, struct json_out *w, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, sql, VALS(V(id), V((int64_t)SAMPLES)), &r, f);

	json_key(w, "samples");
	json_open(w, '[');
	while (!err && !(err = rows_next(&r, f))) {
		json_open(w, '{');
		json_member_text(w, "company", rows_str(&r, 0));
		json_member_text(w, "city", rows_str(&r, 1));
		json_close(w, '}');
	}
	rows_done(&r);
	json_close(w, ']');
	return err == ENOENT ? 0 : err;
}

static int put_count(
        struct db *db, struct arena *a, const char *key, const char *sql, int64_t id, struct json_out *w, struct fault *f)
{
	struct val n;
	int err = db_one(db, a, sql, VALS(V(id)), &n, 1, f);

	if (!err)
		json_member_int(w, key, val_int(n));
	return err;
}

static int put_text(
        struct db *db, struct arena *a, const char *key, const char *sql, int64_t id, struct json_out *w, struct fault *f)
{
	struct val v = {0};
	int err = db_one(db, a, sql, VALS(V(id)), &v, 1, f);

	json_member_text(w, key, val_str(v));
	return err == ENOENT ? 0 : err;
}

#define NAME_OF_BASE "SELECT name FROM base WHERE id = ?1"

static int put_base(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	bool part = c->import_id != 0;
	int64_t id = part ? c->import_id : c->base_id;
	int err;

	json_key(w, "base");
	json_open(w, '{');
	err = put_text(db, a, "name",
	        part ? "SELECT b.name FROM base b JOIN import i ON i.base_id = b.id WHERE i.id = ?1" : NAME_OF_BASE, id, w,
	        f);
	if (!err)
		err = put_text(db, a, "file", "SELECT file_name FROM import WHERE id = ?1", c->import_id, w, f);
	if (!err)
		err = put_count(db, a, "added",
		        part ? "SELECT COUNT(*) FROM contact WHERE import_id = ?1"
		             : "SELECT COALESCE(SUM(contacts), 0) FROM contact_state WHERE base_id = ?1 AND state <> 'hidden'",
		        id, w, f);
	if (!err)
		err = put_samples(db, a,
		        part ? "SELECT company, city FROM contact WHERE import_id = ?1 ORDER BY id LIMIT ?2"
		             : "SELECT company, city FROM contact WHERE base_id = ?1 AND state <> 'hidden' ORDER BY id LIMIT ?2",
		        id, w, f);
	if (!err)
		err = put_text(db, a, "retired", NAME_OF_BASE, c->retires_base_id, w, f);
	if (!err)
		err = put_count(db, a, "removed",
		        "SELECT COALESCE(SUM(contacts), 0) FROM contact_state WHERE base_id = ?1 AND state IN ('fresh', 'due', "
		        "'reserved')",
		        c->retires_base_id, w, f);
	json_close(w, '}');
	return err;
}

/* Strategy --------------------------------------------------------------------------------------------------------------- */

static void put_value(const struct field *field, const struct strategy *s, struct json_out *w)
{
	struct val v = s ? field_load(field, s) : (struct val){0};

	if (v.type != VAL_NULL && field->type == FIELD_JSON)
		json_add_raw(w, val_str(v));
	else if (v.type == VAL_INT)
		json_add_int(w, v.u.i);
	else
		json_add_text(w, val_str(v));
}

/* old NULL: there was none. */
static void put_setting(const char *name, const struct strategy *old, const struct strategy *new, struct json_out *w)
{
	const struct field *field = shape_field(&strategy_entity.shape, str_of(name));
	struct val was = old ? field_load(field, old) : (struct val){0}, is = field_load(field, new);

	if (old && was.type == is.type && (was.type == VAL_INT ? was.u.i == is.u.i : same_text(val_str(was), val_str(is))))
		return;
	json_open(w, '{');
	json_member_text(w, "field", str_of(name));
	json_key(w, "old");
	put_value(field, old, w);
	json_key(w, "new");
	put_value(field, new, w);
	json_close(w, '}');
}

static int put_strategy(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	static const char *const names[] = {"mode", "hours", "attempts_total", "attempts_day", "attempts_week",
	        "attempt_gap_min", "takes_first", "goal", "offer"};
	struct strategy old, new;
	struct project p;
	struct val any;
	int err = entity_get(&project_entity, db, a, c->project_id, &p, f);

	if (!err)
		err = entity_get(&strategy_entity, db, a, c->strategy_id, &new, f);
	if (!err)
		err = db_one(db, a, "SELECT COUNT(*) FROM strategy WHERE project_id = ?1 AND state = 'active'",
		        VALS(V(c->project_id)), &any, 1, f);
	if (err)
		return err;
	old = strategy_of(&p);
	json_key(w, "strategy");
	json_open(w, '[');
	for (size_t i = 0; i < COUNT(names); i++)
		put_setting(names[i], val_int(any) ? &old : NULL, &new, w);
	json_close(w, ']');
	return 0;
}

int change_diff(struct db *db, struct arena *a, const struct change *c, str *ret, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	int err = 0;

	json_open(&w, '{');
	if (c->script_version_id)
		err = put_script(db, a, c, &w, f);
	if (!err && (c->base_id || c->import_id || c->retires_base_id))
		err = put_base(db, a, c, &w, f);
	if (!err && c->strategy_id)
		err = put_strategy(db, a, c, &w, f);
	json_close(&w, '}');
	if (!err)
		*ret = text_str(&t);
	return err;
}
