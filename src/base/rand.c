/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rand.c - getrandom, and splitmix64 (Steele, Lea, Flood 2014) for the dice. */
#include "base/rand.h"

#include <sys/random.h>

void rand_bytes(void *p, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t more = getrandom((char *)p + got, n - got, 0);
		if (more < 0)
			abort();
		got += (size_t)more;
	}
}

void rand_uuid(char z[37])
{
	uint8_t b[16];

	rand_bytes(b, sizeof(b));
	b[6] = (b[6] & 0x0F) | 0x40;
	b[8] = (b[8] & 0x3F) | 0x80;
	snprintf(z, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4],
	        b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

void rand_token(char z[44])
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t b[33];

	rand_bytes(b, 32);
	b[32] = 0;
	for (size_t i = 0; i < 43; i++) {
		size_t bit = i * 6, at = bit / 8;
		unsigned pair = (unsigned)b[at] << 8 | b[at + 1];
		z[i] = digit[pair >> (10 - bit % 8) & 63];
	}
	z[43] = 0;
}

uint64_t dice_throw(struct dice *d)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

int64_t dice_int(struct dice *d, int64_t min, int64_t max)
{
	return min + (int64_t)(dice_throw(d) % ((uint64_t)(max - min) + 1));
}

double dice_real(struct dice *d)
{
	return (double)(dice_throw(d) >> 11) * 0x1p-53;
}
