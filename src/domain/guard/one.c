/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one.c - ONE: one letter with all questions. A second letter that asks, while the first is not answered and not old, should have been one with it.
 * A reminder after a day and a half is none; nor is a letter that gathers the earlier questions with the new ones. */
#include "base/clock.h"
#include "domain/guard/guard_priv.h"

enum { QUESTIONS_MAX = 100, SOON_H = 36 };

struct question {
	size_t at;
	str text, flat;
};
struct questions {
	struct question of[QUESTIONS_MAX];
	size_t n;
};

/* A request asks as well as a question mark does. */
static bool requests(str sentence)
{
	static const char *const words[] = {"подскажите", "уточните", "пришлите", "сообщите", "вышлите", "отправьте",
	        "направьте", "ответьте", "напишите", "согласуйте", "подтвердите", "предоставьте", "укажите", "поясните",
	        "расскажите", "прошу ", "просим ", "просьба ", "нужно уточнить", "хотел бы уточнить", "хотела бы уточнить",
	        "хотим уточнить", "please send", "please confirm", "please let", "please advise", "please provide",
	        "please clarify", "please tell", "could you", "can you", "would you", "let me know", "let us know",
	        "kindly send", "kindly confirm", NULL};

	return contains_any(sentence, words);
}

static bool end_at(const struct piece *p, size_t i)
{
	uint32_t c = p->c[i];

	return ((c == '.' || c == '?' || c == '!' || c == 0x2026) &&
	               (i + 1 == p->n || blank_char(p->c[i + 1]) || p->c[i + 1] == '?' || p->c[i + 1] == '!')) ||
	       (c == '\n' && (i + 1 == p->n || p->c[i + 1] == '\n' || p->c[i + 1] == '\r'));
}

static void add(struct questions *q, const struct piece *p, size_t from, size_t to, bool mark_said)
{
	str flat_text;

	while (from < to && blank_char(p->c[from]))
		from++;
	if (from >= to || q->n == QUESTIONS_MAX)
		return;
	flat_text = flat(p->a, piece_str(p, from, to));
	if ((mark_said || requests(flat_text)) && words_of(p->a, flat_text).n >= (mark_said ? 1 : 2))
		q->of[q->n++] = (struct question){from, piece_str(p, from, to), flat_text};
}

/* The sentences of the writer's own that ask. */
static struct questions *questions_of(struct arena *a, const struct piece *p)
{
	struct questions *q = NEW(a, struct questions);
	const uint8_t others = MARK_HISTORY | MARK_SIGN | MARK_CLOSING;
	size_t from = 0;
	bool asked = false;

	for (size_t i = 0; i < p->n; i++) {
		if (p->marks[i] & others) {
			add(q, p, from, i, asked);
			from = i + 1;
			asked = false;
			continue;
		}
		asked |= p->c[i] == '?' && !(p->marks[i] & (MARK_LINK | MARK_CITED));
		if (end_at(p, i)) {
			add(q, p, from, i + 1, asked);
			from = i + 1;
			asked = false;
		}
	}
	if (from < p->n)
		add(q, p, from, p->n, asked);
	return q;
}

static bool contains(const struct questions *q, str one)
{
	for (size_t i = 0; i < q->n; i++)
		if (str_find_str(q->of[i].flat, one, 0) < q->of[i].flat.n || str_find_str(one, q->of[i].flat, 0) < one.n)
			return true;
	return false;
}

static bool same_people(const struct guard_letter *x, const struct guard_letter *y)
{
	for (size_t i = 0; i < x->to.n; i++) {
		for (size_t j = 0; j < y->to.n; j++)
			if (str_eq(x->to.of[i], y->to.of[j]))
				return true;
		for (size_t j = 0; j < y->cc.n; j++)
			if (str_eq(x->to.of[i], y->cc.of[j]))
				return true;
	}
	return x->to.n == 0;
}

/* Sent lately to the same people, and they did not write since. */
static bool waiting(const struct guard_draft *d, const struct guard_letter *sent)
{
	bool answered = d->has_parent && d->parent.at && sent->at && d->parent.at > sent->at &&
	                !str_eq(d->parent.from, d->letter.from);
	bool soon = !d->letter.at || !sent->at || d->letter.at - sent->at < (int64_t)SOON_H * CLOCK_HOUR;

	return soon && !answered && same_people(sent, &d->letter);
}

void check_one(struct check *c)
{
	struct questions *now = questions_of(c->a, &c->body);
	size_t fresh = now->n;
	bool scattered = false;

	for (size_t i = 0; now->n && i < c->d->n_sent; i++) {
		struct piece p = piece_of(c->a, "body", c->d->sent[i].body);
		struct questions *before;
		size_t gathered = 0;

		if (!waiting(c->d, &c->d->sent[i]))
			continue;
		mark_history(&p, NULL);
		mark_links(&p);
		before = questions_of(c->a, &p);
		for (size_t j = 0; j < before->n; j++)
			gathered += contains(now, before->of[j].flat);
		fresh -= gathered < fresh ? gathered : fresh;
		scattered |= before->n && (gathered < before->n || !fresh);
	}
	if (scattered)
		report(c, GUARD_ONE, "body", now->of[0].at, now->of[0].text, "questions_scattered");
}
