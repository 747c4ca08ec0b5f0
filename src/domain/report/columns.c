/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.c - which columns there are, and which of them a reader gets: by the project's form, by what is for our own people alone, and by what is
 * personal. What he does not get is neither in his rows nor in what he may sort and filter by. */
#include "domain/report/report_priv.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"

/* What the customer came for stands first; the rest of the company card comes after the talk. Names are fields of report_row. */
static const char *const first_columns[] = {"last_at", "company", "result", "comment", NULL};
static const char *const talk_columns[] = {"number", "talk_ms", "attempts", "operator", "verdict", NULL};
static const char *const card_columns[] = {"industry", "activity", "city", "address", "site", "email", "fax", NULL};

/* What tells of no person: everything that is not here is personal data. A free text is: anything may be written into it. */
static const struct {
	enum column_kind kind;
	const char *what; /* name of the field, or type of the question or column; NULL: any */
} impersonal[] = {
        {COLUMN_FIELD, "last_at"},
        {COLUMN_FIELD, "company"},
        {COLUMN_FIELD, "result"},
        {COLUMN_FIELD, "talk_ms"},
        {COLUMN_FIELD, "attempts"},
        {COLUMN_FIELD, "industry"},
        {COLUMN_FIELD, "activity"},
        {COLUMN_FIELD, "city"},
        {COLUMN_FIELD, "site"},
        {COLUMN_FIELD, "verdict"},
        {COLUMN_ANSWER, "number"},
        {COLUMN_ANSWER, "choice"},
        {COLUMN_ANSWER, "date"},
        {COLUMN_ANSWER, "yes_no"},
        {COLUMN_SURVEY, NULL},
        {COLUMN_MARK, "choice"},
};

/* The spine of the sheet: what totals, chips and the list itself stand on. Always there. */
static const char *const spine[] = {"id", "project_id", "state", "last_at", "result_id", "result", "counts_as",
        "result_parent_id", "call_id", "is_dialogue", "recording_id", "verdict", "corrected_at", NULL};
/* For people, not for whoever has a link. */
static const char *const discussed[] = {"verdict_reason", "verdict_reply", NULL};

static bool among(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (str_eq(str_of(*names), str_of(name)))
			return true;
	return false;
}

static bool is_personal(const struct report_column *c)
{
	str what = str_of(c->kind == COLUMN_FIELD ? c->field->name : c->type);

	for (size_t i = 0; i < COUNT(impersonal); i++)
		if (impersonal[i].kind == c->kind && (!impersonal[i].what || str_eq(what, str_of(impersonal[i].what))))
			return false;
	return true;
}

struct report_column *report_column_new(struct report_sheet *s)
{
	static struct report_column spare;

	return s->all < REPORT_COLUMNS ? &s->columns[s->all++] : &spare;
}

static void column_add(struct report_sheet *s, struct report_column c)
{
	c.personal = is_personal(&c);
	c.inside = c.field && c.field->flags & STAFF_ONLY;
	*report_column_new(s) = c;
}

static void fields_add(struct report_sheet *s, const char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		const struct field *field = shape_field(&report_row_entity.shape, str_of(names[i]));
		column_add(s,
		        (struct report_column){.key = field->name, .kind = COLUMN_FIELD, .field = field, .type = "field"});
	}
}

