/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_sheet.c - rows of a sheet as they stream by. Merged cells stand behind the rows in the file, so they are looked for first. */
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/xlsx/xlsx_priv.h"

enum { HEADER_ROWS = 30, WIDE = 3 };

/* "AB12" → column and row from 1; false when it is none. */
static bool cell_name(const char *z, const char **end, uint32_t *ret_column, uint32_t *ret_row)
{
	uint32_t column = 0, row = 0;

	for (; *z == '$' || (*z >= 'A' && *z <= 'Z') || (*z >= 'a' && *z <= 'z'); z++)
		if (*z != '$') {
			column = column * 26 + (uint32_t)((*z | 32) - 'a') + 1;
			if (column > 16384)
				return false;
		}
	for (z += *z == '$'; *z >= '0' && *z <= '9'; z++) {
		row = row * 10 + (uint32_t)(*z - '0');
		if (row > 1048576)
			return false;
	}
	*ret_column = column;
	*ret_row = row;
	if (end)
		*end = z;
	return column && row;
}

/* Finds <mergeCell ref="A1:B3"/> in the raw bytes: three times as fast as parsing the sheet twice. */
struct merge_scan {
	struct book *b;
	char window[256];
	size_t n;
};

static void add_merge(struct book *b, const char *z)
{
	struct xlsx_merge m;
	const char *rest;
	void *moved;

	if (!cell_name(z, &rest, &m.left, &m.top) || *rest != ':' || !cell_name(rest + 1, NULL, &m.right, &m.bottom))
		return;
	if (m.bottom < m.top || m.right < m.left || b->n_merges >= XLSX_MERGES_MAX)
		return;
	if (b->n_merges == b->cap_merges) {
		moved = realloc(b->merges, (b->cap_merges * 2 + 64) * sizeof(m));
		if (!moved)
			return;
		b->merges = moved;
		b->cap_merges = b->cap_merges * 2 + 64;
	}
	b->merges[b->n_merges++] = m;
}

static void tag(struct merge_scan *s)
{
	str t = {s->window, s->n};
	size_t at = str_find_str(t, STR("mergeCell "), 0), ref;

	if (at > 24)
		return;
	ref = str_find_str(t, STR("ref="), at);
	if (ref + 6 < t.n)
		add_merge(s->b, t.p + ref + 5);
}

static int scan_merges(void *arg, const char *p, size_t n, int permille, struct fault *f)
{
	struct merge_scan *s = arg;

	(void)permille, (void)f;
	for (size_t i = 0; i < n;) {
		const char *open = s->n ? p + i : memchr(p + i, '<', n - i);
		size_t from, take;

		if (!open)
			return 0;
		from = (size_t)(open - p);
		take = str_find((str){p, n}, '>', from);
		take = (take < n ? take + 1 : n) - from;
		if (s->n + take >= sizeof(s->window)) {
			s->n = 0; /* longer than any mergeCell */
			i = from + (take ? take : 1);
			continue;
		}
		memcpy(s->window + s->n, open, take);
		s->n += take;
		s->window[s->n] = 0;
		i = from + take;
		if (s->n && s->window[s->n - 1] == '>') {
			if (s->n > 12 && (s->window[1] == 'm' || memchr(s->window, ':', 12)))
				tag(s);
			s->n = 0;
		}
	}
	return 0;
}

static int by_top(const void *a, const void *b)
{
	const struct xlsx_merge *x = a, *y = b;

	return (x->top > y->top) - (x->top < y->top);
}

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOL };

/* A merge that still runs, with its text. */
struct running {
	const struct xlsx_merge *m;
	char *text;
	size_t n;
};

struct sheet {
	struct book *b;
	const struct row_out *out;
	struct arena a; /* of the row */
	str *cells;
	size_t n; /* cells used in this row */
	uint32_t row, column;
	const char *bad;
	enum cell_type type;
	size_t style;
	struct text value;
	bool in_row, in_value, phonetic, any_value;
	size_t next_merge;
	struct running running[256];
	size_t n_running;
};

static const char *const bad_words[] = {NULL, "cell_too_long", "too_many_cells"};

static void put_cell(struct sheet *s, uint32_t column, str text)
{
	if (text.n == 0)
		return;
	if (column > XLSX_CELLS_MAX) {
		s->bad = bad_words[2];
		return;
	}
	while (s->n < column)
		s->cells[s->n++] = STR("");
	s->cells[column - 1] = text;
}

/* Excel writes control characters as _x000D_. */
static str unescaped(struct arena *a, str s)
{
	struct text t = {.a = a};
	size_t at, from = 0;
	uint8_t code[2];

	if (str_find_str(s, STR("_x00"), 0) == s.n)
		return s;
	while ((at = str_find_str(s, STR("_x"), from)) < s.n) {
		text_add(&t, str_sub(s, from, at));
		from = at + 7;
		if (at + 7 <= s.n && s.p[at + 6] == '_' && parse_hex(str_sub(s, at + 2, at + 6), code, 2)) {
			uint32_t c = (uint32_t)(code[0] << 8 | code[1]);
			if (c == '\n' || c == '\t' || (c >= ' ' && (c < 0xD800 || c > 0xDFFF)))
				utf8_add(&t, c);
			continue;
		}
		text_lit(&t, "_x");
		from = at + 2;
	}
	text_add(&t, str_sub(s, from, s.n));
	return text_str(&t);
}

