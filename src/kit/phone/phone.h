/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone.h - telephone numbers as people write them, into E.164 and extension; what kind they are and where.
 * Russian numbers go by a table of codes (phone_ru.c, 0.1 µs); all others, and the doubtful, by libphonenumber (32 µs).
 * A test holds both to the same answers. Any thread. */
#ifndef KIT_PHONE_PHONE_H
#define KIT_PHONE_PHONE_H

#include "base/arena.h"
#include "base/fault.h"

enum phone_kind {
	PHONE_UNKNOWN,
	PHONE_FIXED, /* geographic, or fixed and mobile cannot be told apart */
	PHONE_MOBILE,
	PHONE_TOLL_FREE,
	PHONE_PREMIUM,   /* paid, shared cost, personal, voice mail: the caller pays more than he thinks */
	PHONE_SPECIAL,   /* emergency and other short numbers: never dialled */
	PHONE_SATELLITE, /* of no country: satellites and international networks, the dearest calls there are */
	PHONE_KINDS
};
extern const char *const phone_kind_words[PHONE_KINDS + 1];

/* The one number in input: "8 (812) 448-34-54 доб. 12" gives "+78124483454" and "12" (ret_ext absent without one; ret_ext
 * NULL: an extension is refused, "phone_ext"). country: two capital letters for numbers written without a country code. Fails with EINVAL and one of the codes below,
 * or "phone_several" when more than one number stands there. */
int phone_parse(str input, const char *country, struct arena *a, str *ret_e164, str *ret_ext, struct fault *f) MUST_USE;

/* Why a text is no number: the fault's code, and a reason of a rejected row. */
#define PHONE_NO_DIGITS "phone_no_digits" /* "по запросу" */
#define PHONE_SHORT "phone_short"         /* too few digits, mostly a number without the code of its city */
#define PHONE_LONG "phone_long"
#define PHONE_NO_CODE "phone_unknown_code" /* right length, but nobody has such numbers */
#define PHONE_IS_SPECIAL "phone_special"   /* 112, 02 */
#define PHONE_ROUNDED "phone_rounded"      /* 8,91612E+10: a spreadsheet dropped its digits */
#define PHONE_COUNTRY "phone_country"      /* no such country to read it for */
#define PHONE_FAX "phone_fax"              /* a good number, but marked as a fax */
/* The sentence for such a code. */
const char *phone_reason_text(const char *code);

/* What stands in one cell of a file. */
struct phone {
	str e164, ext;      /* both absent unless it is a number; ext absent without one */
	const char *reason; /* NULL for a number, else a code above */
	bool fax;           /* marked as a fax ("ф.", "факс") and not as a telephone too */
	str raw;            /* the part of the cell it came from; points into the cell or the arena */
};
enum { PHONES_PER_CELL = 32, PHONE_CELL_MAX = 2048 };
/* Take a cell apart at , ; / | line ends and « и », with labels and extensions; a short piece after a full number of a city gets
 * its code ("(495) 123-45-67, 765-43-21"). How many there are, numbers and non-numbers; 0 for a blank cell. */
size_t phone_cell(str cell, const char *country, struct arena *a, struct phone *ret, size_t max);

/* Of a number in E.164. */
enum phone_kind phone_kind(str e164);
/* Of a number as dialled: PHONE_SPECIAL for short and emergency numbers of the country, else as phone_kind. */
enum phone_kind phone_kind_of_dialled(str input, const char *country);
/* Its IANA time zone where the number itself tells it (a code of a city or region); NULL for mobile and free numbers. */
const char *phone_zone(str e164);
/* Two capital letters libphonenumber knows. */
bool phone_country_valid(const char *country);
/* As people read it: "+7 812 448-34-54". In the arena. */
str phone_pretty(struct arena *a, str e164);

#endif
