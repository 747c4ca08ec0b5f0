/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flowed.c - text whose lines a mail program broke to be put together again (RFC 3676): a line that ends with a blank goes on in the next one. */
#include "base/text.h"
#include "engine/mail/read_priv.h"

struct flow_line {
	str text;     /* without marks of quotation, and without the blank put before a line that looks like one */
	size_t depth; /* of quotation */
	bool soft;
};

static struct flow_line line_of(str s)
{
	struct flow_line ret = {.text = str_ends(s, STR("\r")) ? str_sub(s, 0, s.n - 1) : s};

	while (ret.text.n && ret.text.p[0] == '>') {
		ret.depth++;
		ret.text = str_sub(ret.text, 1, ret.text.n);
	}
	if (str_starts(ret.text, STR(" ")))
		ret.text = str_sub(ret.text, 1, ret.text.n);
	/* The line above a signature ends with a blank too, and stands alone. */
	ret.soft = str_ends(ret.text, STR(" ")) && !str_eq(ret.text, STR("-- "));
	return ret;
}

static void begin(struct text *t, const struct flow_line *l)
{
	for (size_t i = 0; i < l->depth; i++)
		text_add_char(t, '>');
	if (l->depth && l->text.n)
		text_add_char(t, ' ');
	/* What was written as a word is none of our quotation. */
	if (!l->depth && str_starts(l->text, STR(">")))
		text_add_char(t, ' ');
}

str flowed_text(struct arena *a, str s, bool delete_blank)
{
	struct text t = {.a = a};
	struct flow_line before = {0};
	str rest = s, line;
	bool first = true;

	while (str_cut(&rest, '\n', &line)) {
		struct flow_line l = line_of(line);
		bool goes_on = !first && before.soft && before.depth == l.depth && l.text.n && !str_eq(l.text, STR("-- "));

		if (!goes_on) {
			if (!first)
				text_add_char(&t, '\n');
			begin(&t, &l);
		}
		text_add(&t, l.soft && delete_blank ? str_sub(l.text, 0, l.text.n - 1) : l.text);
		before = l;
		first = false;
	}
	return text_str(&t);
}
