/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seats.c - operators: the machine of callflow/operator.h with a browser's leg; desk.c has that of a SIP phone. */
#include "base/log.h"
#include "engine/tel/sip.h"
#include "engine/tel/webrtc.h"
#include "exchange/house.h"
#include "exchange/link.h"

enum { ECHO_MS = 10 * 60 * 1000, ECHOES_MAX = 64 };

static struct list seats, echoes, lists;

/* The headset page's call: a leg that answers with its own voice. */
struct echo {
	struct le le;
	struct tel_webrtc *webrtc;
	struct tmr tmr;
};
/* The ready operators of a project in the order app wants. */
struct ready_list {
	struct le le;
	int64_t project;
	size_t n;
	int64_t ids[];
};

static void seat_destructor(void *arg)
{
	struct seat *s = arg;

	list_unlink(&s->le);
	mem_deref(s->webrtc);
	mem_deref(s->next);
	mem_deref(s->desk);
}

struct seat *seat_find(int64_t operator_id)
{
	for (struct le *le = seats.head; le; le = le->next)
		if (((struct seat *)le->data)->operator_id == operator_id)
			return le->data;
	return NULL;
}

struct tel_leg *seat_leg(const struct seat *s)
{
	if (s->desk_up)
		return tel_dial_leg(s->desk);
	return s->webrtc && tel_webrtc_up(s->webrtc) ? tel_webrtc_leg(s->webrtc) : NULL;
}

void seat_hear(struct seat *s, enum tel_source source)
{
	if (seat_leg(s))
		tel_leg_play(seat_leg(s), source);
}

/* What the machine asks for -------------------------------------------------------------------------------------------- */

/* His, or the one that rings at his seat. */
static str call_of(const struct seat *s)
{
	const struct line *l = s->line ? s->line : s->offer;

	return l ? str_of(l->uuid) : (str){0};
}

static void tell(const struct seat *s)
{
	struct message m = {.kind = EV_OPERATOR,
	        .operator_id = s->operator_id,
	        .operator_state = s->day.state,
	        .call = call_of(s),
	        .until = house_utc(s->day.deadline_at),
	        .why = s->day.cause,
	        .reason = s->day.pause_reason_id,
	        .up = s->day.leg_up};

	link_tell(&m);
}

/* A guest whose leg is down is none any more: he has no talk of his own to come back to. */
static void his_call(struct seat *s, enum call_event e)
{
	if (s->line && s->line->seat == s)
		line_event(s->line, e);
	else if (s->line)
		talk_guest_lost(s->line);
}

static void act_on(struct seat *s, unsigned act)
{
	if (act & OPERATOR_DO_TELL)
		tell(s);
	if (act & OPERATOR_DO_CALL_LEFT)
		his_call(s, CALL_EV_OPERATOR_LEFT);
	if (act & OPERATOR_DO_CALL_BACK)
		his_call(s, CALL_EV_OPERATOR_BACK);
	if (act & OPERATOR_DO_CALL_GONE)
		his_call(s, CALL_EV_OPERATOR_GONE);
	if (act & OPERATOR_DO_OFFER_GONE)
		ring_gone(s);
	if (act & OPERATOR_DO_LEG_CLOSE) {
		s->by_phone = false;
		desk_drop(s);
		s->webrtc = mem_deref(s->webrtc);
		s->next = mem_deref(s->next);
	}
}

/* The state he leaves, or stays in, into the sums of his day. */
static void count_time(struct seat *s, int64_t now)
{
	enum operator_state at = s->day.state;
	bool busy = at == OPERATOR_RESERVED || at == OPERATOR_TALKING || at == OPERATOR_WRAP_UP;
	int64_t ms = s->counted_at ? now - s->counted_at : 0;

	s->busy_ms += busy ? ms : 0;
	s->work_ms += busy || at == OPERATOR_READY || at == OPERATOR_OFFERED ? ms : 0;
	s->counted_at = now;
}

/* False: refused. */
static bool step(struct seat *s, const struct operator_input *in)
{
	unsigned act;

	count_time(s, house_now());
	act = operator_step(&s->day, in, house_now());

	act_on(s, act);
	if (s->day.state == OPERATOR_READY && !s->line && !ticket_holds(s))
		line_offer(s);
	return !(act & OPERATOR_DO_REFUSE);
}

