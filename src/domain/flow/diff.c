/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.c - two versions of a flow side by side, for people: steps that came, went and changed, what is said marked word by word, all else as rows
 * of old and new with the names of what is meant. */
#include "domain/flow/call_flow_priv.h"
#include "domain/script/words_diff.h"

/* One thing about a step: field (of a key: key), and its value as JSON, absent when there is none. */
struct row {
	const char *field;
	str key, value;
};
enum { ROWS = 40 };
struct side {
	struct db *db;
	struct arena *a;
	const struct drawing *d;
	size_t at;
	struct row rows[ROWS];
	size_t n;
};

static void add(struct side *s, const char *field, str key, str value)
{
	if (s->n < ROWS)
		s->rows[s->n++] = (struct row){field, key, value};
}

static void add_int(struct side *s, const char *field, int64_t v)
{
	add(s, field, (str){0}, str_printf(s->a, "%lld", (long long)v));
}

static void add_text(struct side *s, const char *field, str key, str v)
{
	struct text t = {.a = s->a};

	json_put_str(&t, v);
	add(s, field, key, text_str(&t));
}

static int add_name(struct side *s, const char *field, const char *sql, int64_t id, struct fault *f)
{
	struct val name;
	int err = id ? db_one(s->db, s->a, sql, VALS(V(id)), &name, 1, f) : ENOENT;

	if (!err)
		add_text(s, field, (str){0}, val_str(name));
	return err == ENOENT ? 0 : err;
}

static void add_target(struct side *s, const char *field, str key, int to)
{
	if (to >= 0)
		add_text(s, field, key, s->d->titles[to].n ? s->d->titles[to] : s->d->ids[to]);
}

static void add_hours(struct side *s)
{
	const struct hours *h = s->d->hours + s->at;
	struct text t = {.a = s->a};

	for (int i = 0; i < 7; i++)
		if (h->from[i] < h->to[i])
			text_addf(&t, "%s[%d,%d]", i ? "," : "[", h->from[i], h->to[i]);
		else
			text_addf(&t, "%snull", i ? "," : "[");
	text_addf(&t, "]");
	add(s, "hours", (str){0}, text_str(&t));
	add(s, "open_days_off", (str){0}, s->d->open_days_off[s->at] ? STR("true") : STR("false"));
}

/* What each key means, and where it leads. */
static int add_keys(struct side *s, struct fault *f)
{
	const struct flow_node *n = s->d->nodes + s->at;
	struct json all;
	int err = n->kind == FLOW_SURVEY ? json_parse(s->a, s->d->choices[s->at], &all, f) : 0;

	for (size_t i = 0; n->kind == FLOW_SURVEY && !err && i < json_count(all); i++)
		add_text(s, "answer", json_get_text(json_at(all, i), "key"), json_get_text(json_at(all, i), "value"));
	for (int k = 0; k < FLOW_KEYS; k++)
		add_target(s, "key", str_sub(STR(FLOW_KEY_SIGNS), (size_t)k, (size_t)k + 1), n->keys[k]);
	return err;
}

/* How long it waits, and how often it asks: where it does. */
static void add_limits(struct side *s)
{
	static const bool waits[FLOW_KINDS] = {[FLOW_MENU] = true,
	        [FLOW_SURVEY] = true,
	        [FLOW_CALLBACK] = true,
	        [FLOW_QUEUE] = true,
	        [FLOW_VOICEMAIL] = true,
	        [FLOW_OUTSIDE] = true};
	const struct flow_node *n = s->d->nodes + s->at;

	if (waits[n->kind] && n->wait_ms)
		add_int(s, "wait_s", n->wait_ms / 1000);
	if (n->kind == FLOW_MENU || n->kind == FLOW_SURVEY || n->kind == FLOW_CALLBACK)
		add_int(s, "tries", n->tries);
}

static int read_rows(struct side *s, struct fault *f)
{
	const struct flow_node *n = s->d->nodes + s->at;
	int err;

	add_text(s, "title", (str){0}, s->d->titles[s->at]);
	add_text(s, "type", (str){0}, str_of(flow_kind_names[n->kind]));
	err = add_name(s, "prompt", "SELECT name FROM prompt WHERE id = ?1", n->prompt, f);
	if (!err)
		err = add_name(s, "queue", "SELECT name FROM queue WHERE id = ?1", n->queue, f);
	if (n->kind == FLOW_HOURS)
		add_hours(s);
	if (n->kind == FLOW_OUTSIDE)
		add_text(s, "number", (str){0}, n->number);
	add_limits(s);
	if (n->kind == FLOW_SURVEY)
		add(s, "rates", (str){0}, s->d->rates[s->at] ? STR("true") : STR("false"));
	if (!err)
		err = add_keys(s, f);
	add_target(s, "next", (str){0}, n->next);
	add_target(s, "other", (str){0}, n->other);
	return err ? err : add_name(s, "result", "SELECT name FROM result WHERE id = ?1", n->result, f);
}

static const struct row *row_of(const struct side *s, const struct row *like)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->rows[i].field, like->field) && str_eq(s->rows[i].key, like->key))
			return s->rows + i;
	return NULL;
}

static void put_row(const struct row *old, const struct row *new, struct json_out *w)
{
	const struct row *any = new ? new : old;

	json_open(w, '{');
	json_member_text(w, "field", str_of(any->field));
	json_member_text(w, "key", any->key);
	json_key(w, "old");
	json_add_raw(w, old ? old->value : (str){0});
	json_key(w, "new");
	json_add_raw(w, new ? new->value : (str){0});
	json_close(w, '}');
}

