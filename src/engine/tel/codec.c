/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codec.c - G.711 by librem's tables, Opus by libopus at 8 kHz mono and low complexity (the bill of a browser call). */
#include "engine/tel/codec.h"

#include "engine/tel/conceal.h"
#include "engine/tel/re.h"

#include <math.h>
#include <opus.h>

enum { OPUS_BITS_PER_S = 24000, OPUS_COMPLEXITY = 2 };

const struct tel_codec_info tel_codecs[TEL_CODECS] = {
        [TEL_PCMA] = {"PCMA", 8000, 8, 1},
        [TEL_PCMU] = {"PCMU", 8000, 0, 1},
        [TEL_OPUS] = {"opus", 48000, 111, 2},
};

struct tel_coder {
	enum tel_codec codec;
	OpusEncoder *enc;
	OpusDecoder *dec;
	struct tel_conceal conceal; /* of G.711 */
};

static void coder_destructor(void *arg)
{
	struct tel_coder *c = arg;

	if (c->enc)
		opus_encoder_destroy(c->enc);
	if (c->dec)
		opus_decoder_destroy(c->dec);
}

static int open_opus(struct tel_coder *c)
{
	int err = 0;

	c->enc = opus_encoder_create(TEL_RATE, 1, OPUS_APPLICATION_VOIP, &err);
	if (err)
		return ENOMEM;
	c->dec = opus_decoder_create(TEL_RATE, 1, &err);
	if (err)
		return ENOMEM;
	opus_encoder_ctl(c->enc, OPUS_SET_BITRATE(OPUS_BITS_PER_S));
	opus_encoder_ctl(c->enc, OPUS_SET_COMPLEXITY(OPUS_COMPLEXITY));
	opus_encoder_ctl(c->enc, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
	return 0;
}

int tel_coder_new(struct tel_coder **ret, enum tel_codec codec)
{
	struct tel_coder *c = mem_zalloc(sizeof(*c), coder_destructor);
	int err = c ? 0 : ENOMEM;

	if (!err)
		c->codec = codec;
	if (!err && codec == TEL_OPUS)
		err = open_opus(c);
	if (err)
		mem_deref(c);
	else
		*ret = c;
	return err;
}

static size_t decode_law(struct tel_coder *c, const uint8_t *payload, size_t n, int16_t *pcm)
{
	const int16_t *table = c->codec == TEL_PCMA ? g711_A2l : g711_u2l;

	if (!payload) {
		tel_conceal_lost(&c->conceal, pcm, TEL_FRAME);
		return TEL_FRAME;
	}
	if (n > TEL_DECODE_MAX)
		n = TEL_DECODE_MAX;
	for (size_t i = 0; i < n; i++)
		pcm[i] = table[payload[i]];
	tel_conceal_good(&c->conceal, pcm, n);
	return n;
}

size_t tel_decode(struct tel_coder *c, const uint8_t *payload, size_t n, int16_t pcm[TEL_DECODE_MAX])
{
	int got;

	if (payload && !n)
		return 0;
	if (c->codec != TEL_OPUS)
		return decode_law(c, payload, n, pcm);
	got = opus_decode(c->dec, payload, (opus_int32)n, pcm, payload ? TEL_DECODE_MAX : TEL_FRAME, 0);
	return got < 0 ? 0 : (size_t)got;
}

size_t tel_encode(struct tel_coder *c, const int16_t pcm[TEL_FRAME], uint8_t *payload)
{
	int n;

	if (c->codec == TEL_OPUS) {
		n = opus_encode(c->enc, pcm, TEL_FRAME, payload, TEL_PACKET_MAX);
		return n < 0 ? 0 : (size_t)n;
	}
	for (size_t i = 0; i < TEL_FRAME; i++)
		payload[i] = c->codec == TEL_PCMA ? tel_pcm2alaw(pcm[i]) : tel_pcm2ulaw(pcm[i]);
	return TEL_FRAME;
}

double tel_level_db(const int16_t *pcm, size_t n)
{
	uint64_t sum = 0; /* of squares */

	for (size_t i = 0; i < n; i++)
		sum += (uint32_t)(pcm[i] * pcm[i]);
	return 10 *
	       log10(((double)sum + 1e-3) / (double)(n ? n : 1) / (32767.0 * 32767.0)); /* silence has a logarithm too */
}
