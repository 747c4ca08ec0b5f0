/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talks.c - what a talk has beside an operator and the far side: a guest, supervisors with legs of their own, the mixer they need, and the
 * pause of the recording. The machine (callflow/call.h) decides; who hears whom is talk.h's. */
#include "base/log.h"
#include "engine/tel/mixer.h"
#include "engine/tel/practice.h"
#include "engine/tel/prompt.h"
#include "engine/tel/sip.h"
#include "engine/tel/webrtc.h"
#include "exchange/house.h"
#include "exchange/link.h"

enum { MONITORS_MAX = 4, DIAL_SILENT_MS = 10000 };

/* A supervisor's leg. Until it is up he is not in the talk. */
struct monitor {
	struct le le;
	struct line *line; /* which has him in its talk */
	int64_t user_id;
	enum monitor_mode mode, wants; /* wants: once the leg is up */
	struct tel_webrtc *webrtc;
};
static struct list monitors; /* of all calls: they are few */

/* Made when a call first has more than its two, freed with the call. */
struct talk {
	struct tel_mixer *mixer; /* NULL: a bridge will do */
	/* the guest */
	struct seat *seat; /* an operator, or else */
	struct far far;    /* a leg outside */
	int64_t trunk;
	char number[48], from[48];
	bool waits; /* for the trunk to take one more call */
	bool early; /* it says something before the answer */
};

static void monitor_destructor(void *arg)
{
	struct monitor *o = arg;

	list_unlink(&o->le);
	mem_deref(o->webrtc);
}

static void far_close(struct far *f)
{
	mem_deref(f->practice);
	mem_deref(f->dial);
	*f = (struct far){0};
}

static void talk_destructor(void *arg)
{
	struct talk *t = arg;

	mem_deref(t->mixer);
	far_close(&t->far);
}

static struct talk *talk_of(struct line *l)
{
	if (!l->talk)
		l->talk = mem_zalloc(sizeof(*l->talk), talk_destructor);
	return l->talk;
}

bool talk_open(struct line *l)
{
	return talk_of(l) != NULL;
}

/* Voices --------------------------------------------------------------------------------------------------------------- */

/* Is he in the talk of l? */
static bool is_in(const struct monitor *o, const struct line *l)
{
	return o->line == l && o->mode && tel_webrtc_up(o->webrtc);
}

bool talk_mixes(const struct line *l)
{
	bool any = l->telling != NULL;

	if (!l->talk || !l->leg || !talk_is(&l->call))
		return false;
	for (struct le *le = monitors.head; le; le = le->next)
		any |= is_in(le->data, l);
	return any || (l->call.state != CALL_CONNECTED && l->call.state != CALL_HELD);
}

/* Who is there, by role; muted[i]: heard by nobody. */
struct circle {
	enum talk_role roles[TEL_MIX_MAX];
	bool muted[TEL_MIX_MAX];
	struct tel_voice voices[TEL_MIX_MAX];
	size_t n;
};

static void come_in(struct circle *c, enum talk_role role, struct tel_leg *leg, bool muted)
{
	if (!leg || c->n == TEL_MIX_MAX)
		return;
	c->roles[c->n] = role;
	c->muted[c->n] = muted;
	c->voices[c->n++] = (struct tel_voice){.leg = leg, .source = TEL_SILENCE};
}

static void gather(const struct line *l, struct circle *c)
{
	const struct talk *t = l->talk;

	come_in(c, TALK_FAR, l->leg, false);
	if (l->seat && !l->call.operator_away)
		come_in(c, TALK_OPERATOR, seat_leg(l->seat), l->seat->mute);
	if (l->call.guest_in)
		come_in(c, TALK_GUEST, t->seat ? seat_leg(t->seat) : t->far.leg, t->seat && t->seat->mute);
	if (l->telling) /* heard by all, like one who joins */
		come_in(c, TALK_JOINS, tel_prompt_leg(l->telling), false);
	for (struct le *le = monitors.head; le; le = le->next) {
		const struct monitor *o = le->data;
		if (is_in(o, l))
			come_in(c, talk_role_of(o->mode), tel_webrtc_leg(o->webrtc), false);
	}
}

