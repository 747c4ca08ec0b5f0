/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.c - strict numbers. */
#include "base/parse.h"

#include <math.h>

bool parse_u64_bounded(str s, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9' || __builtin_mul_overflow(v, 10, &v) ||
		        __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	if (v < min || v > max)
		return false;
	*ret = v;
	return true;
}

bool parse_int(str s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = min < 0 && s.n && s.p[0] == '-';
	uint64_t u;
	int64_t v;

	if (!parse_u64_bounded(negative ? str_sub(s, 1, s.n) : s, 0, (uint64_t)INT64_MAX + negative, &u))
		return false;
	v = negative ? (int64_t)(0 - u) : (int64_t)u;
	if (v < min || v > max)
		return false;
	*ret = v;
	return true;
}

static size_t digits(str s, size_t at)
{
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at;
}

/* The grammar of RFC 8259, section 6. */
static bool is_number(str s)
{
	size_t at = s.n && s.p[0] == '-', from = at;

	at = digits(s, at);
	if (at == from || (s.p[from] == '0' && at > from + 1))
		return false;
	if (at < s.n && s.p[at] == '.') {
		from = at + 1;
		at = digits(s, from);
		if (at == from)
			return false;
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		at += at < s.n && (s.p[at] == '+' || s.p[at] == '-');
		from = at;
		at = digits(s, at);
		if (at == from)
			return false;
	}
	return at == s.n;
}

bool parse_real(str s, double *ret)
{
	char z[64];
	double v;

	if (s.n == 0 || s.n >= sizeof(z) || !is_number(s))
		return false;
	memcpy(z, s.p, s.n);
	z[s.n] = 0;
	v = strtod(z, NULL);
	if (!isfinite(v))
		return false;
	*ret = v;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool parse_hex(str s, uint8_t *bytes, size_t n_bytes)
{
	if (s.n != 2 * n_bytes)
		return false;
	for (size_t i = 0; i < n_bytes; i++) {
		int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void print_hex(const uint8_t *bytes, size_t n_bytes, char *z)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < n_bytes; i++) {
		z[2 * i] = hex[bytes[i] >> 4];
		z[2 * i + 1] = hex[bytes[i] & 15];
	}
	z[2 * n_bytes] = 0;
}
