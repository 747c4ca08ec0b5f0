/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c - records of a file, CSV or XLSX, behind one door. */
#include "domain/import/plan.h"
#include "engine/xlsx/xlsx.h"

#include <sys/stat.h>

struct source {
	struct csv *csv;
	struct xlsx *xlsx;
	int64_t bytes;
};

int source_open(const char *path, const struct plan *p, struct source **ret, struct fault *f)
{
	struct source *s = calloc(1, sizeof(*s));
	struct stat st;
	int err;

	if (!s)
		return fail(f, ENOMEM, NULL, "memory", "no memory to read the file");
	s->bytes = stat(path, &st) == 0 ? st.st_size : 0;
	err = p->xlsx ? xlsx_open(path, p->sheet, &s->xlsx, f) : csv_open(path, &p->form, &s->csv, f);
	if (err)
		free(s);
	else
		*ret = s;
	return err;
}

const str *source_sheets(const struct source *s, size_t *ret_n)
{
	*ret_n = 0;
	return s->xlsx ? xlsx_sheets(s->xlsx, ret_n) : NULL;
}

int source_next(struct source *s, struct source_row *ret, struct fault *f)
{
	struct xlsx_row x;
	struct csv_record c;
	int err;

	if (s->xlsx) {
		err = xlsx_next(s->xlsx, &x, f);
		if (!err)
			*ret = (struct source_row){x.number, x.cells, x.n, x.bad};
		return err;
	}
	err = csv_next(s->csv, &c, f);
	if (!err)
		*ret = (struct source_row){c.number, c.cells, c.n, c.bad};
	return err;
}

int source_position(const struct source *s)
{
	if (s->xlsx)
		return xlsx_position(s->xlsx);
	return s->bytes ? (int)(csv_position(s->csv) * 1000 / s->bytes) : 1000;
}

void source_close(struct source *s)
{
	if (!s)
		return;
	csv_close(s->csv);
	xlsx_close(s->xlsx);
	free(s);
}
