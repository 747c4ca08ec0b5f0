/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken_fuzz.c - words with merge fields and values out of anybody's list: what is checked as good is filled whole, and it stays text. */
#include "base/utf8.h"
#include "callflow/spoken.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const str keys[] = {STR("x")};
	struct arena a = {0};
	struct fault f = {0};
	struct spoken said;
	str all = {(const char *)data, n}, value;
	bool good = utf8_valid(all), cut = str_cut(&all, '\n', &value); /* the value, a line break, the words */
	struct spoken_value values[] = {{STR("field.x"), value}};
	int err = spoken_check(cut && all.p ? all : STR(""), "words", keys, COUNT(keys), &f);

	if (err && (err != EINVAL || !f.code[0]))
		abort();
	for (int l = 0; l < LANGUAGES; l++) {
		spoken_fill(&a, all.p ? all : STR(""), (enum language)l, values, COUNT(values), &said);
		if (good && !utf8_valid(said.text))
			abort();
		for (const struct spoken_format *s = spoken_formats; s->name; s++) {
			struct text t = {.a = &a};
			if (s->say(&t, (enum language)l, value) && (!t.n || !utf8_valid(text_str(&t))))
				abort();
		}
	}
	arena_free(&a);
	return 0;
}