static void cell_done(struct sheet *s)
{
	str raw = text_str(&s->value);
	struct text t = {.a = &s->a};
	int64_t i;

	switch (s->type) {
	case CELL_SHARED:
		if (parse_int(str_trim(raw), 0, INT32_MAX, &i))
			put_cell(s, s->column, unescaped(&s->a, book_text(s->b, (size_t)i)));
		break;
	case CELL_TEXT: put_cell(s, s->column, unescaped(&s->a, str_copy(&s->a, raw))); break;
	case CELL_BOOL: put_cell(s, s->column, str_eq(str_trim(raw), STR("1")) ? STR("TRUE") : STR("FALSE")); break;
	case CELL_NUMBER:
		book_number(s->b, raw, s->style, &t);
		put_cell(s, s->column, text_str(&t));
		break;
	}
}

static void cell_start(struct sheet *s, const char **attributes)
{
	const char *name = xml_attribute(attributes, "r"), *type = xml_attribute(attributes, "t");
	const char *style = xml_attribute(attributes, "s");
	uint32_t column, row;
	int64_t v = 0;

	s->column = name && cell_name(name, NULL, &column, &row) ? column : s->column + 1;
	s->style = style && parse_int(str_of(style), 0, 65535, &v) ? (size_t)v : SIZE_MAX;
	s->type = !type || type[0] == 'n'  ? CELL_NUMBER
	          : strcmp(type, "s") == 0 ? CELL_SHARED
	          : type[0] == 'b'         ? CELL_BOOL
	                                   : CELL_TEXT;
	s->value.n = 0;
	s->any_value = s->phonetic = false;
}

static void merges_begin(struct sheet *s)
{
	struct book *b = s->b;

	for (; s->next_merge < b->n_merges && b->merges[s->next_merge].top <= s->row; s->next_merge++) {
		const struct xlsx_merge *m = &b->merges[s->next_merge];
		str text = m->top == s->row && m->left <= s->n ? s->cells[m->left - 1] : STR("");
		if (text.n == 0)
			continue;
		if (s->row <= HEADER_ROWS && m->right - m->left < WIDE && m->left > 1)
			for (uint32_t c = m->left + 1; c <= m->right; c++)
				put_cell(s, c, text);
		if (m->bottom > s->row && s->n_running < COUNT(s->running)) {
			struct running *r = &s->running[s->n_running];
			r->text = malloc(text.n);
			if (!r->text)
				continue;
			memcpy(r->text, text.p, text.n);
			r->n = text.n;
			r->m = m;
			s->n_running++;
		}
	}
}

static void merges_run(struct sheet *s)
{
	for (size_t i = 0; i < s->n_running;) {
		struct running *r = &s->running[i];
		if (s->row > r->m->bottom) {
			free(r->text);
			*r = s->running[--s->n_running];
			continue;
		}
		if (r->m->left > s->n || s->cells[r->m->left - 1].n == 0)
			put_cell(s, r->m->left, (str){r->text, r->n});
		i++;
	}
}

static void row_done(struct xml *x)
{
	struct sheet *s = x->arg;
	struct xlsx_row row;

	merges_run(s);
	merges_begin(s);
	row = (struct xlsx_row){.number = s->row, .cells = s->cells, .n = s->n, .bad = s->bad};
	x->err = s->out->row(s->out->arg, &row, x->permille, x->f);
	s->in_row = false;
}

static void row_start(struct sheet *s, const char **attributes)
{
	const char *number = xml_attribute(attributes, "r");
	int64_t v;

	s->row = number && parse_int(str_of(number), s->row + 1, 1048576, &v) ? (uint32_t)v : s->row + 1;
	s->column = 0;
	s->n = 0;
	s->bad = NULL;
	s->in_row = true;
	arena_reset(&s->a);
	s->value = (struct text){.a = &s->a};
}

static void sheet_start(struct xml *x, const char *name, const char **attributes)
{
	struct sheet *s = x->arg;

	if (strcmp(name, "row") == 0)
		row_start(s, attributes);
	else if (!s->in_row)
		return;
	else if (strcmp(name, "c") == 0)
		cell_start(s, attributes);
	else if (strcmp(name, "rPh") == 0)
		s->phonetic = true;
	else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && !s->phonetic))
		s->in_value = s->any_value = true;
}

static void sheet_end(struct xml *x, const char *name)
{
	struct sheet *s = x->arg;

	if (!s->in_row)
		return;
	if (strcmp(name, "row") == 0)
		row_done(x);
	else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		s->in_value = false;
	else if (strcmp(name, "rPh") == 0)
		s->phonetic = false;
	else if (strcmp(name, "c") == 0 && s->any_value)
		cell_done(s);
}

static void sheet_text(struct xml *x, const char *p, size_t n)
{
	struct sheet *s = x->arg;

	if (!s->in_value)
		return;
	if (s->value.n + n > XLSX_CELL_MAX)
		s->bad = bad_words[1];
	else
		text_add(&s->value, (str){p, n});
}

int sheet_read(struct book *b, const struct row_out *out, struct fault *f)
{
	struct merge_scan scan = {.b = b};
	struct sheet *s = NEW(&b->a, struct sheet);
	struct xml x = {.start = sheet_start, .end = sheet_end, .text = sheet_text, .arg = s};
	int err = part_read(b, b->sheet, scan_merges, &scan, f);

	if (b->n_merges)
		qsort(b->merges, b->n_merges, sizeof(*b->merges), by_top);
	s->b = b;
	s->out = out;
	s->cells = NEW_N(&b->a, str, XLSX_CELLS_MAX);
	if (!err)
		err = xml_read(b, b->sheet, &x, f);
	while (s->n_running)
		free(s->running[--s->n_running].text);
	arena_free(&s->a);
	return err == ENOENT ? fail(f, EINVAL, "file", "broken", "the workbook is damaged: its sheet is missing") : err;
}
