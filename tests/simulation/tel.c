/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tel.c - the telephone process as app meets it: in place of domain/dialer/wire.c at this end, and of exchange/link.c at the other. Messages
 * take their time both ways, the link breaks, the process dies and is another one; what is kept is told again. */
#include "simulation.h"

struct wire {
	int64_t node_id, epoch;
	char boot[37];
	bool up, lost;
};
static struct wire the;
static struct store *judged; /* where the judge looks things up */

/* On their way ---------------------------------------------------------------------------------------------------------- */

static void push(struct docs *q, str s, int64_t at, int64_t seq)
{
	struct doc *d = q->of + (q->first + q->n) % DOCS, *before = q->of + (q->first + q->n - 1) % DOCS;

	if (q->n == DOCS || s.n > DOC)
		broken("a queue of %u messages, or one of %zu bytes, is too much", q->n, s.n);
	d->at = q->n && before->at > at ? before->at : at;
	d->seq = seq;
	d->n = s.n;
	memcpy(d->s, s.p, s.n);
	q->n++;
}

static void drop_first(struct docs *q)
{
	q->first = (q->first + 1) % DOCS;
	q->n--;
}

/* Mostly at once; now and then so late that the other side has gone on. */
static int64_t later(void)
{
	return w->now + (chance(90) ? roll(20) : roll(900));
}

/* Tel to app ------------------------------------------------------------------------------------------------------------- */

static void send(struct message *m)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct fault f = {0};

	m->boot = str_of(w->boot);
	m->at = w->now;
	m->seq = message_kept(m->kind) ? ++w->seq : 0;
	if (message_encode(m, &t, &f))
		broken("tel cannot say %s: %s", message_kind_name(m->kind), f.what);
	digest(t.p, t.n);
	if (m->kind == EV_HELLO) { /* too long for a row of the queue */
		w->hello_n = t.n;
		memcpy(w->hello, t.p, t.n);
		push(&w->out, STR("hello"), later(), 0);
	} else {
		if (m->seq)
			push(&w->kept, text_str(&t), w->now, m->seq);
		if (w->connected && (w->told_lead || m->kind == EV_NODE))
			push(&w->out, text_str(&t), later(), m->seq);
	}
	arena_free(&a);
}

void tel_tell(struct message *m)
{
	send(m);
}

static void tell_who(void)
{
	send(&(struct message){.kind = EV_NODE, .name = STR("tel"), .uid = STR("local"), .epoch = w->epoch, .up = w->led});
}

static void repeat(void)
{
	for (unsigned i = 0; i < w->kept.n; i++) {
		const struct doc *d = w->kept.of + (w->kept.first + i) % DOCS;
		push(&w->out, (str){d->s, d->n}, later(), d->seq);
	}
}

