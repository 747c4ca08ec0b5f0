/* SPDX-License-Identifier: GPL-3.0-or-later */
/* form.c - the form of a project's report, built by who leads it: which columns, in which order, under which names, and the formulas among them. */
#include "base/utf8.h"
#include "domain/report/report_priv.h"
#include "domain/role/role.h"

struct report_form {
	int64_t id, version, project_id;
	str columns;
	int64_t author_id, changed_at;
};

#define FORM_SCHEMA \
	"{\"type\":\"array\",\"minItems\":1,\"maxItems\":100,\"items\":{\"type\":\"object\",\"required\":[\"key\"],\"properties\":{" \
	"\"key\":{\"type\":\"string\",\"maxLength\":80},\"label\":{\"type\":[\"string\",\"null\"],\"maxLength\":100}," \
	"\"inside\":{\"type\":\"boolean\"},\"formula\":{\"type\":[\"string\",\"null\"],\"maxLength\":1000}}}}"

#define ENTITY struct report_form
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Whose report", .flags = REQUIRED | FIXED),
        F_JSON(columns, FORM_SCHEMA, "Its columns in order; inside: for our own people alone; calc.*: counted by a formula",
                .flags = REQUIRED | UNSORTED),
        F_REF(author_id, "user", "Who changed it last", .flags = GIVEN | NULLABLE),
        F_TIME(changed_at, "When it was changed last", .flags = GIVEN),
};
#undef ENTITY
static const struct entity report_form_entity = ENTITY_OF(report_form, fields, "report_form", "The form of a live report");

/* Laying a form over the columns there are. */
struct laying {
	struct arena *a;
	const struct report_sheet *all;
	struct report_sheet sheet;
	bool strict;
	char field[64]; /* of the column at hand, for the fault */
	struct fault *f;
};

static int refuse(struct laying *l, const char *member, const char *code, const char *what, str which)
{
	char field[96];

	snprintf(field, sizeof(field), "%s%s", l->field, member);
	return fail(
	        l->f, EINVAL, field, code, "%s: «%.*s»", what, (int)(which.n > 80 ? 80 : which.n), which.p ? which.p : "");
}

static bool calc_key(str key)
{
	if (!str_starts(key, STR("calc.")) || key.n < 6 || key.n > 45)
		return false;
	for (size_t i = 5; i < key.n; i++)
		if (!(key.p[i] >= 'a' && key.p[i] <= 'z') && !(key.p[i] >= '0' && key.p[i] <= '9') && key.p[i] != '_')
			return false;
	return true;
}

static int calc_add(struct laying *l, str key, str label, str text, struct report_column *c)
{
	struct formula *formula;
	char field[96];
	int err;

	if (!label.n)
		return refuse(l, ".label", "form_heading", "a column with a formula needs a heading", key);
	snprintf(field, sizeof(field), "%s.formula", l->field);
	err = formula_parse(l->a, text, field, &formula, l->f);
	*c = (struct report_column){.key = str_z(l->a, key), .kind = COLUMN_FORMULA, .type = "formula", .formula = formula};
	return err;
}

/* An item of the form; EAGAIN: it is gone, and that is no fault. */
static int item_column(struct laying *l, struct json item, struct report_column *c)
{
	str key = json_get_text(item, "key"), label = str_trim(json_get_text(item, "label"));
	str formula = json_get_text(item, "formula");
	size_t at = report_column_find(l->all, key);
	int err = 0;

	if (report_column_find(&l->sheet, key) != SIZE_MAX)
		return refuse(l, ".key", "form_twice", "this column is there twice", key);
	if (utf8_count(label) > 100)
		return refuse(l, ".label", "form_heading", "a heading has at most 100 characters", label);
	if (calc_key(key))
		err = calc_add(l, key, label, formula, c);
	else if (at == SIZE_MAX)
		return l->strict ? refuse(l, ".key", "form_column", "there is no such column", key) : EAGAIN;
	else
		*c = l->all->columns[at];
	if (label.n)
		c->label = label;
	c->inside |= json_get_bool(item, "inside", false);
	return err;
}

