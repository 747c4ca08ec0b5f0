/* SPDX-License-Identifier: GPL-3.0-or-later */
/* question.c - the box that collects what we shall ask a customer, so that he gets one letter with all of it. */
#include "domain/mailbox/mailbox_priv.h"

struct mail_question {
	int64_t id, version, customer_id, project_id;
	str text;
	int64_t user_id, letter_id, created_at;
};
#define ENTITY struct mail_question
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(customer_id, "customer", "Whom it is for", .flags = REQUIRED | FIXED),
        F_REF(project_id, "project", "The project it is about", .flags = NULLABLE),
        F_STR(text, 1, 2000, "The question", .flags = REQUIRED | SEARCHED),
        F_REF(user_id, "user", "Who asks", .flags = GIVEN | NULLABLE),
        F_REF(letter_id, "mail_letter", "The letter it was asked in; null: it waits", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was put here", .flags = GIVEN),
};
#undef ENTITY
static const struct entity question_entity =
        ENTITY_OF(mail_question, fields, "mail_question", "A question to a customer that waits for the next letter");

static int check(struct request *q, const void *old, void *new)
{
	const struct mail_question *was = old;

	(void)new;
	return was && was->letter_id ? fail(&q->fault, EINVAL, "letter_id", "asked", "the question was asked already") : 0;
}

static void fill(struct request *q, void *new)
{
	struct mail_question *m = new;

	m->user_id = q->who->user_id;
	m->created_at = q->now;
}

const struct resource mail_question_resource = {
        .entity = &question_entity,
        .path = "/mail-questions",
        .read = MAY_USE_MAIL,
        .write = MAY_USE_MAIL,
        .remove = MAY_USE_MAIL,
        .scope = SCOPE_CUSTOMER,
        .scope_column = "customer_id",
        .sort = "id",
        .check = check,
        .fill = fill,
};
