/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_test.c - what was written is read back; workbooks as other programs and strangers make them, zipped here without compression. */
#include "base/clock.h"
#include "base/text.h"
#include "engine/jail/jail.h"
#include "engine/xlsx/xlsx.h"
#include "engine/xlsx/xlsx_priv.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char path[] = "/tmp/zvonar-xlsx-test-XXXXXX";

/* All rows as "a|b/c". */
static str whole(struct arena *a, str sheet)
{
	struct text t = {.a = a};
	struct fault f = {0};
	struct xlsx_row r;
	struct xlsx *x;
	int64_t last = 0;
	int err;

	if (xlsx_open(path, sheet, &x, &f)) {
		text_addf(&t, "!%s", f.code);
		return text_str(&t);
	}
	while (!(err = xlsx_next(x, &r, &f))) {
		assert_int_equal(r.number, ++last);
		if (last > 1)
			text_add_char(&t, '/');
		if (r.bad)
			text_addf(&t, "!%s ", r.bad);
		for (size_t i = 0; i < r.n; i++) {
			if (i)
				text_add_char(&t, '|');
			text_add(&t, r.cells[i]);
		}
	}
	if (err != ENOENT)
		text_addf(&t, "!%s", f.code);
	xlsx_close(x);
	return text_str(&t);
}

static void is(const char *want)
{
	struct arena a = {0};

	assert_string_equal(str_z(&a, whole(&a, (str){0})), want);
	arena_free(&a);
}

static void there_and_back(void **state)
{
	static const struct xlsx_column columns[] = {
	        {"Компания", 30}, {"Телефон", 0}, {"Сумма", 0}, {"День", 0}, {"Когда", 0}, {"Да", 0}};
	struct xlsx_out *x;
	struct fault f = {0};
	int64_t at;

	(void)state;
	assert_true(clock_parse(STR("2026-03-12T09:41:00Z"), &at));
	assert_int_equal(xlsx_create(path, "База", NULL, columns, COUNT(columns), &x, &f), 0);
	xlsx_put_text(x, STR("=1+1"));
	xlsx_put_text(x, STR("+79161234567"));
	xlsx_put_int(x, 89161234567);
	xlsx_put_date(x, STR("2026-03-12"));
	xlsx_put_time(x, at, 180);
	xlsx_put_bool(x, true);
	xlsx_end_row(x);
	xlsx_put_text(x, STR("<b>&\"\x01"));
	xlsx_put_none(x);
	xlsx_put_real(x, 1.5);
	xlsx_put_text(x, (str){0});
	xlsx_put_text(x, STR("хвост"));
	xlsx_put_int(x, INT64_MAX);
	xlsx_end_row(x);
	assert_int_equal(xlsx_finish(x, &f), 0);
	is("Компания|Телефон|Сумма|День|Когда|Да/=1+1|+79161234567|89161234567|2026-03-12|2026-03-12 12:41|TRUE/"
	   "<b>&\"||1.5||хвост|9223372036854775807");
}

/* A zip archive with stored parts. */
struct zip {
	FILE *file;
	struct text directory;
	struct arena a;
	uint32_t n;
};

static void le(struct text *t, uint32_t v, int bytes)
{
	while (bytes--) {
		text_add_char(t, (char)v);
		v >>= 8;
	}
}

static void zip_header(struct text *t, const char *name, uint32_t crc, uint32_t packed, uint32_t size, int method)
{
	le(t, 20, 2);
	le(t, 0, 2);
	le(t, (uint32_t)method, 2);
	le(t, 0, 4);
	le(t, crc, 4);
	le(t, packed, 4);
	le(t, size, 4);
	le(t, (uint32_t)strlen(name), 2);
	le(t, 0, 2);
}

static void zip_raw(struct zip *z, const char *name, str packed, uint32_t crc, uint32_t size, int method)
{
	struct text t = {.a = &z->a};
	uint32_t at = (uint32_t)ftell(z->file);

	text_lit(&t, "PK\3\4");
	zip_header(&t, name, crc, (uint32_t)packed.n, size, method);
	text_add(&t, str_of(name));
	fwrite(t.p, 1, t.n, z->file);
	fwrite(packed.p, 1, packed.n, z->file);
	text_lit(&z->directory, "PK\1\2");
	le(&z->directory, 20, 2);
	zip_header(&z->directory, name, crc, (uint32_t)packed.n, size, method);
	le(&z->directory, 0, 10);
	le(&z->directory, 0, 2);
	z->directory.n -= 2; /* comment, disk, two attributes: 2 + 2 + 2 + 4 */
	le(&z->directory, at, 4);
	text_add(&z->directory, str_of(name));
	z->n++;
}

