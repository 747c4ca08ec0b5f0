/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.h - numbers from text, whole or not at all: no blanks, no "+", no overflow, nothing after them.
 * Every number from the wire comes through here (ASVS 1.4.2). Any thread. */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include "base/str.h"

/* Decimal in [min, max]; a leading "-" only where min is negative. *ret is set on success only. */
bool parse_int(str s, int64_t min, int64_t max, int64_t *ret);
bool parse_u64_bounded(str s, uint64_t min, uint64_t max, uint64_t *ret);
/* A finite decimal number as JSON writes it. */
bool parse_real(str s, double *ret);
/* 2 × n_bytes hex digits. */
bool parse_hex(str s, uint8_t *bytes, size_t n_bytes);
void print_hex(const uint8_t *bytes, size_t n_bytes, char *z); /* z holds 2 × n_bytes + 1 */

#endif
