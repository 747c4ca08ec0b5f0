/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.c - hashing, the right edge, and proofs out of kept nodes. */
#include "engine/ledger/tree.h"

#include "base/parse.h"

#include <string.h>

struct hash tree_leaf(str bytes)
{
	static const uint8_t zero;
	struct hash ret;
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, &zero, 1);
	sha256_add(&s, bytes.p, bytes.n);
	sha256_done(&s, ret.h);
	return ret;
}

static struct hash node_of(struct hash left, struct hash right)
{
	uint8_t both[1 + 2 * SHA256_BYTES] = {1};
	struct hash ret;

	memcpy(both + 1, left.h, sizeof left.h);
	memcpy(both + 1 + SHA256_BYTES, right.h, sizeof right.h);
	sha256((str){(const char *)both, sizeof both}, ret.h);
	return ret;
}

static struct hash nothing(void)
{
	struct hash ret;

	sha256(STR(""), ret.h);
	return ret;
}

void tree_edge_add(struct tree_edge *e, struct hash leaf)
{
	for (uint64_t full = e->size++; full & 1; full >>= 1)
		leaf = node_of(e->h[--e->n], leaf);
	e->h[e->n++] = leaf;
}

struct hash tree_edge_root(const struct tree_edge *e)
{
	struct hash root = e->n ? e->h[e->n - 1] : nothing();

	for (size_t i = e->n; i-- > 1;)
		root = node_of(e->h[i - 1], root);
	return root;
}

str tree_edge_text(const struct tree_edge *e, struct arena *a)
{
	str hashes = base64url(a, e->h, e->n * sizeof e->h[0]);

	return str_printf(a, "%llu:%.*s", (unsigned long long)e->size, STR_ARG(hashes));
}

bool tree_edge_read(str text, struct arena *a, struct tree_edge *ret)
{
	struct tree_edge e = {0};
	str size, hashes;

	if (!str_cut(&text, ':', &size) || !text.p || !parse_u64_bounded(size, 0, (uint64_t)1 << (TREE_LEVELS - 1), &e.size))
		return false;
	e.n = (size_t)__builtin_popcountll(e.size);
	hashes = base64url_decode(a, text);
	if (!hashes.p || hashes.n != e.n * sizeof e.h[0])
		return false;
	memcpy(e.h, hashes.p, hashes.n);
	*ret = e;
	return true;
}

static void level_add(struct tree *t, size_t level, struct hash h)
{
	struct tree_level *l = &t->level[level];

	if (l->n == l->room) {
		struct hash *more = NEW_N(t->a, struct hash, l->room = l->room ? 2 * l->room : 32);
		if (l->n)
			memcpy(more, l->h, l->n * sizeof *more);
		l->h = more;
	}
	l->h[l->n++] = h;
}

void tree_add(struct tree *t, struct hash leaf)
{
	level_add(t, 0, leaf);
	for (size_t k = 0; !(t->level[k].n & 1); k++)
		level_add(t, k + 1, node_of(t->level[k].h[t->level[k].n - 2], t->level[k].h[t->level[k].n - 1]));
	t->size++;
}

/* The largest power of two below n > 1. */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* MTH of leaves [from, to); from is a multiple of the full subtree it begins. */
static struct hash part(const struct tree *t, uint64_t from, uint64_t to)
{
	uint64_t n = to - from;
	int k = 63 - __builtin_clzll(n);

	if (!(n & (n - 1)))
		return t->level[k].h[from >> k];
	return node_of(part(t, from, from + split(n)), part(t, from + split(n), to));
}

struct hash tree_root(const struct tree *t, uint64_t size)
{
	return size ? part(t, 0, size) : nothing();
}

void tree_inclusion(const struct tree *t, uint64_t i, uint64_t size, struct tree_proof *ret)
{
	uint64_t from = 0, to = size;
	struct tree_proof down = {0};

	while (to - from > 1) {
		uint64_t middle = from + split(to - from);
		bool left = i < middle;
		down.h[down.n++] = left ? part(t, middle, to) : part(t, from, middle);
		if (left)
			to = middle;
		else
			from = middle;
	}
	ret->n = 0;
	while (down.n)
		ret->h[ret->n++] = down.h[--down.n];
}

/* SUBPROOF of RFC 6962, section 2.1.2, from the top to the bottom. */
void tree_consistency(const struct tree *t, uint64_t m, uint64_t size, struct tree_proof *ret)
{
	uint64_t from = 0, to = size;
	struct tree_proof down = {0};

	while (m != to) {
		uint64_t middle = from + split(to - from);
		bool left = m <= middle;
		down.h[down.n++] = left ? part(t, middle, to) : part(t, from, middle);
		if (left)
			to = middle;
		else
			from = middle;
	}
	if (from)
		down.h[down.n++] = part(t, from, to);
	ret->n = 0;
	while (down.n)
		ret->h[ret->n++] = down.h[--down.n];
}

bool tree_included(const struct tree_proof *p, uint64_t i, uint64_t size, struct hash leaf, struct hash root)
{
	uint64_t fn = i, sn = size - 1;
	struct hash r = leaf;

	if (i >= size)
		return false;
	for (size_t k = 0; k < p->n; k++) {
		if (!sn)
			return false;
		if ((fn & 1) || fn == sn) {
			r = node_of(p->h[k], r);
			while (!(fn & 1) && fn)
				fn >>= 1, sn >>= 1;
		} else {
			r = node_of(r, p->h[k]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return !sn && hash_eq(r, root);
}

bool tree_consistent(const struct tree_proof *p, uint64_t m, uint64_t size, struct hash old, struct hash root)
{
	uint64_t fn = m - 1, sn = size - 1;
	size_t k = 0;
	struct hash fr, sr;

	if (!m || m > size)
		return false;
	if (m == size)
		return !p->n && hash_eq(old, root);
	while (fn & 1)
		fn >>= 1, sn >>= 1;
	if (fn && !p->n)
		return false;
	fr = sr = fn ? p->h[k++] : old; /* m a power of two: the old root itself begins the way */
	for (; k < p->n; k++) {
		if (!sn)
			return false;
		if ((fn & 1) || fn == sn) {
			fr = node_of(p->h[k], fr);
			sr = node_of(p->h[k], sr);
			while (!(fn & 1) && fn)
				fn >>= 1, sn >>= 1;
		} else {
			sr = node_of(sr, p->h[k]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return !sn && hash_eq(fr, old) && hash_eq(sr, root);
}
