/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrases.h - what many clients said, put together where it is the same thing in other words. Pure; any thread. */
#ifndef DOMAIN_SCRIPT_PHRASES_H
#define DOMAIN_SCRIPT_PHRASES_H

#include "base/arena.h"

struct phrase {
	int64_t id, call_id, version_id, number, said_at;
	str node, said, words, operator_name, state; /* words: as stems_join gives them */
	size_t group;                                /* out: which one, the largest is 0 */
};
enum { PHRASES_MAX = 2000 };

/* Gives each of them its group and returns how many there are. Two phrases of one step with the same stems are one; then the commonest begins a
 * group, and each that shares half of the stems with its beginning joins it. */
size_t phrases_group(struct arena *a, struct phrase *of, size_t n);

#endif
