/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codec.h - the three codecs spoken here, all as 20 ms frames of 8 kHz mono inside: PCMA and PCMU (G.711) and Opus (RFC 7587).
 * G.711 to G.711 through here is exact: decoding and encoding again gives the same octets. Loop thread. */
#ifndef ENGINE_TEL_CODEC_H
#define ENGINE_TEL_CODEC_H

#include "base/fault.h"

enum { TEL_RATE = 8000, TEL_FRAME = 160, TEL_PACKET_MAX = 1280, TEL_DECODE_MAX = 960 };

enum tel_codec { TEL_PCMA, TEL_PCMU, TEL_OPUS };
enum { TEL_CODECS = TEL_OPUS + 1 };

struct tel_codec_info {
	const char *name; /* as in a=rtpmap */
	uint32_t clock;   /* of its RTP timestamps */
	uint8_t pt;       /* the payload type we offer */
	uint8_t channels; /* as SDP wants it said */
};
extern const struct tel_codec_info tel_codecs[TEL_CODECS];

/* Both directions of one stream; a libre object (mem_deref). */
struct tel_coder;
int tel_coder_new(struct tel_coder **ret, enum tel_codec codec) MUST_USE;
/* One packet to at most TEL_DECODE_MAX samples; payload NULL conceals one lost frame. Returns the samples written, 0 for rubbish. */
size_t tel_decode(struct tel_coder *c, const uint8_t *payload, size_t n, int16_t pcm[TEL_DECODE_MAX]);
/* One frame to a payload of at most TEL_PACKET_MAX octets. Returns its length, 0 when it failed. */
size_t tel_encode(struct tel_coder *c, const int16_t pcm[TEL_FRAME], uint8_t *payload);

/* Loudness of n samples in dB below full scale: 0 loudest, -90 and below digital silence. */
double tel_level_db(const int16_t *pcm, size_t n);

#endif
