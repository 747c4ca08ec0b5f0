/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.c - guests and supervisors in a talk: their moves, and who hears whom. */
#include "callflow/talk.h"

#include "callflow/call_priv.h"

const char *const monitor_mode_names[] = {"none", "listen", "whisper", "join", "take_over", NULL};

enum {
	ASKS = CALL_DO_MUSIC | CALL_DO_INVITE | CALL_DO_TELL,
	RESUMES = CALL_DO_UNMUSIC | CALL_DO_DISMISS | CALL_DO_TELL_GUEST | CALL_DO_TELL,
	WAITS_ON = CALL_DO_DISMISS | CALL_DO_TELL_GUEST | CALL_DO_TELL,
	HANDS = CALL_DO_HAND | CALL_DO_TELL_GUEST | CALL_DO_TELL,
	PASSES = CALL_DO_LEAVE | CALL_DO_TELL_GUEST | CALL_DO_TELL,
	TO_QUEUE = CALL_DO_UNMUSIC | CALL_DO_HAND | CALL_DO_TELL,
};
#define PLAIN (STATE(CALL_CONNECTED) | STATE(CALL_HELD))
#define SPEAKS_WITH_GUEST (STATE(CALL_CONSULTING) | STATE(CALL_CONFERENCE))
#define MOVE(from, on, to, act, need) \
	{ \
		from, on, to, CAUSE_NONE, BY_NONE, act, need \
	}

const struct move talk_moves[] = {
        MOVE(PLAIN, CALL_EV_TRANSFER, CALL_TRANSFERRING, ASKS, HERE),
        MOVE(PLAIN, CALL_EV_CONSULT, CALL_CONSULTING, ASKS, HERE),
        MOVE(PLAIN, CALL_EV_QUEUE, CALL_QUEUED, TO_QUEUE, HERE),
        /* out of a flow: no operator has it, and back it goes into the flow */
        MOVE(STATE(CALL_IVR), CALL_EV_TRANSFER, CALL_TRANSFERRING, ASKS, FLOWS),
        MOVE(STATE(CALL_TRANSFERRING), CALL_EV_GUEST_OUT, CALL_IVR, WAITS_ON, NOBODYS),
        MOVE(STATE(CALL_TRANSFERRING), CALL_EV_BACK, CALL_IVR, WAITS_ON, NOBODYS),
        MOVE(STATE(CALL_TRANSFERRING), CALL_EV_DEADLINE, CALL_IVR, WAITS_ON, NOBODYS),
        MOVE(STATE(CALL_TRANSFERRING), CALL_EV_GUEST_IN, CALL_CONNECTED, HANDS, GUEST_IS_OURS),
        MOVE(STATE(CALL_TRANSFERRING), CALL_EV_GUEST_IN, CALL_PASSED, PASSES, ANY),
        MOVE(STATE(CALL_CONSULTING), CALL_EV_GUEST_IN, CALL_CONSULTING, CALL_DO_TELL_GUEST, ANY),
        MOVE(STATE(CALL_CONSULTING), CALL_EV_JOIN, CALL_CONFERENCE, CALL_DO_TELL, GUEST_IS_THERE),
        MOVE(SPEAKS_WITH_GUEST, CALL_EV_COMPLETE, CALL_CONNECTED, HANDS, GUEST_THERE_OURS),
        MOVE(SPEAKS_WITH_GUEST, CALL_EV_COMPLETE, CALL_PASSED, PASSES, GUEST_THERE_OUTSIDE),
        MOVE(STATE(CALL_CONSULTING), CALL_EV_COMPLETE, CALL_TRANSFERRING, CALL_DO_TELL, ANY),
        /* an operator who does not return leaves the call to the guest he spoke with */
        MOVE(SPEAKS_WITH_GUEST, CALL_EV_OPERATOR_GONE, CALL_CONNECTED, HANDS, GUEST_THERE_OURS),
        MOVE(SPEAKS_WITH_GUEST, CALL_EV_OPERATOR_GONE, CALL_PASSED, PASSES, GUEST_THERE_OUTSIDE),
        MOVE(WITH_GUEST, CALL_EV_GUEST_OUT, CALL_HELD, WAITS_ON, AWAY),
        MOVE(WITH_GUEST, CALL_EV_GUEST_OUT, CALL_CONNECTED, RESUMES, ANY),
        MOVE(WITH_GUEST, CALL_EV_BACK, CALL_HELD, WAITS_ON, AWAY),
        MOVE(WITH_GUEST, CALL_EV_BACK, CALL_CONNECTED, RESUMES, ANY),
        MOVE(INVITES, CALL_EV_DEADLINE, CALL_HELD, WAITS_ON, AWAY),
        MOVE(INVITES, CALL_EV_DEADLINE, CALL_CONNECTED, RESUMES, ANY),
        {STATE(CALL_PASSED), CALL_EV_GUEST_OUT, CALL_ENDED, CAUSE_HUNG_UP, BY_CONTACT, ENDS, ANY},
        MOVE(PLAIN, CALL_EV_TAKE_OVER, CALL_TAKEN_OVER, CALL_DO_UNMUSIC | CALL_DO_TELL, ANY),
        MOVE(STATE(CALL_TAKEN_OVER), CALL_EV_GIVE_BACK, CALL_HELD, CALL_DO_MUSIC | CALL_DO_TELL, AWAY),
        MOVE(STATE(CALL_TAKEN_OVER), CALL_EV_GIVE_BACK, CALL_CONNECTED, CALL_DO_TELL, HIS),
        {STATE(CALL_TAKEN_OVER), CALL_EV_GIVE_BACK, CALL_ENDED, CAUSE_HUNG_UP, BY_OPERATOR, ENDS, ANY},
        MOVE(STATE(CALL_TAKEN_OVER), CALL_EV_OPERATOR_GONE, CALL_TAKEN_OVER, CALL_DO_LEAVE | CALL_DO_TELL, ANY),
};
const size_t talk_moves_n = COUNT(talk_moves);

