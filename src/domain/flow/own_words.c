/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_words.c - the words of a flow that depend on whom they are said to, finished for one contact before he is dialled. */
#include "base/utf8.h"
#include "domain/flow/call_flow_priv.h"

enum { VALUES_MAX = 220 };

struct filling {
	struct db *db;
	struct arena *a;
	enum language language;
	struct spoken_value values[VALUES_MAX];
	size_t n_values;
	struct drawing *drawing;
};

static void know(struct filling *w, str name, str value)
{
	if (w->n_values < VALUES_MAX)
		w->values[w->n_values++] = (struct spoken_value){name, value};
}

static int know_contact(struct filling *w, int64_t contact_id, struct fault *f)
{
	static const char *const names[] = {"contact.company", "contact.city", "contact.industry", "contact.activity",
	        "contact.address", "contact.site", "contact.email", "person.name", "person.position"};
	struct val v[COUNT(names)];
	struct rows r;
	int err = db_one(w->db, w->a,
	        "SELECT c.company, c.city, c.industry, c.activity, c.address, c.site, c.email, n.name, n.position FROM contact c LEFT JOIN person n ON n.id = (SELECT x.id FROM person x "
	        "WHERE x.contact_id = c.id ORDER BY x.decides DESC, x.id LIMIT 1) WHERE c.id = ?1",
	        VALS(V(contact_id)), v, COUNT(v), f);

	if (err)
		return err;
	for (size_t i = 0; i < COUNT(names); i++)
		know(w, str_of(names[i]), val_str(v[i]));
	err = db_ask(w->db, w->a,
	        "SELECT f.key, a.value FROM answer a JOIN form_field f ON f.id = a.field_id WHERE a.contact_id = ?1 LIMIT 200",
	        VALS(V(contact_id)), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		know(w, str_printf(w->a, "field.%.*s", STR_ARG(rows_str(&r, 0))), str_copy(w->a, rows_str(&r, 1)));
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* What is the same for every call of the project is said as tel was told it. */
static bool depends(str words)
{
	struct spoken_part p;
	size_t at = 0;
	bool any = false;

	while (spoken_next(words, &at, &p))
		any |= p.name.n && !str_eq(p.name, STR("project.name")) && !str_eq(p.name, STR("customer.name"));
	return any;
}

/* The words of a step, and their voice; absent: a sound, or none. */
static int words_of(struct filling *w, const struct flow_node *n, str *ret_words, const char **ret_voice, struct fault *f)
{
	struct val v[2];
	int err = n->prompt ? db_one(w->db, w->a, "SELECT words, language FROM prompt WHERE id = ?1 AND kind = 'words'",
	                              VALS(V(n->prompt)), v, 2, f)
	                    : ENOENT;

	*ret_words = err ? (n->prompt ? (str){0} : n->words) : val_str(v[0]);
	*ret_voice = err ? flow_voice(w->a, *ret_words, w->language) : str_eq(val_str(v[1]), STR("en")) ? "en" : "ru";
	return err == ENOENT ? 0 : err;
}

/* One step, when its words depend. ret_gap is left when there is none. */
static int fill(
        struct filling *w, int64_t flow_id, size_t i, struct message *row, bool *ret_any, str *ret_gap, struct fault *f)
{
	const struct flow_node *n = w->drawing->nodes + i;
	const char *voice;
	struct spoken said;
	str words;
	int err = words_of(w, n, &words, &voice, f);

	*ret_any = !err && words.n && depends(words);
	if (!*ret_any)
		return err;
	spoken_fill(w->a, words, strcmp(voice, "en") ? LANGUAGE_RU : LANGUAGE_EN, w->values, w->n_values, &said);
	if (said.gaps && !ret_gap->n)
		*ret_gap = said.gap;
	*row = (struct message){.kind = ROW_NODE,
	        .flow = flow_id,
	        .node = (int64_t)i + 1,
	        .node_kind = n->kind,
	        .words = said.text.n ? utf8_cut(said.text, MESSAGE_WORDS_MAX) : STR(" "),
	        .voice = str_of(voice)};
	return 0;
}

int flow_words(struct db *db, struct arena *a, int64_t flow_id, int64_t contact_id, struct message_rows *ret, str *ret_gap,
        struct fault *f)
{
	struct filling *w = NEW(a, struct filling);
	struct message *rows = NEW_N(a, struct message, FLOW_NODES_MAX);
	struct prompt_known known;
	struct val v[2];
	size_t n = 0;
	int err = db_one(db, a, "SELECT graph, project_id FROM flow WHERE id = ?1", VALS(V(flow_id)), v, 2, f);

	*w = (struct filling){.db = db, .a = a, .drawing = NEW(a, struct drawing)};
	*ret_gap = (str){0};
	if (!err)
		err = drawing_read(a, val_str(v[0]), w->drawing, f);
	if (!err)
		err = prompt_known(db, a, val_int(v[1]), &known, f);
	if (err)
		return err;
	w->language = known.language;
	for (size_t i = 0; i < COUNT(known.values); i++)
		know(w, known.values[i].name, known.values[i].value);
	err = know_contact(w, contact_id, f);
	for (size_t i = 0; i < w->drawing->n && !err; i++) {
		bool any;
		err = fill(w, flow_id, i, rows + n, &any, ret_gap, f);
		n += any;
	}
	if (!err)
		*ret = (struct message_rows){rows, n};
	return err;
}
