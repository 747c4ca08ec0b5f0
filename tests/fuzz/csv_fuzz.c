/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_fuzz.c - any bytes as a file: guessed and read to the end; every cell is UTF-8 and within its bounds, the records are counted from 1; and what
 * the writer writes the reader reads back. */
#include "base/utf8.h"
#include "engine/csv/csv.h"

#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *put_file(const uint8_t *data, size_t n)
{
	static char path[] = "/tmp/zvonar-csv-fuzz-XXXXXX";
	static bool made;
	FILE *file;
	int fd;

	if (!made) {
		fd = mkstemp(path);
		made = fd >= 0 && close(fd) == 0;
	}
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, n, file) != n || fclose(file))
		abort();
	return path;
}

static void read_all(const char *path, const struct csv_form *form)
{
	struct csv_record r;
	struct csv *c;
	int64_t last = 0;
	int err;

	if (csv_open(path, form, &c, NULL))
		abort();
	while (!(err = csv_next(c, &r, NULL))) {
		if (r.number != ++last || r.n > CSV_CELLS_MAX)
			abort();
		for (size_t i = 0; i < r.n; i++)
			if (r.cells[i].n > CSV_CELL_MAX || !utf8_valid(r.cells[i]))
				abort();
	}
	if (err != ENOENT)
		abort();
	csv_close(c);
}

static void there_and_back(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct csv_out w = {.t = &t, .delimiter = ';'};
	struct csv_form form = {.delimiter = ';'};
	str cell = utf8_clean(&a, (str){(const char *)data, n});
	struct csv_record r;
	struct csv *c;

	csv_put(&w, STR("first"));
	csv_put(&w, cell);
	csv_end_row(&w);
	if (csv_open(put_file((const uint8_t *)t.p, t.n), &form, &c, NULL) || csv_next(c, &r, NULL) || r.n != 2)
		abort();
	if (!str_eq(csv_unguarded(r.cells[1]), cell) && !str_eq(r.cells[1], cell))
		abort();
	csv_close(c);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct csv_form form;
	struct fault f = {0};
	const char *path = put_file(data, n);

	if (csv_guess(path, &form, &f) == 0)
		read_all(path, &form);
	else if (f.err != EINVAL || !f.code[0])
		abort();
	for (int e = 0; e < ENCODINGS; e++)
		read_all(path, &(struct csv_form){.encoding = (enum encoding)e, .delimiter = ',', .odd_encoding = true});
	if (n < 4096)
		there_and_back(data, n);
	return 0;
}
