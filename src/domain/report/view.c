/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view.c - saved views: columns, filters and order of the sheet under a name. One's own, or shared with one's own company: the customer's people
 * never see ours, nor we theirs. A column that is gone meanwhile stays in the view with the name it had, so that the view can say so. */
#include "domain/report/report_priv.h"
#include "domain/role/role.h"

struct report_view {
	int64_t id, version, project_id, owner_id, company_id;
	str name;
	bool shared;
	str columns, filters, sort;
	int64_t created_at;
};

#define COLUMNS_OF_VIEW \
	"{\"type\":\"array\",\"maxItems\":300,\"items\":{\"type\":\"object\",\"required\":[\"key\",\"label\"],\"properties\":{" \
	"\"key\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"}}}}"
#define FILTERS_OF_VIEW "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}"

#define ENTITY struct report_view
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Whose report", .flags = REQUIRED | FIXED),
        F_REF(owner_id, "user", "Whose view it is", .flags = GIVEN),
        F_INT(company_id, 0, INT64_MAX, "The customer whose people see it when it is shared; 0: our own people",
                .flags = GIVEN),
        F_STR(name, 1, 100, "Its name", .flags = REQUIRED),
        F_BOOL(shared, "Colleagues of the same company see it too"),
        F_JSON(columns, COLUMNS_OF_VIEW, "Columns in order, with the headings they had; null: all of the form",
                .flags = NULLABLE | UNSORTED),
        F_JSON(filters, FILTERS_OF_VIEW, "Filters as they stand in the address", .flags = UNSORTED),
        F_STR(sort, 0, 200, "Order, as it stands in the address", .flags = NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
static const struct entity report_view_entity =
        ENTITY_OF(report_view, fields, "report_view", "A saved view of a live report");

static void fill(struct request *q, void *new)
{
	struct report_view *v = new;

	v->owner_id = q->who->user_id;
	v->company_id = q->who->customer_id;
	v->filters = STR("{}");
	v->created_at = q->now;
}

/* Who comes by a link is nobody, and has no views. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where, " AND (owner_id = ");
	query_val(where, V(q->who->user_id));
	query_add(where, " OR (shared = 1 AND company_id = ");
	query_val(where, V(q->who->customer_id));
	query_add(where, " AND CAST(");
	query_val(where, V(q->who->user_id));
	query_add(where, " AS BIGINT) > 0))");
}

static int check_columns(struct request *q, str text)
{
	struct json doc;
	int err = json_parse(q->a, text, &doc, &q->fault);

	if (!err && (json_kind(doc) != JSON_ARRAY || json_count(doc) > REPORT_COLUMNS))
		err = fail(&q->fault, EINVAL, "columns", "type", "columns are a list");
	for (size_t i = 0; !err && i < json_count(doc); i++) {
		str key = json_get_text(json_at(doc, i), "key"), label = json_get_text(json_at(doc, i), "label");
		if (!key.n || key.n > 100 || label.n > 400)
			err = fail(&q->fault, EINVAL, "columns", "column", "a column of a view has a key and a heading");
	}
	return err;
}

static int check_filters(struct request *q, str text)
{
	struct json doc, value;
	void *at = NULL;
	str key, words;
	int err = json_parse(q->a, text, &doc, &q->fault);

	if (!err && (json_kind(doc) != JSON_OBJECT || json_count(doc) > 30))
		err = fail(&q->fault, EINVAL, "filters", "type", "filters are an object of texts");
	while (!err && json_next(doc, &at, &key, &value))
		if (!json_text(value, &words) || key.n > 100 || words.n > 1000)
			err = fail(&q->fault, EINVAL, "filters", "type", "filters are an object of texts");
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct report_view *was = old, *v = new;
	int err = 0;

	if (!q->who->user_id || (was && was->owner_id != q->who->user_id))
		return fail(
		        &q->fault, EACCES, NULL, "not_yours", "this view is another's: save it under a name of your own");
	if (v && v->columns.n)
		err = check_columns(q, v->columns);
	if (v && !err)
		err = check_filters(q, v->filters);
	return err;
}

const struct resource report_view_resource = {
        .entity = &report_view_entity,
        .path = "/report_views",
        .read = MAY_SEE_REPORT,
        .write = MAY_SEE_REPORT,
        .remove = MAY_SEE_REPORT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .fill = fill,
        .silent = true,
};
