/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pieces.h - how any period is read where sums are kept by hours and by days of UTC: whole days, whole hours, and the rows themselves at the two
 * ends, less than an hour each (all of it where the period holds no full hour). ADR 59. */
#ifndef KIT_TALLY_PIECES_H
#define KIT_TALLY_PIECES_H

#include <stddef.h>
#include <stdint.h>

enum tally_unit { TALLY_ROWS, TALLY_HOURS, TALLY_DAYS };
struct tally_piece {
	enum tally_unit of;
	int64_t from, to; /* to: not included */
};
enum { TALLY_PIECES = 5 };
/* From 0 on. How many there are; none is empty, none overlaps another, together they are the period. Pure. */
size_t tally_pieces(int64_t from, int64_t to, struct tally_piece ret[TALLY_PIECES]);

#endif
