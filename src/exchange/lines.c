/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines.c - calls: what the machine of callflow/call.h asks for is done here with legs, bridges and recordings. */
#include "base/log.h"
#include "base/rand.h"
#include "engine/tel/practice.h"
#include "engine/tel/prompt.h"
#include "engine/tel/sip.h"
#include "engine/tel/speech.h"
#include "exchange/house.h"
#include "exchange/link.h"

/* Both ways: the far side was heard, or it is silent by choice and the path stands for so long. */
/* ACK_MS: so long our answer may stay without its acknowledgement. */
enum { PATH_STANDS_MS = 400, ACK_MS = 10000 };

static struct list lines;

static void line_destructor(void *arg)
{
	struct line *l = arg;

	list_unlink(&l->le);
	notice_end(l);
	mem_deref(l->talk);
	mem_deref(l->bridge);
	mem_deref(l->practice);
	mem_deref(l->dial);
	mem_deref(l->prompt);
	mem_deref(l->message);
	mem_deref(l->fax);
	mem_deref(l->in);
}

static bool live(const struct line *l)
{
	return l->call.state != CALL_ENDED;
}

struct line *line_find(str uuid)
{
	for (struct le *le = lines.head; le; le = le->next) {
		struct line *l = le->data;
		if (live(l) && str_eq(str_of(l->uuid), uuid))
			return l;
	}
	return NULL;
}

static size_t count(int64_t trunk, bool any)
{
	size_t n = 0;

	for (struct le *le = lines.head; le; le = le->next) {
		struct line *l = le->data;
		n += live(l) && (any || (l->trunk == trunk && (l->dial || l->practice)));
		n += live(l) && !any && talk_on_trunk(l, trunk);
	}
	return n;
}

size_t line_count(void)
{
	return count(0, true);
}

size_t line_count_trunk(int64_t trunk)
{
	return count(trunk, false);
}

size_t line_wait_trunk(int64_t trunk)
{
	size_t n = 0;

	for (struct le *le = lines.head; le; le = le->next) {
		const struct line *l = le->data;
		n += live(l) && (route_waits(l, trunk) || talk_waits_trunk(l, trunk));
	}
	return n;
}

/* What the far side says ----------------------------------------------------------------------------------------------- */

/* Until the answer its operator hears what the trunk says, or that it rings; his leg may be down. */
static void let_hear_ringing(struct line *l)
{
	struct tel_leg *ours = l->seat && l->call.state == CALL_RINGING ? seat_leg(l->seat) : NULL;

	if (ours && l->early)
		tel_leg_listen(ours, l->leg);
	else if (ours && l->route.rang)
		seat_hear(l->seat, TEL_RINGBACK);
}

static void on_progress(int code, bool early_media, void *arg)
{
	struct line *l = arg;

	l->early |= early_media;
	l->route.rang |= code == 180 || early_media;
	if (l->route.rang)
		trunk_told(l->trunk, CAUSE_NONE, 0, 0);
	line_event(l, code == 180 || early_media ? CALL_EV_RINGING : CALL_EV_PROGRESS);
	let_hear_ringing(l);
}

static void on_digit(char digit, void *arg)
{
	struct line *l = arg;
	struct message m = {.kind = EV_DTMF, .call = str_of(l->uuid), .digits = {&digit, 1}};

	if (!l->unrecorded) /* card data may be keyed in as well as said */
		link_tell(&m);
	if (l->in)
		ivr_digit(l, digit);
	l->refused |= l->call.leaving && digit == '9';
}

static void on_answered(void *arg)
{
	struct line *l = arg;
	struct message m = {.kind = EV_DIALOG, .call = str_of(l->uuid), .trunk = l->trunk};

	trunk_told(l->trunk, CAUSE_NONE, 0, 0);
	if (l->dial)
		m.dialog = tel_dial_dialog(l->dial);
	if (m.dialog.n)
		link_tell(&m);
	tel_leg_handle(l->leg, &(struct tel_leg_handlers){.dtmf = on_digit, .arg = l});
	line_event(l, CALL_EV_ANSWER);
}

