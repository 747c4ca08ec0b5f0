/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - what exchange/lines.c and seats.c do with the machines of callflow, without legs; the far sides are a table of fates. */
#include "simulation.h"

/* What becomes of an invitation, how often, and how a talk ends. */
static const struct fate {
	const char *name;
	int of_100, sip, ring_ms; /* ring_ms: how long it rings first, at most; 0: nothing rings */
	bool answers;
} fates[] = {
        {"talks", 44, 0, 20000, true},
        {"never answers", 18, 0, 0, false},
        {"busy", 10, 486, 3000, false},
        {"declines", 6, 603, 9000, false},
        {"switched off", 6, 480, 6000, false},
        {"no such number", 4, 404, 2000, false},
        {"the line is down", 4, 503, 300, false},
        {"the network fails", 3, 500, 2000, false},
        {"silent", 3, 0, -1, false},
        {"hangs up at once", 2, 0, 5000, true},
};

static int any_fate(void)
{
	int at = roll(100), i = 0;

	while (i < (int)COUNT(fates) - 1 && (at -= fates[i].of_100) >= 0)
		i++;
	return i;
}

/* Lines ------------------------------------------------------------------------------------------------------------------ */

static void event(struct line *l, enum call_event e)
{
	line_step(l, &(struct call_input){.event = e});
}

static struct line *line_find(str uuid)
{
	for (struct line *l = w->lines; l < w->lines + LINES; l++)
		if (l->live && str_eq(str_of(l->uuid), uuid))
			return l;
	return NULL;
}

static void far_next(struct line *l, enum call_event e, int64_t ms)
{
	l->far = (int)e;
	l->far_at = w->now + ms;
}

static void refuse(const struct message *m, const char *why)
{
	struct message no = {.kind = EV_REFUSED,
	        .command = str_of(message_kind_name(m->kind)),
	        .operator_id = m->operator_id,
	        .call = m->call,
	        .text = str_of(why)};

	w->seen.refused++;
	if (m->kind == CMD_DIAL)
		judge_lost(m->call);
	tel_tell(&no);
}

static void tell_call(const struct line *l)
{
	struct message m = {.kind = EV_CALL,
	        .call = str_of(l->uuid),
	        .call_state = l->c.state,
	        .cause = l->c.cause,
	        .by = l->c.by,
	        .sip_code = l->c.sip_code,
	        .operator_id = l->c.operator_id};

	tel_tell(&m);
	if (l->c.state == CALL_ENDED)
		judge_ended(l);
	if (l->c.state == CALL_CONNECTED) {
		w->seen.talks++;
		person_of(l->c.operator_id)->talked = true;
	}
	w->seen.abandoned += l->c.state == CALL_ENDED && l->c.cause == CAUSE_ABANDONED;
}

static void untie(struct line *l)
{
	struct tel_seat *s = l->seat >= 0 ? w->seats + l->seat : NULL;

	l->seat = -1;
	if (!s)
		return;
	s->line = -1;
	person_of(s->id)->talked = l->c.connected_at != 0;
	seat_step(s, &(struct operator_input){.event = OPERATOR_EV_CALL_ENDED});
}

static void tell_operator(struct line *l)
{
	enum operator_event e;

	if (l->c.state == CALL_ENDED)
		untie(l);
	else if (l->seat >= 0 && operator_event_of(l->c.state, &e))
		seat_step(w->seats + l->seat, &(struct operator_input){.event = e});
}

static bool take(struct tel_seat *s, struct line *l, enum operator_event e)
{
	if (s->line >= 0)
		return false;
	s->line = (int)(l - w->lines);
	l->seat = (int)(s - w->seats);
	if (seat_step(s, &(struct operator_input){.event = e, .ring_ms = l->c.ring_ms}))
		return true;
	s->line = l->seat = -1;
	return false;
}

static bool is_free(const struct tel_seat *s, int64_t project)
{
	return s->known && s->project == project && s->day.state == OPERATOR_READY && s->day.leg_up && s->line < 0;
}

static void find(struct line *l)
{
	struct tel_seat *best = NULL;

	for (struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		if (is_free(s, l->project) && (!best || operator_before(&s->day, &best->day)))
			best = s;
	if (best && take(best, l, OPERATOR_EV_GIVEN))
		line_step(l, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = best->id});
	else
		event(l, CALL_EV_QUEUE);
}

void line_offer(struct tel_seat *s)
{
	struct line *best = NULL;

	for (struct line *l = w->lines; l < w->lines + LINES; l++)
		if (l->live && l->project == s->project && call_waits(&l->c) && (!best || call_before(&l->c, &best->c)))
			best = l;
	if (best && take(s, best, OPERATOR_EV_GIVEN))
		line_step(best, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = s->id});
}

