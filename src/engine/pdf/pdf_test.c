/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pdftotext (poppler-utils) reads of what we print. */
#include "engine/pdf/pdf.h"

#include "base/clock.h"
#include "base/text.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ABOUT (&(struct pdf_about){STR("Акт"), STR("ООО «Звонарь»"), STR("Акт № 7"), 1764400000000, false, NULL})

/* The words of a document, \f after each page. */
static str read_back(struct arena *a, str pdf)
{
	char path[] = "/tmp/zvonar-pdf-XXXXXX", words[sizeof(path) + 4];
	char *const command[] = {(char[]){"pdftotext"}, (char[]){"-layout"}, path, words, NULL};
	struct text t = {.a = a};
	char buffer[4096];
	ssize_t n;
	pid_t pid;
	int fd = mkstemp(path), status;

	assert_true(fd >= 0 && write(fd, pdf.p, pdf.n) == (ssize_t)pdf.n);
	close(fd);
	snprintf(words, sizeof(words), "%s.txt", path);
	assert_int_equal(posix_spawnp(&pid, command[0], NULL, NULL, command, environ), 0);
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
	fd = open(words, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		text_add(&t, (str){buffer, (size_t)n});
	close(fd);
	unlink(path);
	unlink(words);
	return text_str(&t);
}

static size_t count(str in, str what)
{
	size_t n = 0;

	for (size_t at = 0; (at = str_find_str(in, what, at)) < in.n; at += what.n)
		n++;
	return n;
}

static void everything_stands_in_it(void **state)
{
	const struct pdf_column columns[] = {
	        {STR("Услуга"), 5, PDF_LEFT}, {STR("Кол-во"), 1, PDF_RIGHT}, {STR("Сумма, ₽"), 2, PDF_RIGHT}};
	struct arena a = {0};
	struct fault f = {0};
	struct pdf *p;
	str pdf, words;

	(void)state;
	assert_int_equal(pdf_new(&p, &a, ABOUT, &f), 0);
	pdf_heading(p, 1, STR("Акт № 7 от 30 ноября 2026 г."));
	pdf_fact(p, STR("Исполнитель"), STR("ООО «Звонарь», ИНН 7701234567"));
	pdf_fact(p, STR("Основание"), (str){0});
	pdf_table(p, columns, COUNT(columns));
	pdf_row(p, (str[]){STR("Диалоги с лицами, принимающими решение"), STR("187"), STR("28 050,00")});
	pdf_sum(p, (str[]){STR("Итого"), STR("187"), STR("28 050,00")});
	pdf_table_end(p);
	pdf_text(p, STR("Двадцать восемь тысяч пятьдесят рублей 00 копеек."));
	pdf_signatures(p, (str[]){STR("Исполнитель"), STR("Заказчик")}, (str[]){STR("Иванов И. И."), STR("Петров П. П.")});
	assert_int_equal(pdf_finish(p, &pdf, &f), 0);
	assert_true(str_starts(pdf, STR("%PDF-")));
	words = read_back(&a, pdf);
	assert_int_equal(count(words, STR("28 050,00")), 2);
	assert_int_equal(count(words, STR("Сумма, ₽")), 1);
	assert_int_equal(count(words, STR("—")), 1);
	assert_int_equal(count(words, STR("Петров П. П.")), 1);
	assert_int_equal(count(words, STR("\f")), 1);
	arena_free(&a);
}

/* Fifty pages and more in well under two seconds; the titles on each, no row lost, the foot numbered. */
static void a_long_table_goes_on(void **state)
{
	const struct pdf_column columns[] = {{STR("№"), 1, PDF_RIGHT}, {STR("Компания"), 4, PDF_LEFT},
	        {STR("Телефон"), 2, PDF_LEFT}, {STR("Результат"), 2, PDF_LEFT}, {STR("Комментарий"), 5, PDF_LEFT}};
	enum { ROWS = 2200 };
	struct arena a = {0};
	struct fault f = {0};
	int64_t from = clock_mono_ms(), took;
	size_t pages;
	struct pdf *p;
	str pdf, words;

	(void)state;
	assert_int_equal(pdf_new(&p, &a, ABOUT, &f), 0);
	pdf_table(p, columns, COUNT(columns));
	for (int i = 0; i < ROWS; i++)
		pdf_row(p,
		        (str[]){str_printf(&a, "%d", i + 1), str_printf(&a, "ООО «Ромашка %d»", i), STR("+7 812 448-34-51"),
		                STR("Перезвонить"), i % 7 ? STR("просил набрать после обеда") : STR("")});
	pdf_table_end(p);
	assert_int_equal(pdf_finish(p, &pdf, &f), 0);
	took = clock_mono_ms() - from;
	words = read_back(&a, pdf);
	pages = count(words, STR("\f"));
	printf("%zu pages in %lld ms, %zu bytes\n", pages, (long long)took, pdf.n);
	assert_true(pages >= 50);
	assert_int_equal(count(words, STR("Комментарий")), pages);
	assert_int_equal(count(words, STR("Ромашка")), ROWS);
	assert_int_equal(count(words, STR("Акт № 7")), pages);
	arena_free(&a);
}

static void long_texts_break_and_huge_cells_are_cut(void **state)
{
	const struct pdf_column columns[] = {{STR(""), 1, PDF_LEFT}, {STR(""), 1, PDF_LEFT}};
	struct arena a = {0};
	struct fault f = {0};
	struct text t = {.a = &a};
	struct pdf *p;
	str pdf, words;

	(void)state;
	for (int i = 0; i < 4000; i++)
		text_lit(&t, "слово ");
	assert_int_equal(pdf_new(&p, &a, ABOUT, &f), 0);
	pdf_text(p, text_str(&t));
	pdf_table(p, columns, COUNT(columns));
	pdf_row(p, (str[]){text_str(&t), STR("рядом")});
	pdf_row(p, (str[]){STR(""), STR("ниже")});
	pdf_table_end(p);
	assert_int_equal(pdf_finish(p, &pdf, &f), 0);
	words = read_back(&a, pdf);
	assert_true(count(words, STR("слово")) > 4100 && count(words, STR("слово")) < 4000 + 40 * 10);
	assert_int_equal(count(words, STR("…")), 1);
	assert_int_equal(count(words, STR("рядом")) + count(words, STR("ниже")), 2);
	arena_free(&a);
}

/* Dots -------------------------------------------------------------------------------------------------------------------- */

enum { WIDTH = 1728, LENGTH = 2291, ROW = WIDTH / 8, SHIFT = 20 /* A4 is 1687 dots wide, and stands in the middle */ };

static struct {
	uint8_t rows[2][LENGTH * ROW];
	int pages, most; /* most: another one is refused */
} got;

static int take_page(const uint8_t *rows, void *arg, struct fault *f)
{
	(void)arg;
	if (got.pages == got.most) {
		*f = (struct fault){.err = EINVAL, .code = "fax_long"};
		return f->err;
	}
	memcpy(got.rows[got.pages++], rows, LENGTH * ROW);
	return 0;
}

static bool black(const uint8_t *rows, int x, int y)
{
	return x >= 0 && x < WIDTH && y >= 0 && y < LENGTH && rows[y * ROW + x / 8] & 0x80 >> x % 8;
}

static bool black_near(const uint8_t *rows, int x, int y)
{
	for (int dy = -1; dy <= 1; dy++)
		for (int dx = -1; dx <= 1; dx++)
			if (black(rows, x + dx, y + dy))
				return true;
	return false;
}

/* What poppler makes of a page of the PDF, put where a fax has it. */
static uint8_t *by_poppler(struct arena *a, str pdf)
{
	char path[] = "/tmp/zvonar-dots-XXXXXX", dots[sizeof(path) + 4];
	char *const command[] = {(char[]){"pdftoppm"}, (char[]){"-mono"}, (char[]){"-rx"}, (char[]){"204"}, (char[]){"-ry"},
	        (char[]){"196"}, (char[]){"-singlefile"}, path, path, NULL};
	uint8_t *rows = arena_alloc(a, LENGTH * ROW);
	int fd = mkstemp(path), width = 0, height = 0, status;
	FILE *file;
	pid_t pid;

	memset(rows, 0, LENGTH * ROW);
	assert_true(fd >= 0 && write(fd, pdf.p, pdf.n) == (ssize_t)pdf.n);
	close(fd);
	snprintf(dots, sizeof(dots), "%s.pbm", path);
	assert_int_equal(posix_spawnp(&pid, command[0], NULL, NULL, command, environ), 0);
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
	file = fopen(dots, "rbe");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "P4 %d %d", &width, &height), 2);
	fgetc(file);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < (width + 7) / 8; x++) {
			int byte = fgetc(file);
			for (int i = 0; i < 8; i++)
				if (byte & 0x80 >> i && y < LENGTH && x * 8 + i + SHIFT < WIDTH)
					rows[y * ROW + (x * 8 + i + SHIFT) / 8] |=
					        (uint8_t)(0x80 >> (x * 8 + i + SHIFT) % 8);
		}
	fclose(file);
	unlink(path);
	unlink(dots);
	return rows;
}

