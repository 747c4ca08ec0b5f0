/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter.c - which rows: by the fields of the row as every list does it, and by the customer's own columns and the answers. */
#include "domain/report/report_priv.h"
#include "engine/zone/zone.h"

enum { FILTERS_MAX = 10, VALUES_MAX = 20 };

/* Cells beside the row, which a table holds one of per contact and column. */
static const char *const beside[] = {
        [COLUMN_MARK] = "(SELECT contact_id FROM mark WHERE column_id = ",
        [COLUMN_ANSWER] = "(SELECT contact_id FROM answer WHERE field_id = ",
};

static bool is_beside(str name)
{
	return str_starts(name, STR("mark.")) || str_starts(name, STR("answer."));
}

static int add_values(struct query *where, str values, const char *name, struct fault *f)
{
	size_t n = 0;
	str part;

	query_add(where, " AND value IN (");
	while (str_cut(&values, ',', &part)) {
		if (n == VALUES_MAX || query_full(where))
			return fail(f, EINVAL, name, "too_many", "too many values");
		if (n++)
			query_add(where, ", ");
		query_val(where, V(part));
	}
	query_add(where, ")");
	return 0;
}

/* mark.7=New,Old   mark.7=null (nothing stands there)   mark.7=!null   mark.7~=ivan */
static int add_beside(const struct report_sheet *sheet, struct http_param p, struct query *where, struct fault *f)
{
	bool contains = str_ends(p.name, STR("~")), empty = !contains && str_eq(p.value, STR("null"));
	str key = str_sub(p.name, 0, p.name.n - contains);
	size_t at = report_column_find(sheet, key);
	const struct report_column *c = at < sheet->n ? &sheet->columns[at] : NULL;
	int err = 0;

	if (!c || (c->kind != COLUMN_MARK && c->kind != COLUMN_ANSWER))
		return fail(f, EINVAL, "columns", "column_gone", "there is no column to filter by: «%.*s»",
		        (int)(key.n > 60 ? 60 : key.n), key.p);
	query_piece(where, empty ? " AND id NOT IN " : " AND id IN ");
	query_piece(where, beside[c->kind]);
	query_val(where, V(c->ref_id));
	if (contains) {
		query_add(where, " AND ");
		query_contains(where, "value", p.value);
	} else if (empty || str_eq(p.value, STR("!null")))
		query_add(where, " AND value <> ''");
	else
		err = add_values(where, p.value, c->key, f);
	query_add(where, ")");
	return err;
}

/* The moment that "today" means in a filter by a moment. */
static int today_as_moment(struct arena *a, const struct report_sheet *sheet, struct http_param *p, struct fault *f)
{
	int64_t at = 0;
	int err;

	if (!str_starts(p->name, STR("last_at")) || !str_eq(p->value, STR("today")))
		return 0;
	err = zone_instant(sheet->timezone, date_of_days(sheet->today), 0, &at, f);
	p->value = str_printf(a, "%lld", (long long)at);
	return err;
}

int report_where(struct request *q, const struct report_sheet *sheet, struct query *where, struct listing *l)
{
	const struct http_request *http = q->http;
	struct http_param *others = NEW_N(q->a, struct http_param, http->n_params + 1);
	size_t n = 0, n_beside = 0;
	int err = 0;

	query_add(where, " WHERE project_id = ");
	query_val(where, V(q->id[0]));
	for (size_t i = 0; !err && i < http->n_params; i++) {
		if (report_order_asked(http->params[i]) || str_eq(http->params[i].name, STR("columns")))
			continue;
		if (!is_beside(http->params[i].name)) {
			others[n] = http->params[i];
			err = today_as_moment(q->a, sheet, &others[n++], &q->fault);
		} else if (++n_beside > FILTERS_MAX)
			err = fail(&q->fault, EINVAL, "columns", "too_many", "too many filters");
		else
			err = add_beside(sheet, http->params[i], where, &q->fault);
	}
	return err ? err : listing_from_params(sheet->row, others, n, "-last_at", q->who, q->a, where, l, &q->fault);
}
