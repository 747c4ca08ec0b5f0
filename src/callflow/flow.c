/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow.c - from node to node. */
#include "callflow/flow.h"

const char *const flow_kind_names[] = {
        "say", "menu", "hours", "queue", "voicemail", "end", "survey", "opt_out", "outside", "callback", NULL};

static enum flow_action enter(struct flow_run *r, enum flow_state state, int64_t stay_ms, int64_t now, enum flow_action act)
{
	if (r->state != FLOW_QUEUED && r->state != FLOW_CALLING && r->state != FLOW_NEW)
		r->spent_ms += now - r->entered_at;
	r->state = state;
	r->entered_at = now;
	r->deadline_at = state == FLOW_OVER ? 0 : now + stay_ms;
	return act;
}

static enum flow_action over(struct flow_run *r, int64_t now, enum flow_action act)
{
	return enter(r, FLOW_OVER, 0, now, act);
}

static int64_t words_ms(const struct flow_node *n)
{
	return n->words_ms ? n->words_ms + FLOW_LATE_MS : FLOW_WORDS_MS;
}

static bool has_words(const struct flow_node *n)
{
	return n->words.n || n->sound.n || n->prompt;
}

/* To the node, through those that take no time. */
static enum flow_action go(struct flow_run *r, const struct flow *f, int to, int64_t now)
{
	for (;;) {
		const struct flow_node *n;
		if (to < 0 || (size_t)to >= f->n)
			return over(r, now, FLOW_DO_END);
		if (++r->steps > FLOW_STEPS_MAX || r->spent_ms > FLOW_TIME_MS)
			return over(r, now, FLOW_DO_ESCAPE);
		r->at = to;
		r->tries = 1;
		r->entered = true;
		n = f->nodes + to;
		if (n->kind == FLOW_QUEUE)
			return enter(r, FLOW_QUEUED, n->wait_ms, now, FLOW_DO_QUEUE);
		if (n->kind != FLOW_HOURS && (n->kind != FLOW_CALLBACK || r->callable))
			return enter(r, FLOW_SAYING, words_ms(n), now, FLOW_DO_SAY);
		to = n->kind == FLOW_HOURS && f->open(n->hours, f->arg) ? n->next : n->other;
	}
}

static enum flow_action said(struct flow_run *r, const struct flow *f, int64_t now)
{
	const struct flow_node *n = f->nodes + r->at;

	if (r->state != FLOW_SAYING)
		return FLOW_DO_NOTHING;
	switch (n->kind) {
	case FLOW_CALLBACK:
	case FLOW_MENU:
	case FLOW_SURVEY: return enter(r, FLOW_ASKING, n->wait_ms, now, FLOW_DO_ASK);
	case FLOW_VOICEMAIL: return enter(r, FLOW_RECORDING, n->wait_ms, now, FLOW_DO_RECORD);
	case FLOW_OUTSIDE: return enter(r, FLOW_CALLING, n->wait_ms, now, FLOW_DO_CALL);
	case FLOW_SAY:
	case FLOW_OPT_OUT: return go(r, f, n->next, now);
	case FLOW_HOURS:
	case FLOW_QUEUE:
	case FLOW_END:
	case FLOW_KINDS: break;
	}
	return over(r, now, FLOW_DO_END);
}

/* No key came, or one that leads nowhere. */
static enum flow_action again(struct flow_run *r, const struct flow *f, int64_t now)
{
	const struct flow_node *n = f->nodes + r->at;

	if (r->tries >= n->tries)
		return go(r, f, n->other, now);
	r->tries++;
	return enter(r, FLOW_SAYING, words_ms(n), now, FLOW_DO_SAY);
}

static enum flow_action answered(struct flow_run *r, const struct flow *f, int key, int64_t now)
{
	const struct flow_node *n = f->nodes + r->at;

	if (!(n->answers & 1U << key))
		return again(r, f, now);
	r->answer = FLOW_KEY_SIGNS[key];
	r->answered_node = r->at;
	return go(r, f, n->keys[key] < 0 ? n->next : n->keys[key], now);
}

static enum flow_action pressed(struct flow_run *r, const struct flow *f, char key, int64_t now)
{
	const struct flow_node *n = f->nodes + r->at;
	const char *at = key ? strchr(FLOW_KEY_SIGNS, key) : NULL;

