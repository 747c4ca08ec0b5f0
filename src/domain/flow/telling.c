/* SPDX-License-Identifier: GPL-3.0-or-later */
/* telling.c - what tel is told of flows: their steps as rows, the words of each finished, and opening hours as moments. */
#include "base/log.h"
#include "base/utf8.h"
#include "domain/flow/call_flow_priv.h"
#include "domain/rule/rule.h"
#include "engine/audio/voice.h"
#include "engine/zone/zone.h"

/* ROW_OCTETS: of a row without its words; OCTETS_MAX: of all rows, so that numbers and queues have room beside them. */
enum { PROMPTS = 2000, QUESTIONS = 2000, PLACES = 64, ROW_OCTETS = 300, OCTETS_MAX = MESSAGE_MAX * 3 / 4, FRIDAY = 4 };

struct telling {
	struct arena *a;
	struct message *nodes, *opens;
	size_t n_nodes, n_opens, octets;
	const struct prompt *prompts; /* that any of these flows says */
	size_t n_prompts;
	const struct survey_question *questions;
	size_t n_questions;
	struct place { /* a jurisdiction and its official calendar */
		str name;
		struct law law;
	} * places;
	size_t n_places;
	int64_t now;
};
/* A flow, and what is known of its project. */
struct told_flow {
	int64_t id;
	str zone, graph, jurisdiction;
	struct prompt_known known;
};

static const struct law *law_of(const struct telling *t, str jurisdiction)
{
	for (size_t i = 0; i < t->n_places; i++)
		if (str_eq(t->places[i].name, jurisdiction))
			return &t->places[i].law;
	return NULL;
}

/* By which day of the week it is open; -1: by none, an official day off. A day off that is officially worked goes by Friday, unless it has
 * hours of its own. law NULL: nobody asks the calendar. */
static int weekday_of(const struct law *law, const struct hours *h, int64_t day)
{
	int w = date_weekday(day);

	if (law && law_day_off(law, date_of_days(day)))
		return -1;
	return law && w > FRIDAY && !law_rest(law, date_of_days(day)) && h->from[w] >= h->to[w] ? FRIDAY : w;
}

static int add_hours(struct telling *t, int64_t id, str zone, const struct law *law, const struct hours *h, struct fault *f)
{
	struct zone_time today;
	int err = zone_local(zone, t->now, &today, f);
	int64_t first = err ? 0 : date_days(today.date) - 1;

	for (int64_t d = first; d < first + FLOW_OPEN_DAYS && !err && t->n_opens < MESSAGE_ROWS_MAX; d++) {
		struct message *row = t->opens + t->n_opens;
		int w = weekday_of(law, h, d);
		if (w < 0 || h->from[w] >= h->to[w])
			continue;
		*row = (struct message){.kind = ROW_OPEN, .hours = id};
		err = zone_instant(zone, date_of_days(d), h->from[w], &row->since, f);
		if (!err)
			err = zone_instant(zone, date_of_days(d), h->to[w], &row->until, f);
		t->n_opens++;
	}
	return err;
}

static str keys_text(struct arena *a, const struct flow_node *n)
{
	struct text t = {.a = a};

	for (int i = 0; i < FLOW_KEYS; i++)
		if (n->keys[i] >= 0)
			text_addf(&t, "%s%c:%d", t.n ? " " : "", FLOW_KEY_SIGNS[i], n->keys[i] + 1);
	return text_str(&t);
}

static str answers_text(struct arena *a, const struct flow_node *n)
{
	struct text t = {.a = a};

	for (int i = 0; i < FLOW_KEYS; i++)
		if (n->answers & 1U << i)
			text_addf(&t, "%c", FLOW_KEY_SIGNS[i]);
	return t.n ? text_str(&t) : (str){0};
}

static int64_t question_of(const struct telling *t, int64_t flow_id, str step)
{
	for (size_t i = 0; i < t->n_questions; i++)
		if (t->questions[i].flow_id == flow_id && str_eq(t->questions[i].step, step))
			return t->questions[i].id;
	return 0;
}

