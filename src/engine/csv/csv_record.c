/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_record.c - one record of a text: pure, so that a longer look at the same bytes simply begins again. */
#include "engine/csv/csv_priv.h"

static void put(struct csv_span *s, struct csv_cell cell)
{
	if (s->n < CSV_CELLS_MAX)
		s->cells[s->n++] = cell;
	else
		s->many = true;
}

/* From at to the delimiter, line end or end of text. */
static size_t plain_end(const char *p, size_t n, size_t at, char delimiter)
{
	while (at < n && p[at] != delimiter && p[at] != '\n' && p[at] != '\r')
		at++;
	return at;
}

/* Behind the closing quote of the cell whose text begins at at; n when there is none here. */
static size_t quoted_end(const char *p, size_t n, size_t at, bool *ret_lines)
{
	size_t from = at;

	for (;;) {
		const char *quote = at < n ? memchr(p + at, '"', n - at) : NULL;

		if (!quote)
			return n + 1;
		at = (size_t)(quote - p) + 1;
		if (at < n && p[at] == '"') {
			at++;
			continue;
		}
		*ret_lines = memchr(p + from, '\n', at - from) || memchr(p + from, '\r', at - from);
		return at;
	}
}

/* A cell that begins with a quote at at (blanks may stand before it). The place of its end, n + 1 when that is not here. */
static size_t quoted_cell(const char *p, size_t n, size_t start, size_t at, char delimiter, struct csv_span *s)
{
	struct csv_cell cell = {.from = (uint32_t)(at + 1), .quoted = true};
	bool lines = false;
	size_t end = quoted_end(p, n, at + 1, &lines), after;

	if (end > n)
		return n + 1;
	cell.to = (uint32_t)(end - 1);
	for (after = end; after < n && p[after] == ' ' && delimiter != ' '; after++)
		;
	if (after < n && p[after] != delimiter && p[after] != '\n' && p[after] != '\r') {
		after = plain_end(p, n, after, delimiter);
		cell = (struct csv_cell){.from = (uint32_t)start, .to = (uint32_t)after, .untidy = true};
		s->broken_out |= lines;
	}
	put(s, cell);
	return after;
}

static size_t quote_from(const char *p, size_t n, size_t at)
{
	while (at < n && p[at] == ' ')
		at++;
	return at < n && p[at] == '"' ? at : n;
}

enum csv_found csv_record_at(const char *p, size_t n, char delimiter, bool eof, bool literal, struct csv_span *s)
{
	size_t at = 0, quote;

	s->n = 0;
	s->many = s->broken_out = false;
	for (;; at++) {
		quote = literal || at >= n || (p[at] != '"' && p[at] != ' ') ? n : quote_from(p, n, at);
		if (quote < n) {
			at = quoted_cell(p, n, at, quote, delimiter, s);
			if (at > n)
				return eof ? CSV_QUOTE_OPEN : CSV_MORE;
		} else {
			size_t from = at;
			at = plain_end(p, n, at, delimiter);
			put(s, (struct csv_cell){.from = (uint32_t)from, .to = (uint32_t)at});
		}
		if (at >= n) {
			s->end = n;
			return eof ? CSV_RECORD : CSV_MORE;
		}
		if (p[at] == delimiter)
			continue;
		if (p[at] == '\r' && at + 1 == n && !eof)
			return CSV_MORE;
		s->end = at + 1 + (p[at] == '\r' && at + 1 < n && p[at + 1] == '\n');
		return CSV_RECORD;
	}
}

str csv_cell_text(char *p, const struct csv_cell *cell)
{
	str s = {p + cell->from, cell->to - cell->from};
	char *out, *in;

	if (cell->untidy) {
		s = str_trim(s);
		return s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 1) : s;
	}
	if (!cell->quoted || !s.n || !(out = memchr(s.p, '"', s.n)))
		return s;
	for (in = out; in < p + cell->to; in++) {
		*out++ = *in;
		if (*in == '"' && in + 1 < p + cell->to && in[1] == '"')
			in++;
	}
	return (str){s.p, (size_t)(out - s.p)};
}