enum call_cause line_cause(int64_t trunk, enum tel_end end, int code)
{
	switch (end) {
	case TEL_END_REPLY: return trunk_cause(trunk, code);
	case TEL_END_SILENT: return CAUSE_TRUNK_SILENT;
	case TEL_END_TRUNK: return CAUSE_TRUNK_DOWN;
	case TEL_END_MEDIA: return CAUSE_NO_AUDIO;
	case TEL_END_BYE: break;
	}
	return CAUSE_HUNG_UP;
}

static void on_ended(enum tel_end end, int code, void *arg);

static struct tel_far_handlers handlers(struct line *l)
{
	return (struct tel_far_handlers){.progress = on_progress, .answered = on_answered, .ended = on_ended, .arg = l};
}

static void on_ended(enum tel_end end, int code, void *arg)
{
	struct line *l = arg;
	struct tel_far_handlers h = handlers(l);
	struct call_input in = {.event = end == TEL_END_BYE ? CALL_EV_BYE : CALL_EV_FAILED,
	        .cause = line_cause(l->trunk, end, code),
	        .sip_code = code};

	if (end == TEL_END_REPLY && l->dial)
		trunk_told(l->trunk, in.cause, code, tel_dial_asked_ms(l->dial));
	if (in.event == CALL_EV_FAILED && !l->call.incoming && route_next(l, in.cause, code, &h))
		return;
	line_step(l, &in);
}

/* What the machine asks for -------------------------------------------------------------------------------------------- */

static void do_dial(struct line *l)
{
	struct tel_far_handlers h = handlers(l);
	int err = route_dial(l, &h);

	if (!err)
		return;
	log_warn("call", "the call cannot be sent: %s", strerror(err));
	line_step(l, &(struct call_input){.event = CALL_EV_FAILED, .cause = CAUSE_TRUNK_DOWN});
}

/* The far side and whoever speaks to it, or music. */
static bool join(struct line *l, struct tel_leg *ours)
{
	if (talk_mixes(l))
		return false; /* talk_arrange follows */
	if (l->bridge)
		tel_bridge_ours(l->bridge, ours);
	else if (l->leg && tel_bridge_new(&l->bridge, ours, l->leg))
		log_error("call", "no memory for a bridge");
	if (l->bridge)
		tel_bridge_record(l->bridge, l->recorder);
	if (l->bridge && !l->seat)
		tel_bridge_mute(l->bridge, false); /* an operator who left muted does not mute what is heard after him */
	return l->bridge != NULL;
}

static void do_bridge(struct line *l)
{
	struct tel_leg *ours = l->seat ? seat_leg(l->seat) : NULL;

	if (ours)
		tel_leg_listen(ours, NULL);
	if (!join(l, ours))
		return;
	l->prompt = mem_deref(l->prompt);
	line_sound_begin(l);
	if (ours)
		seat_hear(l->seat, TEL_QUIET);
	if (l->in)
		line_record_begin(l);
	if (l->seat)
		tel_bridge_mute(l->bridge, l->seat->mute);
	l->bridged_at = ours && l->call.state == CALL_ANSWERED ? house_now() : 0;
}

void line_bridge(struct line *l)
{
	bool here = l->seat && !l->call.operator_away;

	if (!join(l, here ? seat_leg(l->seat) : NULL))
		return;
	tel_bridge_hold(l->bridge, l->call.state == CALL_HELD);
	tel_bridge_mute(l->bridge, here && l->seat->mute);
	if (here)
		seat_hear(l->seat, TEL_QUIET);
}

static void do_music(struct line *l)
{
	if (!l->bridge)
		return;
	tel_bridge_hold(l->bridge, true);
	if (l->call.operator_away)
		tel_bridge_ours(l->bridge, NULL);
}

static void do_unmusic(struct line *l)
{
	if (l->bridge)
		tel_bridge_hold(l->bridge, false);
}

static void do_release(struct line *l)
{
	line_sound_end(l);
	if (l->leg) {
		tel_leg_handle(l->leg, NULL);
		tel_leg_tap(l->leg, NULL, NULL);
	}
	if (l->bridge)
		tel_bridge_record(l->bridge, NULL);
	l->bridge = mem_deref(l->bridge);
	notice_end(l);
	talk_end(l);
	if (l->seat && seat_leg(l->seat)) {
		tel_leg_listen(seat_leg(l->seat), NULL);
		seat_hear(l->seat, TEL_QUIET);
	}
	l->leg = NULL;
	l->prompt = mem_deref(l->prompt);
	l->practice = mem_deref(l->practice);
	l->dial = mem_deref(l->dial);
	l->bridged_at = 0;
}