static const struct prompt *prompt_in(const struct telling *t, int64_t id)
{
	for (size_t i = 0; i < t->n_prompts && id; i++)
		if (t->prompts[i].id == id)
			return t->prompts + i;
	return NULL;
}

/* In whose language words are, by what stands between their fields. */
const char *flow_voice(struct arena *a, str words, enum language usual)
{
	struct text plain = {.a = a};
	struct spoken_part p;
	size_t at = 0;

	while (spoken_next(words, &at, &p))
		text_add(&plain, p.text);
	return voice_of(text_str(&plain), language_names[usual]);
}

/* What is heard at a step: a sound, or words in whose language they are. Nothing but a gap is a pause, since a step must have words. */
static void say(const struct telling *t, const struct told_flow *flow, const struct flow_node *n, struct message *row)
{
	const struct prompt *p = prompt_in(t, n->prompt);
	str words = p ? p->words : n->words;
	const char *voice;
	struct spoken said;

	if (p && p->kind == PROMPT_UPLOAD) {
		row->sound = p->sound;
		row->ms = p->duration_ms;
		return;
	}
	if (!words.n && !n->prompt)
		return;
	voice = p ? language_names[p->language] : flow_voice(t->a, words, flow->known.language);
	spoken_fill(t->a, words, strcmp(voice, "en") ? LANGUAGE_RU : LANGUAGE_EN, flow->known.values,
	        COUNT(flow->known.values), &said);
	row->words = said.text.n ? utf8_cut(said.text, MESSAGE_WORDS_MAX) : STR(" ");
	row->voice = str_of(voice);
}

/* There is room for no such flow in the message: it is left out whole. */
static int leave_out(struct telling *t, const struct told_flow *flow, size_t was)
{
	log_error("flow", "flow %lld is not told: all flows together are too long", (long long)flow->id);
	t->n_nodes = was;
	return 0;
}

static int add_flow(struct telling *t, const struct told_flow *flow, struct fault *f)
{
	struct drawing *d = NEW(t->a, struct drawing);
	size_t was = t->n_nodes, octets = t->octets;
	int err = drawing_read(t->a, flow->graph, d, f);

	if (err || was + d->n > MESSAGE_ROWS_MAX)
		return err ? err : leave_out(t, flow, was);
	for (size_t i = 0; i < d->n && !err; i++) {
		const struct flow_node *n = d->nodes + i;
		int64_t hours = n->kind == FLOW_HOURS ? flow->id * FLOW_NODES_MAX + (int64_t)i + 1 : 0;
		struct message *row = t->nodes + t->n_nodes++;
		*row = (struct message){.kind = ROW_NODE,
		        .flow = flow->id,
		        .node = (int64_t)i + 1,
		        .node_kind = n->kind,
		        .next = n->next + 1,
		        .other = n->other + 1,
		        .keys = keys_text(t->a, n),
		        .wait_ms = n->wait_ms,
		        .tries = n->tries,
		        .queue = n->queue,
		        .hours = hours,
		        .answers = answers_text(t->a, n),
		        .question = n->kind == FLOW_SURVEY ? question_of(t, flow->id, d->ids[i]) : 0,
		        .result = n->result,
		        .number = n->number};
		say(t, flow, n, row);
		octets += ROW_OCTETS + row->words.n;
		if (hours)
			err = add_hours(t, hours, flow->zone, d->open_days_off[i] ? NULL : law_of(t, flow->jurisdiction),
			        d->hours + i, f);
	}
	if (!err && octets > OCTETS_MAX)
		return leave_out(t, flow, was);
	t->octets = octets;
	return err;
}

