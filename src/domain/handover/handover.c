/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover.c - the fields of the form, who may write it when, and the load of project managers. */
#include "domain/handover/handover_priv.h"
#include "domain/role/role.h"

static const char *const hands[] = {"", "at_hand", "to_make", NULL};
static const char *const letter_states[] = {"", "waiting", "sent", "failed", NULL};

#define LONG_TEXT(m, doc) F_STR(m, 0, 4000, doc, .flags = NULLABLE | STAFF_ONLY | UNSORTED)
enum { OWN = 19 }; /* how many fields, from the first, stand in the table handover; the others are the project's */

#define ENTITY struct handover
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(sales_id, "user", "Who sold it and hands it over; null: who leads it began it himself",
                .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_WORD(script_at_hand, hands, "Is there a script already?", .flags = NULLABLE | STAFF_ONLY),
        F_WORD(base_at_hand, hands, "Is there a base already?", .flags = NULLABLE | STAFF_ONLY),
        F_STR(client_person, 1, 200, "Whom to talk to at the customer's about this project", .flags = NULLABLE | STAFF_ONLY),
        F_PHONE(client_phone, "His telephone", .flags = NULLABLE | STAFF_ONLY),
        F_EMAIL(client_email, "His e-mail address", .flags = NULLABLE | STAFF_ONLY),
        F_STR(base_city, 1, 1000, "Where those we call are: cities, regions", .flags = NULLABLE | STAFF_ONLY | UNSORTED),
        LONG_TEXT(base_audience, "Who they are: the audience the base is collected by"),
        LONG_TEXT(materials, "What there is to read: price lists, presentations, letters; the files are uploaded beside it"),
        LONG_TEXT(decision_maker, "Who decides at those we call: position, interests"),
        F_STR(site, 1, 1000, "Site of what is offered", .flags = NULLABLE | STAFF_ONLY),
        LONG_TEXT(difficulties, "Difficulties and fine points of the project"),
        LONG_TEXT(tests, "What was agreed about a test"),
        LONG_TEXT(closer, "Who brings the client to the deal after our call"),
        F_TIME(handed_at, "When it was handed over", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_REF(handed_by, "user", "By whom", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_STR(summary, 0, 200000, "All of it in readable order, as it went out with the last letter",
                .flags = NULLABLE | GIVEN | STAFF_ONLY | UNSORTED | UNLISTED),
        /* of the project */
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_STR(name, 1, 200, "Its name", .flags = GIVEN | SEARCHED),
        F_REF(customer_id, "customer", "Who pays for it", .flags = GIVEN),
        F_WORD(state, project_states, "Where it is in its life", .flags = GIVEN),
        F_REF(pm_id, "user", "Who leads it", .flags = NULLABLE | GIVEN),
        F_WORD(type, project_types, "What kind of work it is"),
        F_INT(volume_dialogues, 0, 10000000, "Dialogues ordered"),
        F_DATE(starts_on, "First day of the term", .flags = NULLABLE),
        F_DATE(ends_on, "Last day of the term", .flags = NULLABLE),
        F_STR(offer, 0, 4000, "The product: what is offered", .flags = NULLABLE | UNSORTED),
        F_STR(task, 0, 4000, "The customer's task", .flags = NULLABLE | UNSORTED),
        F_STR(goal, 0, 2000, "Goal of a call: what counts as success", .flags = NULLABLE | UNSORTED),
        F_STR(peculiarities, 0, 4000, "What is peculiar about the customer; never shown to him",
                .flags = NULLABLE | STAFF_ONLY | UNSORTED),
        F_TIME(created_at, "When the project was entered", .flags = GIVEN),
        F_INT(files, 0, INT64_MAX, "How many materials were uploaded", .flags = GIVEN),
        F_WORD(letter_state, letter_states, "What became of the last letter about it",
                .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_STR(sales_name, 1, 200, "Who sold it, by name", .flags = NULLABLE | GIVEN | STAFF_ONLY | SEARCHED),
        F_STR(pm_name, 1, 200, "Who leads it, by name", .flags = NULLABLE | GIVEN | STAFF_ONLY | SEARCHED),
};
#undef ENTITY
const struct entity handover_entity =
        ENTITY_OF(handover, fields, "handover_form", "What sales tell the project department about a project");
const struct entity handover_own = {
        .shape = {.name = "handover", .doc = "Its own table", .fields = fields, .n = OWN, .size = sizeof(struct handover)},
        .table = "handover"};

int handover_open(struct request *q, const struct handover *h)
{
	if (h->state == PROJECT_FINISHED)
		return fail(&q->fault, EALREADY, "state", "finished", "a finished project does not change");
	if (h->state != PROJECT_DRAFT && !may(q->who, MAY_RUN_PROJECT))
		return fail(&q->fault, EALREADY, "state", "handed_over",
		        "the project is handed over: tell whoever leads it what has changed");
	return 0;
}

static int check(struct request *q, const void *old, void *new)
{
	struct project was, now;
	int err = handover_open(q, old);

	if (!err)
		err = handover_project(q->db, q->a, new, &was, &now, &q->fault);
	q->seen = 0; /* counts the form's fields: none of the project's */
	return err ? err : project_resource.check(q, &was, &now);
}

const struct resource handover_resource = {
        .entity = &handover_entity,
        .path = "/handovers",
        .read = MAY_HAND_OVER,
        .write = MAY_HAND_OVER,
        .not_made = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "id",
        .sort = "-created_at",
        .check = check,
        .update = handover_update,
};

struct pm_load {
	int64_t id;
	str name;
	int64_t running, waiting, plan_per_day, operators;
};
#define ENTITY struct pm_load
static const struct field load_fields[] = {
        F_ID(),
        F_STR(name, 1, 200, "Name", .flags = GIVEN | SEARCHED),
        F_INT(running, 0, INT64_MAX, "Projects that run", .flags = GIVEN),
        F_INT(waiting, 0, INT64_MAX, "Projects that were handed over or stand still", .flags = GIVEN),
        F_INT(plan_per_day, 0, INT64_MAX, "Dialogues a day planned in those that run", .flags = GIVEN),
        F_INT(operators, 0, INT64_MAX, "Operators in them", .flags = GIVEN),
};
#undef ENTITY
static const struct entity load_entity = ENTITY_OF(pm_load, load_fields, "pm_load", "How busy a project manager is");

static const struct resource load_resource = {
        .entity = &load_entity,
        .path = "/project-managers",
        .read = MAY_ASSIGN_PM,
        .write = MAY_ASSIGN_PM,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_SELF,
        .scope_column = "id",
        .sort = "running,plan_per_day,waiting",
};

static const struct resource *const resources[] = {&handover_resource, &material_resource, &load_resource, NULL};

const struct module handover_module = {.name = "handover", .resources = resources, .routes = handover_routes};
