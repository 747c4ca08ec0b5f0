/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leaf.h - one record of the verifiable log, as bytes that never change: version 1, then fields as tag, length and value, the tags ascending;
 * whole numbers big-endian without leading zeros; what is 0 or empty is not there. So a record has one form, and docs/ledger.md is enough to
 * read it anywhere. What is somebody's own (a number, a name, a comment) stands in it as a commitment only:
 *   C[field] = HMAC-SHA-256(salt[field], "cc1" ‖ log ‖ seq as 8 bytes ‖ field ‖ length as 4 bytes ‖ value)
 * so it proves the value to whom value and salt are shown, and tells nothing to anybody else, ever, once the salt is gone. The salts of a
 * record come from one secret of 32 random bytes: salt[field] = HMAC-SHA-256(secret, "cs1" ‖ field). Any thread. */
#ifndef ENGINE_LEDGER_LEAF_H
#define ENGINE_LEDGER_LEAF_H

#include "engine/json/json.h"
#include "engine/ledger/tree.h"

enum leaf_type { LEAF_NONE, LEAF_CALL, LEAF_AMEND, LEAF_ERASE, LEAF_EXPORT, LEAF_CONFIG, LEAF_TYPES };
/* What is only committed to; the number is in the bytes for ever. */
enum leaf_field {
	LOGGED_PHONE,
	LOGGED_COMPANY,
	LOGGED_PERSON,
	LOGGED_RESULT,
	LOGGED_REASON,
	LOGGED_COMMENT,
	LOGGED_ANSWERS,    /* of the project's form: a line "key=value" each, as this call gave them */
	LOGGED_OPERATOR,   /* "17 Name" */
	LOGGED_RECORDING,  /* "SHA-256 bytes" of the kept file */
	LOGGED_CORRECTION, /* "17 why": the record corrects the one it is about */
	LEAF_FIELDS
};
extern const char *const leaf_types[LEAF_TYPES + 1], *const leaf_fields[LEAF_FIELDS + 1];
enum { LEAF_BYTES_MAX = 1024, LEAF_TEXT_MAX = 200, SALT_BYTES = 32 };

struct leaf {
	int64_t type;
	uint8_t log[16]; /* which log: random, made with its first record */
	int64_t seq, at; /* from 1 without gaps; UTC ms */
	uint8_t build[8];
	int64_t about; /* amend, erase: which record */
	uint8_t call[16];
	str direction;
	int64_t started_at, ended_at;
	str cause;
	int64_t attempt, script_id, result_id, result_at;
	str counts_as;
	int64_t fields, actor; /* erase: bits of leaf_field; export: those shown. actor: a user's number */
	str basis;             /* erase: why */
	str name;              /* config: what of; export: the form */
	uint8_t digest[32];    /* config: SHA-256 of the script's text */
	int64_t count;         /* export: records; config "project": its number */
	uint32_t has;          /* bits of leaf_field that are committed to */
	struct hash c[LEAF_FIELDS];
};
/* ≤ LEAF_BYTES_MAX bytes; texts longer than LEAF_TEXT_MAX are cut at a character. */
str leaf_encode(const struct leaf *l, struct arena *a);
/* Only what leaf_encode would write. Texts point into bytes. */
bool leaf_decode(str bytes, struct leaf *ret);

/* What a record's commitments open to; the absent value: not known here. */
struct opening {
	str value[LEAF_FIELDS];
	uint8_t salt[LEAF_FIELDS][SALT_BYTES];
};
/* Commit to the values that are there: one of no length says that nothing stands there any more; log and seq are set. ret_text keeps secret and values as JSON for opening_read. */
void leaf_commit(
        struct leaf *l, const uint8_t secret[SALT_BYTES], const str value[LEAF_FIELDS], struct arena *a, str *ret_text);
/* "" and absent open nothing. False: neither is it the text of an opening. */
bool opening_read(str text, struct arena *a, struct opening *ret);
/* The same without the fields of mask: no secret any more, each other salt by itself; absent when nothing is left. */
str opening_without(const struct opening *o, uint32_t mask, struct arena *a);
bool leaf_opens(const struct leaf *l, enum leaf_field field, str value, const uint8_t salt[SALT_BYTES]);

/* A record as one line of calls.jsonl, with what visible (bits) lets see of o. And back: */
void leaf_line(struct text *t, const struct leaf *l, const struct opening *o, uint32_t visible);
/* The first member in which the line differs from the record: its name, or "line" when it is no line; NULL: none. ret gets what it opens. */
const char *leaf_line_differs(str line, const struct leaf *l, struct arena *a, struct opening *ret);
/* The name of the first member in which the record of these bytes is another; "leaf" when they are none. */
const char *leaf_differs(const struct leaf *l, str bytes);
/* 0: it says none. */
int64_t leaf_line_seq(str line, struct arena *a);

#endif
