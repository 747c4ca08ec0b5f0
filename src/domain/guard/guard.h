/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard.h - the house's rules of correspondence, read over a letter before it leaves: what it is about stands in the subject, it shouts nowhere, it is
 * spelled and set in paragraphs, signed as the house signs, keeps the thread and everybody in copy, and asks all at once. Pure: looks at nothing
 * but the draft and the dictionaries. Any thread; everything returned lives in the arena.
 *
 * The rules look at the writer's own words: not at quoted history, links, what is cited in quotation marks, or names. */
#ifndef DOMAIN_GUARD_GUARD_H
#define DOMAIN_GUARD_GUARD_H

#include "engine/json/json.h"
#include "engine/spell/spell.h"

enum guard_rule {
	GUARD_SUBJECT,
	GUARD_EXCLAM,
	GUARD_SPELL,
	GUARD_PARA,
	GUARD_SIGN,
	GUARD_QUOTE,
	GUARD_CC,
	GUARD_ONE,
	GUARD_RULES
};
extern const char *const guard_rule_names[GUARD_RULES + 1]; /* "SUBJECT" … */

struct guard_addresses {
	str *of; /* bare, in small letters */
	size_t n;
	str names; /* their display names, for the dictionary */
};
struct guard_letter {
	str id, from, subject, body;
	struct guard_addresses to, cc;
	int64_t at; /* UTC ms; 0: not known */
};
struct guard_draft {
	struct guard_letter letter; /* as it is to be sent; id empty, at: when it was written */
	str in_reply_to;
	bool in_reply_to_said; /* the draft has the field, be it empty */
	bool has_parent;
	struct guard_letter parent; /* what it answers */
	struct guard_letter *sent;  /* ours before it that nobody answered, oldest first */
	size_t n_sent;
	str project, client, matter; /* of the project; may be empty */
	str signature;               /* the house's; absent: none is demanded, but some signature is */
};
struct guard_violation {
	enum guard_rule rule;
	const char *field; /* "subject", "body", "cc", "to", "in_reply_to" */
	int64_t at;        /* code points from the start of the field */
	str text;          /* what stands there; of something that is missing, what it is, or empty */
	const char *why;   /* short and stable: the front end has the sentence */
};
struct guard_verdict {
	struct guard_violation *of; /* by rule, then by place */
	size_t n;
};

/* A draft as `zvonar letter check` takes it. Addresses may be one text, a list of texts, or of objects with "address"; moments RFC 3339 or ms.
 * EINVAL names the field. */
int guard_draft(struct arena *a, struct json v, struct guard_draft *ret, struct fault *f) MUST_USE;
/* The dictionaries with the words of the trade; at most one for a process is enough. */
int guard_speller(struct speller **ret, struct fault *f) MUST_USE;
/* s NULL: spelling is not looked at. */
struct guard_verdict guard_check(struct arena *a, const struct guard_draft *d, struct speller *s);
/* {"verdict":"pass","violations":[…]} */
void guard_put(struct json_out *w, const struct guard_verdict *v);

/* Where the quoted history at the end of a letter begins, in code points: its end when there is none. */
size_t guard_history_at(struct arena *a, str body);

/* A letter of a customer in answer to parent: did he cut the thread off, and whom of the copies did he drop? */
struct guard_lapse {
	bool thread;
	struct guard_addresses dropped;
};
struct guard_lapse guard_lapse_of(struct arena *a, const struct guard_letter *letter, const struct guard_letter *parent);

#endif
