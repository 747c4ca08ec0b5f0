/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - the two forms of an export behind one set of calls. */
#include "kit/table/table.h"

#include "base/clock.h"
#include "base/rand.h"
#include "engine/csv/csv.h"

#include <fcntl.h>
#include <unistd.h>

enum { FLUSH_AT = 64 * 1024 };

struct table {
	struct arena *a;
	const char *path, *name;
	int offset_min;
	struct xlsx_out *xlsx; /* NULL: CSV into fd by way of text */
	int fd, err;
	struct arena lines;
	struct text text;
	struct csv_out csv;
};

static void flush(struct table *t)
{
	const char *p = t->text.p;

	for (size_t left = t->text.n; left && !t->err;) {
		ssize_t n = write(t->fd, p, left);
		if (n < 0) {
			t->err = errno;
			break;
		}
		p += n;
		left -= (size_t)n;
	}
	t->text.n = 0;
}

static int open_csv(struct table *t, const struct xlsx_column *columns, size_t n, struct fault *f)
{
	t->fd = open(t->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (t->fd < 0)
		return fail_logged(f, errno == ENOSPC ? ENOSPC : EIO, "table", "disk", "no temporary file for an export");
	t->text.a = &t->lines;
	t->csv = (struct csv_out){.t = &t->text, .delimiter = ';'};
	csv_put_bom(&t->csv);
	for (size_t i = 0; i < n; i++)
		csv_put(&t->csv, str_of(columns[i].title));
	csv_end_row(&t->csv);
	return 0;
}

int table_open(struct arena *a, const char *dir, str format, const char *name, const struct xlsx_column *columns, size_t n,
        int offset_min, struct table **ret, struct fault *f)
{
	struct table *t = NEW(a, struct table);
	char token[44];
	int err;

	if (!str_eq(format, STR("csv")) && !str_eq(format, STR("xlsx")))
		return fail(f, EINVAL, "format", "format", "a table is exported as csv or xlsx");
	rand_token(token);
	t->a = a;
	t->fd = -1;
	t->name = str_printf(a, "%s.%.*s", name, STR_ARG(format)).p;
	t->path = str_printf(a, "%s/export-%s", dir, token).p;
	t->offset_min = offset_min;
	err = str_eq(format, STR("csv")) ? open_csv(t, columns, n, f)
	                                 : xlsx_create(t->path, name, dir, columns, n, &t->xlsx, f);
	if (!err)
		*ret = t;
	return err;
}

void table_text(struct table *t, str s)
{
	if (t->xlsx)
		xlsx_put_text(t->xlsx, s);
	else
		csv_put(&t->csv, s);
}

void table_int(struct table *t, int64_t v)
{
	if (t->xlsx)
		xlsx_put_int(t->xlsx, v);
	else
		csv_put_int(&t->csv, v);
}

void table_real(struct table *t, double v)
{
	char z[40];

	if (t->xlsx) {
		xlsx_put_real(t->xlsx, v);
		return;
	}
	snprintf(z, sizeof(z), "%.10g", v);
	csv_put(&t->csv, str_of(z));
}

void table_time(struct table *t, int64_t utc_ms)
{
	char z[32];

	if (!utc_ms) {
		table_text(t, (str){0});
	} else if (t->xlsx) {
		xlsx_put_time(t->xlsx, utc_ms, t->offset_min);
	} else {
		clock_iso(utc_ms + t->offset_min * (int64_t)CLOCK_MINUTE, z);
		z[10] = ' ';
		csv_put(&t->csv, (str){z, 19});
	}
}

void table_end_row(struct table *t)
{
	if (t->xlsx) {
		xlsx_end_row(t->xlsx);
		return;
	}
	csv_end_row(&t->csv);
	if (t->text.n > FLUSH_AT)
		flush(t);
}

static void done(struct table *t)
{
	if (t->fd >= 0)
		close(t->fd);
	arena_free(&t->lines);
}

int table_finish(struct table *t, const char **ret_path, struct fault *f)
{
	bool xlsx = t->xlsx != NULL;
	int err = xlsx ? xlsx_finish(t->xlsx, f) : 0;

	if (!xlsx) {
		flush(t);
		if (t->err)
			err = fail_logged(
			        f, t->err == ENOSPC ? ENOSPC : EIO, "table", "disk", "an export could not be written");
	}
	done(t);
	if (err)
		unlink(t->path);
	else
		*ret_path = t->path;
	return err;
}

int table_send(struct table *t, struct http_request *q, struct fault *f)
{
	bool xlsx = t->xlsx != NULL;
	int err = table_finish(t, &q->file, f);

	if (err)
		return err;
	q->type = xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
	q->file_once = true;
	http_answer_header(q, "Content-Disposition", str_printf(t->a, "attachment; filename=\"%s\"", t->name));
	return 0;
}

void table_drop(struct table *t)
{
	if (t->xlsx)
		xlsx_cancel(t->xlsx);
	done(t);
	unlink(t->path);
}
