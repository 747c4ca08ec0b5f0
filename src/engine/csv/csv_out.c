/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_out.c - writing CSV; the guard against formulas is here and nowhere else. */
#include "engine/csv/csv.h"

static void between(struct csv_out *w)
{
	if (w->comma)
		text_add_char(w->t, w->delimiter ? w->delimiter : ',');
	w->comma = true;
}

void csv_put_bom(struct csv_out *w)
{
	text_lit(w->t, "\xEF\xBB\xBF");
}

/* "+7" and digits only, as E.164 writes numbers: a spreadsheet makes the same number of it. */
static bool is_e164(str s)
{
	if (s.n < 8 || s.n > 16 || s.p[0] != '+')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* The sign of a formula, or ' before one: else taking the guard away would take the text's own '. */
static bool begins_formula(str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] == '\'')
		i++;
	return i < s.n && memchr("=+-@\t\r", s.p[i], 6);
}

static bool needs_guard(str s)
{
	return begins_formula(s) && !is_e164(s);
}

static bool needs_quotes(str s, char delimiter)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == delimiter || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == ',' ||
		        s.p[i] == ';' || s.p[i] == '\t')
			return true;
	return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void csv_put(struct csv_out *w, str cell)
{
	bool guard = needs_guard(cell);
	size_t from = 0, quote;

	between(w);
	if (!needs_quotes(cell, w->delimiter)) {
		if (guard)
			text_add_char(w->t, '\'');
		text_add(w->t, cell);
		return;
	}
	text_add_char(w->t, '"');
	if (guard)
		text_add_char(w->t, '\'');
	while ((quote = str_find(cell, '"', from)) < cell.n) {
		text_add(w->t, str_sub(cell, from, quote + 1));
		text_add_char(w->t, '"');
		from = quote + 1;
	}
	text_add(w->t, str_sub(cell, from, cell.n));
	text_add_char(w->t, '"');
}

void csv_put_int(struct csv_out *w, int64_t v)
{
	between(w);
	text_add_int(w->t, v);
}

void csv_end_row(struct csv_out *w)
{
	text_lit(w->t, "\r\n");
	w->comma = false;
}

str csv_unguarded(str cell)
{
	return cell.n && cell.p[0] == '\'' && begins_formula(cell) ? str_sub(cell, 1, cell.n) : cell;
}
