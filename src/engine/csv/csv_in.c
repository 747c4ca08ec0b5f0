/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_in.c - the stream of records: a window over the decoded text that always holds the record at hand from its start. */
#include "base/utf8.h"
#include "engine/csv/csv_priv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 << 10, WINDOW = CSV_RECORD_MAX + 3 * CHUNK + 8, RETURNS_MAX = 8 };

struct csv {
	struct arena a;
	int fd;
	struct csv_form form;
	struct csv_decoder decoder;
	unsigned char *chunk;
	char *window; /* grows up to WINDOW */
	size_t cap, from, to;
	bool eof;
	int64_t number, bytes;
	uint64_t decoded; /* place of window[from] in the decoded text */
	struct csv_span span;
	str *cells;
	int returns;      /* how often it went back for a quote that never closed */
	uint64_t literal; /* the record that begins here is read without quotes */
	bool literal_on;
};

int csv_open(const char *path, const struct csv_form *form, struct csv **ret, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct arena a = {0};
	struct csv *c;

	if (fd < 0)
		return fail(f, errno, NULL, "open", "the file cannot be opened");
	c = NEW(&a, struct csv);
	c->fd = fd;
	c->form = *form;
	c->decoder.encoding = form->encoding;
	c->chunk = arena_alloc(&a, CHUNK);
	c->span.cells = NEW_N(&a, struct csv_cell, CSV_CELLS_MAX);
	c->cells = NEW_N(&a, str, CSV_CELLS_MAX);
	c->cap = 8 * CHUNK;
	c->window = malloc(c->cap);
	c->a = a;
	if (!c->window) {
		csv_close(c);
		return fail(f, ENOMEM, NULL, "memory", "no memory to read the file");
	}
	*ret = c;
	return 0;
}

void csv_close(struct csv *c)
{
	struct arena a;

	if (!c)
		return;
	close(c->fd);
	free(c->window);
	a = c->a; /* c lives in it */
	arena_free(&a);
}

int64_t csv_position(const struct csv *c)
{
	return c->bytes;
}

/* Room for one more decoded chunk behind to. False when the window is as large as a record may be. */
static bool make_room(struct csv *c)
{
	if (c->from && c->to > c->from)
		memmove(c->window, c->window + c->from, c->to - c->from);
	c->to -= c->from;
	c->from = 0;
	if (c->to > CSV_RECORD_MAX)
		return false;
	if (c->cap - c->to < 3 * CHUNK + 8) {
		size_t cap = c->cap * 2 > WINDOW ? WINDOW : c->cap * 2;
		char *larger = realloc(c->window, cap);
		if (!larger)
			return false;
		c->window = larger;
		c->cap = cap;
	}
	return true;
}

static int fill(struct csv *c, struct fault *f)
{
	ssize_t n = read(c->fd, c->chunk, CHUNK);
	bool first = c->bytes == 0;

	if (n < 0)
		return fail(f, EIO, NULL, "read", "the file cannot be read");
	c->bytes += n;
	c->eof = n == 0;
	c->to += csv_decode(&c->decoder, c->chunk, (size_t)n, c->window + c->to);
	if (first && c->to >= 3 && memcmp(c->window, "\xEF\xBB\xBF", 3) == 0)
		c->from = 3;
	return 0;
}

static int rewind_to(struct csv *c, uint64_t place, struct fault *f)
{
	int err = 0;

	if (lseek(c->fd, 0, SEEK_SET) < 0)
		return fail(f, EIO, NULL, "read", "the file cannot be read twice");
	c->decoder = (struct csv_decoder){.encoding = c->form.encoding};
	c->from = c->to = 0;
	c->bytes = 0;
	c->eof = false;
	c->decoded = 0;
	while (!err && !c->eof && c->decoded + (c->to - c->from) <= place) {
		c->decoded += c->to - c->from;
		c->from = c->to = 0;
		err = fill(c, f);
	}
	if (!err) {
		c->from += (size_t)(place - c->decoded);
		c->decoded = place;
	}
	return err;
}

