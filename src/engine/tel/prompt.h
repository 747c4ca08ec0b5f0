/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt.h - words said into a call by nobody: a leg that a bridge joins like an operator's. Loop thread. */
#ifndef ENGINE_TEL_PROMPT_H
#define ENGINE_TEL_PROMPT_H

#include "base/str.h"
#include "engine/tel/leg.h"

struct tel_prompt;
struct tel_saying;

/* A libre object. The words begin with the first tick somebody listens and the voice has made them; until then it is silent. Without
 * words it is silent for ever. TEL_PROMPT_BEEP: a beep, then silence for ever. */
#define TEL_PROMPT_BEEP STR("\a")
int tel_prompt_new(struct tel_prompt **ret, str words) MUST_USE;
/* The same of what was asked for already (speech.h); borrowed. NULL: it is over at once. */
int tel_prompt_play(struct tel_prompt **ret, struct tel_saying *s) MUST_USE;
struct tel_leg *tel_prompt_leg(struct tel_prompt *p);
/* All is said, or can never be said: there is no voice. */
bool tel_prompt_over(const struct tel_prompt *p);

#endif