static void act(struct line *l, unsigned bit)
{
	switch (bit) {
	case CALL_DO_DIAL: far_next(l, CALL_EV_PROGRESS, fates[l->fate].ring_ms < 0 ? CLOCK_DAY : 200 + roll(500)); break;
	case CALL_DO_BRIDGE: l->bridged_at = w->now + 40 + roll(chance(3) ? 12000 : 400); break;
	case CALL_DO_RELEASE: l->far_at = l->bridged_at = l->spoken_at = 0; break;
	case CALL_DO_TELL_OPERATOR: tell_operator(l); break;
	case CALL_DO_TELL: tell_call(l); break;
	case CALL_DO_LEAVE: untie(l); break;
	case CALL_DO_MESSAGE: l->spoken_at = w->now + 8000; break;
	case CALL_DO_FIND: find(l); break;
	default: break; /* sound, recordings and guests: there are none here */
	}
}

void line_step(struct line *l, const struct call_input *in)
{
	unsigned bits = call_step(&l->c, in, w->now);
	enum call_state entered = l->c.state;

	for (unsigned bit = 1; bit && bit <= bits; bit <<= 1)
		if (bits & bit && l->c.state == entered)
			act(l, bit);
	if (l->c.state == CALL_ENDED)
		l->live = false;
}

/* The carrier's next word. */
static void far_goes_on(struct line *l)
{
	const struct fate *f = fates + l->fate;
	enum call_event e = (enum call_event)l->far;

	l->far_at = 0;
	if (e == CALL_EV_FAILED) {
		line_step(l, &(struct call_input){.event = e, .cause = call_cause_of_sip(f->sip), .sip_code = f->sip});
		return;
	}
	event(l, e);
	if (!l->live)
		return;
	if (e == CALL_EV_PROGRESS && f->sip && f->ring_ms < 1000)
		far_next(l, CALL_EV_FAILED, f->ring_ms);
	else if (e == CALL_EV_PROGRESS)
		far_next(l, CALL_EV_RINGING, 300 + roll(2000));
	else if (e == CALL_EV_RINGING && f->answers)
		far_next(l, CALL_EV_ANSWER, 500 + roll(f->ring_ms));
	else if (e == CALL_EV_RINGING && f->sip)
		far_next(l, CALL_EV_FAILED, 200 + roll(f->ring_ms));
	else if (e == CALL_EV_ANSWER)
		far_next(l, CALL_EV_BYE, l->fate ? roll(300) : chance(20) ? roll(1200000) : 2000 + roll(120000));
}

void line_turn(void)
{
	for (struct line *l = w->lines; l < w->lines + LINES; l++) {
		if (l->live && l->far_at && l->far_at <= w->now)
			far_goes_on(l);
		if (l->live && l->bridged_at && l->bridged_at <= w->now) {
			l->bridged_at = 0;
			if (l->seat < 0 || w->seats[l->seat].day.leg_up)
				event(l, CALL_EV_BRIDGED);
		}
		if (l->live && l->spoken_at && l->spoken_at <= w->now) {
			l->spoken_at = 0;
			event(l, CALL_EV_SPOKEN);
		}
		if (l->live && l->c.deadline_at && l->c.deadline_at <= w->now)
			event(l, CALL_EV_DEADLINE);
	}
}

static int64_t sooner(int64_t a, int64_t at)
{
	return at && at < a ? at : a;
}

int64_t line_next(void)
{
	int64_t next = INT64_MAX;

	for (const struct line *l = w->lines; l < w->lines + LINES; l++)
		if (l->live)
			next = sooner(
			        sooner(sooner(sooner(next, l->far_at), l->bridged_at), l->spoken_at), l->c.deadline_at);
	for (const struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		if (s->known)
			next = sooner(next, s->day.deadline_at);
	return next;
}

void line_dial(const struct message *m)
{
	struct tel_seat *s = m->operator_id ? seat_of(m->operator_id) : NULL;
	struct line *l = w->lines;

	if (line_find(m->call))
		return; /* the same command again */
	while (l < w->lines + LINES && l->live)
		l++;
	if (l == w->lines + LINES || (m->operator_id && !s)) {
		refuse(m, "operator");
		return;
	}
	*l = (struct line){.live = true, .project = m->project, .seat = -1, .fate = any_fate()};
	snprintf(l->uuid, sizeof(l->uuid), "%.*s", STR_ARG(m->call));
	snprintf(l->number, sizeof(l->number), "%.*s", STR_ARG(m->number));
	call_init(&l->c, m->operator_id, m->ring_ms, w->now);
	l->c.speaks = !m->operator_id && m->text.n;
	if (m->wait_ms > 0)
		l->c.wait_ms = m->wait_ms;
	if (s && !take(s, l, OPERATOR_EV_RESERVE)) {
		l->live = false;
		refuse(m, operator_state_names[s->day.state]);
		return;
	}
	if (w->trunk_down)
		line_step(l, &(struct call_input){.event = CALL_EV_FAILED, .cause = CAUSE_TRUNK_DOWN});
	else
		event(l, CALL_EV_DIAL);
}

void line_hangup(const struct message *m)
{
	struct line *l = line_find(m->call);

	if (l)
		line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = m->by});
	else
		refuse(m, "call");
}

