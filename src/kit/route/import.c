/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.c - many rows of a resource from one CSV or XLSX whose first row names the fields: what an export wrote, read back. Each row is
 * checked like one that is made alone; a bad one is told with its reason and the others go on. Bases have a wizard of their own. */
#include "kit/route/route_priv.h"

#include "engine/csv/csv.h"
#include "engine/xlsx/xlsx.h"

#include <fcntl.h>
#include <unistd.h>

enum { CHUNK = 50, ROWS_MAX = 200000, REJECTS_MAX = 200 };

const char import_schema[] =
        "{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"integer\"},\"made\":{\"type\":\"integer\"},"
        "\"duplicates\":{\"type\":\"integer\"},\"rejected\":{\"type\":\"integer\"},\"rejects\":{\"type\":\"array\",\"items\":{"
        "\"type\":\"object\",\"properties\":{\"row\":{\"type\":\"integer\"},\"field\":{\"type\":\"string\"},"
        "\"code\":{\"type\":\"string\"},\"what\":{\"type\":\"string\"}},\"required\":[\"row\",\"field\",\"code\",\"what\"]}}},"
        "\"required\":[\"rows\",\"made\",\"duplicates\",\"rejected\",\"rejects\"]}";

/* Either form of file, row by row. */
struct sheet {
	struct csv *csv;
	struct xlsx *xlsx;
	int64_t number;
	const str *cells;
	size_t n;
	const char *bad;
};

static int sheet_open(const char *path, struct sheet *ret, struct fault *f)
{
	struct csv_form form;
	char magic[2] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return EIO;
	if (read(fd, magic, sizeof(magic)) == sizeof(magic) && !memcmp(magic, "PK", 2)) {
		close(fd);
		return xlsx_open(path, (str){0}, &ret->xlsx, f);
	}
	close(fd);
	err = csv_guess(path, &form, f);
	return err ? err : csv_open(path, &form, &ret->csv, f);
}

static void sheet_close(struct sheet *s)
{
	if (s->csv)
		csv_close(s->csv);
	if (s->xlsx)
		xlsx_close(s->xlsx);
}

static int sheet_next(struct sheet *s, struct fault *f)
{
	struct csv_record c;
	struct xlsx_row x;
	int err = s->csv ? csv_next(s->csv, &c, f) : xlsx_next(s->xlsx, &x, f);

	if (err)
		return err;
	s->number = s->csv ? c.number : x.number;
	s->cells = s->csv ? c.cells : x.cells;
	s->n = s->csv ? c.n : x.n;
	s->bad = s->csv ? c.bad : x.bad;
	return 0;
}

struct reading {
	struct request *q;
	struct sheet sheet;
	const struct field *column[64]; /* NULL: what the server gives, left alone */
	size_t n;
	struct arena chunk;
	void *rows[CHUNK];
	int64_t numbers[CHUNK];
	size_t n_rows;
	int64_t total, made, duplicates, rejected;
	struct text reject_text;
	struct json_out rejects;
};

static int read_header(struct reading *r)
{
	const struct shape *s = &r->q->resource->entity->shape;
	struct fault *f = &r->q->fault;
	int err = sheet_next(&r->sheet, f);

	if (err == ENOENT || (!err && r->sheet.n > COUNT(r->column)))
		return fail(f, EINVAL, NULL, "header", "the first row must name the fields");
	for (size_t i = 0; !err && i < r->sheet.n; i++) {
		str name = str_trim(r->sheet.cells[i]);
		const struct field *field = shape_field(s, name);
		if (name.n && (!field || !field_visible(field, r->q->who)))
			err = fail(f, EINVAL, str_z(r->q->a, str_sub(name, 0, 40)), "unknown",
			        "there is no field of this name");
		r->column[i] = field && !(field->flags & GIVEN) ? field : NULL;
	}
	r->n = r->sheet.n;
	return err;
}

static void reject(struct reading *r, int64_t number, const struct fault *f)
{
	struct json_out *w = &r->rejects;

	if (r->rejected++ >= REJECTS_MAX)
		return;
	json_open(w, '{');
	json_key(w, "row");
	json_add_int(w, number);
	json_key(w, "field");
	json_add_text(w, str_of(f->field));
	json_key(w, "code");
	json_add_text(w, str_of(f->code));
	json_key(w, "what");
	json_add_text(w, str_of(f->what));
	json_close(w, '}');
}

static int parse_cells(struct reading *r, void *row, uint64_t *seen)
{
	const struct shape *s = &r->q->resource->entity->shape;
	int err = 0;

	for (size_t i = 0; !err && i < r->n && i < r->sheet.n; i++) {
		const struct field *f = r->column[i];
		str cell = str_copy(&r->chunk, csv_unguarded(r->sheet.cells[i]));
		if (!f || !cell.n)
			continue;
		*seen |= (uint64_t)1 << (f - s->fields);
		err = field_parse(f, row, cell, &r->chunk, &r->q->fault);
	}
	return err;
}

