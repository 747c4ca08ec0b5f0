/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ivr.c - flows app told, and the calls that walk through them: what callflow/flow.h asks for is done here with prompts and queues. Calls to
 * us, calls dialled for a flow, and far sides whose operator has left. */
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "engine/tel/prompt.h"
#include "engine/tel/speech.h"
#include "exchange/inbound_priv.h"
#include "exchange/link.h"

/* When flows are open, as told with them. */
struct openings {
	size_t n;
	struct opening {
		int64_t hours, since, until; /* UTC ms */
	} rows[];
};
/* A flow outlives its rows while a call walks through it: that call ends by the version it began with, hours and all. */
struct flow_table {
	struct le le;
	int64_t id;
	struct arena a;
	struct flow flow;
	struct openings *openings; /* NULL: never */
};
/* Words of steps for one call, being made or ready. flow: whose they are, compared only. */
struct own_words {
	const struct flow_table *flow;
	size_t n;
	struct own_row {
		int node;
		struct tel_saying *saying;
	} rows[];
};

static struct {
	struct list flows;
	struct openings *openings;
} book;

/* What app tells ------------------------------------------------------------------------------------------------------- */

static void flow_destructor(void *arg)
{
	struct flow_table *t = arg;

	list_unlink(&t->le);
	mem_deref(t->openings);
	arena_free(&t->a);
}

struct flow_table *flow_find(int64_t id)
{
	for (struct le *le = book.flows.head; le && id; le = le->next)
		if (((struct flow_table *)le->data)->id == id)
			return le->data;
	return NULL;
}

static bool is_open(int64_t hours, void *arg)
{
	const struct openings *o = ((struct flow_table *)arg)->openings;
	int64_t now = clock_ms();

	for (size_t i = 0; o && i < o->n; i++)
		if (o->rows[i].hours == hours && now >= o->rows[i].since && now < o->rows[i].until)
			return true;
	return false;
}

/* "1:2 0:5": a key, and the node it leads to. */
static void read_keys(struct flow_node *n, str keys)
{
	str word;

	for (int i = 0; i < FLOW_KEYS; i++)
		n->keys[i] = -1;
	while (str_cut(&keys, ' ', &word)) {
		const char *at = word.n > 2 && word.p[1] == ':' ? strchr(FLOW_KEY_SIGNS, word.p[0]) : NULL;
		int64_t to;
		if (at && *at && parse_int(str_sub(word, 2, word.n), 1, FLOW_NODES_MAX, &to))
			n->keys[at - FLOW_KEY_SIGNS] = (int)to - 1;
	}
}

static unsigned read_answers(str keys)
{
	unsigned bits = 0;

	for (size_t i = 0; i < keys.n; i++) {
		const char *at = keys.p[i] ? strchr(FLOW_KEY_SIGNS, keys.p[i]) : NULL;
		bits |= at ? 1U << (at - FLOW_KEY_SIGNS) : 0;
	}
	return bits;
}

static struct tel_words words_of(const struct flow_node *n)
{
	return (struct tel_words){n->words, n->voice, n->sound};
}

static void take_node(struct flow_table *t, struct flow_node *n, const struct message *row)
{
	struct queue *q = queue_find(row->queue);
	struct tel_words words;

	*n = (struct flow_node){.kind = (enum flow_kind)row->node_kind,
	        .words = str_copy(&t->a, row->words),
	        .voice = str_copy(&t->a, row->voice),
	        .sound = str_copy(&t->a, row->sound),
	        .words_ms = row->ms,
	        .next = (int)row->next - 1,
	        .other = (int)row->other - 1,
	        .wait_ms = row->wait_ms,
	        .tries = row->tries,
	        .queue = row->queue,
	        .hours = row->hours,
	        .answers = read_answers(row->answers),
	        .question = row->question,
	        .result = row->result,
	        .number = str_copy(&t->a, row->number)};
	if (n->kind == FLOW_QUEUE && q && !n->wait_ms)
		n->wait_ms = q->rules.max_wait_ms;
	read_keys(n, row->keys);
	words = words_of(n);
	tel_speech_prepare(&words); /* so that the first caller does not wait */
}

