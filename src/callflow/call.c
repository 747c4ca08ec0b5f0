/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.c - the moves of a call as one table: what leads where, and what must be done on the way. */
#include "callflow/call_priv.h"

const char *const call_state_names[] = {"asked", "created", "dialling", "ringing", "answered", "ivr", "queued", "connected",
        "held", "transferring", "consulting", "conference", "passed", "taken_over", "rating", "ended", NULL};
const char *const call_cause_names[] = {"", "hung_up", "busy", "no_answer", "refused", "wrong_number", "unreachable",
        "trunk_down", "trunk_silent", "no_audio", "operator_lost", "operator_hung_up", "gate", "deadline", "tel_lost",
        "node_lost", "machine", "abandoned", "cancelled", "failed", NULL};
const char *const call_party_names[] = {"", "operator", "contact", "system", NULL};
const char *const call_guest_names[] = {"", "operator", "outside", NULL};

const struct call_limit call_limits[CALL_STATES] = {
        [CALL_ASKED] = {1000, CAUSE_GATE, "app decides within a second"},
        [CALL_CREATED] = {2000, CAUSE_TRUNK_DOWN, "no line took it"},
        [CALL_DIALLING] = {10000, CAUSE_TRUNK_SILENT, "no answer of the trunk at all"},
        [CALL_RINGING] = {0, CAUSE_NO_ANSWER, "the project's ring time"},
        [CALL_ANSWERED] = {2000, CAUSE_ABANDONED, "a person waits for an operator: 2 s, no longer"},
        [CALL_IVR] = {300000, CAUSE_DEADLINE, "the flow's limit"},
        [CALL_QUEUED] = {0, CAUSE_ABANDONED, "wait_ms from the answer"},
        [CALL_CONNECTED] = {4 * 3600000, CAUSE_DEADLINE, "no talk lasts four hours"},
        [CALL_HELD] = {600000, CAUSE_DEADLINE, "nobody waits ten minutes in music"},
        [CALL_TRANSFERRING] = {60000, CAUSE_NO_ANSWER, "the guest must answer in a minute"},
        [CALL_CONSULTING] = {60000, CAUSE_NO_ANSWER, "the guest must answer in a minute; then CALL_CONSULT_MS"},
        [CALL_CONFERENCE] = {4 * 3600000, CAUSE_DEADLINE, "no talk lasts four hours"},
        [CALL_PASSED] = {4 * 3600000, CAUSE_DEADLINE, "no talk lasts four hours"},
        [CALL_TAKEN_OVER] = {4 * 3600000, CAUSE_DEADLINE, "no talk lasts four hours"},
        [CALL_RATING] = {180000, CAUSE_HUNG_UP, "a few questions about a talk"},
        [CALL_ENDED] = {0, CAUSE_NONE, "the end"},
};

enum { RING_MS = 30000, QUEUES = CALL_DO_LEAVE | CALL_DO_TELL | CALL_DO_FIND };