static void hello(const struct message *m)
{
	struct message calls[LINES], operators[PEOPLE], answer = {.kind = EV_HELLO, .last_seq = w->seq, .since = w->now};
	size_t n = 0, k = 0;

	if (m->epoch < w->epoch)
		return;
	w->epoch = m->epoch;
	w->told_lead = true;
	w->led = false;
	for (const struct line *l = w->lines; l < w->lines + LINES; l++)
		if (l->live)
			calls[n++] = (struct message){.kind = ROW_CALL,
			        .call = str_of(l->uuid),
			        .call_state = l->c.state,
			        .operator_id = l->c.operator_id,
			        .trunk = 1,
			        .project = l->project,
			        .since = l->c.entered_at};
	for (const struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		if (s->known)
			operators[k++] = (struct message){.kind = ROW_OPERATOR,
			        .operator_id = s->id,
			        .operator_state = s->day.state,
			        .call = s->line >= 0 ? str_of(w->lines[s->line].uuid) : (str){0},
			        .until = s->day.deadline_at,
			        .since = s->day.entered_at,
			        .up = s->day.leg_up};
	answer.calls = (struct message_rows){calls, n};
	answer.operators = (struct message_rows){operators, k};
	send(&answer);
	repeat();
}

/* What of a command matters here; the rest is of things this world has none of. */
static void serve(const struct message *m)
{
	if (m->kind == CMD_ACK && str_eq(m->boot, str_of(w->boot)))
		while (w->kept.n && w->kept.of[w->kept.first].seq <= m->seq)
			drop_first(&w->kept);
	if (m->kind == CMD_ACK)
		return;
	if (m->epoch < w->epoch) {
		struct message no = {.kind = EV_REFUSED,
		        .command = str_of(message_kind_name(m->kind)),
		        .operator_id = m->operator_id,
		        .call = m->call,
		        .text = STR("epoch")};
		tel_tell(&no);
	} else if (m->kind == CMD_HELLO) {
		hello(m);
	} else if (m->kind == CMD_LEASE) {
		w->led = true;
		tell_who();
	} else if (m->kind == CMD_DIAL) {
		line_dial(m);
	} else if (m->kind == CMD_HANGUP) {
		line_hangup(m);
	} else if (m->operator_id) {
		seat_command(m);
	}
}

static void take_commands(void)
{
	while (w->connected && w->in.n && w->in.of[w->in.first].at <= w->now) {
		struct doc d = w->in.of[w->in.first];
		struct arena a = {0};
		struct message m;
		struct fault f = {0};
		drop_first(&w->in);
		if (message_decode((str){d.s, d.n}, false, &a, &m, &f))
			broken("tel does not understand %.*s: %s", (int)d.n, d.s, f.what);
		serve(&m);
		arena_free(&a);
	}
}

/* Whatever was on its way is not any more. */
void tel_break(void)
{
	for (; w->in.n; drop_first(&w->in)) {
		const struct doc *d = w->in.of + w->in.first;
		struct arena a = {0};
		struct message m;
		if (!message_decode((str){d->s, d->n}, false, &a, &m, NULL) && m.kind == CMD_DIAL)
			judge_lost(m.call);
		arena_free(&a);
	}
	w->out.first = w->out.n = 0;
	w->broke |= w->connected;
	w->connected = w->told_lead = w->led = false;
}

/* App died: what it had written arrives, or the first of it. */
void tel_orphaned(void)
{
	unsigned arrive = (unsigned)roll((int)w->in.n + 1);

	for (unsigned i = 0; i < arrive; i++)
		w->in.of[(w->in.first + i) % DOCS].at = i + 1 < arrive ? 0 : w->now;
	for (unsigned i = arrive; i < w->in.n; i++)
		w->in.of[(w->in.first + i) % DOCS].at = INT64_MAX;
	take_commands();
	tel_break();
}

void tel_begin(void)
{
	rand_uuid(w->boot);
	w->seq = w->epoch = 0;
	w->kept.first = w->kept.n = 0;
	w->linked = true;
}

void tel_die(void)
{
	tel_break();
	all_die();
	tel_begin();
}

void tel_turn(void)
{
	take_commands();
	line_turn();
	seat_turn();
}

int64_t tel_next(void)
{
	int64_t next = line_next();

	if (w->in.n && w->in.of[w->in.first].at < next)
		next = w->in.of[w->in.first].at;
	if (w->out.n && w->out.of[w->out.first].at < next)
		next = w->out.of[w->out.first].at;
	return next;
}

bool tel_quiet(void)
{
	for (const struct line *l = w->lines; l < w->lines + LINES; l++)
		if (l->live)
			return false;
	return !w->in.n && !w->out.n && !w->kept.n;
}

/* App's end: every symbol of wire.c -------------------------------------------------------------------------------------- */

int wire_open(const struct app_settings *s, struct fault *f)
{
	(void)s, (void)f;
	tel_break(); /* of the life before */
	w->broke = false;
	the = (struct wire){0};
	return 0;
}

void wire_close(void)
{
}

str wire_app_boot(void)
{
	static char boot[37];

	if (!boot[0])
		rand_uuid(boot);
	return str_of(boot);
}

size_t wire_count(void)
{
	return 1;
}

struct wire *wire_at(size_t i)
{
	(void)i;
	return &the;
}

void wire_wake(void)
{
}

static void link_broke(void)
{
	w->broke = false;
	the.lost = true;
	the.up = false;
	the.boot[0] = 0;
}

void wire_turn(int ms)
{
	(void)ms;
	if (w->broke)
		link_broke();
	if (w->connected || w->now < w->back_at)
		return;
	w->connected = true;
	tell_who();
}

bool wire_lost(struct wire *wire)
{
	bool lost = wire->lost;

	wire->lost = false;
	return lost;
}

int64_t wire_heard_at(const struct wire *wire)
{
	(void)wire;
	return clock_mono_ms();
}

void wire_break(struct wire *wire, const char *why)
{
	(void)wire, (void)why;
	tel_break();
	link_broke();
}

void wire_set(struct wire *wire, int64_t node_id, str boot, int64_t epoch, bool up)
{
	wire->node_id = node_id;
	wire->epoch = epoch;
	wire->up = up;
	snprintf(wire->boot, sizeof(wire->boot), "%.*s", STR_ARG(boot));
}

bool wire_up(int64_t node_id)
{
	return the.up && (!node_id || the.node_id == node_id);
}

int64_t wire_boot(int64_t node_id, char ret[37])
{
	bool up = wire_up(node_id);

	memcpy(ret, up ? the.boot : "", up ? sizeof(the.boot) : 1);
	return up ? the.epoch : 0;
}

/* Lists of what this world has none of do not travel. */
static bool matters(const struct message *m)
{
	return m->kind != CMD_TRUNKS && m->kind != CMD_SHARES && m->kind != CMD_INBOUND && m->kind != CMD_PHONES &&
	       m->kind != CMD_TICKETS;
}

static void queue(str doc, const struct message *m)
{
	if (m->kind == CMD_DIAL)
		judge_dial(m, judged);
	if (m->kind == CMD_OPERATOR_PAUSE)
		judge_pause(m);
	digest(doc.p, doc.n);
	if (w->connected)
		push(&w->in, doc, later(), 0);
	else if (m->kind == CMD_DIAL)
		judge_lost(m->call);
}

void wire_send(struct wire *wire, const struct message *m)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct message stamped = *m;
	struct fault f = {0};

	crash_point();
	if (!stamped.epoch)
		stamped.epoch = wire->epoch;
	if (matters(m) && message_encode(&stamped, &t, &f))
		broken("app cannot say %s: %s", message_kind_name(m->kind), f.what);
	if (matters(m))
		queue(text_str(&t), &stamped);
	arena_free(&a);
}

