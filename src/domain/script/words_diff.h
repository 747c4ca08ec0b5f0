/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words_diff.h - what changed between two texts, word by word: a longest common subsequence, as a person would mark it in red and green.
 * Pure; any thread. */
#ifndef DOMAIN_SCRIPT_WORDS_DIFF_H
#define DOMAIN_SCRIPT_WORDS_DIFF_H

#include "base/arena.h"
#include "engine/json/json.h"

enum words_op { WORDS_SAME, WORDS_ADDED, WORDS_REMOVED };
struct words_piece {
	enum words_op op;
	str text; /* points into old or new, blanks after the words included */
};
/* The pieces in reading order, neighbours of one kind joined; what was removed stands before what came instead. Without the removed ones they
 * give new, without the added ones old but for its blanks. Texts that differ too much to compare are one removed and one added piece. ret in
 * the arena; returns how many. */
size_t words_diff(struct arena *a, str old, str new, const struct words_piece **ret);
/* One as ["=", text], with "+" when it was added and "-" when removed; and all of them as an array. */
void words_put(struct json_out *w, enum words_op op, str text);
void words_diff_put(struct arena *a, str old, str new, struct json_out *w);

#endif
