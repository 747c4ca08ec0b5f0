/* SPDX-License-Identifier: GPL-3.0-or-later */
/* customer.c - the fields of a customer and its rules. */
#include "domain/customer/customer.h"

#include "domain/role/role.h"
#include "engine/zone/zone.h"

#define ENTITY struct customer
static const struct field customer_fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 200, "Name of the company, as in its contract", .flags = REQUIRED | SEARCHED),
        PARTY_FIELDS(STAFF_ONLY),
        F_STR(contract, 1, 200, "Its contract, to which acts and invoices refer: Договор № 12 от 01.03.2026",
                .flags = NULLABLE),
        F_STR(person, 1, 200, "Whom we talk to there", .flags = NULLABLE | SEARCHED),
        F_EMAIL(email, "Where letters go", .flags = NULLABLE | SEARCHED),
        F_PHONE(phone, "Telephone of that person", .flags = NULLABLE | SEARCHED),
        F_STR(site, 1, 200, "Web site", .flags = NULLABLE),
        F_STR(timezone, 1, 64, "IANA time zone of the company: Europe/Moscow"),
        F_STR(note, 0, 4000, "What colleagues should know", .flags = NULLABLE | STAFF_ONLY | UNSORTED),
        F_BOOL(archived, "No longer worked with: hidden from choices"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY

const struct entity customer_entity = ENTITY_OF(customer, customer_fields, "customer", "A company that pays for dialogues");

static void customer_fill(struct request *q, void *new)
{
	struct customer *c = new;

	c->created_at = q->now;
	c->timezone = STR("Europe/Moscow");
}

static int customer_check(struct request *q, const void *old, void *new)
{
	const struct customer *c = new;

	(void)old;
	if (!c)
		return 0;
	if (party_check(&c->party, &q->fault))
		return EINVAL;
	if (!zone_valid(c->timezone))
		return fail(&q->fault, EINVAL, "timezone", "timezone", "there is no such time zone");
	return 0;
}

static const struct resource customer_resource = {
        .entity = &customer_entity,
        .path = "/customers",
        .read = MAY_SEE_CUSTOMERS,
        .write = MAY_CHANGE_CUSTOMERS,
        .scope = SCOPE_CUSTOMER,
        .scope_column = "id",
        .sort = "name",
        .check = customer_check,
        .fill = customer_fill,
};

static const struct resource *const resources[] = {&customer_resource, NULL};

const struct module customer_module = {.name = "customer", .resources = resources};