static const struct move moves[] = {
        {STATE(CALL_CREATED), CALL_EV_DIAL, CALL_DIALLING, CAUSE_NONE, BY_NONE, CALL_DO_DIAL | TELLS},
        {STATE(CALL_DIALLING), CALL_EV_PROGRESS, CALL_RINGING, CAUSE_NONE, BY_NONE, CALL_DO_TELL},
        {STATE(CALL_DIALLING), CALL_EV_RINGING, CALL_RINGING, CAUSE_NONE, BY_NONE, CALL_DO_TELL},
        {STATE(CALL_DIALLING) | STATE(CALL_RINGING), CALL_EV_ANSWER, CALL_ANSWERED, CAUSE_NONE, BY_NONE,
                CALL_DO_RECORD | CALL_DO_BRIDGE | CALL_DO_TELL, OWNED},
        {STATE(CALL_DIALLING) | STATE(CALL_RINGING), CALL_EV_ANSWER, CALL_ANSWERED, CAUSE_NONE, BY_NONE,
                CALL_DO_RECORD | CALL_DO_TELL | CALL_DO_JUDGE, JUDGES},
        {STATE(CALL_DIALLING) | STATE(CALL_RINGING), CALL_EV_ANSWER, CALL_ANSWERED, CAUSE_NONE, BY_NONE,
                CALL_DO_RECORD | CALL_DO_TELL | CALL_DO_FIND, UNOWNED},
        {STATE(CALL_ANSWERED), CALL_EV_PERSON, CALL_ANSWERED, CAUSE_NONE, BY_NONE, CALL_DO_TELL | CALL_DO_FIND, JUDGING},
        {STATE(CALL_ANSWERED), CALL_EV_DEADLINE, CALL_ANSWERED, CAUSE_NONE, BY_NONE, CALL_DO_TELL | CALL_DO_FIND, JUDGING},
        {STATE(CALL_ANSWERED), CALL_EV_MACHINE, CALL_IVR, CAUSE_NONE, BY_NONE, CALL_DO_TELL | CALL_DO_MESSAGE, MACHINES},
        {STATE(CALL_ANSWERED), CALL_EV_MACHINE, CALL_ENDED, CAUSE_MACHINE, BY_SYSTEM, ENDS, JUDGING},
        {STATE(CALL_IVR), CALL_EV_SPOKEN, CALL_ENDED, CAUSE_MACHINE, BY_SYSTEM, ENDS, MACHINE},
        {STATE(CALL_IVR), CALL_EV_BYE, CALL_ENDED, CAUSE_MACHINE, BY_CONTACT, ENDS, MACHINE},
        {STATE(CALL_IVR), CALL_EV_HANG_UP, CALL_ENDED, CAUSE_MACHINE, BY_NONE, ENDS, MACHINE},
        {STATE(CALL_IVR), CALL_EV_DEADLINE, CALL_ENDED, CAUSE_MACHINE, BY_SYSTEM, ENDS, MACHINE},
        {STATE(CALL_ANSWERED), CALL_EV_QUEUE, CALL_QUEUED, CAUSE_NONE, BY_NONE, CALL_DO_TELL, UNOWNED},
        {STATE(CALL_IVR) | STATE(CALL_QUEUED), CALL_EV_QUEUE, CALL_QUEUED, CAUSE_NONE, BY_NONE, CALL_DO_TELL, FLOWS},
        {STATE(CALL_ANSWERED) | STATE(CALL_QUEUED), CALL_EV_FLOW, CALL_IVR, CAUSE_NONE, BY_NONE, CALL_DO_TELL, FLOWS},
        {STATE(CALL_QUEUED), CALL_EV_DEADLINE, CALL_ENDED, CAUSE_NO_ANSWER, BY_SYSTEM, ENDS, HEARD},
        {STATE(CALL_ANSWERED) | STATE(CALL_QUEUED), CALL_EV_TAKEN, CALL_ANSWERED, CAUSE_NONE, BY_NONE, CALL_DO_BRIDGE,
                UNOWNED},
        {STATE(CALL_ANSWERED), CALL_EV_OPERATOR_LEFT, CALL_QUEUED, CAUSE_NONE, BY_NONE, QUEUES, UNOWNED},
        {STATE(CALL_ANSWERED), CALL_EV_OPERATOR_GONE, CALL_QUEUED, CAUSE_NONE, BY_NONE, QUEUES, UNOWNED},
        {STATE(CALL_ANSWERED) | STATE(CALL_QUEUED), CALL_EV_DEADLINE, CALL_IVR, CAUSE_NONE, BY_NONE,
                CALL_DO_LEAVE | CALL_DO_TELL | CALL_DO_MESSAGE, SPEAKS},
        {STATE(CALL_IVR), CALL_EV_SPOKEN, CALL_ENDED, CAUSE_ABANDONED, BY_SYSTEM, ENDS, LEAVING},
        {STATE(CALL_IVR), CALL_EV_BYE, CALL_ENDED, CAUSE_ABANDONED, BY_CONTACT, ENDS, LEAVING},
        {STATE(CALL_IVR), CALL_EV_HANG_UP, CALL_ENDED, CAUSE_ABANDONED, BY_NONE, ENDS, LEAVING},
        {STATE(CALL_IVR), CALL_EV_DEADLINE, CALL_ENDED, CAUSE_ABANDONED, BY_SYSTEM, ENDS, LEAVING},
        {STATE(CALL_CONNECTED) | STATE(CALL_HELD), CALL_EV_AFTER, CALL_RATING, CAUSE_NONE, BY_NONE,
                CALL_DO_UNMUSIC | CALL_DO_RECORD_STOP | CALL_DO_TELL | CALL_DO_LEAVE, ASKS_AFTER},
        {STATE(CALL_RATING), CALL_EV_BYE, CALL_ENDED, CAUSE_HUNG_UP, BY_OPERATOR, ENDS},
        {STATE(CALL_RATING), CALL_EV_FAILED, CALL_ENDED, CAUSE_HUNG_UP, BY_OPERATOR, ENDS},
        {STATE(CALL_RATING), CALL_EV_HANG_UP, CALL_ENDED, CAUSE_HUNG_UP, BY_OPERATOR, ENDS},
        {STATE(CALL_RATING), CALL_EV_DEADLINE, CALL_ENDED, CAUSE_HUNG_UP, BY_OPERATOR, ENDS},
        {EARLY, CALL_EV_FAILED, CALL_ENDED, CAUSE_NONE, BY_CONTACT, ENDS},
        {EARLY, CALL_EV_BYE, CALL_ENDED, CAUSE_HUNG_UP, BY_CONTACT, ENDS, HEARD},
        {EARLY, CALL_EV_BYE, CALL_ENDED, CAUSE_FAILED, BY_CONTACT, ENDS},
        {STATE(CALL_ANSWERED), CALL_EV_BRIDGED, CALL_CONNECTED, CAUSE_NONE, BY_NONE, TELLS, HERE},
        {STATE(CALL_ANSWERED), CALL_EV_OPERATOR_BACK, CALL_ANSWERED, CAUSE_NONE, BY_NONE, CALL_DO_BRIDGE},
        {STATE(CALL_CONNECTED), CALL_EV_HOLD, CALL_HELD, CAUSE_NONE, BY_NONE, CALL_DO_MUSIC | CALL_DO_TELL},
        {STATE(CALL_HELD), CALL_EV_UNHOLD, CALL_CONNECTED, CAUSE_NONE, BY_NONE, CALL_DO_UNMUSIC | CALL_DO_TELL},
        {STATE(CALL_CONNECTED), CALL_EV_OPERATOR_LEFT, CALL_HELD, CAUSE_NONE, BY_NONE, CALL_DO_MUSIC | CALL_DO_TELL},
        {STATE(CALL_HELD), CALL_EV_OPERATOR_BACK, CALL_CONNECTED, CAUSE_NONE, BY_NONE,
                CALL_DO_BRIDGE | CALL_DO_UNMUSIC | CALL_DO_TELL},
        {TALKS, CALL_EV_OPERATOR_GONE, CALL_ENDED, CAUSE_OPERATOR_LOST, BY_SYSTEM, ENDS},
        {WAITS, CALL_EV_OPERATOR_GONE, CALL_ENDED, CAUSE_ABANDONED, BY_SYSTEM, ENDS},
        {EARLY, CALL_EV_OPERATOR_GONE, CALL_ENDED, CAUSE_OPERATOR_LOST, BY_SYSTEM, ENDS},
        {TALKS, CALL_EV_SILENCE, CALL_ENDED, CAUSE_NO_AUDIO, BY_SYSTEM, ENDS},
        {WAITS | TALKS, CALL_EV_BYE, CALL_ENDED, CAUSE_HUNG_UP, BY_CONTACT, ENDS},
        {WAITS | TALKS, CALL_EV_FAILED, CALL_ENDED, CAUSE_NONE, BY_SYSTEM, ENDS},
        {WAITS | TALKS, CALL_EV_HANG_UP, CALL_ENDED, CAUSE_HUNG_UP, BY_NONE, ENDS},
        {EARLY, CALL_EV_HANG_UP, CALL_ENDED, CAUSE_NONE, BY_NONE, ENDS},
        {LIVES, CALL_EV_DEADLINE, CALL_ENDED, CAUSE_NONE, BY_SYSTEM, ENDS},
};

