/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words_diff.c - words of two texts, their common start and end, and the table between. */
#include "domain/script/words_diff.h"

enum { CELLS_MAX = 2 << 20 }; /* 4 MB of table: two texts of some 1400 words without anything in common at either end */

struct words {
	str *of;
	size_t n;
};

static bool blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Each word with the blanks after it; blanks before the first stand alone. */
static struct words split(struct arena *a, str s)
{
	struct words w = {NEW_N(a, str, s.n + 1), 0};

	for (size_t from = 0, i = 0; i < s.n; from = i) {
		while (i < s.n && !blank(s.p[i]))
			i++;
		while (i < s.n && blank(s.p[i]))
			i++;
		w.of[w.n++] = str_sub(s, from, i);
	}
	return w;
}

static bool same(str a, str b)
{
	a = str_trim(a);
	b = str_trim(b);
	return a.n == b.n && str_eq(a, b);
}

struct diff {
	struct words_piece *of;
	size_t n;
};

/* Neighbours of one kind are one piece: their words stand side by side in the text they come from. */
static void put(struct diff *d, enum words_op op, str word)
{
	struct words_piece *last = d->n ? &d->of[d->n - 1] : NULL;

	if (last && last->op == op)
		last->text.n += word.n;
	else
		d->of[d->n++] = (struct words_piece){op, word};
}

/* longest[i * (m + 1) + j]: common words of old from i and new from j. */
static uint16_t *table(struct arena *a, struct words old, struct words new)
{
	size_t m = new.n + 1;
	uint16_t *t = NEW_N(a, uint16_t, (old.n + 1) * m);

	for (size_t i = old.n; i-- > 0;)
		for (size_t j = new.n; j-- > 0;) {
			uint16_t down = t[(i + 1) * m + j], right = t[i * m + j + 1];
			t[i * m + j] = same(old.of[i], new.of[j]) ? (uint16_t)(t[(i + 1) * m + j + 1] + 1)
			                                          : (down > right ? down : right);
		}
	return t;
}

static void walk(struct arena *a, struct diff *d, struct words old, struct words new)
{
	bool whole = old.n * new.n > CELLS_MAX;
	const uint16_t *t = whole ? NULL : table(a, old, new);
	size_t i = 0, j = 0, m = new.n + 1;

	while (i < old.n || j < new.n) {
		if (!whole && i < old.n && j < new.n &&same(old.of[i], new.of[j])) {
			put(d, WORDS_SAME, new.of[j]);
			i++, j++;
		} else if (i < old.n && (j == new.n || whole || t[(i + 1) * m + j] >= t[i * m + j + 1])) {
			put(d, WORDS_REMOVED, old.of[i++]);
		} else {
			put(d, WORDS_ADDED, new.of[j++]);
		}
	}
}

size_t words_diff(struct arena *a, str old_text, str new_text, const struct words_piece **ret)
{
	struct words old = split(a, old_text), new = split(a, new_text);
	struct diff d = {NEW_N(a, struct words_piece, old.n + new.n + 1), 0};
	size_t head = 0, tail = 0;

	while (head < old.n && head < new.n &&same(old.of[head], new.of[head]))
		put(&d, WORDS_SAME, new.of[head++]);
	while (tail < old.n - head && tail < new.n - head &&same(old.of[old.n - 1 - tail], new.of[new.n - 1 - tail]))
		tail++;
	walk(a, &d, (struct words){old.of + head, old.n - head - tail}, (struct words){new.of + head, new.n - head - tail});
	while (tail)
		put(&d, WORDS_SAME, new.of[new.n - tail--]);
	*ret = d.of;
	return d.n;
}

void words_put(struct json_out *w, enum words_op op, str text)
{
	static const char *const signs[] = {[WORDS_SAME] = "=", [WORDS_ADDED] = "+", [WORDS_REMOVED] = "-"};

	json_open(w, '[');
	json_add_text(w, str_of(signs[op]));
	json_add_text(w, text);
	json_close(w, ']');
}

void words_diff_put(struct arena *a, str old, str new, struct json_out *w)
{
	const struct words_piece *p;
	size_t n = words_diff(a, old, new, &p);

	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		words_put(w, p[i].op, p[i].text);
	json_close(w, ']');
}