/* The row the sheet stands on, checked like the body of a POST. */
static int read_row(struct reading *r, void *row)
{
	struct request *q = r->q;
	const struct resource *res = q->resource;
	uint64_t seen = 0;
	int err = 0;

	if (r->sheet.bad)
		return fail(&q->fault, EINVAL, NULL, r->sheet.bad, "this row cannot be read");
	if (res->fill)
		res->fill(q, row);
	parents_set(q, row);
	err = parse_cells(r, row, &seen);
	if (!err)
		err = shape_complete(&res->entity->shape, row, seen, q->who, &q->fault);
	if (!err)
		err = refs_check(q, NULL, row);
	if (!err && res->check)
		err = res->check(q, NULL, row);
	return err;
}

/* Writing: a chunk at once; when a row of it is there already, each alone. */

struct batch {
	struct reading *r;
	size_t from, to;
};

static int write_rows(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct batch *b = arg;
	struct request *q = b->r->q;
	const struct resource *r = q->resource;
	int err = 0;

	for (size_t i = b->from; !err && i < b->to; i++) {
		void *row = arena_alloc(a, r->entity->shape.size);
		memcpy(row, b->r->rows[i], r->entity->shape.size);
		err = entity_insert(r->entity, db, a, row, f);
		if (!err)
			err = request_changed(q, db, r, "created", NULL, row, f);
		if (!err && r->changed)
			err = r->changed(q, db, NULL, row, f);
	}
	return err;
}

static int write_one(struct reading *r, size_t i)
{
	struct batch b = {r, i, i + 1};
	int err = request_write(r->q, write_rows, &b);

	if (!err) {
		r->made++;
	} else if (err == EEXIST) {
		r->duplicates++;
		err = 0;
	} else if (err == EINVAL) {
		reject(r, r->numbers[i], &r->q->fault);
		err = 0;
	}
	return err;
}

static int write_chunk(struct reading *r)
{
	struct batch all = {r, 0, r->n_rows};
	int err = r->n_rows ? request_write(r->q, write_rows, &all) : 0;

	if (!err)
		r->made += (int64_t)r->n_rows;
	if (err == EEXIST || err == EINVAL) {
		err = 0;
		for (size_t i = 0; !err && i < r->n_rows; i++)
			err = write_one(r, i);
	}
	r->n_rows = 0;
	arena_reset(&r->chunk);
	return err;
}

static bool is_blank(const struct sheet *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_trim(s->cells[i]).n)
			return false;
	return !s->bad;
}

static int take_row(struct reading *r)
{
	void *row = arena_alloc(&r->chunk, r->q->resource->entity->shape.size);
	int err;

	if (is_blank(&r->sheet))
		return 0;
	if (r->total++ >= ROWS_MAX)
		return fail(&r->q->fault, EFBIG, NULL, "too_many", "a file may have at most %d rows", ROWS_MAX);
	err = read_row(r, row);
	if (err == EINVAL || err == EEXIST || err == EACCES) {
		reject(r, r->sheet.number, &r->q->fault);
		return 0;
	}
	if (err)
		return err;
	r->numbers[r->n_rows] = r->sheet.number;
	r->rows[r->n_rows++] = row;
	return r->n_rows == CHUNK ? write_chunk(r) : 0;
}

static void answer(struct reading *r)
{
	struct json_out *w = &r->q->out;

	json_open(w, '{');
	json_key(w, "rows");
	json_add_int(w, r->total);
	json_key(w, "made");
	json_add_int(w, r->made);
	json_key(w, "duplicates");
	json_add_int(w, r->duplicates);
	json_key(w, "rejected");
	json_add_int(w, r->rejected);
	json_key(w, "rejects");
	json_add_raw(w, text_str(&r->reject_text));
	json_close(w, '}');
}

/* What the hooks allocate goes with its chunk: their arena is the chunk's while rows are read. */
int resource_import(struct request *q)
{
	struct reading *r = NEW(q->a, struct reading);
	struct arena *own = q->a;
	int err = parents_check(q);

	r->q = q;
	r->reject_text.a = own;
	r->rejects.t = &r->reject_text;
	json_open(&r->rejects, '[');
	if (!err)
		err = sheet_open(q->http->upload.path, &r->sheet, &q->fault);
	if (!err)
		err = read_header(r);
	q->a = &r->chunk;
	while (!err && !(err = sheet_next(&r->sheet, &q->fault)))
		err = take_row(r);
	if (err == ENOENT)
		err = write_chunk(r);
	q->a = own;
	sheet_close(&r->sheet);
	arena_free(&r->chunk);
	json_close(&r->rejects, ']');
	if (!err)
		answer(r);
	return err;
}
