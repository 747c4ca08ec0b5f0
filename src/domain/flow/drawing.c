/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drawing.c - from the JSON of the designer to nodes: names become numbers, what is missing becomes the usual. */
#include "base/utf8.h"
#include "domain/flow/call_flow_priv.h"
#include "kit/phone/phone.h"

enum { ID_MAX = 40, TRIES = 3, WAIT_MAX_S = 7200, TITLE_MAX = 200, VALUE_MAX = 100 };
/* For a key, to speak, to ring. */
static const int64_t usual_s[FLOW_KINDS] = {
        [FLOW_MENU] = 5, [FLOW_SURVEY] = 7, [FLOW_CALLBACK] = 5, [FLOW_VOICEMAIL] = 120, [FLOW_OUTSIDE] = 30};

/* A fault of one step: its field is "graph.ID", so that the designer can show which. */
static int bad(struct fault *f, struct json step, const char *what)
{
	static const char code[] = "flow";
	char place[sizeof(f->field)];

	snprintf(place, sizeof(place), "graph.%.*s", STR_ARG(json_get_text(step, "id")));
	return fail(f, EINVAL, place, code, "%s", what);
}

int drawing_index(const struct drawing *d, str id)
{
	for (size_t i = 0; id.n && i < d->n; i++)
		if (str_eq(d->ids[i], id))
			return (int)i;
	return -1;
}

/* A step it names, or -1 when it names none; one that is not there is a fault. */
static int target(const struct drawing *d, struct json step, str id, int *ret, struct fault *f)
{
	*ret = drawing_index(d, id);
	return id.n && *ret < 0 ? bad(f, step, "it leads to a step that is not there") : 0;
}

static int read_keys(const struct drawing *d, struct json step, struct flow_node *n, struct fault *f)
{
	struct json keys = json_get(step, "keys"), v;
	void *iter = NULL;
	str key, id;
	int err = 0;

	for (int i = 0; i < FLOW_KEYS; i++)
		n->keys[i] = -1;
	while (!err && json_kind(keys) == JSON_OBJECT && json_next(keys, &iter, &key, &v)) {
		const char *at = key.n == 1 ? strchr(FLOW_KEY_SIGNS, key.p[0]) : NULL;
		if (!at || !*at || !json_text(v, &id))
			err = bad(f, step, "keys are 0 to 9, * and #, each with the step it leads to");
		else
			err = target(d, step, id, &n->keys[at - FLOW_KEY_SIGNS], f);
	}
	return err;
}

/* What each key means, in the order of the keypad. */
static int read_answers(struct arena *a, struct drawing *d, size_t i, struct json step, struct fault *f)
{
	struct json answers = json_get(step, "answers"), v;
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	str key, value;
	size_t known = 0;

	json_open(&w, '[');
	for (int k = 0; k < FLOW_KEYS; k++) {
		void *iter = NULL;
		while (json_kind(answers) == JSON_OBJECT && json_next(answers, &iter, &key, &v)) {
			if (key.n != 1 || key.p[0] != FLOW_KEY_SIGNS[k])
				continue;
			if (!json_text(v, &value) || utf8_count(value) > VALUE_MAX)
				return bad(f, step, "what a key means is a text of up to 100 characters");
			d->nodes[i].answers |= 1U << k;
			known++;
			json_open(&w, '{');
			json_member_text(&w, "key", key);
			json_member_text(&w, "value", value);
			json_close(&w, '}');
		}
	}
	json_close(&w, ']');
	d->choices[i] = text_str(&t);
	d->rates[i] = json_get_bool(step, "rates", false);
	return known == json_count(answers) ? 0 : bad(f, step, "keys are 0 to 9, * and #, each with what it means");
}

static int read_number(struct arena *a, struct flow_node *n, struct json step, struct fault *f)
{
	struct fault none = {0};
	str typed = json_get_text(step, "number");

	if (phone_parse(typed, "RU", a, &n->number, NULL, &none))
		return bad(f, step, "a telephone number: +7 495 123-45-67");
	return n->wait_ms <= 60000 ? 0 : bad(f, step, "it rings for a minute at most");
}