static void event(struct seat *s, enum operator_event e)
{
	step(s, &(struct operator_input){.event = e});
}

static bool take(struct seat *s, struct line *l, const struct operator_input *in)
{
	if (s->line)
		return false;
	s->line = l;
	l->seat = s;
	if (step(s, in))
		return true;
	s->line = NULL;
	l->seat = NULL;
	return false;
}

bool seat_reserve(struct seat *s, struct line *l, int64_t ring_ms)
{
	return take(s, l, &(struct operator_input){.event = OPERATOR_EV_RESERVE, .ring_ms = ring_ms});
}

bool seat_give(struct seat *s, struct line *l)
{
	return take(s, l, &(struct operator_input){.event = OPERATOR_EV_GIVEN});
}

bool seat_ring(struct seat *s, struct line *l, int64_t ms)
{
	s->offer = l;
	if (step(s, &(struct operator_input){.event = OPERATOR_EV_OFFERED, .ring_ms = ms})) {
		seat_hear(s, TEL_RINGBACK);
		return true;
	}
	s->offer = NULL;
	return false;
}

void seat_unring(struct seat *s)
{
	s->offer = NULL;
	seat_hear(s, TEL_QUIET);
	event(s, OPERATOR_EV_PASSED);
}

bool seat_join(struct seat *s, struct line *l)
{
	if (s->line || !seat_leg(s))
		return false;
	s->line = l;
	if (step(s, &(struct operator_input){.event = OPERATOR_EV_GIVEN})) {
		seat_hear(s, TEL_QUIET);
		seat_call_state(s, CALL_CONNECTED);
		return true;
	}
	s->line = NULL;
	return false;
}

void seat_pass(struct seat *s)
{
	s->line = NULL;
	s->mute = false;
	if (seat_leg(s))
		tel_leg_listen(seat_leg(s), NULL);
	seat_hear(s, TEL_QUIET);
	event(s, OPERATOR_EV_PASSED);
}

void seat_call_state(struct seat *s, enum call_state state)
{
	enum operator_event e;

	if (operator_event_of(state, &e))
		event(s, e);
}

/* The leg -------------------------------------------------------------------------------------------------------------- */

static void tell_leg(const struct seat *s, bool up)
{
	struct message m = {.kind = EV_LEG, .operator_id = s->operator_id, .up = up};

	if (up)
		m.codec = str_of(tel_leg_codec_name(seat_leg(s)));
	link_tell(&m);
}

void seat_up(struct seat *s)
{
	tell_leg(s, true);
	event(s, OPERATOR_EV_LEG_UP);
	if (s->line)
		line_leg_changed(s->line);
}

/* The browser's newest leg is up: it takes the place of the one before, and a talk goes over to it. */
static void next_up(void *arg)
{
	struct seat *s = arg;
	struct tel_webrtc *was = s->webrtc;
	struct tel_dial *desk = s->desk;

	s->webrtc = s->next;
	s->next = NULL;
	s->desk = NULL;
	s->desk_up = s->by_phone = false;
	seat_up(s);
	mem_deref(was);
	mem_deref(desk);
}

void seat_down(struct seat *s, const char *why)
{
	log_info("seat", "the leg of operator %lld is down: %s", (long long)s->operator_id, why);
	tell_leg(s, false);
	event(s, OPERATOR_EV_LEG_DOWN);
}

/* One of his legs ended: which? */
static void webrtc_down(const char *why, void *arg)
{
	struct seat *s = arg;

	if (s->webrtc && !tel_webrtc_up(s->webrtc)) {
		s->webrtc = mem_deref(s->webrtc);
		if (!s->desk_up)
			seat_down(s, why);
	} else if (s->next && !tel_webrtc_up(s->next)) {
		log_info("seat", "a leg of operator %lld never came up: %s", (long long)s->operator_id, why);
		s->next = mem_deref(s->next);
	}
}

static void answer_sdp(int64_t request, str sdp, const char *error)
{
	struct message m = {.kind = EV_SDP, .request = request, .sdp = sdp, .error = str_of(error)};

	link_tell(&m);
}

