/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frames.c - messages out of a stream of bytes. */
#include "callflow/message.h"

enum { FRAME_HEAD = 4, FRAME_ROOM = MESSAGE_MAX + FRAME_HEAD };

void frames_init(struct frames *s, struct arena *a)
{
	*s = (struct frames){.buf = arena_alloc(a, FRAME_ROOM)};
}

char *frames_room(struct frames *s, size_t *ret_n)
{
	memmove(s->buf, s->buf + s->taken, s->n - s->taken);
	s->n -= s->taken;
	s->taken = 0;
	*ret_n = FRAME_ROOM - s->n;
	return s->buf + s->n;
}

void frames_add(struct frames *s, size_t n)
{
	s->n += n;
}

int frames_next(struct frames *s, str *ret)
{
	const uint8_t *p = (const uint8_t *)s->buf + s->taken;
	size_t have = s->n - s->taken, n;

	if (have < FRAME_HEAD)
		return ENOENT;
	n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	if (n > MESSAGE_MAX)
		return EMSGSIZE;
	if (have < FRAME_HEAD + n)
		return ENOENT;
	*ret = (str){s->buf + s->taken + FRAME_HEAD, n};
	s->taken += FRAME_HEAD + n;
	return 0;
}
