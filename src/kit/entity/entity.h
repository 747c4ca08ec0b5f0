/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entity.h - say once which fields a thing has; get JSON, checks, SQL, filters, CSV, XLSX, audit diff and OpenAPI.
 *
 * A struct gives each field its C name and type; one row of a const table beside it gives the rest: bounds, words, who may set and see
 * it, and a sentence for the reader. The compiler checks the row against the struct (FIELD_OF). Nothing else lists fields by hand.
 * A shape is a set of fields without a table: the body or the answer of a route. An entity is a shape with a table. */
#ifndef KIT_ENTITY_ENTITY_H
#define KIT_ENTITY_ENTITY_H

#include "engine/db/db.h"
#include "engine/http/http.h"
#include "engine/json/json.h"
#include "kit/access/access.h"
#include "kit/query/query.h"

enum field_type {
	FIELD_INT,   /* int64_t */
	FIELD_BOOL,  /* bool, 0/1 in the database */
	FIELD_REAL,  /* double */
	FIELD_STR,   /* str; bounds count characters, at most 1 MB */
	FIELD_TIME,  /* int64_t, UTC ms; a number in JSON, RFC 3339 in CSV */
	FIELD_DATE,  /* str "2026-03-12" */
	FIELD_WORD,  /* int, index into words; the word in JSON and in the database */
	FIELD_REF,   /* int64_t, id of another entity; 0 is null; its existence and reach are checked */
	FIELD_PHONE, /* str, E.164 "+7…"; input in any form, given a default country; stored normalised */
	FIELD_EMAIL, /* str */
	FIELD_JSON,  /* str, a JSON document checked by the resource; schema names its form in OpenAPI */
};

enum field_flag {
	REQUIRED = 1,    /* must be present when made */
	GIVEN = 2,       /* set by the server; a client that sends it back is not refused, but it is ignored */
	SECRET = 4,      /* accepted and stored, never shown, never logged */
	NULLABLE = 8,    /* the zero value (absent text, 0) means null; a FIELD_WORD then has "" as its first word */
	FIXED = 16,      /* set when made, not changed later */
	STAFF_ONLY = 32, /* never shown to roles from outside, nor sortable or filterable by them */
	SEARCHED = 64,   /* ?q= looks into it */
	UNSORTED = 128,  /* not sortable or filterable: long text, JSON */
	UNLISTED = 256,  /* left out of lists; shown for one */
};

struct field {
	const char *name, *doc;
	const char *const *words; /* FIELD_WORD: NULL-ended */
	const char *refers;       /* FIELD_REF: name of the entity */
	const char *schema;       /* FIELD_JSON: a JSON Schema as text, or NULL for anything */
	int64_t min, max;         /* characters of text, value of numbers; 0,0 = free */
	uint16_t at, flags;
	uint8_t type;
};

struct shape {
	const char *name, *doc;
	const struct field *fields;
	size_t n, size;
};

/* fields[0] is always "id"; a field "version" makes PATCH ask for If-Match. At most 64 fields. */
struct entity {
	struct shape shape;
	const char *table; /* or a view, for lists that join */
};

/* #define ENTITY struct thing before a table. _Generic picks the type code and refuses a member of another C type. */
#define FIELD_OF(m, c_type, code) .name = #m, .at = offsetof(ENTITY, m), .type = _Generic(((ENTITY *)0)->m, c_type : code)
#define F_ID() \
	{ \
		FIELD_OF(id, int64_t, FIELD_INT), .flags = GIVEN, .doc = "Its number here" \
	}
#define F_VERSION() \
	{ \
		FIELD_OF(version, int64_t, FIELD_INT), .flags = GIVEN, .doc = "Grows with each change; goes into If-Match" \
	}
#define F_INT(m, lo, hi, ...) \
	{ \
		FIELD_OF(m, int64_t, FIELD_INT), .min = (lo), .max = (hi), .doc = __VA_ARGS__ \
	}
#define F_REAL(m, lo, hi, ...) \
	{ \
		FIELD_OF(m, double, FIELD_REAL), .min = (lo), .max = (hi), .doc = __VA_ARGS__ \
	}