static void do_tell_operator(struct line *l)
{
	struct seat *s = l->seat;

	if (!s)
		return;
	if (!live(l)) {
		l->seat = NULL;
		s->line = NULL;
		s->mute = false;
	}
	seat_call_state(s, l->call.state);
}

/* How long the answered person waited for an operator. */
static int64_t waited_ms(const struct call *c)
{
	if (!c->waits_from || (c->state != CALL_CONNECTED && c->state != CALL_ENDED))
		return 0;
	return (c->connected_at ? c->connected_at : c->ended_at) - c->waits_from;
}

static void tell_call(struct line *l)
{
	struct message m = {.kind = EV_CALL,
	        .call = str_of(l->uuid),
	        .call_state = l->call.state,
	        .cause = l->call.cause,
	        .by = l->call.by,
	        .sip_code = l->call.sip_code,
	        .operator_id = l->call.operator_id,
	        .wait_ms = waited_ms(&l->call),
	        .judging = l->call.judging,
	        .queue = l->in ? inbound_queue(l) : 0};

	link_tell(&m);
	if (l->in)
		inbound_told(l);
}

static void do_tell(struct line *l)
{
	if (l->fax)
		fax_tell(l);
	else
		tell_call(l);
}

/* His leg went down, or audio did not flow in time, before a word was said. */
static void do_leave(struct line *l)
{
	struct seat *s = l->seat;

	l->bridged_at = 0;
	if (!s)
		return;
	l->seat = NULL;
	s->line = NULL;
	s->mute = false;
	if (seat_leg(s))
		seat_hear(s, TEL_QUIET);
	seat_call_state(s, CALL_ENDED);
}

/* Words, or silence without them, in the place of an operator. */
static void say(struct line *l, str words)
{
	l->prompt = mem_deref(l->prompt);
	if (!tel_prompt_new(&l->prompt, words))
		join(l, tel_prompt_leg(l->prompt));
}

void line_music(struct line *l)
{
	l->prompt = mem_deref(l->prompt);
	join(l, NULL);
}

void line_play(struct line *l, struct tel_saying *s)
{
	l->prompt = mem_deref(l->prompt);
	if (!tel_prompt_play(&l->prompt, s))
		join(l, tel_prompt_leg(l->prompt));
}

void line_say(struct line *l, str words)
{
	say(l, words);
}

static void do_message(struct line *l)
{
	if (l->call.machine)
		judge_greeted(l);
	else
		say(l, tel_saying_words(l->message));
}

static void do_find(struct line *l)
{
	struct seat *s;

	if (l->fax || l->in) {
		(l->fax ? fax_begin : inbound_find)(l);
		return;
	}
	s = seat_first_ready(l->project);
	if (s && seat_give(s, l)) {
		line_step(l, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = s->operator_id});
		return;
	}
	say(l, (str){0});
	line_event(l, CALL_EV_QUEUE);
}

static const struct {
	unsigned bit;
	void (*act)(struct line *l);
} doings[] = {
        {CALL_DO_DIAL, do_dial},
        {CALL_DO_RECORD, line_record_begin},
        {CALL_DO_BRIDGE, do_bridge},
        {CALL_DO_MUSIC, do_music},
        {CALL_DO_UNMUSIC, do_unmusic},
        {CALL_DO_RELEASE, do_release},
        {CALL_DO_RECORD_STOP, line_record_stop},
        {CALL_DO_TELL_OPERATOR, do_tell_operator},
        {CALL_DO_TELL, do_tell},
        {CALL_DO_LEAVE, do_leave},
        {CALL_DO_MESSAGE, do_message},
        {CALL_DO_FIND, do_find},
        {CALL_DO_INVITE, talk_invite},
        {CALL_DO_HAND, talk_hand},
        {CALL_DO_DISMISS, talk_dismiss},
        {CALL_DO_TELL_GUEST, talk_tell_guest},
        {CALL_DO_JUDGE, judge_begin},
};

