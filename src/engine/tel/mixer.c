/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mixer.c - sums in 32 bits, cut once at the end: three voices at once are rarely louder than one. */
#include "engine/tel/mixer.h"

#include "engine/tel/re.h"
#include "engine/tel/tone.h"

struct tel_mixer {
	struct le le;
	struct tel_voice voices[TEL_MIX_MAX]; /* their legs are counted */
	size_t n;
	struct tel_recorder *recorder;
	uint64_t ticks; /* of its sources */
	int16_t out[TEL_MIX_MAX][TEL_FRAME];
};

static struct list mixers;

static void let_go(const struct tel_voice *voices, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mem_deref(voices[i].leg);
		mem_deref(voices[i].early);
	}
}

static void mixer_destructor(void *arg)
{
	struct tel_mixer *m = arg;

	list_unlink(&m->le);
	let_go(m->voices, m->n);
}

int tel_mixer_new(struct tel_mixer **ret)
{
	struct tel_mixer *m = mem_zalloc(sizeof(*m), mixer_destructor);

	if (!m)
		return ENOMEM;
	list_append(&mixers, &m->le, m);
	*ret = m;
	return 0;
}

void tel_mixer_set(struct tel_mixer *m, const struct tel_voice *voices, size_t n)
{
	struct tel_voice was[TEL_MIX_MAX];
	size_t n_was = m->n;

	memcpy(was, m->voices, sizeof(was));
	m->n = n < TEL_MIX_MAX ? n : TEL_MIX_MAX;
	for (size_t i = 0; i < m->n; i++) {
		m->voices[i] = voices[i];
		mem_ref(voices[i].leg);
		mem_ref(voices[i].early);
		tel_leg_relay(voices[i].leg, NULL); /* no packet passes beside the sum */
	}
	let_go(was, n_was);
}

void tel_mixer_record(struct tel_mixer *m, struct tel_recorder *r)
{
	m->recorder = r;
}

static void add(int32_t sum[TEL_FRAME], const int16_t *pcm)
{
	for (size_t i = 0; i < TEL_FRAME; i++)
		sum[i] += pcm[i];
}

static void cut(const int32_t sum[TEL_FRAME], int16_t pcm[TEL_FRAME])
{
	for (size_t i = 0; i < TEL_FRAME; i++)
		pcm[i] = (int16_t)(sum[i] > INT16_MAX ? INT16_MAX : sum[i] < INT16_MIN ? INT16_MIN : sum[i]);
}

static void speak_to(struct tel_mixer *m, size_t who)
{
	const struct tel_voice *v = m->voices + who;
	int32_t sum[TEL_FRAME] = {0};
	int16_t *pcm = m->out[who];

	for (size_t i = 0; i < m->n; i++)
		if (i != who && v->hears & 1u << i)
			add(sum, tel_leg_in(m->voices[i].leg));
	if (!v->hears && v->early)
		memcpy(pcm, tel_leg_in(v->early), sizeof(m->out[who]));
	else if (!v->hears)
		tel_tone(v->source, m->ticks, pcm);
	else
		cut(sum, pcm);
	tel_leg_out(v->leg, pcm);
}

static void record(struct tel_mixer *m)
{
	int32_t sums[2][TEL_FRAME] = {{0}};
	int16_t pcm[2][TEL_FRAME];

	for (size_t i = 0; i < m->n; i++)
		if (m->voices[i].side)
			add(sums[m->voices[i].side - TEL_SIDE_OURS], tel_leg_in(m->voices[i].leg));
	cut(sums[0], pcm[0]);
	cut(sums[1], pcm[1]);
	tel_recorder_put(m->recorder, pcm[0], pcm[1]);
}

void tel_mixer_tick(void)
{
	for (struct le *le = mixers.head; le; le = le->next) {
		struct tel_mixer *m = le->data;
		if (m->recorder)
			record(m);
		for (size_t i = 0; i < m->n; i++)
			speak_to(m, i);
		m->ticks++;
	}
}