void seat_offer(const struct message *m)
{
	struct tel_webrtc_handlers h = {.up = next_up, .down = webrtc_down};
	struct seat *s = seat_find(m->operator_id);
	struct tel_webrtc *fresh = NULL;
	struct arena a = {0};
	struct text answer = {.a = &a};
	struct fault f = {0};

	if (!s || s->day.state == OPERATOR_OFFLINE) {
		answer_sdp(m->request, (str){0}, "the operator has no shift");
		return;
	}
	h.arg = s;
	if (tel_webrtc_new(&fresh, m->sdp, &answer, &h, &f)) {
		answer_sdp(m->request, (str){0}, f.what);
	} else {
		mem_deref(s->next);
		s->next = fresh;
		answer_sdp(m->request, text_str(&answer), NULL);
	}
	arena_free(&a);
}

/* Commands ------------------------------------------------------------------------------------------------------------- */

void seat_start(const struct message *m)
{
	struct seat *s = seat_find(m->operator_id);

	if (!s) {
		s = mem_zalloc(sizeof(*s), seat_destructor);
		if (!s) {
			house_refuse(m, "memory");
			return;
		}
		s->operator_id = m->operator_id;
		list_append(&seats, &s->le, s);
	}
	s->project = m->project;
	s->by_phone |= m->phone;
	if (!step(s, &(struct operator_input){
	                     .event = OPERATOR_EV_START, .wrap_up_ms = m->wrap_up_ms, .preview_ms = m->preview_ms}))
		house_refuse(m, operator_state_names[s->day.state]);
	else if (s->by_phone)
		desk_call(s);
}

/* In his call; one that comes when that has just ended does not wait for the next. */
static void mute(struct seat *s, bool on)
{
	s->mute = on && s->line;
	if (s->line && s->line->bridge && s->line->seat == s)
		tel_bridge_mute(s->line->bridge, on);
	else if (s->line)
		talk_arrange(s->line);
}

void seat_simple(const struct message *m)
{
	static const struct {
		enum message_kind kind;
		enum operator_event event;
	} events[] = {
	        {CMD_OPERATOR_READY, OPERATOR_EV_READY},
	        {CMD_OPERATOR_PAUSE, OPERATOR_EV_PAUSE},
	        {CMD_OPERATOR_STOP, OPERATOR_EV_STOP},
	        {CMD_WRAP_UP_DONE, OPERATOR_EV_DONE},
	        {CMD_WRAP_UP_EXTEND, OPERATOR_EV_EXTEND},
	        {CMD_PREVIEW, OPERATOR_EV_PREVIEW},
	};
	struct seat *s = seat_find(m->operator_id);

	if (!s) {
		house_refuse(m, "operator");
		return;
	}
	if (m->kind == CMD_MUTE)
		mute(s, m->on);
	for (size_t i = 0; i < COUNT(events); i++)
		if (events[i].kind == m->kind && !step(s, &(struct operator_input){.event = events[i].event,
		                                                  .then = m->then,
		                                                  .preview = m->preview,
		                                                  .reason_id = m->reason}))
			house_refuse(m, operator_state_names[s->day.state]);
}

static void list_forget(int64_t project)
{
	for (struct le *le = lists.head; le; le = le->next) {
		struct ready_list *r = le->data;
		if (r->project == project) {
			list_unlink(le);
			mem_deref(r);
			return;
		}
	}
}

void seat_list(const struct message *m)
{
	struct ready_list *r = mem_zalloc(sizeof(*r) + m->operators.n * sizeof(*r->ids), NULL);

	list_forget(m->project);
	if (!r)
		return;
	r->project = m->project;
	r->n = m->operators.n;
	for (size_t i = 0; i < r->n; i++)
		r->ids[i] = m->operators.rows[i].operator_id;
	list_append(&lists, &r->le, r);
}

static bool is_free(const struct seat *s, int64_t project)
{
	return s && s->project == project && s->day.state == OPERATOR_READY && !s->line && seat_leg(s) && !ticket_holds(s);
}

struct seat *seat_first_ready(int64_t project)
{
	struct seat *best = NULL;

	for (struct le *le = lists.head; le; le = le->next) {
		struct ready_list *r = le->data;
		for (size_t i = 0; r->project == project && i < r->n; i++)
			if (is_free(seat_find(r->ids[i]), project))
				return seat_find(r->ids[i]);
	}
	for (struct le *le = seats.head; le; le = le->next) {
		struct seat *s = le->data;
		if (is_free(s, project) && (!best || operator_before(&s->day, &best->day)))
			best = s;
	}
	return best;
}

struct seat *seat_best(int64_t project, bool (*better)(const struct seat *s, const struct seat *than, void *arg), void *arg)
{
	struct seat *best = NULL;

