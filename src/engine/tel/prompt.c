/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt.c - gives out the samples of speech.h frame by frame. */
#include "engine/tel/prompt.h"

#include "engine/tel/re.h"
#include "engine/tel/speech.h"
#include "engine/tel/tone.h"

struct tel_prompt {
	struct tel_leg *leg;
	struct mouth *mouth;
};
/* The transport of the leg, which may outlive the prompt while a bridge holds it. */
struct mouth {
	struct tel_saying *saying;
	size_t at;
	bool over;
	bool beeps;
};

static void mouth_destructor(void *arg)
{
	struct mouth *m = arg;

	mem_deref(m->saying);
}

static void pull(void *arg, int16_t pcm[TEL_FRAME])
{
	struct mouth *m = arg;
	const int16_t *all = NULL;
	size_t n = 0;

	memset(pcm, 0, TEL_FRAME * sizeof(*pcm));
	if (m->beeps)
		tel_tone(TEL_BEEP, m->at++, pcm);
	if (!m->saying || m->over || !tel_saying_made(m->saying, &all, &n))
		return;
	m->over = m->at + TEL_FRAME >= n;
	if (m->at < n)
		memcpy(pcm, all + m->at, (m->over ? n - m->at : TEL_FRAME) * sizeof(*pcm));
	m->at += TEL_FRAME;
}

static void push(void *arg, const int16_t pcm[TEL_FRAME])
{
	(void)arg;
	(void)pcm; /* it does not listen */
}

static const struct tel_leg_way way = {.pull = pull, .push = push};

static void prompt_destructor(void *arg)
{
	struct tel_prompt *p = arg;

	mem_deref(p->leg);
	mem_deref(p->mouth);
}

/* saying becomes its own. */
static int prompt_new(struct tel_prompt **ret, struct tel_saying *saying, bool beeps, bool over)
{
	struct tel_prompt *p = mem_zalloc(sizeof(*p), prompt_destructor);
	int err = ENOMEM;

	if (p)
		p->mouth = mem_zalloc(sizeof(*p->mouth), mouth_destructor);
	if (p && p->mouth) {
		*p->mouth = (struct mouth){.saying = saying, .beeps = beeps, .over = over};
		err = tel_leg_new(&p->leg, &way, p->mouth);
	} else {
		mem_deref(saying);
	}
	if (err)
		mem_deref(p);
	else
		*ret = p;
	return err;
}

int tel_prompt_new(struct tel_prompt **ret, str words)
{
	bool beeps = str_eq(words, TEL_PROMPT_BEEP), speaks = words.n && !beeps;
	struct tel_saying *s = speaks ? tel_saying(words) : NULL;

	return prompt_new(ret, s, beeps, speaks && !s);
}

int tel_prompt_play(struct tel_prompt **ret, struct tel_saying *s)
{
	return prompt_new(ret, mem_ref(s), false, !s);
}

struct tel_leg *tel_prompt_leg(struct tel_prompt *p)
{
	return p->leg;
}

bool tel_prompt_over(const struct tel_prompt *p)
{
	return p->mouth->over;
}
