/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_report.c - what a bounce says of each recipient: blocks of headers in message/delivery-status (RFC 3464), or Exim's X-Failed-Recipients. */
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/read_priv.h"

enum { WHY_MAX = 500 };

struct block {
	str final, original, action, status, diagnostic;
};

/* "rfc822; anna@x.ru", "smtp; 550 no such user": what stands after the type. */
static str typed(str value)
{
	size_t at = str_find(value, ';', 0);

	return str_trim(at < value.n ? str_sub(value, at + 1, value.n) : value);
}

static bool field(str line, const char *name, str *ret)
{
	str n = str_of(name);

	if (line.n <= n.n || line.p[n.n] != ':' || !str_eq_nocase(str_sub(line, 0, n.n), n))
		return false;
	*ret = str_trim(str_sub(line, n.n + 1, line.n));
	return true;
}

static void add(struct arena *a, struct mail_read *ret, str address, bool failed, str why)
{
	str lower = utf8_lower(a, str_trim(address));

	if (str_starts(lower, STR("<")) && str_ends(lower, STR(">")))
		lower = str_sub(lower, 1, lower.n - 1);
	if (!lower.n || lower.n > 320 || ret->n_returned == MAIL_RETURNED_MAX)
		return;
	if (!ret->returned)
		ret->returned = NEW_N(a, struct mail_returned, MAIL_RETURNED_MAX);
	ret->returned[ret->n_returned++] = (struct mail_returned){lower, failed, utf8_cut(why, WHY_MAX)};
}

static void block_done(struct arena *a, struct mail_read *ret, struct block *b)
{
	str address = typed(b->original.n ? b->original : b->final), why = typed(b->diagnostic);

	if (address.n && b->action.n)
		add(a, ret, address, str_eq_nocase(b->action, STR("failed")), why.n ? why : b->status);
	*b = (struct block){.final = {0}};
}

static void block_line(struct block *b, str line)
{
	(void)(field(line, "Final-Recipient", &b->final) || field(line, "Original-Recipient", &b->original) ||
	        field(line, "Action", &b->action) || field(line, "Status", &b->status) ||
	        field(line, "Diagnostic-Code", &b->diagnostic));
}

/* Folded lines made one, so that a header is a line. */
static str unfolded(struct arena *a, str s)
{
	struct text t = {.a = a};

	for (size_t i = 0; i < s.n; i++) {
		bool folds = s.p[i] == '\n' && i + 1 < s.n && (s.p[i + 1] == ' ' || s.p[i + 1] == '\t');

		if (s.p[i] != '\r' && s.p[i] != '\t')
			text_add_char(&t, folds ? ' ' : s.p[i]);
		for (; folds && i + 1 < s.n && (s.p[i + 1] == ' ' || s.p[i + 1] == '\t'); i++)
			;
	}
	return text_str(&t);
}

void read_report(struct arena *a, str status, struct mail_read *ret)
{
	str rest = unfolded(a, charset_decode(a, status, (str){0})), line;
	struct block b = {.final = {0}};

	while (str_cut(&rest, '\n', &line)) {
		if (str_trim(line).n)
			block_line(&b, line);
		else
			block_done(a, ret, &b);
	}
	block_done(a, ret, &b);
}

void read_failed(struct arena *a, str list, struct mail_read *ret)
{
	str rest = list, one;

	while (rest.n && str_cut(&rest, ',', &one))
		add(a, ret, one, true, STR(""));
}
