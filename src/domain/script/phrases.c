/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrases.c - groups by the share of common stems: the commonest way to say a thing first. */
#include "domain/script/phrases.h"

#include "engine/spell/stems.h"

static const double ALIKE = 0.5;

/* A way to say a thing: phrases of one step with the same stems. */
struct way {
	str node, words;
	struct stems stems;
	size_t n, first, group;
};

static int by_words(const void *x, const void *y)
{
	const struct phrase *a = *(struct phrase *const *)x, *b = *(struct phrase *const *)y;
	int order = str_cmp(a->node, b->node);

	if (!order)
		order = str_cmp(a->words, b->words);
	return order ? order : (a->id > b->id) - (a->id < b->id);
}

static int by_count(const void *x, const void *y)
{
	const struct way *a = x, *b = y;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return (a->first > b->first) - (a->first < b->first);
}

/* sorted: phrases in the order of their words; each way is a run of them. */
static size_t ways_of(struct arena *a, struct phrase *const *sorted, size_t n, struct way *ret)
{
	size_t n_ways = 0;

	for (size_t i = 0; i < n; i++) {
		const struct phrase *p = sorted[i];
		struct way *w = n_ways ? &ret[n_ways - 1] : NULL;
		if (!w || !str_eq(w->node, p->node) || !str_eq(w->words, p->words)) {
			w = &ret[n_ways++];
			*w = (struct way){.node = p->node, .words = p->words, .stems = stems_split(a, p->words), .first = i};
		}
		w->n++;
	}
	return n_ways;
}

struct group {
	const struct way *begun_by;
	size_t n, number;
};

static size_t join(struct way *ways, size_t n_ways, struct group *groups)
{
	size_t n = 0;

	for (size_t i = 0; i < n_ways; i++) {
		size_t g = 0;
		while (g < n && (!str_eq(groups[g].begun_by->node, ways[i].node) ||
		                        stems_alike(groups[g].begun_by->stems, ways[i].stems) < ALIKE))
			g++;
		if (g == n)
			groups[n++] = (struct group){.begun_by = &ways[i]};
		groups[g].n += ways[i].n;
		ways[i].group = g;
	}
	return n;
}

static int by_size(const void *x, const void *y)
{
	const struct group *a = *(struct group *const *)x, *b = *(struct group *const *)y;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return a < b ? -1 : a > b;
}

size_t phrases_group(struct arena *a, struct phrase *of, size_t n)
{
	struct phrase **sorted = NEW_N(a, struct phrase *, n + 1);
	struct way *ways = NEW_N(a, struct way, n + 1);
	struct group *groups = NEW_N(a, struct group, n + 1), **largest = NEW_N(a, struct group *, n + 1);
	size_t n_ways, n_groups;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &of[i];
	qsort(sorted, n, sizeof *sorted, by_words);
	n_ways = ways_of(a, sorted, n, ways);
	qsort(ways, n_ways, sizeof *ways, by_count);
	n_groups = join(ways, n_ways, groups);
	for (size_t i = 0; i < n_groups; i++)
		largest[i] = &groups[i];
	qsort(largest, n_groups, sizeof *largest, by_size);
	for (size_t i = 0; i < n_groups; i++)
		largest[i]->number = i;
	for (size_t i = 0; i < n_ways; i++)
		for (size_t k = 0; k < ways[i].n; k++)
			sorted[ways[i].first + k]->group = groups[ways[i].group].number;
	return n_groups;
}