static int blacks(const uint8_t *rows)
{
	int n = 0;

	for (int i = 0; i < LENGTH * ROW; i++)
		n += __builtin_popcount(rows[i]);
	return n;
}

/* The share of one's black dots that have one of the other's beside them. */
static double found_in(const uint8_t *one, const uint8_t *other)
{
	int all = blacks(one), near = 0;

	for (int y = 0; y < LENGTH; y++)
		for (int x = 0; x < WIDTH; x++)
			near += black(one, x, y) && black_near(other, x, y);
	assert_true(all > 3000);
	return (double)near / all;
}

static void prices(struct pdf *p, str what, str how_much)
{
	const struct pdf_column columns[] = {{what, 2, PDF_LEFT}, {how_much, 1, PDF_RIGHT}};

	pdf_table(p, columns, COUNT(columns));
	pdf_row(p, (str[]){STR("Диалог"), STR("100 ₽")});
	pdf_row(p, (str[]){STR("Встреча"), STR("2 500 ₽")});
	pdf_table_end(p);
}

static void offer(struct pdf *p)
{
	pdf_heading(p, 1, STR("Коммерческое предложение"));
	pdf_text(p, STR("Здравствуйте, Анна Петровна. Как договорились, высылаем цены на обзвон вашей базы: диалог с лицом, "
	                "принимающим решение, и встреча, на которую он согласился."));
	prices(p, (str){0}, (str){0});
}

