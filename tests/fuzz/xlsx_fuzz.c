/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_fuzz.c - the bytes are a sheet in a workbook whose other parts are well, or with a first byte below 64 the whole file. Rows come in order
 * and within their bounds; the child process dies alone. The child's code is run in this process, where the sanitizers see it. */
#include "engine/xlsx/xlsx_priv.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void le(struct text *t, uint32_t v, int bytes)
{
	for (; bytes--; v >>= 8)
		text_add_char(t, (char)v);
}

static void header(struct text *t, const char *name, str body)
{
	le(t, 20, 2);
	le(t, 0, 8);
	le(t, (uint32_t)crc32(0, (const Bytef *)body.p, (uInt)body.n), 4);
	le(t, (uint32_t)body.n, 4);
	le(t, (uint32_t)body.n, 4);
	le(t, (uint32_t)strlen(name), 2);
	le(t, 0, 2);
}

static void add(struct text *file, struct text *directory, const char *name, str body)
{
	uint32_t at = (uint32_t)file->n;

	text_lit(file, "PK\3\4");
	header(file, name, body);
	text_add(file, str_of(name));
	text_add(file, body);
	text_lit(directory, "PK\1\2");
	le(directory, 20, 2);
	header(directory, name, body);
	le(directory, 0, 10);
	le(directory, at, 4);
	text_add(directory, str_of(name));
}

static str workbook(struct arena *a, str sheet)
{
	struct text file = {.a = a}, directory = {.a = a};
	uint32_t at;

	add(&file, &directory, "xl/workbook.xml", STR("<workbook><sheets><sheet name='a' r:id='r1'/></sheets></workbook>"));
	add(&file, &directory, "xl/_rels/workbook.xml.rels",
	        STR("<Relationships><Relationship Id='r1' Type='a/worksheet' Target='s.xml'/><Relationship Id='r2' "
	            "Type='a/sharedStrings' Target='t.xml'/><Relationship Id='r3' Type='a/styles' Target='y.xml'/></Relationships>"));
	add(&file, &directory, "xl/t.xml", STR("<sst><si><t>a</t></si><si><r><t>b_x000D_</t></r></si></sst>"));
	add(&file, &directory, "xl/y.xml",
	        STR("<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>"));
	add(&file, &directory, "xl/s.xml", sheet);
	at = (uint32_t)file.n;
	text_add(&file, text_str(&directory));
	text_lit(&file, "PK\5\6");
	le(&file, 0, 4);
	le(&file, 5, 2);
	le(&file, 5, 2);
	le(&file, (uint32_t)directory.n, 4);
	le(&file, at, 4);
	le(&file, 0, 2);
	return text_str(&file);
}

static int64_t last;

static int take(void *arg, const struct xlsx_row *row, int permille, struct fault *f)
{
	(void)arg, (void)f;
	if (row->number <= last || row->number > 1048576 || row->n > XLSX_CELLS_MAX || permille < 0 || permille > 1000)
		abort();
	last = row->number;
	for (size_t i = 0; i < row->n; i++)
		if (row->cells[i].n > XLSX_TEXTS_MAX)
			abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena a = {0};
	struct fault f = {0};
	struct book b = {.fd = memfd_create("book", 0)};
	str bytes = {(const char *)data, n};
	int err;

	if (n && data[0] >= 64)
		bytes = workbook(&a, bytes);
	else if (n)
		bytes = str_sub(bytes, 1, n);
	if (b.fd < 0 || write(b.fd, bytes.p, bytes.n) != (ssize_t)bytes.n)
		abort();
	b.bytes = (int64_t)bytes.n;
	last = 0;
	err = book_open(&b, (str){0}, &f);
	if (!err)
		err = sheet_read(&b, &(struct row_out){take, NULL}, &f);
	if (err && (f.err != err || !f.code[0]))
		abort();
	close(b.fd);
	book_free(&b);
	arena_free(&a);
	return 0;
}