	if (r->state == FLOW_RECORDING && key == '#')
		return go(r, f, n->next, now);
	if ((r->state != FLOW_SAYING && r->state != FLOW_ASKING) || !at)
		return FLOW_DO_NOTHING;
	if (n->kind == FLOW_SURVEY)
		return answered(r, f, (int)(at - FLOW_KEY_SIGNS), now);
	if (n->kind == FLOW_CALLBACK)
		return key == FLOW_YES ? over(r, now, FLOW_DO_TICKET) : FLOW_DO_NOTHING;
	if (n->kind != FLOW_MENU)
		return FLOW_DO_NOTHING;
	if (n->keys[at - FLOW_KEY_SIGNS] < 0)
		return again(r, f, now);
	return go(r, f, n->keys[at - FLOW_KEY_SIGNS], now);
}

static enum flow_action late(struct flow_run *r, const struct flow *f, int64_t now)
{
	switch (r->state) {
	case FLOW_SAYING: return said(r, f, now);
	case FLOW_ASKING: return again(r, f, now);
	case FLOW_QUEUED:
	case FLOW_CALLING: return go(r, f, f->nodes[r->at].other, now);
	case FLOW_RECORDING: return go(r, f, f->nodes[r->at].next, now);
	case FLOW_NEW:
	case FLOW_OVER:
	case FLOW_STATES: break;
	}
	return FLOW_DO_NOTHING;
}

enum flow_action flow_step(struct flow_run *r, const struct flow *f, enum flow_event event, char key, int64_t now)
{
	r->entered = false;
	r->answer = 0;
	if (event == FLOW_EV_START)
		return r->state == FLOW_NEW ? go(r, f, 0, now) : FLOW_DO_NOTHING;
	if (r->state == FLOW_NEW || r->state == FLOW_OVER)
		return FLOW_DO_NOTHING;
	switch (event) {
	case FLOW_EV_SAID: return said(r, f, now);
	case FLOW_EV_KEY: return pressed(r, f, key, now);
	case FLOW_EV_FAILED: return r->state == FLOW_CALLING ? late(r, f, now) : FLOW_DO_NOTHING;
	case FLOW_EV_DEADLINE: return now >= r->deadline_at ? late(r, f, now) : FLOW_DO_NOTHING;
	case FLOW_EV_START:
	case FLOW_EVENTS: break;
	}
	return FLOW_DO_NOTHING;
}

static const char *node_fault(const struct flow_node *n, size_t count)
{
	bool any = false;

	for (int i = 0; i < FLOW_KEYS; i++) {
		any |= n->keys[i] >= 0;
		if (n->keys[i] >= (int)count)
			return "a key leads to a step that is not there";
	}
	if (n->next >= (int)count || n->other >= (int)count)
		return "it leads to a step that is not there";
	if (n->kind == FLOW_MENU && !any)
		return "a menu needs at least one key";
	if (n->kind == FLOW_MENU && !has_words(n))
		return "a menu needs words that name its keys";
	if (n->kind == FLOW_SURVEY && !n->answers)
		return "a question needs at least one key that answers it";
	if (n->kind == FLOW_SURVEY && !has_words(n))
		return "a question needs words that name its keys";
	if (n->kind == FLOW_OUTSIDE && !n->number.n)
		return "say which number outside";
	if ((n->kind == FLOW_SAY || n->kind == FLOW_CALLBACK) && !has_words(n))
		return "there is nothing to say";
	if ((n->kind == FLOW_QUEUE || n->kind == FLOW_CALLBACK) && !n->queue)
		return "choose the queue";
	return n->kind == FLOW_HOURS && n->next < 0 && n->other < 0 ? "opening hours that lead nowhere" : NULL;
}

bool flow_leads_on(const struct flow_node *nodes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (nodes[i].kind == FLOW_QUEUE || nodes[i].kind == FLOW_OUTSIDE || nodes[i].kind == FLOW_VOICEMAIL)
			return true;
	return false;
}

const char *flow_fault(const struct flow_node *nodes, size_t n, size_t *ret_at)
{
	const char *why = NULL;

	*ret_at = 0;
	if (!n)
		return "there is no first step";
	for (size_t i = 0; i < n && !why; i++) {
		*ret_at = i;
		why = node_fault(nodes + i, n);
	}
	return why;
}
