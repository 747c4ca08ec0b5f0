/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_http.c - the sheet over HTTP: rows, columns, totals, and writing into a cell. */
#include "domain/disposition/disposition.h"
#include "domain/report/report_priv.h"
#include "domain/role/role.h"

static void put_marks(struct json_out *w, const struct report_sheet *sheet, const struct report_extra *e)
{
	json_key(w, "marks");
	json_open(w, '{');
	for (size_t i = 0; i < sheet->n; i++) {
		if (sheet->columns[i].kind != COLUMN_MARK || !e->marks[i].version)
			continue;
		json_key(w, sheet->columns[i].key);
		json_open(w, '{');
		json_member_text(w, "value", e->marks[i].value);
		json_member_int(w, "version", e->marks[i].version);
		json_member_text(w, "author", e->marks[i].author);
		json_member_int(w, "changed_at", e->marks[i].changed_at);
		json_close(w, '}');
	}
	json_close(w, '}');
}

static void put_answers(struct json_out *w, const struct report_sheet *sheet, const struct report_extra *e)
{
	json_key(w, "answers");
	json_open(w, '{');
	for (size_t i = 0; i < sheet->n; i++)
		if ((sheet->columns[i].kind == COLUMN_ANSWER || sheet->columns[i].kind == COLUMN_SURVEY) && e->answers[i].p)
			json_member_text(w, sheet->columns[i].key, e->answers[i]);
	json_close(w, '}');
}

static void put_cells(struct json_out *w, const struct report_sheet *sheet, const struct report_extra *e, struct arena *a)
{
	static const char *const types[] = {[CELL_EMPTY] = "text",
	        [CELL_NUMBER] = "number",
	        [CELL_TEXT] = "text",
	        [CELL_DATE] = "date",
	        [CELL_BOOL] = "yes_no",
	        [CELL_ERROR] = "error"};

	json_key(w, "cells");
	json_open(w, '{');
	for (size_t i = 0; i < sheet->n; i++) {
		const struct cell *c = &e->cells[i];
		if (sheet->columns[i].kind != COLUMN_FORMULA || c->type == CELL_EMPTY)
			continue;
		json_key(w, sheet->columns[i].key);
		json_open(w, '{');
		json_member_text(w, "type", str_of(types[c->type]));
		json_member_text(w, "value", c->type == CELL_ERROR ? str_of(cell_error_name(c->error)) : cell_text(a, c));
		json_close(w, '}');
	}
	json_close(w, '}');
}

static bool shows(const struct report_sheet *sheet, enum column_kind kind)
{
	for (size_t i = 0; i < sheet->n; i++)
		if (sheet->columns[i].kind == kind)
			return true;
	return false;
}

static void put_row(
        struct request *q, const struct report_sheet *sheet, const struct report_row *row, const struct report_extra *e)
{
	struct json_out *w = &q->out;

	json_open(w, '{');
	shape_members_to_json(&sheet->row->shape, row, q->who, true, w);
	if (row->counts_as == COUNTS_LEAD && !row->verdict)
		json_member_int(
		        w, "accept_until", acceptance_until(&sheet->term, lead_since(row->last_at, row->corrected_at)));
	if (shows(sheet, COLUMN_PERSONS))
		json_member_text(w, "persons", e->persons);
	if (shows(sheet, COLUMN_PHONES))
		json_member_text(w, "phones", e->phones);
	if (sheet->reader_id) {
		json_member_int(w, "comments", e->comments);
		json_member_int(w, "unread", e->unread);
		json_member_int(w, "score", e->score);
	}
	put_answers(w, sheet, e);
	put_marks(w, sheet, e);
	put_cells(w, sheet, e, q->a);
	json_close(w, '}');
}

static int put_chunks(struct request *q, const struct report_sheet *sheet, const struct report_row *rows, size_t n)
{
	struct report_extra extra[REPORT_CHUNK];
	int err = 0;

	for (size_t from = 0; !err && from < n; from += REPORT_CHUNK) {
		size_t some = n - from < REPORT_CHUNK ? n - from : REPORT_CHUNK;
		err = report_extras(q->db, q->a, sheet, rows + from, some, extra, &q->fault);
		for (size_t i = 0; !err && i < some; i++)
			put_row(q, sheet, &rows[from + i], &extra[i]);
	}
	return err;
}