void all_die(void)
{
	for (struct line *l = w->lines; l < w->lines + LINES; l++) {
		if (l->live)
			judge_lost(str_of(l->uuid));
		l->live = false;
	}
	for (struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		*s = (struct tel_seat){.line = -1};
	for (struct person *p = w->people; p < w->people + w->n_people; p++)
		p->leg = false;
}

/* Seats ------------------------------------------------------------------------------------------------------------------ */

struct tel_seat *seat_of(int64_t id)
{
	for (struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		if (s->known && s->id == id)
			return s;
	return NULL;
}

static void his_call(const struct tel_seat *s, enum call_event e)
{
	if (s->line >= 0)
		event(w->lines + s->line, e);
}

bool seat_step(struct tel_seat *s, const struct operator_input *in)
{
	unsigned bits = operator_step(&s->day, in, w->now);
	struct message m = {.kind = EV_OPERATOR,
	        .operator_id = s->id,
	        .operator_state = s->day.state,
	        .call = s->line >= 0 ? str_of(w->lines[s->line].uuid) : (str){0},
	        .until = s->day.deadline_at,
	        .why = s->day.cause,
	        .reason = s->day.pause_reason_id,
	        .up = s->day.leg_up};

	if (bits & OPERATOR_DO_TELL)
		tel_tell(&m);
	if (bits & OPERATOR_DO_CALL_LEFT)
		his_call(s, CALL_EV_OPERATOR_LEFT);
	if (bits & OPERATOR_DO_CALL_BACK)
		his_call(s, CALL_EV_OPERATOR_BACK);
	if (bits & OPERATOR_DO_CALL_GONE)
		his_call(s, CALL_EV_OPERATOR_GONE);
	if (s->day.state == OPERATOR_READY && s->line < 0)
		line_offer(s);
	return !(bits & OPERATOR_DO_REFUSE);
}

void seat_leg(struct tel_seat *s, bool up)
{
	tel_tell(&(struct message){.kind = EV_LEG, .operator_id = s->id, .up = up});
	seat_step(s, &(struct operator_input){.event = up ? OPERATOR_EV_LEG_UP : OPERATOR_EV_LEG_DOWN});
}

void seat_turn(void)
{
	for (struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		if (s->known && s->day.deadline_at && s->day.deadline_at <= w->now)
			seat_step(s, &(struct operator_input){.event = OPERATOR_EV_DEADLINE});
}

static struct tel_seat *seat_new(int64_t id)
{
	struct tel_seat *s = w->seats;

	while (s->known)
		s++;
	*s = (struct tel_seat){.known = true, .id = id, .line = -1};
	return s;
}

void seat_command(const struct message *m)
{
	static const struct {
		enum message_kind kind;
		enum operator_event event;
	} events[] = {
	        {CMD_OPERATOR_START, OPERATOR_EV_START},
	        {CMD_OPERATOR_READY, OPERATOR_EV_READY},
	        {CMD_OPERATOR_PAUSE, OPERATOR_EV_PAUSE},
	        {CMD_OPERATOR_STOP, OPERATOR_EV_STOP},
	        {CMD_WRAP_UP_DONE, OPERATOR_EV_DONE},
	        {CMD_WRAP_UP_EXTEND, OPERATOR_EV_EXTEND},
	        {CMD_PREVIEW, OPERATOR_EV_PREVIEW},
	};
	struct tel_seat *s = seat_of(m->operator_id);

	if (!s && m->kind == CMD_OPERATOR_START)
		s = seat_new(m->operator_id);
	if (!s) {
		refuse(m, "operator");
		return;
	}
	if (m->kind == CMD_OPERATOR_START)
		s->project = m->project;
	for (size_t i = 0; i < COUNT(events); i++) {
		struct operator_input in = {.event = events[i].event,
		        .then = m->then,
		        .reason_id = m->reason,
		        .wrap_up_ms = m->wrap_up_ms,
		        .preview_ms = m->preview_ms};
		if (events[i].kind == m->kind && !seat_step(s, &in))
			refuse(m, operator_state_names[s->day.state]);
	}
}
