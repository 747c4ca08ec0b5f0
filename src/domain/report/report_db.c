/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_db.c - what stands beside the rows of the sheet, a chunk of rows at a time. */
#include "domain/report/report_priv.h"

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
	for (size_t i = 0; i < s->all; i++)
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

/* What stands beside the rows: select names contact_id first; the ids of the chunk and order follow it. */
static const struct {
	enum column_kind kind;
	const char *select, *order;
	void (*take)(const struct chunk *, const struct rows *, struct report_extra *);
} beside[] = {
        {COLUMN_PERSONS, "SELECT contact_id, name, position FROM person WHERE contact_id IN (",
                ") ORDER BY decides DESC, id", take_person},
        {COLUMN_PHONES, "SELECT contact_id, e164, ext FROM phone WHERE contact_id IN (", ") ORDER BY position, id",
                take_phone},
        {COLUMN_ANSWER, "SELECT contact_id, field_id, value FROM answer WHERE contact_id IN (", ")", take_answer},
        {COLUMN_SURVEY,
                "SELECT who, question_id, value FROM survey_answer WHERE counts = 1 AND key IS NOT NULL AND who IN (", ")",
                take_reply},
        {COLUMN_MARK,
                "SELECT m.contact_id, m.column_id, m.value, m.version, m.changed_at, u.name FROM mark m"
                " LEFT JOIN \"user\" u ON u.id = m.author_id WHERE m.contact_id IN (",
                ")", take_mark},
};

static void add_ids(const struct chunk *c, struct query *q)
{
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			query_add(q, ", ");
		query_val(q, V(c->ids[i]));
	}
}

static int take_rows(const struct chunk *c, struct query *q,
        void (*take)(const struct chunk *, const struct rows *, struct report_extra *), struct fault *f)
{
	struct rows r;
	int err = db_ask(c->db, c->a, QUERY(q), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		struct report_extra *e = extra_of(c, rows_int(&r, 0));
		if (e)
			take(c, &r, e);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int take_all(const struct chunk *c, size_t which, struct fault *f)
{
	struct query *q = query_new(c->a);

	query_piece(q, beside[which].select);
	add_ids(c, q);
	query_piece(q, beside[which].order);
	return take_rows(c, q, beside[which].take, f);
}

static void take_comments(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	(void)c;
	e->comments = rows_int(r, 1);
}

/* The last comes last. */
static void take_score(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	(void)c;
	e->score = rows_int(r, 1);
}

static void take_unread(const struct chunk *c, const struct rows *r, struct report_extra *e)
{
	(void)c;
	e->unread = rows_int(r, 1);
}

/* How much is said under a row, how much of it names the reader and is not read, and how its talks were liked. */
static int take_talk(const struct chunk *c, struct fault *f)
{
	struct query *said = query_new(c->a), *named = query_new(c->a), *liked = query_new(c->a);
	int err;

	query_add(said, "SELECT contact_id, COUNT(*) FROM report_comment WHERE removed = 0 AND contact_id IN (");
	add_ids(c, said);
	query_add(said, ") GROUP BY contact_id");
	err = take_rows(c, said, take_comments, f);
	if (err)
		return err;
	query_add(named, "SELECT contact_id, COUNT(*) FROM mention WHERE user_id = ");
	query_val(named, V(c->sheet->reader_id));
	query_add(named, " AND read_at IS NULL AND contact_id IN (");
	add_ids(c, named);
	query_add(named, ") GROUP BY contact_id");
	err = take_rows(c, named, take_unread, f);
	if (err)
		return err;
	query_add(liked, "SELECT contact_id, score FROM talk_score WHERE contact_id IN (");
	add_ids(c, liked);
	query_add(liked, ") ORDER BY scored_at, id");
	return take_rows(c, liked, take_score, f);
}

static bool has_kind(const struct report_sheet *s, enum column_kind kind)
{
	for (size_t i = 0; i < s->all; i++)
		if (s->columns[i].kind == kind)
			return true;
	return false;
}

int report_extras(struct db *db, struct arena *a, const struct report_sheet *sheet, const struct report_row *rows, size_t n,
        struct report_extra *ret, struct fault *f)
{
	int64_t ids[REPORT_CHUNK] = {0};
	struct chunk c = {db, a, sheet, ids, n, ret};
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		ids[i] = rows[i].id;
		ret[i] = (struct report_extra){.answers = NEW_N(a, str, sheet->all + 1),
		        .marks = NEW_N(a, struct report_mark, sheet->all + 1),
		        .cells = NEW_N(a, struct cell, sheet->all + 1)};
	}
	for (size_t i = 0; n && !err && i < COUNT(beside); i++)
		if (has_kind(sheet, beside[i].kind))
			err = take_all(&c, i, f);
	if (n && !err && sheet->reader_id)
		err = take_talk(&c, f);
	for (size_t i = 0; !err && i < n; i++)
		report_cells(a, sheet, &rows[i], &ret[i]);
	return err;
}
