/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rate.c - thin over libspeexdsp's resampler. */
#include "engine/audio/rate.h"

#include <speex/speex_resampler.h>
#include <stdlib.h>

enum { QUALITY = 8, PIECE = 4096, GROW = 16 * SOUND_RATE };

struct rate {
	SpeexResamplerState *state;
	struct sound out;
	size_t cap, max, delay; /* delay: of the filter, in samples that came */
};

struct rate *rate_new(int rate, size_t max)
{
	struct rate *r = calloc(1, sizeof(*r));
	int err = 0;

	if (!r)
		return NULL;
	r->max = max;
	r->state = speex_resampler_init(1, (spx_uint32_t)rate, SOUND_RATE, QUALITY, &err);
	if (!r->state) {
		free(r);
		return NULL;
	}
	speex_resampler_skip_zeros(r->state);
	r->delay = (size_t)speex_resampler_get_input_latency(r->state);
	return r;
}

static int room(struct rate *r, size_t more)
{
	int16_t *larger;

	if (r->out.n + more <= r->cap)
		return 0;
	r->cap = r->out.n + more + GROW;
	larger = realloc(r->out.pcm, r->cap * sizeof(*larger));
	if (!larger)
		return ENOMEM;
	r->out.pcm = larger;
	return 0;
}

int rate_add(struct rate *r, const int16_t *pcm, size_t n)
{
	int err = 0;

	while (n && r->out.n < r->max && !err) {
		spx_uint32_t in = n < PIECE ? (spx_uint32_t)n : PIECE, out = PIECE;
		err = room(r, PIECE);
		if (err)
			break;
		if (speex_resampler_process_int(r->state, 0, pcm, &in, r->out.pcm + r->out.n, &out))
			err = ENOMEM;
		r->out.n += out;
		pcm += in;
		n -= in;
		if (!in && !out)
			break;
	}
	return err;
}

int rate_end(struct rate *r, struct sound *ret)
{
	static const int16_t zeros[PIECE];
	int err = 0;

	for (size_t left = r->delay; left && !err; left -= left < PIECE ? left : PIECE)
		err = rate_add(r, zeros, left < PIECE ? left : PIECE);
	if (err)
		return err;
	if (r->out.n > r->max)
		r->out.n = r->max;
	*ret = r->out;
	r->out = (struct sound){.n = 0};
	return 0;
}

void rate_free(struct rate *r)
{
	if (!r)
		return;
	speex_resampler_destroy(r->state);
	sound_free(&r->out);
	free(r);
}

int rate_change(const int16_t *pcm, size_t n, int rate, struct sound *ret)
{
	struct rate *r = rate_new(rate, SIZE_MAX);
	int err = r ? rate_add(r, pcm, n) : ENOMEM;

	if (!err)
		err = rate_end(r, ret);
	rate_free(r);
	return err;
}