	for (struct le *le = seats.head; le; le = le->next)
		if (is_free(le->data, project) && better(le->data, best, arg))
			best = le->data;
	return best;
}

int64_t seat_count(int64_t project, bool (*serves)(const struct seat *s, void *arg), void *arg)
{
	int64_t n = 0;

	for (struct le *le = seats.head; le; le = le->next) {
		const struct seat *s = le->data;
		enum operator_state at = s->day.state;
		bool works = at == OPERATOR_READY || at == OPERATOR_OFFERED || at == OPERATOR_RESERVED ||
		             at == OPERATOR_TALKING || at == OPERATOR_WRAP_UP;
		n += s->project == project && works && serves(s, arg);
	}
	return n;
}

void seat_offer_all(void)
{
	for (struct le *le = seats.head; le; le = le->next)
		if (is_free(le->data, ((struct seat *)le->data)->project))
			line_offer(le->data);
}

void seat_floor(int64_t project, int64_t *ret_idle, int64_t *ret_talking)
{
	*ret_idle = *ret_talking = 0;
	for (struct le *le = seats.head; le; le = le->next) {
		const struct seat *s = le->data;
		*ret_idle += is_free(s, project);
		*ret_talking += s->project == project && s->day.state == OPERATOR_TALKING;
	}
}

size_t seat_projects(int64_t *ids, size_t n, size_t max)
{
	for (struct le *le = seats.head; le; le = le->next)
		n = house_project(((struct seat *)le->data)->project, ids, n, max);
	return n;
}

void seat_rows(struct arena *a, struct message_rows *ret)
{
	struct message *rows = NEW_N(a, struct message, list_count(&seats) + 1);
	size_t n = 0;

	for (struct le *le = seats.head; le; le = le->next) {
		struct seat *s = le->data;
		rows[n++] = (struct message){.kind = ROW_OPERATOR,
		        .operator_id = s->operator_id,
		        .operator_state = s->day.state,
		        .call = call_of(s),
		        .until = house_utc(s->day.deadline_at),
		        .since = house_utc(s->day.entered_at),
		        .up = s->day.leg_up,
		        .reason = s->day.pause_reason_id,
		        .project = s->project};
	}
	*ret = (struct message_rows){rows, n};
}

void seat_tick(int64_t now)
{
	struct le *le = seats.head;

	while (le) {
		struct seat *s = le->data;
		le = le->next;
		desk_tick(s, now);
		if (s->day.deadline_at && now >= s->day.deadline_at)
			event(s, OPERATOR_EV_DEADLINE);
		if (s->day.state == OPERATOR_OFFLINE && !s->line)
			mem_deref(s);
	}
}

/* The headset page ----------------------------------------------------------------------------------------------------- */

static void echo_destructor(void *arg)
{
	struct echo *e = arg;

	list_unlink(&e->le);
	tmr_cancel(&e->tmr);
	mem_deref(e->webrtc);
}

static void echo_up(void *arg)
{
	struct echo *e = arg;

	tel_leg_play(tel_webrtc_leg(e->webrtc), TEL_ECHO);
}

static void echo_down(const char *why, void *arg)
{
	(void)why;
	mem_deref(arg);
}

static void echo_over(void *arg)
{
	mem_deref(arg);
}

void seat_echo(const struct message *m)
{
	struct tel_webrtc_handlers h = {.up = echo_up, .down = echo_down};
	struct echo *e = list_count(&echoes) < ECHOES_MAX ? mem_zalloc(sizeof(*e), echo_destructor) : NULL;
	struct arena a = {0};
	struct text answer = {.a = &a};
	struct fault f = {0};

	if (!e) {
		answer_sdp(m->request, (str){0}, "too many headsets are being tried");
		return;
	}
	h.arg = e;
	list_append(&echoes, &e->le, e);
	if (tel_webrtc_new(&e->webrtc, m->sdp, &answer, &h, &f)) {
		mem_deref(e);
		answer_sdp(m->request, (str){0}, f.what);
	} else {
		tmr_start(&e->tmr, ECHO_MS, echo_over, e);
		answer_sdp(m->request, text_str(&answer), NULL);
	}
	arena_free(&a);
}

void seat_done(void)
{
	list_flush(&echoes);
	list_flush(&lists);
	list_flush(&seats);
}
