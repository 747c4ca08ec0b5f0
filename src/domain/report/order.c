/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.c - the sheet in the order of a column of the customer's own: first the rows where something stands, by an index, then the others, the last
 * talk first, by the index they always have. So a page costs the same wherever it is, and no page sorts the whole sheet. */
#include "domain/report/report_priv.h"

#include "base/utf8.h"
#include "engine/crypto/crypto.h"

/* How far the index looks into a value (migrations/0055_mark_order.sql). */
#define SORTED "substr(value, 1, 100)"

struct ordering {
	struct request *q;
	const struct report_sheet *sheet;
	const struct report_column *column;
	bool down;
	int64_t limit;
	str after;
	struct report_row *rows; /* limit + 1 */
	str *sorted;
	size_t n;
};

bool report_order_asked(struct http_param p)
{
	return str_eq(p.name, STR("sort")) && (str_starts(p.value, STR("mark.")) || str_starts(p.value, STR("-mark.")));
}

/* A page begins behind "[value, id]" among the rows with a value, or, once those are over, behind a cursor of the list. */
static bool cursor_read(const struct ordering *o, str *ret_value, int64_t *ret_id)
{
	str text = base64url_decode(o->q->a, str_sub(o->after, 1, o->after.n));
	struct json doc;

	return text.p && !json_parse(o->q->a, text, &doc, NULL) && json_count(doc) == 2 &&
	       json_text(json_at(doc, 0), ret_value) && json_int(json_at(doc, 1), ret_id);
}

static str cursor_put(const struct ordering *o, size_t i)
{
	struct text t = {.a = o->q->a};
	struct json_out w = {.t = &t};

	json_open(&w, '[');
	json_add_text(&w, o->sorted[i]);
	json_add_int(&w, o->rows[i].id);
	json_close(&w, ']');
	return str_printf(o->q->a, "v%.*s", STR_ARG(base64url(o->q->a, t.p, t.n)));
}

static int add_behind(const struct ordering *o, struct query *query)
{
	const char *op = o->down ? " < " : " > ";
	int64_t id = 0;
	str value;

	if (!o->after.n)
		return 0;
	if (!cursor_read(o, &value, &id))
		return fail(&o->q->fault, EINVAL, "after", "cursor", "this page is not known: begin again");
	query_piece(query, o->down ? " AND sorted <= " : " AND sorted >= ");
	query_val(query, V(value));
	query_add(query, " AND (sorted");
	query_piece(query, op);
	query_val(query, V(value));
	query_add(query, " OR (sorted = ");
	query_val(query, V(value));
	query_add(query, " AND mark_of");
	query_piece(query, op);
	query_val(query, V(id));
	query_add(query, "))");
	return 0;
}

