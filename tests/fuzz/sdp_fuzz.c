/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp_fuzz.c - a browser's or a trunk's session description: read, and answered when it can be. */
#include "engine/tel/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const addresses[] = {"192.0.2.1", "127.0.0.1", NULL};
	struct tel_sdp_browser b = {
	        .ufrag = "abcdefgh", .pwd = "p", .fingerprint = "AA", .port = 9, .addresses = addresses, .session = 1};
	char *copy = malloc(n ? n : 1); /* of the exact length, so that a byte too far is seen */
	struct arena a = {0};
	struct text t = {.a = &a};
	struct fault f = {0};
	struct tel_sdp s;

	memcpy(copy, data, n);
	if (!tel_sdp_read((str){copy, n}, &s, &f) && tel_sdp_codec(&s, &b.codec)) {
		tel_sdp_answer_browser(&t, &s, &b);
		tel_sdp_answer(&t, &s, b.codec, &(struct tel_sdp_end){addresses[0], 9, 1, 1, NULL});
	}
	arena_free(&a);
	free(copy);
	return 0;
}
