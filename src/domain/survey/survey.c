/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey.c - the fields of questions and replies. */
#include "domain/survey/survey_priv.h"

#include "domain/role/role.h"
#include "domain/survey/survey_schema.h"

#define ENTITY struct survey_question
#define G GIVEN
#define GN (GIVEN | NULLABLE)
static const struct field question_fields[] = {
        F_ID(),
        F_REF(project_id, "project", "Its project", .flags = G),
        F_REF(flow_id, "call_flow", "The flow that asks it", .flags = G | STAFF_ONLY),
        F_STR(step, 1, 40, "Its step there", .flags = G | STAFF_ONLY),
        F_INT(position, 0, 0, "Order among the questions of the flow", .flags = G),
        F_STR(title, 0, 200, "Its short name", .flags = G | SEARCHED),
        F_STR(words, 0, 2000, "What is asked", .flags = G | UNSORTED),
        F_JSON(choices, CHOICES_SCHEMA, "The keys that answer it, and what each means", .flags = G | UNSORTED),
        F_BOOL(rates, "Its key is the rating of the talk before it", .flags = G),
        F_BOOL(archived, "No longer asked", .flags = G),
        F_TIME(created_at, "When it was drawn", .flags = G),
};
#undef ENTITY
#define ENTITY struct survey_reply
static const struct field reply_fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project", .flags = G),
        F_REF(question_id, "survey_question", "Which question", .flags = G),
        F_STR(question, 0, 200, "Its short name", .flags = G | SEARCHED),
        F_REF(call_id, "call", "In which call", .flags = G),
        F_REF(contact_id, "contact", "Who was asked; null: somebody unknown", .flags = GN),
        F_STR(company, 0, 300, "The contact's company", .flags = GN | SEARCHED),
        F_STR(number, 0, 40, "His number", .flags = G | SEARCHED),
        F_STR(key, 1, 1, "The key pressed; null: none", .flags = GN),
        F_STR(value, 0, 100, "What it meant", .flags = GN | SEARCHED),
        F_TIME(asked_at, "When he was asked", .flags = G),
        F_TIME(answered_at, "When he answered", .flags = GN),
        F_BOOL(counts, "It is in the totals: of several calls to a contact the last answer is", .flags = G),
};
#undef ENTITY
const struct entity survey_question_entity =
        ENTITY_OF(survey_question, question_fields, "survey_question", "A question asked by recorded words");
static const struct entity reply_entity =
        ENTITY_OF(survey_reply, reply_fields, "survey_reply", "What was pressed in answer to a question");

static const struct resource question_resource = {
        .entity = &survey_question_entity,
        .path = "/projects/{project_id}/survey_questions",
        .read = MAY_SEE_REPORT,
        .write = MAY_RUN_PROJECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "id",
};
static const struct resource reply_resource = {
        .entity = &reply_entity,
        .path = "/projects/{project_id}/survey_replies",
        .read = MAY_SEE_REPORT,
        .write = MAY_RUN_PROJECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-asked_at",
        .silent = true,
};

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/survey", MAY_SEE_REPORT, survey_totals,
                "Totals of each question: who was asked, who answered, what; each contact counts once",
                .gives_raw = "application/json", .schema = SURVEY_SCHEMA},
        {0},
};
static const struct resource *const resources[] = {&question_resource, &reply_resource, NULL};
const struct module survey_module = {.name = "survey", .resources = resources, .routes = routes};
