/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target_fuzz.c - whatever address comes, an accepted path has no way up and no bytes that are no text. */
#include "base/utf8.h"
#include "engine/http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct target t;

	if (target_parse(&a, (str){(const char *)data, n}, &t, NULL) == 0) {
		str way = str_printf(&a, "%.*s/", STR_ARG(t.path));
		if (!utf8_valid(t.path) || str_find_str(way, STR("/../"), 0) < way.n ||
		        str_find_str(way, STR("/./"), 0) < way.n || str_find(t.path, '\\', 0) < t.path.n ||
		        !str_starts(t.path, STR("/")) || t.n_params > TARGET_PARAMS_MAX)
			abort();
		for (size_t i = 0; i < t.n_params; i++)
			if (!utf8_valid(t.params[i].name) || !utf8_valid(t.params[i].value))
				abort();
	}
	arena_free(&a);
	return 0;
}
