/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query.c - pieces and values. What is wrong here is wrong in our own tables, so it stops the process instead of failing. */
#include "kit/query/query.h"

#include "base/log.h"
#include "base/utf8.h"

enum { SQL_BYTES = 512, VALS_FIRST = 8 }; /* what most queries need */

static _Noreturn void bug(const char *what, const char *text)
{
	log_error("query", "%s: %s", what, text);
	abort();
}

struct query *query_new(struct arena *a)
{
	struct query *q = NEW(a, struct query);

	q->sql.a = a;
	q->sql.p = arena_alloc(a, SQL_BYTES);
	q->sql.cap = SQL_BYTES;
	return q;
}

static bool is_name(const char *name)
{
	const char *at = name;

	while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || *at == '_' ||
	        *at == '.' || *at == '"')
		at++;
	return at > name && !*at;
}

void query_name(struct query *q, const char *name)
{
	if (!is_name(name))
		bug("not a name", name);
	text_add(&q->sql, str_of(name));
}

void query_piece(struct query *q, const char *constant)
{
	text_add(&q->sql, str_of(constant));
}

static void keep(struct query *q, struct val v)
{
	struct val *more;

	if (q->n == QUERY_VALS_MOST)
		bug("too many values", query_sql(q));
	if (q->n == q->cap) {
		q->cap = q->cap ? q->cap * 2 : VALS_FIRST;
		more = NEW_N(q->sql.a, struct val, q->cap);
		if (q->n)
			memcpy(more, q->v, q->n * sizeof(*more));
		q->v = more;
	}
	q->v[q->n++] = v;
}

void query_append(struct query *q, const struct query *from)
{
	if (q->n)
		bug("values of two queries", query_sql(q));
	text_add(&q->sql, text_str(&from->sql));
	for (size_t i = 0; i < from->n; i++)
		keep(q, from->v[i]);
}

bool query_full(const struct query *q)
{
	return q->n >= QUERY_VALS;
}

void query_val(struct query *q, struct val v)
{
	keep(q, v);
	text_add_char(&q->sql, '?');
	text_add_int(&q->sql, (int64_t)q->n);
}

void query_word(struct query *q, const struct db *db, enum db_words word)
{
	text_add(&q->sql, str_of(db_word(db, word)));
}

void query_rule(struct query *q, const char *rule, const char *column, int64_t user_id, int64_t customer_id)
{
	static const str user = {":user", 5}, customer = {":customer", 9};

	for (str rest = str_of(rule); rest.n;) {
		size_t cut = strcspn(rest.p, "@:");
		text_add(&q->sql, str_sub(rest, 0, cut));
		rest = str_sub(rest, cut, rest.n);
		if (str_starts(rest, STR("@"))) {
			query_name(q, column);
			rest = str_sub(rest, 1, rest.n);
		} else if (str_starts(rest, user)) {
			query_val(q, val_i(user_id));
			rest = str_sub(rest, user.n, rest.n);
		} else if (str_starts(rest, customer)) {
			query_val(q, val_i(customer_id));
			rest = str_sub(rest, customer.n, rest.n);
		} else if (rest.n) {
			bug("unknown word in a rule", rule);
		}
	}
}

/* %text% with LIKE's own signs escaped by "!". */
static str like_pattern(struct arena *a, str text)
{
	struct text t = {.a = a};

	text_add_char(&t, '%');
	for (size_t i = 0; i < text.n; i++) {
		if (strchr("%_!", text.p[i]))
			text_add_char(&t, '!');
		text_add_char(&t, text.p[i]);
	}
	text_add_char(&t, '%');
	return text_str(&t);
}

void query_contains(struct query *q, const char *column, str text)
{
	query_add(q, "lower(");
	query_name(q, column);
	query_add(q, ") LIKE ");
	query_val(q, val_s(like_pattern(q->sql.a, utf8_lower(q->sql.a, text))));
	query_add(q, " ESCAPE '!'");
}

const char *query_sql(struct query *q)
{
	return text_z(&q->sql);
}