static bool meets(const struct call *c, enum call_need need)
{
	bool ours = c->guest == GUEST_OPERATOR;

	switch (need) {
	case ANY: return true;
	case OWNED: return !c->unowned;
	case UNOWNED: return c->unowned;
	case JUDGES: return c->unowned && c->judges;
	case JUDGING: return c->judging;
	case SPEAKS: return c->unowned && c->speaks;
	case LEAVING: return c->leaving;
	case HEARD: return c->incoming || c->connected_at;
	case FLOWS: return c->flows;
	case NOBODYS: return !c->operator_id;
	case MACHINES: return c->judging && c->tells_machines;
	case MACHINE: return c->machine;
	case ASKS_AFTER: return c->asks_after;
	case AWAY: return c->operator_away;
	case HERE: return !c->operator_away && c->operator_id;
	case HIS: return c->operator_id;
	case GUEST_IS_OURS: return ours;
	case GUEST_IS_THERE: return c->guest_in;
	case GUEST_THERE_OURS: return c->guest_in && ours;
	case GUEST_THERE_OUTSIDE: return c->guest_in && !ours;
	}
	return false;
}

static const struct move *find_in(const struct move *m, size_t n, const struct call *c, enum call_event event)
{
	for (const struct move *end = m + n; m < end; m++)
		if (m->on == event && m->from & STATE(c->state) && meets(c, m->need))
			return m;
	return NULL;
}

