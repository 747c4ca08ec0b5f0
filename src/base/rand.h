/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rand.h - randomness of the kernel for ids and secrets, and a seeded dice for simulations. Any thread. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include "base/str.h"

/* getrandom(2); stops the process if the kernel gives none. */
void rand_bytes(void *p, size_t n);
/* A random UUID (RFC 9562, version 4) and a NUL. */
void rand_uuid(char z[37]);
/* 256 bits in 43 characters of base64url and a NUL: session ids, tokens, link secrets. */
void rand_token(char z[44]);

/* A dice with a seed: the same seed gives the same throws. Not for secrets. */
struct dice {
	uint64_t state;
};
uint64_t dice_throw(struct dice *d);
/* A whole number in [min, max]. */
int64_t dice_int(struct dice *d, int64_t min, int64_t max);
/* A real in [0, 1). */
double dice_real(struct dice *d);

#endif