void wire_send_frames(struct wire *wire, str frames)
{
	(void)wire;
	crash_point();
	while (frames.n) {
		const uint8_t *p = (const uint8_t *)frames.p;
		size_t n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
		str doc = str_sub(frames, 4, 4 + n);
		struct arena a = {0};
		struct message m;
		struct fault f = {0};
		if (message_decode(doc, false, &a, &m, &f))
			broken("app said %.*s: %s", STR_ARG(doc), f.what);
		queue(doc, &m);
		frames = str_sub(frames, 4 + n, frames.n);
		arena_free(&a);
	}
}

int wire_tell(int64_t node_id, const struct message *m, struct fault *f)
{
	if (!wire_up(node_id)) {
		if (m->kind == CMD_DIAL)
			judge_lost(m->call);
		return fail(f, EAGAIN, NULL, "tel_down", "the telephone process is not there");
	}
	wire_send(&the, m);
	return 0;
}

int wire_ask(int64_t node_id, struct message *m, int ms, struct arena *a, struct message *ret, struct fault *f)
{
	(void)node_id, (void)m, (void)ms, (void)a, (void)ret;
	return fail(f, ETIMEDOUT, NULL, "tel_silent", "nothing is asked here");
}

void wire_answered(const struct message *m, str doc)
{
	(void)m, (void)doc;
}

int wire_next(struct wire *wire, struct arena *a, struct message *ret)
{
	struct doc *d = w->out.of + w->out.first;
	struct fault f = {0};
	str doc = {d->s, d->n};

	(void)wire;
	if (!w->connected || !w->out.n || d->at > w->now)
		return ENOENT;
	crash_point();
	if (str_eq(doc, STR("hello")))
		doc = (str){w->hello, w->hello_n};
	if (message_decode(str_copy(a, doc), true, a, ret, &f))
		broken("app does not understand %.*s: %s", STR_ARG(doc), f.what);
	drop_first(&w->out);
	return 0;
}

void tel_judged_in(struct store *s)
{
	judged = s;
}
