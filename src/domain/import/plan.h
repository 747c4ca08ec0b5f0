/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h - how a file is read and what its columns mean: guessed (guess.c), corrected by a person, kept with the import as JSON. And the
 * stream of its records, whatever the format. No database here. */
#ifndef DOMAIN_IMPORT_PLAN_H
#define DOMAIN_IMPORT_PLAN_H

#include "engine/csv/csv.h"
#include "engine/json/json.h"

enum column_field {
	COLUMN_NONE, /* not taken */
	COLUMN_COMPANY,
	COLUMN_PHONE,
	COLUMN_MOBILE, /* of the person to the left, when there is one */
	COLUMN_EXT,    /* extension of the phone to the left */
	COLUMN_FAX,
	COLUMN_PERSON,
	COLUMN_DECIDER, /* a person who decides */
	COLUMN_LAST_NAME,
	COLUMN_FIRST_NAME,
	COLUMN_MIDDLE_NAME,
	COLUMN_POSITION,
	COLUMN_EMAIL,
	COLUMN_SITE,
	COLUMN_CITY,
	COLUMN_ADDRESS,
	COLUMN_INDUSTRY,
	COLUMN_ACTIVITY,
	COLUMN_TIMEZONE,
	COLUMN_NOTE, /* kept with its title */
	COLUMN_FIELDS
};
extern const char *const column_field_words[COLUMN_FIELDS + 1]; /* "" first */

enum { PLAN_COLUMNS = 256, PLAN_SAMPLE = 200 };

struct plan {
	bool xlsx;
	struct csv_form form; /* unless xlsx */
	str sheet;            /* absent: the first visible one */
	str *sheets;          /* names of the visible ones */
	size_t n_sheets;
	int64_t header_row; /* the record with the titles; 0: there is none. All before it are titles of the file */
	int64_t first_row;  /* the first record with data */
	char country[4];
	size_t n; /* columns */
	str titles[PLAN_COLUMNS];
	enum column_field fields[PLAN_COLUMNS];
};

/* What a person may set over the guess: encoding, delimiter, header row and country (absent or 0: guess), then fields of columns. */
struct plan_wish {
	str encoding;  /* one of encoding_words */
	str delimiter; /* one character, or "tab" */
	str sheet;
	bool header_set;
	int64_t header_row;
	str country;
	struct json mapping; /* {"0":"company", …}; absent: guess */
};
/* Look at the file and make the plan. EINVAL: the file is unreadable ("empty" "binary" "not_xlsx" "zip_bomb" "broken" …) or a wish is wrong. */
int plan_make(struct arena *a, const char *path, const struct plan_wish *wish, struct plan *ret, struct fault *f) MUST_USE;
/* As the wizard shows and stores it. */
void plan_put_reading(const struct plan *p, struct json_out *w);
void plan_put_reading_members(const struct plan *p, struct json_out *w); /* without the braces */
bool plan_has_phones(const struct plan *p);
void plan_put_mapping(const struct plan *p, struct json_out *w);
/* Back from JSON as stored. */
int plan_wish_of(struct json reading, struct json mapping, struct plan_wish *ret, struct fault *f) MUST_USE;

/* The records of the file. */
struct source;
struct source_row {
	int64_t number; /* from 1 */
	const str *cells;
	size_t n;
	const char *bad; /* NULL, or why the record cannot be used */
};
int source_open(const char *path, const struct plan *p, struct source **ret, struct fault *f) MUST_USE;
/* Sheets to choose from, none of a text; asked for before the first record. */
const str *source_sheets(const struct source *s, size_t *ret_n);
/* ENOENT (no fault) at the end. Cells live until the next call. */
int source_next(struct source *s, struct source_row *ret, struct fault *f) MUST_USE;
/* Thousandths read so far. */
int source_position(const struct source *s);
void source_close(struct source *s);

/* Inside: */
bool guess_is_header(const str *cells, size_t n, const char *country, struct arena *a);
bool guess_is_total(const str *cells, size_t n, struct arena *a);
enum column_field guess_by_title(str title, struct arena *a);
/* Fields of all columns from titles (absent: none) and sample rows. */
void guess_fields(struct plan *p, const struct source_row *rows, size_t n, struct arena *a);

#endif