/* Up to limit + 1 rows: the last only tells that there are more. */
static int fetch(struct request *q, struct query *query, int64_t limit, struct report_row *rows, size_t *ret_n)
{
	struct rows r;
	size_t n = 0;
	int err = db_ask(q->db, q->a, QUERY(query), &r, &q->fault);

	while (!err && n <= (size_t)limit && !(err = rows_next(&r, &q->fault)))
		err = entity_from_row(&report_row_entity, &r, 0, &rows[n++], &q->fault);
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

int report_page_put(struct request *q, const struct report_sheet *sheet, const struct report_row *rows, size_t n, str next)
{
	int err;

	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = put_chunks(q, sheet, rows, n);
	json_close(&q->out, ']');
	json_member_text(&q->out, "next", next);
	json_close(&q->out, '}');
	return err;
}

static int put_page(struct request *q, const struct report_sheet *sheet, struct query *query, struct listing *l)
{
	struct report_row *rows = NEW_N(q->a, struct report_row, (size_t)l->limit + 2);
	size_t n = 0, shown;
	int err = listing_finish(sheet->row, l, q->a, query, &q->fault);

	if (!err)
		err = fetch(q, query, l->limit, rows, &n);
	if (err)
		return err;
	shown = n > (size_t)l->limit ? (size_t)l->limit : n;
	return report_page_put(
	        q, sheet, rows, shown, n > shown ? listing_cursor(sheet->row, l, &rows[shown - 1], q->a) : (str){0});
}

int report_list(struct request *q)
{
	struct query *query = query_new(q->a);
	struct report_sheet sheet;
	struct project p;
	struct listing l;
	str format = http_param(q->http, "format");
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = report_columns(q->db, q->a, q->who, &p, q->now, &sheet, &q->fault);
	if (err)
		return err;
	if ((!format.n || str_eq(format, STR("json"))) &&
	        report_order_asked((struct http_param){STR("sort"), http_param(q->http, "sort")}))
		return report_ordered(q, &sheet);
	if (!format.n || str_eq(format, STR("json"))) {
		query_add(query, "SELECT ");
		entity_columns(&report_row_entity, query);
		query_add(query, " FROM report_row");
		err = report_where(q, &sheet, query, &l);
		return err ? err : put_page(q, &sheet, query, &l);
	}
	if (!may(q->who, access_rules()->exports))
		return fail(&q->fault, EACCES, "format", "forbidden", "your role may not export");
	err = report_file_query(q, &sheet, query);
	if (err)
		return err;
	return str_eq(format, STR("vcf")) ? report_vcard(q, &sheet, query) : report_export(q, &sheet, &p, query);
}

void report_column_put(struct json_out *w, const struct report_column *c)
{
	json_open(w, '{');
	json_member_text(w, "key", str_of(c->key));
	json_member_text(w, "label", c->label);
	json_member_text(w, "type", str_of(c->type));
	json_member_int(w, "column_id", c->ref_id);
	json_key(w, "own");
	json_add_bool(w, c->kind == COLUMN_MARK);
	json_key(w, "personal");
	json_add_bool(w, c->personal);
	json_key(w, "inside");
	json_add_bool(w, c->inside);
	json_key(w, "gone");
	json_add_bool(w, c->gone);
	json_key(w, "choices");
	json_add_raw(w, c->choices);
	json_close(w, '}');
}

int report_columns_list(struct request *q)
{
	struct report_sheet sheet;
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = report_columns(q->db, q->a, q->who, &p, q->now, &sheet, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; i < sheet.n; i++)
		report_column_put(&q->out, &sheet.columns[i]);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

/* Totals ------------------------------------------------------------------------------------------------------------- */

/* Where totals are counted: the cheapest that knows what the request filters by. By the roll-up a million rows cost as much as ten; by the index of
 * results and moments each row costs a step in it, and no table is read. */
static const char *const rolled_up[] = {
        "sort", "limit", "after", "result_id", "result", "counts_as", "result_parent_id", "state", "base_id", NULL};
static const char *const indexed[] = {"sort", "limit", "after", "result_id", "result", "counts_as", "result_parent_id",
        "last_at", "last_at>", "last_at<", NULL};
static const struct source {
	const char *const *knows; /* NULL: everything */
	const char *count, *from;
} sources[] = {
        {rolled_up, "sum(contacts)",
                "(SELECT s.project_id, s.base_id, s.state, s.last_result_id AS result_id, r.name AS result, r.counts_as, r.parent_id AS "
                "result_parent_id, s.contacts FROM contact_state s JOIN result r ON r.id = s.last_result_id WHERE s.state <> 'hidden' AND "
                "s.contacts > 0) report_row"},
        {indexed, "count(*)",
                "(SELECT c.project_id, c.last_at, r.id AS result_id, r.name AS result, r.counts_as, r.parent_id AS result_parent_id FROM result r "
                "CROSS JOIN contact c WHERE c.last_result_id = r.id AND c.project_id = r.project_id) report_row"},
        {NULL, "count(*)", "report_row"},
};

static bool knows(const struct source *s, const struct request *q)
{
	for (size_t i = 0; s->knows && i < q->http->n_params; i++) {
		bool known = false;
		for (size_t k = 0; s->knows[k]; k++)
			known |= str_eq(q->http->params[i].name, str_of(s->knows[k]));
		if (!known)
			return false;
	}
	return true;
}

static int totals_query(struct request *q, const struct report_sheet *sheet, struct query *query)
{
	const struct source *s = sources;
	struct listing ignored;
	int err;

	while (!knows(s, q))
		s++;
	query_add(query, "SELECT result_id, result, counts_as, ");
	query_piece(query, s->count);
	query_add(query, " FROM ");
	query_piece(query, s->from);
	err = report_where(q, sheet, query, &ignored);
	query_add(query, " GROUP BY result_id, result, counts_as ORDER BY 4 DESC, 1");
	return err;
}

static int put_totals(struct request *q, struct query *query)
{
	int64_t rows = 0, by_kind[COUNTS_REFUSAL + 1] = {0};
	struct rows r;
	int err = db_ask(q->db, q->a, QUERY(query), &r, &q->fault);

	json_open(&q->out, '{');
	json_key(&q->out, "results");
	json_open(&q->out, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		int64_t contacts = rows_int(&r, 3);
		str kind = rows_str(&r, 2);
		json_open(&q->out, '{');
		json_member_int(&q->out, "result_id", rows_int(&r, 0));
		json_member_text(&q->out, "name", rows_str(&r, 1));
		json_member_text(&q->out, "counts_as", kind);
		json_member_int(&q->out, "contacts", contacts);
		json_close(&q->out, '}');
		rows += contacts;
		for (size_t i = 0; counts_as_words[i]; i++)
			if (str_eq(kind, str_of(counts_as_words[i])))
				by_kind[i] += contacts;
	}
	rows_done(&r);
	json_close(&q->out, ']');
	json_member_int(&q->out, "rows", rows);
	json_member_int(&q->out, "leads", by_kind[COUNTS_LEAD]);
	json_member_int(&q->out, "meetings", by_kind[COUNTS_MEETING]);
	json_member_int(&q->out, "presentations", by_kind[COUNTS_PRESENTATION]);
	json_member_int(&q->out, "sales", by_kind[COUNTS_SALE]);
	json_member_int(&q->out, "refusals", by_kind[COUNTS_REFUSAL]);
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

int report_totals(struct request *q)
{
	struct query *query = query_new(q->a);
	struct report_sheet sheet;
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = report_columns(q->db, q->a, q->who, &p, q->now, &sheet, &q->fault);
	if (!err)
		err = totals_query(q, &sheet, query);
	return err ? err : put_totals(q, query);
}

/* Writing into a cell -------------------------------------------------------------------------------------------------- */

struct writing {
	struct request *q;
	const struct mark_body *body;
	struct mark was, mark;
	bool inside, personal; /* of its column: who hears of it */
};

static int mark_find(struct db *db, struct arena *a, struct mark *m, struct fault *f)
{
	struct query *query = query_new(a);
	int err;

	query_add(query, "SELECT ");
	entity_columns(&mark_entity, query);
	query_add(query, " FROM mark WHERE contact_id = ");
	query_val(query, V(m->contact_id));
	query_add(query, " AND column_id = ");
	query_val(query, V(m->column_id));
	err = entity_ask(&mark_entity, db, a, query, m, f);
	return err == ENOENT ? 0 : err;
}

static int mark_event(struct writing *w, struct db *db, struct arena *a, struct fault *f)
{
	struct text body = {.a = a};
	struct json_out out = {.t = &body};

	json_open(&out, '{');
	json_member_int(&out, "contact_id", w->mark.contact_id);
	json_member_int(&out, "column_id", w->mark.column_id);
	json_member_text(&out, "value", w->mark.value);
	json_member_int(&out, "version", w->mark.version);
	json_member_text(&out, "author", w->q->who->name);
	json_member_int(&out, "changed_at", w->mark.changed_at);
	json_close(&out, '}');
	return event_add(db, a,
	        &(struct event){.entity = "mark",
	                .verb = "changed",
	                .row_id = w->mark.id,
	                .project_id = w->mark.project_id,
	                .right = MAY_SEE_REPORT | (w->personal ? MAY_SEE_PERSONAL : 0),
	                .staff_only = w->inside,
	                .body = text_str(&body)},
	        f);
}

static int mark_audit(struct writing *w, struct db *db, struct arena *a, struct fault *f)
{
	const struct mark *was = w->was.id ? &w->was : NULL;

	return audit_add(db, a,
	        &(struct audit){.who = w->q->who,
	                .entity = "mark",
	                .verb = was ? "changed" : "created",
	                .row_id = w->mark.id,
	                .project_id = w->mark.project_id,
	                .diff = entity_diff(&mark_entity, was, &w->mark, a),
	                .peer = w->q->http->peer},
	        w->q->now, f);
}

/* The first to write into a cell makes its row, empty and without a version; on PostgreSQL a second one waits here and finds it made. */
static int mark_make(struct writing *w, struct db *db, struct arena *a, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO mark (version, project_id, contact_id, column_id, value, changed_at) VALUES (0, ?1, ?2, ?3, '', ?4) ON CONFLICT "
	        "(contact_id, column_id) DO NOTHING RETURNING id",
	        VALS(V(w->mark.project_id), V(w->mark.contact_id), V(w->mark.column_id), V(w->q->now)), &id, 1, f);

	if (err == ENOENT)
		return fail(f, ESTALE, "version", "stale", "somebody wrote into this cell meanwhile");
	if (!err)
		w->mark.id = val_int(id);
	return err;
}

static int mark_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct writing *w = arg;
	int err;

	w->was = (struct mark){.contact_id = w->mark.contact_id, .column_id = w->mark.column_id};
	err = mark_find(db, a, &w->was, f);
	if (!err && w->was.version != w->body->version)
		err = fail(f, ESTALE, "version", "stale", "somebody wrote into this cell meanwhile");
	if (err)
		return err;
	w->mark = (struct mark){.id = w->was.id,
	        .version = w->was.version,
	        .project_id = w->mark.project_id,
	        .contact_id = w->mark.contact_id,
	        .column_id = w->mark.column_id,
	        .value = w->body->value,
	        .author_id = w->q->who->user_id,
	        .changed_at = w->q->now};
	if (!w->was.id)
		err = mark_make(w, db, a, f);
	if (!err)
		err = entity_update(&mark_entity, db, a, &w->mark, f);
	if (!err)
		err = mark_audit(w, db, a, f);
	return err ? err : mark_event(w, db, a, f);
}

/* The cell: the column must be one that the writer's sheet of the row's project shows. Outside hear of it who get the column. */
static int cell_find(struct request *q, struct writing *w)
{
	struct who outside = {.role = access_rules()->link};
	str key = str_printf(q->a, "mark.%lld", (long long)q->id[1]);
	struct report_sheet sheet, theirs;
	struct project p;
	struct val project;
	size_t at;
	int err = db_one(q->db, q->a, "SELECT project_id FROM contact WHERE id = ?1 AND last_result_id IS NOT NULL",
	        VALS(V(q->id[0])), &project, 1, &q->fault);

	if (!err)
		err = resource_find(&project_resource, q, val_int(project), &p);
	if (!err)
		err = report_columns(q->db, q->a, q->who, &p, q->now, &sheet, &q->fault);
	if (!err)
		err = report_columns(q->db, q->a, &outside, &p, q->now, &theirs, &q->fault);
	if (err)
		return err;
	at = report_column_find(&sheet, key);
	if (at >= sheet.n)
		return ENOENT;
	w->mark.project_id = p.id;
	w->personal = sheet.columns[at].personal;
	w->inside = report_column_find(&theirs, key) >= theirs.n;
	return 0;
}

int report_mark_put(struct request *q)
{
	struct writing w = {.q = q, .body = q->body, .mark = {.contact_id = q->id[0], .column_id = q->id[1]}};
	int err = cell_find(q, &w);

	if (!err)
		err = request_write(q, mark_write, &w);
	if (!err)
		request_give(q, &mark_entity.shape, &w.mark);
	return err;
}
