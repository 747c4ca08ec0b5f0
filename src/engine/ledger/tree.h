/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.h - the Merkle tree of RFC 6962, section 2.1: leaf = SHA-256(0x00 ‖ bytes), node = SHA-256(0x01 ‖ left ‖ right), the left subtree the
 * largest full one. Twice: as its right edge, which is all that adding needs, and as all its nodes, which proofs need.
 * Any thread, one at a time on each tree. */
#ifndef ENGINE_LEDGER_TREE_H
#define ENGINE_LEDGER_TREE_H

#include "engine/crypto/crypto.h"

enum { TREE_LEVELS = 48 };

struct hash {
	uint8_t h[SHA256_BYTES];
};
static inline bool hash_eq(struct hash a, struct hash b)
{
	return !__builtin_memcmp(a.h, b.h, sizeof a.h);
}
struct hash tree_leaf(str bytes);

/* The roots of the full subtrees a tree of size leaves consists of, the largest first. Zero is the empty tree. */
struct tree_edge {
	uint64_t size;
	size_t n; /* as many as size has bits set */
	struct hash h[TREE_LEVELS];
};
void tree_edge_add(struct tree_edge *e, struct hash leaf);
/* Of the empty tree: SHA-256 of nothing. */
struct hash tree_edge_root(const struct tree_edge *e);
/* As text: "SIZE:base64url of the hashes". False: it is not the text of an edge. */
str tree_edge_text(const struct tree_edge *e, struct arena *a);
bool tree_edge_read(str text, struct arena *a, struct tree_edge *ret);

/* All nodes of full subtrees, 64 bytes a leaf. */
struct tree {
	struct arena *a;
	uint64_t size;
	struct tree_level {
		struct hash *h;
		size_t n, room;
	} level[TREE_LEVELS];
};
void tree_add(struct tree *t, struct hash leaf);
/* As it was when it had size leaves, 1 ≤ size ≤ t->size; 0: the empty tree. */
struct hash tree_root(const struct tree *t, uint64_t size);

/* Up to TREE_LEVELS hashes each. Leaf i of size leaves; the first m of size leaves, 0 < m ≤ size. */
struct tree_proof {
	size_t n;
	struct hash h[2 * TREE_LEVELS];
};
void tree_inclusion(const struct tree *t, uint64_t i, uint64_t size, struct tree_proof *ret);
void tree_consistency(const struct tree *t, uint64_t m, uint64_t size, struct tree_proof *ret);
/* RFC 9162, sections 2.1.3.2 and 2.1.4.2. */
bool tree_included(const struct tree_proof *p, uint64_t i, uint64_t size, struct hash leaf, struct hash root);
bool tree_consistent(const struct tree_proof *p, uint64_t m, uint64_t size, struct hash old, struct hash root);

#endif