static enum call_cause cause_of(const struct call *c, const struct call_input *in)
{
	if (in->event == CALL_EV_BACK)
		return CAUSE_CANCELLED;
	if (in->event == CALL_EV_DEADLINE)
		return c->guest_in ? CAUSE_DEADLINE : call_limits[c->state].cause;
	return in->cause ? in->cause : CAUSE_FAILED;
}

void talk_note(struct call *c, const struct move *m, const struct call_input *in)
{
	if (m->act & CALL_DO_INVITE) {
		c->guest = in->guest;
		c->guest_id = in->guest_id;
		c->guest_in = c->held_by_operator = false;
		c->guest_cause = CAUSE_NONE;
	}
	if (m->on == CALL_EV_GUEST_IN)
		c->guest_in = true;
	if (m->to == CALL_TAKEN_OVER)
		c->held_by_operator = false;
	if (m->act & CALL_DO_HAND) {
		c->operator_id = c->guest_id;
		c->operator_away = false;
	}
	if (m->act & CALL_DO_HAND &&
	        m->to == CALL_QUEUED) { /* as if it had come to us: no words of ours for whom nobody took */
		c->unowned = c->flows = true;
		c->speaks = c->bridge_asked = c->held_by_operator = false;
	}
	if (m->act & CALL_DO_DISMISS && m->to != CALL_ENDED)
		c->guest_cause = cause_of(c, in);
	if (m->act & (CALL_DO_DISMISS | CALL_DO_HAND)) {
		c->guest = GUEST_NONE;
		c->guest_id = 0;
		c->guest_in = false;
	}
	if (m->to == CALL_ENDED || m->act & (CALL_DO_HAND | CALL_DO_LEAVE))
		c->unrecorded_until = 0;
}

/* Those who speak with each other. */
#define R(role) (1u << (role))
static unsigned circle(const struct call *c)
{
	unsigned guest = c->guest_in ? R(TALK_GUEST) : 0;

	switch (c->state) {
	case CALL_CONNECTED: return R(TALK_FAR) | R(TALK_OPERATOR) | R(TALK_JOINS);
	case CALL_HELD:
	case CALL_TRANSFERRING: return R(TALK_OPERATOR) | R(TALK_JOINS);
	case CALL_CONSULTING: return R(TALK_OPERATOR) | R(TALK_JOINS) | guest;
	case CALL_CONFERENCE: return R(TALK_FAR) | R(TALK_OPERATOR) | R(TALK_JOINS) | guest;
	case CALL_PASSED: return R(TALK_FAR) | R(TALK_JOINS) | guest;
	case CALL_TAKEN_OVER: return R(TALK_FAR) | R(TALK_LEADS) | R(TALK_JOINS);
	case CALL_ASKED:
	case CALL_CREATED:
	case CALL_DIALLING:
	case CALL_RINGING:
	case CALL_ANSWERED:
	case CALL_IVR:
	case CALL_QUEUED:
	case CALL_RATING:
	case CALL_ENDED:
	case CALL_STATES: break;
	}
	return 0;
}

bool talk_is(const struct call *c)
{
	return circle(c) != 0;
}

bool talk_hears(const struct call *c, enum talk_role who, enum talk_role whom)
{
	unsigned in = circle(c);

	if (in & R(whom))
		return in & R(who) || who == TALK_LISTENS || who == TALK_WHISPERS ||
		       (who == TALK_OPERATOR && c->state == CALL_TAKEN_OVER);
	return in && whom == TALK_WHISPERS && who == TALK_OPERATOR;
}

bool talk_music(const struct call *c)
{
	return talk_is(c) && !(circle(c) & R(TALK_FAR));
}

bool talk_rings(const struct call *c)
{
	return STATE(c->state) & INVITES && !c->guest_in;
}

bool talk_recorded(const struct call *c, enum talk_role who)
{
	return who == TALK_FAR || talk_hears(c, TALK_FAR, who);
}

enum talk_role talk_role_of(enum monitor_mode mode)
{
	switch (mode) {
	case MONITOR_WHISPER: return TALK_WHISPERS;
	case MONITOR_JOIN: return TALK_JOINS;
	case MONITOR_TAKE_OVER: return TALK_LEADS;
	case MONITOR_NONE:
	case MONITOR_LISTEN:
	case MONITOR_MODES: break;
	}
	return TALK_LISTENS;
}

bool talk_unrecord(struct call *c, bool on, int64_t now)
{
	if (on == (c->unrecorded_until != 0) || (on && (!talk_is(c) || !c->operator_id)))
		return false;
	c->unrecorded_until = on ? now + TALK_UNRECORDED_MS : 0;
	return true;
}

bool talk_unrecorded_over(const struct call *c, int64_t now)
{
	return c->unrecorded_until && now >= c->unrecorded_until;
}