static void mix(struct line *l)
{
	struct talk *t = l->talk;
	struct circle c = {.n = 0};

	gather(l, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct tel_voice *v = c.voices + i;
		bool outside = c.roles[i] == TALK_FAR || (c.roles[i] == TALK_GUEST && !t->seat);
		for (size_t k = 0; k < c.n; k++)
			if (k != i && !c.muted[k] && talk_hears(&l->call, c.roles[i], c.roles[k]))
				v->hears |= 1u << k;
		if (c.roles[i] == TALK_FAR && talk_music(&l->call))
			v->source = TEL_MUSIC;
		if (c.roles[i] == TALK_OPERATOR && talk_rings(&l->call)) {
			v->source = t->far.leg ? TEL_RINGBACK : TEL_SILENCE;
			v->early = t->early ? t->far.leg : NULL;
		}
		if (!c.muted[i] && talk_recorded(&l->call, c.roles[i]))
			v->side = outside ? TEL_SIDE_THEIRS : TEL_SIDE_OURS;
	}
	tel_mixer_set(t->mixer, c.voices, c.n);
	tel_mixer_record(t->mixer, l->recorder);
}

void talk_arrange(struct line *l)
{
	talk_recording(l);
	if (!l->talk)
		return;
	if (!talk_mixes(l)) {
		l->talk->mixer = mem_deref(l->talk->mixer);
		if (talk_is(&l->call))
			line_bridge(l);
		return;
	}
	if (l->bridge)
		tel_bridge_record(l->bridge, NULL);
	l->bridge = mem_deref(l->bridge);
	if (!l->talk->mixer && tel_mixer_new(&l->talk->mixer)) {
		log_error("call", "no memory for a mixer");
		return;
	}
	mix(l);
}

/* The guest ------------------------------------------------------------------------------------------------------------ */

static void guest_out(struct line *l, enum call_cause cause, int sip_code)
{
	if (sip_code)
		log_info("call", "the guest cannot be had: %d", sip_code);
	line_step(l, &(struct call_input){.event = CALL_EV_GUEST_OUT, .cause = cause});
	ivr_failed(l);
}

void talk_guest_lost(struct line *l)
{
	guest_out(l, CAUSE_OPERATOR_LOST, 0);
}

static void on_progress(int code, bool early_media, void *arg)
{
	struct line *l = arg;

	(void)code;
	l->talk->early |= early_media; /* a 180 behind it does not end it */
	talk_arrange(l);
}

static void on_answered(void *arg)
{
	line_event(arg, CALL_EV_GUEST_IN);
}

static void on_ended(enum tel_end end, int code, void *arg)
{
	struct line *l = arg;

	guest_out(l, line_cause(l->talk->trunk, end, code), code);
}

static void call_outside(struct line *l)
{
	struct tel_far_handlers h = {.progress = on_progress, .answered = on_answered, .ended = on_ended, .arg = l};
	struct talk *t = l->talk;
	int err = trunk_may_dial(t->trunk);

	if (err == EAGAIN && house_now() - l->call.entered_at >= call_limits[CALL_CREATED].ms)
		err = EBUSY;
	t->waits = err == EAGAIN;
	if (!err)
		err = trunk_far(t->trunk, t->number, t->from, l->label, DIAL_SILENT_MS, &h, &t->far);
	if (err && err != EAGAIN)
		guest_out(l, CAUSE_TRUNK_DOWN, 0);
}

void talk_invite(struct line *l)
{
	struct talk *t = l->talk;
	struct seat *s = l->call.guest == GUEST_OPERATOR ? seat_find(l->call.guest_id) : NULL;

	t->early = false;
	talk_tell_guest(l);
	if (l->call.guest == GUEST_OUTSIDE) {
		call_outside(l);
	} else if (s && s->project == l->project && seat_join(s, l)) {
		t->seat = s;
		line_event(l, CALL_EV_GUEST_IN);
	} else {
		guest_out(l, CAUSE_BUSY, 0);
	}
}

void talk_hand(struct line *l)
{
	struct seat *was = l->seat;

	if (!l->call.operator_id) { /* to a queue: supervisors go, and his leg is out before he may have another call */
		talk_end(l);
		line_music(l);
	}
	l->seat = l->talk->seat;
	l->talk->seat = NULL;
	line_sound_begin(l);
	if (was)
		seat_pass(was);
}

void talk_dismiss(struct line *l)
{
	struct talk *t = l->talk;
	struct seat *s = t ? t->seat : NULL;

	if (!t)
		return;
	t->seat = NULL;
	t->waits = t->early = false;
	far_close(&t->far);
	if (s)
		seat_pass(s);
}

