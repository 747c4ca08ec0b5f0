/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_fuzz.c - what is read can be printed, and what was printed reads back as the same. */
#include "base/utf8.h"
#include "engine/json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct text once = {.a = &a}, twice = {.a = &a};
	struct fault f = {0};
	struct json v, again;

	if (json_parse(&a, (str){(const char *)data, n}, &v, &f) == 0) {
		json_put(&once, v);
		if (!utf8_valid(text_str(&once)) || json_parse(&a, text_str(&once), &again, &f))
			abort();
		json_put(&twice, again);
		if (!str_eq(text_str(&once), text_str(&twice)))
			abort();
	} else if (f.err != EINVAL || !f.code[0]) {
		abort();
	}
	arena_free(&a);
	return 0;
}
