/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv.h - tables as text: reading them as found in the wild (encodings, delimiters, quoting habits), record by record in bounded
 * memory, and writing them so that no spreadsheet takes a cell for a formula. */
#ifndef ENGINE_CSV_CSV_H
#define ENGINE_CSV_CSV_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"

/* Writing: RFC 4180 with CRLF. A cell that begins with = + - @ TAB or CR, or with ' before one of them, gets a ' in front, which spreadsheets do not show and
 * csv_unguarded takes away; phone: the text is a number in E.164, whose + is harmless in front of digits only, and stays.
 * Any thread; the text grows in its own arena. */
struct csv_out {
	struct text *t;
	char delimiter; /* ',' unless set */
	bool comma;     /* the next cell needs a delimiter */
};
/* The mark that tells spreadsheets the file is UTF-8; before the first row. */
void csv_put_bom(struct csv_out *w);
void csv_put(struct csv_out *w, str cell);
/* Digits, sign, point only: a number needs no guard. */
void csv_put_int(struct csv_out *w, int64_t v);
void csv_end_row(struct csv_out *w);
/* cell without the guard csv_put gave it. */
str csv_unguarded(str cell);

enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_CP1251,
	ENCODING_KOI8R,
	ENCODING_CP866,
	ENCODINGS
};
extern const char *const encoding_words[ENCODINGS + 1]; /* "utf-8" … */

/* Reading. Limits: a cell has at most CSV_CELL_MAX bytes as UTF-8, a record CSV_CELLS_MAX cells and CSV_RECORD_MAX bytes; a longer one is
 * told as such and skipped to its end. The file may have any size. */
enum { CSV_CELL_MAX = 1 << 20, CSV_CELLS_MAX = 4096, CSV_RECORD_MAX = 4 << 20 };

struct csv_form {
	enum encoding encoding;
	char delimiter;    /* , ; TAB or | */
	bool sep_line;     /* record 1 is "sep=;", a hint to spreadsheets */
	bool odd_encoding; /* UTF-8 with some ill-formed bytes: records with them are told */
};
/* Look at the whole file for its encoding, at its first records for the delimiter. EINVAL: "empty" (no byte, or only a BOM),
 * "binary" (NUL bytes, or a known other format; what says which), EIO. */
int csv_guess(const char *path, struct csv_form *ret, struct fault *f) MUST_USE;

/* One record. Cells are UTF-8 and live until the next csv_next. */
struct csv_record {
	int64_t number; /* from 1; blank lines count */
	const str *cells;
	size_t n;
	const char *
	        bad; /* NULL, or why it cannot be used: "cell_too_long" "record_too_long" "too_many_cells" "encoding" "quote_open";
	                    its cells then hold what was read before */
};
struct csv;
int csv_open(const char *path, const struct csv_form *form, struct csv **ret, struct fault *f) MUST_USE;
/* ENOENT (no fault) at the end. */
int csv_next(struct csv *c, struct csv_record *ret, struct fault *f) MUST_USE;
/* Bytes of the file read so far, for progress. */
int64_t csv_position(const struct csv *c);
void csv_close(struct csv *c);

#endif