/* The rows of one flow stand together, its nodes in order. */
static size_t take_flow(const struct message *rows, size_t n_rows)
{
	struct flow_table *t = mem_zalloc(sizeof(*t), flow_destructor);
	struct flow_node *nodes;
	const char *why;
	size_t n = 1, at;

	while (n < n_rows && rows[n].flow == rows[0].flow)
		n++;
	if (!t)
		return n;
	t->id = rows[0].flow;
	t->openings = mem_ref(book.openings);
	nodes = NEW_N(&t->a, struct flow_node, n);
	for (size_t i = 0; i < n; i++)
		take_node(t, nodes + i, rows + i);
	t->flow = (struct flow){nodes, n, is_open, t};
	why = flow_fault(nodes, n, &at);
	if (why)
		log_error("flow", "flow %lld is not taken, node %zu: %s", (long long)t->id, at + 1, why);
	if (why)
		mem_deref(t);
	else
		list_append(&book.flows, &t->le, t);
	return n;
}

static void forget(void)
{
	while (book.flows.head) {
		struct flow_table *t = book.flows.head->data;
		list_unlink(&t->le);
		mem_deref(t);
	}
	book.openings = mem_deref(book.openings);
}

void ivr_replace(const struct message *m)
{
	forget();
	book.openings = mem_zalloc(sizeof(*book.openings) + m->opens.n * sizeof(book.openings->rows[0]), NULL);
	for (size_t i = 0; book.openings && i < m->opens.n; i++)
		book.openings->rows[book.openings->n++] =
		        (struct opening){m->opens.rows[i].hours, m->opens.rows[i].since, m->opens.rows[i].until};
	for (size_t i = 0; i < m->nodes.n;)
		i += take_flow(m->nodes.rows + i, m->nodes.n - i);
}

static void own_words_destructor(void *arg)
{
	struct own_words *own = arg;

	for (size_t i = 0; i < own->n; i++)
		mem_deref(own->rows[i].saying);
}

struct own_words *ivr_own_words(const struct message_rows *rows)
{
	struct own_words *own =
	        rows->n ? mem_zalloc(sizeof(*own) + rows->n * sizeof(own->rows[0]), own_words_destructor) : NULL;

	for (size_t i = 0; own && i < rows->n; i++) {
		const struct message *row = rows->rows + i;
		own->flow = flow_find(row->flow);
		own->rows[own->n++] = (struct own_row){
		        (int)row->node - 1, tel_saying_of(&(struct tel_words){.words = row->words, .voice = row->voice})};
	}
	return own;
}

void ivr_done(void)
{
	forget();
}

/* A call in its flow --------------------------------------------------------------------------------------------------- */

static const struct flow_node *node_of(const struct inbound *in)
{
	return in->flow->flow.nodes + in->run.at;
}

static void event(struct line *l, enum flow_event e, char key);

/* What app keeps of it: an answer given, a question asked, a result come to, a wish for no more calls. */
static void tell_step(struct line *l)
{
	const struct flow_run *r = &l->in->run;
	const struct flow_node *left = l->in->flow->flow.nodes + r->answered_node, *n = node_of(l->in);
	struct message m = {.kind = EV_FLOW, .call = str_of(l->uuid)};

	if (r->answer && left->question) {
		m.question = left->question;
		m.digits = (str){&r->answer, 1};
		link_tell(&m);
	}
	if (!r->entered)
		return;
	m.digits = (str){0};
	m.question = n->question;
	m.result = n->result;
	m.refused = n->kind == FLOW_OPT_OUT;
	if (m.question || m.result || m.refused)
		link_tell(&m);
}

/* app asks the gate, and tells by which trunk. */
static void tell_outside(struct line *l)
{
	struct message m = {.kind = EV_FLOW, .call = str_of(l->uuid), .number = node_of(l->in)->number};

	line_say(l, (str){0});
	link_tell(&m);
}

/* What is heard at a step: this call's own words, or the flow's. A reference; NULL: nothing is. */
static struct tel_saying *saying_of(const struct inbound *in)
{
	struct tel_words words = words_of(node_of(in));

	for (size_t i = 0; in->own && in->flow == in->own->flow && i < in->own->n; i++)
		if (in->own->rows[i].node == in->run.at)
			return mem_ref(in->own->rows[i].saying);
	return words.words.n || words.sound.n ? tel_saying_of(&words) : NULL;
}

static void speak(struct line *l)
{
	struct tel_saying *s = saying_of(l->in);

	inbound_leave(l->in);
	if (l->call.state != CALL_IVR)
		line_event(l, CALL_EV_FLOW);
	line_play(l, s);
	mem_deref(s);
	if (!s)
		event(l, FLOW_EV_SAID, 0);
}

