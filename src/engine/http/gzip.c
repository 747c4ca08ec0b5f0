/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzip.c - packing answers. A deflate state costs a quarter of a megabyte, so each thread keeps one. */
#include "engine/http/http_priv.h"

#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, LEVEL = 1, MEMORY = 8 };

static _Thread_local struct {
	z_stream z;
	bool ready;
} packer;

static bool packer_ready(void)
{
	if (packer.ready)
		return deflateReset(&packer.z) == Z_OK;
	packer.ready = deflateInit2(&packer.z, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK;
	return packer.ready;
}

str gzip_pack(struct arena *a, str text)
{
	size_t room = text.n - text.n / 8; /* must be worth the unpacking */
	char *p;

	if (text.n > UINT32_MAX || !packer_ready())
		return (str){0};
	p = arena_alloc(a, room);
	packer.z.next_in = (Bytef *)(uintptr_t)text.p;
	packer.z.avail_in = (uInt)text.n;
	packer.z.next_out = (Bytef *)p;
	packer.z.avail_out = (uInt)room;
	if (deflate(&packer.z, Z_FINISH) != Z_STREAM_END)
		return (str){0};
	return (str){p, room - packer.z.avail_out};
}

void gzip_thread_done(void)
{
	if (packer.ready)
		deflateEnd(&packer.z);
	packer.ready = false;
}