/* The rest of a record that is too long: to the line end outside quotes. quoted: its beginning ends inside quotes. */
static int skip_rest(struct csv *c, bool quoted, bool *ret_open, struct fault *f)
{
	int err = 0;

	for (;;) {
		for (size_t i = c->from; i < c->to; i++) {
			char b = c->window[i];
			if (b == '"' && !c->literal_on)
				quoted = !quoted;
			if ((b == '\n' || b == '\r') && !quoted) {
				i += 1 + (b == '\r' && i + 1 < c->to && c->window[i + 1] == '\n');
				c->decoded += i - c->from;
				c->from = i;
				*ret_open = false;
				return 0;
			}
		}
		c->decoded += c->to - c->from;
		c->from = c->to = 0;
		*ret_open = quoted;
		if (c->eof)
			return 0;
		err = fill(c, f);
		if (err)
			return err;
	}
}

static void give(struct csv *c, struct csv_record *ret)
{
	const char *bad = c->span.many ? "too_many_cells" : NULL;
	char *p = c->window + c->from;

	for (size_t i = 0; i < c->span.n; i++) {
		c->cells[i] = csv_cell_text(p, &c->span.cells[i]);
		if (c->cells[i].n > CSV_CELL_MAX) {
			bad = "cell_too_long";
			c->cells[i] = utf8_cut(c->cells[i], 1000);
		}
	}
	if (c->form.odd_encoding && !utf8_valid((str){p, c->span.end})) {
		bad = bad ? bad : "encoding";
		for (size_t i = 0; i < c->span.n; i++)
			if (!utf8_valid(c->cells[i]))
				c->cells[i] = STR("");
	}
	c->from += c->span.end;
	c->decoded += c->span.end;
	*ret = (struct csv_record){.number = ++c->number, .cells = c->cells, .n = c->span.n, .bad = bad};
}

/* A record that does not fit: tell it, and go on behind it; or, when a quote was never closed, go back and read it without quotes. */
static int too_long(struct csv *c, struct csv_record *ret, struct fault *f)
{
	uint64_t start = c->decoded;
	size_t quotes = 0;
	bool open = false;
	int err;

	if (!c->literal_on)
		for (size_t i = c->from; i < c->to; i++)
			quotes += c->window[i] == '"';
	c->decoded += c->to - c->from;
	c->from = c->to;
	err = skip_rest(c, quotes & 1, &open, f);
	if (!err && open && c->returns < RETURNS_MAX) {
		c->returns++;
		c->literal = start;
		c->literal_on = true;
		err = rewind_to(c, start, f);
		return err ? err : csv_next(c, ret, f);
	}
	*ret = (struct csv_record){
	        .number = ++c->number, .cells = c->cells, .n = 0, .bad = open ? "quote_open" : "cell_too_long"};
	return err;
}

int csv_next(struct csv *c, struct csv_record *ret, struct fault *f)
{
	enum csv_found found = CSV_MORE;
	int err = 0;

	c->literal_on = c->literal_on && c->literal == c->decoded;
	for (;;) {
		if (c->from < c->to)
			found = csv_record_at(
			        c->window + c->from, c->to - c->from, c->form.delimiter, c->eof, c->literal_on, &c->span);
		if (c->from < c->to &&
		        (found == CSV_QUOTE_OPEN || (found == CSV_RECORD && c->span.broken_out && !c->literal_on)))
			found = csv_record_at(
			        c->window + c->from, c->to - c->from, c->form.delimiter, c->eof, true, &c->span);
		if (c->from < c->to && found == CSV_RECORD)
			break;
		if (c->eof)
			return ENOENT;
		if (!make_room(c))
			return too_long(c, ret, f);
		err = fill(c, f);
		if (err)
			return err;
	}
	give(c, ret);
	return 0;
}
