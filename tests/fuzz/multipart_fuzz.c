/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multipart_fuzz.c - a form gives the same file however its bytes are cut into pieces. */
#include "engine/http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int keep(void *arg, str bytes, struct fault *f)
{
	(void)f;
	text_add(arg, bytes);
	return 0;
}

/* Fed in pieces of step bytes; the error, or 0. */
static int feed(struct arena *a, str bytes, size_t step, struct multipart *m, struct text *file)
{
	struct fault f = {0};
	int err = multipart_init(m, a, STR("multipart/form-data; boundary=b"), keep, file, &f);

	for (size_t at = 0; !err && at < bytes.n; at += step)
		err = multipart_feed(m, str_sub(bytes, at, at + step), &f);
	return err ? err : multipart_end(m, &f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct text one = {.a = &a}, two = {.a = &a};
	struct multipart m, w;
	size_t step = n ? 1 + data[0] % 7 : 1;
	str bytes = str_sub((str){(const char *)data, n}, 1, n);

	if (feed(&a, bytes, n + 1, &m, &one) != feed(&a, bytes, step, &w, &two) || !str_eq(text_str(&one), text_str(&two)) ||
	        !str_eq(m.name, w.name) || one.n > n)
		abort();
	(void)header_param(&a, bytes, STR("boundary"));
	arena_free(&a);
	return 0;
}