/* Returns whether anything differs. */
static bool put_rows(const struct side *old, const struct side *new, struct json_out *w)
{
	bool any = false;

	json_key(w, "rows");
	json_open(w, '[');
	for (size_t i = 0; i < new->n; i++) {
		const struct row *was = row_of(old, new->rows + i);
		if (was && str_eq(was->value, new->rows[i].value))
			continue;
		put_row(was, new->rows + i, w);
		any = true;
	}
	for (size_t i = 0; i < old->n; i++) {
		if (row_of(new, old->rows + i))
			continue;
		put_row(old->rows + i, NULL, w);
		any = true;
	}
	json_close(w, ']');
	return any;
}

static bool put_words(struct arena *a, str old, str new, struct json_out *w)
{
	static const char *const signs[] = {[WORDS_SAME] = "=", [WORDS_ADDED] = "+", [WORDS_REMOVED] = "-"};
	const struct words_piece *p;
	size_t n = words_diff(a, old, new, &p);

	json_key(w, "words");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(w, '[');
		json_add_text(w, str_of(signs[p[i].op]));
		json_add_text(w, p[i].text);
		json_close(w, ']');
	}
	json_close(w, ']');
	return !str_eq(old, new);
}

struct diffing {
	struct db *db;
	struct arena *a;
	const struct drawing *old, *new;
	struct json_out *w;
};

/* One step, printed only when it changed: printed aside first. Indexes; -1: it is not there. What a step that went did is of no interest: only what it
 * said. */
static int put_step(const struct diffing *x, int old, int new, struct fault *f)
{
	struct side was = {.db = x->db, .a = x->a, .d = x->old, .at = (size_t)old},
	            is = {.db = x->db, .a = x->a, .d = x->new, .at = (size_t) new};
	const struct side *shown = new < 0 ? &was : &is;
	struct text aside = {.a = x->a};
	struct json_out w = {.t = &aside};
	str said[2] = {{0}};
	bool any = old < 0 || new < 0;
	int err = old < 0 ? 0 : flow_said(x->db, x->a, x->old->nodes + old, said, f);

	if (!err && new >= 0)
		err = flow_said(x->db, x->a, x->new->nodes + new, said + 1, f);
	if (!err && old >= 0 && new >= 0)
		err = read_rows(&was, f);
	if (!err && new >= 0)
		err = read_rows(&is, f);
	if (err)
		return err;
	json_open(&w, '{');
	json_member_text(&w, "id", shown->d->ids[shown->at]);
	json_member_text(&w, "title", shown->d->titles[shown->at]);
	json_member_text(&w, "type", str_of(flow_kind_names[shown->d->nodes[shown->at].kind]));
	json_member_text(&w, "what", old < 0 ? STR("added") : new < 0 ? STR("removed") : STR("changed"));
	any |= put_words(x->a, said[0], said[1], &w);
	any |= put_rows(&was, &is, &w);
	json_close(&w, '}');
	if (any)
		json_add_raw(x->w, text_str(&aside));
	return 0;
}

static int index_of(const struct drawing *d, str id)
{
	for (size_t i = 0; i < d->n; i++)
		if (str_eq(d->ids[i], id))
			return (int)i;
	return -1;
}

/* In the order they are walked through: what is new in the order of the new, then what went. */
static int put_steps(const struct diffing *x, struct fault *f)
{
	int err = 0;

	json_key(x->w, "steps");
	json_open(x->w, '[');
	for (size_t i = 0; i < x->new->n && !err; i++)
		err = put_step(x, index_of(x->old, x->new->ids[i]), (int)i, f);
	for (size_t i = 0; i < x->old->n && !err; i++)
		if (index_of(x->new, x->old->ids[i]) < 0)
			err = put_step(x, (int)i, -1, f);
	json_close(x->w, ']');
	return err;
}

int flow_diff(struct db *db, struct arena *a, int64_t version_id, int64_t against, struct json_out *w, struct fault *f)
{
	struct drawing *old = NEW(a, struct drawing), *new = NEW(a, struct drawing);
	struct diffing x = {db, a, old, new, w};
	struct flow_version v;
	struct call_flow flow;
	struct val was[2] = {0};
	int err = entity_get(&flow_version_entity, db, a, version_id, &v, f);

	if (!err)
		err = entity_get(&call_flow_entity, db, a, v.flow_id, &flow, f);
	if (!err)
		err = drawing_read(a, v.graph, new, f);
	if (err)
		return err;
	err = db_one(db, a,
	        against ? "SELECT graph, number FROM flow_version WHERE id = ?1"
	                : "SELECT graph, running FROM flow WHERE id = (SELECT flow_id FROM flow_version WHERE id = ?1) AND graph IS NOT NULL",
	        VALS(V(against ? against : version_id)), was, 2, f);
	if (!err)
		err = drawing_read(a, val_str(was[0]), old, f);
	if (err && err != ENOENT)
		return err;
	json_member_text(w, "name", flow.name);
	json_key(w, "from");
	if (val_int(was[1]))
		json_add_int(w, val_int(was[1]));
	else
		json_add_null(w);
	json_member_int(w, "to", v.number);
	return put_steps(&x, f);
}