static const struct pdf_raster dots = {WIDTH, LENGTH, 204, 196, take_page, NULL};

static void dots_are_the_page(void **state)
{
	struct arena a = {0};
	struct fault f = {0};
	struct pdf *p;
	uint8_t *want;
	str pdf, none;

	(void)state;
	got.pages = 0;
	got.most = 2;
	assert_int_equal(pdf_new(&p, &a, ABOUT, &f), 0);
	offer(p);
	assert_int_equal(pdf_finish(p, &pdf, &f), 0);
	assert_int_equal(pdf_new(&p, &a, &(struct pdf_about){.foot = STR("Акт № 7"), .raster = &dots}, &f), 0);
	offer(p);
	pdf_page(p);
	pdf_page(p); /* an empty page is none */
	prices(p, STR("Услуга"), STR("Цена"));
	assert_int_equal(pdf_finish(p, &none, &f), 0);
	assert_int_equal(none.n, 0);
	assert_int_equal(got.pages, 2);
	want = by_poppler(&a, pdf);
	assert_true(found_in(want, got.rows[0]) > 0.93); /* lines are grey there, and so dotted */
	assert_true(found_in(got.rows[0], want) > 0.88);
	assert_true(blacks(got.rows[1]) < 20000); /* titles without their ground */
	arena_free(&a);
}

static void a_page_that_is_refused(void **state)
{
	struct arena a = {0};
	struct fault f = {0};
	struct pdf *p;
	str none;

	(void)state;
	got.pages = 0;
	got.most = 1;
	assert_int_equal(pdf_new(&p, &a, &(struct pdf_about){.raster = &dots}, &f), 0);
	pdf_text(p, STR("1"));
	pdf_page(p);
	pdf_text(p, STR("2"));
	assert_int_equal(pdf_finish(p, &none, &f), EINVAL);
	assert_string_equal(f.code, "fax_long");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(everything_stands_in_it),
	        cmocka_unit_test(a_long_table_goes_on),
	        cmocka_unit_test(long_texts_break_and_huge_cells_are_cut),
	        cmocka_unit_test(dots_are_the_page),
	        cmocka_unit_test(a_page_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
