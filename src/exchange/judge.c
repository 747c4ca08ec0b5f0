/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge.c - who answered a call that is nobody's: a person, or a machine; and what a machine hears from us, after its greeting. What is heard
 * is acted upon at the next tick: in a frame the legs are being worked on. */
#include "base/log.h"
#include "engine/tel/prompt.h"
#include "engine/tel/speech.h"
#include "exchange/house.h"

/* A beep is over when nothing of it was heard for so long: packets of it that came late, and beeps in two, are one. A greeting without a beep
 * is over after so much silence; no greeting is waited out for longer. */
enum { BEEP_GAP_MS = 240, GREETING_SILENCE_MS = 2000, GREETING_MS = 60000 };

static void on_frame(const int16_t pcm[TEL_FRAME], void *arg)
{
	struct line *l = arg;

	amd_step(&l->judge, &amd_rules_default, amd_hear(&l->ear, pcm));
}

void judge_begin(struct line *l)
{
	l->ear = (struct amd_ear){0};
	l->judge = (struct amd_judge){0};
	line_say(l, (str){0});
	if (l->leg)
		tel_leg_tap(l->leg, on_frame, l);
}

static void judged(struct line *l)
{
	bool machine = l->judge.verdict == AMD_MACHINE;

	log_info("call", "%s answered: %s after %d ms", machine ? "a machine" : "a person",
	        amd_reason_names[l->judge.reason], l->judge.ms);
	tel_leg_tap(l->leg, NULL, NULL);
	if (l->judge.reason == AMD_BY_SIT)
		l->call.tells_machines = false; /* the network speaks, nobody will hear it later */
	line_event(l, machine ? CALL_EV_MACHINE : CALL_EV_PERSON);
}

static void on_greeting(const int16_t pcm[TEL_FRAME], void *arg)
{
	struct line *l = arg;
	struct greeting *g = &l->greeting;
	char mark = amd_hear(&l->ear, pcm);

	g->ms += AMD_FRAME_MS;
	g->silence_ms = mark == AMD_SILENCE ? g->silence_ms + AMD_FRAME_MS : 0;
	g->beeped |= mark == AMD_BEEP;
	g->gap_ms = mark == AMD_BEEP ? 0 : g->gap_ms + AMD_FRAME_MS;
	g->over |= (g->beeped && g->gap_ms >= BEEP_GAP_MS) || g->silence_ms >= GREETING_SILENCE_MS || g->ms >= GREETING_MS;
}

void judge_greeted(struct line *l)
{
	l->greeting = (struct greeting){.beeped = l->judge.reason == AMD_BY_BEEP};
	line_say(l, (str){0});
	if (l->leg)
		tel_leg_tap(l->leg, on_greeting, l);
}

static void greeting_tick(struct line *l)
{
	if (l->greeting.over) {
		l->greeting = (struct greeting){.said = true};
		tel_leg_tap(l->leg, NULL, NULL);
		line_play(l, l->message);
	} else if (l->greeting.said && (!l->prompt || tel_prompt_over(l->prompt))) {
		line_event(l, CALL_EV_SPOKEN);
	}
}

void judge_tick(struct line *l)
{
	if (l->call.judging && l->leg && l->judge.verdict)
		judged(l);
	else if (l->call.machine && l->leg && l->call.state == CALL_IVR)
		greeting_tick(l);
}
