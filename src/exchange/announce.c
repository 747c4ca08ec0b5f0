/* SPDX-License-Identifier: GPL-3.0-or-later */
/* announce.c - whoever waits in a queue hears from time to time which place he has and how long it will take. The music goes on until the words
 * are made, and after them. */
#include "engine/tel/prompt.h"
#include "engine/tel/speech.h"
#include "exchange/inbound_priv.h"

enum { FIRST_MS = 5000 }; /* who is taken at once hears nothing of places */

static bool serves(const struct seat *s, void *arg)
{
	return inbound_serves(s, arg);
}

static struct tel_saying *place_of(struct inbound *in)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	int64_t place = inbound_place(in), operators = seat_count(in->queue->project, serves, in->queue);
	struct tel_saying *s;

	spoken_place(&t, in->queue->language, place, queue_expected_ms(&in->queue->seen, place, operators));
	s = tel_saying_of(&(struct tel_words){.words = text_str(&t), .voice = str_of(language_names[in->queue->language])});
	arena_free(&a);
	return s;
}

void announce_begin(struct inbound *in)
{
	in->hears_place = false;
	if (!in->place_at)
		in->place_at = house_now() + (in->queue->announce_ms < FIRST_MS ? in->queue->announce_ms : FIRST_MS);
}

void announce_end(struct inbound *in)
{
	in->place = mem_deref(in->place);
	in->hears_place = false;
}

void announce_tick(struct line *l, int64_t now)
{
	struct inbound *in = l->in;
	const int16_t *pcm;
	size_t n;

	if (!in->waits || in->offering || !in->queue->announce_ms || l->call.state != CALL_QUEUED)
		return;
	if (in->hears_place) {
		if (l->prompt && !tel_prompt_over(l->prompt))
			return;
		in->hears_place = false;
		in->place_at = now + in->queue->announce_ms;
		line_music(l);
	} else if (in->place && tel_saying_made(in->place, &pcm, &n)) {
		in->hears_place = true;
		line_play(l, in->place);
		in->place = mem_deref(in->place);
	} else if (!in->place && now >= in->place_at) {
		in->place = place_of(in);
		in->place_at = now + in->queue->announce_ms; /* should it never be made */
	}
}
