/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk_priv.h - utterances, which talk_hear.c finds in the loudness and talk.c counts. Places are frames. */
#ifndef ENGINE_AUDIO_TALK_PRIV_H
#define ENGINE_AUDIO_TALK_PRIV_H

#include "engine/audio/talk.h"

#define TALK_FRAMES(ms) ((ms) / TALK_FRAME_MS)

struct talk_run {
	size_t from, to;
};
struct talk_runs {
	struct talk_run *at;
	size_t n;
};
/* The utterances of both sides in n frames of loudness, echoes left out. */
void talk_hear(const int8_t *const level[TALK_SIDES], size_t n, struct arena *a, struct talk_runs ret[TALK_SIDES]);

#endif
