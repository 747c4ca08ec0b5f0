/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - the live report: the working sheet of a project, a row per contact with a saved result, in which the customer's
 * managers keep columns of their own (marks). Totals come from roll-ups and equal the rows below them. */
#ifndef DOMAIN_REPORT_REPORT_H
#define DOMAIN_REPORT_REPORT_H

#include "kit/route/route.h"

struct report_row {
	int64_t id, project_id, base_id;
	str company, industry, activity, city, address, site, email, fax;
	int state;
	int64_t attempts, last_at, result_id;
	str result;
	int counts_as;
	int64_t result_parent_id;
	str comment;
	int64_t call_id;
	str number;
	int64_t talk_ms;
	bool is_dialogue;
	int64_t operator_id;
	str operator;
	int64_t recording_id;
	int verdict; /* enum verdict_word */
	str verdict_reason, verdict_reply;
	int64_t corrected_at;
};

enum mark_type { MARK_TEXT, MARK_CHOICE };

struct mark_column {
	int64_t id, version, project_id, position;
	str name;
	int type;
	str choices; /* JSON array of texts */
	bool archived;
};

struct mark {
	int64_t id, version, project_id, contact_id, column_id;
	str value;
	int64_t author_id, changed_at;
};

extern const struct entity report_row_entity, mark_column_entity, mark_entity;
extern const struct module report_module;

#endif
