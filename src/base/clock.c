/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock.c - clocks and the calendar. The civil-day arithmetic is Howard Hinnant's
 * "chrono-Compatible Low-Level Date Algorithms" (days_from_civil, civil_from_days). */
#include "base/clock.h"

#include "base/parse.h"

static int64_t read_clock(clockid_t id, int64_t per_second)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * per_second + t.tv_nsec / (1000000000 / per_second);
}

int64_t clock_ms(void)
{
	return read_clock(CLOCK_REALTIME, 1000);
}

int64_t clock_mono_ms(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_mono_us(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000000);
}

int64_t date_days(struct date d)
{
	int64_t y = d.year, m = d.month - 1, era, doy, yoe;

	y += m / 12;
	m = m % 12;
	if (m < 0)
		m += 12, y--;
	m++;
	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d.day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct date date_of_days(int64_t days)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct date){(int)(yoe + era * 400 + (month <= 2)), month, (int)(doy - (153 * mp + 2) / 5 + 1)};
}

int date_weekday(int64_t days)
{
	return (int)(((days + 3) % 7 + 7) % 7);
}

void clock_iso(int64_t ms, char z[32])
{
	int64_t days = ms / CLOCK_DAY, rest = ms % CLOCK_DAY;
	struct date d;

	if (rest < 0)
		rest += CLOCK_DAY, days--;
	d = date_of_days(days);
	snprintf(z, 32, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)d.year % 10000, (unsigned)d.month % 100,
	        (unsigned)d.day % 100, (unsigned)(rest / CLOCK_HOUR) % 100, (unsigned)(rest / CLOCK_MINUTE % 60),
	        (unsigned)(rest / 1000 % 60), (unsigned)(rest % 1000));
}

static bool number_at(str s, size_t at, size_t digits, int min, int max, int *ret)
{
	int64_t v;

	if (at + digits > s.n || !parse_int(str_sub(s, at, at + digits), min, max, &v))
		return false;
	*ret = (int)v;
	return true;
}

bool date_parse(str s, struct date *ret)
{
	struct date d, back;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !number_at(s, 0, 4, 1, 9999, &d.year) ||
	        !number_at(s, 5, 2, 1, 12, &d.month) || !number_at(s, 8, 2, 1, 31, &d.day))
		return false;
	back = date_of_days(date_days(d));
	if (back.day != d.day)
		return false;
	*ret = d;
	return true;
}

/* "Z" or "+03:00" at the end: minutes east of UTC. */
static bool offset_parse(str s, int *ret_minutes)
{
	int h, m;

	if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
		*ret_minutes = 0;
		return true;
	}
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !number_at(s, 1, 2, 0, 23, &h) ||
	        !number_at(s, 4, 2, 0, 59, &m))
		return false;
	*ret_minutes = (s.p[0] == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

bool clock_parse(str s, int64_t *ret_ms)
{
	int h, mi, sec, milli = 0, scale = 100, offset;
	struct date d;
	size_t at = 19;

	if (s.n < 20 || s.n > 40 || !date_parse(str_sub(s, 0, 10), &d) || d.year < 1970 ||
	        (s.p[10] != 'T' && s.p[10] != 't') || s.p[13] != ':' || s.p[16] != ':' || !number_at(s, 11, 2, 0, 23, &h) ||
	        !number_at(s, 14, 2, 0, 59, &mi) || !number_at(s, 17, 2, 0, 59, &sec))
		return false;
	if (s.p[at] == '.') {
		for (at++; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, scale /= 10)
			milli += (s.p[at] - '0') * scale;
		if (at == 20)
			return false;
	}
	if (!offset_parse(str_sub(s, at, s.n), &offset))
		return false;
	*ret_ms = date_days(d) * CLOCK_DAY + (h * 60 + mi - offset) * (int64_t)CLOCK_MINUTE + sec * 1000 + milli;
	return *ret_ms >= 0;
}
