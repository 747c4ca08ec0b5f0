/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pieces.c - a period cut at full hours and full days. */
#include "kit/tally/pieces.h"

#include "base/clock.h"

static int64_t up(int64_t at, int64_t unit)
{
	return (at + unit - 1) / unit * unit;
}

size_t tally_pieces(int64_t from, int64_t to, struct tally_piece ret[TALLY_PIECES])
{
	int64_t hour = up(from, CLOCK_HOUR), last_hour = to / CLOCK_HOUR * CLOCK_HOUR;
	int64_t day = up(hour, CLOCK_DAY), last_day = last_hour / CLOCK_DAY * CLOCK_DAY;
	size_t n = 0;

	if (hour >= last_hour)
		hour = last_hour = to;
	if (day >= last_day || hour == to)
		day = last_day = last_hour;
	const struct tally_piece all[] = {{TALLY_ROWS, from, hour}, {TALLY_HOURS, hour, day}, {TALLY_DAYS, day, last_day},
	        {TALLY_HOURS, last_day, last_hour}, {TALLY_ROWS, last_hour, to}};
	for (size_t i = 0; i < TALLY_PIECES; i++)
		if (all[i].from < all[i].to)
			ret[n++] = all[i];
	return n;
}
