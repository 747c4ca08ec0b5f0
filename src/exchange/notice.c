/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notice.c - the called party is told that the talk is recorded: by our voice, beside the two, who both hear it and may speak meanwhile. It begins with
 * the talk and is said once to its end: begun anew when the far side was led to music in the middle of it. EV_TOLD says that it was heard. */
#include "base/log.h"
#include "engine/tel/prompt.h"
#include "engine/tel/speech.h"
#include "exchange/house.h"
#include "exchange/link.h"

void notice_take(struct line *l, const struct message *m)
{
	l->notice = m->words.n ? tel_saying_of(&(struct tel_words){.words = m->words, .voice = m->voice}) : NULL;
}

static void told(struct line *l)
{
	const int16_t *pcm;
	size_t n = 0;

	if (tel_saying_made(l->notice, &pcm, &n) && n)
		link_tell(&(struct message){.kind = EV_TOLD, .call = str_of(l->uuid)});
	else
		log_warn("call", "the far side cannot be told of the recording: there is no voice");
	l->notice = mem_deref(l->notice);
}

void notice_tick(struct line *l)
{
	bool may = l->call.state == CALL_CONNECTED && !l->call.operator_away,
	     over = l->telling && tel_prompt_over(l->telling);

	if (!l->notice || (!over && may == (l->telling != NULL)))
		return;
	if (over)
		told(l);
	l->telling = mem_deref(l->telling);
	if (may && !over && (!talk_open(l) || tel_prompt_play(&l->telling, l->notice)))
		return;
	talk_arrange(l);
}

void notice_end(struct line *l)
{
	l->telling = mem_deref(l->telling);
	l->notice = mem_deref(l->notice);
}