#define F_BOOL(m, ...) \
	{ \
		FIELD_OF(m, bool, FIELD_BOOL), .doc = __VA_ARGS__ \
	}
#define F_STR(m, lo, hi, ...) \
	{ \
		FIELD_OF(m, str, FIELD_STR), .min = (lo), .max = (hi), .doc = __VA_ARGS__ \
	}
#define F_TIME(m, ...) \
	{ \
		FIELD_OF(m, int64_t, FIELD_TIME), .doc = __VA_ARGS__ \
	}
#define F_DATE(m, ...) \
	{ \
		FIELD_OF(m, str, FIELD_DATE), .doc = __VA_ARGS__ \
	}
#define F_WORD(m, list, ...) \
	{ \
		FIELD_OF(m, int, FIELD_WORD), .words = (list), .doc = __VA_ARGS__ \
	}
#define F_REF(m, entity, ...) \
	{ \
		FIELD_OF(m, int64_t, FIELD_REF), .refers = (entity), .doc = __VA_ARGS__ \
	}
#define F_PHONE(m, ...) \
	{ \
		FIELD_OF(m, str, FIELD_PHONE), .doc = __VA_ARGS__ \
	}
#define F_EMAIL(m, ...) \
	{ \
		FIELD_OF(m, str, FIELD_EMAIL), .max = 254, .doc = __VA_ARGS__ \
	}
#define F_JSON(m, form, ...) \
	{ \
		FIELD_OF(m, str, FIELD_JSON), .schema = (form), .max = 1000000, .doc = __VA_ARGS__ \
	}
#define SHAPE_OF(T, tab, d) \
	{ \
		.name = #T, .doc = (d), .fields = (tab), .n = COUNT(tab), .size = sizeof(struct T) \
	}
#define ENTITY_OF(T, tab, t, d) \
	{ \
		.shape = SHAPE_OF(T, tab, d), .table = (t) \
	}

/* JSON → row: overlay the object on row. Unknown members are refused (a typo must not be dropped silently), GIVEN ones
 * ignored. Bit i of *seen tells that field i was present. making: FIXED fields may be set, REQUIRED ones must, and what was
 * not sent must hold a good value already (a default laid under it; a parent the path names) or be NULLABLE. Changing: a FIXED field may only be sent
 * as it is. who may be NULL (no STAFF_ONLY check). */
int shape_from_json(const struct shape *s, struct json doc, struct arena *a, const struct who *who, bool making, void *row,
        uint64_t *seen, struct fault *f) MUST_USE;
/* A row whose fields in seen were sent is complete: what was not sent is good as it stands. EINVAL "required" */
int shape_complete(const struct shape *s, const void *row, uint64_t seen, const struct who *who, struct fault *f) MUST_USE;
/* Row → JSON object. who NULL: everything but secrets. in_list: without UNLISTED. */
void shape_to_json(const struct shape *s, const void *row, const struct who *who, bool in_list, struct json_out *w);
/* The members alone, for an answer that holds more: open and close the object yourself. */
void shape_members_to_json(const struct shape *s, const void *row, const struct who *who, bool in_list, struct json_out *w);
const struct field *shape_field(const struct shape *s, str name); /* NULL when there is none */
bool field_visible(const struct field *f, const struct who *who);
struct val field_load(const struct field *f, const void *row);
/* Checks v against type and bounds, then stores it. Codes: null, type, range, length, text, word, email, date, phone…, time. */
int field_store(const struct field *f, void *row, struct val v, struct arena *a, struct fault *fault) MUST_USE;
/* As a person reads it in a table (CSV, XLSX): words stay words, times RFC 3339, "yes" and "no"; absent when null. */
str field_print(const struct field *f, const void *row, struct arena *a);
/* The inverse, checked like field_store: a cell of an import. Absent or empty text is null where that may be. */
int field_parse(const struct field *f, void *row, str cell, struct arena *a, struct fault *fault) MUST_USE;

