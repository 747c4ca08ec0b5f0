/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_test.c - files as found in the wild, each written, guessed and read. */
#include "engine/csv/csv_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/zvonar-csv-test-XXXXXX";

static void write_file(const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* The whole file as "a|b|c/d|e": cells parted by |, records by /, bad ones as !why. */
static str whole(struct arena *a, const struct csv_form *form)
{
	struct text t = {.a = a};
	struct csv_record r;
	struct csv *c;
	int64_t last = 0;
	int err;

	assert_int_equal(csv_open(path, form, &c, NULL), 0);
	while (!(err = csv_next(c, &r, NULL))) {
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
	assert_int_equal(err, ENOENT);
	csv_close(c);
	return text_str(&t);
}

static void reads(const char *bytes, size_t n, enum encoding encoding, char delimiter, const char *want)
{
	struct arena a = {0};
	struct csv_form form = {0};
	struct fault f = {0};

	write_file(bytes, n);
	assert_int_equal(csv_guess(path, &form, &f), 0);
	assert_int_equal(form.encoding, encoding);
	assert_int_equal(form.delimiter, delimiter);
	assert_string_equal(str_z(&a, whole(&a, &form)), want);
	arena_free(&a);
}
#define READS(lit, encoding, delimiter, want) reads(lit, sizeof(lit) - 1, encoding, delimiter, want)

static void delimiters(void **state)
{
	(void)state;
	READS("a;b\nc;d\n", ENCODING_UTF8, ';', "a|b/c|d");
	READS("a,b\r\nc,d\r\n", ENCODING_UTF8, ',', "a|b/c|d");
	READS("a\tb\rc\td", ENCODING_UTF8, '\t', "a|b/c|d");
	READS("a|b\nc|d\n", ENCODING_UTF8, '|', "a|b/c|d");
	READS("sep=,\na,b;c;d\ne,f;g;h\n", ENCODING_UTF8, ',', "sep=|/a|b;c;d/e|f;g;h");
	READS("Прайс, 2026\n\nНазвание;Телефон\nООО \"А\", Москва;1\nООО Б, Тверь;2\n", ENCODING_UTF8, ';',
	        "Прайс, 2026//Название|Телефон/ООО \"А\", Москва|1/ООО Б, Тверь|2");
}

static void quoting(void **state)
{
	(void)state;
	READS("\"a;b\";\"c\"\"d\"\n\"e\nf\";g\n", ENCODING_UTF8, ';', "a;b|c\"d/e\nf|g");
	READS("ООО \"Ромашка\";1\n2;3\n", ENCODING_UTF8, ';', "ООО \"Ромашка\"|1/2|3");
	READS("\"ООО \"Ромашка\"\";1\n2;3\n", ENCODING_UTF8, ';', "ООО \"Ромашка\"|1/2|3");
	READS("\"a\", \"b, c\"\n\"d\", \"e\"\n", ENCODING_UTF8, ',', "a|b, c/d|e");
	READS("a;\"b\nc;d\ne;f\n", ENCODING_UTF8, ';', "a|\"b/c|d/e|f");
	READS("a;\"b\nc;\"Ромашка\" и К;x\ne;f;g\n", ENCODING_UTF8, ';', "a|\"b/c|\"Ромашка\" и К|x/e|f|g");
	READS("a;\"\";b\n\n;;\n", ENCODING_UTF8, ';', "a||b//||");
}

static void encodings(void **state)
{
	static const char want[] = "Название|Телефон/ООО Ромашка|8 812 448-34-54/ЗАО СТРОЙМОНТАЖ|+7 916 123-45-67";

	(void)state;
	READS("\xD0\x9D\xD0\xB0\xD0\xB7\xD0\xB2\xD0\xB0\xD0\xBD\xD0\xB8\xD0\xB5\x3B\xD0\xA2\xD0\xB5\xD0\xBB\xD0\xB5\xD1\x84"
	      "\xD0\xBE\xD0\xBD\x0A\xD0\x9E\xD0\x9E\xD0\x9E\x20\xD0\xA0\xD0\xBE\xD0\xBC\xD0\xB0\xD1\x88\xD0\xBA\xD0\xB0\x3B"
	      "\x38\x20\x38\x31\x32\x20\x34\x34\x38\x2D\x33\x34\x2D\x35\x34\x0A\xD0\x97\xD0\x90\xD0\x9E\x20\xD0\xA1\xD0\xA2"
	      "\xD0\xA0\xD0\x9E\xD0\x99\xD0\x9C\xD0\x9E\xD0\x9D\xD0\xA2\xD0\x90\xD0\x96\x3B\x2B\x37\x20\x39\x31\x36\x20\x31"
	      "\x32\x33\x2D\x34\x35\x2D\x36\x37\x0A",
	        ENCODING_UTF8, ';', want);
	READS("\xEF\xBB\xBF\xD0\x9D\xD0\xB0\xD0\xB7\xD0\xB2\xD0\xB0\xD0\xBD\xD0\xB8\xD0\xB5\x3B\xD0\xA2\xD0\xB5\xD0\xBB\xD0"
	      "\xB5\xD1\x84\xD0\xBE\xD0\xBD\x0A\xD0\x9E\xD0\x9E\xD0\x9E\x20\xD0\xA0\xD0\xBE\xD0\xBC\xD0\xB0\xD1\x88\xD0\xBA"
	      "\xD0\xB0\x3B\x38\x20\x38\x31\x32\x20\x34\x34\x38\x2D\x33\x34\x2D\x35\x34\x0A\xD0\x97\xD0\x90\xD0\x9E\x20\xD0"
	      "\xA1\xD0\xA2\xD0\xA0\xD0\x9E\xD0\x99\xD0\x9C\xD0\x9E\xD0\x9D\xD0\xA2\xD0\x90\xD0\x96\x3B\x2B\x37\x20\x39\x31"
	      "\x36\x20\x31\x32\x33\x2D\x34\x35\x2D\x36\x37\x0A",
	        ENCODING_UTF8, ';', want);
	READS("\xCD\xE0\xE7\xE2\xE0\xED\xE8\xE5\x3B\xD2\xE5\xEB\xE5\xF4\xEE\xED\x0A\xCE\xCE\xCE\x20\xD0\xEE\xEC\xE0\xF8\xEA"
	      "\xE0\x3B\x38\x20\x38\x31\x32\x20\x34\x34\x38\x2D\x33\x34\x2D\x35\x34\x0A\xC7\xC0\xCE\x20\xD1\xD2\xD0\xCE\xC9"
	      "\xCC\xCE\xCD\xD2\xC0\xC6\x3B\x2B\x37\x20\x39\x31\x36\x20\x31\x32\x33\x2D\x34\x35\x2D\x36\x37\x0A",
	        ENCODING_CP1251, ';', want);
	READS("\xEE\xC1\xDA\xD7\xC1\xCE\xC9\xC5\x3B\xF4\xC5\xCC\xC5\xC6\xCF\xCE\x0A\xEF\xEF\xEF\x20\xF2\xCF\xCD\xC1\xDB\xCB"
	      "\xC1\x3B\x38\x20\x38\x31\x32\x20\x34\x34\x38\x2D\x33\x34\x2D\x35\x34\x0A\xFA\xE1\xEF\x20\xF3\xF4\xF2\xEF\xEA"
	      "\xED\xEF\xEE\xF4\xE1\xF6\x3B\x2B\x37\x20\x39\x31\x36\x20\x31\x32\x33\x2D\x34\x35\x2D\x36\x37\x0A",
	        ENCODING_KOI8R, ';', want);
	READS("\x8D\xA0\xA7\xA2\xA0\xAD\xA8\xA5\x3B\x92\xA5\xAB\xA5\xE4\xAE\xAD\x0A\x8E\x8E\x8E\x20\x90\xAE\xAC\xA0\xE8\xAA"
	      "\xA0\x3B\x38\x20\x38\x31\x32\x20\x34\x34\x38\x2D\x33\x34\x2D\x35\x34\x0A\x87\x80\x8E\x20\x91\x92\x90\x8E\x89"
	      "\x8C\x8E\x8D\x92\x80\x86\x3B\x2B\x37\x20\x39\x31\x36\x20\x31\x32\x33\x2D\x34\x35\x2D\x36\x37\x0A",
	        ENCODING_CP866, ';', want);
	READS("\x1D\x04\x30\x04\x37\x04\x32\x04\x30\x04\x3D\x04\x38\x04\x35\x04\x3B\x00\x22\x04\x35\x04\x3B\x04\x35\x04\x44"
	      "\x04\x3E\x04\x3D\x04\x0A\x00\x1E\x04\x1E\x04\x1E\x04\x20\x00\x20\x04\x3E\x04\x3C\x04\x30\x04\x48\x04\x3A\x04"
	      "\x30\x04\x3B\x00\x38\x00\x20\x00\x38\x00\x31\x00\x32\x00\x20\x00\x34\x00\x34\x00\x38\x00\x2D\x00\x33\x00\x34"
	      "\x00\x2D\x00\x35\x00\x34\x00\x0A\x00\x17\x04\x10\x04\x1E\x04\x20\x00\x21\x04\x22\x04\x20\x04\x1E\x04\x19\x04"
	      "\x1C\x04\x1E\x04\x1D\x04\x22\x04\x10\x04\x16\x04\x3B\x00\x2B\x00\x37\x00\x20\x00\x39\x00\x31\x00\x36\x00\x20"
	      "\x00\x31\x00\x32\x00\x33\x00\x2D\x00\x34\x00\x35\x00\x2D\x00\x36\x00\x37\x00\x0A\x00",
	        ENCODING_UTF16LE, ';', want);
	READS("\xFF\xFE\x1D\x04\x30\x04\x37\x04\x32\x04\x30\x04\x3D\x04\x38\x04\x35\x04\x3B\x00\x22\x04\x35\x04\x3B\x04\x35"
	      "\x04\x44\x04\x3E\x04\x3D\x04\x0A\x00\x1E\x04\x1E\x04\x1E\x04\x20\x00\x20\x04\x3E\x04\x3C\x04\x30\x04\x48\x04"
	      "\x3A\x04\x30\x04\x3B\x00\x38\x00\x20\x00\x38\x00\x31\x00\x32\x00\x20\x00\x34\x00\x34\x00\x38\x00\x2D\x00\x33"
	      "\x00\x34\x00\x2D\x00\x35\x00\x34\x00\x0A\x00\x17\x04\x10\x04\x1E\x04\x20\x00\x21\x04\x22\x04\x20\x04\x1E\x04"
	      "\x19\x04\x1C\x04\x1E\x04\x1D\x04\x22\x04\x10\x04\x16\x04\x3B\x00\x2B\x00\x37\x00\x20\x00\x39\x00\x31\x00\x36"
	      "\x00\x20\x00\x31\x00\x32\x00\x33\x00\x2D\x00\x34\x00\x35\x00\x2D\x00\x36\x00\x37\x00\x0A\x00",
	        ENCODING_UTF16LE, ';', want);
	READS("\x04\x1D\x04\x30\x04\x37\x04\x32\x04\x30\x04\x3D\x04\x38\x04\x35\x00\x3B\x04\x22\x04\x35\x04\x3B\x04\x35\x04"
	      "\x44\x04\x3E\x04\x3D\x00\x0A\x04\x1E\x04\x1E\x04\x1E\x00\x20\x04\x20\x04\x3E\x04\x3C\x04\x30\x04\x48\x04\x3A"
	      "\x04\x30\x00\x3B\x00\x38\x00\x20\x00\x38\x00\x31\x00\x32\x00\x20\x00\x34\x00\x34\x00\x38\x00\x2D\x00\x33\x00"
	      "\x34\x00\x2D\x00\x35\x00\x34\x00\x0A\x04\x17\x04\x10\x04\x1E\x00\x20\x04\x21\x04\x22\x04\x20\x04\x1E\x04\x19"
	      "\x04\x1C\x04\x1E\x04\x1D\x04\x22\x04\x10\x04\x16\x00\x3B\x00\x2B\x00\x37\x00\x20\x00\x39\x00\x31\x00\x36\x00"
	      "\x20\x00\x31\x00\x32\x00\x33\x00\x2D\x00\x34\x00\x35\x00\x2D\x00\x36\x00\x37\x00\x0A",
	        ENCODING_UTF16BE, ';', want);
	READS("\xFE\xFF\x04\x1D\x04\x30\x04\x37\x04\x32\x04\x30\x04\x3D\x04\x38\x04\x35\x00\x3B\x04\x22\x04\x35\x04\x3B\x04"
	      "\x35\x04\x44\x04\x3E\x04\x3D\x00\x0A\x04\x1E\x04\x1E\x04\x1E\x00\x20\x04\x20\x04\x3E\x04\x3C\x04\x30\x04\x48"
	      "\x04\x3A\x04\x30\x00\x3B\x00\x38\x00\x20\x00\x38\x00\x31\x00\x32\x00\x20\x00\x34\x00\x34\x00\x38\x00\x2D\x00"
	      "\x33\x00\x34\x00\x2D\x00\x35\x00\x34\x00\x0A\x04\x17\x04\x10\x04\x1E\x00\x20\x04\x21\x04\x22\x04\x20\x04\x1E"
	      "\x04\x19\x04\x1C\x04\x1E\x04\x1D\x04\x22\x04\x10\x04\x16\x00\x3B\x00\x2B\x00\x37\x00\x20\x00\x39\x00\x31\x00"
	      "\x36\x00\x20\x00\x31\x00\x32\x00\x33\x00\x2D\x00\x34\x00\x35\x00\x2D\x00\x36\x00\x37\x00\x0A",
	        ENCODING_UTF16BE, ';', want);
}

static void rare_letters(void **state)
{
	(void)state;
	READS("\xCE\xCE\xCE\x20\xC2\xC5\xD1\xCD\xC0\x3B\x31\x0A\xD2\xC4\x20\xAB\xCB\xC5\xD2\xCE\xBB\x3B\x32\x0A",
	        ENCODING_CP1251, ';', "ООО ВЕСНА|1/ТД «ЛЕТО»|2");
	READS("\xFF\xFE\x61\x00\x20\x00\x3D\xD8\x00\xDE\x2C\x00\x62\x00", ENCODING_UTF16LE, ',', "a \xF0\x9F\x98\x80|b");
}

static void odd_bytes(void **state)
{
	(void)state;
	READS("ООО Первое;1\nООО Второе и ещё слова;2\nплохое \xFF;3\nТретье;4\n", ENCODING_UTF8, ';',
	        "ООО Первое|1/ООО Второе и ещё слова|2/!encoding |3/Третье|4");
}

static void refuses(const char *bytes, size_t n, const char *code)
{
	struct csv_form form;
	struct fault f = {0};

	write_file(bytes, n);
	assert_int_equal(csv_guess(path, &form, &f), EINVAL);
	assert_string_equal(f.code, code);
}

static void refused(void **state)
{
	(void)state;
	refuses("", 0, "empty");
	refuses("\xEF\xBB\xBF", 3, "empty");
	refuses("PK\3\4aaaa", 8, "binary");
	refuses("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "binary");
	refuses("\x7F"
	        "ELF\0\1\2\3\4\5\6\7\x8",
	        13, "binary");
}

/* Write n bytes of c between before and after. */
static void write_long(const char *before, char c, size_t n, const char *after)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fputs(before, file);
	for (size_t i = 0; i < n; i++)
		fputc(i % 1000 == 999 && c == 'n' ? '\n' : c, file);
	fputs(after, file);
	assert_int_equal(fclose(file), 0);
}

static void long_is(const char *before, char c, size_t n, const char *after, const char *start, const char *end)
{
	struct arena a = {0};
	struct csv_form form = {.delimiter = ';'};
	str got;

	write_long(before, c, n, after);
	got = whole(&a, &form);
	assert_true(str_starts(got, str_of(start)));
	if (!str_ends(got, str_of(end)))
		print_error("%.*s\n", STR_ARG(str_sub(got, got.n > 300 ? got.n - 300 : 0, got.n)));
	assert_true(str_ends(got, str_of(end)));
	arena_free(&a);
}

static void too_long(void **state)
{
	(void)state;
	long_is("a;b\nc;", 'x', 2 << 20, ";d\ne;f\n", "a|b/!cell_too_long c|xxx", "xxx|d/e|f");
	long_is("a;b\nc;", 'x', 10 << 20, ";d\ne;f\n", "a|b/!cell_too_long ", "/e|f");
	long_is("a;b\nc;\"", 'n', 10 << 20, "\";d\ne;f\n", "a|b/!cell_too_long ", "/e|f");
	/* A quote that never closes costs its own record only. */
	long_is("a;b\nc;\"", 'n', 10 << 20, ";d\ne;f\n", "a|b/c|\"nnn", "/e|f");
	long_is("a;b\nc;\"", 'n', 100000, ";d\ne;f\n", "a|b/c|\"nnn", "/e|f");
	long_is("a", ';', 5000, "b\ne;f\n", "!too_many_cells a||", "/e|f");
}

/* Every way of cutting the same bytes into reads gives the same records: the window is moved and grown at each place. */
static void long_file(void **state)
{
	struct arena a = {0};
	struct csv_form form;
	struct csv_record r;
	struct csv *c;
	FILE *file = fopen(path, "wb");
	int64_t n = 0;

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 200000; i++)
		fprintf(file, "\"Компания; %d\";\"%.*s\"\r\n", i, i % 97,
		        "абвгдежзиклмнопрстуфхцчшщъыьэюяабвгдежзиклмнопрстуфхцчшщъыьэюяаб");
	assert_int_equal(fclose(file), 0);
	assert_int_equal(csv_guess(path, &form, NULL), 0);
	form.odd_encoding = false;
	assert_int_equal(csv_open(path, &form, &c, NULL), 0);
	while (!csv_next(c, &r, NULL)) {
		assert_int_equal(r.n, 2);
		assert_null(r.bad);
		assert_int_equal(r.cells[1].n, n % 97);
		assert_true(str_starts(r.cells[0], STR("Компания; ")));
		n++;
	}
	assert_int_equal(n, 200000);
	csv_close(c);
	arena_free(&a);
}

static void written(const char *cell, const char *want)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct csv_out w = {.t = &t};

	csv_put(&w, str_of(cell));
	assert_string_equal(text_z(&t), want);
	arena_free(&a);
}

