/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mime_fuzz.c - any bytes as a letter: what is read of it is UTF-8 within its bounds, names of files are bare, and any part can be taken out. */
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/read_priv.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	g_mime_init();
	charsets_open();
	return 0;
}

static void good(str s, size_t most)
{
	if (!s.p || s.n > most || !utf8_valid(s))
		abort();
}

static void people_good(const struct mail_people *p)
{
	for (size_t i = 0; i < p->n; i++) {
		good(p->of[i].name, 1 << 20);
		good(p->of[i].address, 1 << 20);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	str raw = {(const char *)data, n}, part;
	struct arena a = {0};
	struct mail_read r, none;

	read_raw(&a, raw, false, -1, &r, &part);
	good(r.subject, 1 << 20);
	good(r.text, 2 * MAIL_TEXT_MAX);
	good(r.first_line, 2 * MAIL_TEXT_MAX);
	good(r.html, 2 * MAIL_TEXT_MAX);
	people_good(&r.to);
	people_good(&r.cc);
	for (size_t i = 0; i < r.n_files; i++) {
		good(r.files[i].name, 255);
		if (!r.files[i].name.n || str_find(r.files[i].name, '/', 0) < r.files[i].name.n)
			abort();
	}
	read_raw(&a, raw, false, n ? data[0] % 8 : 0, &none, &part);
	read_raw(&a, raw, true, -1, &none, &part);
	arena_free(&a);
	return 0;
}