void talk_tell_guest(struct line *l)
{
	const struct talk *t = l->talk;
	bool outside = l->call.guest == GUEST_OUTSIDE;
	struct message m = {.kind = EV_GUEST,
	        .call = str_of(l->uuid),
	        .guest = l->call.guest,
	        .operator_id = l->call.guest_id,
	        .number = outside ? str_of(t->number) : (str){0},
	        .up = l->call.guest_in,
	        .cause = l->call.guest_cause};

	if (outside && t->far.dial) {
		m.trunk = t->trunk;
		m.dialog = tel_dial_dialog(t->far.dial);
	}
	link_tell(&m);
}

void talk_tick(struct line *l, int64_t now)
{
	if (l->talk && l->talk->waits)
		call_outside(l);
	if (talk_unrecorded_over(&l->call, now) && talk_unrecord(&l->call, false, now))
		talk_recording(l);
}

void talk_watch(struct line *l)
{
	if (l->talk && l->call.guest_in && l->talk->far.leg && tel_leg_gone(l->talk->far.leg))
		guest_out(l, CAUSE_NO_AUDIO, 0);
}

bool talk_waits_trunk(const struct line *l, int64_t trunk)
{
	return l->talk && l->talk->waits && l->talk->trunk == trunk;
}

bool talk_on_trunk(const struct line *l, int64_t trunk)
{
	return l->talk && l->talk->far.leg && l->talk->trunk == trunk;
}

void talk_transfer(const struct message *m)
{
	struct line *l = line_find(m->call);
	struct talk *t = l ? talk_of(l) : NULL;
	struct call_input in = {.event = m->how == TALK_BLIND ? CALL_EV_TRANSFER : CALL_EV_CONSULT,
	        .guest = m->operator_id ? GUEST_OPERATOR : GUEST_OUTSIDE,
	        .guest_id = m->operator_id};

	if (t && m->queue) {
		if (!inbound_transfer(l, m->queue))
			house_refuse(m, call_state_names[l->call.state]);
		return;
	}
	if (!t || (l->call.state != CALL_CONNECTED && l->call.state != CALL_HELD && !ivr_calls(l)) ||
	        (!m->operator_id && !(m->number.n && m->trunk))) {
		house_refuse(m, l ? call_state_names[l->call.state] : "call");
		return;
	}
	t->trunk = m->trunk;
	snprintf(t->number, sizeof(t->number), "%.*s", STR_ARG(m->number));
	snprintf(t->from, sizeof(t->from), "%.*s", STR_ARG(m->from));
	line_step(l, &in);
}

void talk_turn(const struct message *m)
{
	static const enum call_event events[TALK_TURNS] = {
	        [TALK_COMPLETE] = CALL_EV_COMPLETE, [TALK_JOIN] = CALL_EV_JOIN, [TALK_BACK] = CALL_EV_BACK};
	struct line *l = line_find(m->call);

	if (l && ivr_calls(l) && m->turn == TALK_BACK)
		ivr_failed(l);
	else if (l)
		line_event(l, events[m->turn]);
	else
		house_refuse(m, "call");
}

void talk_guest_leave(const struct message *m)
{
	struct seat *s = seat_find(m->operator_id);

	if (s && s->line && s->line->seat != s)
		guest_out(s->line, CAUSE_HUNG_UP, 0);
	else
		house_refuse(m, "operator");
}

/* The pause of the recording ------------------------------------------------------------------------------------------- */

void talk_recording(struct line *l)
{
	struct message m = {.kind = EV_RECORDING, .call = str_of(l->uuid)};

	if (!l->recorder || l->unrecorded == (l->call.unrecorded_until != 0))
		return;
	l->unrecorded = !l->unrecorded;
	tel_recorder_pause(l->recorder, l->unrecorded);
	m.recording = l->unrecorded ? RECORDING_PAUSED : RECORDING_RESUMED;
	m.path = str_of(tel_recorder_path(l->recorder));
	m.ms = tel_recorder_ms(l->recorder);
	link_tell(&m);
}

void talk_record(const struct message *m)
{
	struct line *l = line_find(m->call);

	if (!l || !l->recorder || !talk_unrecord(&l->call, !m->on, house_now()))
		house_refuse(m, l ? "recording" : "call");
	else
		talk_recording(l);
}

/* Supervisors ---------------------------------------------------------------------------------------------------------- */

static void tell_monitor(const struct monitor *o)
{
	struct message m = {.kind = EV_MONITOR, .operator_id = o->user_id, .call = str_of(o->line->uuid), .mode = o->mode};

	link_tell(&m);
}