static int read_prompts(struct db *db, struct telling *t, struct fault *f)
{
	struct prompt *all = NEW_N(t->a, struct prompt, PROMPTS);
	struct rows r;
	int err = db_ask(db, t->a,
	        "SELECT id, kind, language, words, sound, duration_ms FROM prompt WHERE id IN (SELECT prompt_id FROM flow_prompt) "
	        "ORDER BY id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		all[t->n_prompts++] = (struct prompt){.id = rows_int(&r, 0),
		        .kind = str_eq(rows_str(&r, 1), STR("upload")) ? PROMPT_UPLOAD : PROMPT_WORDS,
		        .language = str_eq(rows_str(&r, 2), STR("en")) ? LANGUAGE_EN : LANGUAGE_RU,
		        .words = str_copy(t->a, rows_str(&r, 3)),
		        .sound = str_copy(t->a, rows_str(&r, 4)),
		        .duration_ms = rows_int(&r, 5)};
	rows_done(&r);
	t->prompts = all;
	return err == ENOENT ? 0 : err;
}

static int read_questions(struct db *db, struct telling *t, struct fault *f)
{
	struct survey_question *all = NEW_N(t->a, struct survey_question, QUESTIONS);
	struct rows r;
	int err = db_ask(db, t->a, "SELECT id, flow_id, step FROM survey_question WHERE archived = 0 ORDER BY id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		all[t->n_questions++] = (struct survey_question){
		        .id = rows_int(&r, 0), .flow_id = rows_int(&r, 1), .step = str_copy(t->a, rows_str(&r, 2))};
	rows_done(&r);
	t->questions = all;
	return err == ENOENT ? 0 : err;
}

static int read_places(struct db *db, struct telling *t, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, t->a,
	        "SELECT DISTINCT jurisdiction FROM project WHERE state = 'running' ORDER BY jurisdiction LIMIT 64", NO_VALS,
	        &r, f);

	t->places = NEW_N(t->a, struct place, PLACES);
	while (!err && !(err = rows_next(&r, f)))
		t->places[t->n_places++].name = str_copy(t->a, rows_str(&r, 0));
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < t->n_places && !err; i++)
		err = law_load(db, t->a, 0, t->places[i].name, PURPOSE_NONE, t->now, &t->places[i].law, f);
	return err;
}

static struct told_flow flow_of(struct arena *a, const struct rows *r)
{
	return (struct told_flow){.id = rows_int(r, 0),
	        .zone = str_copy(a, rows_str(r, 1)),
	        .graph = str_copy(a, rows_str(r, 2)),
	        .jurisdiction = str_copy(a, rows_str(r, 6)),
	        .known = {str_eq(rows_str(r, 3), STR("en")) ? LANGUAGE_EN : LANGUAGE_RU,
	                {{STR("project.name"), str_copy(a, rows_str(r, 4))},
	                        {STR("customer.name"), str_copy(a, rows_str(r, 5))}}}};
}

int flow_rows(struct db *db, struct arena *a, int64_t now, struct message_rows *ret_nodes, struct message_rows *ret_opens,
        struct fault *f)
{
	struct telling t = {.a = a,
	        .nodes = NEW_N(a, struct message, MESSAGE_ROWS_MAX),
	        .opens = NEW_N(a, struct message, MESSAGE_ROWS_MAX),
	        .now = now};
	struct rows r;
	int err = read_prompts(db, &t, f);

	if (!err)
		err = read_questions(db, &t, f);
	if (!err)
		err = read_places(db, &t, f);
	if (err)
		return err;
	err = db_ask(db, a,
	        "SELECT f.id, p.timezone, f.graph, p.language, p.name, c.name, p.jurisdiction FROM flow f JOIN project p ON p.id = f.project_id JOIN "
	        "customer c ON c.id = p.customer_id WHERE p.state = 'running' AND (f.id IN (SELECT flow_id FROM number WHERE "
	        "disabled = 0) OR f.id = p.flow_id OR f.id = p.after_flow_id) ORDER BY f.id LIMIT 500",
	        NO_VALS, &r, f);
	while (!err && !(err = rows_next(&r, f))) {
		struct told_flow flow = flow_of(a, &r);
		err = add_flow(&t, &flow, f);
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	*ret_nodes = (struct message_rows){t.nodes, t.n_nodes};
	*ret_opens = (struct message_rows){t.opens, t.n_opens};
	return 0;
}
