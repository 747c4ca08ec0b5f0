/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure.c - parts of a message, counted as a telephone counts them. */
#include "base/utf8.h"
#include "engine/sms/sms.h"

/* TS 23.038, 6.2.1: the alphabet, and what takes an escape before it (6.2.1.1). */
static const char alphabet[] =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑܧ"
        "¿abcdefghijklmnopqrstuvwxyzäöñüà";
static const char escaped[] = "\f^{}\\[~]|€";

static bool among(const char *set, uint32_t c)
{
	str s = str_of(set);

	for (size_t at = 0; at < s.n;)
		if (utf8_next(s, &at) == c)
			return true;
	return false;
}

/* Septets it takes; 0: the alphabet has none. */
static int64_t septets(uint32_t c)
{
	return among(alphabet, c) ? 1 : among(escaped, c) ? 2 : 0;
}

static int64_t units(uint32_t c)
{
	return c > 0xffff ? 2 : 1;
}

/* An escape and its character, and both halves of a pair, stay in one part. */
static struct sms_size measure(str text, int64_t (*cost)(uint32_t), int64_t whole, int64_t part)
{
	int64_t total = 0, parts = 1, used = 0;

	for (size_t at = 0; at < text.n;) {
		int64_t c = cost(utf8_next(text, &at));
		total += c;
		if (used + c > part) {
			parts++;
			used = 0;
		}
		used += c;
	}
	if (total <= whole)
		return (struct sms_size){.parts = 1, .left = whole - total};
	return (struct sms_size){.parts = parts, .left = part - used};
}

struct sms_size sms_measure(str text)
{
	struct sms_size ret;
	bool ucs2 = false;

	for (size_t at = 0; at < text.n && !ucs2;)
		ucs2 = !septets(utf8_next(text, &at));
	ret = ucs2 ? measure(text, units, 70, 67) : measure(text, septets, 160, 153);
	ret.ucs2 = ucs2;
	return ret;
}