static void monitor_leave(struct monitor *o)
{
	struct line *l = o->line;
	bool led = o->mode == MONITOR_TAKE_OVER;

	list_unlink(&o->le);
	o->mode = MONITOR_NONE;
	tell_monitor(o);
	mem_deref(o);
	if (led)
		line_event(l, CALL_EV_GIVE_BACK);
	else
		talk_arrange(l);
}

/* False: another leads the talk, or it is not one that can be taken over now; nothing changed. */
static bool monitor_turn(struct monitor *o, enum monitor_mode mode)
{
	struct line *l = o->line;
	bool led = o->mode == MONITOR_TAKE_OVER;

	if (mode == MONITOR_TAKE_OVER && !led) {
		if (l->call.state != CALL_CONNECTED && l->call.state != CALL_HELD)
			return false;
		line_event(l, CALL_EV_TAKE_OVER);
	}
	o->mode = mode;
	tell_monitor(o);
	if (led && mode != MONITOR_TAKE_OVER)
		line_event(l, CALL_EV_GIVE_BACK);
	else
		talk_arrange(l);
	return true;
}

static struct monitor *monitor_find(int64_t user_id)
{
	for (struct le *le = monitors.head; le; le = le->next)
		if (((struct monitor *)le->data)->user_id == user_id)
			return le->data;
	return NULL;
}

static size_t monitor_count(const struct line *l)
{
	size_t n = 0;

	for (struct le *le = monitors.head; le; le = le->next)
		n += ((struct monitor *)le->data)->line == l;
	return n;
}

static void monitor_up(void *arg)
{
	struct monitor *o = arg;

	if (!monitor_turn(o, o->wants))
		monitor_turn(o, MONITOR_LISTEN);
}

static void monitor_down(const char *why, void *arg)
{
	struct monitor *o = arg;

	log_info("call", "the leg of supervisor %lld is down: %s", (long long)o->user_id, why);
	monitor_leave(o);
}

static void answer_sdp(int64_t request, str sdp, const char *error)
{
	struct message m = {.kind = EV_SDP, .request = request, .sdp = sdp, .error = str_of(error)};

	link_tell(&m);
}

/* A leg of his own for the talk of l; the one he had elsewhere is given up. */
static int monitor_new(struct line *l, const struct message *m, struct text *answer, struct fault *f)
{
	struct tel_webrtc_handlers h = {.up = monitor_up, .down = monitor_down};
	struct monitor *o = monitor_find(m->operator_id);
	int err;

	if (o)
		monitor_leave(o);
	if (!talk_is(&l->call) || monitor_count(l) >= MONITORS_MAX)
		return fail(f, EBUSY, NULL, "call", "this call is no talk, or enough listen already");
	o = talk_of(l) ? mem_zalloc(sizeof(*o), monitor_destructor) : NULL;
	if (!o)
		return fail(f, ENOMEM, NULL, "memory", "no memory");
	h.arg = o;
	o->line = l;
	o->user_id = m->operator_id;
	o->wants = m->mode;
	err = tel_webrtc_new(&o->webrtc, m->sdp, answer, &h, f);
	if (err)
		mem_deref(o);
	else
		list_append(&monitors, &o->le, o);
	return err;
}

void talk_monitor(const struct message *m)
{
	struct line *l = line_find(m->call);
	struct arena a = {0};
	struct text answer = {.a = &a};
	struct fault f = {0};

	if (!l || !m->mode)
		answer_sdp(m->request, (str){0}, "there is no such talk");
	else if (monitor_new(l, m, &answer, &f))
		answer_sdp(m->request, (str){0}, f.what);
	else
		answer_sdp(m->request, text_str(&answer), NULL);
	arena_free(&a);
}

void talk_monitor_mode(const struct message *m)
{
	struct monitor *o = monitor_find(m->operator_id);

	if (o && m->mode && !o->mode)
		o->wants = m->mode;
	else if (o && !m->mode)
		monitor_leave(o);
	else if (!o || !monitor_turn(o, m->mode))
		house_refuse(m, o ? call_state_names[o->line->call.state] : "monitor");
}

void talk_end(struct line *l)
{
	struct le *le = monitors.head;

	while (le) {
		struct monitor *o = le->data;
		le = le->next;
		if (o->line != l)
			continue;
		o->mode = MONITOR_NONE;
		tell_monitor(o);
		mem_deref(o);
	}
	if (l->talk)
		l->talk->mixer = mem_deref(l->talk->mixer);
}