/* What a formula reads and the form does not show moves in behind; what is nowhere is gone. */
static int resolve(struct laying *l, struct report_column *c)
{
	size_t *reads = NEW_N(l->a, size_t, FORMULA_COLUMNS);

	for (size_t i = 0; i < c->formula->n_columns; i++) {
		str key = c->formula->columns[i];
		size_t at = report_column_find(&l->sheet, key), from;
		if (at == SIZE_MAX && (from = report_column_find(l->all, key)) != SIZE_MAX &&
		        l->sheet.all < REPORT_COLUMNS) {
			at = l->sheet.all;
			*report_column_new(&l->sheet) = l->all->columns[from];
		}
		if (at == SIZE_MAX && l->strict)
			return refuse(l, ".formula", "form_column", "the formula reads a column that is not there", key);
		c->gone |= at == SIZE_MAX;
		reads[i] = at;
	}
	c->reads = reads;
	return 0;
}

enum { UNSEEN, OPEN, DONE };

/* Depth first: a formula after all it reads. Who comes back to an open one goes in a circle. */
static int visit(struct laying *l, size_t at, uint8_t *seen)
{
	struct report_sheet *s = &l->sheet;
	const struct report_column *c = &s->columns[at];
	int err = 0;

	if (c->kind != COLUMN_FORMULA || seen[at] == DONE)
		return 0;
	if (seen[at] == OPEN)
		return fail(l->f, EINVAL, "columns", "form_cycle", "the column «%.*s» is counted out of itself",
		        STR_ARG(c->label));
	seen[at] = OPEN;
	for (size_t i = 0; !err && i < c->formula->n_columns; i++)
		if (c->reads[i] != SIZE_MAX)
			err = visit(l, c->reads[i], seen);
	seen[at] = DONE;
	s->order[s->n_order++] = at;
	return err;
}

static int order_formulas(struct laying *l)
{
	uint8_t seen[REPORT_COLUMNS] = {0};
	int err = 0;

	l->sheet.order = NEW_N(l->a, size_t, FORM_COLUMNS + 1);
	for (size_t i = 0; !err && i < l->sheet.n; i++)
		if (l->sheet.columns[i].kind == COLUMN_FORMULA) {
			snprintf(l->field, sizeof(l->field), "columns[%zu]", i);
			err = resolve(l, &l->sheet.columns[i]);
		}
	for (size_t i = 0; !err && i < l->sheet.n; i++)
		err = visit(l, i, seen);
	return err;
}

int form_apply(struct arena *a, str columns_json, const struct report_sheet *all, bool strict, struct report_sheet *ret,
        struct fault *f)
{
	struct laying l = {.a = a, .all = all, .strict = strict, .f = f};
	struct json doc;
	int err = json_parse(a, columns_json, &doc, f);

	if (!err && (json_kind(doc) != JSON_ARRAY || !json_count(doc) || json_count(doc) > FORM_COLUMNS))
		err = fail(f, EINVAL, "columns", "form_length", "a form has from one to %d columns", FORM_COLUMNS);
	if (err)
		return err;
	l.sheet.columns = NEW_N(a, struct report_column, REPORT_COLUMNS);
	for (size_t i = 0; !err && i < json_count(doc); i++) {
		struct report_column c;
		snprintf(l.field, sizeof(l.field), "columns[%zu]", i);
		err = item_column(&l, json_at(doc, i), &c);
		if (!err)
			*report_column_new(&l.sheet) = c;
		else if (err == EAGAIN)
			err = 0;
	}
	l.sheet.n = l.sheet.all;
	if (!err)
		err = order_formulas(&l);
	if (!err)
		*ret = l.sheet;
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	struct report_form *form = new;
	struct report_sheet all, sheet;
	int err;

	(void)old;
	if (!form)
		return 0;
	form->author_id = q->who->user_id;
	form->changed_at = q->now;
	err = report_all_columns(q->db, q->a, form->project_id, &all, &q->fault);
	return err ? err : form_apply(q->a, form->columns, &all, true, &sheet, &q->fault);
}

static int form_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct report_form *form = new ? new : old;

	return report_columns_event(db, q->a, form->project_id, f);
}

const struct resource report_form_resource = {
        .entity = &report_form_entity,
        .path = "/report_forms",
        .read = MAY_RUN_PROJECT,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .check = check,
        .changed = form_changed,
};

int report_available(struct request *q)
{
	struct report_sheet all;
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = report_all_columns(q->db, q->a, p.id, &all, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; i < all.n; i++)
		report_column_put(&q->out, &all.columns[i]);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}