static void zip_add(struct zip *z, const char *name, const char *body)
{
	zip_raw(z, name, str_of(body), (uint32_t)crc32(0, (const Bytef *)body, (uInt)strlen(body)), (uint32_t)strlen(body),
	        0);
}

static void zip_begin(struct zip *z)
{
	*z = (struct zip){.file = fopen(path, "wb")};
	z->directory.a = &z->a;
	assert_non_null(z->file);
}

static void zip_end(struct zip *z)
{
	uint32_t at = (uint32_t)ftell(z->file), bytes = (uint32_t)z->directory.n;

	text_lit(&z->directory, "PK\5\6");
	le(&z->directory, 0, 4);
	le(&z->directory, z->n, 2);
	le(&z->directory, z->n, 2);
	le(&z->directory, bytes, 4);
	le(&z->directory, at, 4);
	le(&z->directory, 0, 2);
	fwrite(z->directory.p, 1, z->directory.n, z->file);
	assert_int_equal(fclose(z->file), 0);
	arena_free(&z->a);
}

static void zip_book(struct zip *z)
{
	zip_begin(z);
	zip_add(z, "xl/workbook.xml",
	        "<workbook><sheets><sheet name='Скрытый' state='hidden' r:id='r9'/><sheet name='Лист' "
	        "r:id='r1'/><sheet name='Итоги &amp; прочее' r:id='r9'/></sheets></workbook>");
	zip_add(z, "xl/_rels/workbook.xml.rels",
	        "<Relationships><Relationship Id='r1' Type='a/worksheet' Target='worksheets/sheet1.xml'/>"
	        "<Relationship Id='r9' Type='a/worksheet' Target='/xl/hidden.xml'/>"
	        "<Relationship Id='r2' Type='a/sharedStrings' Target='sharedStrings.xml'/>"
	        "<Relationship Id='r3' Type='a/styles' Target='styles.xml'/></Relationships>");
	zip_add(z, "xl/hidden.xml", "<worksheet><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>");
	zip_add(z, "xl/sharedStrings.xml",
	        "<sst><si><t>один</t></si><si><r><t>бо</t></r><r><t>гатый</t></r><rPh><t>x</t></rPh></"
	        "si><si><t>a_x000D_b_x0041_</t></si></sst>");
	zip_add(z, "xl/styles.xml",
	        "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='[Red]dd/mm/yyyy;@'/><numFmt numFmtId='165' "
	        "formatCode='\"day\" 0'/>"
	        "</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='164'/>"
	        "<xf numFmtId='165'/><xf numFmtId='22'/><xf numFmtId='20'/></cellXfs></styleSheet>");
}

static void sheet(const char *xml)
{
	struct zip z;

	zip_book(&z);
	zip_add(&z, "xl/worksheets/sheet1.xml", xml);
	zip_end(&z);
}

static void kinds_of_cells(void **state)
{
	(void)state;
	sheet("<worksheet><sheetData><row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='s'><v>1</v></c><c "
	      "t='s'><v>2</v></c>"
	      "<c t='s'><v>99</v></c></row><row r='4'><c "
	      "r='A4'><v>8.9161234567E10</v></c><c><v>79123456789</v></c><c><v>1.5</v></c>"
	      "<c t='b'><v>1</v></c><c t='inlineStr'><is><t>в ячейке</t></is></c><c t='str'><f>A1&amp;\"x\"</f><v>из "
	      "формулы</v></c>"
	      "<c t='e'><v>#N/A</v></c></row>"
	      "<row r='5' hidden='1'><c s='1'><v>46093</v></c><c s='2'><v>46093</v></c><c s='3'><v>46093.403472</v></c>"
	      "<c s='4'><v>0.5</v></c><c s='0'><v>-3</v></c><c><f>1+1</f></c></row></sheetData></worksheet>");
	is("/один||богатый|abA//89161234567|79123456789|1.5|TRUE|в ячейке|из формулы|#N/A/"
	   "2026-03-12|46093|2026-03-12 09:41|12:00|-3");
}