static void writing(void **state)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct csv_out w = {.t = &t};

	(void)state;
	written("a", "a");
	written("a,b", "\"a,b\"");
	written("a\"b;", "\"a\"\"b;\"");
	written("=1+1", "'=1+1");
	written("+7 916", "'+7 916");
	written("+79161234567", "+79161234567");
	written("+79161234567+cmd", "'+79161234567+cmd");
	written("-1", "'-1");
	written("@x", "'@x");
	written("\t=1", "\"'\t=1\"");
	written("\r=1", "\"'\r=1\"");
	written("=\"x\"", "\"'=\"\"x\"\"\"");
	assert_true(str_eq(csv_unguarded(STR("'=1+1")), STR("=1+1")));
	assert_true(str_eq(csv_unguarded(STR("'quoted'")), STR("'quoted'")));
	csv_put(&w, STR("a"));
	csv_put_int(&w, -5);
	csv_put(&w, (str){0});
	csv_end_row(&w);
	csv_put(&w, STR("b"));
	assert_string_equal(text_z(&t), "a,-5,\r\nb");
	arena_free(&a);
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
	        cmocka_unit_test(delimiters),
	        cmocka_unit_test(quoting),
	        cmocka_unit_test(encodings),
	        cmocka_unit_test(rare_letters),
	        cmocka_unit_test(odd_bytes),
	        cmocka_unit_test(refused),
	        cmocka_unit_test(too_long),
	        cmocka_unit_test(long_file),
	        cmocka_unit_test(writing),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