/* What a guest or a supervisor changes comes before what holds for every talk. */
static const struct move *move_find(const struct call *c, enum call_event event)
{
	const struct move *m = find_in(talk_moves, talk_moves_n, c, event);

	return m ? m : find_in(moves, COUNT(moves), c, event);
}

static int64_t deadline(const struct call *c, enum call_state to, int64_t now)
{
	int64_t waits_until = c->waits_from + c->wait_ms;

	if (to == CALL_ENDED)
		return 0;
	if (to == CALL_QUEUED && c->flows)
		return now + c->wait_ms;
	if (to == CALL_IVR && c->machine)
		return now + CALL_MACHINE_MS;
	if (to == CALL_IVR && c->flows)
		return now + CALL_FLOW_MS;
	if (to == CALL_QUEUED)
		return waits_until > now ? waits_until : now;
	if (to == CALL_IVR && c->leaving)
		return now + CALL_MESSAGE_MS;
	if (to == CALL_ANSWERED && c->judging)
		return now + CALL_JUDGE_MS;
	return now + (to == CALL_RINGING ? c->ring_ms : call_limits[to].ms);
}

static void call_enter(struct call *c, enum call_state to, int64_t now)
{
	c->state = to;
	c->entered_at = now;
	c->deadline_at = deadline(c, to, now);
	if (to == CALL_ANSWERED && !c->answered_at)
		c->answered_at = now;
	if (to == CALL_CONNECTED && !c->connected_at)
		c->connected_at = now;
	if (to == CALL_ENDED)
		c->ended_at = now;
}

void call_init(struct call *c, int64_t operator_id, int64_t ring_ms, int64_t now)
{
	*c = (struct call){.operator_id = operator_id,
	        .ring_ms = ring_ms > 0 ? ring_ms : RING_MS,
	        .wait_ms = CALL_WAIT_MS,
	        .unowned = !operator_id};
	call_enter(c, CALL_CREATED, now);
}

void call_init_incoming(struct call *c, int64_t ring_ms, int64_t now)
{
	call_init(c, 0, ring_ms, now);
	c->incoming = c->flows = true;
	call_enter(c, CALL_RINGING, now);
}

/* Why it ends: the row's word, or what the event, or the state's own deadline, says. */
static enum call_cause cause_of(const struct call *c, const struct move *m, const struct call_input *in)
{
	if (m->cause)
		return m->cause;
	if (in->event == CALL_EV_DEADLINE)
		return c->state == CALL_ANSWERED && c->bridge_asked && c->operator_id && !c->operator_away
		               ? CAUSE_NO_AUDIO
		               : call_limits[c->state].cause;
	if (in->event == CALL_EV_HANG_UP)
		return in->by == BY_OPERATOR ? CAUSE_OPERATOR_HUNG_UP : CAUSE_CANCELLED;
	return in->cause ? in->cause : CAUSE_FAILED;
}

/* What the operator and his leg do, kept beside the state: a hold is over only when both he and his leg are back. */
static bool call_note(struct call *c, enum call_event event)
{
	if (event == CALL_EV_OPERATOR_LEFT || event == CALL_EV_OPERATOR_BACK)
		c->operator_away = event == CALL_EV_OPERATOR_LEFT;
	if (c->state == CALL_HELD && event == CALL_EV_UNHOLD && c->operator_away)
		c->held_by_operator = false;
	if (event == CALL_EV_HOLD && (c->state == CALL_CONNECTED || c->state == CALL_HELD))
		c->held_by_operator = true;
	return !(c->state == CALL_HELD &&
	         ((event == CALL_EV_UNHOLD && c->operator_away) || (event == CALL_EV_OPERATOR_BACK && c->held_by_operator)));
}

