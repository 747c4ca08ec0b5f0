/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dtmf_fuzz.c - keys by telephone events (RFC 4733): any payloads, and our own sender behind a network that loses, doubles and delays packets.
 * No key is told twice, and in order. (SIP INFO carries no keys here: what it says is not read.) */
#include "engine/tel/dtmf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TICKS = 16 * 12, LATE = 6 }; /* ticks a packet may be late: more than the pause between two keys */

static const char keys[] = "0123456789*#ABCD";

static void any_payloads(const uint8_t *data, size_t n)
{
	struct tel_dtmf_in in = {0};

	for (size_t at = 0; at + 2 <= n;) {
		size_t room = n - at - 2, length = data[at] % 8 < room ? data[at] % 8 : room;
		uint8_t *exact = malloc(length + 1);
		char key;
		memcpy(exact, data + at + 2, length);
		key = tel_dtmf_read(&in, data[at + 1], length ? exact : NULL, length);
		if (key && !memchr(keys, key, 16))
			abort();
		free(exact);
		at += 2 + length;
	}
}

static void through_a_network(const uint8_t *data, size_t n)
{
	struct tel_dtmf_out out = {0};
	struct tel_dtmf_in in = {0};
	struct tel_dtmf_step late[TICKS + LATE + 1][2] = {0};
	char digits[16], told[32] = "";
	bool arrives[16] = {0};
	size_t n_digits = n < 12 ? n : 12, n_told = 0, n_arrived = 0, which = 0;

	for (size_t i = 0; i < n_digits; i++)
		digits[i] = keys[data[i] % 16];
	if (tel_dtmf_queue(&out, digits, n_digits))
		abort();
	for (int t = 0; t < TICKS + LATE; t++) {
		struct tel_dtmf_step s;
		uint8_t fate = n ? data[(size_t)t % n] : 0;
		tel_dtmf_step(&out, 0xffffff00u + (uint32_t)t * 160, 160, &s);
		which += s.marker;
		if (s.digit && s.tone && fate & 3) {
			int when = t + (fate >> 2) % LATE;
			late[when][late[when][0].digit != 0] = s;
			arrives[which - 1] = true;
			if (fate & 0x80)
				late[when + 1][1] = s; /* twice */
		}
		for (int k = 0; k < 2; k++) {
			char key =
			        late[t][k].digit ? tel_dtmf_read(&in, late[t][k].ts, late[t][k].payload, TEL_EVENT_SIZE) : 0;
			if (key && n_told < sizeof(told) - 1)
				told[n_told++] = key;
		}
	}
	for (size_t i = 0; i < n_digits; i++)
		n_arrived += arrives[i];
	if (n_told > n_arrived)
		abort(); /* a key was told twice */
	for (size_t i = 0, at = 0; i < n_told; i++, at++) {
		while (at < n_digits && digits[at] != told[i])
			at++;
		if (at == n_digits)
			abort(); /* one that was not pressed, or not after those told before it */
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	any_payloads(data, n);
	through_a_network(data, n);
	return 0;
}