/* SQL. All take a who-less view: scope is the resource's business. */
void entity_columns(const struct entity *e, struct query *q); /* "id, name, …" */
int entity_insert(const struct entity *e, struct db *db, struct arena *a, void *row,
        struct fault *f) MUST_USE; /* sets id, version 1 */
/* Writes the columns in which row differs from old, WHERE id and version are as in row; ESTALE when the version moved on. What is
 * equal is left alone, so it undoes nothing that others wrote. Sets the new version in row. */
int entity_change(
        const struct entity *e, struct db *db, struct arena *a, const void *old, void *row, struct fault *f) MUST_USE;
/* The same with every column. */
int entity_update(const struct entity *e, struct db *db, struct arena *a, void *row, struct fault *f) MUST_USE;
int entity_get(const struct entity *e, struct db *db, struct arena *a, int64_t id, void *row,
        struct fault *f) MUST_USE; /* ENOENT */
/* The first row of a query that began with entity_columns. ENOENT */
int entity_ask(const struct entity *e, struct db *db, struct arena *a, struct query *q, void *row, struct fault *f) MUST_USE;
/* The number of the next row among those whose column `of` is id: 1, 2 … Two who ask at once get the same: a unique index decides. */
int entity_next_number(const struct entity *e, struct db *db, struct arena *a, const char *of, int64_t id, int64_t *ret,
        struct fault *f) MUST_USE;
/* EINVAL on "state": of versions only a draft is written. */
int entity_not_draft(struct fault *f) MUST_USE;
int entity_delete(const struct entity *e, struct db *db, int64_t id, struct fault *f) MUST_USE;
/* The row the cursor stands on; entity_columns began at column first of the SELECT. */
int entity_from_row(const struct entity *e, const struct rows *r, int first, void *row, struct fault *f) MUST_USE;
/* {"name":["old","new"]} of changed fields; absent when none. old or new NULL: all fields of the other. */
str entity_diff(const struct entity *e, const void *old, const void *new, struct arena *a);

/* Filters from a query string (the same for lists, exports and totals):
 *   ?state=running,stopped   any of the values       ?company~=ромаш   contains, without case
 *   ?created_at>=…&created_at<…   ranges             ?note=null / ?note=!null
 *   ?q=text                  SEARCHED fields         ?sort=-created_at,name   ?limit=50   ?after=<cursor>
 * Names and operators are checked against the table; values are bound. An unknown name is EINVAL naming it. */
struct listing {
	const struct field *sort[4];
	bool down[4];
	size_t n_sort; /* id always comes last */
	int64_t limit; /* 1 … 500 */
	str after;     /* opaque: the sort values and id of the last row of the page before */
};
/* Reads params and adds the filters to where as " AND …" (write "WHERE 1 = 1" before). sort: the default, "-created_at,name".
 * The names format, total and those of the entity are known, others refused. */
int listing_from_params(const struct entity *e, const struct http_param *params, size_t n_params, const char *sort,
        const struct who *who, struct arena *a, struct query *where, struct listing *ret, struct fault *f) MUST_USE;
/* Adds the key condition of after, ORDER BY and LIMIT (at least one row more than limit, which tells whether there is a next page: stop reading at it).
 * NULLs last in both engines. EINVAL "cursor" when after is none of ours. */
/* The order alone: for who reads all rows. */
void listing_order(const struct entity *e, const struct listing *l, struct query *q);
int listing_finish(
        const struct entity *e, const struct listing *l, struct arena *a, struct query *q, struct fault *f) MUST_USE;
str listing_cursor(const struct entity *e, const struct listing *l, const void *last_row, struct arena *a);

/* OpenAPI 3.1. "name": {schema} of what is answered, "name_listed" of a view that lists are read through; "name_in" and
 * "name_change": of what is sent to make and to change one. */
enum shape_use { SHAPE_ANSWER, SHAPE_LISTED, SHAPE_IN, SHAPE_CHANGE };
void shape_openapi(const struct shape *s, enum shape_use use, struct json_out *w);
/* The fault of an ill-made table: no id first, too many fields, a nullable word without "" first. */
int entity_check(const struct entity *e, struct fault *f) MUST_USE;

#endif
