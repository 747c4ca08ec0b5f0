/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread.c - QUOTE and CC: an answer keeps the thread, the letters before below it, and everybody who was written to. */
#include "domain/guard/guard_priv.h"

enum { KEPT = 800 /* of 1000: programs break lines anew and drop attachments' names */ };

static str bare_id(str id)
{
	id = str_trim(id);
	return str_starts(id, STR("<")) && str_ends(id, STR(">")) ? str_sub(id, 1, id.n - 1) : id;
}

static str first_words(struct arena *a, str body)
{
	struct piece p = piece_of(a, "", body);

	for (size_t i = 0; i < p.n_lines; i++)
		if (!line_blank(&p, i)) {
			str s = line_str(&p, i);
			return utf8_cut(s, 160);
		}
	return STR("");
}

static size_t own_end(const struct piece *p)
{
	size_t ret = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!(p->marks[i] & MARK_HISTORY) && !blank_char(p->c[i]))
			ret = i + 1;
	return ret;
}

void check_quote(struct check *c)
{
	const struct guard_draft *d = c->d;

	if (!d->has_parent)
		return;
	if (d->parent.id.n && d->in_reply_to_said && !str_eq(bare_id(d->in_reply_to), bare_id(d->parent.id)))
		report(c, GUARD_QUOTE, "in_reply_to", 0, d->in_reply_to, "thread_broken");
	if (text_kept(c->a, d->parent.body, d->letter.body) < KEPT)
		report(c, GUARD_QUOTE, "body", own_end(&c->body), first_words(c->a, d->parent.body), "history_dropped");
}

static bool among(str address, const struct guard_addresses *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->of[i], address))
			return true;
	return false;
}

/* Boxes nobody reads. */
static bool nobody(str address)
{
	static const char *const locals[] = {
	        "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", NULL};

	return any_of(str_sub(address, 0, str_find(address, '@', 0)), locals);
}

static bool written_to(const struct guard_letter *l, str address)
{
	return str_eq(l->from, address) || among(address, &l->to) || among(address, &l->cc) || nobody(address);
}

void check_copies(struct check *c)
{
	const struct guard_letter *l = &c->d->letter, *p = &c->d->parent;

	if (!c->d->has_parent)
		return;
	if (p->from.n && !written_to(l, p->from))
		report(c, GUARD_CC, "to", 0, p->from, "sender_dropped");
	for (size_t i = 0; i < p->to.n; i++)
		if (!written_to(l, p->to.of[i]))
			report(c, GUARD_CC, "cc", 0, p->to.of[i], "copy_dropped");
	for (size_t i = 0; i < p->cc.n; i++)
		if (!written_to(l, p->cc.of[i]) && !among(p->cc.of[i], &p->to))
			report(c, GUARD_CC, "cc", 0, p->cc.of[i], "copy_dropped");
}

struct guard_lapse guard_lapse_of(struct arena *a, const struct guard_letter *letter, const struct guard_letter *parent)
{
	struct guard_lapse ret = {.dropped = {.of = NEW_N(a, str, parent->to.n + parent->cc.n + 1)}};
	const struct guard_addresses *lists[] = {&parent->to, &parent->cc};

	ret.thread = text_kept(a, parent->body, letter->body) < KEPT;
	for (size_t l = 0; l < COUNT(lists); l++)
		for (size_t i = 0; i < lists[l]->n; i++)
			if (!written_to(letter, lists[l]->of[i]) && !among(lists[l]->of[i], &ret.dropped))
				ret.dropped.of[ret.dropped.n++] = lists[l]->of[i];
	return ret;
}