/* Columns made by people: id, key, label, type, choices. */
static const struct {
	enum column_kind kind;
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

	while (!err && !(err = rows_next(&r, f)))
		column_add(s, (struct report_column){
		                      .key = str_printf(a, "%s.%.*s", made[which].prefix, STR_ARG(rows_str(&r, 1))).p,
		                      .label = rows_str(&r, 2),
		                      .kind = made[which].kind,
		                      .ref_id = rows_int(&r, 0),
		                      .type = str_z(a, rows_str(&r, 3)),
		                      .choices = rows_str(&r, 4)});
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int report_all_columns(struct db *db, struct arena *a, int64_t project_id, struct report_sheet *ret, struct fault *f)
{
	struct report_sheet s = {.columns = NEW_N(a, struct report_column, REPORT_COLUMNS)};
	int err = 0;

	fields_add(&s, first_columns);
	column_add(&s, (struct report_column){.key = "persons", .kind = COLUMN_PERSONS, .type = "text"});
	column_add(&s, (struct report_column){.key = "phones", .kind = COLUMN_PHONES, .type = "text"});
	fields_add(&s, talk_columns);
	for (size_t i = 0; i < COUNT(made) && !err; i++)
		err = made_add(db, a, &s, i, project_id, f);
	fields_add(&s, card_columns);
	s.n = s.all;
	if (!err)
		*ret = s;
	return err;
}

size_t report_column_find(const struct report_sheet *sheet, str key)
{
	for (size_t i = 0; i < sheet->all; i++)
		if (str_eq(str_of(sheet->columns[i].key), key))
			return i;
	return SIZE_MAX;
}

/* A formula is as personal, and as much for our own people, as what it reads. */
static void inherit(struct report_sheet *s)
{
	for (size_t i = 0; i < s->n_order; i++) {
		struct report_column *c = &s->columns[s->order[i]];
		for (size_t k = 0; k < c->formula->n_columns; k++) {
			const struct report_column *read = c->reads[k] == SIZE_MAX ? NULL : &s->columns[c->reads[k]];
			c->personal |= read && read->personal;
			c->inside |= read && read->inside;
		}
	}
}

static bool receives(const struct who *w, const struct report_column *c)
{
	return !(c->inside && w->role->outside) && (!c->personal || may(w, MAY_SEE_PERSONAL));
}

/* Those the reader gets keep their order and come first; what formulas read moves behind. */
static void narrow(struct arena *a, struct report_sheet *s, const struct who *w)
{
	struct report_column *columns = NEW_N(a, struct report_column, s->all + 1);
	size_t *now_at = NEW_N(a, size_t, s->all + 1), n = 0, all;

	for (size_t i = 0; i < s->n; i++)
		if (receives(w, &s->columns[i]))
			columns[now_at[i] = n++] = s->columns[i];
	all = n;
	for (size_t i = 0; i < s->all; i++)
		if (i >= s->n || !receives(w, &s->columns[i]))
			columns[now_at[i] = all++] = s->columns[i];
	for (size_t i = 0; i < s->n_order; i++) {
		struct report_column *c = &columns[now_at[s->order[i]]];
		size_t *reads = NEW_N(a, size_t, FORMULA_COLUMNS);
		for (size_t k = 0; k < c->formula->n_columns; k++)
			reads[k] = c->reads[k] == SIZE_MAX ? SIZE_MAX : now_at[c->reads[k]];
		c->reads = reads;
		s->order[i] = now_at[s->order[i]];
	}
	s->columns = columns;
	s->n = n;
}

/* From outside the sheet is what the form shows, and nothing beside it. */
static const struct entity *row_entity(struct arena *a, const struct report_sheet *s, const struct who *w)
{
	struct entity *e = NEW(a, struct entity);
	struct field *fields = NEW_N(a, struct field, report_row_entity.shape.n);

	if (!w->role->outside)
		return &report_row_entity;
	*e = report_row_entity;
	memcpy(fields, e->shape.fields, e->shape.n * sizeof(*fields));
	e->shape.fields = fields;
	for (size_t i = 0; i < e->shape.n; i++) {
		size_t at = report_column_find(s, str_of(fields[i].name));
		bool spoken = among(discussed, fields[i].name) && may(w, MAY_DISCUSS);
		if (!among(spine, fields[i].name) && at >= s->n && !spoken)
			fields[i].flags |= STAFF_ONLY;
	}
	return e;
}

int report_columns(struct db *db, struct arena *a, const struct who *w, const struct project *p, int64_t now,
        struct report_sheet *ret, struct fault *f)
{
	struct report_sheet all, s;
	struct zone_time clock;
	struct val form;
	int err = report_all_columns(db, a, p->id, &all, f);

	if (!err)
		err = zone_local(p->timezone, now, &clock, f);
	if (err)
		return err;
	err = db_one(db, a, "SELECT columns FROM report_form WHERE project_id = ?1", VALS(V(p->id)), &form, 1, f);
	if (err == ENOENT) {
		s = all;
		err = 0;
	} else if (!err)
		err = form_apply(a, val_str(form), &all, false, &s, f);
	if (err)
		return err;
	inherit(&s);
	narrow(a, &s, w);
	s.row = row_entity(a, &s, w);
	s.reader_id = may(w, MAY_DISCUSS) ? w->user_id : 0;
	s.timezone = p->timezone;
	s.today = date_days(clock.date);
	err = acceptance_load(db, a, p, now, &s.term, f);
	if (err)
		return err;
	*ret = s;
	return 0;
}
