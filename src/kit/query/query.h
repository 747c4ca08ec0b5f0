/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query.h - SQL put together from constant pieces and bound values, never from input.
 * query_add takes string literals only; names of tables and columns come from const tables by query_name.
 * Who adds values at a request's wish asks query_full first and refuses. */
#ifndef KIT_QUERY_QUERY_H
#define KIT_QUERY_QUERY_H

#include "base/text.h"
#include "engine/db/db.h"

enum {
	QUERY_VALS = 160,       /* so many values are full: no list needs more, and a database takes its time over them */
	QUERY_VALS_MOST = 30000 /* more is a bug of the caller and stops the process; the engines take 32 766 and 65 535 */
};

struct query {
	struct text sql;
	struct val *v; /* n of them; grows, since most have few and each request makes several */
	size_t n, cap;
};

struct query *query_new(struct arena *a);
#define query_add(q, lit) text_add(&(q)->sql, STR(lit))
/* A name from a const table: letters, digits, "_", "." and the quotes of "user" only; anything else stops the process. */
void query_name(struct query *q, const char *name);
/* A piece of SQL from a const table: text of the program, never of a request. */
void query_piece(struct query *q, const char *constant);
/* The whole of another query, text and values, into one that is still without values. */
void query_append(struct query *q, const struct query *from);
bool query_full(const struct query *q);
/* The placeholder of a value: "?7". */
void query_val(struct query *q, struct val v);
/* A piece of SQL from a const table in which "@" stands for column and ":user" ":customer" for the two ids. */
void query_rule(struct query *q, const char *rule, const char *column, int64_t user_id, int64_t customer_id);
/* lower(column) LIKE ?n ESCAPE '!': the column contains text, compared without case (Russian and Latin, on both engines). */
void query_contains(struct query *q, const char *column, str text);
/* Text of the engine's own for one of enum db_words. */
void query_word(struct query *q, const struct db *db, enum db_words word);
const char *query_sql(struct query *q);
/* For db_ask and the like: db_ask(db, a, QUERY(q), &rows, f). */
#define QUERY(q) query_sql(q), (q)->v, (q)->n

#endif
