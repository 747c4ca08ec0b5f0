/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fax to spandsp's own receiver, over what a telephone line makes of it: the pages that come are the pages that went. Faster than real time. */
#include "engine/fax/fax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <tiffio.h>
#include <unistd.h>

#include <cmocka.h>
#include <spandsp.h>

enum { LENGTH = 300, ROW = FAX_WIDTH / 8, MINUTES = 5 };

static struct arena a;

/* Lines of another thickness on each page. */
static void draw(uint8_t *rows, int page)
{
	memset(rows, 0, LENGTH * ROW);
	for (int y = 20; y < LENGTH - 20; y++)
		for (int x = 40 + page; x < FAX_WIDTH - 40; x += 60 + 10 * page)
			rows[y * ROW + x / 8] |= (uint8_t)(0x80 >> x % 8);
}

static str document(int pages)
{
	struct fax_document *d;
	struct fault f;
	uint8_t *rows = arena_alloc(&a, LENGTH * ROW);
	str tiff;

	assert_int_equal(fax_document_new(&d, &f), 0);
	for (int i = 0; i < pages; i++) {
		draw(rows, i);
		assert_int_equal(fax_document_add(d, rows, LENGTH, &f), 0);
	}
	assert_int_equal(fax_document_finish(d, &a, &tiff, &f), 0);
	return tiff;
}

static TIFF *opened(str tiff)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	assert_int_equal(fwrite(tiff.p, 1, tiff.n, file), tiff.n);
	fflush(file);
	fd = dup(fileno(file));
	fclose(file);
	lseek(fd, 0, SEEK_SET);
	return TIFFFdOpen(fd, "got", "r");
}

static void same_page(TIFF *t, int page)
{
	uint8_t *want = arena_alloc(&a, LENGTH * ROW), got[ROW];
	uint32_t width = 0, length = 0;

	draw(want, page);
	assert_int_equal(TIFFSetDirectory(t, (tdir_t)page), 1);
	TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &width);
	TIFFGetField(t, TIFFTAG_IMAGELENGTH, &length);
	assert_int_equal(width, FAX_WIDTH);
	assert_int_equal(length, LENGTH);
	for (int y = 0; y < LENGTH; y++) {
		assert_int_equal(TIFFReadScanline(t, got, (uint32_t)y, 0), 1);
		assert_memory_equal(got, want + y * ROW, ROW);
	}
}

/* G.711 A-law there and back, as a trunk carries it. */
static void carry(int16_t pcm[FAX_FRAME])
{
	for (int i = 0; i < FAX_FRAME; i++)
		pcm[i] = alaw_to_linear(linear_to_alaw(pcm[i]));
}

static bool over(const struct fax *x)
{
	return fax_progress(x)->state >= FAX_DONE;
}

/* Until both are done, or one of them hears nothing any more from cut_at on. */
static void talk(struct fax *one, struct fax *two, int cut_at)
{
	int16_t says[2][FAX_FRAME];

	for (int tick = 0; tick < MINUTES * 3000 && !(over(one) && over(two)); tick++) {
		fax_say(one, says[0]);
		fax_say(two, says[1]);
		if (cut_at && tick >= cut_at)
			fax_cut(one);
		carry(says[0]);
		carry(says[1]);
		fax_hear(two, says[0]);
		fax_hear(one, says[1]);
		if (cut_at && over(one))
			return;
	}
}

static void pages_arrive(void **state)
{
	struct fax *sender, *receiver;
	struct fault f;
	str got;
	TIFF *t;

	(void)state;
	assert_int_equal(fax_send(&sender, document(3), "+7 812 4483454", &f), 0);
	assert_int_equal(fax_receive(&receiver, "+7 495 1234567", &f), 0);
	talk(sender, receiver, 0);
	assert_int_equal(fax_progress(sender)->state, FAX_DONE);
	assert_int_equal(fax_progress(sender)->pages, 3);
	assert_int_equal(fax_progress(sender)->of, 3);
	assert_string_equal(fax_progress(sender)->ident, "+7 495 1234567");
	assert_string_equal(fax_progress(receiver)->ident, "+7 812 4483454");
	assert_int_equal(fax_progress(sender)->bit_rate, 14400);
	assert_int_equal(fax_received(receiver, &a, &got, &f), 0);
	t = opened(got);
	assert_non_null(t);
	assert_int_equal(TIFFNumberOfDirectories(t), 3);
	for (int i = 0; i < 3; i++)
		same_page(t, i);
	TIFFClose(t);
	fax_end(sender);
	fax_end(receiver);
}

static void nobody_answers(void **state)
{
	struct fax *sender;
	int16_t silence[FAX_FRAME] = {0}, said[FAX_FRAME];
	struct fault f;

	(void)state;
	assert_int_equal(fax_send(&sender, document(1), "1", &f), 0);
	for (int tick = 0; tick < MINUTES * 3000 && !over(sender); tick++) {
		fax_say(sender, said);
		fax_hear(sender, silence);
	}
	assert_int_equal(fax_progress(sender)->state, FAX_FAILED);
	assert_string_equal(fax_progress(sender)->code, "fax_no_machine");
	assert_false(fax_progress(sender)->lasting);
	fax_end(sender);
}

static void the_line_is_cut(void **state)
{
	struct fax *sender, *receiver;
	struct fault f;

	(void)state;
	assert_int_equal(fax_send(&sender, document(2), "1", &f), 0);
	assert_int_equal(fax_receive(&receiver, "2", &f), 0);
	talk(sender, receiver, 700);
	assert_int_equal(fax_progress(sender)->state, FAX_FAILED);
	assert_string_equal(fax_progress(sender)->code, "fax_cut");
	assert_true(fax_progress(sender)->pages < 2);
	fax_end(sender);
	fax_end(receiver);
}

static void what_is_no_document(void **state)
{
	struct fax *sender;
	struct fault f;

	(void)state;
	assert_int_equal(fax_send(&sender, STR("%PDF-1.7"), "1", &f), EINVAL);
	assert_string_equal(f.code, "fax_document");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(pages_arrive), cmocka_unit_test(nobody_answers),
	        cmocka_unit_test(the_line_is_cut), cmocka_unit_test(what_is_no_document)};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&a);
	return failed;
}
