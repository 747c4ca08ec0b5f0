/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_priv.h - what the files of this folder tell each other. */
#ifndef ENGINE_CSV_CSV_PRIV_H
#define ENGINE_CSV_CSV_PRIV_H

#include "engine/csv/csv.h"

struct csv_decoder {
	enum encoding encoding;
	unsigned char half; /* first byte of a UTF-16 unit cut by the end of a chunk */
	bool half_known;
	uint32_t high; /* first unit of a surrogate pair, or 0 */
};
/* n bytes as UTF-8 into out, which holds 3 × n + 8. */
size_t csv_decode(struct csv_decoder *d, const unsigned char *in, size_t n, char *out);
uint32_t csv_eight_bit(enum encoding e, unsigned char c);

/* Where the cells of one record lie in the text. */
struct csv_cell {
	uint32_t from, to;
	bool quoted; /* doubled quotes stand for one */
	bool untidy; /* text behind the closing quote: the quotes belong to the text, but for an outer pair */
};
struct csv_span {
	struct csv_cell *cells; /* CSV_CELLS_MAX of them */
	size_t n;
	size_t end;      /* behind the line end */
	bool many;       /* more cells than that */
	bool broken_out; /* a quoted cell ran over line ends and then on behind its closing quote: the quote was not meant */
};
enum csv_found { CSV_RECORD, CSV_MORE, CSV_QUOTE_OPEN };
/* The record at the start of p. eof: nothing comes after n. CSV_MORE: its end is not here yet; CSV_QUOTE_OPEN: nor will it be. literal:
 * quotes mean nothing. */
enum csv_found csv_record_at(const char *p, size_t n, char delimiter, bool eof, bool literal, struct csv_span *ret);
/* The cell's text; may move bytes within p. */
str csv_cell_text(char *p, const struct csv_cell *cell);

#endif
