/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.c - a const row per kind of thing that can be found. */
#include "domain/search/search.h"

#include "base/utf8.h"
#include "domain/role/role.h"
#include "domain/search/search_schema.h"

enum { FOUND_PER_KIND = 8, TEXT_MAX = 100 };

/* select gives id, project id, title, subtitle and ends where the condition on what was typed belongs; text is matched against lower(column). */
struct kind {
	const char *name;
	uint64_t right;
	const char *select, *column;
	enum scope scope;
	const char *scope_column;
	bool by_number;   /* matched by the digits typed, from the country code on */
	const char *page; /* %p project, %i id */
};

static const struct kind kinds[] = {
        {"project", MAY_SEE_PROJECTS,
                "SELECT p.id, p.id, p.name, c.name FROM project p JOIN customer c ON c.id = p.customer_id WHERE ", "p.name",
                SCOPE_PROJECT, "p.id", false, "/projects/%i"},
        {"customer", MAY_SEE_CUSTOMERS, "SELECT id, 0, name, person FROM customer WHERE ", "name", SCOPE_CUSTOMER, "id",
                false, "/customers/%i"},
        {"user", MAY_SEE_USERS, "SELECT id, 0, name, role FROM \"user\" WHERE customer_id IS NULL AND ", "name", SCOPE_OPEN,
                "id", false, "/users/%i"},
        {"contact", MAY_SEE_BASE, "SELECT id, project_id, company, city FROM contact WHERE state <> 'hidden' AND ",
                "company", SCOPE_PROJECT, "project_id", false, "/projects/%p/base?contact=%i"},
        {"person", MAY_SEE_BASE,
                "SELECT n.contact_id, n.project_id, n.name, c.company FROM person n JOIN contact c ON c.id = n.contact_id "
                "WHERE ",
                "n.name", SCOPE_PROJECT, "n.project_id", false, "/projects/%p/base?contact=%i"},
        {"phone", MAY_SEE_BASE,
                "SELECT h.contact_id, h.project_id, h.e164, c.company FROM phone h JOIN contact c ON c.id = h.contact_id "
                "WHERE ",
                "h.e164", SCOPE_PROJECT, "h.project_id", true, "/projects/%p/base?contact=%i"},
};

/* "+7 812 448…" and "8 812 448…" as the beginning of an E.164 number; absent when fewer than four digits were typed. */
static str number_typed(struct arena *a, str text)
{
	struct text t = {.a = a};
	size_t digits = 0;

	text_add_char(&t, '+');
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c >= '0' && c <= '9')
			text_add_char(&t, digits++ == 0 && c == '8' ? '7' : c);
	}
	return digits >= 4 ? text_str(&t) : (str){0};
}

static void match(struct request *q, struct query *query, const struct kind *k, str text, str number)
{
	if (k->by_number) {
		/* A range, so that the index on the number serves. */
		query_name(query, k->column);
		query_add(query, " >= ");
		query_val(query, V(number));
		query_add(query, " AND ");
		query_name(query, k->column);
		query_add(query, " < ");
		query_val(query, V(str_printf(q->a, "%.*s:", STR_ARG(number))));
		return;
	}
	query_contains(query, k->column, text);
}

static void put_page(struct request *q, const struct kind *k, int64_t id, int64_t project_id)
{
	struct text t = {.a = q->a};

	for (const char *p = k->page; *p; p++) {
		if (*p != '%')
			text_add_char(&t, *p);
		else
			text_add_int(&t, *++p == 'i' ? id : project_id);
	}
	json_key(&q->out, "page");
	json_add_text(&q->out, text_str(&t));
}

static void put_found(struct request *q, const struct kind *k, const struct rows *r)
{
	json_open(&q->out, '{');
	json_key(&q->out, "kind");
	json_add_text(&q->out, str_of(k->name));
	json_key(&q->out, "id");
	json_add_int(&q->out, rows_int(r, 0));
	json_key(&q->out, "title");
	json_add_text(&q->out, rows_str(r, 2));
	json_key(&q->out, "subtitle");
	json_add_text(&q->out, rows_str(r, 3));
	put_page(q, k, rows_int(r, 0), rows_int(r, 1));
	json_close(&q->out, '}');
}

static int find_kind(struct request *q, const struct kind *k, str text, str number)
{
	struct query *query = query_new(q->a);
	struct rows r;
	int err;

	query_piece(query, k->select);
	match(q, query, k, text, number);
	access_scope(query, q->who, k->scope, k->scope_column);
	query_add(query, " LIMIT ");
	query_val(query, V((int64_t)FOUND_PER_KIND));
	err = db_ask(q->db, q->a, QUERY(query), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		put_found(q, k, &r);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int search(struct request *q)
{
	str typed = str_trim(http_param(q->http, "q")), text = utf8_lower(q->a, typed), number = number_typed(q->a, typed);
	int err = 0;

	if (utf8_count(typed) > TEXT_MAX)
		return fail(&q->fault, EINVAL, "q", "long", "at most %d characters", TEXT_MAX);
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; !err && utf8_count(typed) >= 2 && i < COUNT(kinds); i++)
		if (may(q->who, kinds[i].right) && (!kinds[i].by_number || number.n))
			err = find_kind(q, &kinds[i], text, number);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err;
}

static const struct route routes[] = {
        {HTTP_GET, "/search", ANY_PERSON, search,
                "Finds projects, customers, colleagues, companies, persons and numbers by what is typed",
                .gives_raw = "application/json", .schema = SEARCH_SCHEMA},
        {0}};

const struct module search_module = {.name = "search", .routes = routes};
