/* SPDX-License-Identifier: GPL-3.0-or-later */
/* re.h - the one way libre and librem are included by engine/tel and exchange: a few of their names are also ours (base/str.h, base/rand.h),
 * so theirs get out of the way. The build hides our symbols, so the libraries keep calling their own. */
#ifndef ENGINE_TEL_RE_H
#define ENGINE_TEL_RE_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#define USE_OPENSSL 1 /* tls_openssl_context */
#define str_cmp re_str_cmp
#define rand_bytes re_rand_bytes
#include <re.h>
#include <rem.h>
#undef str_cmp
#undef rand_bytes
#pragma GCC diagnostic pop

/* librem's own read before their tables for -32768, which a voice that was cut at its limits has. */
static inline uint8_t tel_pcm2alaw(int16_t l)
{
	return g711_pcm2alaw(l < -INT16_MAX ? -INT16_MAX : l);
}

static inline uint8_t tel_pcm2ulaw(int16_t l)
{
	return g711_pcm2ulaw(l < -INT16_MAX ? -INT16_MAX : l);
}

#endif