/* The state told is the one of the step: an action may itself step on (a dial that fails at once), and then its telling comes first. */
void line_step(struct line *l, const struct call_input *in)
{
	unsigned act;
	enum call_state entered;

	mem_ref(l);
	act = call_step(&l->call, in, house_now());
	entered = l->call.state;
	log_call_set(l->uuid);
	for (size_t i = 0; i < COUNT(doings); i++)
		if (act & doings[i].bit && l->call.state == entered)
			doings[i].act(l);
	talk_arrange(l);
	log_call_set(NULL);
	mem_deref(l);
}

void line_event(struct line *l, enum call_event event)
{
	line_step(l, &(struct call_input){.event = event});
}

void line_leg_changed(struct line *l)
{
	talk_arrange(l);
	let_hear_ringing(l);
	if (!l->bridge || l->call.operator_away || !l->seat)
		return;
	tel_bridge_ours(l->bridge, seat_leg(l->seat));
	line_sound_begin(l);
	seat_hear(l->seat, TEL_QUIET);
}

void line_offer(struct seat *s)
{
	struct line *best = NULL;

	for (struct le *le = lines.head; le; le = le->next) {
		struct line *l = le->data;
		if (!l->in && !l->fax && l->project == s->project && call_waits(&l->call) &&
		        (!best || call_before(&l->call, &best->call)))
			best = l;
	}
	if (best && seat_give(s, best)) {
		line_step(best, &(struct call_input){.event = CALL_EV_TAKEN, .operator_id = s->operator_id});
		return;
	}
	inbound_offer(s);
}

void line_floor(int64_t project, int64_t *ret_ringing, int64_t *ret_waiting)
{
	*ret_ringing = *ret_waiting = 0;
	for (struct le *le = lines.head; le; le = le->next) {
		const struct line *l = le->data;
		if (l->project != project || !l->call.unowned || l->in || l->fax)
			continue;
		*ret_ringing += l->call.state < CALL_ANSWERED || l->call.judging;
		*ret_waiting += call_waits(&l->call);
	}
}

size_t line_projects(int64_t *ids, size_t n, size_t max)
{
	for (struct le *le = lines.head; le; le = le->next)
		n = house_project(((struct line *)le->data)->project, ids, n, max);
	return n;
}

void line_rows(struct arena *a, struct message_rows *ret)
{
	size_t n = line_count(), i = 0;
	struct message *rows = NEW_N(a, struct message, n + 1);

	for (struct le *le = lines.head; le && i < n; le = le->next) {
		struct line *l = le->data;
		if (live(l))
			rows[i++] = (struct message){.kind = ROW_CALL,
			        .call = str_of(l->uuid),
			        .call_state = l->call.state,
			        .operator_id = l->call.operator_id,
			        .trunk = l->trunk,
			        .project = l->project,
			        .since = house_utc(l->call.entered_at)};
	}
	*ret = (struct message_rows){rows, i};
}

/* Time ----------------------------------------------------------------------------------------------------------------- */

/* Not yet sent: as soon as its trunk has room. */
static void try_dial(struct line *l)
{
	int err = route_may_dial(l);

	if (!err)
		line_event(l, CALL_EV_DIAL);
	else if (err != EAGAIN)
		line_step(l, &(struct call_input){.event = CALL_EV_FAILED, .cause = CAUSE_TRUNK_DOWN});
}

static void tick(struct line *l, int64_t now)
{
	if (l->call.state == CALL_CREATED)
		try_dial(l);
	if (l->route.waits && live(l))
		do_dial(l);
	if (l->bridged_at && l->leg && (tel_leg_heard(l->leg) || now - l->bridged_at >= PATH_STANDS_MS)) {
		l->bridged_at = 0;
		line_event(l, CALL_EV_BRIDGED);
	}
	judge_tick(l);
	notice_tick(l);
	if (l->in) {
		ivr_tick(l, now);
		announce_tick(l, now);
	}
	if (l->fax)
		fax_tick(l, now);
	else if (!l->in && l->call.state == CALL_IVR && (l->refused || !l->prompt || tel_prompt_over(l->prompt)))
		line_event(l, CALL_EV_SPOKEN);
	if (l->call.deadline_at && now >= l->call.deadline_at)
		line_event(l, CALL_EV_DEADLINE);
	talk_tick(l, now);
}

