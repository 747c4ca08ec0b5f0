/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_db.c - the columns of a sheet, and what stands beside its rows, a chunk of rows at a time. */
#include "domain/report/report_priv.h"

/* What the customer came for stands first; the rest of the company card comes after the talk. Names are fields of report_row. */
static const char *const first_columns[] = {"last_at", "company", "result", "comment", NULL};
static const char *const talk_columns[] = {"number", "talk_ms", "attempts", "operator", NULL};
static const char *const card_columns[] = {"industry", "activity", "city", "address", "site", "email", "fax", NULL};

static struct report_column *column_new(struct report_sheet *s)
{
	static struct report_column spare;

	return s->n < REPORT_COLUMNS ? &s->columns[s->n++] : &spare;
}

static void fields_add(struct report_sheet *s, const struct who *w, const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		const struct field *field = shape_field(&report_row_entity.shape, str_of(names[i]));
		if (field_visible(field, w))
			*column_new(s) = (struct report_column){
			        .key = field->name, .kind = COLUMN_FIELD, .field = field, .type = "field"};
	}
}

/* Columns made by people: id, key, label, type, choices. */
static const struct {
	int kind;
	const char *prefix, *sql;
} made[] = {
        {COLUMN_MARK, "mark",
                "SELECT id, CAST(id AS TEXT) AS key, name, type, choices FROM mark_column WHERE project_id = ?1 AND archived = 0 ORDER BY "
                "position, id"},
        {COLUMN_ANSWER, "answer",
                "SELECT id, key, label, type, choices FROM form_field WHERE project_id = ?1 AND archived = 0 ORDER BY position, id"},
        {COLUMN_SURVEY, "survey",
                "SELECT id, CAST(id AS TEXT) AS key, title, 'text', NULL FROM survey_question WHERE project_id = ?1 AND archived = 0 AND rates "
                "= 0 ORDER BY flow_id, position, id"},
};

static int made_add(
        struct db *db, struct arena *a, struct report_sheet *s, size_t which, int64_t project_id, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, made[which].sql, VALS(V(project_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		*column_new(s) = (struct report_column){
		        .key = str_printf(a, "%s.%.*s", made[which].prefix, STR_ARG(rows_str(&r, 1))).p,
		        .label = rows_str(&r, 2),
		        .kind = made[which].kind,
		        .ref_id = rows_int(&r, 0),
		        .type = str_z(a, rows_str(&r, 3)),
		        .choices = rows_str(&r, 4)};
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int report_columns(
        struct db *db, struct arena *a, const struct who *w, int64_t project_id, struct report_sheet *ret, struct fault *f)
{
	struct report_sheet s = {.columns = NEW_N(a, struct report_column, REPORT_COLUMNS)};
	int err = 0;

	fields_add(&s, w, first_columns);
	*column_new(&s) = (struct report_column){.key = "persons", .kind = COLUMN_PERSONS, .type = "text"};
	*column_new(&s) = (struct report_column){.key = "phones", .kind = COLUMN_PHONES, .type = "text"};
	fields_add(&s, w, talk_columns);
	for (size_t i = 0; i < COUNT(made) && !err; i++)
		err = made_add(db, a, &s, i, project_id, f);
	fields_add(&s, w, card_columns);
	if (!err)
		*ret = s;
	return err;
}

struct chunk {
	struct db *db;
	struct arena *a;
	const struct report_sheet *sheet;
	const int64_t *ids;
	size_t n;
	struct report_extra *extra;
};

static struct report_extra *extra_of(const struct chunk *c, int64_t contact_id)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->ids[i] == contact_id)
			return &c->extra[i];
	return NULL;
}

static size_t column_of(const struct report_sheet *s, int kind, int64_t ref_id)
{
	for (size_t i = 0; i < s->n; i++)
		if ((int)s->columns[i].kind == kind && s->columns[i].ref_id == ref_id)
			return i;
	return SIZE_MAX;
}

static void join(struct arena *a, str *to, str more)
{
	*to = to->n ? str_printf(a, "%.*s\n%.*s", STR_ARG(*to), STR_ARG(more)) : more;
}

static void take_person(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	str name = rows_str(r, 1), position = rows_str(r, 2);

	join(c->a, &e->persons, position.n ? str_printf(c->a, "%.*s, %.*s", STR_ARG(name), STR_ARG(position)) : name);
}

static void take_phone(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	str number = rows_str(r, 1), ext = rows_str(r, 2);

	join(c->a, &e->phones, ext.n ? str_printf(c->a, "%.*s, %.*s", STR_ARG(number), STR_ARG(ext)) : number);
}

static void take_answer(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	size_t i = column_of(c->sheet, COLUMN_ANSWER, rows_int(r, 1));

	if (i != SIZE_MAX)
		e->answers[i] = rows_str(r, 2);
}

static void take_reply(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	size_t i = column_of(c->sheet, COLUMN_SURVEY, rows_int(r, 1));

	if (i != SIZE_MAX)
		e->answers[i] = rows_str(r, 2);
}

static void take_mark(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	size_t i = column_of(c->sheet, COLUMN_MARK, rows_int(r, 1));

	if (i != SIZE_MAX)
		e->marks[i] = (struct report_mark){.value = rows_str(r, 2),
		        .version = rows_int(r, 3),
		        .changed_at = rows_int(r, 4),
		        .author = rows_str(r, 5)};
}

/* select names contact_id first; the ids of the chunk and order follow it. */
static int each(const struct chunk *c, const char *select, const char *order,
        void (*take)(const struct chunk *, const struct rows *, struct report_extra *), struct fault *f)
{
	struct query *q = query_new(c->a);
	struct rows r;
	int err;

	query_piece(q, select);
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			query_add(q, ", ");
		query_val(q, V(c->ids[i]));
	}
	query_piece(q, order);
	err = db_ask(c->db, c->a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f))) {
		struct report_extra *e = extra_of(c, rows_int(&r, 0));
		if (e)
			take(c, &r, e);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int report_extras(struct db *db, struct arena *a, const struct report_sheet *sheet, const int64_t *ids, size_t n,
        struct report_extra *ret, struct fault *f)
{
	struct chunk c = {db, a, sheet, ids, n, ret};
	int err;

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct report_extra){
		        .answers = NEW_N(a, str, sheet->n), .marks = NEW_N(a, struct report_mark, sheet->n)};
	if (n == 0)
		return 0;
	err = each(&c, "SELECT contact_id, name, position FROM person WHERE contact_id IN (", ") ORDER BY decides DESC, id",
	        take_person, f);
	if (!err)
		err = each(&c, "SELECT contact_id, e164, ext FROM phone WHERE contact_id IN (", ") ORDER BY position, id",
		        take_phone, f);
	if (!err)
		err = each(&c, "SELECT contact_id, field_id, value FROM answer WHERE contact_id IN (", ")", take_answer, f);
	if (!err)
		err = each(&c,
		        "SELECT who, question_id, value FROM survey_answer WHERE counts = 1 AND key IS NOT NULL AND who IN (",
		        ")", take_reply, f);
	if (!err)
		err = each(&c,
		        "SELECT m.contact_id, m.column_id, m.value, m.version, m.changed_at, u.name FROM mark m"
		        " LEFT JOIN \"user\" u ON u.id = m.author_id WHERE m.contact_id IN (",
		        ")", take_mark, f);
	return err;
}
