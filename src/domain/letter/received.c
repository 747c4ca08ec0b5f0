/* SPDX-License-Identifier: GPL-3.0-or-later */
/* received.c - the letters we wrote to the customer, as his people read them in the portal: what was sent and to whom, not how the mail
 * server took it. Links of letters do not work from here ("{token}" stands in their place), and need not: who reads this is logged in. */
#include "domain/letter/letter_priv.h"
#include "domain/role/role.h"

struct received {
	int64_t id, project_id, created_at, sent_at;
	str kind, day, to_list, subject, body_text, body_html;
};

#define ENTITY struct received
static const struct field received_fields[] = {
        F_ID(),
        F_STR(kind, 1, 40, "evening, change, stop …", .flags = GIVEN),
        F_REF(project_id, "project", "The project it is about", .flags = GIVEN),
        F_DATE(day, "The day an evening letter is about", .flags = GIVEN | NULLABLE),
        F_STR(to_list, 1, 254, "To whom", .flags = GIVEN | SEARCHED),
        F_STR(subject, 1, 400, "Subject", .flags = GIVEN | SEARCHED),
        F_STR(body_text, 0, 1000000, "Text", .flags = GIVEN | UNLISTED | UNSORTED),
        F_STR(body_html, 0, 1000000, "The same as HTML", .flags = GIVEN | NULLABLE | UNLISTED | UNSORTED),
        F_TIME(created_at, "When it was written", .flags = GIVEN),
        F_TIME(sent_at, "When the mail server took it", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity received_entity =
        ENTITY_OF(received, received_fields, "letter", "A letter we wrote to the customer");

static void received_reach(const struct request *q, struct query *where)
{
	(void)q;
	query_add(where, " AND for_customer = 1");
}

const struct resource received_resource = {
        .entity = &received_entity,
        .path = "/received",
        .read = MAY_READ_LETTERS,
        .write = MAY_READ_LETTERS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
        .reach = received_reach,
};