static bool known(str uuid)
{
	for (struct le *le = lines.head; le; le = le->next)
		if (str_eq(str_of(((struct line *)le->data)->uuid), uuid))
			return true;
	return false;
}

void line_dial(const struct message *m)
{
	struct seat *s = m->operator_id ? seat_find(m->operator_id) : NULL;
	struct line *l;

	if (known(m->call))
		return; /* the same command again */
	if (m->call.n != LINE_UUID - 1 || (m->operator_id && !s)) {
		house_refuse(m, s ? "call" : "operator");
		return;
	}
	if (s && !ticket_lets(s, m->ticket)) {
		house_refuse(m, "ticket");
		return;
	}
	l = mem_zalloc(sizeof(*l), line_destructor);
	if (!l) {
		house_refuse(m, "memory");
		return;
	}
	snprintf(l->uuid, sizeof(l->uuid), "%.*s", STR_ARG(m->call));
	snprintf(l->number, sizeof(l->number), "%.*s", STR_ARG(m->number));
	snprintf(l->label, sizeof(l->label), "%.*s", STR_ARG(m->label));
	snprintf(l->stem, sizeof(l->stem), "%.*s", STR_ARG(m->record));
	route_read(l, m);
	l->project = m->project;
	call_init(&l->call, m->operator_id, m->ring_ms, house_now());
	l->call.judges = m->judging;
	if (m->wait_ms > 0)
		l->call.wait_ms = m->wait_ms;
	if (!m->operator_id && m->text.n)
		l->message = tel_saying(m->text); /* made while it rings */
	l->call.speaks = l->message && !m->flow;
	l->call.tells_machines = l->message && m->flow;
	l->after = m->after;
	notice_take(l, m);
	if ((m->flow && !inbound_flow(l, m)) || (m->kind == CMD_FAX && !fax_take(l, m))) {
		mem_deref(l);
		house_refuse(m, m->flow ? "flow" : "document");
		return;
	}
	if (s && !seat_reserve(s, l, m->ring_ms)) {
		mem_deref(l);
		house_refuse(m, "operator");
		return;
	}
	list_append(&lines, &l->le, l);
	tick(l, house_now());
}

int line_arrive(struct line **ret, struct inbound *in, const struct tel_arrival *a, const struct message *m)
{
	struct line *l = mem_zalloc(sizeof(*l), line_destructor);
	struct tel_far_handlers h;
	int err;

	if (!l) {
		mem_deref(in);
		return ENOMEM;
	}
	h = handlers(l);
	l->in = in;
	rand_uuid(l->uuid);
	snprintf(l->number, sizeof(l->number), "%s", a->caller);
	l->trunk = m->trunk;
	l->project = m->project;
	if (m->ok)
		line_record_name(l);
	call_init_incoming(&l->call, ACK_MS, house_now());
	err = trunk_accept(l, a, &h);
	if (err) {
		mem_deref(l);
		return err;
	}
	list_append(&lines, &l->le, l);
	*ret = l;
	return 0;
}

void line_tick(int64_t now)
{
	struct le *le = lines.head;

	while (le) {
		struct line *l = le->data;
		le = le->next;
		if (live(l))
			tick(l, now);
		else {
			list_unlink(&l->le);
			mem_deref(l);
		}
	}
}

void line_watch(void)
{
	struct le *le = lines.head;

	while (le) {
		struct line *l = le->data;
		le = le->next;
		if (!live(l) || !l->call.connected_at || !l->leg)
			continue;
		if (tel_leg_gone(l->leg))
			line_event(l, CALL_EV_SILENCE);
		else
			line_sound_watch(l, house_now());
		talk_watch(l);
	}
}

void line_end_dialled(void)
{
	for (struct le *le = lines.head; le; le = le->next) {
		struct line *l = le->data;
		if (!l->call.incoming && l->call.state < CALL_ANSWERED)
			line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM});
	}
}

void line_end_all(void)
{
	for (struct le *le = lines.head; le; le = le->next)
		if (live(le->data))
			line_step(le->data, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM});
}
