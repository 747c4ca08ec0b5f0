/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line.c - what the lines of a project take now. Projects of one line on one node share its calls per second, as they share the line. */
#include "domain/dialer/dialer_priv.h"

enum { LINES_MAX = 200 };

static struct line {
	int64_t node_id, trunk_id;
	struct bucket bucket;
} lines[LINES_MAX];

int line_left(const struct line_use *u, struct bucket **ret, int64_t now)
{
	int64_t channels = u->channels - u->open, rate;
	struct line *l = lines;

	while (l < lines + COUNT(lines) - 1 && l->trunk_id && (l->trunk_id != u->trunk_id || l->node_id != u->node_id))
		l++;
	l->node_id = u->node_id;
	l->trunk_id = u->trunk_id;
	bucket_set(&l->bucket, u->calls_per_s, now);
	rate = bucket_room(&l->bucket, now);
	*ret = &l->bucket;
	if (channels <= 0 || !rate)
		shares_want(u->node_id, u->trunk_id);
	return (int)(rate < channels ? rate : channels);
}