static void merged(void **state)
{
	(void)state;
	sheet("<worksheet><sheetData><row><c r='A1'><v>1</v></c><c r='B1'><v>2</v></c></row><row><c "
	      "r='B2'><v>3</v></c></row>"
	      "<row><c r='D3'><v>4</v></c></row><row><c r='A4'><v>5</v></c></row></sheetData>"
	      "<mergeCells count='2'><mergeCell ref='A1:A3'/><mergeCell ref='B1:C1'/></mergeCells></worksheet>");
	is("1|2|2/1|3/1|||4/5");
}

static void one_sheet(void **state)
{
	struct arena a = {0};
	struct fault f = {0};
	const str *names;
	struct xlsx *x;
	size_t n;

	(void)state;
	sheet("<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>");
	assert_string_equal(str_z(&a, whole(&a, STR("Скрытый"))), "7");
	assert_string_equal(str_z(&a, whole(&a, STR("Лист"))), "1");
	assert_string_equal(str_z(&a, whole(&a, STR("Нет такого"))), "!no_sheet");
	assert_int_equal(xlsx_open(path, (str){0}, &x, &f), 0);
	names = xlsx_sheets(x, &n);
	assert_int_equal(n, 2);
	assert_string_equal(str_z(&a, names[0]), "Лист");
	assert_string_equal(str_z(&a, names[1]), "Итоги & прочее");
	xlsx_close(x);
	arena_free(&a);
}

static void damaged(void **state)
{
	FILE *file;

	(void)state;
	sheet("<worksheet><sheetData><row><c><v>1</v></c></row><row>");
	is("1!broken");
	sheet("<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet/>");
	is("!zip_bomb");
	file = fopen(path, "wb");
	fputs("not a zip at all, just text", file);
	fclose(file);
	is("!broken");
	file = fopen(path, "wb");
	fclose(file);
	is("!not_xlsx");
	sheet("<worksheet><sheetData><row><c r='ZZZZ1'><v>1</v></c><c r='XFD1'><v>2</v></c></row></sheetData></worksheet>");
	is("!too_many_cells 1");
}

static void bomb_of_zeros(uint32_t declared)
{
	struct arena a = {0};
	struct zip z;
	static Bytef zeros[1 << 20];
	uLong n = 1 << 20;
	Bytef *packed = arena_alloc(&a, n);
	z_stream s = {0};
	int64_t start;

	/* 300 MB of blanks */
	memset(zeros, ' ', sizeof(zeros));
	assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
	s.next_out = packed;
	s.avail_out = (uInt)n;
	for (int i = 0; i < 300; i++) {
		s.next_in = zeros;
		s.avail_in = sizeof(zeros);
		assert_int_equal(deflate(&s, i == 299 ? Z_FINISH : Z_NO_FLUSH), i == 299 ? Z_STREAM_END : Z_OK);
	}
	zip_book(&z);
	zip_raw(&z, "xl/worksheets/sheet1.xml", (str){(char *)packed, s.total_out}, 0, declared, 8);
	zip_end(&z);
	deflateEnd(&s);
	arena_free(&a);
	start = clock_mono_ms();
	is("!zip_bomb");
	assert_true(clock_mono_ms() - start < 1500);
}

static void bombs(void **state)
{
	struct zip z;
	char name[32];

	(void)state;
	bomb_of_zeros(300u << 20);
	bomb_of_zeros(1000); /* lies about its size: read to the declared size or to the limit, never to the end */
	zip_book(&z);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "a%d", i);
		zip_add(&z, name, "");
	}
	zip_end(&z);
	is("!zip_bomb");
}

/* In the jail a file cannot be opened, and memory can be had. */
static void jail(void **state)
{
#ifndef JAIL_SANITIZED
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0) {
		void *p;
		if (!jail_enter())
			_exit(3);
		p = malloc(10 << 20);
		if (!p || open("/etc/passwd", O_RDONLY) >= 0 || errno != EPERM)
			_exit(1);
		_exit(socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 2 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
#else
	(void)state;
#endif
}

static int make(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int drop(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(there_and_back),
	        cmocka_unit_test(kinds_of_cells),
	        cmocka_unit_test(merged),
	        cmocka_unit_test(one_sheet),
	        cmocka_unit_test(damaged),
	        cmocka_unit_test(bombs),
	        cmocka_unit_test(jail),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
