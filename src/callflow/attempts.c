/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attempts.c - causes as a table, and the few moves of a contact's life. */
#include "callflow/attempts.h"

const char *const life_state_names[] = {"hidden", "fresh", "due", "reserved", "closed", NULL};
const char *const life_closed_names[] = {"", "result", "attempts", "do_not_call", "no_number", "finished", "undone", NULL};
const char *const life_effect_names[] = {"final", "retry", "callback", "do_not_call", "wrong_number", NULL};

#define MINUTES(n) ((int64_t)(n)*60000)
const struct attempt_cause attempt_causes[CALL_CAUSES] = {
        [CAUSE_NONE] = {-1, false, false, "no cause known"},
        [CAUSE_HUNG_UP] = {-1, false, false, "answered; the operator gave no result"},
        [CAUSE_BUSY] = {MINUTES(10), false, false, "speaks with somebody: free soon"},
        [CAUSE_NO_ANSWER] = {-1, false, false, "nobody took it"},
        [CAUSE_REFUSED] = {-1, false, false, "the subscriber or his operator declined"},
        [CAUSE_WRONG_NUMBER] = {MINUTES(1), true, false, "the network says there is no such number"},
        [CAUSE_UNREACHABLE] = {-1, false, false, "switched off or out of reach"},
        [CAUSE_TRUNK_DOWN] = {MINUTES(1), false, true, "our line"},
        [CAUSE_TRUNK_SILENT] = {MINUTES(1), false, true, "our line"},
        [CAUSE_NO_AUDIO] = {MINUTES(10), false, false, "a person answered and heard nothing"},
        [CAUSE_OPERATOR_LOST] = {MINUTES(1), false, true, "our operator's leg"},
        [CAUSE_OPERATOR_HUNG_UP] = {-1, false, false, "the operator gave up before an answer"},
        [CAUSE_GATE] = {MINUTES(1), false, true, "refused before anything was sent"},
        [CAUSE_DEADLINE] = {-1, false, false, "the longest stay was over"},
        [CAUSE_TEL_LOST] = {MINUTES(1), false, true, "our process"},
        [CAUSE_NODE_LOST] = {MINUTES(1), false, true, "our machine"},
        [CAUSE_MACHINE] = {-1, false, false, "an answering machine"},
        [CAUSE_ABANDONED] = {MINUTES(10), false, false, "a person answered and we had no operator"},
        [CAUSE_CANCELLED] = {MINUTES(1), false, true, "we took it back"},
        [CAUSE_FAILED] = {MINUTES(10), false, false, "the network did not say why"},
};

void life_dialled(struct life *l, const char day[11])
{
	if (memcmp(l->day, day, sizeof(l->day)) != 0) {
		memcpy(l->day, day, sizeof(l->day));
		l->attempts_day = 0;
	}
	l->attempts++;
	l->attempts_day++;
}

bool life_total_left(const struct life *l, const struct attempt_rules *r)
{
	return l->attempts < r->total;
}

static void close_for(struct life *l, enum life_closed why)
{
	l->state = LIFE_CLOSED;
	l->closed = why;
	l->due_at = 0;
}

/* Again after a pause, unless the attempts are spent; never twice in a day that is used up, and never before a promise. A promise to
 * somebody who never answers is given up at twice the attempts. */
static void try_again(struct life *l, const struct attempt_rules *r, int64_t pause_ms, const struct attempt_now *n)
{
	bool spent = n->spent || !life_total_left(l, r);

	if (spent && (!n->callback_at || l->attempts >= 2 * r->total)) {
		close_for(l, LIFE_CLOSED_ATTEMPTS);
		return;
	}
	l->state = LIFE_DUE;
	l->closed = LIFE_CLOSED_NONE;
	l->due_at = n->now + pause_ms;
	if (l->attempts_day >= r->per_day && l->due_at < n->next_day_at)
		l->due_at = n->next_day_at;
	if (n->callback_at)
		l->due_at = n->callback_at > n->now ? n->callback_at : n->now + pause_ms;
}

void life_ended(struct life *l, const struct attempt_rules *r, enum call_cause cause, const struct attempt_now *n)
{
	const struct attempt_cause *c = attempt_causes + cause;
	int64_t pause = n->retry_ms ? n->retry_ms : c->retry_ms < 0 ? r->gap_ms : c->retry_ms;

	if (c->not_his && l->attempts > 0) {
		l->attempts--;
		l->attempts_day -= l->attempts_day > 0;
	}
	if (c->bad_number && !n->other_number)
		close_for(l, LIFE_CLOSED_NO_NUMBER);
	else
		try_again(l, r, pause, n);
}

void life_result(struct life *l, const struct attempt_rules *r, enum life_effect effect, int64_t retry_ms,
        const struct attempt_now *n)
{
	int64_t pause = retry_ms > 0 ? retry_ms : r->gap_ms;

	switch (effect) {
	case LIFE_EFFECT_FINAL: close_for(l, LIFE_CLOSED_RESULT); break;
	case LIFE_EFFECT_DO_NOT_CALL: close_for(l, LIFE_CLOSED_DO_NOT_CALL); break;
	case LIFE_EFFECT_WRONG_NUMBER:
		if (n->other_number)
			try_again(l, r, retry_ms > 0 ? retry_ms : MINUTES(1), n);
		else
			close_for(l, LIFE_CLOSED_NO_NUMBER);
		break;
	case LIFE_EFFECT_RETRY:
	case LIFE_EFFECT_CALLBACK: try_again(l, r, pause, n); break;
	case LIFE_EFFECTS: break;
	}
}