unsigned call_step(struct call *c, const struct call_input *in, int64_t now)
{
	bool may = call_note(c, in->event);
	const struct move *m = move_find(c, in->event);

	if (in->event == CALL_EV_DEADLINE && now < c->deadline_at)
		return 0;
	if (in->sip_code && c->state != CALL_ENDED)
		c->sip_code = in->sip_code;
	if (!m)
		return 0;
	if (!may) /* his leg is back while he keeps the far side on hold: join the leg again, music goes on */
		return in->event == CALL_EV_OPERATOR_BACK ? CALL_DO_BRIDGE | CALL_DO_MUSIC : 0;
	if (m->to == CALL_ENDED) {
		c->cause = cause_of(c, m, in);
		c->by = m->by ? m->by : in->by ? in->by : BY_SYSTEM;
	}
	if (m->on == CALL_EV_TAKEN)
		c->operator_id = in->operator_id;
	if (m->act & CALL_DO_LEAVE) {
		c->operator_id = 0;
		c->operator_away = c->bridge_asked = false;
	}
	if (m->act & CALL_DO_MESSAGE) {
		c->machine = m->on == CALL_EV_MACHINE;
		c->leaving = !c->machine;
	}
	if (m->act & CALL_DO_BRIDGE)
		c->bridge_asked = true;
	if (m->to == CALL_CONNECTED)
		c->held_by_operator = false;
	c->judging = m->act & CALL_DO_JUDGE;
	if ((c->answered_at || m->to == CALL_ANSWERED) && !c->judging && !c->waits_from)
		c->waits_from = now;
	talk_note(c, m, in);
	if (m->to != c->state || m->need == JUDGING || m->on == CALL_EV_QUEUE) /* from queue to queue it begins anew */
		call_enter(c, m->to, now);
	if (m->on == CALL_EV_GUEST_IN && m->to == CALL_CONSULTING)
		c->deadline_at = now + CALL_CONSULT_MS;
	return m->act;
}

unsigned call_event(struct call *c, enum call_event event, int64_t now)
{
	return call_step(c, &(struct call_input){.event = event}, now);
}

bool call_waits(const struct call *c)
{
	return c->unowned && !c->operator_id && !c->judging && (c->state == CALL_ANSWERED || c->state == CALL_QUEUED);
}

bool call_before(const struct call *a, const struct call *b)
{
	return a->waits_from < b->waits_from;
}

/* Ranges in order; the first that holds the code counts. */
static const struct {
	int from, to;
	enum call_cause cause;
} sip_causes[] = {
        {486, 486, CAUSE_BUSY},
        {600, 600, CAUSE_BUSY},
        {403, 403, CAUSE_REFUSED},
        {603, 603, CAUSE_REFUSED},
        {607, 608, CAUSE_REFUSED},
        {433, 433, CAUSE_REFUSED},
        {408, 408, CAUSE_NO_ANSWER},
        {487, 487, CAUSE_NO_ANSWER},
        {480, 480, CAUSE_UNREACHABLE},
        {404, 404, CAUSE_WRONG_NUMBER},
        {410, 410, CAUSE_WRONG_NUMBER},
        {484, 485, CAUSE_WRONG_NUMBER},
        {604, 604, CAUSE_WRONG_NUMBER},
        {401, 402, CAUSE_TRUNK_DOWN},
        {407, 407, CAUSE_TRUNK_DOWN},
        {502, 504, CAUSE_TRUNK_DOWN},
};

enum call_cause call_cause_of_sip(int code)
{
	for (size_t i = 0; i < COUNT(sip_causes); i++)
		if (code >= sip_causes[i].from && code <= sip_causes[i].to)
			return sip_causes[i].cause;
	return CAUSE_FAILED;
}

int call_word(const char *const *names, str word)
{
	for (int i = 0; names[i]; i++)
		if (str_eq(str_of(names[i]), word))
			return i;
	return -1;
}
