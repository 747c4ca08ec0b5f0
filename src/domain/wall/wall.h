/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wall.h - a board on the wall: a page for a television that shows the queues, operators and plans of some projects. It is opened by a link of its
 * own (a token, kept as a hash) that serves until a new one is made or the board is removed; it may look and nothing else, and sees first names,
 * no numbers. */
#ifndef DOMAIN_WALL_WALL_H
#define DOMAIN_WALL_WALL_H

#include "kit/route/route.h"

struct wall {
	int64_t id, version;
	str name, projects, queues; /* JSON arrays of ids; no queues: all of the projects */
	int language;
	int64_t author_id, created_at, linked_at, used_at;
};
extern const struct module wall_module;

#endif