static void to_queue(struct line *l, int64_t id)
{
	struct queue *q = queue_find(id);

	if (q) {
		mem_deref(l->in->queue);
		l->in->queue = mem_ref(q);
	}
	inbound_wait(l); /* a queue that is gone: the number's own, or the one before */
}

/* After a talk nobody is called in any more, and its recording is closed. */
static enum flow_action may(const struct line *l, enum flow_action what)
{
	bool leads_on = what == FLOW_DO_QUEUE || what == FLOW_DO_RECORD || what == FLOW_DO_CALL || what == FLOW_DO_ESCAPE;

	return l->call.state == CALL_RATING && leads_on ? FLOW_DO_END : what;
}

static void act(struct line *l, enum flow_action asked)
{
	struct inbound *in = l->in;
	enum flow_action what = may(l, asked);

	in->leaves_word = what == FLOW_DO_RECORD;
	switch (what) {
	case FLOW_DO_NOTHING: break;
	case FLOW_DO_SAY: speak(l); break;
	case FLOW_DO_ASK: line_say(l, (str){0}); break;
	case FLOW_DO_QUEUE: to_queue(l, node_of(in)->queue); break;
	case FLOW_DO_RECORD:
		line_say(l, TEL_PROMPT_BEEP);
		line_record(l);
		break;
	case FLOW_DO_CALL: tell_outside(l); break;
	case FLOW_DO_END: line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM}); break;
	case FLOW_DO_ESCAPE:
		log_warn("flow", "flow %lld goes in a circle: the call is put into the queue, or ends",
		        (long long)in->flow->id);
		inbound_wait(l);
		break;
	case FLOW_DO_TICKET: offer_take(l, queue_find(node_of(in)->queue)); break;
	}
}

/* A key that means nothing leaves all as it is. */
static void event(struct line *l, enum flow_event e, char key)
{
	enum flow_action what = flow_step(&l->in->run, &l->in->flow->flow, e, key, house_now());

	if (what == FLOW_DO_NOTHING)
		return;
	tell_step(l);
	act(l, what);
}

/* Is it the flow's to decide what comes next? Not while an operator has it. */
static bool walks(const struct line *l)
{
	enum call_state s = l->call.state;

	return l->in->flow && !l->in->leaves_ticket && !l->call.machine &&
	       (s == CALL_IVR || s == CALL_QUEUED || s == CALL_RATING);
}

bool ivr_begin(struct line *l)
{
	if (!l->in->flow || l->in->run.state != FLOW_NEW)
		return false;
	l->in->run.callable = *l->number;
	event(l, FLOW_EV_START, 0);
	return true;
}

bool ivr_after(struct line *l)
{
	struct flow_table *t = flow_find(l->after);
	struct inbound *in = t ? inbound_of(l) : NULL;

	if (!in || l->call.asks_after || (l->call.state != CALL_CONNECTED && l->call.state != CALL_HELD))
		return false;
	mem_deref(in->flow);
	in->flow = mem_ref(t);
	in->run = (struct flow_run){0};
	l->call.asks_after = true;
	line_event(l, CALL_EV_AFTER);
	talk_end(l);
	event(l, FLOW_EV_START, 0);
	return true;
}

bool ivr_calls(const struct line *l)
{
	return l->in && walks(l) && l->in->run.state == FLOW_CALLING;
}

void ivr_failed(struct line *l)
{
	if (ivr_calls(l))
		event(l, FLOW_EV_FAILED, 0);
}

void ivr_digit(struct line *l, char digit)
{
	if (!offer_digit(l, digit) && walks(l))
		event(l, FLOW_EV_KEY, digit);
}

void ivr_tick(struct line *l, int64_t now)
{
	const struct flow_run *r = &l->in->run;

	if (l->call.state == CALL_TRANSFERRING && r->state == FLOW_CALLING && now >= r->deadline_at)
		line_event(l, CALL_EV_BACK); /* it rang long enough */
	if (offer_tick(l) || !walks(l))
		return;
	if (r->state == FLOW_SAYING && (!l->prompt || tel_prompt_over(l->prompt)))
		event(l, FLOW_EV_SAID, 0);
	else if (r->deadline_at && now >= r->deadline_at)
		event(l, FLOW_EV_DEADLINE, 0);
}

bool ivr_records(const struct line *l)
{
	return l->in->leaves_word;
}
