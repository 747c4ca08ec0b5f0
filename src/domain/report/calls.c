/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calls.c - the calls behind the figures, the lines of an act and the rows of a report: the journal as narrow as the report of who asks. */
#include "domain/disposition/disposition.h"
#include "domain/report/report_priv.h"
#include "domain/role/role.h"

struct report_call {
	int64_t id, project_id, contact_id;
	str company, number;
	int direction;
	int64_t script_version_id, asked_at, answered_at, ended_at, talk_ms;
	bool is_dialogue;
	int64_t result_id;
	str result;
	int counts_as;
	bool rejected;
	int64_t recording_id;
};
static const char *const directions[] = {"out", "in", NULL};

#define ENTITY struct report_call
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "Project", .flags = GIVEN),
        F_REF(contact_id, "contact", "Who was called", .flags = GIVEN | NULLABLE),
        F_STR(company, 0, 300, "Its company", .flags = GIVEN | NULLABLE | SEARCHED | STAFF_ONLY),
        F_STR(number, 0, 32, "Its number", .flags = GIVEN | NULLABLE | SEARCHED | STAFF_ONLY),
        F_WORD(direction, directions, "Out or in", .flags = GIVEN),
        F_REF(script_version_id, "script_version", "By which version of the script", .flags = GIVEN | NULLABLE),
        F_TIME(asked_at, "When", .flags = GIVEN),
        F_TIME(answered_at, "When somebody answered; null: nobody did", .flags = GIVEN | NULLABLE),
        F_TIME(ended_at, "When it ended", .flags = GIVEN | NULLABLE),
        F_INT(talk_ms, 0, 0, "Length of the talk, ms", .flags = GIVEN),
        F_BOOL(is_dialogue, "Long enough to be a dialogue", .flags = GIVEN),
        F_REF(result_id, "result", "Its result", .flags = GIVEN | NULLABLE),
        F_STR(result, 0, 100, "Name of the result", .flags = GIVEN | NULLABLE),
        F_WORD(counts_as, counts_as_words, "What it counts as", .flags = GIVEN | NULLABLE),
        F_BOOL(rejected, "A lead the customer rejected", .flags = GIVEN),
        F_REF(recording_id, "recording", "Its recording", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity report_call_entity = {.shape = {.name = "report_call",
                                                  .doc = "A call as the report of its project tells it",
                                                  .fields = fields,
                                                  .n = COUNT(fields),
                                                  .size = sizeof(struct report_call)},
        .table = "journal"};

/* Company and number reach from outside who has them in his sheet. */
static const struct entity *narrowed(struct arena *a, const struct report_sheet *sheet, const struct who *w)
{
	struct entity *e = NEW(a, struct entity);
	struct field *mine = NEW_N(a, struct field, COUNT(fields));

	if (!w->role->outside)
		return &report_call_entity;
	*e = report_call_entity;
	memcpy(mine, fields, sizeof(fields));
	e->shape.fields = mine;
	for (size_t i = 0; i < COUNT(fields); i++)
		if (report_column_find(sheet, str_of(fields[i].name)) < sheet->n)
			mine[i].flags &= (uint16_t)~STAFF_ONLY;
	return e;
}

int report_calls(struct request *q)
{
	struct query *query = query_new(q->a);
	struct report_sheet sheet;
	struct project p;
	str format = http_param(q->http, "format");
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = report_columns(q->db, q->a, q->who, &p, q->now, &sheet, &q->fault);
	if (err)
		return err;
	if (format.n && !str_eq(format, STR("json")) && !may(q->who, access_rules()->exports))
		return fail(&q->fault, EACCES, "format", "forbidden", "your role may not export");
	query_add(query, "SELECT ");
	entity_columns(&report_call_entity, query);
	query_add(query, " FROM journal WHERE project_id = ");
	query_val(query, V(p.id));
	return request_list(q, narrowed(q->a, &sheet, q->who), query, "-asked_at");
}