static int read_hours(struct arena *a, struct drawing *d, size_t i, struct json step, struct fault *f)
{
	struct text t = {.a = a};

	d->open_days_off[i] = json_get_bool(step, "open_days_off", false);
	json_put(&t, json_get(step, "hours"));
	return hours_parse(a, text_str(&t), d->hours + i, f) ? bad(f, step, "its hours are seven days, Monday first") : 0;
}

static int read_node(struct arena *a, struct drawing *d, size_t i, struct json step, struct fault *f)
{
	struct flow_node *n = d->nodes + i;
	int kind = call_word(flow_kind_names, json_get_text(step, "type"));
	int64_t usual = kind < 0 ? 0 : usual_s[kind], wait = json_get_int(step, "wait_s", usual);
	int err;

	if (kind < 0)
		return bad(f, step, "no such kind of step");
	*n = (struct flow_node){.kind = (enum flow_kind)kind,
	        .words = str_trim(json_get_text(step, "words")),
	        .prompt = json_get_int(step, "prompt_id", 0),
	        .wait_ms = (wait ? wait : usual) * 1000,
	        .tries = json_get_int(step, "tries", TRIES),
	        .queue = json_get_int(step, "queue_id", 0),
	        .result = json_get_int(step, "result_id", 0)};
	d->titles[i] = utf8_cut(str_trim(json_get_text(step, "title")), TITLE_MAX);
	if (n->words.n > MESSAGE_WORDS_MAX)
		return bad(f, step, "the words are too long: a minute at most");
	if (wait < 0 || wait > WAIT_MAX_S || n->tries < 1 || n->tries > 9)
		return bad(f, step, "waiting is up to 7200 s, and words are said 1 to 9 times");
	err = target(d, step, json_get_text(step, "next"), &n->next, f);
	if (!err)
		err = target(d, step, json_get_text(step, "other"), &n->other, f);
	if (!err)
		err = read_keys(d, step, n, f);
	if (!err && kind == FLOW_HOURS)
		err = read_hours(a, d, i, step, f);
	if (!err && kind == FLOW_SURVEY)
		err = read_answers(a, d, i, step, f);
	return err || kind != FLOW_OUTSIDE ? err : read_number(a, n, step, f);
}

/* The first step first; the others in their order. */
static size_t order(struct json steps, str start, struct json ret[FLOW_NODES_MAX], struct drawing *d)
{
	size_t n = 0, all = json_count(steps);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < all; i++) {
			struct json step = json_at(steps, i);
			str id = json_get_text(step, "id");
			if (str_eq(id, start) != (pass == 0))
				continue;
			d->ids[n] = id;
			ret[n++] = step;
		}
	return n;
}

int drawing_read(struct arena *a, str graph, struct drawing *ret, struct fault *f)
{
	struct json doc, steps, ordered[FLOW_NODES_MAX];
	const char *why;
	size_t at;
	int err = json_parse(a, graph, &doc, f);

	if (err)
		return err;
	steps = json_get(doc, "nodes");
	if (!json_count(steps) || json_count(steps) > FLOW_NODES_MAX)
		return fail(f, EINVAL, "graph", "flow", "a flow has 1 to 100 steps");
	ret->n = order(steps, json_get_text(doc, "start"), ordered, ret);
	if (!str_eq(ret->ids[0], json_get_text(doc, "start")))
		return fail(f, EINVAL, "graph", "flow", "say which step is the first");
	for (size_t i = 0; i < ret->n && !err; i++) {
		if (!ret->ids[i].n || ret->ids[i].n > ID_MAX || drawing_index(ret, ret->ids[i]) != (int)i)
			err = bad(f, ordered[i], "each step has an id of its own");
		if (!err)
			err = read_node(a, ret, i, ordered[i], f);
	}
	why = err ? NULL : flow_fault(ret->nodes, ret->n, &at);
	return why ? bad(f, ordered[at], why) : err;
}
