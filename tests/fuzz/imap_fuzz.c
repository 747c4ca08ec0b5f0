/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_fuzz.c - any bytes as an answer of an IMAP server: what it is said to hold lies within them; and a folder's name goes there and back. */
#include "base/utf8.h"
#include "engine/mail/imap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void within(str part, str whole)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	str all = {(const char *)data, n};
	struct arena a = {0};
	struct imap_answer r;
	size_t literal;
	str name;

	if (imap_parse(all, &r)) {
		within(r.tag, all);
		within(r.word, all);
		within(r.code, all);
		within(r.text, all);
		within(r.body, all);
	}
	(void)!imap_literal(all, &literal);
	name = imap_folder_utf8(&a, str_sub(all, 0, 200));
	if (name.p && name.n) {
		str back = imap_folder_name(&a, name);

		if (!utf8_valid(name) || back.p[0] != '"' || back.p[back.n - 1] != '"')
			abort();
	}
	arena_free(&a);
	return 0;
}
