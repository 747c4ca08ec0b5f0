/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - the fields of the sheet and of the customer's own columns. */
#include "domain/report/report.h"

#include "domain/disposition/disposition.h"
#include "domain/report/comment.h"
#include "domain/report/presence.h"
#include "domain/report/report_priv.h"
#include "domain/report/report_schema.h"
#include "domain/report/share.h"
#include "domain/report/verdict.h"
#include "domain/role/role.h"

static const char *const mark_types[] = {"text", "choice", NULL};
#define TEXTS_SCHEMA "{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\",\"maxLength\":200}}"

#define ENTITY struct report_row
static const struct field row_fields[] = {
        F_ID(),
        F_REF(project_id, "project", "Project", .flags = GIVEN),
        F_REF(base_id, "base", "Base it came from", .flags = GIVEN | STAFF_ONLY),
        F_STR(company, 0, 300, "Company", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(industry, 0, 300, "Industry", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(activity, 0, 1000, "What it does", .flags = GIVEN | NULLABLE),
        F_STR(city, 0, 200, "City", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(address, 0, 500, "Address", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(site, 0, 300, "Web site", .flags = GIVEN | NULLABLE),
        F_STR(email, 0, 254, "E-mail", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(fax, 0, 100, "Fax", .flags = GIVEN | NULLABLE),
        F_WORD(state, life_state_names, "Whether it is still worked with", .flags = GIVEN),
        F_INT(attempts, 0, 1000000, "Calls made to it", .flags = GIVEN),
        F_TIME(last_at, "When it was last spoken to", .flags = GIVEN | NULLABLE),
        F_REF(result_id, "result", "Result of the last talk", .flags = GIVEN),
        F_STR(result, 0, 100, "Name of that result", .flags = GIVEN | SEARCHED),
        F_WORD(counts_as, counts_as_words, "What it counts as", .flags = GIVEN),
        F_REF(result_parent_id, "result", "The result it is a reason of", .flags = GIVEN | NULLABLE),
        F_STR(comment, 0, 4000, "The operator's comment", .flags = GIVEN | NULLABLE | SEARCHED | UNSORTED),
        F_REF(call_id, "call", "Last call", .flags = GIVEN | NULLABLE),
        F_STR(number, 0, 32, "Number that was called", .flags = GIVEN | NULLABLE | SEARCHED),
        F_INT(talk_ms, 0, 86400000, "Length of the last talk, ms", .flags = GIVEN),
        F_BOOL(is_dialogue, "The talk was long enough to be a dialogue", .flags = GIVEN),
        F_REF(operator_id, "user", "Who spoke", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_STR(operator, 0, 200, "Name of the operator", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_REF(recording_id, "recording", "Recording of that talk", .flags = GIVEN | NULLABLE),
        F_WORD(verdict, verdict_words, "The customer's word on the lead; term: the house took it as accepted in time",
                .flags = GIVEN | NULLABLE),
        F_STR(verdict_reason, 0, 2000, "Why it was rejected", .flags = GIVEN | NULLABLE | UNSORTED),
        F_STR(verdict_reply, 0, 2000, "What we answered to that", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(corrected_at, "When that result was corrected; null: never", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
#define ENTITY struct mark_column
static const struct field column_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_INT(position, 0, 100000, "Order among the customer's columns"),
        F_STR(name, 1, 100, "Heading of the column", .flags = REQUIRED),
        F_WORD(type, mark_types, "Free text, or one of the choices"),
        F_JSON(choices, TEXTS_SCHEMA, "Values to choose from", .flags = NULLABLE | UNSORTED),
        F_BOOL(archived, "No longer shown; what was written is kept"),
};
#undef ENTITY
#define ENTITY struct mark
static const struct field mark_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Project", .flags = GIVEN),
        F_REF(contact_id, "contact", "Row of the sheet", .flags = GIVEN),
        F_REF(column_id, "mark_column", "Column of the sheet", .flags = GIVEN),
        F_STR(value, 0, 4000, "What was written; empty clears it"),
        F_REF(author_id, "user", "Who wrote it", .flags = GIVEN | NULLABLE),
        F_TIME(changed_at, "When it was written", .flags = GIVEN),
};
#undef ENTITY
#define ENTITY struct mark_body
static const struct field mark_body_fields[] = {
        F_STR(value, 0, 4000, "What to write; empty clears it", .flags = REQUIRED),
        F_INT(version, 0, INT64_MAX, "Version of the mark that was seen; 0 when the cell was empty", .flags = REQUIRED),
};
#undef ENTITY

const struct entity report_row_entity = ENTITY_OF(report_row, row_fields, "report_row", "A row of the live report");
const struct entity mark_column_entity =
        ENTITY_OF(mark_column, column_fields, "mark_column", "A column of the customer's own in the live report");
const struct entity mark_entity = ENTITY_OF(mark, mark_fields, "mark", "What the customer wrote in a cell of his own");
static const struct shape mark_body_shape = SHAPE_OF(mark_body, mark_body_fields, "Writing into a cell");

int report_columns_event(struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "report_columns",
	                .verb = "changed",
	                .row_id = project_id,
	                .project_id = project_id,
	                .right = MAY_SEE_REPORT},
	        f);
}

static int mark_column_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct mark_column *c = new ? new : old;

	return report_columns_event(db, q->a, c->project_id, f);
}

static const struct resource mark_column_resource = {
        .entity = &mark_column_entity,
        .path = "/projects/{project_id}/mark_columns",
        .read = MAY_SEE_REPORT | MAY_SEE_CALLS, /* our own people: the customer gets those of the form, with the sheet */
        .write = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "position",
        .changed = mark_column_changed,
};

static const struct route routes[] = {{HTTP_GET, "/projects/{id}/report", MAY_SEE_REPORT, report_list,
                                              "Rows of the live report with answers and marks; format=csv or xlsx exports",
                                              .gives_raw = "application/json", .schema = REPORT_SCHEMA},
        {HTTP_GET, "/projects/{id}/report/columns", MAY_SEE_REPORT, report_columns_list, "Columns of the sheet",
                .gives_raw = "application/json", .schema = COLUMNS_SCHEMA},
        {HTTP_GET, "/projects/{id}/report/available", MAY_RUN_PROJECT, report_available,
                "All columns a form of this project's report may have", .gives_raw = "application/json",
                .schema = COLUMNS_SCHEMA},
        {HTTP_GET, "/projects/{id}/report/totals", MAY_SEE_REPORT, report_totals, "Rows by result, under the same filters",
                .gives_raw = "application/json", .schema = TOTALS_SCHEMA},
        {HTTP_GET, "/projects/{id}/report/calls", MAY_SEE_REPORT | MAY_SEE_PERSONAL, report_calls,
                "Calls of the project as its report tells them", .gives = &report_call_entity.shape, .gives_list = true},
        {HTTP_GET, "/projects/{id}/report/people", MAY_DISCUSS, report_people,
                "Whom one may name under a row; q: part of the name", .gives_raw = "application/json",
                .schema = people_schema},
        {HTTP_POST, "/mentions/read", MAY_DISCUSS, mentions_read, "Mentions were read", .takes = &mentions_read_shape},
        {HTTP_PUT, "/projects/{id}/report/presence", MAY_DISCUSS, presence_put,
                "Be seen in the report, and see who else is there", .takes = &presence_shape,
                .gives_raw = "application/json", .schema = presence_schema},
        {HTTP_POST, "/projects/{id}/report/links", MAY_SHARE_REPORT, share_make, "Make a public link to the report",
                .takes = &share_body_shape, .gives = &shared_shape, .makes = true},
        {HTTP_POST, "/report_links/{id}/revoke", MAY_SHARE_REPORT, share_revoke, "Close a public link at once"},
        {HTTP_PUT, "/contacts/{id}/verdict", MAY_JUDGE_LEADS, verdict_put, "Accept or reject a lead",
                .takes = &verdict_body_shape, .gives = &verdict_entity.shape},
        {HTTP_POST, "/verdicts/{id}/reply", MAY_RUN_PROJECT, verdict_reply, "Answer a rejected lead",
                .takes = &verdict_reply_shape, .gives = &verdict_entity.shape},
        {HTTP_PUT, "/contacts/{id}/marks/{column_id}", MAY_MARK_REPORT, report_mark_put,
                "Write into a cell of the customer's own columns", .takes = &mark_body_shape, .gives = &mark_entity.shape},
        {0}};

static const struct resource *const resources[] = {&mark_column_resource, &report_form_resource, &report_view_resource,
        &report_comment_resource, &talk_score_resource, &mention_resource, &verdict_resource, &report_link_resource,
        &link_opening_resource, NULL};

const struct module report_module = {.name = "report", .resources = resources, .routes = routes, .jobs = report_jobs};