static int take(struct ordering *o, struct query *query, bool values)
{
	struct request *q = o->q;
	struct rows r;
	int err = db_ask(q->db, q->a, QUERY(query), &r, &q->fault);

	while (!err && o->n <= (size_t)o->limit && !(err = rows_next(&r, &q->fault))) {
		err = entity_from_row(&report_row_entity, &r, values, &o->rows[o->n], &q->fault);
		o->sorted[o->n++] = values ? rows_str(&r, 0) : (str){0};
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* Rows where something stands. */
static int with_value(struct ordering *o)
{
	struct query *query = query_new(o->q->a);
	struct listing ignored;
	int err;

	query_add(query, "SELECT sorted, ");
	entity_columns(&report_row_entity, query);
	query_add(query, " FROM (SELECT contact_id AS mark_of, " SORTED " AS sorted FROM mark WHERE column_id = ");
	query_val(query, V(o->column->ref_id));
	query_add(query, " AND value <> '') m CROSS JOIN report_row");
	err = report_where(o->q, o->sheet, query, &ignored);
	query_add(query, " AND id = mark_of");
	if (!err)
		err = add_behind(o, query);
	query_piece(query, o->down ? " ORDER BY sorted DESC, mark_of DESC LIMIT " : " ORDER BY sorted, mark_of LIMIT ");
	query_val(query, V(o->limit + 1));
	return err ? err : take(o, query, true);
}

/* The others. ret_l is what their cursor is made of. */
static int without_value(struct ordering *o, struct listing *ret_l)
{
	struct query *query = query_new(o->q->a);
	int err;

	query_add(query, "SELECT ");
	entity_columns(&report_row_entity, query);
	query_add(query, " FROM report_row");
	err = report_where(o->q, o->sheet, query, ret_l);
	if (err)
		return err;
	query_add(query, " AND id NOT IN (SELECT contact_id FROM mark WHERE column_id = ");
	query_val(query, V(o->column->ref_id));
	query_add(query, " AND value <> '')");
	ret_l->after = str_starts(o->after, STR("r")) ? str_sub(o->after, 1, o->after.n) : (str){0};
	err = listing_finish(o->sheet->row, ret_l, o->q->a, query, &o->q->fault);
	return err ? err : take(o, query, false);
}

static int begin(struct request *q, const struct report_sheet *sheet, struct ordering *o)
{
	struct query *unused = query_new(q->a);
	struct listing l;
	str sort = http_param(q->http, "sort");
	size_t at;
	int err = report_where(q, sheet, unused, &l);

	*o = (struct ordering){.q = q, .sheet = sheet, .down = sort.p[0] == '-', .limit = l.limit, .after = l.after};
	at = report_column_find(sheet, str_sub(sort, o->down, sort.n));
	if (!err && (at >= sheet->n || sheet->columns[at].kind != COLUMN_MARK))
		err = fail(&q->fault, EINVAL, "columns", "column_gone", "there is no column to sort by: «%.*s»",
		        (int)utf8_cut(sort, 60).n, sort.p);
	if (err)
		return err;
	o->column = &sheet->columns[at];
	o->rows = NEW_N(q->a, struct report_row, (size_t)o->limit + 2);
	o->sorted = NEW_N(q->a, str, (size_t)o->limit + 2);
	return 0;
}

/* By the column, or as the list is. */
static int file_query(struct request *q, const struct report_sheet *sheet, struct query *query, bool own)
{
	struct ordering o = {0};
	struct listing l;
	int err = own ? begin(q, sheet, &o) : 0;

	query_add(query, "SELECT ");
	entity_columns(&report_row_entity, query);
	query_add(query, " FROM report_row");
	if (!err && own) {
		query_add(query,
		        " LEFT JOIN (SELECT contact_id AS mark_of, " SORTED " AS sorted FROM mark WHERE column_id = ");
		query_val(query, V(o.column->ref_id));
		query_add(query, " AND value <> '') m ON mark_of = id");
	}
	if (!err)
		err = report_where(q, sheet, query, &l);
	if (err)
		return err;
	if (!own) {
		listing_order(sheet->row, &l, query);
		return 0;
	}
	query_piece(query,
	        o.down ? " ORDER BY sorted DESC NULLS LAST, mark_of DESC, " : " ORDER BY sorted NULLS LAST, mark_of, ");
	query_add(query, "last_at DESC, id DESC");
	return 0;
}

int report_file_query(struct request *q, const struct report_sheet *sheet, struct query *query)
{
	return file_query(
	        q, sheet, query, report_order_asked((struct http_param){STR("sort"), http_param(q->http, "sort")}));
}

int report_ordered(struct request *q, const struct report_sheet *sheet)
{
	struct ordering o;
	struct listing l;
	bool values;
	size_t limit, n;
	str next = {0};
	int err = begin(q, sheet, &o);

	if (err)
		return err;
	values = !o.after.n || o.after.p[0] == 'v';
	limit = (size_t)o.limit;
	if (values)
		err = with_value(&o);
	n = o.n;
	if (!err && o.n <= limit)
		err = without_value(&o, &l);
	if (err)
		return err;
	if (o.n > limit && limit && (limit <= n && values && o.sorted[limit - 1].p))
		next = cursor_put(&o, limit - 1);
	else if (o.n > limit)
		next = str_printf(q->a, "r%.*s", STR_ARG(listing_cursor(sheet->row, &l, &o.rows[limit - 1], q->a)));
	return report_page_put(q, sheet, o.rows, o.n > limit ? limit : o.n, next);
}
